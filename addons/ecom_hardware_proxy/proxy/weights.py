"""What a scale said: a fact with its unit, or a state in words. Never the number 0 for "I do not know".

Weights are exact decimals; conversion to grams happens here and nowhere else.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from .words import Words


class Unit(StrEnum):
    """Units that a scale may show."""

    GRAM = "g"
    KILOGRAM = "kg"
    POUND = "lb"
    OUNCE = "oz"


# Exact by definition (international avoirdupois pound, 1959).
GRAMS = {
    Unit.GRAM: Decimal(1),
    Unit.KILOGRAM: Decimal(1000),
    Unit.POUND: Decimal("453.59237"),
    Unit.OUNCE: Decimal("28.349523125"),
}


class State(StrEnum):
    """What a reading is worth. Only STABLE carries a weight that may be used."""

    STABLE = "stable"
    MOTION = "motion"
    OVERLOAD = "overload"
    UNDERLOAD = "underload"
    NEGATIVE = "negative"
    NOT_ZEROED = "not_zeroed"
    FAULT = "fault"
    UNREADABLE = "unreadable"
    SILENT = "silent"
    STALE = "stale"
    OFFLINE = "offline"


WORDS = {
    State.STABLE: Words("Stable"),
    State.MOTION: Words("The scale is still moving."),
    State.OVERLOAD: Words("Too heavy for this scale."),
    State.UNDERLOAD: Words("The scale is below its zero: put the platter back, or zero it empty."),
    State.NEGATIVE: Words("Less than nothing is on the scale: zero it empty."),
    State.NOT_ZEROED: Words("The scale could not find its zero: empty it and zero it."),
    State.FAULT: Words("The scale reports a fault; switch it off and on."),
    State.UNREADABLE: Words("The scale's answer cannot be read: check protocol, speed and parity."),
    State.SILENT: Words("The scale does not answer: is it on, and is the cable in?"),
    State.STALE: Words("The last weight is too old."),
    State.OFFLINE: Words("The scale is not connected."),
}


@dataclass(frozen=True)
class Reading:
    """One answer of a scale.

    *shown* and *unit* are what the display says (also while moving); *weight_g* is exact and is
    there only in state STABLE. *zero* and *net* are None where the protocol does not say.
    A scale that shows pounds and ounces has *shown* "2 lb 3.5 oz" and no *unit*.
    *raw* are the bytes it was read from; *hint* says more than the state's own words, if there is more.
    """

    state: State
    protocol: str
    weight_g: Decimal | None = None
    shown: str | None = None
    unit: Unit | None = None
    zero: bool | None = None
    net: bool | None = None
    raw: bytes = b""
    hint: str = ""

    def __post_init__(self) -> None:
        if (self.weight_g is not None) != (self.state is State.STABLE):
            raise ValueError(f"{self.state} with weight {self.weight_g}")

    @property
    def words(self) -> str:
        """The state as a sentence for the packer."""
        return self.hint or WORDS[self.state]


def stable(
    shown: str,
    unit: Unit,
    protocol: str,
    zero: bool | None = None,
    net: bool | None = None,
    raw: bytes = b"",
) -> Reading:
    """A usable weight: *shown* is the number as the scale sent it, without spaces."""
    # Adding 0 turns the "-0.00" of an empty scale into 0.00.
    weight_g = Decimal(shown) * GRAMS[unit] + 0
    if weight_g < 0:
        return Reading(State.NEGATIVE, protocol, None, shown, unit, zero, net, raw)
    return Reading(State.STABLE, protocol, weight_g, shown, unit, zero, net, raw)
