"""A pytest plugin for the suite "odoo": its tests lie outside the addons, where Odoo gives no
default tags.
"""


def pytest_configure(config):
    """Give test classes outside ``odoo.addons`` what Odoo gives those inside."""
    from odoo.tests.common import BaseCase

    BaseCase.test_tags = {"standard", "post_install"}
    BaseCase.test_module = ""
