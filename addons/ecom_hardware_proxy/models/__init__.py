from . import (
    ecom_device,
    ecom_pairing,
    ecom_pairing_guard,
    ecom_print_job,
    ecom_print_route,
    ecom_workstation,
    ir_actions_report,
    ir_http,
)
