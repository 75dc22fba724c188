{
    "name": "E-commerce Hardware Proxy",
    "summary": "Scales, label printers, scanners and cash drawers of a workstation, through an agent beside them",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Inventory",
    "author": "Ecom Fulfilment for Odoo maintainers",
    "website": "https://ecom-fulfilment.example.com",
    "license": "LGPL-3",
    "application": True,
    "depends": ["base", "web", "barcodes"],
    "data": [],
}
