import pytz

from odoo import api, fields, models
from odoo.http import request

from ..carrier_contract import ParcelSpec
from ..shipping_rules.weights import to_whole
from .ecom_rate import rate_request
from .stock_picking import grams_factor


class SaleOrder(models.Model):
    _inherit = "sale.order"

    ecom_is_ours = fields.Boolean(related="carrier_id.ecom_is_ours")
    ecom_service_id = fields.Many2one(
        "ecom.shipping.service",
        "Shipping Service",
        copy=False,
        help="The service that the customer paid for.",
    )
    ecom_option_ids = fields.Many2many(
        "ecom.shipping.option", string="Shipping Options", copy=False
    )
    ecom_declared_value = fields.Monetary(
        "Declared Value", copy=False, help="For options that cover an amount."
    )
    ecom_rate_ids = fields.One2many("ecom.rate", "order_id", "Shipping Rates")
    ecom_shipment_ids = fields.One2many("ecom.shipment", "sale_id", "Shipments")
    ecom_shipment_count = fields.Integer(compute="_compute_ecom_shipments")
    ecom_tracking_status = fields.Selection(
        lambda self: (
            self.env["ecom.parcel"]._fields["tracking_status"]._description_selection(self.env)
        ),
        "Parcel Status",
        compute="_compute_ecom_shipments",
    )

    @api.depends("ecom_shipment_ids.state", "ecom_shipment_ids.tracking_status")
    def _compute_ecom_shipments(self):
        for order in self:
            shipments = order.ecom_shipment_ids
            order.ecom_shipment_count = len(shipments)
            order.ecom_tracking_status = _worst(shipments.filtered(lambda s: s.state != "void"))

    # === QUOTING === #

    def _ecom_wanted_service(self, carrier):
        """The service to use with ``carrier``: the order's, else the method's usual one, else none."""
        self.ensure_one()
        if self.ecom_service_id.provider == carrier.delivery_type and self.carrier_id in (
            carrier,
            self.carrier_id.browse(),
        ):
            return self.ecom_service_id
        return carrier.ecom_default_service_id

    def _ecom_currency(self):
        return self.currency_id

    def _ecom_rate_request(self, carrier):
        """What is asked of the carrier for this order: one parcel, or several full package types."""
        self.ensure_one()
        options = self.ecom_option_ids.filtered(lambda o: o.provider == carrier.delivery_type)
        parcels = self._ecom_planned_parcels(carrier)
        return rate_request(
            self._ecom_sender()._ecom_address(),
            self.partner_shipping_id._ecom_address(),
            parcels,
            (options or carrier.ecom_default_option_ids)._choices(
                self.ecom_declared_value, self.currency_id, len(parcels)
            ),
            carrier._ecom_services().mapped("code"),
        )

    def _ecom_sender(self):
        return self.warehouse_id.partner_id or self.company_id.partner_id

    def _ecom_planned_parcels(self, carrier):
        """Parcels as they will probably be packed: by weight, into the usual package type."""
        templates = self.env["ecom.shipping.template"]._of(self.company_id)
        package_type = templates._fitting(self.company_id, self.warehouse_id, carrier)._first(
            "package_type_id"
        )
        factor = grams_factor(self.env)
        weight = (
            self.env.context.get("order_weight")
            or self.shipping_weight
            or self._get_estimated_weight()
        )
        total_g = to_whole(weight, factor) or package_type.ecom_default_weight_g
        base_g, max_g = (
            to_whole(package_type.base_weight, factor),
            to_whole(package_type.max_weight, factor),
        )
        return _split(total_g, base_g, max_g, package_type._size_mm())

    # === ACTIONS === #

    def action_ecom_shipments(self):
        action = self.env["ir.actions.actions"]._for_xml_id("ecom_shipping.action_ecom_shipment")
        if len(self.ecom_shipment_ids) == 1:
            return action | {"views": [(False, "form")], "res_id": self.ecom_shipment_ids.id}
        return action | {"domain": [("sale_id", "in", self.ids)], "context": {}}

    def _ecom_portal_parcels(self):
        """Parcels that the customer may see on the order's portal page."""
        self.ensure_one()
        # sudo: the portal page checked that this visitor may see this order.
        parcels = self.sudo().ecom_shipment_ids.filtered(
            lambda s: s.state not in ("draft", "rated", "void")
        )
        return parcels.parcel_ids.filtered("purchase_key").sorted("id")

    def _ecom_portal_zone(self):
        """The visitor's time zone on the portal page: the browser's, else the user's, else the merchant's."""
        browser = request.cookies.get("tz") if request else None
        if browser in pytz.all_timezones_set:
            return browser
        return self.env.user.tz or self.company_id.partner_id.tz or "UTC"


def _worst(shipments):
    """The status that most deserves attention among shipments, or False."""
    statuses = shipments.mapped("tracking_status")
    for status in ("exception", "returning", "returned"):
        if status in statuses:
            return status
    order = [value for value, _label in shipments._fields["tracking_status"].selection]
    return min((s for s in statuses if s), key=order.index, default=False)


def _split(total_g, base_g, max_g, size_mm):
    """Specs of parcels of at most ``max_g`` gross that carry ``total_g`` net."""
    room_g = max_g - base_g if max_g > base_g else total_g or 1
    count = max(1, -(-total_g // room_g))
    weights = [room_g] * (count - 1) + [total_g - room_g * (count - 1)]
    return [
        ParcelSpec(str(number), weight_g + base_g, *size_mm)
        for number, weight_g in enumerate(weights, start=1)
    ]
