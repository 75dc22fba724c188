"""Datamax DPL as Citizen speaks it (FACTS 4.4): records, lines, boxes, Code 128, loaded pictures.

Outside of a label format stand system commands (STX letter), in it lines that end with CR. The
origin is bottom left; rows and columns are hundredths of an inch or, after ``STX m``, tenths of a
millimetre. Which end of the polarity a Citizen takes for pictures is [U]: here, as in the
Datamax manuals, 1 is black and the first row is the top one.
"""

import io
import re

from PIL import Image, UnidentifiedImageError

from . import code128, lettering
from .page import Label, Page, Rendered, dots, field_of

# Cell height, width and gap of the bitmapped fonts in dots.
FONTS = {
    "0": (7, 5, 1),
    "1": (13, 7, 2),
    "2": (18, 10, 2),
    "3": (27, 14, 2),
    "4": (36, 18, 3),
    "5": (52, 18, 3),
    "6": (64, 32, 4),
    "7": (32, 15, 5),
    "8": (28, 15, 5),
}
POINTS = {"000": 5, "001": 6, "002": 8, "003": 10, "004": 12, "005": 14, "006": 18, "007": 24}
POINTS |= {f"A{points:02}": points for points in (4, 5, 6, 8, 10, 12, 14, 18, 24, 30, 36, 48, 72)}
SYMBOL_SETS = {"PM": "cp850", "PC": "cp437", "E1": "iso8859-1", "W1": "cp1252"}
_FUNCTIONS = {
    "&A": code128.FNC3,
    "&B": code128.FNC2,
    "&C": code128.SHIFT,
    "&D": code128.TO_C,
    "&E": code128.TO_B,
    "&F": code128.TO_A,
    "&G": code128.FNC1,
}
_DEFAULT_MODULE = 2  # multiplier 0 [U]


def render(data: bytes, width_mm=101.6, height_mm=152.4, dpi=203) -> Rendered:
    """The labels that *data* prints on media of that size."""
    printer = _Printer(dots(width_mm, dpi), dots(height_mm, dpi), dpi)
    printer.run(data)
    return printer.out


def _multiplier(sign: str) -> int:
    """1-9, then A = 10 and so on."""
    return int(sign, 36)


class _Printer:
    def __init__(self, width: int, height: int, dpi: int) -> None:
        self.out = Rendered()
        self.width, self.height, self.dpi = width, height, dpi
        self.unit_mm = 0.254
        self.pictures: dict[bytes, Image.Image] = {}
        self.code_page = "cp850"
        self.in_label = False
        self._begin()

    def _begin(self) -> None:
        self.page = Page(self.width, self.height, self.out.problems)
        self.quantity, self.dot_size, self.row0, self.column0 = 1, (1, 1), 0, 0

    def run(self, data: bytes) -> None:
        at = 0
        while at < len(data):
            at = self._label_line(data, at) if self.in_label else self._system(data, at)
        if self.in_label:
            self._problem("the label format is not ended by E")

    def _problem(self, text: str) -> None:
        self.out.problems.append(text)

    def _dots(self, units: bytes | str) -> int:
        return round(int(units) * self.unit_mm / 25.4 * self.dpi)

    # --- outside of a label ---------------------------------------------------------------
    def _system(self, data: bytes, at: int) -> int:
        for pattern, work in _SYSTEM:
            match = pattern.match(data, at)
            if match:
                return work(self, data, match)
        end = data.find(b"\r", at)
        end = len(data) if end < 0 else end + 1
        self._problem(f"not understood: {data[at:end][:80]!r}")
        return end

    def skip(self, _data, match) -> int:
        return match.end()

    def open_label(self, _data, match) -> int:
        self.in_label = True
        self._begin()
        return match.end()

    def set_units(self, _data, match) -> int:
        self.unit_mm = {b"n": 0.254, b"m": 0.1}[match[1]]
        return match.end()

    def load_picture(self, data, match) -> int:
        """``STX I`` bank, format, name CR and the file."""
        kind, name, at = match[2].decode(), match[3], match.end()
        try:
            picture, end = _read_seven_bit(data, at) if kind == "F" else _read_file(data, at)
        except (ValueError, UnidentifiedImageError, SyntaxError) as error:
            self._problem(f"picture {name!r}: {error}")
            return len(data)
        if kind in "bp":  # not flipped: the file's first row comes out at the bottom
            picture = picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        self.pictures[name] = picture
        return end

    # --- in a label -----------------------------------------------------------------------
    def _label_line(self, data: bytes, at: int) -> int:
        line, end, _rest = data[at:].partition(b"\r")
        if not end and line.strip(b"\n") != b"E":
            self._problem(f"the last line has no CR: {line[:80]!r}")
            self.in_label = False
        elif line.lstrip(b"\n"):
            self._work_line(line.lstrip(b"\n"))
        return at + len(line) + len(end)

    def _work_line(self, line: bytes) -> None:
        for pattern, work in _LABEL:
            match = pattern.fullmatch(line)
            if match:
                try:
                    work(self, *match.groups())
                except (ValueError, LookupError) as error:
                    self._problem(f"{line[:80]!r}: {error}")
                return
        self._problem(f"not understood: {line[:80]!r}")

    def nothing(self, *_values) -> None:
        """Heat, speeds, attributes: no mark."""

    def set_dot_size(self, width, height) -> None:
        self.dot_size = int(width), int(height)

    def set_quantity(self, number) -> None:
        if not int(number):
            raise ValueError("quantity 0")
        self.quantity = int(number)

    def set_label_units(self, letter) -> None:
        self.unit_mm = {b"n": 0.254, b"m": 0.1}[letter]

    def set_row0(self, units) -> None:
        self.row0 = self._dots(units)

    def set_column0(self, units) -> None:
        self.column0 = self._dots(units)

    def set_symbols(self, name) -> None:
        self.code_page = SYMBOL_SETS[name.decode()]

    def finish(self) -> None:
        self.out.labels.append(Label(self.page.image, self.quantity, self.page.texts))
        self.in_label = False

    def abandon(self) -> None:
        self.in_label = False

    def _place(self, ink: Image.Image, row, column, turns) -> None:
        x = self.column0 + self._dots(column)
        y = self.height - self.row0 - self._dots(row)
        self.page.place(ink, x, y, int(turns) - 1, corner="bottom")

    def text(self, turns, font, across, down, size, row, column, value) -> None:
        words = value.decode(self.code_page)
        across, down = _multiplier(across.decode()), _multiplier(down.decode())
        self.page.texts.append(words)
        if font == b"9":
            high = round(POINTS[size.decode()] / 72 * self.dpi) * down
            ink = lettering.proportional(words, high)
            ink = ink.resize((max(1, ink.width * across // down), high))
        else:
            height, width, gap = FONTS[font.decode()]
            across, down = across * self.dot_size[0], down * self.dot_size[1]
            ink = lettering.line(words, width * across, height * down, gap * across)
        self._place(ink, row, column, turns)

    def bar_code(self, turns, kind, _wide, narrow, height, row, column, value) -> None:
        words = value.decode(self.code_page)
        module = (_multiplier(narrow.decode()) or _DEFAULT_MODULE) * self.dot_size[0]
        ink = code128.bars(_symbol(kind.upper(), words), module, self._dots(height))
        if kind.isupper():
            ink = _with_text(ink, words)
        self._place(ink, row, column, turns)

    def line(self, turns, row, column, _kind, width, height) -> None:
        ink = field_of(self._dots(width), self._dots(height))
        ink.paste(255, (0, 0, *ink.size))
        self._place(ink, row, column, turns)

    def box(self, turns, row, column, *sizes) -> None:
        width, height, across, sides = (self._dots(size) for size in sizes[1:])
        ink = field_of(width, height)
        ink.paste(255, (0, 0, *ink.size))
        ink.paste(0, (sides, across, max(sides, width - sides), max(across, height - across)))
        self._place(ink, row, column, turns)

    def picture(self, turns, across, down, row, column, name) -> None:
        picture = self.pictures[name]
        size = (
            picture.width * _multiplier(across.decode()),
            picture.height * _multiplier(down.decode()),
        )
        self._place(picture.resize(size), row, column, turns)


def _symbol(kind: bytes, words: str) -> list[int]:
    """Code 128: the first sign may choose the subset (without it: B), ``&`` and a letter is a
    function. UCC/EAN-128: 19 digits, the printer adds the last check digit of the 20.
    """
    if kind == b"E":
        start = words[0] if words[:1] in ("A", "B", "C") else "B"
        rest = words[1:] if words[:1] in ("A", "B", "C") else words
        marked = re.sub("&[A-G]", lambda match: _FUNCTIONS[match[0]], rest)
        if start == "C" and re.fullmatch(r"\d+", marked) and len(marked) % 2:
            marked = marked[:-1] + code128.TO_B + marked[-1]
        return code128.manual(marked, start)
    if not re.fullmatch(r"\d{19}", words):
        raise ValueError("UCC/EAN-128 (Q) wants 19 digits")
    weighted = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(words[2:]))
    return code128.manual(code128.FNC1 + words + str(-weighted % 10), "C")


def _with_text(ink: Image.Image, words: str) -> Image.Image:
    letters = lettering.line(words, 10, 18, 2)
    both = field_of(max(ink.width, letters.width), ink.height + 22)
    both.paste(ink, (0, 0))
    both.paste(letters, (0, ink.height + 4))
    return both


def _read_seven_bit(data: bytes, at: int) -> tuple[Image.Image, int]:
    """Rows ``80nnDD..CR``, repeats ``0000FFnnCR``, end ``FFFFCR``; 1 is black."""
    rows: list[bytes] = []
    while True:
        line, end, _rest = data[at:].partition(b"\r")
        at += len(line) + len(end)
        line = line.strip(b"\n")
        if not end:
            raise ValueError("the picture has no end")
        if line == b"FFFF":
            break
        if line.startswith(b"80") and len(line) == 4 + 2 * int(line[2:4], 16):
            rows.append(bytes.fromhex(line[4:].decode()))
        elif line.startswith(b"0000FF") and len(line) == 8 and rows:
            rows += rows[-1:] * int(line[6:], 16)
        else:
            raise ValueError(f"not a row of dots: {line[:40]!r}")
    if not rows or len({len(row) for row in rows}) != 1:
        raise ValueError("rows of different lengths")
    bits = Image.frombytes("1", (len(rows[0]) * 8, len(rows)), b"".join(rows))
    return bits.convert("L"), at


def _read_file(data: bytes, at: int) -> tuple[Image.Image, int]:
    """A BMP or PCX file. A PCX's bits count, not its palette: 1 is black."""
    if data[at : at + 2] == b"BM":
        end = at + int.from_bytes(data[at + 2 : at + 6], "little")
        drawn = Image.open(io.BytesIO(data[at:end])).convert("L")
        return drawn.point(lambda level: 255 - level), end
    return _read_pcx(data, at)


def _read_pcx(data: bytes, at: int) -> tuple[Image.Image, int]:
    header = data[at : at + 128]
    if len(header) < 128 or header[0] != 10 or header[3] != 1 or header[65] != 1:
        raise ValueError("neither BMP nor a PCX of one bit")
    left, top, right, bottom, *_ = (
        int.from_bytes(header[place : place + 2], "little") for place in range(4, 12, 2)
    )
    columns = int.from_bytes(header[66:68], "little")
    rows, at, bits = bottom - top + 1, at + 128, bytearray()
    while len(bits) < rows * columns:
        if at + 1 >= len(data):
            raise ValueError("the PCX file is cut off")
        run = data[at] & 0x3F if data[at] >= 0xC0 else 0
        bits += data[at + 1 : at + 2] * run if run else data[at : at + 1]
        at += 2 if run else 1
    whole = Image.frombytes("1", (columns * 8, rows), bytes(bits))
    return whole.crop((0, 0, right - left + 1, rows)).convert("L"), at


def _compiled(table):
    return [(re.compile(pattern, re.DOTALL), work) for pattern, work in table]


_SYSTEM = _compiled(
    [
        (rb"[\r\n]+", _Printer.skip),
        (rb"\x01[#ABCDEF*]", _Printer.skip),
        (rb"\x02L\r?\n?", _Printer.open_label),
        (rb"\x02([nm])\r?\n?", _Printer.set_units),
        (rb"\x02I([A-Z])A?([FBbPp])([^\r]{1,16})\r\n?", _Printer.load_picture),
        # Lengths, sensors, speeds, memory: c M O f S K.. e r F q x z V, without a mark.
        (rb"\x02(?:[cMO]\d{4}|f\d{3}|S[A-Z]|K[^\r]{1,20}|[erF]|q[A-Z]|x[A-Z][^\r]{1,17}|z[A-Z]"
         rb"|V\d)\r?\n?", _Printer.skip),
    ]
)  # fmt: skip
_PLACE = rb"(\d{4})(\d{4})"
_LABEL = _compiled(
    [
        (rb"H\d\d|[PSp][A-Z]|A[1-5]|z", _Printer.nothing),
        (rb"D([12])([123])", _Printer.set_dot_size),
        (rb"Q(\d{4,5})", _Printer.set_quantity),
        (rb"([mn])", _Printer.set_label_units),
        (rb"R(\d{4})", _Printer.set_row0),
        (rb"C(\d{4})", _Printer.set_column0),
        (rb"yS([A-Z0-9]{2})", _Printer.set_symbols),
        (rb"E", _Printer.finish),
        (rb"X", _Printer.abandon),
        (rb"([1-4])X11000" + _PLACE + rb"([L])(\d{3})(\d{3})", _Printer.line),
        (rb"([1-4])X11000" + _PLACE + rb"([l])(\d{4})(\d{4})", _Printer.line),
        (rb"([1-4])X11000" + _PLACE + rb"(B)(\d{3})(\d{3})(\d{3})(\d{3})", _Printer.box),
        (rb"([1-4])X11000" + _PLACE + rb"(b)(\d{4})(\d{4})(\d{4})(\d{4})", _Printer.box),
        (rb"([1-4])Y([1-9A-Z])([1-9A-Z])000" + _PLACE + rb"(.{1,16})", _Printer.picture),
        (rb"([1-4])([0-8])([1-9A-Z])([1-9A-Z])(000)" + _PLACE + rb"(.+)", _Printer.text),
        (rb"([1-4])(9)([1-9A-Z])([1-9A-Z])(00[0-7]|A\d\d)" + _PLACE + rb"(.+)", _Printer.text),
        (rb"([1-4])([EeQq])([0-9A-O])([0-9A-O])(\d{3})" + _PLACE + rb"(.+)", _Printer.bar_code),
    ]
)
