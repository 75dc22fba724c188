"""Get Rates: the question, the quotes, and services side by side."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from lxml import etree

from odoo.addons.ecom_shipping.carrier_contract import Refused, Unavailable, Unreadable
from odoo.addons.ecom_shipping_canada_post.canada_post import rating

from tests.unit.canada_post import given

RATE = "{http://www.canadapost.ca/ws/ship/rate-v4}"


def sent(carrier, index=0):
    """The body of a question as (path of local names: text) pairs."""
    root = etree.fromstring(carrier._transport.calls[index].body)
    return {
        etree.ElementTree(root).getelementpath(element).replace(RATE, ""): element.text
        for element in root.iter()
        if element.text
    }


def test_question_holds_account_parcel_and_postal_codes():
    carrier = given.carrier(given.quotes(given.quote()))
    carrier.rate(given.rate_request(services=("DOM.EP",)))
    assert sent(carrier) == {
        "customer-number": "0002004381",
        "contract-id": "0042708517",
        "quote-type": "commercial",
        "parcel-characteristics/weight": "1.250",
        "parcel-characteristics/dimensions/length": "30.0",
        "parcel-characteristics/dimensions/width": "20.0",
        "parcel-characteristics/dimensions/height": "10.5",
        "services/service-code": "DOM.EP",
        "origin-postal-code": "K1A0B1",
        "destination/domestic/postal-code": "H2B1A0",
    }


def test_question_goes_to_the_rating_address_with_its_media_type():
    carrier = given.carrier(given.quotes(given.quote()))
    carrier.rate(given.rate_request())
    (call,) = carrier._transport.calls
    assert (call.method, call.target) == ("POST", "/rs/ship/price")
    assert call.accept == "application/vnd.cpc.ship.rate-v4+xml"


def test_no_service_asked_asks_for_all():
    carrier = given.carrier(given.quotes(given.quote()))
    carrier.rate(given.rate_request())
    assert b"services" not in carrier._transport.calls[0].body


def test_more_services_than_the_schema_takes_asks_for_all():
    carrier = given.carrier(given.quotes(given.quote()))
    services = ("DOM.EP", *(f"NEW.{number}" for number in range(20)))
    answer = carrier.rate(given.rate_request(services=services))
    assert "services/service-code" not in sent(carrier)
    assert [rate.service_code for rate in answer.rates] == ["DOM.EP"]
    assert len(answer.exclusions) == 20


def test_as_many_services_as_the_schema_takes_are_asked_by_name():
    carrier = given.carrier(given.quotes(given.quote()))
    services = tuple(f"NEW.{number}" for number in range(20))
    carrier.rate(given.rate_request(services=services))
    root = etree.fromstring(carrier._transport.calls[0].body)
    assert tuple(found.text for found in root.iter(RATE + "service-code")) == services


def test_service_asked_twice_is_asked_once():
    carrier = given.carrier(given.quotes(given.quote()))
    answer = carrier.rate(given.rate_request(services=("DOM.EP", "DOM.EP")))
    root = etree.fromstring(carrier._transport.calls[0].body)
    assert len(list(root.iter(RATE + "service-code"))) == 1
    assert (len(answer.rates), answer.exclusions) == (1, ())


def test_options_go_out_with_prerequisite_and_amount():
    carrier = given.carrier(given.quotes(given.quote()))
    carrier.rate(given.rate_request(options=(given.option("COV", "250"),)))
    root = etree.fromstring(carrier._transport.calls[0].body)
    options = [[child.text for child in option] for option in root.iter(RATE + "option")]
    assert options == [["DC"], ["COV", "250.00"]]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (given.TODAY + timedelta(days=3), "2026-01-18"),
        (given.TODAY - timedelta(days=3), "2026-01-15"),
    ],
)
def test_a_mailing_date_is_never_in_the_past(asked, expected):
    carrier = given.carrier(given.quotes(given.quote()))
    carrier.rate(given.rate_request(mailing_date=asked))
    assert sent(carrier)["expected-mailing-date"] == expected


def test_parcel_without_size_is_asked_by_weight_alone():
    carrier = given.carrier(given.quotes(given.quote()))
    carrier.rate(given.rate_request(given.parcel(height_mm=0)))
    assert not any("dimensions" in path for path in sent(carrier))


def test_promo_code_goes_out():
    account = given.replace(given.ACCOUNT, promo_code="DEVPROTEST")
    carrier = given.carrier(given.quotes(given.quote()), account=account)
    carrier.rate(given.rate_request())
    assert sent(carrier)["promo-code"] == "DEVPROTEST"


def test_lightest_parcel_is_asked():
    carrier = given.carrier(given.quotes(given.quote()))
    carrier.rate(given.rate_request(given.parcel(weight_g=1)))
    assert sent(carrier)["parcel-characteristics/weight"] == "0.001"


@pytest.mark.parametrize("part", ["taxes", "service-standard", "options", "adjustments"])
def test_optional_part_of_a_quote_may_be_missing(part):
    body = given.quote()
    start, end = body.index(f"<{part}>"), body.index(f"</{part}>") + len(part) + 3
    (rate,) = (
        given.carrier(given.quotes(body[:start] + body[end:])).rate(given.rate_request()).rates
    )
    assert rate.total == given.cad("11.28")
    assert sum(amount for _label, amount in rate.parts) == rate.price.amount


def test_unknown_parts_of_a_quote_are_passed_over():
    """Newer answers carry more times than the schema knows (facts 4)."""
    body = given.quote().replace("<service-standard>", "<service-standard><min-transit/>")
    assert given.carrier(given.quotes(body)).rate(given.rate_request()).rates


def test_option_without_a_name_is_named_by_its_code():
    body = given.quote().replace(
        "<option-name>Delivery confirmation</option-name>", "<option-name/>"
    )
    body = body.replace("<option-price>0<", "<option-price>1<")
    (rate,) = given.carrier(given.quotes(body)).rate(given.rate_request()).rates
    assert ("DC", Decimal(1)) in rate.parts


def test_price_is_due_less_taxes_and_parts_add_up():
    answer = given.carrier(given.quotes(given.quote())).rate(given.rate_request())
    (rate,) = answer.rates
    assert rate.price == given.cad("10.21")
    assert rate.taxes == given.cad("1.07")
    assert rate.total == given.cad("11.28")
    assert rate.parts == (
        ("Base price", Decimal("9.59")),
        ("Automation discount", Decimal("-0.29")),
        ("Fuel surcharge", Decimal("0.91")),
    )
    assert sum(amount for _label, amount in rate.parts) == rate.price.amount


def test_rest_that_the_carrier_does_not_explain_becomes_a_part():
    answer = given.carrier(given.quotes(given.quote(due="12.28"))).rate(given.rate_request())
    assert answer.rates[0].parts[-1] == ("Other", Decimal("1.00"))


def test_dates_days_and_guarantee_are_read():
    (rate,) = given.carrier(given.quotes(given.quote())).rate(given.rate_request()).rates
    assert rate.expected_date == date(2026, 1, 19)
    assert rate.transit_days == 2
    assert rate.guaranteed is True


def test_strange_date_does_not_spoil_the_price():
    body = given.quote().replace("2026-01-19", "soon")
    (rate,) = given.carrier(given.quotes(body)).rate(given.rate_request()).rates
    assert rate.expected_date is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<due>11.28</due>", ""),
        ("<due>11.28</due>", "<due/>"),
        ("<due>11.28</due>", "<due>NaN</due>"),
        ("<due>11.28</due>", "<due>1e999999</due>"),
        ("<due>11.28</due>", f"<due>{'9' * 40}</due>"),
        ("<base>9.59</base>", "<base>dear</base>"),
        ("<service-code>DOM.EP</service-code>", "<service-code/>"),
        ("<service-code>DOM.EP</service-code>", ""),
        ("price-details>", "other-details>"),
        ("<adjustment-cost>0.91</adjustment-cost>", ""),
    ],
)
def test_quote_with_a_missing_or_wrong_part_is_unreadable(old, new):
    carrier = given.carrier(given.quotes(given.quote().replace(old, new)))
    with pytest.raises(Unreadable, match="lacks a part") as caught:
        carrier.rate(given.rate_request())
    assert caught.value.body.startswith(b"<price-quotes")


# --- several parcels ------------------------------------------------------------------------------


def by_weight(prices):
    """A transport function that quotes by the weight in the question."""

    def answer(call):
        weight = etree.fromstring(call.body).findtext(f".//{RATE}weight")
        return prices[weight]

    return answer


def test_parcels_are_asked_one_by_one_and_added_up_per_service():
    light = given.quotes(given.quote(), given.quote("DOM.XP", "Xpresspost", days="1"))
    heavy = given.quotes(given.quote(due="21.28", base="19.59", days="4"))
    carrier = given.carrier(by_weight({"1.250": light, "9.000": heavy}))
    answer = carrier.rate(given.rate_request(given.PARCEL, given.parcel(weight_g=9000)))
    (rate,) = answer.rates
    assert rate.price == given.cad("30.42")
    assert rate.taxes == given.cad("2.14")
    assert rate.transit_days == 4
    assert dict(rate.parts)["Fuel surcharge"] == Decimal("1.82")
    (exclusion,) = answer.exclusions
    assert (exclusion.service_code, exclusion.service_name) == ("DOM.XP", "Xpresspost")


def test_unknown_day_of_one_parcel_makes_the_sum_unknown():
    prices = {"1.250": given.quotes(given.quote()), "9.000": given.quotes(given.quote(days=""))}
    carrier = given.carrier(by_weight(prices))
    answer = carrier.rate(given.rate_request(given.PARCEL, given.parcel(weight_g=9000)))
    assert answer.rates[0].transit_days is None


def test_parcels_alike_are_asked_once():
    carrier = given.carrier(given.quotes(given.quote()))
    twin = given.parcel(reference="P2")
    (rate,) = carrier.rate(given.rate_request(given.PARCEL, twin)).rates
    assert len(carrier._transport.calls) == 1
    assert rate.price == given.cad("20.42")


def test_parcels_are_asked_at_the_same_time():
    together = threading.Barrier(3, timeout=5)

    def answer(_call):
        together.wait()
        return given.quotes(given.quote())

    parcels = [given.parcel(weight_g=grams) for grams in (1000, 2000, 3000)]
    (rate,) = given.carrier(answer).rate(given.rate_request(*parcels)).rates
    assert rate.price == given.cad("30.63")


def test_trouble_with_one_parcel_is_trouble_with_all():
    prices = {"1.250": given.quotes(given.quote()), "9.000": Unavailable("later")}
    carrier = given.carrier(by_weight(prices))
    with pytest.raises(Unavailable, match="later"):
        carrier.rate(given.rate_request(given.PARCEL, given.parcel(weight_g=9000)))


# --- services left out ----------------------------------------------------------------------------


def reasons(answer):
    return {exclusion.service_code: exclusion.reason for exclusion in answer.exclusions}


@pytest.mark.parametrize(
    ("parcel", "reason"),
    [
        (given.parcel(weight_g=30_001), "The parcel weighs 30.001 kg; the limit is 30 kg."),
        (given.parcel(length_mm=2001), "The longest side is 200.1 cm; the limit is 200 cm."),
        (given.parcel(height_mm=2001), "The longest side is 200.1 cm; the limit is 200 cm."),
        (
            given.parcel(length_mm=1000, width_mm=500, height_mm=501),
            "Length plus girth is 300.2 cm; the limit is 300 cm.",
        ),
    ],
)
def test_parcel_beyond_the_limits_is_excluded_without_a_call(parcel, reason):
    carrier = given.carrier(given.quotes())
    answer = carrier.rate(given.rate_request(parcel, services=("DOM.EP", "DOM.XP")))
    assert reasons(answer) == {"DOM.EP": reason, "DOM.XP": reason}
    assert answer.exclusions[0].service_name == "Expedited Parcel"
    assert carrier._transport.calls == []


@pytest.mark.parametrize(
    "parcel",
    [
        given.parcel(weight_g=30_000),
        given.parcel(length_mm=2000, width_mm=250, height_mm=250),
        given.parcel(length_mm=0, width_mm=0, height_mm=0),
    ],
)
def test_parcel_at_the_limits_is_asked(parcel):
    carrier = given.carrier(given.quotes(given.quote()))
    assert carrier.rate(given.rate_request(parcel)).rates


def test_reason_names_the_parcel_when_there_are_several():
    heavy = given.parcel(reference="P2", weight_g=31_000)
    answer = given.carrier(given.quotes()).rate(given.rate_request(given.PARCEL, heavy))
    assert reasons(answer)["DOM.EP"].startswith("Parcel P2: The parcel weighs 31 kg")


def test_reasons_are_french_when_asked():
    carrier = given.carrier(given.quotes(), language="fr_CA")
    answer = carrier.rate(given.rate_request(given.parcel(weight_g=30_500)))
    assert reasons(answer)["DOM.EP"] == "Le colis pèse 30,5 kg; la limite est de 30 kg."
    assert answer.exclusions[1].service_name == "Colis accélérés"


def test_service_unknown_to_us_is_limited_by_the_schema_only():
    carrier = given.carrier(given.quotes(given.quote("NEW.ONE", "New")))
    heavy = given.parcel(weight_g=90_000)
    answer = carrier.rate(given.rate_request(heavy, services=("NEW.ONE", "DOM.EP")))
    assert sent(carrier)["services/service-code"] == "NEW.ONE"
    assert [rate.service_code for rate in answer.rates] == ["NEW.ONE"]
    assert "DOM.EP" in reasons(answer)
    too_heavy = given.rate_request(given.parcel(weight_g=100_000), services=("NEW.ONE",))
    assert "99.999 kg" in reasons(carrier.rate(too_heavy))["NEW.ONE"]


def test_service_asked_for_but_not_quoted_is_explained():
    carrier = given.carrier(given.quotes(given.quote()))
    answer = carrier.rate(given.rate_request(services=("DOM.EP", "DOM.PC")))
    assert reasons(answer) == {
        "DOM.PC": "Canada Post does not offer it for this parcel between these postal codes."
    }


def test_options_are_named_when_they_may_be_the_reason():
    carrier = given.carrier(given.quotes(given.quote()))
    request = given.rate_request(services=("DOM.PC",), options=(given.option("SO"),))
    answer = carrier.rate(request)
    assert reasons(answer)["DOM.PC"].endswith("with these options: Signature.")


def test_service_that_was_not_asked_for_is_not_offered():
    carrier = given.carrier(given.quotes(given.quote(), given.quote("DOM.XP", "Xpresspost")))
    answer = carrier.rate(given.rate_request(services=("DOM.XP",)))
    assert [rate.service_code for rate in answer.rates] == ["DOM.XP"]
    assert answer.exclusions == ()


@pytest.mark.parametrize("services", [(), ("DOM.EP", "DOM.XP")])
def test_no_quote_at_all_excludes_with_the_carriers_text(services):
    carrier = given.carrier(given.messages(("9111", "No prices found.")))
    answer = carrier.rate(given.rate_request(services=services))
    assert set(reasons(answer).values()) == {"No prices found."}
    assert len(answer.exclusions) == (len(services) or 6)


def test_one_service_not_for_sale_here_does_not_spoil_the_others():
    def answer(call):
        codes = [found.text for found in etree.fromstring(call.body).iter(RATE + "service-code")]
        if "DOM.LIB" in codes:
            return given.messages(("3000", "Not for this contract."))
        return given.quotes(*(given.quote(code) for code in codes))

    request = given.rate_request(services=("DOM.EP", "DOM.LIB", "DOM.XP"))
    result = given.carrier(answer).rate(request)
    assert [rate.service_code for rate in result.rates] == ["DOM.EP", "DOM.XP"]
    assert reasons(result) == {"DOM.LIB": "Not for this contract."}


@pytest.mark.parametrize("code", ["3000", "10028"])
def test_two_services_are_told_apart(code):
    def answer(call):
        if b"DOM.LIB" in call.body:
            return given.messages((code, "Not here."))
        return given.quotes(given.quote())

    result = given.carrier(answer).rate(given.rate_request(services=("DOM.LIB", "DOM.EP")))
    assert [rate.service_code for rate in result.rates] == ["DOM.EP"]
    assert reasons(result) == {"DOM.LIB": "Not here."}


def test_single_service_that_is_not_for_sale_is_asked_once():
    carrier = given.carrier(given.messages(("3000", "Not here.")))
    answer = carrier.rate(given.rate_request(services=("DOM.LIB",)))
    assert reasons(answer) == {"DOM.LIB": "Not here."}
    assert len(carrier._transport.calls) == 1


def test_service_quoted_twice_for_one_parcel_does_not_stand_in_for_the_other():
    prices = {
        "1.250": given.quotes(given.quote(), given.quote()),
        "9.000": given.quotes(given.quote("DOM.XP")),
    }
    carrier = given.carrier(by_weight(prices))
    answer = carrier.rate(given.rate_request(given.PARCEL, given.parcel(weight_g=9000)))
    assert answer.rates == ()
    assert sorted(reasons(answer)) == ["DOM.EP", "DOM.XP"]


def test_reason_of_ours_comes_before_the_carriers():
    carrier = given.carrier(given.messages(("9111", "No prices.")))
    request = given.rate_request(given.parcel(weight_g=31_000), services=("DOM.EP", "NEW.ONE"))
    found = reasons(carrier.rate(request))
    assert "31 kg" in found["DOM.EP"]
    assert found["NEW.ONE"] == "No prices."


def test_question_refused_as_a_whole_is_refused():
    carrier = given.carrier(given.messages(("1743", "Bad postal code.")))
    with pytest.raises(Refused, match="Bad postal code"):
        carrier.rate(given.rate_request(services=("DOM.EP",)))


@pytest.mark.parametrize("party", ["sender", "recipient"])
def test_other_countries_are_excluded_with_a_reason(party):
    abroad = given.replace(getattr(given.rate_request(), party), country="US")
    carrier = given.carrier(given.quotes(given.quote()))
    answer = carrier.rate(given.rate_request(**{party: abroad}))
    assert set(reasons(answer).values()) == {"Only parcels within Canada are supported so far."}
    assert carrier._transport.calls == []


# --- refused before anything is sent --------------------------------------------------------------


def problems(request, account=given.ACCOUNT):
    carrier = given.carrier(given.quotes(given.quote()), account=account)
    with pytest.raises(Refused) as caught:
        carrier.rate(request)
    assert carrier._transport.calls == []
    return {message.field: message.text for message in caught.value.messages}


def test_all_problems_are_told_at_once():
    bad = given.replace(given.RECIPIENT, postal_code="90210")
    found = problems(given.rate_request(given.parcel(weight_g=0), recipient=bad))
    assert found == {
        "recipient.postal_code": "Recipient: postal code: “90210” is not valid.",
        "parcels.0.weight_g": "Parcel: weight is missing.",
    }


def test_request_without_parcels_is_refused():
    assert "parcels" in problems(given.replace(given.rate_request(), parcels=()))


def test_service_codes_are_checked():
    assert "services.0" in problems(given.rate_request(services=("X" * 33,)))


def test_customer_number_is_checked_before_it_becomes_an_address():
    account = given.replace(given.ACCOUNT, customer_number="../1")
    assert "account.customer_number" in problems(given.rate_request(), account)


def test_empty_service_code_is_refused():
    assert "services.0" in problems(given.rate_request(services=("",)))


def test_contract_number_is_checked():
    account = given.replace(given.ACCOUNT, contract_id="42A")
    assert "account.contract_id" in problems(given.rate_request(), account)


def test_slowest_of_nothing_known_is_unknown():
    assert rating._slowest([None, 3]) is None
    assert rating._slowest([2, 3]) == 3
