"""The agent that runs beside the devices of a workstation: no Odoo in here. See README.md."""

VERSION = "1.0.0"
API = 1  # of the HTTP interface; Odoo refuses an agent with another one
