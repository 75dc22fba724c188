"""What is known to be wrong before money is spent."""

from dataclasses import replace

import pytest

from odoo.addons.ecom_shipping.shipping_rules.checks import (
    Finding,
    Limits,
    check_options,
    check_parcels,
    check_request,
)

from tests.unit.shipping.given import PARCEL, address_request, parcel_request, ship_request

NO_LIMITS = Limits()
SIDES = ["sender", "recipient"]


def check(request, limits=NO_LIMITS, max_lengths=None, requires_phone=False):
    return check_request(request, limits, max_lengths or {}, requires_phone)


def test_good_request_has_no_findings():
    limits = Limits(100, 30_000, 2000, 3000)
    lengths = {"recipient.street": 44, "references.0": 35}
    assert check(ship_request(), limits, lengths, requires_phone=True) == []


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", ["street", "city", "postal_code", "country"])
@pytest.mark.parametrize("empty", ["", "  "])
def test_missing_part_of_an_address(side, name, empty):
    findings = check(address_request(side, **{name: empty}))
    assert Finding("missing", f"{side}.{name}") in findings
    codes = [finding.code for finding in findings if finding.field == f"{side}.{name}"]
    assert codes[0] == "missing"


@pytest.mark.parametrize("side", SIDES)
def test_name_or_company_is_enough(side):
    assert check(address_request(side, name="Zoé", company="")) == []
    assert check(address_request(side, name="", company="Zoé inc.")) == []
    nobody = check(address_request(side, name="", company=""))
    assert nobody == [Finding("missing", f"{side}.name")]


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("country", "postal_code", "needed"),
    [("CA", "H2Y 1C6", True), ("US", "10001", True), ("FR", "75001", False)],
)
def test_province_is_needed_where_addresses_have_one(side, country, postal_code, needed):
    request = address_request(side, country=country, postal_code=postal_code, province="")
    expected = [Finding("missing", f"{side}.province")] if needed else []
    assert check(request) == expected


def test_phone_of_the_sender_where_the_carrier_wants_one():
    request = address_request("sender", phone="")
    assert check(request) == []
    assert check(request, requires_phone=True) == [Finding("missing", "sender.phone")]


def test_recipient_needs_no_phone():
    assert check(address_request("recipient", phone=""), requires_phone=True) == []


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("code", ["H2Y 1C6", "H2Y1C6", "h2y 1c6", " H2Y 1C6 "])
def test_canadian_postal_codes(side, code):
    assert check(address_request(side, postal_code=code)) == []


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    "code", ["H2Y", "H2Y-1C6", "D2Y 1C6", "W2Y 1C6", "H2O 1C6", "H2Y 1C66", "12345", "HHH 111"]
)
def test_what_is_no_canadian_postal_code(side, code):
    findings = check(address_request(side, postal_code=code))
    assert findings == [Finding("bad_postal_code", f"{side}.postal_code", code)]


@pytest.mark.parametrize(
    ("code", "good"),
    [("10001", True), ("10001-1234", True), ("1000", False), ("10001-12", False), ("A1B", False)],
)
def test_american_zip_codes(code, good):
    findings = check(address_request("recipient", country="US", province="NY", postal_code=code))
    assert (findings == []) is good


def test_codes_of_other_countries_are_left_to_the_carrier():
    assert check(address_request("recipient", country="FR", postal_code="whatever")) == []


def test_missing_postal_code_is_told_once():
    findings = check(address_request("recipient", postal_code=""))
    assert findings == [Finding("missing", "recipient.postal_code")]


# --- lengths -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "request_", "length"),
    [
        ("recipient.street", ship_request(), 21),
        ("sender.company", ship_request(), 16),
        ("references.0", ship_request(), 6),
        ("cost_centre", ship_request(cost_centre="web shop"), 8),
    ],
)
def test_texts_as_long_as_the_label_are_good_and_one_more_is_too_long(path, request_, length):
    assert check(request_, max_lengths={path: length}) == []
    (finding,) = check(request_, max_lengths={path: length - 1})
    assert (finding.code, finding.field, finding.limit) == ("too_long", path, length - 1)
    assert len(finding.value) == length


def test_accents_count_as_one():
    request = address_request("recipient", city="Montréal")
    assert check(request, max_lengths={"recipient.city": 8}) == []


def test_every_long_text_is_found():
    lengths = {"recipient.street": 3, "recipient.city": 3, "sender.city": 3}
    fields = [finding.field for finding in check(ship_request(), max_lengths=lengths)]
    assert fields == list(lengths)


# --- weights and sizes ---------------------------------------------------------------------------


def test_parcel_without_weight():
    for weight_g in (0, -5):
        findings = check(parcel_request(weight_g=weight_g), Limits(min_weight_g=100))
        assert findings == [Finding("no_weight", "parcels.0.weight_g")]


@pytest.mark.parametrize(
    ("weight_g", "code", "limit"),
    [(99, "too_light", 100), (100, "", 0), (30_000, "", 0), (30_001, "too_heavy", 30_000)],
)
def test_weight_limits_are_inclusive(weight_g, code, limit):
    findings = check(parcel_request(weight_g=weight_g), Limits(100, 30_000))
    expected = [Finding(code, "parcels.0.weight_g", str(weight_g), limit)] if code else []
    assert findings == expected


@pytest.mark.parametrize("sides", [(1000, 10, 10), (10, 1000, 10), (10, 10, 1000)])
def test_longest_side_whichever_it_is(sides):
    request = parcel_request(
        **dict(zip(("length_mm", "width_mm", "height_mm"), sides, strict=True))
    )
    assert check(request, Limits(max_side_mm=1000)) == []
    assert check(request, Limits(max_side_mm=999)) == [
        Finding("side_too_long", "parcels.0.size", "1000", 999)
    ]


@pytest.mark.parametrize("sides", [(500, 200, 100), (100, 500, 200), (200, 100, 500)])
def test_length_plus_girth_whichever_side_is_the_longest(sides):
    """500 + 2 x (200 + 100) = 1100 mm."""
    request = parcel_request(
        **dict(zip(("length_mm", "width_mm", "height_mm"), sides, strict=True))
    )
    assert check(request, Limits(max_length_girth_mm=1100)) == []
    assert check(request, Limits(max_length_girth_mm=1099)) == [
        Finding("girth_too_long", "parcels.0.size", "1100", 1099)
    ]


def test_zero_means_no_limit():
    huge = parcel_request(weight_g=10**9, length_mm=10**6, width_mm=10**6, height_mm=10**6)
    assert check(huge) == []
    assert check(parcel_request(weight_g=1)) == []


def test_each_parcel_is_named():
    parcels = (PARCEL, replace(PARCEL, weight_g=0), replace(PARCEL, length_mm=3000))
    findings = check_parcels(parcels, Limits(max_side_mm=2000))
    assert [finding.field for finding in findings] == ["parcels.1.weight_g", "parcels.2.size"]


def test_findings_of_all_kinds_come_together():
    """The clerk mends everything in one go."""
    request = replace(
        address_request("recipient", city="", postal_code="bad"),
        parcels=(replace(PARCEL, weight_g=0),),
    )
    codes = [finding.code for finding in check(request, max_lengths={"recipient.name": 3})]
    assert codes == ["missing", "too_long", "bad_postal_code", "no_weight"]


# --- options -------------------------------------------------------------------------------------


def test_options_that_go_together():
    assert check_options(["SO", "COV"], {"COV": ["SO"]}, {"SO": ["LAD"]}) == []
    assert check_options([], {"COV": ["SO"]}, {"SO": ["LAD"]}) == []


@pytest.mark.parametrize("chosen", [["HFP", "LAD"], ["LAD", "HFP"]])
@pytest.mark.parametrize("conflicts", [{"HFP": ["LAD"]}, {"LAD": ["HFP"]}])
def test_conflict_is_found_once_whoever_declares_it(chosen, conflicts):
    (finding,) = check_options(chosen, {}, conflicts)
    assert finding == Finding("option_conflict", f"options.{chosen[0]}", chosen[1])


def test_conflict_declared_by_both_is_told_once():
    both = {"HFP": ["LAD"], "LAD": ["HFP"]}
    assert len(check_options(["HFP", "LAD"], {}, both)) == 1


def test_missing_prerequisite():
    findings = check_options(["COV"], {"COV": ["SO", "ID"]}, {})
    assert findings == [
        Finding("option_prerequisite", "options.COV", "SO"),
        Finding("option_prerequisite", "options.COV", "ID"),
    ]


def test_prerequisite_may_be_chosen_later_in_the_list():
    assert check_options(["COV", "SO"], {"COV": ["SO"]}, {}) == []


def test_three_in_conflict_are_three_findings():
    conflicts = {"A": ["B", "C"], "B": ["C"]}
    pairs = [(f.field, f.value) for f in check_options(iter("ABC"), {}, conflicts)]
    assert pairs == [("options.A", "B"), ("options.A", "C"), ("options.B", "C")]
