{
    "name": "E-commerce Shipping: Canada Post",
    "summary": "Domestic parcels of Canada Post: rates, labels, manifests and tracking",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Delivery",
    "author": "Ecom Fulfilment for Odoo maintainers",
    "website": "https://ecom-fulfilment.example.com",
    "license": "LGPL-3",
    "depends": ["ecom_shipping"],
    "data": [
        "data/ecom_shipping_option_data.xml",
        "data/ecom_shipping_service_data.xml",
        "data/product_data.xml",
        "views/ecom_carrier_account_views.xml",
    ],
    "demo": ["demo/ecom_shipping_canada_post_demo.xml"],
}
