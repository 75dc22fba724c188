"""Checks before money is spent: each finding names the field to mend and says how.

The findings carry a code and numbers instead of sentences, because sentences belong to the screen's
language: the model ``ecom.shipment`` turns them into text.
"""

import re
from dataclasses import dataclass

CANADIAN_POSTAL_CODE = re.compile(
    r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] ?\d[ABCEGHJ-NPRSTV-Z]\d", re.I
)
US_ZIP_CODE = re.compile(r"\d{5}(-\d{4})?")
POSTAL_CODES = {"CA": CANADIAN_POSTAL_CODE, "US": US_ZIP_CODE}


@dataclass(frozen=True)
class Limits:
    """What a service accepts; 0 means no limit."""

    min_weight_g: int = 0
    max_weight_g: int = 0
    max_side_mm: int = 0
    max_length_girth_mm: int = 0


@dataclass(frozen=True)
class Finding:
    """One thing to mend.

    :param code: ``missing``, ``too_long``, ``bad_postal_code``, ``no_weight``, ``too_light``,
        ``too_heavy``, ``side_too_long``, ``girth_too_long``, ``option_conflict``, ``option_prerequisite``
    :param field: dotted path (``recipient.street``, ``parcels.0.weight_g``)
    :param value: what stands there now
    :param limit: the limit that was passed, in the field's unit
    """

    code: str
    field: str
    value: str = ""
    limit: int = 0


def check_request(request, limits, max_lengths, requires_phone=False):
    """Everything that can be known to be wrong before the carrier is called.

    :param request: :class:`ShipRequest`
    :param limits: :class:`Limits` of the service
    :param max_lengths: the carrier's longest texts by dotted path
    :rtype: list[Finding]
    """
    return [
        *_missing(request, requires_phone),
        *_too_long(request, max_lengths),
        *_postal_codes(request),
        *_parcels(request.parcels, limits),
    ]


def check_parcels(parcels, limits):
    """The weight and size part alone, used to say why a service is left out of the quotes."""
    return list(_parcels(parcels, limits))


def _missing(request, requires_phone):
    for side in ("sender", "recipient"):
        address = getattr(request, side)
        if not (address.name or address.company):
            yield Finding("missing", f"{side}.name")
        for name in ("street", "city", "postal_code", "country"):
            if not getattr(address, name).strip():
                yield Finding("missing", f"{side}.{name}")
        if address.country in ("CA", "US") and not address.province:
            yield Finding("missing", f"{side}.province")
    if requires_phone and not request.sender.phone:
        yield Finding("missing", "sender.phone")


def _too_long(request, max_lengths):
    for path, limit in max_lengths.items():
        value = _get(request, path)
        if len(value) > limit:
            yield Finding("too_long", path, value, limit)


def _get(request, path):
    value = request
    for name in path.split("."):
        value = value[int(name)] if name.isdigit() else getattr(value, name)
    return value or ""


def _postal_codes(request):
    for side in ("sender", "recipient"):
        address = getattr(request, side)
        pattern = POSTAL_CODES.get(address.country)
        if pattern and address.postal_code and not pattern.fullmatch(address.postal_code.strip()):
            yield Finding("bad_postal_code", f"{side}.postal_code", address.postal_code)


def _parcels(parcels, limits):
    for index, parcel in enumerate(parcels):
        yield from _weight(parcel, limits, f"parcels.{index}.weight_g")
        yield from _size(parcel, limits, f"parcels.{index}.size")


def _weight(parcel, limits, path):
    if parcel.weight_g <= 0:
        yield Finding("no_weight", path)
    elif limits.min_weight_g and parcel.weight_g < limits.min_weight_g:
        yield Finding("too_light", path, str(parcel.weight_g), limits.min_weight_g)
    elif limits.max_weight_g and parcel.weight_g > limits.max_weight_g:
        yield Finding("too_heavy", path, str(parcel.weight_g), limits.max_weight_g)


def _size(parcel, limits, path):
    sides = sorted((parcel.length_mm, parcel.width_mm, parcel.height_mm), reverse=True)
    if limits.max_side_mm and sides[0] > limits.max_side_mm:
        yield Finding("side_too_long", path, str(sides[0]), limits.max_side_mm)
    length_girth_mm = sides[0] + 2 * (sides[1] + sides[2])
    if limits.max_length_girth_mm and length_girth_mm > limits.max_length_girth_mm:
        yield Finding("girth_too_long", path, str(length_girth_mm), limits.max_length_girth_mm)


def check_options(chosen, prerequisites, conflicts):
    """Options that do not go together.

    :param chosen: codes asked for
    :param prerequisites: code to the codes it needs; :param conflicts: code to the codes it excludes
    :rtype: list[Finding]
    """
    chosen = list(chosen)
    findings = []
    for position, code in enumerate(chosen):
        findings += [
            Finding("option_conflict", f"options.{code}", other)
            for other in chosen[position + 1 :]
            if other in conflicts.get(code, ()) or code in conflicts.get(other, ())
        ]
        findings += [
            Finding("option_prerequisite", f"options.{code}", needed)
            for needed in prerequisites.get(code, ())
            if needed not in chosen
        ]
    return findings
