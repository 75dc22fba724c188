"""A scale on a pty, the shelf where it is plugged in, and a station that knows it."""

import pytest

from sandbox.devices.scales import Scale
from tests.stations import SERIAL, Shelf, device, running, usb


@pytest.fixture
def scale(tmp_path):
    with Scale("toledo_8217", tmp_path / "dev") as scale:
        scale.set(load_g=1250)
        yield scale


@pytest.fixture
def shelf(scale):
    return Shelf(usb(scale.link, "A1"))


@pytest.fixture
def station(tmp_path, shelf):
    with running(tmp_path / "home", device("scale", link=SERIAL), ports=shelf) as station:
        yield station
