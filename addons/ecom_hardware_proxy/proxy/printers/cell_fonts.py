"""Choosing among resident fonts whose letters are all equally wide (EPL2, DPL)."""

from dataclasses import dataclass
from functools import lru_cache

_PROPORTION = 0.6  # of a letter's place to its height, to look like print


@dataclass(frozen=True)
class CellFont:
    """A resident font in dots: letters of *width* by *height*, *gap* white dots after each."""

    name: str
    width: int
    height: int
    gap: int


@dataclass(frozen=True)
class Choice:
    """A font, how often each dot is repeated, and the place that a letter then takes."""

    font: CellFont
    across: int
    down: int

    @property
    def pitch(self) -> int:
        """From letter to letter, in dots."""
        return (self.font.width + self.font.gap) * self.across

    @property
    def height(self) -> int:
        return self.font.height * self.down


@lru_cache(maxsize=4096)
def choose(fonts: tuple[CellFont, ...], most: int, pitch: float, height: int) -> Choice:
    """The largest letters within *pitch* and *height* dots, each dot at most *most* times either way.

    If even the smallest are larger than that, the smallest.
    """
    return max(
        (
            Choice(font, across, down)
            for font in fonts
            for across in range(1, most + 1)
            # Letters that are stretched more than twice cannot be read.
            for down in range(1, most + 1)
            if across <= 2 * down and down <= 2 * across
        ),
        key=lambda choice: _worth(choice, pitch, height),
    )


def _worth(choice: Choice, pitch: float, height: int) -> tuple[bool, float]:
    fits = choice.pitch <= pitch and choice.height <= height
    area = choice.pitch * choice.height
    if not fits:
        return False, -area
    # Large, but not at the price of broad or narrow letters.
    return True, area * (1 - abs(choice.pitch / choice.height - _PROPORTION)) ** 2
