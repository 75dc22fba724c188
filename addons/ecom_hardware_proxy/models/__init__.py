from . import ecom_print_job, ecom_workstation  # first: the others extend them
from . import (
    ecom_device,
    ecom_pairing,
    ecom_pairing_guard,
    ecom_print_job_agent,
    ecom_print_job_people,
    ecom_print_route,
    ecom_workstation_agent,
    ecom_workstation_browser,
    ir_actions_report,
    ir_http,
)
