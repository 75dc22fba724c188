from . import carrier, ecom_manifest, ecom_purchase, ecom_shipment, stock_picking
