from . import (
    delivery_carrier,
    ecom_carrier_account,
    ecom_offline_price,
    ecom_parcel,
    ecom_shipping_service,
    stock_package_type,
    stock_picking,
)
