from collections import defaultdict

from markupsafe import Markup

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..carrier_contract import ParcelSpec
from ..shipping_rules.buying import VoidVerdict
from ..shipping_rules.weights import (
    GRAMS_PER_KG,
    GRAMS_PER_LB,
    choose_weight,
    to_whole,
)
from .ecom_parcel import REPEATED, parcel_name
from .ecom_purchase import LIVE_STATES as PURCHASED_STATES
from .ecom_rate import rate_request
from .ecom_shipment import OPEN_STATES

# What a transfer says of its open shipment; parcels and the service are looked at one by one.
REFRESHED = (
    "partner_id",
    "sender_id",
    "warehouse_id",
    "carrier_id",
    "account_id",
    "service_id",
    "option_ids",
    "declared_value",
    "reference_1",
    "reference_2",
    "cost_centre",
    "label_format",
)


def grams_factor(env):
    """Grams in Odoo's weight unit (kilograms or pounds, a system parameter)."""
    # sudo, as in Odoo. The parameter is cached; Odoo's unit would be a query for each parcel.
    in_pounds = env["ir.config_parameter"].sudo().get_param("product.weight_in_lbs") == "1"
    return GRAMS_PER_LB if in_pounds else GRAMS_PER_KG


class StockPicking(models.Model):
    """Transfers buy their labels here, all of a batch together, when Odoo validates them."""

    _inherit = "stock.picking"

    ecom_is_ours = fields.Boolean(related="carrier_id.ecom_is_ours")
    ecom_service_id = fields.Many2one(
        "ecom.shipping.service",
        "Shipping Service",
        compute="_compute_ecom_choice",
        store=True,
        readonly=False,
        copy=False,
        domain="[('provider', '=', delivery_type)]",
    )
    ecom_option_ids = fields.Many2many(
        "ecom.shipping.option",
        string="Shipping Options",
        compute="_compute_ecom_choice",
        store=True,
        readonly=False,
        copy=False,
        domain="[('provider', '=', delivery_type)]",
    )
    ecom_declared_value = fields.Monetary(
        "Declared Value",
        compute="_compute_ecom_choice",
        store=True,
        readonly=False,
        copy=False,
        currency_field="ecom_currency_id",
    )
    ecom_currency_id = fields.Many2one("res.currency", compute="_compute_ecom_currency_id")
    ecom_rate_ids = fields.One2many("ecom.rate", "picking_id", "Shipping Rates")
    ecom_shipment_ids = fields.One2many("ecom.shipment", "picking_id", "Shipments")
    ecom_parcel_ids = fields.One2many("ecom.parcel", "picking_id", "Parcels")
    ecom_shipment_count = fields.Integer(compute="_compute_ecom_shipment_count")
    ecom_has_label = fields.Boolean(compute="_compute_ecom_shipment_count")
    ecom_tracking_status = fields.Selection(
        lambda self: (
            self.env["ecom.parcel"]._fields["tracking_status"]._description_selection(self.env)
        ),
        "Parcel Status",
        compute="_compute_ecom_shipment_count",
    )
    ecom_problem = fields.Text(
        "Shipping Problem",
        compute="_compute_ecom_problem",
        help="Why the last purchase of a label failed; it is kept even when the validation was undone.",
    )

    @api.depends(
        "sale_id.ecom_service_id",
        "sale_id.ecom_option_ids",
        "sale_id.ecom_declared_value",
        "carrier_id",
    )
    def _compute_ecom_choice(self):
        for picking in self:
            order = picking.sale_id
            same_carrier = order.ecom_service_id.provider == picking.carrier_id.delivery_type
            picking.ecom_service_id = order.ecom_service_id if same_carrier else False
            options = order.ecom_option_ids.filtered(
                lambda o, p=picking: o.provider == p.carrier_id.delivery_type
            )
            picking.ecom_option_ids = options or picking.carrier_id.ecom_default_option_ids
            picking.ecom_declared_value = order.ecom_declared_value

    @api.depends("sale_id.currency_id", "company_id.currency_id")
    def _compute_ecom_currency_id(self):
        for picking in self:
            picking.ecom_currency_id = picking._ecom_currency()

    @api.depends("ecom_shipment_ids.state", "ecom_shipment_ids.tracking_status")
    def _compute_ecom_shipment_count(self):
        for picking in self:
            shipments = picking.ecom_shipment_ids
            live = shipments._live()
            picking.ecom_shipment_count = len(shipments)
            picking.ecom_has_label = any(live.mapped("has_label"))
            picking.ecom_tracking_status = live[:1].tracking_status

    def _compute_ecom_problem(self):
        """What the journal knows of this transfer's labels, else what its shipment says."""
        applied, spoken = {}, {}
        for picking in self:
            live = picking.ecom_shipment_ids._live()
            applied[picking.id] = set(live._alive_parcels().mapped("purchase_key"))
            spoken[picking] = (live or picking.ecom_shipment_ids.filtered("problem"))[:1].problem
        told = self.env["ecom.purchase"]._problems(self._name, applied)
        for picking in self:
            picking.ecom_problem = told.get(picking.id) or spoken[picking]

    # === QUOTING === #

    def _ecom_currency(self):
        return self.sale_id.currency_id or self.company_id.currency_id

    def _ecom_wanted_service(self, carrier, templates=None):
        """The service to use with ``carrier``: chosen here, by the template, or the method's usual one.

        :param templates: those that fit this transfer, when the caller has them already
        """
        self.ensure_one()
        if self.ecom_service_id._recall().provider == carrier.delivery_type:
            return self.ecom_service_id
        if templates is None:
            templates = self._ecom_fitting_templates(carrier)
        service = templates._first("service_id")._recall()
        if service.provider == carrier.delivery_type:
            return service
        return carrier.ecom_default_service_id

    def _ecom_templates(self):
        return self.env["ecom.shipping.template"]._of(self.company_id)

    def _ecom_fitting_templates(self, carrier, templates=None):
        """Defaults for this transfer with ``carrier``, most specific first."""
        templates = self._ecom_templates() if templates is None else templates
        return templates._fitting(self.company_id, self.picking_type_id.warehouse_id, carrier)

    def _ecom_rate_request(self, carrier):
        """What is asked of the carrier for this transfer: its parcels as packed."""
        self.ensure_one()
        template = self._ecom_fitting_templates(carrier)
        options = self.ecom_option_ids.filtered(lambda o: o.provider == carrier.delivery_type)
        parcels = [_spec(values) for values in self._ecom_parcel_values(template)]
        return rate_request(
            self._ecom_sender()._ecom_address(),
            self.partner_id._ecom_address(),
            parcels,
            (options or carrier.ecom_default_option_ids)._choices(
                self.ecom_declared_value, self._ecom_currency(), len(parcels)
            ),
            carrier._ecom_services().mapped("code"),
        )

    def _ecom_sender(self):
        return self.picking_type_id.warehouse_id._recall().partner_id or self.company_id.partner_id

    # === PARCELS === #

    def _ecom_parcel_values(self, template):
        """Values of the parcels of one transfer: one per package, one for what is not packed."""
        self.ensure_one()
        by_package = defaultdict(self.env["stock.move.line"].browse)
        for line in self.move_line_ids:
            by_package[line.result_package_id] |= line
        loose = by_package.pop(self.env["stock.package"], None)
        values = [
            self._ecom_packed_values(package, lines)
            for package, lines in sorted(by_package.items(), key=lambda item: item[0].id)
        ]
        if loose:
            values.append(
                self._ecom_loose_values(loose, template._first("package_type_id"), alone=not values)
            )
        for number, parcel in enumerate(values, start=1):
            parcel["number"] = number
        return values

    def _ecom_packed_values(self, package, lines):
        factor = grams_factor(self.env)
        package_type = package.package_type_id._recall()
        computed_g = _content_g(lines, factor) + to_whole(package_type.base_weight, factor)
        typed_g = to_whole(package.shipping_weight, factor)
        weight = choose_weight(
            scale_g=package._scale_weight_g(lines),
            # Odoo's packing wizard fills in the computed weight; only another one was typed.
            typed_g=typed_g if typed_g != computed_g else 0,
            computed_g=computed_g,
            type_default_g=package_type.ecom_default_weight_g,
        )
        return _parcel_values(weight, package_type, package)

    def _ecom_loose_values(self, lines, package_type, alone):
        factor = grams_factor(self.env)
        package_type._recall()
        content_g = _content_g(lines, factor)
        typed_g = to_whole(self.shipping_weight, factor) if alone else 0
        weight = choose_weight(
            typed_g=typed_g if typed_g != content_g else 0,
            computed_g=content_g + to_whole(package_type.base_weight, factor),
            type_default_g=package_type.ecom_default_weight_g,
        )
        return _parcel_values(weight, package_type)

    # === SHIPMENTS === #

    def _ecom_open_shipments(self):
        """One open shipment per transfer, with parcels as they are packed now.

        :returns: shipments in the order of ``self``
        """
        templates = self._ecom_templates()
        open_by_picking = {
            s.picking_id: s for s in self.ecom_shipment_ids.sorted("id") if s.state in OPEN_STATES
        }
        fresh = self.filtered(lambda p: p not in open_by_picking)
        # sudo: a quoted price is a fact of the carrier that users may not write
        Shipment = (
            self.env["ecom.shipment"]
            .sudo()
            .with_context(mail_create_nolog=True, tracking_disable=True)
        )
        quotes = fresh._ecom_quotes().grouped(lambda r: r.order_id or r.picking_id.sale_id)
        values = []
        for picking in fresh:
            template = picking._ecom_fitting_templates(picking.carrier_id, templates)
            known = quotes.get(picking.sale_id, self.env["ecom.rate"])
            parcels = picking._ecom_parcel_values(template)
            shipment = picking._ecom_shipment_values(template, known)
            values.append(shipment | {"parcel_ids": _new_parcels(shipment, parcels)})
        created = Shipment.create(values)
        for picking in self - fresh:
            picking._ecom_refresh(
                open_by_picking[picking],
                picking._ecom_fitting_templates(picking.carrier_id, templates),
            )
        open_by_picking |= dict(zip(fresh, created.with_context(self.env.context), strict=True))
        return self.env["ecom.shipment"].browse([open_by_picking[p].id for p in self])

    def _ecom_shipment_values(self, template, quotes):
        """Values of a shipment of this transfer, without its parcels."""
        carrier = self.carrier_id
        reference_1, reference_2 = template._references(self)
        times_shipped = len(self.ecom_shipment_ids)
        service = self._ecom_wanted_service(carrier, template)
        quoted = self._ecom_last_quote(service, quotes)
        return {
            "name": f"{self.name} #{times_shipped + 1}" if times_shipped else self.name,
            "company_id": self.company_id.id,
            "picking_id": self.id,
            "sale_id": self.sale_id.id,
            "warehouse_id": self.picking_type_id.warehouse_id.id,
            "partner_id": self.partner_id.id,
            "sender_id": self._ecom_sender().id,
            "carrier_id": carrier.id,
            "account_id": carrier._ecom_get_account().id,
            "service_id": service.id,
            "currency_id": quoted.carrier_currency_id.id,
            "price_quoted": quoted.price,
            "option_ids": [
                fields.Command.set((self.ecom_option_ids or template._first("option_ids")).ids)
            ],
            "declared_value": self.ecom_declared_value,
            "order_currency_id": self._ecom_currency().id,
            "reference_1": reference_1,
            "reference_2": reference_2,
            "cost_centre": template._first("cost_centre"),
            "label_format": template._first("label_format")
            or carrier.ecom_label_format
            or "pdf_4x6",
        }

    def _ecom_quotes(self):
        """Rates that were shown for these transfers or their orders, in one question."""
        # sudo: a packer may not read the order that the price was quoted for
        return (
            self.env["ecom.rate"]
            .sudo()
            .search_fetch(
                [
                    ("excluded", "=", False),
                    ("service_id", "!=", False),
                    "|",
                    ("picking_id", "in", self.ids),
                    ("order_id", "in", self.sale_id.ids),
                ],
                [
                    "picking_id",
                    "order_id",
                    "carrier_id",
                    "service_id",
                    "price",
                    "carrier_currency_id",
                ],
            )
        )

    def _ecom_last_quote(self, service, quotes):
        """The rate that was shown for ``service``: for the transfer as packed, else for its order."""
        mine = quotes.filtered(
            lambda r: (
                r.carrier_id == self.carrier_id
                and r.service_id == service
                and (r.picking_id == self or (r.order_id and r.order_id == self.sale_id))
            )
        )
        return mine.filtered("picking_id")[:1] or mine[:1]

    def _ecom_refresh(self, shipment, template):
        """Bring an open shipment up to date with the transfer; weights that a person gave stay."""
        given = {
            p.package_id: p for p in shipment.parcel_ids if p.weight_origin in ("scale", "typed")
        }
        parcels = self._ecom_parcel_values(template)
        for values in parcels:
            kept = given.get(self.env["stock.package"].browse(values["package_id"] or []))
            if kept and values["weight_origin"] != "scale":
                values |= {"weight_g": kept.weight_g, "weight_origin": kept.weight_origin}
        current = [_comparable(parcel) for parcel in shipment.parcel_ids.sorted("number")]
        values = self._ecom_shipment_values(template, self.env["ecom.rate"])
        vals = {name: values[name] for name in REFRESHED}
        if self._ecom_keeps_service(shipment):
            del vals["service_id"]
        if current != parcels:
            vals["parcel_ids"] = [
                fields.Command.clear(),
                *(fields.Command.create(v) for v in parcels),
            ]
        shipment.write(vals)

    def _ecom_keeps_service(self, shipment):
        """Whether the service on an open shipment stays: a person chose it there, and it still fits."""
        service, method = shipment.service_id, shipment.carrier_id
        if not service or self.ecom_service_id.provider == self.carrier_id.delivery_type:
            return False
        if method != self.carrier_id and service == method.ecom_default_service_id:
            return False  # nobody chose it: it was the former method's usual one
        return service in self.carrier_id._ecom_services()

    # === BUYING === #

    def _ecom_ships_on_validation(self):
        """Transfers whose label is bought when Odoo validates them (the conditions are Odoo's own)."""
        return self.filtered(
            lambda p: (
                p.carrier_id.ecom_is_ours
                and p.carrier_id.integration_level == "rate_and_ship"
                and p.picking_type_code != "incoming"
                and p.picking_type_id.print_label
                and not p.carrier_tracking_ref
            )
        )

    def _send_confirmation_email(self):
        """Odoo ships transfer by transfer here; ours are bought together first."""
        ours = self._ecom_ships_on_validation()
        if not ours:
            return super()._send_confirmation_email()
        # sudo: Odoo itself ships as superuser, since a packer need not read orders or prices.
        problems = ours.sudo()._ecom_ship()
        if problems and len(problems) == len(ours) and len(self) == len(ours):
            raise UserError("\n".join(dict.fromkeys(problems.values())))
        for picking, text in problems.items():
            picking._ecom_warn(text)
        done = self.with_context(ecom_shipped_ids=frozenset(ours.ids))
        return super(StockPicking, done)._send_confirmation_email()

    def send_to_shipper(self):
        """Odoo's way to ship one transfer."""
        if self.id in self.env.context.get("ecom_shipped_ids", ()):
            return None
        if not self.carrier_id.ecom_is_ours:
            return super().send_to_shipper()
        problems = self._ecom_ship()
        if problems:
            raise UserError("\n".join(problems.values()))
        return None

    def _ecom_ship(self):
        """Buy labels and write them on transfers and orders, as ``send_to_shipper`` does for one.

        :returns: ``{picking: sentence}`` of those without a complete label
        """
        # A label that was live before was written on its transfer and order when it was bought.
        done = self.ecom_shipment_ids._live().filtered("is_complete")
        shipments, problems = self._ecom_buy()
        bought = (shipments - done)._live()
        bought.picking_id._ecom_apply(bought)
        return problems

    def _ecom_buy(self):
        """Buy for each transfer that has no live label.

        :returns: ``(shipments in the order of self, {picking: sentence})``
        """
        live = {s.picking_id: s for s in self.ecom_shipment_ids._live() if s.state != "exception"}
        missing = self.filtered(lambda p: p not in live)
        partial = {s.picking_id: s for s in missing.ecom_shipment_ids if s.state == "exception"}
        to_open = missing.filtered(lambda p: p not in partial)
        fresh = to_open._ecom_open_shipments()
        to_buy = fresh | self.env["ecom.shipment"].union(*partial.values())
        problems = {shipment.picking_id: text for shipment, text in to_buy._buy().items()}
        by_picking = live | partial | {s.picking_id: s for s in fresh}
        return self.env["ecom.shipment"].browse([by_picking[p].id for p in self]), problems

    def _ecom_buy_or_raise(self):
        shipments, problems = self._ecom_buy()
        if problems:
            raise UserError("\n".join(problems.values()))
        return shipments

    def _ecom_apply(self, shipments):
        """Price, tracking reference and chatter of transfers whose shipments were just bought."""
        by_picking = {s.picking_id: s for s in shipments}
        bodies = {}
        for picking in self:
            shipment = by_picking[picking]
            price = picking._ecom_price_for_order(shipment)
            picking._ecom_spread_reference(shipment._tracking_reference(), carrier_price=price)
            bodies[picking] = picking._ecom_shipped_message(shipment)
        self._ecom_tell(bodies)
        for picking in self:
            picking._ecom_charge(by_picking[picking])

    def _ecom_charge(self, shipment):
        """Write the real cost on the order once per shipment, when all its parcels are bought."""
        if (
            self.carrier_id.invoice_policy != "real"
            or not shipment.is_complete
            or shipment.delivery_line_id
        ):
            return
        # A line that was invoiced before its label was voided cannot be taken back: it counts.
        line = self.ecom_shipment_ids.filtered(lambda s: s.state == "void").delivery_line_id[:1]
        if not line:
            line = self._get_matching_delivery_lines()[:1]
            known = self.sale_id.order_line
            self._add_delivery_cost_to_so()
            line = line or (self.sale_id.order_line - known)[:1]
        # sudo: which line carries the price is a fact that users may not write
        shipment.sudo().delivery_line_id = line if self.carrier_price else False

    def _ecom_price_for_order(self, shipment):
        """What the order is charged when the method invoices real cost: margin and free limit applied."""
        carrier, order = self.carrier_id, self.sale_id
        price = shipment.order_price
        if carrier.free_over and order:
            amount = order._compute_amount_total_without_delivery()
            if carrier._compute_currency(order, amount, "pricelist_to_company") >= carrier.amount:
                price = 0.0
        # The order is only needed to convert a fixed margin, which costs Odoo a query each time.
        return carrier._apply_margins(price, order if carrier.fixed_margin else False)

    def _ecom_spread_reference(self, reference, **values):
        """Write the tracking reference on this transfer and those before and after it in the chain.

        :param values: what is written on this transfer along with it
        """
        self.write(values | self._ecom_reference_values(reference))
        for picking in self._ecom_chain() - self:
            if added := picking._ecom_reference_values(reference):
                picking.write(added)

    def _ecom_reference_values(self, reference):
        """The tracking reference with those numbers that it lacks, as values to write."""
        known = [n for n in (self.carrier_tracking_ref or "").split(",") if n]
        fresh = [n for n in (reference or "").split(",") if n and n not in known]
        return {"carrier_tracking_ref": ",".join(known + fresh)} if fresh else {}

    def _ecom_chain(self):
        """Transfers linked by moves, in both directions."""
        chain = self.browse()
        for direction in ("move_orig_ids", "move_dest_ids"):
            moves = seen = self.move_ids[direction]
            while moves:
                chain |= moves.picking_id
                moves = moves[direction] - seen
                seen |= moves
        return chain

    def _ecom_forget_tracking(self, numbers):
        """Take voided numbers off this transfer and its chain; the history keeps them."""
        gone = set((numbers or "").split(","))
        for picking in self | self._ecom_chain():
            left = [
                n for n in (picking.carrier_tracking_ref or "").split(",") if n and n not in gone
            ]
            picking.carrier_tracking_ref = ",".join(left) or False
        self.carrier_price = 0.0

    def _ecom_tell(self, bodies):
        """Write in the chatter. What Odoo writes there on validation takes the text along."""
        noted = {}
        for picking in self:
            if picking._ecom_change_is_told():
                picking._track_set_log_message(bodies[picking])
            else:
                noted[picking.id] = bodies[picking]
        if noted:
            self.browse(noted)._message_log_batch(bodies=noted)

    def _ecom_change_is_told(self):
        """Whether Odoo tells of a change of state when this transaction ends."""
        state = self.state  # first: Odoo notes what it was when it computes it
        before = self.env.cr.precommit.data.get(f"mail.tracking.{self._name}", {}).get(self.id)
        return bool(before) and before.get("state", state) != state

    def _ecom_shipped_message(self, shipment):
        return Markup("{}<br/>{}").format(
            _(
                "%(carrier)s, %(service)s: %(count)s parcel(s), tracking %(numbers)s",
                carrier=self.carrier_id.name,
                service=shipment.service_id.name,
                count=len(shipment.parcel_ids),
                numbers=shipment._tracking_reference() or _("none"),
            ),
            _("Cost: %s", self._ecom_currency().format(self.carrier_price)),
        )

    def _ecom_warn(self, text):
        """The transfer is done but its label is missing: say so where its user looks."""
        self.message_post(body=text, message_type="notification")
        self.sudo().activity_schedule(  # sudo: the responsible may be somebody else
            "mail.mail_activity_data_warning",
            note=self._carrier_exception_note(text),
            user_id=self.user_id.id or self.env.uid,
        )

    def cancel_shipment(self):
        """Odoo's button: void the labels. Numbers, prices and messages stay on the shipment."""
        # The label decides, not the method that the transfer names by now.
        ours = self.filtered(lambda p: p.carrier_id.ecom_is_ours or p._ecom_live_shipments())
        for picking in ours:
            numbers = picking.carrier_tracking_ref
            live = picking._ecom_live_shipments()
            if not live:
                picking.carrier_id.cancel_shipment(picking)
            problems = live._void()
            if problems:  # some labels are void, others are not: the shipment tells
                picking._ecom_warn("\n".join(problems.values()))
            else:
                picking._message_log(body=_("Labels voided: %s", numbers or picking.name))
        if self - ours:
            return super(StockPicking, self - ours).cancel_shipment()
        return None

    # === LABELS OF TRANSFERS THAT CHANGE === #

    def _ecom_live_shipments(self):
        # sudo: who cancels a transfer or changes its method need not see shipments
        return self.sudo().ecom_shipment_ids._live()

    def _ecom_kept_keys(self):
        """Keys of purchases that are on documents."""
        # sudo: as above
        kept = self.sudo().ecom_shipment_ids.filtered(lambda s: s.state != "void").parcel_ids
        return {key for key in kept.mapped("purchase_key") if key}

    def _ecom_orphans(self):
        """Purchases of these transfers that may be alive and are on no document."""
        # sudo: the journal belongs to managers
        return (
            self.env["ecom.purchase"]
            .sudo()
            .search(
                [
                    ("scope_model", "=", self._name),
                    ("scope_id", "in", self.ids),
                    ("action", "=", "ship"),
                    ("state", "in", PURCHASED_STATES),
                    ("key", "not in", list(self._ecom_kept_keys())),
                ]
            )
        )

    def _ecom_void_orphans(self, reason):
        """Void what was bought for this transfer and is on no document.

        :returns: a sentence on what may be alive still, or ""
        """
        self.ensure_one()
        if not self._ecom_orphans():
            return ""
        ends = self.env["ecom.purchase"]._void_rest(
            (self._name, self.id), self._ecom_kept_keys(), reason
        )
        return "\n".join(
            _("The label %(number)s was not voided: %(error)s", number=number, error=end.error)
            for number, end in ends
            if end.verdict is not VoidVerdict.VOIDED
        )

    def action_cancel(self):
        """A cancelled transfer keeps no label: it is voided, or somebody is told that it is not."""
        result = super().action_cancel()
        touched = self.filtered(lambda p: p._ecom_live_shipments()) | self.browse(
            self._ecom_orphans().mapped("scope_id")
        )
        for picking in touched.sudo():  # sudo: as when labels are bought
            text = picking._ecom_void_all(_("The transfer was cancelled."))
            if text:
                picking._ecom_warn(_("The transfer is cancelled, its label is not: %s", text))
        return result

    def _ecom_void_all(self, reason):
        """Void every label of this transfer; returns a sentence on what may be alive still."""
        try:
            problems = self._ecom_live_shipments()._void(raise_error=False)
            texts = [*problems.values(), self._ecom_void_orphans(reason)]
        except UserError as error:  # somebody else buys or voids for this transfer
            texts = [str(error)]
        return "\n".join(dict.fromkeys(text for text in texts if text))

    def write(self, vals):
        """The method stays while a label of it is alive."""
        if "carrier_id" in vals:
            carrier = self.env["delivery.carrier"].browse(vals["carrier_id"] or [])
            self.filtered(lambda p: p.carrier_id != carrier)._ecom_check_leaving(carrier)
        return super().write(vals)

    def _ecom_check_leaving(self, carrier):
        """Refuse another method while a label lives. An orphan is voided; a method of ours does so
        when it buys."""
        for picking in self:
            live = picking._ecom_live_shipments()
            if live:
                raise UserError(
                    _(
                        "The transfer %(name)s has the label %(number)s. "
                        "Void it before you change the delivery method.",
                        name=picking.name,
                        number=live[:1]._tracking_reference() or live[:1].name,
                    )
                )
        if carrier.ecom_is_ours or not self:
            return
        # sudo: as when labels are bought
        for picking in self.browse(self._ecom_orphans().mapped("scope_id")).sudo():
            text = picking._ecom_void_orphans(_("The delivery method was changed."))
            if text:
                raise UserError(text)

    # === ACTIONS === #

    def action_ecom_rates(self):
        """Compare every service for this transfer."""
        self.ensure_one()
        wizard = self.env["ecom.transfer.rates"].create({"picking_id": self.id})
        return wizard.action_refresh()

    def action_ecom_shipments(self):
        action = self.env["ir.actions.actions"]._for_xml_id("ecom_shipping.action_ecom_shipment")
        if len(self.ecom_shipment_ids) == 1:
            return action | {"views": [(False, "form")], "res_id": self.ecom_shipment_ids.id}
        return action | {"domain": [("picking_id", "in", self.ids)], "context": {}}

    def action_ecom_print_labels(self):
        live = self.ecom_shipment_ids._live()
        return live._alive_parcels().action_print_labels()

    def action_ecom_send_label(self):
        """Mail the labels of one transfer."""
        self.ensure_one()
        live = self.ecom_shipment_ids._live()
        labels = live._labels_or_raise()
        return live[:1]._label_composer({"default_attachment_ids": labels.ids})


def _content_g(lines, factor):
    """Weight of what the lines move, in grams."""
    return sum(
        to_whole(line.quantity_product_uom * line.product_id.weight, factor) for line in lines
    )


def _parcel_values(weight, package_type, package=None):
    length_mm, width_mm, height_mm = package_type._size_mm() if package_type else (0, 0, 0)
    return {
        "package_id": package.id if package else False,
        "weight_g": weight.weight_g,
        "weight_origin": weight.origin.value,
        "length_mm": length_mm,
        "width_mm": width_mm,
        "height_mm": height_mm,
    }


def _new_parcels(shipment, parcels):
    """Commands that create ``parcels`` with their shipment.

    What they repeat of it comes along: written at once it need not be computed and updated.
    """
    repeated = {name: shipment[name] for name in REPEATED}
    return [
        fields.Command.create(
            repeated | values | {"name": parcel_name(shipment["name"], values["number"])}
        )
        for values in parcels
    ]


def _comparable(parcel):
    names = ("weight_g", "weight_origin", "length_mm", "width_mm", "height_mm", "number")
    return {"package_id": parcel.package_id.id, **{name: parcel[name] for name in names}}


def _spec(values):
    return ParcelSpec(
        str(values["number"]),
        values["weight_g"],
        values["length_mm"],
        values["width_mm"],
        values["height_mm"],
    )
