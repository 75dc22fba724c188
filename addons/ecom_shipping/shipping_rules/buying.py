"""Buying, voiding and handing over once, seen from one process: ask, call, ask again.

The journal (model ``ecom.purchase``) keeps the order of things across crashes and workers; this file
is what happens between its two writes, without a database, so that it may run in a thread.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from ..carrier_contract import (
    Capability,
    CarrierError,
    Refused,
    Sale,
    TransmittedManifest,
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
    outcome = _ship(carrier, request)
    if ask_first and isinstance(outcome.error, Unavailable):
        # Also when this attempt did not get through: nobody answered for the earlier one.
        return replace(outcome, verdict=Verdict.UNKNOWN)
    return outcome


def _ship(carrier, request):
    try:
        return Outcome(Verdict.SOLD, sale=carrier.ship(request))
    except CarrierError as error:
        if _is_clear_no(error):
            return Outcome(Verdict.REFUSED, error=error)
        return _look_again(carrier, request.key, error)


def _is_clear_no(error):
    """Whether ``error`` proves that the call which raised it changed nothing at the carrier."""
    if isinstance(error, Unavailable):
        return not error.sent
    return isinstance(error, (Refused, Unsupported))


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
    except CarrierError as error:
        return _void_verdict(carrier, key, error, ask_first)
    return VoidOutcome(VoidVerdict.VOIDED)


def _void_verdict(carrier, key, error, ask_first):
    """What ``error`` means for the label. A void of what is void already is refused, too: look."""
    if isinstance(error, Unavailable) and not error.sent:
        return VoidOutcome(VoidVerdict.UNKNOWN if ask_first else VoidVerdict.REFUSED, error)
    gone = _is_gone(carrier, key)
    if gone:
        return VoidOutcome(VoidVerdict.VOIDED)
    if not _is_clear_no(error) or (ask_first and gone is None):
        return VoidOutcome(VoidVerdict.UNKNOWN, error)
    return VoidOutcome(VoidVerdict.REFUSED, error)


def _is_gone(carrier, key):
    """Whether the carrier says that there is no sale under ``key`` (any more); None: it does not say."""
    if not carrier.can(Capability.RECOVER):
        return False
    try:
        return carrier.recover(key) is None
    except CarrierError:
        return None


@dataclass(frozen=True)
class RefundOutcome:
    """How a refund request ended: a ticket, or an error and whether it may have been taken."""

    ticket: str = ""
    error: CarrierError | None = None
    unclear: bool = False


def refund(carrier, sale_ref, email, ask_first):
    """Ask once for the money back; a request whose answer was lost is looked up.

    :param ask_first: an earlier request for this sale ended without a clear answer
    :rtype: RefundOutcome
    """
    if ask_first:
        known = _known_refund(carrier, sale_ref)
        if known.ticket or known.error:
            return known
    try:
        return RefundOutcome(carrier.refund(sale_ref, email))
    except CarrierError as error:
        return _refund_verdict(carrier, sale_ref, error, ask_first)


def _refund_verdict(carrier, sale_ref, error, ask_first):
    """What ``error`` means. What was requested already is refused, too: look."""
    if _is_clear_no(error) and not isinstance(error, Refused):
        return RefundOutcome(error=error, unclear=ask_first)
    known = _known_refund(carrier, sale_ref)
    if known.ticket:
        return known
    return RefundOutcome(error=error, unclear=known.unclear or not _is_clear_no(error))


def _known_refund(carrier, sale_ref):
    """What the carrier says of an earlier request; neither ticket nor error when there is none."""
    try:
        return RefundOutcome(carrier.find_refund(sale_ref) or "")
    except Unsupported:
        return RefundOutcome()  # it refuses a second request by itself
    except CarrierError as error:
        return RefundOutcome(error=error, unclear=True)


@dataclass(frozen=True)
class TransmitOutcome:
    """The end of one attempt to hand over; ``Verdict.SOLD`` means transmitted."""

    verdict: Verdict
    manifests: tuple[TransmittedManifest, ...] = ()
    error: CarrierError | None = None


def find_transmitted(carrier, request):
    """What became of an earlier attempt to transmit ``request`` that ended without a clear answer.

    :returns: an outcome, or None when the carrier has not transmitted it
    :rtype: TransmitOutcome | None
    """
    try:
        found = carrier.recover_manifests(request)
    except CarrierError as error:
        return TransmitOutcome(Verdict.UNKNOWN, error=error)
    return TransmitOutcome(Verdict.SOLD, found) if found else None


def transmit(carrier, request, unclear):
    """Transmit ``request``; when the answer is lost, ask for it.

    :param unclear: an earlier attempt was asked for and not found, which proves nothing yet
    :rtype: TransmitOutcome
    """
    try:
        return TransmitOutcome(Verdict.SOLD, carrier.transmit_manifest(request))
    except CarrierError as error:
        if _is_clear_no(error):
            return TransmitOutcome(Verdict.UNKNOWN if unclear else Verdict.REFUSED, error=error)
        found = find_transmitted(carrier, request)
        if found and found.verdict is Verdict.SOLD:
            return found
        return TransmitOutcome(Verdict.UNKNOWN, error=error)


def without(request, gone):
    """What is left of a manifest ``request`` when the sales ``gone`` were announced already.

    :param gone: carrier references
    """
    return replace(
        request,
        sales=tuple(sale for sale in request.sales if sale not in gone),
        parcels=tuple(parcel for parcel in request.parcels if parcel.sale not in gone),
        excluded=tuple(sale for sale in request.excluded if sale not in gone),
    )
