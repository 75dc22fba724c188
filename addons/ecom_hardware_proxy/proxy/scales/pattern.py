"""Any scale that sends lines: a pattern that the administrator writes from the capture page (FACTS
3.9). The scale talks by itself, when its PRINT key is pressed, or when it gets the poll text.
"""

import re
from collections.abc import Sequence

from ..weights import Reading, State, Unit, stable
from ..words import Words
from . import framing
from .driver import ODD_SHAPE, LineSettings, OptionError, ScaleDriver, unit_of, unit_option
from .pattern_check import compiled

NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,6})?|\.\d{1,6}", re.ASCII)
LONGEST_LINE = 256
SIGNS = {"": "", "+": "", "-": "-"}


class Pattern(ScaleDriver):
    """Reads lines that fit *pattern* as a whole; its named parts are sign, value, unit, stability.

    Without a part ``stability`` the scale does not say whether it is steady (``settles``), unless
    it sends only when its PRINT key is pressed: whoever sets *on_print* vouches for that.
    """

    name = "pattern"
    title = "Another scale (pattern)"
    line = LineSettings()
    options = {
        "pattern": "regular expression with the part (?P<value>...); sign, unit, stability if sent",
        "terminator": "the characters that end a line (line feed)",
        "limit": "longest line in characters (80)",
        "unit": "g, kg, lb or oz, if the scale does not send it",
        "decimal": "the decimal sign, '.' or ','",
        "stable": "list of what the part stability says when steady (ST)",
        "unstable": "list of what it says while moving (US)",
        "overload": "list of what it says when overloaded (OL)",
        "poll": "the characters that ask for a line; nothing if the scale sends by itself",
        "pause_s": "seconds between two polls (0.3); some scales beep at each",
        "on_print": "true if a line comes only when somebody presses PRINT on the steady scale",
    }

    def __init__(
        self,
        pattern: str | None = None,
        terminator: str = "\n",
        limit: int = 80,
        unit: str | None = None,
        decimal: str = ".",
        stable: Sequence[str] = ("ST",),
        unstable: Sequence[str] = ("US",),
        overload: Sequence[str] = ("OL",),
        poll: str = "",
        pause_s: float = 0.3,
        on_print: bool = False,
    ) -> None:
        self._pattern = compiled(pattern)
        parts = self._pattern.groupindex
        if "unit" not in parts or unit is not None:
            unit_option(unit, tuple(Unit), Words("Or give the pattern a part (?P<unit>...)."))
        if not (terminator and terminator.isascii()):
            raise OptionError(Words("terminator: it must be one or more ASCII characters."))
        if decimal not in (".", ","):
            raise OptionError(
                Words("decimal: {decimal} given; choose '.' or ','.", decimal=decimal)
            )
        if not 1 <= limit <= LONGEST_LINE:
            raise OptionError(
                Words(
                    "limit: {limit} given; it must be 1 to {longest_line}.",
                    limit=limit,
                    longest_line=LONGEST_LINE,
                )
            )
        self._unit, self._decimal, self._terminator = unit, decimal, terminator
        self._states = {
            **dict.fromkeys(overload, State.OVERLOAD),
            **dict.fromkeys(unstable, State.MOTION),
            **dict.fromkeys(stable, State.STABLE),
        }
        self._poll = poll.encode("latin-1", "replace")
        self.poll_s = pause_s
        self.settles = "stability" not in parts and not on_print
        self._streams = not (poll or on_print)
        self._shape = framing.Habit()
        self._frames = framing.Frames((terminator.encode(),), limit + len(terminator))
        self.reset()

    def request(self) -> bytes | None:
        return self._poll or None

    def reset(self) -> None:
        """A stream is met in the middle of a line: the first end only says where lines begin."""
        self._frames.reset()
        if self._streams:
            self._frames.skip()

    def feed(self, data: bytes) -> list[Reading]:
        lines = ((frame, self._text(frame)) for frame in self._frames.feed(data))
        return [self._read(text, frame) for frame, text in lines if text]

    def _text(self, frame: bytes) -> str:
        return frame.decode("latin-1").removesuffix(self._terminator).strip("\r\n")

    def _read(self, text: str, frame: bytes) -> Reading:
        match = self._pattern.fullmatch(text) if frame.endswith(self._terminator.encode()) else None
        if match is None:
            return self.unreadable(frame, framing.parity_hint(frame))
        parts = {name: (part or "").strip() for name, part in match.groupdict().items()}
        state = self._states.get(parts["stability"]) if "stability" in parts else State.STABLE
        if state is None:
            words = Words(
                "The scale says {stability}, which no list of this pattern names.",
                stability=repr(parts["stability"]),
            )
            return self.unreadable(frame, words)
        if state is State.OVERLOAD:
            return Reading(state, self.name, raw=frame)
        return self._read_weight(parts, state, frame)

    def _read_weight(self, parts: dict[str, str], state: State, frame: bytes) -> Reading:
        value = self._value(parts["value"])
        sign = SIGNS.get(parts.get("sign", ""))
        unit = unit_of(parts.get("unit") or self._unit or "")
        if value is None or sign is None or unit is None:
            return self.unreadable(
                frame, Words("The line fits the pattern, but holds no weight we know.")
            )
        # A lost k makes grams, a lost point a thousandfold, a lost first digit a fraction.
        whole, _point, decimals = value.partition(".")
        if not self._shape.fits((unit, bool(whole), len(decimals))):
            return self.unreadable(frame, ODD_SHAPE)
        if state is State.MOTION:
            return Reading(state, self.name, None, sign + value, unit, raw=frame)
        return stable(sign + value, unit, self.name, raw=frame)

    def _value(self, text: str) -> str | None:
        """The number with a decimal point; None if it is none ("1.250" where commas are set)."""
        if self._decimal == ",":
            text = text.replace(".", "?").replace(",", ".")
        return text if NUMBER.fullmatch(text) else None
