from base64 import b64encode

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..carrier_contract import Capability, Status
from .ecom_shipping_template import LABEL_FORMATS
from .ecom_tracking_event import PARCEL_STATUSES

STATES = [
    ("draft", "Draft"),
    ("rated", "Rated"),
    ("bought", "Label Bought"),
    ("manifested", "Handed Over"),
    ("in_transit", "In Transit"),
    ("delivered", "Delivered"),
    ("exception", "Exception"),
    ("void", "Voided"),
    ("returned", "Returned"),
]
OPEN_STATES = ("draft", "rated")
LIVE_STATES = ("bought", "manifested", "in_transit", "delivered", "exception", "returned")
FROZEN_WHEN_BOUGHT = {
    "partner_id",
    "sender_id",
    "carrier_id",
    "account_id",
    "service_id",
    "option_ids",
    "declared_value",
    "label_format",
    "picking_id",
    "company_id",
}
# From which states each state may be reached; everything goes through _set_state.
TRANSITIONS = {
    "draft": ("rated",),
    "rated": ("draft",),
    "bought": ("draft", "rated", "exception", "manifested"),
    "manifested": ("bought",),
    "in_transit": ("bought", "manifested", "exception"),
    "delivered": ("bought", "manifested", "in_transit", "exception"),
    "exception": ("draft", "rated", "bought", "manifested", "in_transit"),
    "returned": ("bought", "manifested", "in_transit", "exception", "delivered"),
    "void": ("bought", "manifested", "exception"),
}


class EcomShipment(models.Model):
    """One consignment: from these weights and this service to labels, a manifest and a delivery.

    A shipment is never reused: when its labels are voided it stays as history, and the transfer gets
    a new shipment. Buying is in ``ecom_shipment_buying.py``.
    """

    _name = "ecom.shipment"
    _description = "Shipment"
    _inherit = ["ecom.carrier.facts", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, copy=False, default="/")
    state = fields.Selection(
        STATES, default="draft", required=True, readonly=True, copy=False, tracking=True, index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    picking_id = fields.Many2one(
        "stock.picking", "Transfer", check_company=True, index=True, ondelete="restrict", copy=False
    )
    sale_id = fields.Many2one("sale.order", "Order", check_company=True, index=True, copy=False)
    warehouse_id = fields.Many2one("stock.warehouse", check_company=True)
    partner_id = fields.Many2one("res.partner", "Recipient", required=True, index=True)
    sender_id = fields.Many2one("res.partner", "Sender", required=True)
    carrier_id = fields.Many2one(
        "delivery.carrier", "Delivery Method", required=True, check_company=True
    )
    provider = fields.Selection(related="carrier_id.delivery_type", string="Carrier")
    account_id = fields.Many2one(
        "ecom.carrier.account", "Carrier Account", required=True, check_company=True
    )
    environment = fields.Selection(related="account_id.environment")
    service_id = fields.Many2one(
        "ecom.shipping.service", domain="[('provider', '=', provider)]", tracking=True
    )
    option_ids = fields.Many2many(
        "ecom.shipping.option", string="Options", domain="[('provider', '=', provider)]"
    )
    declared_value = fields.Monetary(
        currency_field="order_currency_id", help="For options that cover an amount."
    )
    reference_1 = fields.Char(size=35, index=True, help="Printed on the label; usually the order.")
    reference_2 = fields.Char(size=35, index=True, help="Printed on the label; free.")
    cost_centre = fields.Char(size=30)
    label_format = fields.Selection(LABEL_FORMATS, default="pdf_4x6", required=True)
    parcel_ids = fields.One2many("ecom.parcel", "shipment_id", "Parcels")
    parcel_count = fields.Integer(compute="_compute_totals")
    weight_g = fields.Integer("Weight (g)", compute="_compute_totals")
    event_ids = fields.One2many("ecom.tracking.event", "shipment_id", "Timeline")
    purchase_ids = fields.One2many(
        "ecom.purchase", compute="_compute_purchase_ids", string="Purchase Journal"
    )
    problem = fields.Text(readonly=True, copy=False, help="What went wrong last, and what to do.")
    warning = fields.Text(
        compute="_compute_warning", help="The same, or what the purchase journal alone knows."
    )
    has_label = fields.Boolean(compute="_compute_totals")
    lacks_label = fields.Boolean(compute="_compute_totals")
    can_track = fields.Boolean(compute="_compute_can_track")
    is_complete = fields.Boolean(compute="_compute_totals", help="Every parcel was bought.")
    manifest_id = fields.Many2one("ecom.manifest", compute="_compute_totals")

    order_currency_id = fields.Many2one(
        "res.currency", compute="_compute_order_currency_id", store=True
    )
    currency_id = fields.Many2one("res.currency", "Carrier's Currency", readonly=True, copy=False)
    price_quoted = fields.Monetary(
        readonly=True, copy=False, help="Before taxes, as last quoted by the carrier."
    )
    price_bought = fields.Monetary(
        readonly=True, copy=False, help="Before taxes, as charged when the label was bought."
    )
    taxes_bought = fields.Monetary(readonly=True, copy=False)
    order_price = fields.Monetary(
        "Bought, in Order Currency", currency_field="order_currency_id", readonly=True, copy=False
    )
    price_charged = fields.Monetary(
        "Charged to Customer",
        currency_field="order_currency_id",
        compute="_compute_price_charged",
        help="Before taxes, on the order's delivery line.",
    )
    delivery_line_id = fields.Many2one(
        "sale.order.line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The line of the order that charges the real cost of this shipment.",
    )
    bought_at = fields.Datetime(readonly=True, copy=False)
    expected_date = fields.Date("Expected Delivery", readonly=True, copy=False)
    tracking_status = fields.Selection(
        PARCEL_STATUSES, compute="_compute_tracking_status", store=True
    )

    @api.depends("sale_id.currency_id", "company_id.currency_id")
    def _compute_order_currency_id(self):
        for shipment in self:
            shipment.order_currency_id = (
                shipment.sale_id.currency_id or shipment.company_id.currency_id
            )

    @api.depends(
        "parcel_ids.weight_g",
        "parcel_ids.label_attachment_id",
        "parcel_ids.purchase_key",
        "parcel_ids.manifest_id",
        "parcel_ids.tracking_status",
    )
    def _compute_totals(self):
        for shipment in self:
            shipment.parcel_count = len(shipment.parcel_ids)
            shipment.weight_g = sum(shipment.parcel_ids.mapped("weight_g"))
            shipment.has_label = any(parcel.label_attachment_id for parcel in shipment.parcel_ids)
            alive = shipment._alive_parcels().filtered("purchase_key")
            shipment.lacks_label = any(not parcel.label_attachment_id for parcel in alive)
            shipment.is_complete = all(parcel.purchase_key for parcel in shipment.parcel_ids)
            shipment.manifest_id = shipment.parcel_ids.manifest_id[:1]

    @api.depends("problem")
    def _compute_warning(self):
        """Also what the journal wrote down before a purchase, void or refund was undone."""
        told = {}
        concerned = self.filtered(lambda s: s.state != "void")
        for model, shipments in concerned.grouped(lambda s: s._scope()[0]).items():
            siblings = shipments | shipments.picking_id.ecom_shipment_ids._live()
            applied = {shipment._scope()[1]: set() for shipment in shipments}
            for shipment in siblings:
                if shipment.state in LIVE_STATES:
                    keys = shipment._alive_parcels().mapped("purchase_key")
                    applied[shipment._scope()[1]].update(keys)
            texts = self.env["ecom.purchase"]._problems(model, applied)
            told |= {(model, res_id): text for res_id, text in texts.items()}
        for shipment in self:
            text = told.get(shipment._scope()) if shipment in concerned else False
            shipment.warning = text or shipment.problem

    @api.depends("parcel_ids.tracking_status")
    def _compute_tracking_status(self):
        """The shipment is where its slowest parcel is; trouble with any parcel shows."""
        order = [status for status, _label in PARCEL_STATUSES]
        trouble = (Status.EXCEPTION.value, Status.RETURNING.value, Status.RETURNED.value)
        for shipment in self:
            statuses = [parcel.tracking_status or "none" for parcel in shipment.parcel_ids]
            troubled = [status for status in statuses if status in trouble]
            shipment.tracking_status = min(troubled or statuses or ["none"], key=order.index)

    @api.depends("sale_id.order_line.price_subtotal")
    def _compute_price_charged(self):
        for shipment in self:
            lines = shipment.sale_id.order_line.filtered("is_delivery")
            shipment.price_charged = sum(lines.mapped("price_subtotal"))

    def _compute_can_track(self):
        """Whether the carrier tells by itself where parcels are."""
        able = {
            account: account._get_carrier().can(Capability.TRACK) for account in self.account_id
        }
        for shipment in self:
            shipment.can_track = able.get(shipment.account_id, False)

    def _compute_purchase_ids(self):
        for shipment in self:
            keys = [key for key in shipment.parcel_ids.mapped("purchase_key") if key]
            model, res_id = shipment._scope()
            shipment.purchase_ids = self.env["ecom.purchase"].search(
                [
                    "|",
                    ("key", "in", keys),
                    "&",
                    ("scope_model", "=", model),
                    ("scope_id", "=", res_id),
                ]
            )

    # === CREATE / WRITE === #

    @api.model_create_multi
    def create(self, vals_list):
        unnamed = [vals for vals in vals_list if vals.get("name", "/") == "/"]
        for vals in unnamed:
            vals["name"] = self.env["ir.sequence"].next_by_code("ecom.shipment")
        return super().create(vals_list)

    def write(self, vals):
        """What was bought stays as it was bought."""
        frozen = FROZEN_WHEN_BOUGHT & vals.keys()
        if frozen and any(shipment.parcel_ids.filtered("purchase_key") for shipment in self):
            names = ", ".join(
                self._fields[name]._description_string(self.env) for name in sorted(frozen)
            )
            raise UserError(_("The label is bought. Void it before you change: %s", names))
        if "picking_id" in vals:
            self.filtered(lambda s: s.picking_id.id != (vals["picking_id"] or False))._check_scope()
        return super().write(vals)

    def _check_scope(self):
        """Refuse another transfer while the journal knows of a sale under the present one."""
        for shipment in self:
            model, res_id = shipment._scope()
            siblings = shipment | shipment.picking_id.ecom_shipment_ids
            kept = siblings.filtered(lambda s: s.state != "void").parcel_ids.mapped("purchase_key")
            # sudo: the journal belongs to managers
            row = (
                self.env["ecom.purchase"]
                .sudo()
                .search(
                    [
                        ("scope_model", "=", model),
                        ("scope_id", "=", res_id),
                        ("action", "=", "ship"),
                        ("state", "in", ("intent", "sold", "unknown", "voiding", "void_unknown")),
                        ("key", "not in", [key for key in kept if key]),
                    ],
                    limit=1,
                )
            )
            if row:
                raise UserError(
                    _(
                        "A label may have been bought for %(name)s already (%(number)s). "
                        "Buy again or void it before you change the transfer.",
                        name=shipment.name,
                        number=row.tracking_numbers or row.key,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_bought(self):
        if any(shipment.state not in OPEN_STATES for shipment in self):
            raise UserError(
                _("A shipment whose label was bought stays as history. Void it instead.")
            )

    # === STATE === #

    def _set_state(self, state, vals=None):
        """The one way to change the state; repeats are ignored, jumps are refused.

        :param vals: what is written along with it
        """
        moving = self.filtered(lambda s: s.state != state)
        for shipment in moving:
            if shipment.state not in TRANSITIONS[state]:
                words = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    _(
                        "Shipment %(name)s cannot go from %(old)s to %(new)s.",
                        name=shipment.name,
                        old=words[shipment.state],
                        new=words[state],
                    )
                )
        vals = vals or {}
        moving.write({"state": state, **vals})
        if vals and moving != self:
            (self - moving).write(vals)

    @api.model
    def _voidable_states(self):
        return ("bought", "exception")

    def _follow_tracking(self):
        """Move on with what tracking says. Only carrier events make a shipment delivered."""
        states = {
            Status.EXCEPTION.value: "exception",
            Status.RETURNING.value: "exception",
            Status.RETURNED.value: "returned",
            Status.DELIVERED.value: "delivered",
        }
        quiet = ("none", Status.CREATED.value, Status.CANCELLED.value)
        for shipment in self:
            if shipment.state in ("void", "draft", "rated") or shipment.tracking_status in quiet:
                continue
            target = states.get(shipment.tracking_status, "in_transit")
            if shipment.state != target and shipment.state in TRANSITIONS[target]:
                shipment._set_state(target)

    def _scope(self):
        """The journal's name of this shipment: its transfer, so that every way to buy shares it."""
        self.ensure_one()
        if self.picking_id:
            return ("stock.picking", self.picking_id.id)
        return ("ecom.shipment", self.id)

    def _live(self):
        """Those of these shipments whose label was bought and not voided."""
        return self.filtered(lambda s: s.state in LIVE_STATES)

    def _alive_parcels(self):
        """Parcels whose label was not voided."""
        return self.parcel_ids.filtered(lambda p: p.tracking_status != Status.CANCELLED.value)

    def _tracking_reference(self):
        """All numbers as Odoo writes them on a transfer: joined by commas, or False."""
        alive = self._alive_parcels()
        numbers = [parcel.tracking_number for parcel in alive if parcel.tracking_number]
        return ",".join(numbers) or False

    # === ACTIONS === #

    def action_get_rates(self):
        """Quote every service for the transfer, in the wizard that compares them."""
        self.ensure_one()
        if self.picking_id:
            return self.picking_id.action_ecom_rates()
        raise UserError(_("Rates are compared on a transfer. Link this shipment to one."))

    def action_buy(self):
        """Buy the labels of the selected shipments."""
        self.check_access("write")
        problems = self.filtered(lambda s: s.state in (*OPEN_STATES, "exception"))._buy()
        if problems and len(self) == 1:
            raise UserError("\n".join(problems.values()))
        return self._notify(_("%s label(s) bought.", len(self) - len(problems)), problems)

    def action_void(self):
        """Void the labels of the selected shipments; each failure is kept on its shipment."""
        self.check_access("write")
        problems = self._void(raise_error=len(self) == 1)
        return self._notify(_("%s shipment(s) voided.", len(self) - len(problems)), problems)

    def action_request_refund(self):
        """Ask the carrier for the money back for labels that can no longer be voided."""
        self.ensure_one()
        self.check_access("write")
        self._request_refund()

    def action_print_labels(self):
        return self._alive_parcels().action_print_labels()

    def action_send_label(self):
        """Open the mail composer: labels attached for one shipment, one mail each for several."""
        if len(self) == 1:
            return self._label_composer({"default_attachment_ids": self._labels_or_raise().ids})
        labelled = self.filtered(lambda s: s._labels())
        labelled._labels_or_raise()
        reachable = labelled.filtered("partner_id.email")
        left_out = self._left_out_text(self - labelled, labelled - reachable)
        if not reachable:
            raise UserError(left_out)
        composer = reachable._label_composer(
            {"default_composition_mode": "mass_mail", "ecom_attach_labels": True}
        )
        return self._warn_before(left_out, composer) if left_out else composer

    def _labels(self):
        """Labels that are good to use."""
        return self._live()._alive_parcels().label_attachment_id

    def _labels_or_raise(self):
        labels = self._labels()
        if not labels:
            raise UserError(_("There is no label to send yet."))
        return labels

    def _left_out_text(self, unlabelled, unreachable):
        """A sentence on the shipments that get no mail, or ""."""
        parts = []
        if unlabelled:
            parts.append(_("without a label: %s", ", ".join(unlabelled.mapped("name"))))
        if unreachable:
            parts.append(
                _("recipient without e-mail address: %s", ", ".join(unreachable.mapped("name")))
            )
        return _("Left out, %s.", "; ".join(parts)) if parts else ""

    def _label_composer(self, context):
        return {
            "type": "ir.actions.act_window",
            "name": _("E-mail Labels"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],  # what follows a notification is not completed by Odoo
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": self.env.ref("ecom_shipping.mail_template_label").id,
                "default_composition_mode": "comment",
                "force_email": True,
                **context,
            },
        }

    def _process_attachments_for_template_post(self, mail_template):
        """Odoo's hook: in a mail to several recipients each gets the labels of its own shipment."""
        if not self.env.context.get("ecom_attach_labels"):
            return {}
        return {
            shipment.id: {
                "attachments": [(label.name, b64encode(label.raw)) for label in shipment._labels()]
            }
            for shipment in self
        }

    def action_track(self):
        """Ask the carrier now."""
        self._alive_parcels().filtered("tracking_number")._track()

    def action_mark_delivered(self):
        """Say that these parcels arrived, for carriers that tell nothing themselves."""
        self.check_access("write")
        for shipment in self.sudo():  # sudo: delivery is a fact that users do not write otherwise
            if shipment.account_id._get_carrier().can(Capability.TRACK):
                raise UserError(
                    _("%s tells by itself when parcels are delivered.", shipment.carrier_id.name)
                )
            shipment._alive_parcels().filtered("purchase_key")._mark_delivered()

    def action_view_picking(self):
        return self._open("stock.picking", self.picking_id)

    def action_view_sale(self):
        return self._open("sale.order", self.sale_id)

    def action_view_manifest(self):
        return self._open("ecom.manifest", self.parcel_ids.manifest_id[:1])

    def _open(self, model, record):
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": record.id,
            "view_mode": "form",
        }

    def _notify(self, message, problems):
        lines = [message, *(f"{shipment.name}: {text}" for shipment, text in problems.items())]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": "\n".join(lines),
                "type": "warning" if problems else "success",
                "sticky": bool(problems),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _warn_before(self, message, action):
        """Say ``message``, then open ``action``."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": message, "type": "warning", "sticky": True, "next": action},
        }
