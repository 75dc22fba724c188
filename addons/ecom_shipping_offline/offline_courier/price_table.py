"""The courier's price list: where, how heavy, how much, how long."""

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

_GAPS = re.compile(r"[\s-]+")


def plain_code(postal_code):
    """A postal code as it is compared: capitals, no gaps."""
    return _GAPS.sub("", postal_code or "").upper()


@dataclass(frozen=True)
class Zone:
    """Where a price holds. What is left empty matches everything; what is given must match.

    :param postal_prefixes: first characters of postal codes, any of them
    """

    country: str = ""
    province: str = ""
    postal_prefixes: tuple[str, ...] = ()

    def nearness(self, address):
        """How closely this zone describes ``address``, or None when the address lies outside.

        A postal prefix (the longer the closer) beats a province, a province beats a country.
        """
        if self.country and self.country != address.country.upper():
            return None
        if self.province and self.province != address.province.upper():
            return None
        code = plain_code(address.postal_code)
        prefixes = [plain_code(prefix) for prefix in self.postal_prefixes]
        lengths = [len(prefix) for prefix in prefixes if code.startswith(prefix)]
        if prefixes and not lengths:
            return None
        return (max(lengths, default=0), bool(self.province), bool(self.country))


@dataclass(frozen=True)
class PriceLine:
    """One price: for a parcel heavier than ``over_g``, up to and including ``up_to_g``.

    :param transit_days: business days, or None when the courier promises nothing
    """

    service_code: str
    zone: Zone
    over_g: int
    up_to_g: int
    price: Decimal
    transit_days: int | None = None

    def takes(self, weight_g):
        return self.over_g < weight_g <= self.up_to_g


@dataclass(frozen=True)
class PriceTable:
    lines: tuple[PriceLine, ...] = ()

    @cached_property
    def fingerprint(self):
        """Changes with any line; the same in every process."""
        return hashlib.sha256(repr(self.lines).encode()).hexdigest()

    def lines_for(self, service_code, address):
        """The lines of the zone that describes ``address`` most closely, lightest band first."""
        by_nearness = defaultdict(list)
        for line in self.lines:
            nearness = line.zone.nearness(address) if line.service_code == service_code else None
            if nearness is not None:
                by_nearness[nearness].append(line)
        if not by_nearness:
            return []
        return sorted(by_nearness[max(by_nearness)], key=lambda line: line.over_g)


def overlaps(lines):
    """Lines that both give a price for the same parcel, so that nobody knows which counts.

    A close zone inside a wide one is no overlap, because the closer one counts. Where many lines
    overlap not every pair is listed, but each place with an overlap has one.

    :param list[PriceLine] lines: one table
    :returns: pairs of positions in ``lines``
    :rtype: list[tuple[int, int]]
    """
    places = defaultdict(list)
    for position, line in enumerate(lines):
        zone = line.zone
        for prefix in {plain_code(p) for p in zone.postal_prefixes} or {""}:
            place = (line.service_code, zone.country, zone.province, prefix)
            places[place].append((line.over_g, line.up_to_g, position))
    pairs = []
    for bands in map(sorted, places.values()):
        for (_over, up_to, first), (over, _up_to, second) in pairwise(bands):
            if over < up_to:
                pairs.append((first, second))
    return list(dict.fromkeys(pairs))
