"""Canada Post behind the verbs of the carrier contract."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from odoo.addons.ecom_shipping.carrier_contract import (
    Capability,
    Carrier,
    Exclusion,
    LabelFormat,
    ManifestSummary,
    RateAnswer,
    Refused,
    TrackingAnswer,
    Unavailable,
    Unreadable,
)

from . import (
    artifact,
    customer,
    discovery,
    errors,
    limits,
    manifest,
    quoting,
    rating,
    shipment,
    tracking,
)
from .client import Transport
from .tables import (
    ADDRESS_LENGTHS,
    DUPLICATE_KEY_CODE,
    NO_HISTORY_CODE,
    SERVICES,
    TRACKING_CODES,
)
from .texts import say

# Waiting for a label that is not rendered yet (HTTP 202): about 8 seconds, then the caller's turn.
PENDING_PAUSES_S = (0.5, 1, 2, 4)
_MOST_CANDIDATES = 10
_MOST_PROBES = 5
_MOST_AT_ONCE = 8


class CanadaPost(Carrier):
    """Contract shipping within Canada.

    :param account: :class:`~.account.AccountSettings`
    :param endpoint: ``PRODUCTION_ENDPOINT``, ``TEST_ENDPOINT`` or a sandbox of ours
    :param language: ``en`` or ``fr``, of the carrier's texts and of ours
    :param today: gives the date at the sender's place
    :param transport: something with ``send(call)``, in place of HTTP
    :param sleep: called with seconds while a document is being prepared
    """

    name = "Canada Post"
    currency = "CAD"
    capabilities = frozenset(Capability) - {Capability.MULTI_PIECE}
    label_formats = (LabelFormat.PDF_LETTER, LabelFormat.PDF_4X6, LabelFormat.ZPL_4X6)
    max_lengths = {
        f"{party}.{attribute}": length
        for party in ("sender", "recipient")
        for attribute, length in ADDRESS_LENGTHS.items()
    }
    requires_phone = True

    def __init__(
        self,
        account,
        endpoint,
        language="en",
        today=date.today,
        transport=None,
        sleep=time.sleep,
    ):
        self._account = account
        self._language = language
        self._today = today
        self._sleep = sleep
        self._transport = transport or Transport(
            endpoint, account.user, account.password, language, sleep=sleep
        )

    # --- prices -----------------------------------------------------------------------------------

    def rate(self, request):
        """See :meth:`Carrier.rate`. Option amounts count for each parcel."""
        if {request.sender.country.upper(), request.recipient.country.upper()} != {"CA"}:
            return self._abroad(request)
        self._account.path(self._language)
        scenario = rating.prepare(self._account, request, self._language, self._today())
        read = rating.reader(self._language)

        def ask(index, services):
            parcel = request.parcels[index]
            call = rating.call(self._account, scenario, index, parcel, services)
            return self._ask(call, "price-quotes", read)

        return quoting.side_by_side(request, ask, self._language)

    def _abroad(self, request):
        """Customs are not supported yet, and a price for what cannot be bought would be a trap."""
        reason = say(self._language, "domestic_only")
        return RateAnswer(
            exclusions=tuple(
                Exclusion(code, limits.service_name(code, self._language), reason)
                for code in request.services or SERVICES
            )
        )

    def catalogue(self, country="CA"):
        """What the carrier offers towards ``country``, for the catalogue of services and options.

        :returns: a tuple of :class:`ServiceInfo` and a tuple of :class:`OptionInfo`
        """
        language = self._language
        listed = self._ask(discovery.services_call(country), "services", discovery.read_services)

        def service(code):
            call = discovery.service_call(code, country, language)
            return self._ask(call, "service", discovery.read_service)

        def option(code):
            return self._ask(discovery.option_call(code, language), "option", discovery.read_option)

        with ThreadPoolExecutor(_MOST_AT_ONCE) as pool:
            services = tuple(pool.map(service, [code for code, _name in listed]))
            codes = dict.fromkeys(item.code for found in services for item in found.options)
            return services, tuple(pool.map(option, codes))

    # --- buying -----------------------------------------------------------------------------------

    def ship(self, request):
        """See :meth:`Carrier.ship`.

        A key that the carrier knows already (7314) is a sale of an earlier attempt: unknown to us,
        so it is reported as such and :meth:`recover` finds it.
        """
        language = self._language
        call = shipment.create_call(self._account, request, language, self._today())
        reader = shipment.sale_reader(language, request.key, request.parcels[0].reference)
        try:
            return self._ask(call, "shipment-info", reader)
        except Refused as refusal:
            if DUPLICATE_KEY_CODE in refusal.codes:
                raise Unavailable(say(language, "duplicate_key")) from None
            raise

    def recover(self, key):
        """See :meth:`Carrier.recover`. The carrier does not know the parcel's own reference: ''."""
        language = self._language
        call = shipment.find_call(self._account, language, requestId=key)
        try:
            numbers = self._numbers(call)
        except Refused as refusal:
            if errors.is_nothing_found(refusal):
                return None
            raise
        if len(numbers) > _MOST_CANDIDATES:
            raise Unreadable(say(language, "several_sales"))
        found = [self._sale(number, key) for number in numbers]
        sales = [sale for sale in found if sale and not shipment.is_void(sale) and sale.key == key]
        if len(sales) > 1:
            raise Unreadable(say(language, "several_sales"))
        return sales[0] if sales else None

    def _sale(self, number, key):
        """The sale ``number``, with its price fetched when it is apart; None when it is gone."""
        language = self._language
        sale_reader = shipment.sale_reader(language, key)
        call = shipment.one_call(self._account, number, language)
        try:
            sale, price_link = self._ask(
                call,
                "shipment-info",
                lambda root: (sale_reader(root), shipment.link(root, "price")),
            )
        except Refused as refusal:
            if errors.is_nothing_found(refusal):
                return None
            raise
        if sale.price is None and price_link and not shipment.is_void(sale):
            return self._with_price(sale, price_link)
        return sale

    def _with_price(self, sale, href):
        """``sale`` with the price of link ``href``; a price not given keeps no sale back."""
        try:
            price = self._ask(
                shipment.price_call(href), "shipment-price", shipment.price_reader(self._language)
            )
        except (Refused, Unreadable):
            return sale
        return shipment.with_price(sale, price)

    def documents(self, sale):
        """See :meth:`Carrier.documents`. A page that is not rendered yet is waited for a little."""
        return tuple(self._document(link) for link in sale.links)

    def _document(self, link):
        call = artifact.call(link)
        answer = self._transport.send(call)
        for pause in PENDING_PAUSES_S:
            if not artifact.is_pending(answer):
                break
            self._sleep(pause)
            answer = self._transport.send(call)
        return artifact.read(answer, link, self._language)

    def cancel(self, sale_ref):
        """See :meth:`Carrier.cancel`. Refused with 8064 or 8034 once it was transmitted."""
        call = shipment.one_call(self._account, sale_ref, self._language, method="DELETE")
        shipment.check_voided(self._transport.send(call), self._language)

    def refund(self, sale_ref, email):
        """See :meth:`Carrier.refund`."""
        call = shipment.refund_call(self._account, sale_ref, email, self._language)
        return self._ask(call, "shipment-refund-request-info", shipment.read_ticket)

    def find_refund(self, sale_ref):
        """See :meth:`Carrier.find_refund`."""
        call = shipment.details_call(self._account, sale_ref, self._language)
        try:
            return self._ask(call, "shipment-details", shipment.read_refund)
        except Refused as refusal:
            if errors.is_nothing_found(refusal):
                return ""
            raise

    # --- tracking ---------------------------------------------------------------------------------

    def track(self, tracking_number):
        """See :meth:`Carrier.track`. No history (004) right after the purchase is normal."""
        call = tracking.call(tracking_number, self._language)
        try:
            return self._ask(call, "tracking-detail", tracking.reader(tracking_number))
        except Refused as refusal:
            if NO_HISTORY_CODE in refusal.codes or errors.is_nothing_found(refusal):
                return TrackingAnswer(tracking_number)
            if refusal.codes & TRACKING_CODES:
                return TrackingAnswer(tracking_number, error=str(refusal))
            raise

    def tracking_url(self, tracking_number, language="en"):
        """See :meth:`Carrier.tracking_url`."""
        return tracking.page(tracking_number, language)

    # --- manifests --------------------------------------------------------------------------------

    def transmit_manifest(self, request):
        """See :meth:`Carrier.transmit_manifest`."""
        call = manifest.transmit_call(self._account, request, self._language)
        return self._ask(call, "manifests", manifest.read_transmitted)

    def recover_manifests(self, request):
        """See :meth:`Carrier.recover_manifests`.

        The sales tell whether they were transmitted; then the manifests of those days are searched
        for them. Without sales there is nothing to recognise, so nothing is found.

        :raises Unavailable: transmitted, but the manifest is not listed yet
        """
        language = self._language
        if not self._is_transmitted(request):
            return ()
        call = manifest.list_call(self._account, request, self._today(), language)
        listed = self._ask(call, "manifests", manifest.read_list)
        ours = set(request.sales) - set(request.excluded)
        found = tuple(
            item
            for item in listed
            if not ours.isdisjoint(
                self._numbers(shipment.find_call(self._account, language, manifestId=item.ref))
            )
        )
        if not found:
            raise Unavailable(say(language, "manifest_not_listed"))
        return found

    def _is_transmitted(self, request):
        """Whether the first sale that still exists left the state ``created``."""
        numbers = [number for number in request.sales if number not in request.excluded]
        for number in numbers[:_MOST_PROBES]:
            sale = self._sale(number, "")
            if sale is not None and not shipment.is_void(sale):
                return sale.state.lower() != "created"
        return False

    def manifest(self, ref):
        """See :meth:`Carrier.manifest`. One with the number ``EMPTY`` may have no paper."""
        call = manifest.one_call(self._account, ref, self._language)
        try:
            found = self._ask(call, "manifest", manifest.read)
            return ManifestSummary(
                ref=ref,
                number=found.number,
                document=found.paper and self._paper(found),
                sales=self._numbers(manifest.shipments_call(found)) if found.shipments else (),
                total=self._total(found) if found.details else None,
            )
        except errors.Pending:
            return None

    def _paper(self, found):
        try:
            answer = self._transport.send(artifact.call(found.paper))
            return artifact.read(answer, found.paper, self._language)
        except Refused:
            if found.is_empty:
                return None
            raise

    def _total(self, found):
        """The sum on the paper once more; a manifest without it is still a manifest."""
        try:
            return self._ask(manifest.details_call(found), "manifest-details", manifest.read_total)
        except (Refused, Unreadable):
            return None

    # --- the account ------------------------------------------------------------------------------

    def test_connection(self):
        """See :meth:`Carrier.test_connection`."""
        account, language = self._account, self._language
        call = customer.call(account, language)
        found = self._ask(call, customer.root_name(account), customer.read)
        return customer.describe(found, account, language)

    # --- one call ---------------------------------------------------------------------------------

    def _ask(self, call, expected, reader):
        """Send ``call`` and read the document ``expected`` that comes back."""
        return errors.understand(self._transport.send(call), expected, reader, self._language)

    def _numbers(self, call):
        """Shipment numbers in the list that ``call`` asks for."""
        return self._ask(call, "shipments", shipment.read_numbers)
