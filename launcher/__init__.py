"""Everything behind ``./ecom``: Odoo, PostgreSQL, Chromium, template databases, test suites, demo.

Only the standard library is used here, because most of it runs before the virtual environment
exists. What tests and scripts may call (also from the environment's Python, with the checkout on
``sys.path``):

- ``launcher.state``     where things lie
- ``launcher.postgres``  ``start(profile)``, ``connection()``, ``sql(db, statement)``
- ``launcher.template``  ``ensure()``, ``clone(name)``, ``drop(name)``
- ``launcher.odoo``      ``command(*args)``, ``write_config(...)``, ``shell(db, script)``,
``Server(db, ...)``
- ``launcher.browser``   ``path()``
"""
