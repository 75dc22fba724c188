"""A label taken apart into what every printer can do: lines of text, black rectangles, bar codes and
pictures, each with its place. The languages draw these and need to know no more.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from . import code128, typesetting
from .layout import Box, Code128, Label, Line, Picture, Text


@dataclass(frozen=True)
class TextLine:
    """One line; *x_mm*, *width_mm* are the room that it may take and never leaves. *centered*: letters
    that take less stand in the middle of it.
    """

    x_mm: float
    y_mm: float
    width_mm: float
    size_mm: float
    text: str
    centered: bool


@dataclass(frozen=True)
class Rectangle:
    """Black, filled."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float


def text_lines(label: Label) -> Iterator[TextLine]:
    """All lines of text, those under bar codes too; empty lines are left out."""
    for element in label.elements:
        if isinstance(element, Text):
            yield from _lines(label, element)
        elif isinstance(element, Code128) and element.readable:
            yield from _lines(label, element.caption())


def _lines(label: Label, text: Text) -> Iterator[TextLine]:
    fitted = label.fitted(text)
    room_mm = label.width_mm - text.x_mm if text.max_width_mm is None else text.max_width_mm
    for row, line in enumerate(fitted.lines):
        if line.strip():
            width_mm = min(room_mm, typesetting.width_of(line, fitted.size_mm))
            centered = text.align == "center"
            left_mm = text.x_mm + ((room_mm - width_mm) / 2 if centered else 0)
            top_mm = text.y_mm + row * typesetting.LEADING * fitted.size_mm
            yield TextLine(left_mm, top_mm, width_mm, fitted.size_mm, line, centered)


def rectangles(label: Label) -> Iterator[Rectangle]:
    """Lines as they are, boxes as their four sides."""
    for element in label.elements:
        if isinstance(element, Line):
            yield Rectangle(element.x_mm, element.y_mm, element.width_mm, element.height_mm)
        elif isinstance(element, Box):
            yield from _sides(element)


def _sides(box: Box) -> Iterator[Rectangle]:
    x, y, width, height, thick = (
        box.x_mm,
        box.y_mm,
        box.width_mm,
        box.height_mm,
        box.thickness_mm,
    )
    yield Rectangle(x, y, width, thick)
    yield Rectangle(x, y + height - thick, width, thick)
    yield Rectangle(x, y, thick, height)
    yield Rectangle(x + width - thick, y, thick, height)


def codes(label: Label) -> Iterator[Code128]:
    """The bar codes."""
    return (element for element in label.elements if isinstance(element, Code128))


def pictures(label: Label) -> Iterator[Picture]:
    """The pictures."""
    return (element for element in label.elements if isinstance(element, Picture))


def module_dots(code: Code128, dpi: int) -> int:
    """The narrow bar in dots: as wide as wished, or as fits."""
    wished = max(1, round(code.module_mm * dpi / 25.4))
    return min(wished, max(1, int(code.width_mm * dpi / 25.4 / code.modules)))


def bars_left_mm(code: Code128, module_mm: float) -> float:
    """Where the first bar begins so that the code is in the middle of its field."""
    width_mm = code128.modules(code.values) * module_mm
    return code.x_mm + (code.width_mm - width_mm) / 2
