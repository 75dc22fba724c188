"""What every printer language can do, and what a printer may say of itself."""

from dataclasses import dataclass
from typing import ClassVar

from PIL import Image

from ..labels import Label
from ..words import Words


class Unprintable(Exception):
    """This cannot be printed on this printer; the text says why, for the person at the bench."""


@dataclass(frozen=True)
class Status:
    """What a printer said. *known* False: it cannot say, or did not; *problems* are sentences.

    *queued*: labels or formats that it still has to print, None where the language has no word for it.
    """

    ready: bool
    problems: tuple[str, ...] = ()
    queued: int | None = None
    known: bool = True


CANNOT_SAY = Status(ready=True, known=False)


class Language:
    """One printer language; instances are values and hold the options of one configured printer.

    *mimetype*: files in this language, which pass byte for byte.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    mimetype: ClassVar[str]
    # Paper without end: the height of a page is that of its content.
    continuous: ClassVar[bool] = False

    def render(self, layout: Label, dpi: int, copies: int = 1) -> bytes:
        """The job that prints *layout*. Raises Unprintable."""
        raise NotImplementedError

    def picture(self, image: Image.Image, dpi: int, copies: int = 1) -> bytes:
        """The job that prints a black and white picture (mode "1") as large as the paper.

        Raises Unprintable.
        """
        raise NotImplementedError

    def status_request(self) -> bytes | None:
        """What to send to hear the printer's state; None: no confirmed way to ask."""
        return None

    def status_complete(self, data: bytes) -> bool:
        """Whether *data* is all of the answer, so that nobody waits for a time-out."""
        return True

    def read_status(self, data: bytes) -> Status:
        """Understand the answer; silence is b""."""
        return CANNOT_SAY


def check_option(name: str, value: object, low: float, high: float) -> None:
    """Raise ValueError unless *value* is a number from *low* to *high*: options go into commands."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError(
            Words(
                "{name}: must be a number from {low:g} to {high:g}, not {value}",
                name=name,
                low=low,
                high=high,
                value=repr(value),
            )
        )


def dots(length_mm: float, dpi: int) -> int:
    """Millimetres in whole dots: 4 inches at 203 dpi are 812."""
    return round(length_mm * dpi / 25.4)


def span(start_mm: float, length_mm: float, dpi: int, limit: int) -> tuple[int, int]:
    """Start and length in dots of something at least one dot long that ends before *limit*."""
    start = min(dots(start_mm, dpi), limit - 1)
    end = min(max(dots(start_mm + length_mm, dpi), start + 1), limit)
    return start, end - start
