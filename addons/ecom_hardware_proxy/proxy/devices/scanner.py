"""A scanner: whatever it reads is told as it comes."""

import time

from .. import links, scanners
from ..events import SCAN
from ..links import LinkBusy, LinkError, LinkMissing
from ..words import Words
from .unit import ATTENTION, OFFLINE, ONLINE, Context, Unit
from .worker import LOOKUP_S, Worker

FLUSH_S = 0.1
RETURN_S = 1.0
CHUNK = 4096


class ScannerUnit(Unit):
    """A scanner and its driver."""

    def __init__(self, config, context: Context) -> None:
        super().__init__(config, context)
        self.new_driver()

    def new_driver(self):
        """A driver with the options of the configuration. Raises ConfigError."""
        try:
            return scanners.make(self.config.driver, dict(self.config.options))
        except (ValueError, TypeError) as error:
            raise self.wrong("options", dict(self.config.options), str(error)) from error

    def new_worker(self) -> "ScannerWorker":
        return ScannerWorker(self)

    def publish(self, scan) -> None:
        """Tell a scan."""
        data = {
            "device": self.config.id,
            "time": self.context.clock(),
            "code": scan.code,
            "aim": scan.aim,
        }
        self.context.hub.publish(SCAN, data)


class ScannerWorker(Worker):
    """Reads from the scanner, and waits for it while it is away."""

    def __init__(self, unit: ScannerUnit) -> None:
        super().__init__(unit.config.id)
        self._unit = unit
        self._driver = unit.new_driver()
        self._link = links.make(unit.config.link, unit.context.ports.find)

    def release(self) -> None:
        self._link.close()

    def work(self) -> None:
        while True:
            self.beat(LOOKUP_S)
            try:
                self._link.open()
                self._driver.reset()
                self._unit.say(ONLINE, Words("Connected."))
                self._read()
            except LinkError as error:
                self.check()
                self._unit.say(ATTENTION if isinstance(error, LinkBusy) else OFFLINE, str(error))
            finally:
                self._link.close()
            self.pause(RETURN_S)

    def _read(self) -> None:
        """Until the scanner goes. Half a code that nothing follows is flushed by the driver."""
        looked, pending = time.monotonic(), False
        while True:
            self.beat()
            data = self._link.read(CHUNK, FLUSH_S if pending else RETURN_S)
            now = time.monotonic()
            scans = self._driver.feed(data, now) if data else self._driver.flush(now)
            pending = bool(data)
            self.check()
            for scan in scans:
                self._unit.publish(scan)
            if now - looked > RETURN_S and not data:
                looked = now
                if not self._link.present():
                    raise LinkMissing(Words("The scanner was unplugged or switched off."))
