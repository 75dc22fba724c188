import hashlib
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC

from markupsafe import escape

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import merge_pdf

from ..carrier_contract import (
    FINAL_STATUSES,
    Address,
    Capability,
    CarrierError,
    DocumentKind,
    ManifestParcel,
    ParcelSpec,
    Status,
    TrackingAnswer,
    current_status,
)
from ..shipping_rules.backoff import (
    next_tracking_delay,
    tracking_is_over,
)
from .ecom_shipping_template import LABEL_FORMATS
from .ecom_tracking_event import PARCEL_STATUSES

_logger = logging.getLogger(__name__)

TRACKING_THREADS = 4
# What a parcel repeats of its shipment, so that lists find it.
REPEATED = (
    "company_id",
    "picking_id",
    "sale_id",
    "partner_id",
    "carrier_id",
    "account_id",
    "warehouse_id",
)
FROZEN_WHEN_BOUGHT = {
    "shipment_id",
    "number",
    "package_id",
    "weight_g",
    "length_mm",
    "width_mm",
    "height_mm",
}


class EcomParcel(models.Model):
    """One physical parcel: its weight and where that came from, its number, label and journey."""

    _name = "ecom.parcel"
    _description = "Parcel"
    _inherit = ["ecom.carrier.facts"]
    _order = "shipment_id desc, number"
    _rec_names_search = ["name", "tracking_number"]

    name = fields.Char(compute="_compute_name", store=True)
    shipment_id = fields.Many2one("ecom.shipment", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="shipment_id.company_id", store=True, index=True)
    picking_id = fields.Many2one(related="shipment_id.picking_id", store=True, index=True)
    sale_id = fields.Many2one(related="shipment_id.sale_id", store=True, index=True)
    partner_id = fields.Many2one(related="shipment_id.partner_id", store=True)
    carrier_id = fields.Many2one(related="shipment_id.carrier_id", store=True)
    service_id = fields.Many2one(related="shipment_id.service_id")
    account_id = fields.Many2one(related="shipment_id.account_id", store=True)
    warehouse_id = fields.Many2one(related="shipment_id.warehouse_id", store=True)
    shipment_state = fields.Selection(related="shipment_id.state", string="Shipment State")
    number = fields.Integer("No.", default=1, required=True)
    package_id = fields.Many2one("stock.package", index=True)

    weight_g = fields.Integer("Weight (g)")
    weight_origin = fields.Selection(
        [
            ("scale", "Scale"),
            ("typed", "Typed"),
            ("computed", "Computed"),
            ("type_default", "Package Type"),
            ("none", "Unknown"),
        ],
        default="none",
        required=True,
    )
    length_mm = fields.Integer("Length (mm)")
    width_mm = fields.Integer("Width (mm)")
    height_mm = fields.Integer("Height (mm)")
    size = fields.Char("Size (mm)", compute="_compute_size")

    purchase_key = fields.Char(readonly=True, copy=False, index="btree_not_null")
    carrier_ref = fields.Char("Carrier's Number", readonly=True, copy=False)
    refund_ticket = fields.Char("Refund Request", readonly=True, copy=False)
    tracking_number = fields.Char(readonly=True, copy=False, index="btree_not_null")
    tracking_url = fields.Char(compute="_compute_tracking_url")
    currency_id = fields.Many2one("res.currency", readonly=True, copy=False)
    price_share = fields.Monetary("Price", readonly=True, copy=False, help="Before taxes.")
    taxes_share = fields.Monetary("Taxes", readonly=True, copy=False)

    label_attachment_id = fields.Many2one("ir.attachment", "Label", readonly=True, copy=False)
    label_format = fields.Selection(LABEL_FORMATS, readonly=True, copy=False)
    label_size = fields.Integer("Label Size (bytes)", readonly=True, copy=False)
    label_sha256 = fields.Char("Label SHA-256", readonly=True, copy=False)

    recipient_name = fields.Char(readonly=True, copy=False)
    recipient_city = fields.Char("City", readonly=True, copy=False)
    recipient_province = fields.Char("Province", readonly=True, copy=False, index="btree_not_null")
    recipient_postal_code = fields.Char(
        "Postal Code", readonly=True, copy=False, index="btree_not_null"
    )
    recipient_country = fields.Char("Country", readonly=True, copy=False)

    manifest_id = fields.Many2one(
        "ecom.manifest", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    event_ids = fields.One2many("ecom.tracking.event", "parcel_id", "Timeline")
    tracking_status = fields.Selection(
        PARCEL_STATUSES, default="none", readonly=True, copy=False, index=True
    )
    last_scan_at = fields.Datetime("Last Scan", readonly=True, copy=False)
    last_scan = fields.Char("Last Event", readonly=True, copy=False)
    attempted_at = fields.Datetime("Delivery Attempt", readonly=True, copy=False)
    delivered_at = fields.Datetime("Delivered On", readonly=True, copy=False)
    signatory = fields.Char(readonly=True, copy=False)
    expected_date = fields.Date("Expected Delivery", readonly=True, copy=False)
    tracking_closed = fields.Boolean(
        readonly=True, copy=False, help="The carrier is not asked any more."
    )
    tracking_error = fields.Char(readonly=True, copy=False)
    next_poll_at = fields.Datetime(readonly=True, copy=False, index="btree_not_null")
    quiet_polls = fields.Integer(readonly=True, copy=False)
    notified_statuses = fields.Json(readonly=True, copy=False)

    _weight_not_negative = models.Constraint("CHECK(weight_g >= 0)", "A weight cannot be negative.")
    _purchase_once = models.UniqueIndex(
        "(purchase_key, number) WHERE purchase_key IS NOT NULL",
        "This label belongs to another parcel already.",
    )

    @api.depends("shipment_id.name", "number")
    def _compute_name(self):
        for parcel in self:
            parcel.name = parcel_name(parcel.shipment_id.name, parcel.number)

    @api.depends("length_mm", "width_mm", "height_mm")
    def _compute_size(self):
        for parcel in self:
            sides = (parcel.length_mm, parcel.width_mm, parcel.height_mm)
            parcel.size = " × ".join(map(str, sides)) if any(sides) else False

    def _compute_tracking_url(self):
        language = (self.env.lang or "en")[:2]
        carriers = {account: account._find_carrier() for account in self.account_id}
        for parcel in self:
            carrier = carriers.get(parcel.account_id) if parcel.tracking_number else None
            parcel.tracking_url = carrier and carrier.tracking_url(parcel.tracking_number, language)

    @api.onchange("weight_g")
    def _onchange_weight_g(self):
        self.weight_origin = "typed" if self.weight_g else "none"

    @api.model_create_multi
    def create(self, vals_list):
        parcels = super().create(vals_list)
        parcels._check_still_open()
        return parcels

    def write(self, vals):
        """A weight that is written without its origin was typed by a person."""
        if "weight_g" in vals and "weight_origin" not in vals:
            vals = vals | {"weight_origin": "typed"}
        if FROZEN_WHEN_BOUGHT & vals.keys() and any(parcel.purchase_key for parcel in self):
            raise UserError(_("The label is bought. Void it before you change the parcel."))
        result = super().write(vals)
        if "shipment_id" in vals:
            self._check_still_open()
        return result

    def _check_still_open(self):
        """Users add parcels only to what is not bought yet."""
        if not self.env.su and any(s.state not in ("draft", "rated") for s in self.shipment_id):
            raise UserError(_("The label is bought. Void it before you add parcels."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_bought(self):
        if any(parcel.purchase_key for parcel in self):
            raise UserError(_("A parcel whose label was bought stays as history."))

    # === PURCHASE === #

    def _spec(self):
        """This parcel as the carrier takes it."""
        return ParcelSpec(
            reference=str(self.number),
            weight_g=self.weight_g,
            length_mm=self.length_mm,
            width_mm=self.width_mm,
            height_mm=self.height_mm,
        )

    def _manifest_parcel(self):
        """This parcel as a line of a manifest, addressed as it was bought."""
        return ManifestParcel(
            sale=self.carrier_ref or "",
            tracking_number=self.tracking_number or "",
            recipient=Address(
                name=self.recipient_name or "",
                city=self.recipient_city or "",
                province=self.recipient_province or "",
                postal_code=self.recipient_postal_code or "",
                country=self.recipient_country or "",
            ),
            weight_g=self.weight_g,
            service_code=self.service_id.code or "",
            reference=self.shipment_id.reference_1 or "",
        )

    def _sale_values(self, sale, key):
        """``{parcel: values}`` of one sale (several parcels only for a carrier with multi-piece shipments)."""
        currency = self.env["res.currency"]
        if sale.price:
            currency = self.env["delivery.carrier"]._ecom_currency_of(sale.price.currency)
        # A sale that was found again may not tell which parcel is which: then it is their order.
        numbers = {
            sold.reference or str(parcel.number): sold.tracking_number
            for parcel, sold in zip(self, sale.parcels, strict=False)
        }
        prices = _shares(sale.price, len(self), currency)
        taxes = _shares(sale.taxes, len(self), currency)
        return {
            parcel: {
                "purchase_key": key,
                "carrier_ref": sale.carrier_ref,
                "tracking_number": numbers.get(str(parcel.number)) or False,
                "currency_id": currency.id,
                "price_share": price,
                "taxes_share": tax,
                "expected_date": sale.expected_date,
                "next_poll_at": fields.Datetime.now(),
                **parcel._recipient_snapshot(),
            }
            for parcel, price, tax in zip(self, prices, taxes, strict=True)
        }

    def _recipient_snapshot(self):
        """The address as it was bought; a later change of the contact does not rewrite history."""
        partner = self.shipment_id.partner_id
        return {
            "recipient_name": partner.display_name,
            "recipient_city": partner.city,
            "recipient_province": partner.state_id._ecom_code() or False,
            "recipient_postal_code": (partner.zip or "").replace(" ", "").upper(),
            "recipient_country": partner.country_id._ecom_code() or False,
        }

    def _mark_voided(self):
        """Their label is void at the carrier: not handed over, not asked for, not printed."""
        self.write(
            {
                "tracking_status": Status.CANCELLED.value,
                "tracking_closed": True,
                "manifest_id": False,
            }
        )

    # === LABELS === #

    def _label_values(self, documents):
        """``(parcel, bytes, media type)`` of each parcel's label; several pages become one file."""
        labels = []
        for parcel in self:
            pages = [
                d
                for d in sorted(documents, key=lambda d: d.index)
                if d.kind is DocumentKind.LABEL and d.parcel_reference in ("", str(parcel.number))
            ]
            if pages:
                labels.append(
                    (
                        parcel,
                        _join([p.content for p in pages], pages[0].media_type),
                        pages[0].media_type,
                    )
                )
        return labels

    @api.model
    def _store_labels(self, labels, sold=None):
        """Attach labels to their parcels with format, size and hash, in one go.

        :param sold: ``{parcel: values}`` that were just bought, written along with the label
        """
        values = dict(sold or {})
        attachments = self.env["ir.attachment"].create(
            [
                parcel._attachment_values(
                    content, media_type, values.get(parcel, parcel)["tracking_number"]
                )
                for parcel, content, media_type in labels
            ]
        )
        for (parcel, content, media_type), attachment in zip(labels, attachments, strict=True):
            values[parcel] = values.get(parcel, {}) | {
                "label_attachment_id": attachment.id,
                "label_format": parcel._format_of(media_type),
                "label_size": len(content),
                "label_sha256": hashlib.sha256(content).hexdigest(),
            }
        for parcel, vals in values.items():
            parcel.write(vals)

    def _attachment_values(self, content, media_type, tracking_number):
        extension = "zpl" if "zpl" in media_type else "pdf"
        number = tracking_number or self.name.replace("/", "-")
        return {
            "name": f"{self.carrier_id._get_delivery_label_prefix()}-{number}.{extension}",
            "raw": content,
            "mimetype": "text/plain" if extension == "zpl" else "application/pdf",
            "res_model": self._name,
            "res_id": self.id,
        }

    def _format_of(self, media_type):
        wanted = self.shipment_id.label_format
        if "zpl" in media_type:
            return "zpl_4x6"
        return wanted if wanted.startswith("pdf") else "pdf_4x6"

    def action_print_labels(self):
        """Print the labels of these parcels, each once, in order."""
        parcels = self.filtered("label_attachment_id")
        if not parcels:
            raise UserError(_("There is no label to print yet. Buy the shipment first."))
        return parcels._print_labels()

    def _print_labels(self):
        """Where labels go when they are printed. Addons that know printers override this.

        Without a printer the browser gets one file per paper: PDF pages joined, ZPL joined.
        """
        formats = set(self.mapped("label_format"))
        if len(formats) > 1:
            raise UserError(
                _("Labels of different paper cannot be printed together. Select one kind.")
            )
        if len(self) == 1:
            attachment = self.label_attachment_id
        else:
            attachment = self._joined_labels()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}/{attachment.name}?download={'true' if 'zpl' in formats else 'false'}",
            "target": "new",
        }

    def _joined_labels(self):
        labels = self.label_attachment_id
        media_type = "application/zpl" if self[0].label_format == "zpl_4x6" else "application/pdf"
        content = _join([label.raw for label in labels], media_type)
        extension = "zpl" if "zpl" in media_type else "pdf"
        return self.env["ir.attachment"].create(
            {
                "name": _("labels-%s", fields.Datetime.now().strftime("%Y%m%d-%H%M%S"))
                + f".{extension}",
                "raw": content,
                "mimetype": labels[0].mimetype,
                "res_model": self._name,
                "res_id": self[0].id,
            }
        )

    # === TRACKING === #

    @api.model
    def _cron_track(self):
        """Ask for news of parcels whose time has come, within each account's limit per minute."""
        now = fields.Datetime.now()
        due = [
            ("tracking_number", "!=", False),
            ("tracking_closed", "=", False),
            ("next_poll_at", "<=", now),
        ]
        for account, parcels in self._read_group(due, ["account_id"], ["id:recordset"]):
            batch = parcels.sorted("next_poll_at")[: account.tracking_calls_per_minute]
            batch._track_guarded()

    def _track_guarded(self):
        """Track and commit. What fails unexpectedly is asked again one by one, then left for later.

        One account or one parcel must not keep all others from being followed.
        """
        try:
            self._track()
        except Exception as error:
            self.env.cr.rollback()
            self.env.invalidate_all()
            _logger.exception("tracking of %s parcel(s) failed", len(self))
            if len(self) > 1:
                for parcel in self:
                    parcel._track_guarded()
                return
            later = fields.Datetime.now() + next_tracking_delay(self.quiet_polls)
            self.sudo().write(  # sudo: as in _track
                {"next_poll_at": later, "tracking_error": type(error).__name__}
            )
        self.env["ir.cron"]._commit_progress(len(self), remaining=0)

    def _track(self):
        """Ask the carrier about these parcels, side by side, and write down what is new."""
        parcels_to_ask = self.sudo()  # sudo: only the carrier tells where a parcel is
        for account in parcels_to_ask.account_id:
            parcels = parcels_to_ask.filtered(
                lambda p, a=account: p.account_id == a and p.tracking_number
            )
            account = account.with_context(lang=account.company_id.partner_id.lang)
            carrier = account._find_carrier()
            if not carrier or not carrier.can(Capability.TRACK):
                parcels.write({"tracking_closed": True})  # there is nobody to ask
                continue
            jobs = [(carrier, parcel.tracking_number) for parcel in parcels]
            with ThreadPoolExecutor(max_workers=min(TRACKING_THREADS, len(jobs) or 1)) as pool:
                answers = list(pool.map(_track_job, jobs))
            parcels._apply_tracking(answers)

    def _apply_tracking(self, answers):
        """Store new events once, move statuses on, tell customers, plan the next question."""
        moved = self.browse()
        for parcel, answer in zip(self, answers, strict=True):
            is_new = parcel._store_events(answer.events)
            before = parcel.tracking_status
            parcel._plan_next_poll(answer, is_new)
            if is_new:
                parcel._summarise(answer)
            if parcel.tracking_status != before:
                moved |= parcel
        moved.shipment_id._follow_tracking()
        self.env["ecom.tracking.notice"]._send_for(moved)
        moved._raise_exceptions()

    def _store_events(self, events):
        """Create the events that are not stored yet; returns whether there were any."""
        known = {(event.moment, event.code, event.name) for event in self.event_ids}
        fresh = {}
        for event in events:
            moment = _naive(event.moment)
            text = event.text or event.code
            place = (moment, event.code, text)
            if place not in known:
                fresh[place] = {
                    "parcel_id": self.id,
                    "moment": moment,
                    "code": event.code,
                    "name": text,
                    "status": event.status.value,
                    "place": event.place,
                    "signatory": event.signatory,
                }
        # sudo: events come from the carrier; nobody may write them by hand.
        self.env["ecom.tracking.event"].sudo().create(list(fresh.values()))
        return bool(fresh)

    def _summarise(self, answer):
        """The facts that lists and searches show, read off all events."""
        status = current_status(answer.events)
        newest = max(answer.events, key=lambda e: (e.status is not Status.NONE, e.moment))
        values = {
            "last_scan_at": _naive(newest.moment),
            "last_scan": newest.text,
            "attempted_at": _first(answer.events, "attempted"),
            "delivered_at": _last(answer.events, "delivered")
            if status in FINAL_STATUSES
            else False,
            "signatory": next((e.signatory for e in answer.events if e.signatory), False),
        }
        if status.value != "none":
            values["tracking_status"] = status.value
        if answer.expected_date:
            values["expected_date"] = answer.expected_date
        self.write(values)

    def _plan_next_poll(self, answer, is_new):
        """When to ask again, or that it is over."""
        now = fields.Datetime.now()
        quiet = 0 if is_new else self.quiet_polls + 1
        last_news = self.last_scan_at or self.shipment_id.bought_at or now
        over = current_status(answer.events) in FINAL_STATUSES
        given_up = not over and not is_new and tracking_is_over(last_news, now)
        self.write(
            {
                "quiet_polls": quiet,
                "next_poll_at": now + next_tracking_delay(quiet),
                "tracking_closed": over or given_up,
                "tracking_error": answer.error
                or (_("No news for too long.") if given_up else False),
            }
        )
        if given_up:
            self._warn(
                _(
                    "Nothing was heard of parcel %s for 60 days. Ask the carrier.",
                    self.tracking_number,
                )
            )

    def _raise_exceptions(self):
        """Parcels in trouble become an activity of whoever is responsible."""
        for parcel in self.filtered(
            lambda p: p.tracking_status in ("exception", "returning", "returned")
        ):
            parcel._warn(
                _(
                    "Parcel %(number)s: %(event)s",
                    number=parcel.tracking_number,
                    event=parcel.last_scan,
                )
            )

    def _warn(self, text):
        shipment = self.shipment_id
        user = (
            shipment.picking_id.user_id
            or shipment.sale_id.user_id
            or self.account_id.responsible_id
            or self.env.user
        )
        shipment.activity_schedule(
            "mail.mail_activity_data_warning", note=escape(text), user_id=user.id
        )

    def _mark_delivered(self):
        """Write down a delivery that a person knows of."""
        now = fields.Datetime.now()
        self.env["ecom.tracking.event"].create(
            [
                {
                    "parcel_id": parcel.id,
                    "moment": now,
                    "code": "MANUAL",
                    "name": _("Marked as delivered by %s", self.env.user.name),
                    "status": Status.DELIVERED.value,
                }
                for parcel in self
            ]
        )
        self.write(
            {
                "tracking_status": Status.DELIVERED.value,
                "delivered_at": now,
                "last_scan_at": now,
                "last_scan": _("Marked as delivered by %s", self.env.user.name),
                "tracking_closed": True,
            }
        )
        self.shipment_id._follow_tracking()
        self.env["ecom.tracking.notice"]._send_for(self)

    # === READING === #

    def _timeline(self):
        """Events for the portal, newest first, as plain values.

        ``text`` is the carrier's, in the language it was asked in; ``label`` is ours, in the visitor's,
        and empty where it would tell nothing more.
        """
        labels = dict(
            self.env["ecom.tracking.event"]._fields["status"]._description_selection(self.env)
        )

        def silent(event):
            return event.status == "none" or labels[event.status].lower() == event.name.lower()

        return [
            {
                "moment": event.moment,
                "text": event.name,
                "place": event.place or "",
                "status": event.status,
                "label": "" if silent(event) else labels[event.status],
            }
            for event in self.event_ids
        ]

    def action_track(self):
        """Ask the carrier now."""
        self.filtered("tracking_number")._track()

    def action_open_tracking(self):
        self.ensure_one()
        if not self.tracking_url:
            raise UserError(_("This carrier has no tracking page."))
        return {"type": "ir.actions.act_url", "url": self.tracking_url, "target": "new"}


def parcel_name(shipment_name, number):
    return f"{shipment_name or ''}-{number}"


def _track_job(job):
    carrier, number = job
    try:
        return carrier.track(number)
    except CarrierError as error:
        return TrackingAnswer(number, error=str(error))
    except Exception as error:
        # A bug or an answer that nobody foresaw concerns this parcel, not the others asked with it.
        _logger.exception("tracking %s failed", number)
        return TrackingAnswer(number, error=type(error).__name__)


def _shares(money, count, currency):
    """``count`` parts of ``money`` that add up to it to the cent; the first takes the rest."""
    if not money or not count:
        return [0.0] * count
    total = float(money.amount)
    part = currency.round(total / count)
    return [currency.round(total - part * (count - 1)), *[part] * (count - 1)]


def _join(contents, media_type):
    """Several pages or labels of one kind as one file."""
    if len(contents) == 1:
        return contents[0]
    if "zpl" in media_type:
        return b"\n".join(contents)
    return merge_pdf(contents)


def _naive(moment):
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def _first(events, status):
    moments = [event.moment for event in events if event.status.value == status]
    return _naive(min(moments)) if moments else False


def _last(events, status):
    moments = [event.moment for event in events if event.status.value == status]
    return _naive(max(moments)) if moments else False
