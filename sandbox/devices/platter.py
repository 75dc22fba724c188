"""What lies on a scale and what its display makes of it; protocols and faults are elsewhere."""

import threading
from dataclasses import dataclass, field, fields
from decimal import ROUND_HALF_EVEN, Decimal

GRAMS = {
    "g": Decimal(1),
    "kg": Decimal(1000),
    "lb": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
}
DECIMALS = {"g": 1, "kg": 3, "lb": 2, "oz": 1}
UNITS = tuple(GRAMS)


@dataclass
class Platter:
    """The load and the state that a test sets; ``over`` and ``under`` also follow from the load.

    *load_g* on the platter, *zero_g* taken as nothing, *tare_g* subtracted. *motion*, *overload*,
    *underload*, *zero_error* and *fault* are forced while true. *lb_oz*: show pounds and ounces.
    """

    load_g: Decimal = Decimal(0)
    unit: str = "kg"
    capacity_g: Decimal = Decimal(30000)
    zero_g: Decimal = Decimal(0)
    tare_g: Decimal = Decimal(0)
    motion: bool = False
    overload: bool = False
    underload: bool = False
    zero_error: bool = False
    fault: bool = False
    lb_oz: bool = False
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)

    def change(self, **values) -> None:
        """Set fields by name; weights may be text or numbers. Raises ValueError."""
        known = {item.name: type(getattr(self, item.name)) for item in fields(self)}
        known.pop("lock")
        with self.lock:
            for name, value in values.items():
                if name not in known or (name == "unit" and value not in UNITS):
                    raise ValueError(f"a scale has no {name} {value!r}")
                kind = known[name]
                setattr(self, name, Decimal(str(value)) if kind is Decimal else kind(value))

    def state(self) -> dict:
        """All fields as JSON values."""
        with self.lock:
            values = {item.name: getattr(self, item.name) for item in fields(self)}
        values.pop("lock")
        return {k: str(v) if isinstance(v, Decimal) else v for k, v in values.items()}

    # --- what the scale finds ---------------------------------------------------------------
    @property
    def gross_g(self) -> Decimal:
        """Without tare."""
        return self.load_g - self.zero_g

    @property
    def net_g(self) -> Decimal:
        """What the display shows."""
        return self.gross_g - self.tare_g

    @property
    def over(self) -> bool:
        """Above capacity."""
        return self.overload or self.gross_g > self.capacity_g

    @property
    def under(self) -> bool:
        """Below the range, as without its platter (a fiftieth of capacity below zero)."""
        return self.underload or self.gross_g < -self.capacity_g / 50

    @property
    def negative(self) -> bool:
        """The display shows less than nothing."""
        return self.shown().startswith("-")

    @property
    def at_zero(self) -> bool:
        """Within a quarter of the smallest step around zero, without tare."""
        step = GRAMS[self.unit].scaleb(-DECIMALS[self.unit])
        return not self.tare_g and abs(self.gross_g) * 4 <= step

    @property
    def net(self) -> bool:
        """A tare is active."""
        return bool(self.tare_g)

    def shown(self, extra_digits: int = 0, unit: str | None = None) -> str:
        """The number on the display, rounded to its steps; ``-`` before what is below zero."""
        unit = unit or self.unit
        step = Decimal(1).scaleb(-DECIMALS[unit] - extra_digits)
        value = (self.net_g / GRAMS[unit]).quantize(step, ROUND_HALF_EVEN)
        return f"{value if value else abs(value):f}"

    def pounds_ounces(self) -> tuple[int, Decimal]:
        """Whole pounds, and ounces with one decimal."""
        ounces = (self.net_g / GRAMS["oz"]).quantize(Decimal("0.1"), ROUND_HALF_EVEN)
        return int(ounces // 16), ounces % 16

    # --- its keys ---------------------------------------------------------------------------
    def zero(self) -> bool:
        """Take what lies there as nothing: only at rest, without tare, near zero (2 %)."""
        if self.motion or self.tare_g or self.over or abs(self.gross_g) > self.capacity_g / 50:
            return False
        self.zero_g, self.zero_error = self.load_g, False
        return True

    def tare(self, tare_g: Decimal | None = None) -> bool:
        """Take the load (or a known weight) as tare: only at rest and above zero."""
        wanted = self.gross_g if tare_g is None else tare_g
        if self.motion or self.over or wanted < 0:
            return False
        self.tare_g = wanted
        return True

    def next_unit(self) -> None:
        """The unit key."""
        self.unit = UNITS[(UNITS.index(self.unit) + 1) % len(UNITS)]
