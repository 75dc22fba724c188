"""ESC/POS of a receipt printer (FACTS 6): text, raster pictures, cuts, drawer pulses, status.

Each cut ends a receipt; what stands after the last cut is a receipt still hanging in the printer.
"""

from PIL import Image

from . import lettering
from .page import Label, Page, Rendered, field_of

WIDTH_DOTS = 576  # 72 mm at 203 dpi, paper of 80 mm
LINE_DOTS = 30
CODE_PAGES = {0: "cp437", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865", 16: "cp1252"}
CODE_PAGES |= {17: "cp866", 18: "cp852", 19: "cp858"}
_PINS = {0: 2, 1: 5, 48: 2, 49: 5}

# Commands that leave no mark here: the bytes of their parameters.
_SILENT = {
    b"\x1b2": 0,
    b"\x1b3": 1,
    b"\x1bE": 1,
    b"\x1bG": 1,
    b"\x1b-": 1,
    b"\x1bM": 1,
    b"\x1bR": 1,
    b"\x1b{": 1,
    b"\x1bV": 1,
    b"\x1b ": 1,
    b"\x1b=": 1,
    b"\x1bc": 2,
    b"\x1d!": 1,
    b"\x1dB": 1,
    b"\x1dL": 2,
    b"\x1dW": 2,
    b"\x1dh": 1,
    b"\x1dw": 1,
    b"\x1dH": 1,
    b"\x1df": 1,
    b"\x1da": 1,
    b"\x1dr": 1,
    b"\x10\x04": 1,
    b"\x1b!": 1,
}


def render(data: bytes, width_dots=WIDTH_DOTS, **_size) -> Rendered:
    """The receipts and drawer pulses of *data*."""
    printer = _Printer(data, width_dots)
    printer.run()
    return printer.out


class _CutShort(Exception):
    """The data ends inside a command."""


class _Printer:
    def __init__(self, data: bytes, width: int) -> None:
        self.out = Rendered()
        self._data, self._at, self._width = data, 0, width
        self._reset()
        self._new_paper()

    def _reset(self) -> None:
        self._align, self._code_page, self._line = 0, "cp437", ""

    def _new_paper(self) -> None:
        self._bands: list[Image.Image] = []
        self._texts: list[str] = []

    def run(self) -> None:
        try:
            while self._at < len(self._data):
                self._step()
        except _CutShort:
            self.out.problems.append("the data ends inside a command")
        self._end_line()
        if self._bands:
            self._cut()

    def _take(self, count: int) -> bytes:
        piece = self._data[self._at : self._at + count]
        if len(piece) < count:
            raise _CutShort
        self._at += count
        return piece

    def _step(self) -> None:
        first = self._take(1)
        if first == b"\n":
            self._end_line(feed=True)
        elif first in b"\x1b\x1d\x10":
            self._command(first + self._take(1))
        elif first >= b" " or first == b"\t":
            self._line += first.decode(self._code_page, "replace")
        elif first not in b"\r\x00":
            self.out.problems.append(f"not understood: {first!r}")

    def _command(self, name: bytes) -> None:
        if name in _SILENT:
            self._take(_SILENT[name])
        elif name in _WORK:
            _WORK[name](self)
        else:
            self.out.problems.append(f"not understood: {name!r}")

    # --- paper ----------------------------------------------------------------------------
    def _end_line(self, feed: bool = False) -> None:
        if self._line:
            self._texts.append(self._line)
            self._band(lettering.line(self._line, 12, 24, 0), LINE_DOTS)
        elif feed:
            self._bands.append(field_of(self._width, LINE_DOTS))
        self._line = ""

    def _band(self, ink: Image.Image, height: int) -> None:
        if ink.width > self._width:
            self.out.problems.append(f"{ink.width} dots on paper of {self._width}")
        band = field_of(self._width, height)
        band.paste(ink, (max(0, (self._width - ink.width) * self._align // 2), 0))
        self._bands.append(band)

    def _cut(self) -> None:
        page = Page(self._width, sum(band.height for band in self._bands) or 1, self.out.problems)
        top = 0
        for band in self._bands:
            page.place(band, 0, top)
            top += band.height
        self.out.labels.append(Label(page.image, 1, self._texts))
        self._new_paper()

    # --- commands -------------------------------------------------------------------------
    def initialise(self) -> None:
        self._reset()

    def align(self) -> None:
        value = self._take(1)[0]
        if value % 48 > 2:
            self.out.problems.append(f"alignment {value}")
        self._align = value % 48

    def code_page(self) -> None:
        value = self._take(1)[0]
        if value not in CODE_PAGES:
            self.out.problems.append(f"code page {value}")
        self._code_page = CODE_PAGES.get(value, "cp437")

    def feed_lines(self) -> None:
        self._end_line()
        self._bands.append(field_of(self._width, self._take(1)[0] * LINE_DOTS))

    def feed_dots(self) -> None:
        self._end_line()
        self._bands.append(field_of(self._width, self._take(1)[0]))

    def cut(self) -> None:
        mode = self._take(1)[0]
        if mode in (65, 66):
            self._bands.append(field_of(self._width, self._take(1)[0]))
        elif mode not in (0, 1, 48, 49):
            self.out.problems.append(f"cut {mode}")
        self._end_line()
        self._cut()

    def short_cut(self) -> None:
        self._end_line()
        self._cut()

    def pulse(self) -> None:
        pin, _on, _off = self._take(3)
        if pin in _PINS:
            self.out.kicks.append(_PINS[pin])
        else:
            self.out.problems.append(f"drawer {pin}")

    def real_time(self) -> None:
        """``DLE DC4 1 m t``: a pulse even while an error waits."""
        function, pin, _time = self._take(3)
        if function == 1 and pin in (0, 1):
            self.out.kicks.append(_PINS[pin])
        else:
            self.out.problems.append(f"DLE DC4 {function} {pin}")

    def raster(self) -> None:
        """``GS v 0 m xL xH yL yH`` and rows of bytes; 1 is black."""
        zero, mode, low_x, high_x, low_y, high_y = self._take(6)
        if zero != 48 or mode % 48 > 3:
            self.out.problems.append(f"GS v {zero} {mode}")
        columns, rows = low_x + 256 * high_x, low_y + 256 * high_y
        bits = self._take(columns * rows)
        if not bits:
            self.out.problems.append("an empty picture")
            return
        ink = Image.frombytes("1", (columns * 8, rows), bits).convert("L")
        across, down = 1 + (mode & 1), 1 + (mode >> 1 & 1)
        self._end_line()
        self._band(ink.resize((ink.width * across, ink.height * down)), rows * down)


_WORK = {
    b"\x1b@": _Printer.initialise,
    b"\x1ba": _Printer.align,
    b"\x1bt": _Printer.code_page,
    b"\x1bd": _Printer.feed_lines,
    b"\x1bJ": _Printer.feed_dots,
    b"\x1bi": _Printer.short_cut,
    b"\x1bm": _Printer.short_cut,
    b"\x1dV": _Printer.cut,
    b"\x1bp": _Printer.pulse,
    b"\x10\x14": _Printer.real_time,
    b"\x1dv": _Printer.raster,
}
