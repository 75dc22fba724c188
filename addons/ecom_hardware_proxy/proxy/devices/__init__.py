"""The devices of a station: each a unit (what others see of it) with a worker (its thread)."""

from collections.abc import Iterable

from ..config import PRINTERS, DeviceConfig
from .drawer import DrawerUnit
from .printer import PrinterUnit
from .scale import ScaleUnit
from .scanner import ScannerUnit
from .unit import Context, Unit


def make_all(configs: Iterable[DeviceConfig], context: Context) -> dict[str, Unit]:
    """The units by id, in the order of the configuration. Raises ConfigError."""
    configs = list(configs)
    units: dict[str, Unit] = {}
    for config in configs:
        if config.kind == "scale":
            units[config.id] = ScaleUnit(config, context)
        elif config.kind == "scanner":
            units[config.id] = ScannerUnit(config, context)
        elif config.kind in PRINTERS:
            units[config.id] = PrinterUnit(config, context)
    for config in configs:
        if config.kind == "cash_drawer":
            units[config.id] = DrawerUnit(config, context, units[config.drawer.printer])
    return {config.id: units[config.id] for config in configs}
