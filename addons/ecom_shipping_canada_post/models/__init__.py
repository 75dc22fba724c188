from . import delivery_carrier, ecom_carrier_account, ir_config_parameter, stock_package_type
