"""HTTP of the agent: v1 for our own pages, what Odoo's point of sale expects, the status page."""

from .app import Server, ServerRefuses, address_of

__all__ = ["Server", "ServerRefuses", "address_of"]
