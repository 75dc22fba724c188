"""Zones, weight bands and lines that get in each other's way."""

from dataclasses import replace

import pytest

from odoo.addons.ecom_shipping_offline.offline_courier import PriceTable, Zone, overlaps
from odoo.addons.ecom_shipping_offline.offline_courier.price_table import plain_code

from tests.unit.offline import given

FAR = replace(given.RECIPIENT, city="Québec", postal_code="G1R 2B5")
ABROAD = replace(given.RECIPIENT, province="NY", postal_code="10001", country="US")


@pytest.mark.parametrize(
    ("zone", "nearness"),
    [
        (Zone(), (0, False, False)),
        (Zone("CA"), (0, False, True)),
        (Zone("CA", "QC"), (0, True, True)),
        (Zone("CA", "QC", ("H2", "G1")), (2, True, True)),
        (Zone("CA", "", ("h2 b",)), (3, False, True)),
        (Zone("CA", "", ("H", "H2B")), (3, False, True)),
        (Zone("US"), None),
        (Zone("CA", "ON"), None),
        (Zone("CA", "QC", ("H3",)), None),
    ],
)
def test_how_closely_a_zone_describes_an_address(zone, nearness):
    assert zone.nearness(given.RECIPIENT) == nearness


def test_lower_case_countries_and_provinces_are_the_same_place():
    assert Zone("CA", "QC").nearness(replace(given.RECIPIENT, country="ca", province="qc"))


@pytest.mark.parametrize("written", ["h2b 1a0", "H2B1A0", " H2B-1A0 "])
def test_postal_codes_are_compared_without_gaps(written):
    assert plain_code(written) == "H2B1A0"


def test_the_closest_zone_counts():
    prices = [line.price for line in given.PRICES.lines_for("STD", given.RECIPIENT)]
    assert prices == [given.PRICES.lines[0].price, given.PRICES.lines[1].price]


def test_a_wider_zone_takes_what_the_closer_one_leaves():
    assert [line.transit_days for line in given.PRICES.lines_for("STD", FAR)] == [2]


def test_no_zone_no_lines():
    assert given.PRICES.lines_for("STD", ABROAD) == []
    assert given.PRICES.lines_for("DAY", FAR) == []


@pytest.mark.parametrize(
    ("weight_g", "taken"), [(0, False), (1, True), (5000, True), (5001, False)]
)
def test_a_band_ends_with_its_last_gram(weight_g, taken):
    assert given.line(over_g=0, up_to_g=5000).takes(weight_g) is taken


def test_the_next_band_starts_above_the_last_gram():
    assert not given.line(over_g=5000, up_to_g=9000).takes(5000)
    assert given.line(over_g=5000, up_to_g=9000).takes(5001)


def test_bands_side_by_side_do_not_overlap():
    assert overlaps(given.PRICES.lines) == []


def test_bands_that_overlap_are_named():
    assert overlaps([given.line(), given.line(over_g=4999, up_to_g=9000)]) == [(0, 1)]


def test_the_same_line_twice_overlaps():
    assert overlaps([given.line(), given.line()]) == [(0, 1)]


def test_a_shared_postal_prefix_overlaps_once():
    other = given.line(zone=Zone("CA", "QC", ("H2", "H1", "H9")))
    assert overlaps([given.line(), other]) == [(0, 1)]


def test_other_prefixes_are_another_place():
    assert overlaps([given.line(), given.line(zone=Zone("CA", "QC", ("H3",)))]) == []


def test_a_close_zone_inside_a_wide_one_is_no_overlap():
    assert overlaps([given.line(), given.line(zone=given.PROVINCE)]) == []
    assert overlaps([given.line(), given.line(zone=Zone("CA", "QC", ("H2B",)))]) == []


def test_other_services_do_not_overlap():
    assert overlaps([given.line(), given.line(service="DAY")]) == []


def test_a_long_band_over_several_short_ones_is_found():
    bands = [(0, 30000), (1000, 2000), (3000, 4000)]
    assert overlaps([given.line(over_g=low, up_to_g=high) for low, high in bands]) == [(0, 1)]


def test_fingerprint_follows_every_change():
    same = PriceTable(tuple(given.PRICES.lines))
    dearer = PriceTable((given.line("8.51"), *given.PRICES.lines[1:]))
    assert same.fingerprint == given.PRICES.fingerprint != dearer.fingerprint
