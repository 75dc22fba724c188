"""What scales say to a command (FACTS 3): pure, bytes in, bytes out, state in a Platter.

A protocol has ``receive(data) -> list of replies``, ``tick() -> reply or None`` (called several
times a second) and ``press() -> reply or None`` (the PRINT key).
"""

import time
from decimal import Decimal

from .platter import GRAMS, Platter

STX, ETX, ENQ, LF, CR, ESC = b"\x02", b"\x03", b"\x05", b"\n", b"\r", b"\x1b"
LONGEST_COMMAND = 64


class Protocol:
    """A scale that says nothing."""

    def __init__(self, platter: Platter) -> None:
        self.platter = platter
        self.off = False
        self._buffer = b""

    def receive(self, data: bytes) -> list[bytes]:
        """Replies to the complete commands in what has come so far."""
        self._buffer += data
        replies = []
        while not self.off:
            with self.platter.lock:
                before = len(self._buffer)
                reply = self._one()
            if reply:
                replies.append(reply)
            if len(self._buffer) == before:
                break
        self._buffer = b"" if self.off else self._buffer[-LONGEST_COMMAND:]
        return replies

    def _one(self) -> bytes | None:
        """Take one command off the buffer (if there is a whole one) and answer it."""
        self._buffer = b""
        return None

    def _take_line(self, end: bytes) -> bytes | None:
        line, found, rest = self._buffer.partition(end)
        if not found:
            return None
        self._buffer = rest
        return line

    def tick(self) -> bytes | None:
        """What the scale says by itself."""
        return None

    def press(self) -> bytes | None:
        """What the PRINT key sends."""
        return None

    def power_on(self) -> None:
        """The power key, after a command has switched the scale off."""
        self.off, self._buffer = False, b""


class Toledo8217(Protocol):
    """Mettler-Toledo 8217 (FACTS 3.1): one letter per command, no terminator.

    *bit6*: "always" set (as in the DIVA manual) or "command" (only after a bad one).
    *once*: a weight is sent once, then only a status without a bit until the load changes.
    """

    def __init__(self, platter: Platter, bit6: str = "always", once: bool = False) -> None:
        super().__init__(platter)
        self._always = 0x40 if bit6 == "always" else 0
        self._once, self._told = once, None
        self._echo, self._test_unread = False, False

    def _one(self) -> bytes | None:
        letter, self._buffer = self._buffer[:1], self._buffer[1:]
        if self._echo:
            self._echo = letter != b"F"
            return letter if self._echo else None
        if letter == b"T" and self._buffer[:1].isdigit():
            return self._known_tare()
        work = self._COMMANDS.get(letter)
        return work(self) if work else (self._status(0x40) if letter else None)

    def _known_tare(self) -> bytes | None:
        digits = self._take_line(CR)
        if digits is None:
            self._buffer = b"T" + self._buffer  # wait for the rest
            return None
        if len(digits) != 5:
            return self._status(0x40)
        decimals = 3 if self.platter.unit == "kg" else 2
        self.platter.tare(Decimal(int(digits)).scaleb(-decimals) * GRAMS[self.platter.unit])
        return self._status()

    def _bits(self) -> int:
        at = self.platter
        bits = at.motion | at.over << 1 | (at.under or at.negative) << 2
        return bits | at.at_zero << 4 | at.net << 5

    def _status(self, extra: int = 0) -> bytes:
        return STX + b"?" + bytes([self._bits() | self._always | extra]) + CR

    def _weight(self, extra_digits: int = 0) -> bytes:
        if self.platter.fault or self._bits() & 0x07:
            self._told = None
            return self._status()
        shown = self.platter.shown(extra_digits)
        if self._once and self._told == shown:
            return STX + b"?" + bytes([self._always]) + CR
        self._told = shown
        width = 5 + (self.platter.unit != "lb") + extra_digits
        return STX + shown.zfill(width).encode() + (b"N" if self.platter.net else b"") + CR

    def _fine_weight(self) -> bytes:
        return self._weight(1)

    def _zero(self) -> bytes:
        self.platter.zero()
        return self._status()

    def _tare(self) -> bytes:
        self.platter.tare()
        return self._status()

    def _clear_tare(self) -> bytes:
        self.platter.tare_g = Decimal(0)
        return self._status()

    def _start_test(self) -> bytes:
        self._test_unread = True
        return STX + CR

    def _read_test(self) -> bytes:
        result, self._test_unread = (b"@" if self._test_unread else b"\x00"), False
        return STX + result + CR

    def _echo_on(self) -> bytes:
        self._echo = True
        return STX + b"E" + CR

    _COMMANDS = {
        b"W": _weight,
        b"H": _fine_weight,
        b"Z": _zero,
        b"T": _tare,
        b"C": _clear_tare,
        b"A": _start_test,
        b"B": _read_test,
        b"E": _echo_on,
        b"F": lambda _self: None,
    }


class Ps60(Toledo8217):
    """PS60 and clones, layout EH-SCP (FACTS 3.2): bits 5 and 6 always 1, ``X`` switches off."""

    def _bits(self) -> int:
        return super()._bits() | 0x60

    def _switch_off(self) -> None:
        self.off = True

    def _one(self) -> bytes | None:
        letter, self._buffer = self._buffer[:1], self._buffer[1:]
        work = self._COMMANDS.get(letter)
        return work(self) if work else None

    _COMMANDS = {
        b"W": Toledo8217._weight,
        b"S": Toledo8217._status,
        b"Z": Toledo8217._zero,
        b"T": Toledo8217._tare,
        b"X": _switch_off,
    }


class Scp01(Protocol):
    """NCI SCP-01 (FACTS 3.3): one character and CR; weight and status in one answer.

    What cannot be weighed fills the field: ``^`` over, ``_`` under, ``-`` no zero. *third_byte*:
    a third status byte follows, told by bit 6 of the second.
    """

    question = LF + b"?" + CR + ETX
    zero_is_answered = True

    def __init__(self, platter: Platter, third_byte: bool = False) -> None:
        super().__init__(platter)
        self._third_byte = third_byte

    def _one(self) -> bytes | None:
        if self._buffer[:1] == ENQ:
            self._buffer = self._buffer[1:]
            return LF + b"OPOS" + CR + ETX
        line = self._take_line(CR)
        if not line:
            return None
        work = self._COMMANDS.get(line.lstrip(LF))
        return work(self) if work else self.question

    def _hh(self) -> bytes:
        at = self.platter
        first = 0x30 | at.motion | at.at_zero << 1
        second = 0x30 | at.under | at.over << 1 | at.fault << 3
        if not self._third_byte:
            return bytes([first, second])
        return bytes([first, second | 0x40, 0x30 | at.net << 2 | at.zero_error << 3])

    def _status(self) -> bytes:
        return LF + self._hh() + CR + ETX

    def _signs(self) -> str | None:
        at = self.platter
        return "^" if at.over else "_" if at.under else "-" if at.zero_error else None

    def _weight(self, extra_digits: int = 0) -> bytes:
        return LF + self._field(extra_digits).encode() + CR + self._status()

    def _field(self, extra_digits: int) -> str:
        signs, unit = self._signs(), self.platter.unit
        if self.platter.lb_oz and not signs:
            pounds, ounces = self.platter.pounds_ounces()
            return f"{pounds:2}lb {ounces:4}oz"
        if signs:
            return signs * (7 + extra_digits) + unit
        return self.platter.shown(extra_digits).rjust(7 + extra_digits) + unit

    def _fine_weight(self) -> bytes:
        return self._weight(1)

    def _zero(self) -> bytes | None:
        self.platter.zero()
        return self._status() if self.zero_is_answered else None

    def _tare(self) -> bytes:
        self.platter.tare()
        return self._status()

    def _next_unit(self) -> bytes:
        self.platter.next_unit()
        return self._status()

    def _counts(self) -> bytes:
        return LF + b"%06d" % max(0, int(self.platter.load_g * 10)) + CR + self._status()

    def _switch_off(self) -> None:
        self.off = True

    _COMMANDS = {
        b"W": lambda self: self._weight(),
        b"S": lambda self: self._status(),
        b"Z": _zero,
        b"H": _fine_weight,
        b"U": _next_unit,
        b"M": _counts,
        b"T": _tare,
        b"X": _switch_off,
    }


class Scp02(Scp01):
    """NCI SCP-02 (ECR): leading zeros, upper case, no sign; trouble gives the status alone."""

    def _status(self) -> bytes:
        return LF + b"S" + self._hh() + CR + ETX

    def _weight(self, extra_digits: int = 0) -> bytes:
        if self.platter.motion or self.platter.negative or self._signs():
            return self._status()
        return super()._weight(extra_digits)

    def _field(self, extra_digits: int) -> str:
        shown = self.platter.shown(extra_digits).zfill(6 + extra_digits)
        return shown + self.platter.unit.upper()


class Scp12(Scp01):
    """NCI SCP-12 (3835): sign, no LF before the status bytes, no CR before ETX."""

    question = LF + b"?" + CR
    zero_is_answered = False

    def _weight(self, extra_digits: int = 0) -> bytes:
        if self._signs():
            return self._status()
        return LF + self._field(extra_digits).encode() + CR + self._hh() + ETX

    def _field(self, extra_digits: int) -> str:
        shown = self.platter.shown(extra_digits)
        sign = "-" if shown.startswith("-") else " "
        shown = shown.lstrip("-")
        if self.platter.unit == "oz":
            return sign + "00" + shown.zfill(5 + extra_digits) + "OZ"
        return sign + shown.rjust(6 + extra_digits) + self.platter.unit.upper()


class Sics(Protocol):
    """MT-SICS (FACTS 3.5): lines with CR LF, upper case. ``S`` waits until the scale is still.

    *patience_s*: how long ``S`` waits before it answers ``S I``.
    """

    serial_number = "SANDBOX01"

    def __init__(self, platter: Platter, patience_s: float = 2.0) -> None:
        super().__init__(platter)
        self._patience_s = patience_s
        self._waiting_until: float | None = None
        self._repeating = False
        self._told: bytes | None = None

    def _one(self) -> bytes | None:
        line = self._take_line(CR + LF)
        if line is None:
            return None
        if line != b"":
            self._waiting_until = None  # a new command ends a wait
        work = self._COMMANDS.get(line)
        return work(self) if work else b"ES\r\n"

    def _value(self) -> bytes:
        return f"{self.platter.shown():>10} {self.platter.unit}\r\n".encode()

    def _immediate(self) -> bytes:
        at = self.platter
        if at.fault or at.zero_error:
            return b"S I\r\n"
        if at.over or at.under:
            return b"S +\r\n" if at.over else b"S -\r\n"
        return (b"S D " if at.motion else b"S S ") + self._value()

    def _stable(self) -> bytes | None:
        if not self.platter.motion:
            return self._immediate()
        self._waiting_until = time.monotonic() + self._patience_s
        return None

    def _repeat(self) -> bytes:
        self._repeating = True
        return self._immediate()

    def _on_change(self) -> bytes:
        self._told = self._immediate()
        return self._told

    def tick(self) -> bytes | None:
        with self.platter.lock:
            if self._waiting_until is not None:
                if self.platter.motion and time.monotonic() < self._waiting_until:
                    return None
                moving, self._waiting_until = self.platter.motion, None
                return b"S I\r\n" if moving else self._immediate()
            if self._repeating:
                return self._immediate()
            if self._told is not None and self._immediate() != self._told:
                return self._on_change()
        return None

    def _zero(self) -> bytes:
        at = self.platter
        if at.motion:
            return b"Z I\r\n"
        return b"Z A\r\n" if at.zero() else b"Z +\r\n" if at.gross_g > 0 else b"Z -\r\n"

    def _tare(self) -> bytes:
        if self.platter.motion:
            return b"T I\r\n"
        taken = self.platter.tare()
        value = f"{self.platter.tare_g / GRAMS[self.platter.unit]:.3f}"
        return f"T S {value:>10} {self.platter.unit}\r\n".encode() if taken else b"T -\r\n"

    def _clear_tare(self) -> bytes:
        self.platter.tare_g = Decimal(0)
        return b"TAC A\r\n"

    def _reset(self) -> bytes:
        self._repeating, self._waiting_until, self._told = False, None, None
        return self._identity(4)

    def _identity(self, number: int) -> bytes:
        texts = {1: '"01" "2.30" "2.22"', 2: '"Sandbox"', 3: '"1.00"', 5: '"SANDBOX-1"'}
        text = texts.get(number, f'"{self.serial_number}"')
        return f"I{number} A {text}\r\n".encode()

    _COMMANDS = {
        b"S": _stable,
        b"SI": _immediate,
        b"SIR": _repeat,
        b"SR": _on_change,
        b"Z": _zero,
        b"ZI": _zero,
        b"T": _tare,
        b"TI": _tare,
        b"TAC": _clear_tare,
        b"@": _reset,
        b"I0": lambda _self: b'I0 A 0 "I0"\r\n',
        **{b"I%d" % n: (lambda self, n=n: self._identity(n)) for n in (1, 2, 3, 4, 5)},
    }


class Sma(Protocol):
    """SMA SCP-0499 (FACTS 3.6): ``LF cmd CR``, fixed columns back."""

    def __init__(self, platter: Platter) -> None:
        super().__init__(platter)
        self._repeating = False

    def _one(self) -> bytes | None:
        if self._buffer[:1] == ESC:
            self._buffer, self._repeating = self._buffer[1:], False
            return None
        line = self._take_line(CR)
        if line is None:
            return None
        _noise, found, command = line.rpartition(LF)
        if not found:
            return None  # without LF it is no command
        self._repeating = False
        work = self._COMMANDS.get(command[:1]) if command else None
        return work(self) if work else LF + b"?" + CR

    def _weight(self, extra_digits: int = 0) -> bytes:
        at = self.platter
        state = "O" if at.over else "U" if at.under else "E" if at.zero_error or at.fault else ""
        shown = "-" * 10 if state else at.shown(extra_digits).rjust(10)
        kind = "N" if at.net else "G"
        kind = kind.lower() if extra_digits else kind
        motion = "M" if at.motion else " "
        state = state or ("Z" if at.at_zero else " ")
        return LF + f"{state}1{kind}{motion} {shown}{at.unit:<3}".encode() + CR

    def _repeat(self) -> bytes:
        self._repeating = True
        return self._weight()

    def tick(self) -> bytes | None:
        with self.platter.lock:
            return self._weight() if self._repeating else None

    def _zero(self) -> bytes:
        self.platter.zero()
        return self._weight()

    def _tare(self) -> bytes:
        self.platter.tare()
        return self._weight()

    def _clear_tare(self) -> bytes:
        self.platter.tare_g = Decimal(0)
        return self._weight()

    def _next_unit(self) -> bytes:
        self.platter.next_unit()
        return self._weight()

    _COMMANDS = {
        b"W": _weight,
        b"P": _weight,
        b"Q": _weight,
        b"H": lambda self: self._weight(1),
        b"Z": _zero,
        b"T": _tare,
        b"C": _clear_tare,
        b"U": _next_unit,
        b"R": _repeat,
        b"S": _weight,
        b"A": lambda _self: LF + b"SMA:1/1.0" + CR,
        b"I": lambda _self: LF + b"TYP:S" + CR,
    }


class Stream(Protocol):
    """A line on its own several times a second, deaf to commands (FACTS 3.9)."""

    def tick(self) -> bytes | None:
        with self.platter.lock:
            return self._line()

    def _line(self) -> bytes:
        at = self.platter
        kind = "NT" if at.net else "GS"
        if at.over or at.under:
            return f"OL,{kind},{'-' if at.under else '+'}-------{at.unit}\r\n".encode()
        shown = at.shown()
        sign = "-" if shown.startswith("-") else "+"
        state = "US" if at.motion else "ST"
        return f"{state},{kind},{sign}{shown.lstrip('-'):>7}{at.unit}\r\n".encode()


class WeighOnPrint(Protocol):
    """One line when the operator presses PRINT: nine characters, unit, ``?`` if unstable, G or N."""

    def press(self) -> bytes | None:
        with self.platter.lock:
            at = self.platter
            shown = "-" * 9 if at.over or at.under else at.shown().rjust(9)
            kind = "N" if at.net else "G"
            return f"{shown} {at.unit} {'?' if at.motion else ' '}{kind}\r\n".encode()


PROTOCOLS = {
    "toledo_8217": Toledo8217,
    "ps60": Ps60,
    "nci_scp01": Scp01,
    "nci_scp02": Scp02,
    "nci_scp12": Scp12,
    "mt_sics": Sics,
    "sma": Sma,
    "stream": Stream,
    "weigh_on_print": WeighOnPrint,
}
