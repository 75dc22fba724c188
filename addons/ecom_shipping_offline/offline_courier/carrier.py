"""A courier without an API behind the verbs of the carrier contract."""

from datetime import date
from urllib.parse import quote as url_quote

from odoo.addons.ecom_shipping.carrier_contract import (
    BoughtParcel,
    Capability,
    Carrier,
    Document,
    DocumentKind,
    Exclusion,
    LabelFormat,
    ManifestSummary,
    Message,
    RateAnswer,
    Refused,
    Sale,
    TransmittedManifest,
)

from . import label, manifest_paper
from .lettering import unprintable
from .numbers import is_printable_number, parcel_number, sale_number
from .quoting import quote
from .settings import NUMBER_PLACEHOLDER
from .texts import say

# What fits on a line of the label at a size that a driver can read.
_LINE_LENGTHS = {"name": 44, "company": 44, "street": 50, "street2": 50, "city": 30}
_PRINTED = (*_LINE_LENGTHS, "province", "postal_code", "phone")


class OfflineCourier(Carrier):
    """A local courier: prices, numbers, labels and hand-over lists are made here.

    :param settings: :class:`~.settings.CourierSettings`
    :param language: ``en`` or ``fr``, of sentences and papers
    :param today: gives the date at the sender's place
    """

    capabilities = frozenset(
        {
            Capability.RATE,
            Capability.MULTI_PIECE,
            Capability.RECOVER,
            Capability.CANCEL,
            Capability.MANIFEST,
        }
    )
    label_formats = tuple(LabelFormat)
    max_lengths = {
        f"{party}.{part}": length
        for party in ("sender", "recipient")
        for part, length in _LINE_LENGTHS.items()
    }

    def __init__(self, settings, language="en", today=date.today):
        self.name = settings.name
        self.currency = settings.currency
        self._settings = settings
        self._language = language
        self._today = today

    def rate(self, request):
        """See :meth:`Carrier.rate`."""
        codes = request.services or [service.code for service in self._settings.services]
        quotes = [self._quote(code, request) for code in codes]
        return RateAnswer(
            rates=tuple(q for q in quotes if not isinstance(q, Exclusion)),
            exclusions=tuple(q for q in quotes if isinstance(q, Exclusion)),
        )

    def ship(self, request):
        """See :meth:`Carrier.ship`. The same key always gives the same numbers."""
        rate = self._quote(request.service_code, request)
        complaints = list(self._complaints(request))
        if isinstance(rate, Exclusion):
            complaints.insert(0, Message("", rate.reason, "service_code"))
        if complaints:
            raise Refused(complaints)
        number = self._number(request.key)
        numbers = [
            parcel.given_number or parcel_number(number, position)
            for position, parcel in enumerate(request.parcels, start=1)
        ]
        day = request.mailing_date or self._today()
        return Sale(
            key=request.key,
            carrier_ref=number,
            parcels=tuple(
                BoughtParcel(parcel.reference, tracking_number)
                for parcel, tracking_number in zip(request.parcels, numbers, strict=True)
            ),
            price=rate.price,
            taxes=rate.taxes,
            parts=rate.parts,
            expected_date=rate.expected_date,
            state="created",
            documents=label.documents(self._settings, request, numbers, day, self._language),
        )

    def recover(self, key):
        """Always None: nobody but the purchase journal knows of a sale.

        When the journal has no answer under ``key`` there is no sale and no label anywhere. Selling
        again under that key is safe, because it gives the same numbers.
        """
        return None

    def cancel(self, sale_ref):
        """See :meth:`Carrier.cancel`. Nobody has to be told; the number is never used again."""

    def tracking_url(self, tracking_number, language="en"):
        """The courier's page of ``tracking_number``, made from the account's link."""
        number = url_quote(tracking_number, safe="")
        return self._settings.tracking_link.replace(NUMBER_PLACEHOLDER, number)

    def transmit_manifest(self, request):
        """See :meth:`Carrier.transmit_manifest`. The paper is ready at once and comes with it."""
        if not request.parcels:
            raise Refused([Message("", say(self._language, "no_lines"), "parcels")])
        number = request.reference or self._number(request.key)
        names = {service.code: service.name for service in self._settings.services}
        day = request.mailing_date or self._today()
        title = f"{say(self._language, 'hand_over_list')} {number}"
        if self._settings.is_test:
            title = f"{title} · {say(self._language, 'specimen')}"
        paper = manifest_paper.draw(title, self.name, request, names, day, self._language)
        summary = ManifestSummary(
            ref=number,
            number=number,
            document=Document(DocumentKind.MANIFEST, paper, "application/pdf"),
            sales=request.sales,
        )
        return (TransmittedManifest(number, summary),)

    def recover_manifests(self, request):
        """Always empty, as :meth:`recover`: writing the list again gives the same list."""
        return ()

    def test_connection(self):
        """See :meth:`Carrier.test_connection`."""
        lines = self._settings.prices.lines
        services = {line.service_code for line in lines}
        code = "ready" if lines else "no_prices"
        return say(self._language, code, name=self.name, prices=len(lines), services=len(services))

    def _quote(self, code, request):
        return quote(self._settings, code, request, self._language, self._today())

    def _number(self, key):
        return sale_number(key, self._settings.number_prefix, self._settings.number_digits)

    def _complaints(self, request):
        """What cannot be printed."""
        for index, parcel in enumerate(request.parcels):
            number = parcel.given_number
            if number and not is_printable_number(number):
                text = say(self._language, "bad_number", number=number)
                yield Message("", text, f"parcels.{index}.given_number")
        for path, value in _printed_texts(request):
            characters = unprintable(value)
            if characters:
                yield Message("", say(self._language, "unprintable", characters=characters), path)


def _printed_texts(request):
    """(path, text) of everything that stands on the label."""
    for party in ("sender", "recipient"):
        address = getattr(request, party)
        yield from ((f"{party}.{part}", getattr(address, part)) for part in _PRINTED)
    yield from ((f"references.{index}", text) for index, text in enumerate(request.references))
