"""The real client against the loopback Canada Post, over real sockets."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from odoo.addons.ecom_shipping.carrier_contract import (
    DocumentKind,
    LabelFormat,
    Pace,
    Refused,
    Status,
    Unavailable,
    Unreadable,
    current_status,
)
from odoo.addons.ecom_shipping_canada_post.canada_post import (
    ALREADY_TRANSMITTED_CODES,
    AccountSettings,
    CanadaPost,
    Transport,
)

from sandbox.canada_post import CanadaPostSandbox
from sandbox.canada_post.routes import ROUTES
from tests.unit.canada_post import given

ACCOUNT = AccountSettings("sandbox-north", "north-pass", "0009000001", contract_id="0049000001")
KEY = "SO00042-1"
ALL_OPTIONS = (("DC",), ("SO",), ("COV",), ("HFP",), ("DNS",), ("LAD",), ("SO", "COV", "HFP"))


@pytest.fixture(scope="module")
def running():
    with CanadaPostSandbox() as sandbox:
        yield sandbox


@pytest.fixture
def box(running):
    running.control("POST", "/_control/reset")
    running.control("POST", "/_control/clock", {"date": given.TODAY.isoformat()})
    yield running
    running.faults.clear()


def connect(box, account=ACCOUNT, language="en", timeouts=(5, 10, 20), paces=None):
    transport = Transport(
        box.url,
        account.user,
        account.password,
        language,
        timeouts,
        sleep=lambda _s: None,
        paces=paces,
    )
    return CanadaPost(
        account,
        box.url,
        language,
        today=lambda: given.TODAY,
        transport=transport,
        sleep=lambda _s: None,
    )


@pytest.fixture
def post(box):
    return connect(box)


@pytest.fixture
def hasty(box):
    """The same, with little patience: for calls that are never answered."""
    return connect(box, timeouts=(5, 0.3, 0.3))


def fault(box, kind, operation, **values):
    box.control("POST", "/_control/faults", {"kind": kind, "operation": operation, **values})


def sold(box):
    """Shipments that the carrier counts as sold."""
    return [
        row
        for row in box.control("GET", "/_control/shipments")["shipments"]
        if row["status"] in ("created", "transmitted")
    ]


def options(codes):
    return tuple(given.option(code, "50" if code == "COV" else None) for code in codes)


# --- the account ----------------------------------------------------------------------------------


def test_connection(post):
    told = post.test_connection()
    assert "0009000001" in told
    assert "0049000001" in told


def test_wrong_password_is_refused(box):
    account = given.replace(ACCOUNT, password="wrong")
    with pytest.raises(Refused, match="E002"):
        connect(box, account).test_connection()


def test_key_of_the_other_environment_is_refused(box):
    account = AccountSettings("sandbox-production", "production-pass", "0009000006")
    with pytest.raises(Refused, match="AA002"):
        connect(box, account).test_connection()


def test_mailing_for_another_customer(box):
    account = AccountSettings(
        "sandbox-north", "north-pass", "0009000011", "0009000001", contract_id="0049000011"
    )
    post = connect(box, account)
    assert "0009000011" in post.test_connection()
    sale = post.ship(given.ship_request())
    assert post.recover(KEY).carrier_ref == sale.carrier_ref


def test_catalogue(post):
    services, options_ = post.catalogue()
    assert {"DOM.EP", "DOM.XP", "DOM.RP", "DOM.PC"} <= {service.code for service in services}
    assert {"SO", "COV", "DC"} <= {option.code for option in options_}


# --- prices ---------------------------------------------------------------------------------------


def test_rates_side_by_side(post):
    answer = post.rate(given.rate_request())
    assert len(answer.rates) >= 3
    for rate in answer.rates:
        assert sum(amount for _label, amount in rate.parts) == rate.price.amount > 0
        assert "Other" not in dict(rate.parts)


def test_two_parcels_cost_more_than_one(post):
    one = post.rate(given.rate_request(services=("DOM.EP",))).rates[0]
    two = post.rate(
        given.rate_request(
            given.PARCEL, given.parcel(reference="P2", weight_g=2500), services=("DOM.EP",)
        )
    ).rates[0]
    assert two.price.amount > one.price.amount


def test_every_service_asked_for_is_answered(post):
    services = ("DOM.EP", "DOM.RP", "DOM.LIB", "NO.SUCH")
    answer = post.rate(given.rate_request(services=services))
    told = [rate.service_code for rate in answer.rates]
    told += [exclusion.service_code for exclusion in answer.exclusions]
    assert sorted(told) == sorted(services)
    assert all(exclusion.reason for exclusion in answer.exclusions)


def test_french_names(box):
    (rate,) = connect(box, language="fr").rate(given.rate_request(services=("DOM.EP",))).rates
    assert rate.service_name.startswith("Colis acc")
    assert rate.parts[0][0] == "Prix de base"


# --- one parcel from purchase to delivery ---------------------------------------------------------


@pytest.mark.parametrize("label_format", LabelFormat)
def test_parcel_is_bought_and_its_label_fetched(post, label_format):
    sale = post.ship(given.ship_request(label_format=label_format))
    assert sale.key == KEY
    assert sale.price.amount > 0
    assert sum(amount for _label, amount in sale.parts) == sale.price.amount
    (document,) = post.documents(sale)
    assert document.kind is DocumentKind.LABEL
    is_zpl = label_format is LabelFormat.ZPL_4X6
    assert document.content.lstrip().startswith(b"^XA" if is_zpl else b"%PDF-")


@pytest.mark.parametrize("codes", ALL_OPTIONS)
def test_parcel_with_options_is_bought(post, codes):
    assert post.ship(given.ship_request(options=options(codes))).carrier_ref


def test_long_and_accented_texts_are_taken(post):
    recipient = given.replace(given.RECIPIENT, name="é" * 44, street="& <" + "ç" * 41)
    assert post.ship(given.ship_request(recipient=recipient)).carrier_ref


def test_sale_is_found_again_the_same(post):
    sale = post.ship(given.ship_request())
    found = post.recover(KEY)
    assert found.carrier_ref == sale.carrier_ref
    assert found.parcels[0].tracking_number == sale.parcels[0].tracking_number
    assert (found.price, found.taxes, found.parts) == (sale.price, sale.taxes, sale.parts)
    assert [link.href for link in found.links] == [link.href for link in sale.links]
    assert post.recover("NEVER-BOUGHT") is None


def test_same_key_twice_sells_once(box, post):
    post.ship(given.ship_request())
    with pytest.raises(Unavailable) as caught:
        post.ship(given.ship_request())
    assert caught.value.sent is True
    assert len(sold(box)) == 1


def test_void_and_what_is_left_of_it(box, post):
    sale = post.ship(given.ship_request())
    post.cancel(sale.carrier_ref)
    assert sold(box) == []
    assert post.recover(KEY) is None
    with pytest.raises(Refused):
        post.cancel(sale.carrier_ref)


def test_immediate_shipment_is_refunded_but_not_voided(box):
    post = connect(box, given.replace(ACCOUNT, immediate=True))
    sale = post.ship(given.ship_request(group=""))
    assert sale.state == "transmitted"
    with pytest.raises(Refused) as caught:
        post.cancel(sale.carrier_ref)
    assert caught.value.codes & ALREADY_TRANSMITTED_CODES
    assert post.refund(sale.carrier_ref, "desk@example.com")
    with pytest.raises(Refused, match="7292"):
        post.refund(sale.carrier_ref, "desk@example.com")


def test_card_account_without_contract_buys(box):
    account = AccountSettings(
        "sandbox-card", "card-pass", "0009000005", payment_method="CreditCard", immediate=True
    )
    assert connect(box, account).ship(given.ship_request()).carrier_ref


def hand_over(post, *keys, **changes):
    sales = [post.ship(given.ship_request(key=key)) for key in keys]
    refs = tuple(sale.carrier_ref for sale in sales)
    return sales, given.manifest_request(sales=refs, **changes)


def test_manifest_is_transmitted_waited_for_and_read(post):
    sales, request = hand_over(post, "K1", "K2")
    (manifest,) = post.transmit_manifest(request)
    assert post.manifest(manifest.ref) is None
    summary = post.manifest(manifest.ref)
    assert summary.number
    assert set(summary.sales) == {sale.carrier_ref for sale in sales}
    assert summary.document.content.startswith(b"%PDF-")
    assert summary.total.amount >= sum(sale.price.amount for sale in sales)


def test_shipment_held_back_stays_behind(post):
    (first, second), request = hand_over(post, "K1", "K2")
    request = given.replace(request, excluded=(second.carrier_ref,))
    (manifest,) = post.transmit_manifest(request)
    post.manifest(manifest.ref)
    assert post.manifest(manifest.ref).sales == (first.carrier_ref,)
    assert post.recover("K2").state == "created"


def test_manifest_is_found_again(box, post):
    _sales, request = hand_over(post, "K1", "K2")
    assert post.recover_manifests(request) == ()
    transmitted = post.transmit_manifest(request)
    box.control("POST", "/_control/manifests/ready")
    assert post.recover_manifests(request) == transmitted


def test_manifest_of_others_is_not_taken_for_ours(post):
    _sales, theirs = hand_over(post, "K1")
    post.transmit_manifest(theirs)
    sale = post.ship(given.ship_request(key="K2", group="OTHER"))
    ours = given.manifest_request(groups=("OTHER",), sales=(sale.carrier_ref,))
    assert post.recover_manifests(ours) == ()


def test_empty_groups_are_refused(post):
    with pytest.raises(Refused):
        post.transmit_manifest(given.manifest_request(groups=("NOTHING",)))


def advance(box, pin, **values):
    box.control("POST", "/_control/advance", {"pin": pin, **values})


def test_parcel_is_followed_step_by_step(box, post):
    (sale,), request = hand_over(post, "K1")
    pin = sale.parcels[0].tracking_number
    assert post.track(pin).events == ()
    post.transmit_manifest(request)
    seen = []
    for hour in range(12):
        advance(box, pin, at=f"2026-01-16T{hour:02d}:00:00+00:00")
        seen.append(current_status(post.track(pin).events))
    assert Status.IN_TRANSIT in seen
    assert Status.OUT_FOR_DELIVERY in seen
    assert seen[-1] is Status.DELIVERED


@pytest.mark.parametrize(
    ("scenario", "status"), [("delivered", Status.DELIVERED), ("returned", Status.RETURNED)]
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_end_of_a_parcel(box, language, scenario, status):
    post = connect(box, language=language)
    (sale,), request = hand_over(post, "K1")
    pin = sale.parcels[0].tracking_number
    post.transmit_manifest(request)
    advance(box, pin, scenario=scenario)
    answer = post.track(pin)
    assert current_status(answer.events) is status
    assert answer.extra["reference_1"] == "SO00042"


def test_number_that_nobody_knows_is_an_empty_answer(post):
    assert post.track("7023210039414604").events == ()


# --- when it goes wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sell_then_hang", "sell_then_reset", "cut_body"])
def test_label_sold_without_an_answer_is_found_again(box, hasty, kind):
    fault(box, kind, "create_shipment", seconds=1)
    with pytest.raises(Unavailable) as caught:
        hasty.ship(given.ship_request())
    assert caught.value.sent is True
    assert hasty.recover(KEY).carrier_ref == sold(box)[0]["id"]


@pytest.mark.parametrize("kind", ["not_xml", "wrong_encoding"])
def test_answer_that_makes_no_sense_is_found_again(box, post, kind):
    recipient = given.replace(given.RECIPIENT, name="Zoé")
    fault(box, kind, "create_shipment")
    try:
        post.ship(given.ship_request(recipient=recipient))
    except Unreadable:
        pass
    assert post.recover(KEY).carrier_ref == sold(box)[0]["id"]


@pytest.mark.parametrize("kind", ["hang", "reset", "error_500", "throttle"])
def test_nothing_sold_is_told_as_nothing(box, hasty, kind):
    fault(box, kind, "create_shipment", seconds=1)
    with pytest.raises(Unavailable) as caught:
        hasty.ship(given.ship_request())
    assert caught.value.sent is (kind != "throttle")
    assert hasty.recover(KEY) is None
    assert sold(box) == []


def test_the_pace_keeps_below_the_carriers_limit(box):
    """Eight threads, more calls than a window takes: none is turned away."""
    box.control("POST", "/_control/settings", {"rate_limits": {"A": 6}, "rate_limit_window_s": 0.5})
    try:
        carrier = connect(box, paces={"A": Pace(6, 0.55)})
        requests = [given.ship_request(key=f"{KEY}-{number}") for number in range(14)]
        with ThreadPoolExecutor(8) as pool:
            assert len(list(pool.map(carrier.ship, requests))) == 14
    finally:
        box.control("POST", "/_control/settings", {"rate_limits": None, "rate_limit_window_s": 60})


def test_every_call_that_the_carrier_counts_has_its_group(box, post):
    """By the sandbox's own table of routes."""
    seen = []
    send = post._transport.send

    def listen(call):
        seen.append(call)
        return send(call)

    post._transport.send = listen
    sale = post.ship(given.ship_request(key=KEY))
    post.documents(sale)
    post.recover(KEY)
    post.rate(given.rate_request())
    post.test_connection()
    post.cancel(sale.carrier_ref)
    called = box.control("GET", "/_control/calls")["calls"]
    groups = {route.name: route.limit for route in ROUTES}
    assert [groups[call["operation"]] for call in called] == [call.group for call in seen]


def test_throttle_says_how_long_to_wait(box, post):
    fault(box, "throttle", "get_rates")
    with pytest.raises(Unavailable) as caught:
        post.rate(given.rate_request())
    assert caught.value.retry_after_s == 60


def test_void_without_an_answer_is_a_void(box, hasty):
    sale = hasty.ship(given.ship_request())
    fault(box, "void_then_hang", "void_shipment", seconds=1)
    with pytest.raises(Unavailable):
        hasty.cancel(sale.carrier_ref)
    assert hasty.recover(KEY) is None


def test_empty_list_of_errors_is_no_void(box, post):
    sale = post.ship(given.ship_request())
    fault(box, "empty_messages", "void_shipment")
    with pytest.raises(Refused, match="did not void"):
        post.cancel(sale.carrier_ref)
    assert len(sold(box)) == 1


def test_label_that_is_never_ready_is_unavailable(box, post):
    sale = post.ship(given.ship_request())
    fault(box, "accepted_202", "get_artifact")
    with pytest.raises(Unavailable, match="preparing"):
        post.documents(sale)


def test_slow_bytes_end_in_time(box, hasty):
    sale = hasty.ship(given.ship_request())
    fault(box, "slow_bytes", "get_artifact", seconds=5, times=3)
    with pytest.raises(Unavailable):
        hasty.documents(sale)


def test_many_threads_share_one_carrier(box):
    post = connect(box, timeouts=(5, 5, 10))
    keys = [f"K{number}" for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        sales = list(pool.map(lambda key: post.ship(given.ship_request(key=key)), keys))
    assert [sale.key for sale in sales] == keys
    assert len({sale.carrier_ref for sale in sales}) == len(sold(box)) == 24
