"""Layouts come as JSON from outside: strict, with the field that is wrong."""

import json

import pytest

from odoo.addons.ecom_hardware_proxy.proxy import labels

EVERYTHING = labels.Label(
    100,
    150,
    (
        labels.Text(1, 2, "Zoé", 5, 60, 2, "center"),
        labels.Line(1, 20, 50, 0.5),
        labels.Box(1, 22, 50, 20, 1),
        labels.Code128(1, 45, 90, 20, "A1"),
        labels.Code128(1, 75, 90, 20, gs1=(("10", "B"), ("21", "C")), readable=False),
        labels.Picture(1, 100, 20, 20, b"\x89PNG..."),
    ),
)
TEXT = {"type": "text", "x_mm": 1, "y_mm": 1, "text": "a"}
CODE = {"type": "code128", "x_mm": 1, "y_mm": 1, "width_mm": 80, "height_mm": 20}


def page(*elements, **changes):
    return json.dumps({"width_mm": 100, "height_mm": 150, "elements": elements} | changes).encode()


def test_written_and_read_again():
    assert labels.read(labels.write(EVERYTHING)) == EVERYTHING


def test_defaults_may_be_left_out():
    assert labels.read(page(TEXT)).elements == (labels.Text(1, 1, "a"),)


@pytest.mark.parametrize(
    ("content", "field", "reason"),
    [
        (b"{", "label", "not JSON"),
        (b"\xff", "label", "not JSON"),
        (b"[" * 100_000, "label", "not JSON"),
        (b"[]", "label", "must be an object"),
        (b" " * 8_000_001, "label", "at most"),
        (page(elements={}), "elements", "must be a list"),
        (page(colour="red"), "label.colour", "is not known"),
        (b'{"width_mm": 1, "height_mm": 1}', "label.elements", "is missing"),
        (page(width_mm="wide"), "width_mm", "must be a number"),
        (page(width_mm=None), "width_mm", "must be a number"),
        (page("text"), "elements[0].type", "must be one of"),
        (page({"type": "qr"}), "elements[0].type", "must be one of"),
        (page({"type": ["text"]}), "elements[0].type", "must be one of"),
        (page(TEXT, TEXT | {"font": "x"}), "elements[1].font", "is not known"),
        (page({"type": "text", "x_mm": 1, "y_mm": 1}), "elements[0].text", "is missing"),
        (page(TEXT | {"text": 5}), "elements[0].text", "must be a text"),
        (page(TEXT | {"size_mm": 1e999}), "elements[0].size_mm", "must be from"),
        (page(TEXT | {"size_mm": 10**400}), "elements[0].size_mm", "must be from"),
        (page(TEXT | {"x_mm": 101}), "elements[0].text", "does not fit"),
        (page(CODE | {"data": 5}), "elements[0].data", "must be a text"),
        (page(CODE | {"gs1": "10A"}), "elements[0].gs1", "must be a list"),
        (page(CODE | {"gs1": [["10"]]}), "elements[0].gs1", "must be a list"),
        (page(CODE | {"gs1": [["10", 5]]}), "elements[0].gs1", "must be a list"),
        (
            page({**CODE, "type": "picture", "content": "***"}),
            "elements[0].content",
            "must be base64",
        ),
    ],
)
def test_what_is_wrong_is_named(content, field, reason):
    with pytest.raises(labels.LabelError) as refused:
        labels.read(content)
    assert refused.value.field == field and reason in refused.value.reason
