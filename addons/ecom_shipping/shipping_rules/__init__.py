"""Rules of shipping that need neither Odoo nor a carrier: buying once, checks, weights, back-off."""
