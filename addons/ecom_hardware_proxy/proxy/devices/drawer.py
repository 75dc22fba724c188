"""A cash drawer: hangs on a receipt printer, opens once per order and never by a second attempt."""

import time

from ..queue import Kick
from .printer import KICK_LIMIT_S, DrawerOrder, PrinterUnit
from .unit import Context, Unit


class DrawerUnit(Unit):
    """Its state is that of its printer; whether it is open is not known."""

    def __init__(self, config, context: Context, printer: PrinterUnit) -> None:
        super().__init__(config, context)
        self._printer = printer
        printer.drawers.append(self)

    def kick(self, kick: Kick) -> None:
        """Open it within a few seconds, or not at all."""
        until = time.monotonic() + KICK_LIMIT_S
        self._printer.order(DrawerOrder(kick, self.config.drawer.pin, until))
