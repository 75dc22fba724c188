"""Handing over goes wrong and is repeated: transmitted once, on one manifest."""

import pytest


@pytest.fixture
def collected(shop):
    """A manifest with the parcels of two transfers."""
    pickings = shop.transfers(2)
    shop.validate(*pickings)
    manifest = shop.collect()
    shop.carrier.forget_calls()
    return manifest


def _transmit(shop, manifest):
    return shop.press("ecom.manifest", "action_transmit", manifest)


def _rows(shop, manifest):
    return [row["state"] for row in shop.journal("ecom.manifest", manifest)]


def _state(shop, manifest):
    (found,) = shop.admin.call(
        "ecom.manifest", "read", [manifest], ["state", "parcel_count", "warning"]
    )
    return found


def _expect_transmitted_once(shop, manifest, parcels=2):
    (sheet,) = shop.carrier.manifests()
    assert len(sheet["shipments"]) == parcels
    assert {shipment["status"] for shipment in shop.carrier.live()} == {"transmitted"}
    found = _state(shop, manifest)
    assert (found["state"], found["parcel_count"]) == ("transmitted", parcels)
    assert not found["warning"]
    assert _rows(shop, manifest)[-1] == "sold"
    shipments = shop.admin.read(
        "ecom.shipment", [["parcel_ids.manifest_id", "=", manifest]], "state"
    )
    assert {shipment["state"] for shipment in shipments} == {"manifested"}


@pytest.mark.parametrize(
    ("step", "transmitted", "rows", "warning"),
    [
        ("before-intent", 0, [], ""),
        ("after-intent", 0, ["intent"], "interrupted"),
        ("before-answer", 1, ["intent"], "interrupted"),
        ("after-answer", 1, ["sold"], "the carrier has it"),
        ("transmit-applied", 1, ["sold"], "the carrier has it"),
    ],
)
def test_killed_while_transmitting(shop, collected, step, transmitted, rows, warning):
    shop.order(step)
    assert shop.dies(_transmit, shop, collected)
    assert len(shop.carrier.manifests()) == transmitted
    found = _state(shop, collected)
    assert found["state"] == "open"
    assert warning in (found["warning"] or "")
    assert _rows(shop, collected) == rows
    _transmit(shop, collected)
    _expect_transmitted_once(shop, collected)


@pytest.mark.parametrize("kind", ["sell_then_hang", "sell_then_reset", "not_xml", "cut_body"])
def test_answer_lost_after_the_transmission_is_asked_for_at_once(shop, collected, kind):
    shop.carrier.fault(kind, "transmit_shipments")
    _transmit(shop, collected)
    _expect_transmitted_once(shop, collected)
    assert shop.carrier.count("transmit_shipments") == 1


def test_answer_lost_and_nobody_can_be_asked(shop, collected):
    shop.carrier.fault("sell_then_hang", "transmit_shipments")
    shop.carrier.fault("reset", "get_shipment", times=3)
    message = shop.refusal(_transmit, shop, collected)
    assert "no clear answer" in message
    assert _state(shop, collected)["state"] == "open"
    assert _rows(shop, collected) == ["unknown"]
    _transmit(shop, collected)
    _expect_transmitted_once(shop, collected)
    assert shop.carrier.count("transmit_shipments") == 1


def test_unclear_stays_unclear_while_the_carrier_is_busy(shop, collected):
    """A clear no to the second attempt says nothing of the first."""
    shop.carrier.fault("sell_then_hang", "transmit_shipments")
    shop.carrier.fault("reset", "get_shipment", times=3)
    shop.refusal(_transmit, shop, collected)
    shop.carrier.fault("throttle", "get_shipment", times=9)
    shop.refusal(_transmit, shop, collected)
    assert _rows(shop, collected) == ["unknown"]
    shop.carrier.clear_faults()
    _transmit(shop, collected)
    _expect_transmitted_once(shop, collected)
    assert shop.carrier.count("transmit_shipments") == 1


def test_nothing_was_transmitted(shop, collected):
    """Turned away at the door: a clear no, and the retry transmits without asking."""
    shop.carrier.fault("throttle", "transmit_shipments")
    message = shop.refusal(_transmit, shop, collected)
    assert "was not transmitted" in message and "busy" in message
    assert _rows(shop, collected) == ["refused"]
    _transmit(shop, collected)
    _expect_transmitted_once(shop, collected)


def test_another_rule_says_no_after_the_transmission(shop, collected):
    shop.order("transmit-applied", "refuse")
    assert shop.refusal(_transmit, shop, collected) == "Set back by another rule."
    assert _rows(shop, collected) == ["sold"]
    _transmit(shop, collected)
    _expect_transmitted_once(shop, collected)
    assert shop.carrier.count("transmit_shipments") == 1


def test_parcel_collected_after_the_carrier_took_the_manifest(shop, collected):
    """The carrier has two parcels when a third joins the list: the third is announced, too."""
    shop.order("before-answer")
    assert shop.dies(_transmit, shop, collected)
    late = shop.transfer()
    shop.validate(late)
    assert shop.collect() == collected
    _transmit(shop, collected)
    assert {shipment["status"] for shipment in shop.carrier.live()} == {"transmitted"}
    assert sorted(len(sheet["shipments"]) for sheet in shop.carrier.manifests()) == [1, 2]
    assert _state(shop, collected)["state"] == "transmitted"
