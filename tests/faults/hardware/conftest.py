"""The agent beside the devices runs without Odoo, here too: see tests/pure.py."""

from tests import pure

pure.install()
