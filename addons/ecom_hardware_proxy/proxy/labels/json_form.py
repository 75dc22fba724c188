"""Labels as JSON: what Odoo sends when it has a layout and not a file.

``{"width_mm": 101.6, "height_mm": 152.4, "elements": [{"type": "text", "x_mm": 4, ...}]}``; the keys
of an element are the fields of its class in layout.py, a picture's content is base64.
"""

import base64
import binascii
import json
from dataclasses import MISSING, asdict, fields

from ..words import Words
from .layout import Box, Code128, Element, Label, LabelError, Line, Picture, Text

MIMETYPE = "application/vnd.ecom.label+json"
MAX_BYTES = 8_000_000
_TYPES: dict[str, type] = {
    "text": Text,
    "line": Line,
    "box": Box,
    "code128": Code128,
    "picture": Picture,
}
_NAMES = {kind: name for name, kind in _TYPES.items()}


def read(content: bytes) -> Label:
    """The label that *content* describes. Raises LabelError with field, value and reason."""
    if len(content) > MAX_BYTES:
        raise LabelError(
            "label", len(content), Words("at most {max_bytes} bytes", max_bytes=MAX_BYTES)
        )
    try:
        found = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise LabelError(
            "label", content[:40], Words("is not JSON: {error}", error=error)
        ) from None
    _check_keys(found, {"width_mm", "height_mm", "elements"}, set(), "label")
    if not isinstance(found["elements"], list):
        raise LabelError("elements", found["elements"], Words("must be a list"))
    elements = tuple(_element(number, item) for number, item in enumerate(found["elements"]))
    return Label(found["width_mm"], found["height_mm"], elements)


def write(label: Label) -> bytes:
    """*label* as JSON; reading it gives the same label."""
    elements = [_as_json(element) for element in label.elements]
    page = {"width_mm": label.width_mm, "height_mm": label.height_mm, "elements": elements}
    return json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode()


def _element(number: int, item: object) -> Element:
    where = f"elements[{number}]"
    name = item.get("type") if isinstance(item, dict) else None
    kind = _TYPES.get(name) if isinstance(name, str) else None
    if kind is None:
        raise LabelError(
            f"{where}.type", item, Words("must be one of {types}", types=", ".join(_TYPES))
        )
    values = {key: value for key, value in item.items() if key != "type"}
    needed = {field.name for field in fields(kind) if field.default is MISSING}
    _check_keys(values, needed, {field.name for field in fields(kind)} - needed, where)
    try:
        return kind(**_from_json(values))
    except LabelError as error:
        raise error.inside(where) from None


def _check_keys(found: object, needed: set[str], allowed: set[str], where: str) -> None:
    if not isinstance(found, dict):
        raise LabelError(where, found, Words("must be an object"))
    for key in sorted(needed - found.keys()):
        raise LabelError(f"{where}.{key}", None, Words("is missing"))
    for key in sorted(found.keys() - needed - allowed):
        raise LabelError(f"{where}.{key}", found[key], Words("is not known"))


def _from_json(values: dict[str, object]) -> dict[str, object]:
    if "content" in values:
        values["content"] = _bytes(values["content"])
    if "gs1" in values:
        values["gs1"] = _pairs(values["gs1"])
    return values


def _bytes(text: object) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise LabelError("content", text, Words("must be base64")) from None


def _pairs(found: object) -> tuple[tuple[str, str], ...]:
    good = isinstance(found, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
        for pair in found
    )
    if not good:
        raise LabelError("gs1", found, Words("must be a list of [identifier, value]"))
    return tuple((ai, value) for ai, value in found)


def _as_json(element: Element) -> dict[str, object]:
    values = asdict(element)
    if isinstance(element, Picture):
        values["content"] = base64.b64encode(element.content).decode()
    return {"type": _NAMES[type(element)], **values}
