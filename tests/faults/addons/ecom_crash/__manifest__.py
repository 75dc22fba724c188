{
    "name": "Crashes on Command",
    "summary": "For tests only: kills, rolls back or disturbs its own server at a named step",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "Ecom Fulfilment for Odoo maintainers",
    "license": "LGPL-3",
    "depends": ["ecom_shipping_canada_post"],
    "data": [],
}
