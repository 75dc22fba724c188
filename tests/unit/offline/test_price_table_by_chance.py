"""Price lists made by chance, compared with a plain reading of the rules.

The seeds are fixed: a failure is the same on every machine.
"""

import random
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import pytest

from odoo.addons.ecom_shipping_offline.offline_courier import PriceTable, Zone, overlaps

from tests.unit.offline import given

CODES = ("H1A", "H1B", "H2A", "G1A", "M5H")
ZONES = (
    Zone(),
    Zone("CA"),
    Zone("US"),
    Zone("CA", "QC"),
    Zone("CA", "ON"),
    Zone("CA", "QC", ("H1",)),
    Zone("CA", "QC", ("H1A", "G1")),
    Zone("CA", "QC", ("H2", "H1B")),
    Zone("CA", "", ("M5",)),
)
EDGES_G = (0, 100, 200, 300, 400)
ADDRESSES = [
    replace(given.RECIPIENT, country=country, province=province, postal_code=code)
    for country, province in (("CA", "QC"), ("CA", "ON"), ("US", "NY"))
    for code in CODES
]


def some_lines(seed):
    chance = random.Random(seed)
    lines = []
    for _number in range(chance.randint(2, 9)):
        low, high = sorted(chance.sample(EDGES_G, 2))
        price = str(chance.randint(1, 99))
        service = chance.choice(("STD", "DAY"))
        zone = chance.choice(ZONES)
        lines.append(given.line(price, zone, low, high, service, chance.randint(0, 3)))
    return lines


def lies_in(zone, address):
    """A plain reading: everything that is given must match."""
    code = address.postal_code
    return (
        zone.country in ("", address.country)
        and zone.province in ("", address.province)
        and (not zone.postal_prefixes or any(code.startswith(p) for p in zone.postal_prefixes))
    )


def closeness(zone, address):
    """A plain reading: postal code over province over country; a longer prefix is closer."""
    lengths = [len(p) for p in zone.postal_prefixes if address.postal_code.startswith(p)]
    return 100 * max(lengths, default=0) + 10 * bool(zone.province) + bool(zone.country)


def answers(lines, service, address, weight_g):
    """Every line that the rules allow to answer; more than one means that nobody knows."""
    fitting = [n for n in lines if n.service_code == service and lies_in(n.zone, address)]
    if not fitting:
        return []
    closest = max(closeness(n.zone, address) for n in fitting)
    return [
        n
        for n in fitting
        if closeness(n.zone, address) == closest and n.over_g < weight_g <= n.up_to_g
    ]


def questions():
    return (
        (service, address, weight_g)
        for service in ("STD", "DAY")
        for address in ADDRESSES
        for weight_g in (1, 100, 101, 250, 400, 401)
    )


@pytest.mark.parametrize("seed", range(25))
def test_the_table_answers_as_the_rules_say(seed):
    lines = some_lines(seed)
    table = PriceTable(tuple(lines))
    for service, address, weight_g in questions():
        found = [n for n in table.lines_for(service, address) if n.takes(weight_g)]
        assert sorted(map(repr, found)) == sorted(
            map(repr, answers(lines, service, address, weight_g))
        )


@pytest.mark.parametrize("seed", range(25))
def test_without_overlaps_at_most_one_line_answers(seed):
    lines = some_lines(seed)
    while overlaps(lines):
        _first, second = overlaps(lines)[0]
        del lines[second]
    for service, address, weight_g in questions():
        assert len(answers(lines, service, address, weight_g)) <= 1


@pytest.mark.parametrize("seed", range(25))
def test_an_overlap_is_found_whenever_two_lines_answer(seed):
    lines = some_lines(seed)
    ambiguous = any(len(answers(lines, *question)) > 1 for question in questions())
    assert not ambiguous or overlaps(lines)


@pytest.mark.parametrize("seed", range(25))
def test_lines_that_are_named_really_meet(seed):
    lines = some_lines(seed)
    for first, second in overlaps(lines):
        a, b = lines[first], lines[second]
        assert a.service_code == b.service_code
        assert max(a.over_g, b.over_g) < min(a.up_to_g, b.up_to_g)


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_lines_does_not_matter(seed):
    lines = some_lines(seed)
    turned = PriceTable(tuple(reversed(lines)))
    table = PriceTable(tuple(lines))
    for address in ADDRESSES:
        one, other = table.lines_for("STD", address), turned.lines_for("STD", address)
        assert sorted(map(repr, one)) == sorted(map(repr, other))
        assert [n.over_g for n in one] == sorted(n.over_g for n in one)


@pytest.mark.parametrize("seed", range(10))
def test_a_quote_of_several_parcels_is_the_sum_of_single_ones(seed):
    chance = random.Random(seed)
    parcels = tuple(
        replace(given.LIGHT, reference=str(n), weight_g=chance.randint(1, 30000)) for n in range(5)
    )
    carrier = given.courier()
    (whole,) = carrier.rate(given.rate_request(*parcels, services=("STD",))).rates
    single = [
        carrier.rate(given.rate_request(parcel, services=("STD",))).rates[0] for parcel in parcels
    ]
    assert whole.price.amount == sum((rate.price.amount for rate in single), Decimal(0))
    assert sum(amount for _label, amount in whole.parts) == whole.price.amount


def test_the_zones_of_these_tests_differ():
    """Otherwise the comparison above would compare little."""
    described = [tuple(lies_in(zone, address) for address in ADDRESSES) for zone in ZONES]
    assert all(one != other for one, other in combinations(described, 2))
