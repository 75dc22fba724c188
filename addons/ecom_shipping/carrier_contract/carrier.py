"""The verbs of a carrier."""

from enum import StrEnum

from .errors import Unsupported
from .values import LabelFormat


class Capability(StrEnum):
    """What a carrier can do beyond selling one labelled parcel."""

    RATE = "rate"
    MULTI_PIECE = "multi_piece"  # several parcels in one ship() call
    RECOVER = "recover"  # ship() can be asked about by key
    CANCEL = "cancel"
    REFUND = "refund"
    TRACK = "track"
    MANIFEST = "manifest"  # parcels are handed over on a transmitted list


class Carrier:
    """A carrier, ready to be called: credentials, clock and language are given when it is built.

    A carrier overrides the verbs it can do and names them in ``capabilities``; the others refuse
    with :class:`Unsupported`, so an unfinished carrier fails clearly. A carrier object has no state
    that changes: several threads call one object at the same time.

    Every verb raises only :class:`CarrierError` and its four children. ``ship``, ``cancel``,
    ``refund`` and ``transmit_manifest`` change something at the carrier: they are never repeated by
    the client itself; the purchase journal decides. All other verbs may be repeated.
    """

    name = ""
    currency = ""
    capabilities = frozenset()
    label_formats = (LabelFormat.PDF_4X6,)
    # Longest texts on this carrier's label; checks.py compares before anything is bought.
    max_lengths = {}  # e.g. {"recipient.street": 44}
    requires_phone = False  # of the sender

    def can(self, capability):
        return capability in self.capabilities

    def rate(self, request):
        """Prices for ``request`` (:class:`RateRequest`).

        Services that do not fit are returned as exclusions with a reason, not left out.

        :rtype: RateAnswer
        """
        raise Unsupported(f"{self.name} gives no prices")

    def ship(self, request):
        """Buy ``request`` (:class:`ShipRequest`) once.

        :raises Refused: nothing was bought
        :raises Unavailable: with ``sent`` telling whether something may have been bought
        :raises Unreadable: something may have been bought
        :rtype: Sale
        """
        raise Unsupported(f"{self.name} sells no labels")

    def recover(self, key):
        """The sale made under the idempotency key ``key``, or None when there is none (any more).

        A sale that was voided counts as none.
        A carrier that cannot be asked leaves ``Capability.RECOVER`` out; after an unclear attempt
        ``ship`` is then called again with the same key, which must not sell a second label.

        :rtype: Sale | None
        """
        raise Unsupported(f"{self.name} cannot be asked for past sales")

    def documents(self, sale):
        """The documents of ``sale``: every page, bytes unchanged.

        A carrier that sends its labels with the answer of ``ship`` leaves this as it is; one that
        only sends links fetches them here, as often as it is asked.

        :rtype: tuple[Document, ...]
        """
        return sale.documents

    def cancel(self, sale_ref):
        """Void the sale with the carrier's reference ``sale_ref``. Returns when it is void.

        :raises Refused: it cannot be voided (any more); a refund may be possible
        """
        raise Unsupported(f"{self.name} cannot void labels")

    def refund(self, sale_ref, email):
        """Ask for the money back for a sale that can no longer be voided.

        :param email: where the carrier answers
        :returns: the carrier's ticket number
        :rtype: str
        """
        raise Unsupported(f"{self.name} has no refund requests")

    def find_refund(self, sale_ref):
        """The ticket of a refund that was requested for ``sale_ref`` already, or an empty string.

        A carrier that cannot be asked leaves this out; it must refuse a second request then.
        """
        raise Unsupported(f"{self.name} cannot be asked for refund requests")

    def track(self, tracking_number):
        """All events of one parcel. A number that was not scanned yet gives an empty answer.

        :rtype: TrackingAnswer
        """
        raise Unsupported(f"{self.name} has no tracking")

    def tracking_url(self, tracking_number, language="en"):
        """The carrier's own page for a customer, or an empty string."""
        return ""

    def transmit_manifest(self, request):
        """Close the groups of ``request`` (:class:`ManifestRequest`) and tell the carrier.

        :returns: one or more manifests; all must be fetched
        :rtype: tuple[TransmittedManifest, ...]
        """
        raise Unsupported(f"{self.name} has no manifests")

    def recover_manifests(self, request):
        """Manifests made by an earlier ``transmit_manifest(request)`` whose answer was lost.

        :returns: empty when the carrier has not transmitted these groups
        :rtype: tuple[TransmittedManifest, ...]
        """
        raise Unsupported(f"{self.name} has no manifests")

    def manifest(self, ref):
        """The manifest ``ref``, or None while the carrier is still writing it.

        :rtype: ManifestSummary | None
        """
        raise Unsupported(f"{self.name} has no manifests")

    def test_connection(self):
        """Prove that the credentials work without buying anything.

        :returns: a sentence for the administrator: who we are at the carrier
        :rtype: str
        """
        raise Unsupported(f"{self.name} has no connection to test")
