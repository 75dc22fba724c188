"""One sandbox for all tests of this folder, emptied before each, on a frozen Wednesday."""

import pytest

from sandbox.canada_post import CanadaPostSandbox
from tests.unit.sandbox.caller import TODAY, Caller


@pytest.fixture(scope="session")
def running():
    """The server."""
    with CanadaPostSandbox() as sandbox:
        yield sandbox


@pytest.fixture
def box(running):
    """The server without memories."""
    running.control("POST", "/_control/reset")
    running.control("POST", "/_control/clock", {"date": TODAY})
    running.control("POST", "/_control/settings", {"manifest_pending_polls": 0})
    yield running
    running.faults.clear()


@pytest.fixture
def post(box):
    """A caller with the contract account."""
    caller = Caller(box.url)
    yield caller
    caller.connection.close()
