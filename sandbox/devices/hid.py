"""A USB HID scale (FACTS 3.8): six-byte reports of usage page 8D through a FIFO."""

import struct
import threading
from decimal import Decimal
from pathlib import Path

from .fifo import PacketFifo
from .platter import Platter

UNITS = {"g": (2, 0), "kg": (3, -3), "oz": (11, -1), "lb": (12, -2)}  # code, power of ten
FAULT, STABLE_AT_ZERO, IN_MOTION, STABLE, UNDER_ZERO, OVER_LIMIT, _CALIBRATE, RE_ZERO = range(1, 9)
REPORT_S = 0.1


class HidScale:
    """``with HidScale(folder) as scale: scale.set(load_g=500); open(scale.link, "rb").read(6)``.

    *report_id*: 3, on some devices 4. *silent* stops the reports as a scale that sleeps does.
    """

    def __init__(
        self, folder: Path, name: str = "hidraw-Sandbox_Scale", report_id: int = 3
    ) -> None:
        self.platter = Platter()
        self.fifo = PacketFifo(folder, name, 6)
        self.report_id, self.silent = report_id, False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "HidScale":
        self.fifo.plug()
        self._thread.start()
        return self

    def __exit__(self, *_error) -> None:
        self._stop.set()
        self._thread.join()
        self.fifo.unplug()

    @property
    def link(self) -> Path:
        """The path to open."""
        return self.fifo.link

    def set(self, silent: bool | None = None, **values) -> None:
        """Change the platter, or silence the scale."""
        self.platter.change(**values)
        self.silent = self.silent if silent is None else silent

    def unplug(self) -> None:
        """Pull the plug."""
        self.fifo.unplug()

    def plug(self, name: str | None = None) -> None:
        """Plug it in again."""
        self.fifo.plug(name)

    def _run(self) -> None:
        while not self._stop.wait(REPORT_S):
            if not self.silent:
                self.fifo.send(self.packet())

    def _status(self) -> int:
        at = self.platter
        for wrong, status in (
            (at.fault, FAULT),
            (at.zero_error, RE_ZERO),
            (at.over, OVER_LIMIT),
            (at.under or at.negative, UNDER_ZERO),
            (at.motion, IN_MOTION),
            (at.at_zero, STABLE_AT_ZERO),
        ):
            if wrong:
                return status
        return STABLE

    def packet(self) -> bytes:
        """The report: id, status, unit, power of ten, unsigned weight, low byte first."""
        with self.platter.lock:
            unit, power = UNITS[self.platter.unit]
            steps = abs(Decimal(self.platter.shown())).scaleb(-power)
            return struct.pack(
                "<BBBbH", self.report_id, self._status(), unit, power, min(int(steps), 0xFFFF)
            )

    def report(self) -> dict:
        """Everything as JSON values."""
        return {
            "protocol": "hid_pos",
            "link": str(self.link),
            "plugged": self.fifo.plugged,
            "silent": self.silent,
            "packet": self.packet().hex(),
            **self.platter.state(),
        }
