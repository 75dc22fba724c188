"""Which weight a parcel has, and where it came from."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class WeightOrigin(StrEnum):
    """The values are stored in the database, strongest first."""

    SCALE = "scale"
    TYPED = "typed"
    COMPUTED = "computed"
    TYPE_DEFAULT = "type_default"
    NONE = "none"


@dataclass(frozen=True)
class Weight:
    weight_g: int
    origin: WeightOrigin


def choose_weight(scale_g=0, typed_g=0, computed_g=0, type_default_g=0):
    """The weight to ship with: scale, then typed, then computed, then the package type's default.

    :returns: :class:`Weight`, with ``WeightOrigin.NONE`` and 0 g when nothing is known
    """
    candidates = (
        (scale_g, WeightOrigin.SCALE),
        (typed_g, WeightOrigin.TYPED),
        (computed_g, WeightOrigin.COMPUTED),
        (type_default_g, WeightOrigin.TYPE_DEFAULT),
    )
    for weight_g, origin in candidates:
        if weight_g and weight_g > 0:
            return Weight(weight_g, origin)
    return Weight(0, WeightOrigin.NONE)


GRAMS_PER_KG = Decimal(1000)
GRAMS_PER_LB = Decimal("453.59237")
MILLIMETRES_PER_M = Decimal(1000)
MILLIMETRES_PER_FOOT = Decimal("304.8")
MILLIMETRES_PER_INCH = Decimal("25.4")


def to_whole(value, factor):
    """``value`` times ``factor``, rounded to a whole number (of grams or millimetres)."""
    exact = Decimal(str(value or 0)) * factor
    return int(exact.to_integral_value(rounding=ROUND_HALF_UP))
