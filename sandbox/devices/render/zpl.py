"""ZPL II through zplkit (FACTS 4.2, 15), which refuses what leaves no mark: that is taken out first.

Kept in mind while taken out: the number of copies of ``^PQ``. zplkit's font has hardly a letter beyond
ASCII and refuses the label for one that it lacks, so accents are left out of the picture.
"""

import io
import re
import unicodedata

import zplkit
from PIL import Image
from zplkit.rendering import Limits, RenderError

from .page import Label, Rendered, dots

# Commands that set the machine and leave no mark: media, speed, darkness, cutter, status requests.
_MACHINE = re.compile(rb"\^(?:PQ|MM|MN|MT|MD|PR|JM|MF|JU|MC)[^^~]*|~(?:SD|TA|JS|HS|HQ|HI)[^^~]*")
_FORMAT = re.compile(rb"\^XA.*?\^XZ", re.DOTALL)
# UTF-8 of a letter beyond ASCII: as bytes, or as ^FH writes them.
_BEYOND_ASCII = re.compile(rb"(?:[\x80-\xff]|_[89A-Fa-f][0-9A-Fa-f])+")
# A whole label as one picture at 300 dpi is 270 kB.
_LIMITS = Limits(graphic_bytes=4_000_000, input_bytes=8_000_000)
_QUANTITY = re.compile(rb"\^PQ(\d+)")


def render(data: bytes, width_mm=101.6, height_mm=152.4, dpi=203) -> Rendered:
    """The labels that *data* prints. *data* is a complete job; ``^CI28`` is its own affair."""
    out = Rendered()
    options = zplkit.Options(width=dots(width_mm, dpi), height=dots(height_mm, dpi), dpi=dpi)
    for number, match in enumerate(_FORMAT.finditer(data), 1):
        try:
            document = zplkit.render(_drawable(match[0]), options, limits=_LIMITS)
        except (RenderError, ValueError) as error:
            out.problems.append(f"label {number}: {error}")
            continue
        quantity = _QUANTITY.search(match[0])
        copies = int(quantity[1]) if quantity else 1
        out.labels += [Label(_picture(scene), copies) for scene in document.labels]
    _tell_leftovers(_FORMAT.sub(b"", data), out)
    return out


def _drawable(label: bytes) -> bytes:
    if b"^CI28" not in label:
        return _MACHINE.sub(b"", label)
    return _BEYOND_ASCII.sub(_base_letters, _MACHINE.sub(b"", label))


def _base_letters(match: re.Match) -> bytes:
    raw = re.sub(rb"_(..)", lambda code: bytes.fromhex(code[1].decode()), match[0])
    parts = unicodedata.normalize("NFKD", raw.decode("utf-8", "replace"))
    return "".join(part for part in parts if part.isascii()).encode() or b"?"


def _picture(scene) -> Image.Image:
    drawn = Image.open(io.BytesIO(scene.png())).convert("L")
    return drawn.point(lambda level: 255 if level >= 128 else 0, "1")


def _tell_leftovers(rest: bytes, out: Rendered) -> None:
    rest = _MACHINE.sub(b"", rest).strip()
    if rest:
        out.problems.append(f"outside of a label: {rest[:80]!r}")
