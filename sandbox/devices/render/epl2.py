"""EPL2 of a Zebra LP-2844 (FACTS 4.3): page mode, text, lines, Code 128, binary pictures.

Commands end with LF; letters are case sensitive. Unknown or wrong lines go to ``problems``; the
printer would skip them.
"""

import re

from PIL import Image

from . import code128, lettering
from .page import Label, Page, Rendered, dots, field_of

HEAD_DOTS = 832  # of the LP-2844 at 203 dpi
# Cell width, height and gap of fonts 1 to 5 at 203 dpi.
FONTS = {"1": (8, 12, 2), "2": (10, 16, 2), "3": (12, 20, 2), "4": (14, 24, 2), "5": (32, 48, 4)}
CODE_PAGES = {"0": "cp437", "1": "cp850", "2": "cp852", "3": "cp860", "4": "cp863", "5": "cp865"}
CODE_PAGES |= {"A": "cp1252", "B": "cp1250", "C": "cp1251", "D": "cp1253", "E": "cp1254"}
# Variable fields of a UCC/EAN-128 end with ASCII 06 (EPL guide, table of bar codes, note 2).
UCC_SEPARATOR = "\x06"

_STRING = rb'"((?:\\.|[^"\\])*)"'
_GRAPHIC = re.compile(rb"GW(\d+),(\d+),(\d+),(\d+)(?:,|\r?\n)")


def render(data: bytes, width_mm=101.6, height_mm=152.4, dpi=203) -> Rendered:
    """The labels that *data* prints. The size is that of the media until ``q`` and ``Q`` come."""
    printer = _Printer(dots(width_mm, dpi), dots(height_mm, dpi))
    printer.run(data)
    return printer.out


class _Printer:
    def __init__(self, width: int, height: int) -> None:
        self.out = Rendered()
        self.width, self.height = width, height
        self.origin = (0, 0)
        self.code_page = "cp437"
        self.page = self._blank()

    def _blank(self) -> Page:
        return Page(self.width, self.height, self.out.problems)

    def run(self, data: bytes) -> None:
        at = 0
        while at < len(data):
            graphic = _GRAPHIC.match(data, at)
            if graphic:
                at = self._graphic(data, graphic)
                continue
            line, end, _rest = data[at:].partition(b"\n")
            at += len(line) + 1
            if not end:
                self._problem(f"the last line has no line feed, the printer waits: {line[:60]!r}")
            elif line.rstrip(b"\r"):
                self._line(line.rstrip(b"\r"))

    def _problem(self, text: str) -> None:
        self.out.problems.append(text)

    def _line(self, line: bytes) -> None:
        for pattern, work in _COMMANDS:
            match = pattern.fullmatch(line)
            if match:
                try:
                    work(self, *match.groups())
                except (ValueError, LookupError) as error:
                    self._problem(f"{line[:80]!r}: {error}")
                return
        self._problem(f"not understood: {line[:80]!r}")

    # --- page -----------------------------------------------------------------------------
    def clear(self) -> None:
        """``N``, ``q`` and ``Q`` empty the picture memory, pictures included."""
        self.page = self._blank()

    def set_width(self, width: bytes) -> None:
        if not 0 < int(width) <= HEAD_DOTS:
            raise ValueError(f"the head has {HEAD_DOTS} dots")
        self.width = int(width)
        self.clear()

    def set_length(self, length: bytes, _gap: bytes) -> None:
        self.height = int(length)
        self.clear()

    def set_origin(self, x: bytes, y: bytes) -> None:
        self.origin = int(x), int(y)

    def set_code_page(self, bits: bytes, page: bytes, _country: bytes) -> None:
        if bits == b"7" and page != b"0":
            raise ValueError("a code page with 7 bits")
        self.code_page = CODE_PAGES[page.decode()]

    def print_labels(self, number: bytes, copies: bytes | None) -> None:
        if not int(number):
            raise ValueError("P0")
        image, texts = self.page.image.copy(), list(self.page.texts)
        self.out.labels.append(Label(image, int(number) * int(copies or 1), texts))

    def nothing(self, *_values: bytes) -> None:
        """Speed, density, direction and the like leave no mark on the picture."""

    # --- marks ----------------------------------------------------------------------------
    def _place(self, ink: Image.Image, x: bytes, y: bytes, turns=b"0", how="black") -> None:
        x0, y0 = self.origin
        self.page.place(ink, x0 + int(x), y0 + int(y), int(turns), how=how)

    def _text_of(self, quoted: bytes) -> str:
        return re.sub(rb"\\(.)", rb"\1", quoted).decode(self.code_page)

    def text(self, x, y, turns, font, across, down, colour, quoted) -> None:
        value = self._text_of(quoted)
        if font == b"5" and re.search("[a-z]", value):
            raise ValueError("font 5 has no small letters")
        width, height, gap = FONTS[font.decode()]
        across, down = int(across), int(down)
        ink = lettering.line(value, width * across, height * down, gap * across)
        if colour == b"R":
            ink = lettering.reversed_line(ink)
        self.page.texts.append(value)
        self._place(ink, x, y, turns)

    def line(self, kind, x, y, width, height) -> None:
        how = {b"O": "black", b"W": "white", b"E": "xor"}[kind]
        ink = field_of(int(width), int(height))
        ink.paste(255, (0, 0, *ink.size))
        self._place(ink, x, y, how=how)

    def bar_code(self, x, y, turns, kind, narrow, _wide, height, readable, quoted) -> None:
        value = self._text_of(quoted)
        ink = code128.bars(_symbol(kind.decode(), value), int(narrow), int(height))
        if readable == b"B":
            ink = _with_text(ink, value)
        self._place(ink, x, y, turns)

    def _graphic(self, data: bytes, match: re.Match) -> int:
        """Place a picture: 1 is white, most significant bit left. Return where it ends."""
        x, y, columns, rows = map(int, match.groups())
        end = match.end() + columns * rows
        bits = data[match.end() : end]
        if len(bits) < columns * rows or not bits:
            self._problem(f"GW wants {columns * rows} bytes and got {len(bits)}")
            return len(data)
        white = Image.frombytes("1", (columns * 8, rows), bits)
        self._place(white.convert("L").point(lambda level: 255 - level), b"%d" % x, b"%d" % y)
        # The bytes may be followed by the line's end or not.
        return end + len(re.compile(rb"\r?\n?").match(data, end)[0])


def _symbol(kind: str, value: str) -> list[int]:
    if kind == "1":
        return code128.automatic(value)
    if kind == "1E":
        return code128.automatic(code128.FNC1 + value.replace(UCC_SEPARATOR, code128.FNC1))
    return code128.manual(value, kind[1])


def _with_text(ink: Image.Image, value: str) -> Image.Image:
    letters = lettering.line(value, 10, 20, 2)
    both = field_of(max(ink.width, letters.width), ink.height + 24)
    both.paste(ink, (0, 0))
    both.paste(letters, (max(0, (ink.width - letters.width) // 2), ink.height + 4))
    return both


def _command(pattern: bytes, work) -> tuple:
    return re.compile(pattern, re.DOTALL), work


_COMMANDS = [
    _command(rb"N", _Printer.clear),
    _command(rb"q(\d+)", _Printer.set_width),
    _command(rb"Q(\d+),(B?\d+(?:[+-]\d+)?)", _Printer.set_length),
    _command(rb"R(\d+),(\d+)", _Printer.set_origin),
    _command(rb"I([78]),([0-5A-E])(?:,(\d{3}))?", _Printer.set_code_page),
    _command(rb"P(\d+)(?:,(\d+))?", _Printer.print_labels),
    _command(rb"S[0-6]|D(?:1[0-5]|\d)|Z[TB]|J[FB]|O[DPSNCLF,\d]*", _Printer.nothing),
    _command(rb"A(\d+),(\d+),([0-3]),([1-5]),([1-68]),([1-9]),([NR])," + _STRING, _Printer.text),
    _command(rb"L([OWE])(\d+),(\d+),(\d+),(\d+)", _Printer.line),
    _command(
        rb"B(\d+),(\d+),([0-3]),(1[ABCE]?),([1-9]|10),([2-9]|[12]\d|30),(\d+),([BN])," + _STRING,
        _Printer.bar_code,
    ),
]
