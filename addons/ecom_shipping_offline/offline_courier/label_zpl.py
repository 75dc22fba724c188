"""A label in the language of Zebra printers: 4 x 6 inches at 203 dots per inch.

Texts come from customers: ``^`` and ``~`` start commands, so every field is written with ``^FH``
and everything that is no plain letter, digit or blank as hexadecimal. The file is pure ASCII
whatever the names are, and ``^CI28`` tells the printer that the bytes are UTF-8.
"""

WIDTH, HEIGHT = 812, 1218
_MARGIN = 32
_INNER = WIDTH - 2 * _MARGIN
_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,-/()'")
# Width of an average letter of the printer's scalable font, as a part of its height.
_LETTER_WIDTH = 0.55
_SMALLEST = 20
_BAR_HEIGHT = 190
_BARS_TOP = HEIGHT - 284


def draw(label, _label_format=None):
    """The ZPL of one :class:`Label`.

    :rtype: bytes
    """
    top = 170
    commands = ["^XA", "^CI28", f"^PW{WIDTH}", f"^LL{HEIGHT}", "^LH0,0", *_band(label)]
    top, drawn = _block(label.sender_heading, label.sender, top - 34, 22, 26)
    commands += drawn
    top, drawn = _block(label.recipient_heading, label.recipient, top, 42, 48)
    commands += [*drawn, *_facts(label.facts, top), *_notes(label.notes, top + 100)]
    return "\n".join([*commands, *_bar_code(label.number), "^PQ1", "^XZ", ""]).encode("ascii")


def escape(text):
    """``text`` for a ``^FH`` field: hexadecimal for all that could be read as a command."""
    return "".join(chr(b) if b in _SAFE else f"_{b:02X}" for b in text.encode("utf-8"))


def _band(label):
    half = _INNER // 2
    return [
        f"^FO{_MARGIN},40^GB{_INNER},80,3^FS",
        f"^FO{_MARGIN + half},40^GB{half},80,80^FS",
        _text(_MARGIN + 16, 62, label.courier, 40, half - 32),
        # White on black.
        _text(_MARGIN + half + 16, 64, label.service, 36, half - 32, "^FR"),
    ]


def _block(heading, lines, top, height, step):
    """An address under its heading and a rule below; returns where the next part starts."""
    commands = [_text(_MARGIN, top, heading, 20, _INNER)]
    y = top + 26
    for line in lines:
        commands.append(_text(_MARGIN + (20 if height > 30 else 0), y, line, height, _INNER - 20))
        y += step
    return y + 24, [*commands, _rule(y + 6)]


def _facts(facts, top):
    column = _INNER // len(facts)
    commands = []
    for position, (heading, value) in enumerate(facts):
        x = _MARGIN + position * column
        commands.append(_text(x, top, heading.upper(), 20, column))
        commands.append(_text(x, top + 26, value, 36, column))
    return [*commands, _rule(top + 74)]


def _notes(notes, top):
    return [_text(_MARGIN, top + 32 * row, note, 28, _INNER) for row, note in enumerate(notes)]


def _bar_code(number):
    """Code 128 with automatic subsets; three dots a bar where that fits, else two."""
    modules = _modules(number)
    dots = 3 if modules * 3 + 60 <= WIDTH else 2
    left = max(0, (WIDTH - modules * dots) // 2)
    return [
        f"^FO{left},{_BARS_TOP}^BY{dots}^BCN,{_BAR_HEIGHT},N,N,N,A^FH_^FD{escape(number)}^FS",
        f"^FO0,{_BARS_TOP + _BAR_HEIGHT + 20}^A0N,38,38^FB{WIDTH},1,0,C^FH_^FD{escape(number)}^FS",
    ]


def _modules(number):
    """At most how many bars wide the number is: pairs of digits share one symbol."""
    digits = sum(character.isdigit() for character in number)
    symbols = (len(number) - digits) + (digits + 1) // 2 + 2  # and two changes of subset
    return 11 * (symbols + 2) + 13


def _rule(y):
    return f"^FO{_MARGIN},{y}^GB{_INNER},2,2^FS"


def _text(x, y, text, height, width, reverse=""):
    """One line, narrowed until it fits."""
    letters = max(1, len(text))
    fitting = int(width / (letters * _LETTER_WIDTH))
    size = max(_SMALLEST, min(height, fitting))
    return f"^FO{x},{y}^A0N,{height},{size}{reverse}^FH_^FD{escape(text)}^FS"
