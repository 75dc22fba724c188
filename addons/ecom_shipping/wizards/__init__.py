from . import choose_delivery_carrier, ecom_transfer_rates
