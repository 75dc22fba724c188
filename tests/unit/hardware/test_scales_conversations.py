"""Each driver talks to the sandbox's scale of its protocol: ask, answer, zero, tare, trouble."""

from decimal import Decimal

import pytest

from odoo.addons.ecom_hardware_proxy.proxy import scales
from odoo.addons.ecom_hardware_proxy.proxy.weights import State

from sandbox.devices.platter import Platter
from sandbox.devices.scale_protocols import PROTOCOLS

STREAM = (
    r"(?P<stability>ST|US|OL),(?:GS|NT),(?P<sign>[+-]) *(?P<value>[0-9.-]+)(?P<unit>kg|g|lb|oz)"
)
PRINT = r" *(?P<value>[0-9.-]+) (?P<unit>kg|g|lb|oz) (?P<stability>[ ?])[GN]"
TALKS = {
    "toledo_8217": ("toledo_8217", {"unit": "kg"}),
    "ps60": ("ps60", {"unit": "kg"}),
    "nci_scp01": ("nci", {}),
    "nci_scp02": ("nci", {}),
    "nci_scp12": ("nci", {}),
    "mt_sics": ("mt_sics", {}),
    "sma": ("sma", {}),
    "stream": ("pattern", {"pattern": STREAM, "on_print": True}),
    "weigh_on_print": (
        "pattern",
        {"pattern": PRINT, "on_print": True, "stable": [""], "unstable": ["?"]},
    ),
}
BY_ITSELF = ("stream", "weigh_on_print")
SETTABLE = ("nci_scp01", "nci_scp02", "nci_scp12", "mt_sics", "sma", "stream", "weigh_on_print")


class Bench:
    """A sandbox scale and our driver, joined without a line in between."""

    def __init__(self, protocol, **options):
        self.platter = Platter()
        self.scale = PROTOCOLS[protocol](self.platter, **options)
        name, options = TALKS[protocol]
        self.driver = scales.make(name, options)
        self.send(self.driver.start())

    def send(self, data):
        answers = self.scale.receive(data) if data else []
        return [reading for answer in answers for reading in self.driver.feed(answer)]

    def weigh(self, **load):
        """The one reading that a request (or the scale's own line, or its key) gives."""
        self.platter.change(**load)
        if self.driver.request():
            (reading,) = self.send(self.driver.request())
        else:
            (reading,) = self.driver.feed(self.scale.tick() or self.scale.press())
        return reading


@pytest.fixture(params=TALKS)
def bench(request):
    return Bench(request.param)


def test_a_load_is_its_weight(bench):
    for load_g in (0, 1250, 12340, 29980):
        reading = bench.weigh(load_g=load_g)
        assert (reading.state, reading.weight_g) == (State.STABLE, load_g)


def test_motion_then_the_weight(bench):
    seen = [bench.weigh(load_g=1250, motion=True).state for _poll in range(3)]
    assert seen == [State.MOTION] * 3
    assert bench.weigh(motion=False).weight_g == 1250


@pytest.mark.parametrize(
    "trouble", [{"load_g": 40000}, {"overload": True}, {"underload": True}, {"load_g": -100}]
)
def test_trouble_is_never_a_weight_and_passes(bench, trouble):
    bench.weigh(load_g=1250)
    assert bench.weigh(**trouble).state not in (State.STABLE, State.MOTION)
    calm = bench.weigh(load_g=2500, overload=False, underload=False)
    assert (calm.state, calm.weight_g) == (State.STABLE, 2500)


@pytest.mark.parametrize("protocol", SETTABLE)
@pytest.mark.parametrize(("unit", "grams"), [("lb", "453.59237"), ("kg", "1000")])
def test_units_are_exact(protocol, unit, grams):
    bench = Bench(protocol)
    reading = bench.weigh(unit=unit, load_g=Decimal(grams) * 10)
    assert (reading.unit, reading.weight_g) == (unit, Decimal(grams) * 10)


def test_pounds_and_ounces():
    bench = Bench("nci_scp01")
    reading = bench.weigh(lb_oz=True, unit="lb", load_g=Decimal("28.349523125") * Decimal("35.5"))
    assert (reading.shown, reading.unit) == ("2 lb 3.5 oz", None)
    assert reading.weight_g == Decimal("28.349523125") * Decimal("35.5")


@pytest.mark.parametrize("protocol", [name for name in TALKS if name not in BY_ITSELF])
def test_zero_takes_what_lies_there_as_nothing(protocol):
    bench = Bench(protocol)
    assert bench.weigh(load_g=50).weight_g == 50
    answers = bench.send(bench.driver.zero())
    assert all(reading.weight_g in (None, 0) for reading in answers)
    assert bench.weigh().weight_g == 0


@pytest.mark.parametrize("protocol", ["toledo_8217", "ps60", "mt_sics", "sma"])
def test_tare_leaves_the_net_weight(protocol):
    bench = Bench(protocol)
    bench.weigh(load_g=500)
    bench.send(bench.driver.tare())
    reading = bench.weigh(load_g=1750)
    assert reading.weight_g == 1250
    assert reading.net in (True, None)


@pytest.mark.parametrize("protocol", ["toledo_8217", "ps60"])
def test_a_scale_that_sends_a_weight_once(protocol):
    bench = Bench(protocol, once=True)
    assert [bench.weigh(load_g=1250).weight_g for _poll in range(3)] == [1250] * 3
    assert bench.weigh(load_g=2500, motion=True).weight_g is None
    assert [bench.weigh(motion=False).weight_g for _poll in range(3)] == [2500] * 3
    bench.driver.reset()
    assert bench.weigh().state is State.STALE
    assert bench.weigh(load_g=2600).weight_g == 2600


def test_a_third_status_byte():
    bench = Bench("nci_scp01", third_byte=True)
    assert bench.weigh(load_g=1250).net is False
    assert bench.weigh(zero_error=True).state is State.NOT_ZEROED
