"""Scale drivers: bytes into readings, one file per protocol. Add one: its file, and here."""

from collections.abc import Mapping

from .driver import LineSettings, OptionError, ScaleDriver
from .hid_pos import HidPos
from .mt_sics import MtSics
from .nci import Nci
from .pattern import Pattern
from .pitney_bowes import PitneyBowes
from .ps60 import Ps60
from .sma import Sma
from .toledo_8217 import Toledo8217
from ..words import Words

DRIVERS: dict[str, type[ScaleDriver]] = {
    driver.name: driver
    for driver in (Toledo8217, Ps60, Nci, MtSics, Sma, PitneyBowes, Pattern, HidPos)
}


def make(name: str, options: Mapping[str, object]) -> ScaleDriver:
    """Return a new driver. Raises OptionError (a ValueError) with the reason in words."""
    driver = DRIVERS.get(name)
    if driver is None:
        raise OptionError(
            Words(
                "There is no scale driver {name}; there are {drivers}.",
                name=name,
                drivers=", ".join(DRIVERS),
            )
        )
    unknown = sorted(set(options) - set(driver.options))
    if unknown:
        known = ", ".join(driver.options) or "none"
        raise OptionError(
            Words(
                "{name} has no option {unknown}; it has: {known}.",
                name=name,
                unknown=", ".join(unknown),
                known=known,
            )
        )
    try:
        return driver(**options)
    except (TypeError, AttributeError) as error:
        raise OptionError(
            Words(
                "{name}: an option has a value of the wrong kind ({error}).", name=name, error=error
            )
        ) from error
