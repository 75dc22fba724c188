from string import Template

from odoo import api, fields, models

from ..carrier_contract import LabelFormat

LABEL_FORMATS = [
    (LabelFormat.PDF_LETTER.value, "PDF 8.5 x 11 in (office printer)"),
    (LabelFormat.PDF_4X6.value, "PDF 4 x 6 in (label printer)"),
    (LabelFormat.ZPL_4X6.value, "ZPL 4 x 6 in (Zebra)"),
]


class EcomShippingTemplate(models.Model):
    """Saved defaults. The most specific one that fits a shipment fills what nobody chose."""

    _name = "ecom.shipping.template"
    _description = "Shipping Defaults"
    _inherit = ["ecom.remembered"]
    _order = "sequence, id"
    _remembered = (
        "sequence",
        "active",
        "company_id",
        "warehouse_id",
        "carrier_id",
        "service_id",
        "option_ids",
        "package_type_id",
        "label_format",
        "reference_1",
        "reference_2",
        "cost_centre",
    )
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse", check_company=True, help="Empty: every warehouse."
    )
    carrier_id = fields.Many2one(
        "delivery.carrier",
        "Delivery Method",
        check_company=True,
        help="Empty: every delivery method.",
    )
    provider = fields.Selection(related="carrier_id.delivery_type", string="Carrier")
    service_id = fields.Many2one("ecom.shipping.service", domain="[('provider', '=', provider)]")
    option_ids = fields.Many2many("ecom.shipping.option", domain="[('provider', '=', provider)]")
    package_type_id = fields.Many2one(
        "stock.package.type",
        help="Size and default weight of parcels that were not put in a package.",
    )
    label_format = fields.Selection(LABEL_FORMATS)
    reference_1 = fields.Char(
        default="$order", help="May hold $order, $transfer, $customer_ref and $customer."
    )
    reference_2 = fields.Char(
        default="$customer_ref", help="May hold $order, $transfer, $customer_ref and $customer."
    )
    cost_centre = fields.Char()

    @api.model
    def _of(self, companies):
        """Every template of ``companies``, read at once."""
        if not self.env.su:
            return self.search_fetch([("company_id", "in", companies.ids)])
        templates = self.browse(self._memory(self.env.lang))._recall()
        return templates.filtered(lambda t: t.active and t.company_id in companies)

    def _fitting(self, company, warehouse, carrier):
        """The templates that fit, most specific first: by delivery method, then by warehouse.

        ``self`` is every template of the companies at hand, searched once by the caller.
        """
        fitting = self.filtered(
            lambda t: (
                t.company_id == company
                and t.warehouse_id in (warehouse, t.warehouse_id.browse())
                and t.carrier_id in (carrier, t.carrier_id.browse())
            )
        )
        return fitting.sorted(lambda t: (bool(t.carrier_id), bool(t.warehouse_id)), reverse=True)

    def _first(self, name):
        """The value of field ``name`` in the most specific template that has one."""
        return next((template[name] for template in self if template[name]), self.browse()[name])

    def _references(self, picking):
        """The two references of a shipment, cut to what carriers print (35 characters)."""
        order = picking.sale_id
        values = {
            "order": order.name or picking.origin or picking.name,
            "transfer": picking.name or "",
            "customer_ref": order.client_order_ref or "",
            "customer": picking.partner_id.commercial_partner_id.name or "",
        }
        patterns = (
            (self[0].reference_1, self[0].reference_2) if self else ("$order", "$customer_ref")
        )
        return tuple(
            Template(pattern or "").safe_substitute(values).strip()[:35] for pattern in patterns
        )
