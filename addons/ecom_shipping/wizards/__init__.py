from . import choose_delivery_carrier, ecom_transfer_rates, stock_put_in_pack
