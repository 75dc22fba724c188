"""Serial scanners: RS-232 and USB CDC, also HID POS data once it is bytes (FACTS 7.3)."""

from ..words import Words
from .scan import Scan, ScannerDriver, ScannerOptionError

LIMIT = 4096  # the longest 2D code
IDLE_S = 0.1
# Bytes of one code follow each other at once; a longer pause means that the rest was lost.
GAP_S = 1.0
STX, ETX = 0x02, 0x03


class SerialScanner(ScannerDriver):
    """A code ends with any of *terminators*; with *framed* it stands between STX and ETX; without
    terminators it ends with 100 ms of silence. Too long or torn codes are dropped whole.
    """

    name = "serial"
    title = "Serial scanner"
    options = {
        "terminators": "the characters that end a code (carriage return, line feed); may be empty",
        "framed": "true if the scanner sends STX before and ETX after each code",
    }

    def __init__(self, terminators: str = "\r\n", framed: bool = False) -> None:
        super().__init__(minimum=1)
        if not terminators.isascii():
            raise ScannerOptionError(Words("terminators: only ASCII characters can end a code."))
        self._framed = framed
        self._ends = {ETX} if framed else set(terminators.encode())
        self._seen = 0.0
        self.reset()

    def reset(self) -> None:
        self._code = bytearray()
        # Framed: outside of STX and ETX. Otherwise: in the tail of a code that was too long.
        self._dropping = self._framed

    def feed(self, data: bytes, now: float) -> list[Scan]:
        scans = self.flush(now)
        self._seen = now
        for byte in data:
            scans += self._take(byte, now)
        return scans

    def flush(self, now: float) -> list[Scan]:
        if not self._ends and now - self._seen >= IDLE_S:
            return self._finish(now)
        if now - self._seen > GAP_S:
            self.reset()
        return []

    def _take(self, byte: int, now: float) -> list[Scan]:
        if self._framed and byte == STX:
            self._code.clear()
            self._dropping = False
        elif byte in self._ends:
            return self._finish(now)
        elif not self._dropping:
            self._code.append(byte)
            if len(self._code) > LIMIT:
                self._code.clear()
                self._dropping = True
        return []

    def _finish(self, now: float) -> list[Scan]:
        data, dropped = bytes(self._code), self._dropping
        self.reset()
        return [] if dropped or not data else self._scanned(_text(data), now)


def _text(data: bytes) -> str:
    """UTF-8 as most 2D codes have it, else Latin-1, which reads anything."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")
