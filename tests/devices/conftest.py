"""This folder's tests run without Odoo: see tests/pure.py."""

from tests import pure

pure.install()
