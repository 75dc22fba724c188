"""The set-up: everything that tests and demo stand on, each step only if it is not complete."""

from . import browser, odoo_source, state, venv


def ensure(with_browser: bool = True) -> None:
    """Fetch and build what is missing: Odoo, the environment, Chromium. Waits for another
    launcher's set-up.
    """
    state.prepare()
    with state.lock("setup", "Waiting for another ecom that is setting up ..."):
        odoo_source.ensure()
        venv.ensure()
        if with_browser:
            browser.ensure()
