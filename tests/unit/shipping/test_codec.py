"""Contract values as JSON and back."""

import dataclasses
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from odoo.addons.ecom_shipping.carrier_contract import (
    BoughtParcel,
    Document,
    DocumentKind,
    LabelFormat,
    Link,
    ManifestSummary,
    Money,
    RateRequest,
    Sale,
    ShipRequest,
    Status,
    TrackingEvent,
    TransmittedManifest,
)
from odoo.addons.ecom_shipping.carrier_contract.codec import dump, load

from tests.unit.shipping.given import (
    PARCEL,
    RECIPIENT,
    SENDER,
    manifest_request,
    sale,
    ship_request,
)

LABEL = Document(DocumentKind.LABEL, b"%PDF\x00\xff", "application/pdf", 1, "1")
PAPER = Document(DocumentKind.MANIFEST, b"%PDF", "application/pdf")
VALUES = [
    ship_request(),
    ship_request(label_format=LabelFormat.ZPL_4X6, options=(), mailing_date=None),
    sale(),
    sale(
        price=None,
        parts=(("base", Decimal("10.00")), ("fuel", Decimal("2.70"))),
        expected_date=date(2026, 1, 20),
        links=(Link(DocumentKind.LABEL, "https://carrier.example/1", "application/pdf", 1, "1"),),
        documents=(LABEL,),
    ),
    manifest_request(excluded=("ref-9",), mailing_date=date(2026, 1, 16)),
    RateRequest(SENDER, RECIPIENT, (PARCEL,), services=("EXP", "STD")),
    TransmittedManifest("m-1"),
    TransmittedManifest("m-1", ManifestSummary("m-1", "42", PAPER, ("ref-1",))),
    TrackingEvent(datetime(2026, 1, 16, 9, 5, 7, tzinfo=UTC), "0001", "Émis", Status.ACCEPTED),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_value_survives_json(value):
    assert load(type(value), json.loads(json.dumps(dump(value)))) == value


def test_money_stays_exact():
    amount = load(Money, dump(Money(Decimal("0.10"), "CAD"))).amount
    assert isinstance(amount, Decimal)
    assert str(amount) == "0.10"


def test_bytes_travel_as_base64():
    assert dump(LABEL)["content"] == "JVBERgD/"
    assert load(Document, dump(LABEL)).content == b"%PDF\x00\xff"


def test_enums_travel_as_their_values_and_come_back_as_enums():
    assert type(dump(ship_request())["label_format"]) is str
    assert load(ShipRequest, dump(ship_request())).label_format is LabelFormat.PDF_4X6


def test_days_and_moments_keep_their_kind():
    event = VALUES[-1]
    assert dump(ship_request())["mailing_date"] == "2026-01-16"
    assert dump(event)["moment"] == "2026-01-16T09:05:07+00:00"
    loaded = load(TrackingEvent, dump(event)).moment
    assert isinstance(loaded, datetime) and loaded.tzinfo is not None
    day = load(ShipRequest, dump(ship_request())).mailing_date
    assert isinstance(day, date) and not isinstance(day, datetime)


def test_lists_come_back_as_tuples():
    loaded = load(Sale, dump(sale()))
    assert loaded.parcels == (BoughtParcel("1", "pin-1"),)
    assert load(ShipRequest, dump(ship_request())).references == ("S00042", "PO 7")


def test_pair_of_another_length_is_refused():
    data = dump(ship_request()) | {"references": ["one"]}
    with pytest.raises(ValueError):
        load(ShipRequest, data)


def test_unknown_keys_of_a_newer_version_are_ignored():
    data = dump(sale()) | {"invented_later": {"deep": [1]}}
    data["parcels"][0]["colour"] = "red"
    assert load(Sale, data) == sale()


def test_missing_keys_of_an_older_version_take_the_default():
    data = dump(ship_request())
    for name in ("group", "cost_centre", "label_format", "options"):
        del data[name]
    loaded = load(ShipRequest, data)
    assert (loaded.group, loaded.cost_centre, loaded.options) == ("", "", ())
    assert loaded.label_format is LabelFormat.PDF_4X6


def test_missing_key_without_a_default_is_refused():
    data = dump(sale())
    del data["carrier_ref"]
    with pytest.raises(TypeError):
        load(Sale, data)


def test_none_stays_none():
    assert load(Sale, dump(sale(price=None))).price is None
    assert load(Sale, None) is None


def test_dictionaries_are_dumped_inside_out():
    assert dump({"at": date(2026, 1, 1), "of": (Decimal("1.5"),)}) == {
        "at": "2026-01-01",
        "of": ["1.5"],
    }


@dataclass(frozen=True)
class _Mixed:
    either: int | str


def test_ambiguous_type_is_refused_rather_than_guessed():
    with pytest.raises(ValueError):
        load(_Mixed, {"either": "1"})


def test_dump_holds_plain_json_only():
    def plain(data):
        if isinstance(data, dict):
            return all(isinstance(key, str) and plain(item) for key, item in data.items())
        if isinstance(data, list):
            return all(map(plain, data))
        return data is None or type(data) in (str, int, float, bool)

    assert all(plain(dump(value)) for value in VALUES)


def test_every_field_is_written():
    for value in (PARCEL, ship_request(), sale(), manifest_request()):
        names = {field.name for field in dataclasses.fields(value)}
        assert set(dump(value)) == names
