from . import ecom_print_job_reprint, ecom_workstation_pair
