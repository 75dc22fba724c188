from dataclasses import replace

from markupsafe import Markup

from odoo import _, fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Date

from ..carrier_contract import (
    Capability,
    CarrierError,
    LabelFormat,
    Sale,
    ShipRequest,
)
from ..carrier_contract.codec import load
from ..shipping_rules.buying import VoidVerdict
from ..shipping_rules.checks import check_options, check_request
from .ecom_purchase import AccountChanged, BuyOrder
from .ecom_shipment import LIVE_STATES, OPEN_STATES


class EcomShipmentBuying(models.Model):
    """How shipments are bought and voided: check, journal, carrier, then the documents."""

    _inherit = "ecom.shipment"

    # === BUY === #

    def _buy(self):
        """Buy what is not bought yet, all shipments together.

        :returns: ``{shipment: sentence}`` of those that have no complete label afterwards
        """
        # sudo: labels, numbers and prices are facts that users may not write. One message tells of
        # the purchase; the change of state need not be tracked beside it.
        self = self.sudo().with_context(tracking_disable=True)
        self._lock_documents()
        self._choose_services()
        self._number_parcels()
        requests = self._requests()
        problems = self._findings(requests) | self._twins()
        ready = self - self.browse([s.id for s in problems])
        problems |= ready._buy_checked(requests)
        self._show_problems(problems)
        return problems

    def action_buy(self):
        """Also write the numbers on the transfers, as validating them does."""
        waiting = self.filtered(lambda s: s.state in (*OPEN_STATES, "exception"))
        result = super().action_buy()
        # sudo: a packer need not write on orders and on other transfers of the chain
        bought = waiting.filtered(lambda s: s.picking_id and s.state == "bought").sudo()
        bought.picking_id._ecom_apply(bought)
        return result

    def _lock_documents(self):
        """Nobody else may buy or void for these documents until our transaction ends."""
        try:
            self.picking_id.lock_for_update(allow_referencing=True)
            # A shipment of a transfer is only bought or voided by who holds the transfer.
            self.filtered(lambda s: not s.picking_id).lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                _(
                    "Somebody else is working on this shipment right now. Wait a moment and reload the page."
                )
            ) from error

    def _choose_services(self):
        """Fill in the service that nobody chose: the method's usual one, else the cheapest that fits."""
        for shipment in self.filtered(lambda s: not s.service_id and s.picking_id):
            rates = self.env["ecom.rate"]._quote(shipment.picking_id, shipment.carrier_id)
            rate = shipment.carrier_id._ecom_choose_rate(rates, shipment.picking_id)
            shipment.write({"service_id": rate.service_id.id, "price_quoted": rate.price})

    def _requests(self):
        """``{shipment: (carrier object, request for all its parcels)}`` of those that can be asked for."""
        # Read together; the chatter needs the user's contact soon.
        (self.sender_id | self.partner_id | self.env.user.partner_id).mapped("name")
        self.service_id._recall()
        carriers = {account: account._get_carrier() for account in self.account_id}
        return {
            s: (carriers[s.account_id], s._ship_request(carriers[s.account_id], s.parcel_ids))
            for s in self
            if s.parcel_ids and s.service_id
        }

    def _twins(self):
        """``{shipment: sentence}`` of those whose transfer is bought with another one of them."""
        first, problems = {}, {}
        for shipment in self:
            known = first.setdefault(shipment._scope(), shipment)
            if known != shipment:
                problems[shipment] = _(
                    "The shipment %s of the same transfer is bought first. Buy this one afterwards, or delete it.",
                    known.name,
                )
        return problems

    def _number_parcels(self):
        """Parcels that were added without a number get the next free one of their shipment."""
        for shipment in self:
            bought = shipment.parcel_ids.filtered("purchase_key")
            taken = set(bought.mapped("number"))
            for parcel in (shipment.parcel_ids - bought).sorted("id"):
                if parcel.number in taken:
                    parcel.number = max(taken) + 1
                taken.add(parcel.number)

    def _findings(self, requests):
        """``{shipment: sentence}`` of what must be mended before money is spent."""
        problems = {}
        for shipment in self:
            texts = shipment._check(*requests.get(shipment, (None, None)))
            if texts:
                problems[shipment] = "\n".join(texts)
        return problems

    def _check(self, carrier, request):
        """Everything that is known to be wrong with one shipment, as sentences.

        :param carrier: the account's carrier object, and ``request`` what it is asked for all
            parcels; both None when parcels or service are missing
        :rtype: list[str]
        """
        self.ensure_one()
        if not self.parcel_ids:
            return [_("There is no parcel to ship.")]
        if not self.service_id:
            return [
                _("Choose a service first: no service of %s fits by itself.", self.carrier_id.name)
            ]
        findings = check_request(
            request,
            self.service_id._limits(),
            carrier.max_lengths,
            carrier.requires_phone,
        )
        options = self.option_ids._recall()
        (options.prerequisite_ids | options.conflict_ids)._recall()
        findings += check_options(
            options.mapped("code"),
            {
                o.code: o.prerequisite_ids.filtered(lambda p: not p.automatic).mapped("code")
                for o in options
            },
            {o.code: o.conflict_ids.mapped("code") for o in options},
        )
        return [self._finding_text(finding) for finding in findings]

    def _buy_checked(self, requests):
        orders, targets = [], []
        applied = self._applied_keys()
        for shipment in self:
            carrier, request = requests[shipment]
            for slot, parcels in shipment._purchase_units(carrier):
                orders.append(shipment._buy_order(slot, parcels, applied, carrier, request))
                targets.append((shipment, parcels))
        if not orders:
            return {}
        bought = self.env["ecom.purchase"]._buy(orders)
        return self._apply(list(zip(targets, bought, strict=True)))

    def _purchase_units(self, carrier):
        """``(slot, parcels)`` for each call that is still to be made."""
        unsold = self.parcel_ids.filtered(lambda p: not p.purchase_key)
        if carrier.can(Capability.MULTI_PIECE):
            return [(1, unsold)] if unsold else []
        return [(parcel.number, parcel) for parcel in unsold]

    def _applied_keys(self):
        """``{scope: keys}`` of purchases that live documents already carry."""
        alive = (self | self.picking_id.ecom_shipment_ids).filtered(lambda s: s.state != "void")
        keys = {}
        for parcel in alive.parcel_ids.filtered("purchase_key"):
            keys.setdefault(parcel.shipment_id._scope(), set()).add(parcel.purchase_key)
        return keys

    def _buy_order(self, slot, parcels, applied, carrier=None, request=None):
        """One purchase. ``request`` is the one for all parcels, when the caller made it already."""
        carrier = carrier or self.account_id._get_carrier()
        request = request or self._ship_request(carrier, parcels)
        return BuyOrder(
            scope=self._scope(),
            slot=slot,
            account=self.account_id,
            carrier=carrier,
            request=replace(request, parcels=tuple(parcel._spec() for parcel in parcels)),
            document_name=self.name,
            applied_keys=frozenset(applied.get(self._scope(), ())),
        )

    def _ship_request(self, carrier, parcels):
        """The purchase of ``parcels`` as the carrier takes it, without its key."""
        return ShipRequest(
            key="",
            service_code=self.service_id.code,
            sender=self.sender_id._ecom_address(),
            recipient=self.partner_id._ecom_address(),
            parcels=tuple(parcel._spec() for parcel in parcels),
            options=self.option_ids._choices(
                self.declared_value, self.order_currency_id, len(self.parcel_ids)
            ),
            references=(self.reference_1 or "", self.reference_2 or ""),
            cost_centre=self.cost_centre or "",
            group=self._hand_over_group() if self.account_id._needs_manifest(carrier) else "",
            mailing_date=Date.context_today(self),
            label_format=LabelFormat(self.label_format),
        )

    def _hand_over_group(self):
        """One group per account, warehouse and day, so that a manifest can close them together."""
        today = Date.context_today(self)
        prefix = self.env["ecom.purchase"]._key_prefix()
        return f"{prefix}-{self.account_id.id}-{self.warehouse_id.id or 0}-{today:%Y%m%d}"

    # === APPLY === #

    def _apply(self, results):
        """Write what was sold to parcels and shipments, for the whole batch at once.

        :param results: ``[((shipment, parcels), Bought), ...]``
        :returns: ``{shipment: sentence}`` of what was not sold
        """
        problems, sold, labels, late = {}, {}, [], {}
        for (shipment, parcels), bought in results:
            if bought.error:
                problems.setdefault(shipment, []).append(shipment._not_sold_text(bought))
                continue
            missing = shipment._rate_missing(bought.sale)
            if missing:  # the sale waits in the journal
                problems.setdefault(shipment, []).append(missing)
                continue
            sold |= parcels._sale_values(bought.sale, bought.key)
            labels += parcels._label_values(bought.documents)
            if bought.documents_error:
                late[shipment] = _(
                    "The label is bought but its paper could not be fetched: %s Press “Fetch Labels” in a moment.",
                    bought.documents_error,
                )
        self.env["ecom.parcel"]._store_labels(labels, sold)
        for shipment in self.filtered(lambda s: any(p.purchase_key for p in s.parcel_ids)):
            shipment._apply_totals(shipment not in problems, late.get(shipment, False))
        return {shipment: "\n".join(dict.fromkeys(texts)) for shipment, texts in problems.items()}

    def _apply_totals(self, complete, problem):
        parcels = self._alive_parcels().filtered("purchase_key")
        dates = [date for date in parcels.mapped("expected_date") if date]
        self._set_state(
            "bought" if complete else "exception",
            self._price_values(parcels)
            | {
                "bought_at": fields.Datetime.now(),
                "expected_date": max(dates, default=False),
                "problem": problem,
            },
        )

    def _rate_missing(self, sale):
        """A sentence when the price of ``sale`` cannot be told in the order's currency."""
        if not sale.price:
            return ""
        return self.carrier_id._ecom_rate_missing(
            sale.price.currency, self.order_currency_id, self.company_id
        )

    def _price_values(self, parcels):
        """What ``parcels`` cost together."""
        currency = parcels.currency_id[:1]
        price = sum(parcels.mapped("price_share"))
        return {
            "currency_id": currency.id,
            "price_bought": price,
            "taxes_bought": sum(parcels.mapped("taxes_share")),
            "order_price": self.carrier_id._ecom_convert(
                price, currency, self.order_currency_id, self.company_id
            ),
        }

    def _show_problems(self, problems):
        """Keep on each shipment what went wrong."""
        for shipment in self:
            text = problems.get(shipment)
            if text:
                shipment.problem = text
                shipment._message_log(body=_("Not bought: %s", text))
        bought = self.filtered(lambda s: s not in problems and s.state == "bought")
        if bought:
            bought._message_log_batch(bodies={s.id: s._bought_message() for s in bought})

    def _bought_message(self):
        """One line for the chatter: carrier, service, numbers, price."""
        return Markup("{}<br/>{}").format(
            _(
                "%(carrier)s, %(service)s: label bought. Tracking: %(numbers)s",
                carrier=self.carrier_id.name,
                service=self.service_id.name,
                numbers=self._tracking_reference() or _("none"),
            ),
            _("Carrier's price: %s", self.currency_id.format(self.price_bought))
            if self.currency_id
            else "",
        )

    # === VOID === #

    def _void(self, raise_error=True):
        """Void all labels of these shipments. A label that lives on keeps its shipment alive.

        :returns: ``{shipment: sentence}`` of what could not be voided
        """
        self = self.sudo()  # sudo: as in _buy
        self._lock_documents()
        problems, partly = {}, self.browse()
        for shipment in self:
            if shipment.state not in self._voidable_states():
                problems[shipment] = _(
                    "Only a bought label that was not handed over can be voided."
                )
                continue
            numbers = shipment._tracking_reference()
            text, was_voided = shipment._void_parcels()
            if text:
                problems[shipment] = text
                if was_voided:
                    partly |= shipment
                    shipment._after_partial_void(numbers)
            else:
                shipment._after_void()
        # What was voided stays written down: an error would undo that.
        if problems and raise_error and not partly:
            raise UserError("\n".join(problems.values()))
        for shipment, text in problems.items():
            shipment.problem = text
        return problems

    def _void_parcels(self):
        """Void parcel by parcel, then what was bought for them and is on no parcel.

        :returns: a sentence when a label lives on, and whether any label was voided
        """
        carrier = self.account_id._get_carrier()
        Purchase = self.env["ecom.purchase"]
        reason = _("Voided by %s", self.env.user.name)
        alive = self._alive_parcels().filtered("purchase_key")
        texts, voided = [], alive.browse()
        for key, parcels in alive.grouped("purchase_key").items():
            outcome = Purchase._void(key, carrier, reason)
            if outcome.verdict is VoidVerdict.VOIDED:
                parcels._mark_voided()
                voided |= parcels
            else:
                texts.append(self._not_voided_text(outcome))
        siblings = (self | self.picking_id.ecom_shipment_ids).filtered(lambda s: s.state != "void")
        kept = set(siblings.parcel_ids.mapped("purchase_key"))
        for _number, outcome in Purchase._void_rest(self._scope(), kept, reason):
            if outcome.verdict is not VoidVerdict.VOIDED:
                texts.append(self._not_voided_text(outcome))
        return "\n".join(dict.fromkeys(texts)), bool(voided)

    def _not_voided_text(self, outcome):
        if isinstance(outcome.error, AccountChanged):
            return str(outcome.error)
        if outcome.verdict is VoidVerdict.REFUSED:
            return _("The carrier refuses to void the label: %s", outcome.error)
        return _(
            "The carrier did not answer. Void again: what it already voided is not voided twice."
        )

    def _after_partial_void(self, before):
        """Some parcels are void, others live on: prices and numbers are those that are left."""
        numbers = set((before or "").split(",")) - set(
            (self._tracking_reference() or "").split(",")
        )
        self.write(self._price_values(self._alive_parcels().filtered("purchase_key")))
        self._message_log(body=_("Labels voided: %s", ", ".join(sorted(numbers)) or self.name))
        picking = self.picking_id
        if picking:
            picking._ecom_forget_tracking(",".join(numbers))
            picking.carrier_price = picking._ecom_price_for_order(self)
            self._take_back_charge(left=picking.carrier_price)

    def _after_void(self):
        # All of them: some may have been voided by an earlier attempt.
        numbers = ",".join(n for n in self.parcel_ids.mapped("tracking_number") if n)
        self._set_state("void")
        self._take_back_charge()
        self.parcel_ids.write({"manifest_id": False, "tracking_closed": True})
        self._message_log(body=_("Labels voided: %s", numbers or self.name))
        picking = self.picking_id
        if picking and picking.carrier_tracking_ref:
            picking._ecom_forget_tracking(numbers)

    def _take_back_charge(self, left=0.0):
        """The order's delivery line charges what is ``left``, unless it was invoiced.

        At zero it is free again for the next label.
        """
        line = self.delivery_line_id
        if not line:
            return
        if line.qty_invoiced or line.order_id.locked:
            self._message_log(
                body=_("The delivery of %s stays charged on the order: look at it.", self.name)
            )
            return
        if not left:
            self.delivery_line_id = False
        line.price_unit = left

    def _request_refund(self):
        """One request per parcel; the ticket is kept on the parcel and told in the chatter."""
        self = self.sudo()  # sudo: as in _buy
        self._lock_documents()
        if self.state not in LIVE_STATES:
            raise UserError(_("Only a label that was bought can be refunded."))
        carrier = self.account_id._get_carrier()
        email = self.company_id.email or self.env.user.email
        if not email:
            raise UserError(
                _(
                    "The carrier answers by e-mail: enter one on the company %s first.",
                    self.company_id.name,
                )
            )
        texts = self._ask_refunds(carrier, email)
        tickets = ", ".join(ticket for ticket in self.parcel_ids.mapped("refund_ticket") if ticket)
        # A ticket stays written down: an error would undo that.
        if texts and not tickets:
            raise UserError("\n".join(texts))
        self.problem = "\n".join(texts)
        self._message_log(body=_("Refund requested from the carrier, ticket %s.", tickets))

    def _ask_refunds(self, carrier, email):
        """Ask for each label once, and write its ticket down; returns sentences on what failed."""
        texts = []
        asked = self._alive_parcels().filtered(lambda p: p.purchase_key and not p.refund_ticket)
        for key, parcels in asked.grouped("purchase_key").items():
            outcome = self.env["ecom.purchase"]._refund(key, carrier, email)
            if outcome.ticket:
                parcels.refund_ticket = outcome.ticket
            else:
                texts.append(self._not_refunded_text(outcome))
        return list(dict.fromkeys(texts))

    def _not_refunded_text(self, outcome):
        if outcome.unclear:
            return _(
                "There is no clear answer whether the refund was requested: %s\n"
                "Request it again: what the carrier already has is not requested twice.",
                outcome.error,
            )
        return _("The refund was not requested: %s", outcome.error)

    # === LABELS === #

    def action_fetch_labels(self):
        """Fetch labels that the carrier could not deliver when they were bought."""
        self.check_access("write")
        for shipment in self.sudo():  # sudo: as in _buy
            carrier = shipment.account_id._get_carrier()
            for parcel in shipment._alive_parcels().filtered(
                lambda p: p.purchase_key and not p.label_attachment_id
            ):
                row = parcel.env["ecom.purchase"].search([("key", "=", parcel.purchase_key)])
                try:
                    row._check_same_account()
                    documents = carrier.documents(load(Sale, row.answer))
                except CarrierError as error:
                    raise UserError(_("The label cannot be fetched yet: %s", error)) from error
                parcel._store_labels(parcel._label_values(documents))
            shipment.problem = False

    # === TEXTS === #

    def _not_sold_text(self, bought):
        if not bought.unclear:
            return str(bought.error)
        return _(
            "%(carrier)s gave no clear answer: %(error)s\n"
            "Try again in a moment: the carrier is asked what it has before anything is bought again.",
            carrier=self.carrier_id.name,
            error=bought.error,
        )

    def _finding_text(self, finding):
        """A finding as a sentence that names the field, the value and what to do."""
        value = (
            self._option_name(finding.value)
            if finding.code.startswith("option_")
            else finding.value
        )
        values = {"field": self._field_name(finding.field), "value": value, "limit": finding.limit}
        texts = {
            "missing": _("%(field)s is missing.", **values),
            "too_long": _(
                "%(field)s is too long for the label: at most %(limit)s characters. It says: %(value)s",
                **values,
            ),
            "bad_postal_code": _("%(field)s is not valid: %(value)s", **values),
            "no_weight": _("%(field)s is zero. Weigh the parcel or type its weight.", **values),
            "too_light": _(
                "%(field)s is %(value)s g; this service starts at %(limit)s g.", **values
            ),
            "too_heavy": _(
                "%(field)s is %(value)s g; this service takes up to %(limit)s g.", **values
            ),
            "side_too_long": _(
                "%(field)s: the longest side is %(value)s mm; this service takes up to %(limit)s mm.",
                **values,
            ),
            "girth_too_long": _(
                "%(field)s: length plus girth is %(value)s mm; this service takes up to %(limit)s mm.",
                **values,
            ),
            "option_conflict": _("%(field)s cannot be combined with %(value)s.", **values),
            "option_prerequisite": _("%(field)s needs %(value)s as well.", **values),
        }
        return texts[finding.code]

    def _option_name(self, code):
        options = self.env["ecom.shipping.option"].search(
            [("provider", "=", self.provider), ("code", "=", code)]
        )
        return options.name or code

    def _field_name(self, path):
        """A dotted path as the clerk knows it: whose address, which parcel, which field."""
        head, _dot, tail = path.partition(".")
        names = {
            "name": _("name"),
            "company": _("company"),
            "street": _("street"),
            "street2": _("second address line"),
            "city": _("city"),
            "province": _("province"),
            "postal_code": _("postal code"),
            "country": _("country"),
            "phone": _("phone"),
            "email": _("e-mail"),
        }
        if head == "recipient":
            return _(
                "Recipient %(name)s: %(field)s",
                name=self.partner_id.display_name,
                field=names.get(tail, tail),
            )
        if head == "sender":
            return _(
                "Sender %(name)s: %(field)s",
                name=self.sender_id.display_name,
                field=names.get(tail, tail),
            )
        if head == "parcels":
            number, _dot, what = tail.partition(".")
            kind = _("weight") if what == "weight_g" else _("size")
            return _("Parcel %(number)s: %(field)s", number=int(number) + 1, field=kind)
        if head == "options":
            return _("Option %s", self._option_name(tail))
        if head == "references":
            return _("Reference %s", int(tail) + 1)
        return path
