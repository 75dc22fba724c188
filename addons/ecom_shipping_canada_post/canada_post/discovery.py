"""Services and options that the carrier offers, with their limits and rules (facts 5)."""

from dataclasses import dataclass
from decimal import Decimal

from . import xml
from .call import Call, segment
from .tables import RATE_TYPE


@dataclass(frozen=True)
class ServiceOption:
    """An option as one service offers it; ``max_amount`` in CAD, or None."""

    code: str
    name: str
    mandatory: bool
    needs_amount: bool
    max_amount: Decimal | None


@dataclass(frozen=True)
class ServiceInfo:
    """One service. Weights in grams, sides in millimetres; 0 where the carrier sets no limit.

    :param oversize_mm: longest side above which a surcharge is due
    :param density_factor: divisor of the volumetric weight, or None
    """

    code: str
    name: str
    min_weight_g: int = 0
    max_weight_g: int = 0
    max_length_mm: int = 0
    max_width_mm: int = 0
    max_height_mm: int = 0
    max_length_girth_mm: int = 0
    max_sides_sum_mm: int = 0
    oversize_mm: int = 0
    density_factor: Decimal | None = None
    options: tuple[ServiceOption, ...] = ()


@dataclass(frozen=True)
class OptionInfo:
    """One option: ``kind`` is FEAT, DI or NDI (facts 5)."""

    code: str
    name: str
    kind: str
    prints_on_label: bool
    needs_amount: bool
    conflicts: tuple[str, ...]
    prerequisites: tuple[str, ...]


def services_call(country):
    """Discover Services towards ``country``. Other filters are unconfirmed (facts 3).

    :rtype: Call
    """
    return Call("GET", "/rs/ship/service", RATE_TYPE, params=(("country", country),))


def read_services(root):
    """(code, name) of each service."""
    found = (xml.values(element) for element in root)
    return tuple((values["service-code"], values["service-name"]) for values in found)


def service_call(code, country, language):
    """Get Service.

    :rtype: Call
    """
    parts = [segment(part, "service_code", language) for part in code.split(".")]
    return Call(
        "GET", "/rs/ship/service/" + ".".join(parts), RATE_TYPE, params=(("country", country),)
    )


def read_service(root):
    """:rtype: ServiceInfo"""
    found = xml.children(root)
    rules = xml.children(found["restrictions"])
    sides = xml.children(rules["dimensional-restrictions"])
    weight = rules["weight-restriction"]
    density = xml.text(rules, "density-factor")
    return ServiceInfo(
        code=xml.required(found, "service-code"),
        name=xml.text(found, "service-name"),
        # The only place where the carrier counts grams (facts 5).
        min_weight_g=int(xml.decimal(weight.get("min") or "0")),
        max_weight_g=int(xml.decimal(weight.get("max") or "0")),
        max_length_mm=_millimetres(sides["length"].get("max")),
        max_width_mm=_millimetres(sides["width"].get("max")),
        max_height_mm=_millimetres(sides["height"].get("max")),
        max_length_girth_mm=_millimetres(xml.text(sides, "length-plus-girth-max")),
        max_sides_sum_mm=_millimetres(xml.text(sides, "length-height-width-sum-max")),
        oversize_mm=_millimetres(xml.text(sides, "oversize-limit")),
        density_factor=xml.decimal(density) if density else None,
        options=tuple(_service_option(element) for element in found.get("options", ())),
    )


def _millimetres(centimetres):
    """Millimetres of a text in centimetres, 0 when there is none."""
    return int(xml.decimal(centimetres or "0") * 10)


def _service_option(element):
    values = xml.values(element)
    limit = values.get("qualifier-max")
    return ServiceOption(
        code=values["option-code"],
        name=values["option-name"],
        mandatory=values.get("mandatory") == "true",
        needs_amount=values.get("qualifier-required") == "true",
        max_amount=xml.decimal(limit) if limit else None,
    )


def option_call(code, language):
    """Get Option.

    :rtype: Call
    """
    return Call("GET", "/rs/ship/option/" + segment(code, "option_code", language), RATE_TYPE)


def read_option(root):
    """:rtype: OptionInfo"""
    found = xml.children(root)
    return OptionInfo(
        code=xml.required(found, "option-code"),
        name=xml.text(found, "option-name"),
        kind=xml.text(found, "option-class"),
        prints_on_label=xml.text(found, "prints-on-label") == "true",
        needs_amount=xml.text(found, "qualifier-required") == "true",
        conflicts=_codes(found.get("conflicting-options", ())),
        prerequisites=_codes(found.get("prerequisite-options", ())),
    )


def _codes(elements):
    return tuple((element.text or "").strip() for element in elements)
