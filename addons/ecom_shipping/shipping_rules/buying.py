"""Buying one label once, seen from one process: ask, buy, ask again.

The journal (model ``ecom.purchase``) keeps the order of things across crashes and workers; this file
is what happens between its two writes, without a database, so that it may run in a thread.
"""

from dataclasses import dataclass
from enum import StrEnum

from ..carrier_contract import (
    Capability,
    CarrierError,
    Refused,
    Sale,
    Unavailable,
    Unsupported,
)


class Verdict(StrEnum):
    """How an attempt ended. The values are states of the journal."""

    SOLD = "sold"
    REFUSED = "refused"  # surely nothing was bought
    UNKNOWN = "unknown"  # something may have been bought


@dataclass(frozen=True)
class Outcome:
    """The end of one attempt.

    :param sale: what was sold, with ``Verdict.SOLD``
    :param error: the :class:`CarrierError` otherwise
    :param found: the sale was made by an earlier attempt and only found now
    """

    verdict: Verdict
    sale: Sale | None = None
    error: CarrierError | None = None
    found: bool = False


def buy(carrier, request, ask_first):
    """Buy ``request`` so that at most one label is sold under its key.

    :param ask_first: an earlier attempt under this key ended without a clear answer
    :rtype: Outcome
    """
    if ask_first and carrier.can(Capability.RECOVER):
        try:
            sale = carrier.recover(request.key)
        except CarrierError as error:
            return Outcome(Verdict.UNKNOWN, error=error)
        if sale:
            return Outcome(Verdict.SOLD, sale=sale, found=True)
    return _ship(carrier, request)


def _ship(carrier, request):
    try:
        return Outcome(Verdict.SOLD, sale=carrier.ship(request))
    except (Refused, Unsupported) as error:
        return Outcome(Verdict.REFUSED, error=error)
    except Unavailable as error:
        if not error.sent:
            return Outcome(Verdict.REFUSED, error=error)
        return _look_again(carrier, request.key, error)
    except CarrierError as error:
        return _look_again(carrier, request.key, error)


def _look_again(carrier, key, error):
    """The answer was lost: the sale may be there already. Not finding it proves nothing yet."""
    if not carrier.can(Capability.RECOVER):
        return Outcome(Verdict.UNKNOWN, error=error)
    try:
        sale = carrier.recover(key)
    except CarrierError:
        return Outcome(Verdict.UNKNOWN, error=error)
    if sale:
        return Outcome(Verdict.SOLD, sale=sale, found=True)
    return Outcome(Verdict.UNKNOWN, error=error)


class VoidVerdict(StrEnum):
    """How a void attempt ended. The values are states of the journal."""

    VOIDED = "voided"
    REFUSED = "sold"  # the label lives on
    UNKNOWN = "void_unknown"


@dataclass(frozen=True)
class VoidOutcome:
    verdict: VoidVerdict
    error: CarrierError | None = None


def void(carrier, key, sale_ref, ask_first):
    """Void a sale once; a void whose answer was lost is found again by looking for the sale.

    :param ask_first: an earlier void of this sale ended without a clear answer
    :rtype: VoidOutcome
    """
    if ask_first and _is_gone(carrier, key):
        return VoidOutcome(VoidVerdict.VOIDED)
    try:
        carrier.cancel(sale_ref)
    except (Refused, Unsupported) as error:
        # A second void of what the first one voided is refused too: look before believing it.
        if ask_first and _is_gone(carrier, key):
            return VoidOutcome(VoidVerdict.VOIDED)
        return VoidOutcome(VoidVerdict.REFUSED, error)
    except Unavailable as error:
        if not error.sent:
            return VoidOutcome(VoidVerdict.REFUSED, error)
        return _void_verdict_after_silence(carrier, key, error)
    except CarrierError as error:
        return _void_verdict_after_silence(carrier, key, error)
    return VoidOutcome(VoidVerdict.VOIDED)


def _void_verdict_after_silence(carrier, key, error):
    if _is_gone(carrier, key):
        return VoidOutcome(VoidVerdict.VOIDED)
    return VoidOutcome(VoidVerdict.UNKNOWN, error)


def _is_gone(carrier, key):
    """Whether the carrier says that there is no sale under ``key`` (any more)."""
    if not carrier.can(Capability.RECOVER):
        return False
    try:
        return carrier.recover(key) is None
    except CarrierError:
        return False
