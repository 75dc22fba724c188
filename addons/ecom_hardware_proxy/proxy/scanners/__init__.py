"""Scanner drivers: bytes or key events into scans."""

from collections.abc import Mapping

from .keyboard import KeyboardScanner
from .scan import Scan, ScannerDriver, ScannerOptionError
from .serial import SerialScanner
from ..words import Words

DRIVERS: dict[str, type[ScannerDriver]] = {
    driver.name: driver for driver in (SerialScanner, KeyboardScanner)
}


def make(name: str, options: Mapping[str, object]) -> ScannerDriver:
    """Return a new driver. Raises ScannerOptionError (a ValueError) with the reason in words."""
    driver = DRIVERS.get(name)
    if driver is None:
        known = ", ".join(DRIVERS)
        raise ScannerOptionError(
            Words("There is no scanner driver {name}; there are {known}.", name=name, known=known)
        )
    if unknown := sorted(set(options) - set(driver.options)):
        known = ", ".join(driver.options)
        raise ScannerOptionError(
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
        words = Words(
            "{name}: an option has a value of the wrong kind ({error}).", name=name, error=error
        )
        raise ScannerOptionError(words) from error
