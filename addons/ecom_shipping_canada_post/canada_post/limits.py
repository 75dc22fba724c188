"""Whether a parcel fits a service, and the reason in words when it does not (facts 9)."""

from decimal import Decimal

from .check import centimetres, kilograms
from .tables import OPTIONS, SCHEMA_LIMITS, SERVICES
from .texts import number, say


def service_name(code, language):
    """The service's name as we know it, or its code."""
    service = SERVICES.get(code)
    return service.names[language.startswith("fr")] if service else code


def option_name(code, language):
    """The option's name as we know it, or its code."""
    option = OPTIONS.get(code)
    return option.names[language.startswith("fr")] if option else code


def why_not(code, parcel, language):
    """A sentence when ``parcel`` is beyond the limits of service ``code``, else ''.

    A parcel without size is judged by its weight alone.
    """
    limits = SERVICES.get(code, SCHEMA_LIMITS)
    longest, *others = sorted((parcel.length_mm, parcel.width_mm, parcel.height_mm), reverse=True)
    girth = longest + 2 * sum(others)
    if parcel.weight_g > limits.max_weight_g:
        return _sentence(
            language,
            "too_heavy",
            weight=kilograms(parcel.weight_g),
            limit=kilograms(limits.max_weight_g),
        )
    if longest > limits.max_side_mm:
        return _sentence(
            language,
            "side_too_long",
            size=centimetres(longest),
            limit=centimetres(limits.max_side_mm),
        )
    if girth > limits.max_length_girth_mm:
        limit = centimetres(limits.max_length_girth_mm)
        return _sentence(language, "girth_too_large", size=centimetres(girth), limit=limit)
    return ""


def _sentence(language, key, **numbers):
    words = {name: number(language, Decimal(value)) for name, value in numbers.items()}
    return say(language, key, **words)


def write(builder, parcel):
    """Append ``parcel-characteristics``; the longest side is the length."""
    with builder.block("parcel-characteristics"):
        builder.add("weight", kilograms(parcel.weight_g))
        if parcel.has_size:
            sides = sorted((parcel.length_mm, parcel.width_mm, parcel.height_mm), reverse=True)
            with builder.block("dimensions"):
                builder.add("length", centimetres(sides[0]))
                builder.add("width", centimetres(sides[1]))
                builder.add("height", centimetres(sides[2]))
