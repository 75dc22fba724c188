from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.ecom_shipping.models.delivery_carrier import to_decimal

from ..offline_courier import PriceLine, Zone, overlaps
from ..offline_courier.price_table import plain_code


class EcomOfflinePrice(models.Model):
    """One line of a courier's price list: a zone, a weight band, a price.

    A line holds everything, so that a price list is one sheet of a spreadsheet.
    """

    _name = "ecom.offline.price"
    _description = "Courier Price"
    _order = "account_id, service_id, country_id, state_id, postal_prefixes, over_g, id"
    _check_company_auto = True

    account_id = fields.Many2one(
        "ecom.carrier.account",
        "Courier",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
        domain="[('provider', '=', 'ecom_offline')]",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    active = fields.Boolean(default=True)
    service_id = fields.Many2one(
        "ecom.shipping.service",
        required=True,
        ondelete="restrict",
        domain="[('provider', '=', 'ecom_offline')]",
    )
    country_id = fields.Many2one("res.country", help="Leave empty for every country.")
    state_id = fields.Many2one(
        "res.country.state",
        "Province",
        domain="[('country_id', '=?', country_id)]",
        help="Leave empty for the whole country.",
    )
    postal_prefixes = fields.Char(
        "Postal Codes",
        help="First characters of postal codes, with commas between them: H1, H2, H3A. "
        "Leave empty for every postal code. The closest zone counts.",
    )
    over_g = fields.Integer(
        "Over (g)", required=True, default=0, help="The band starts above this weight."
    )
    up_to_g = fields.Integer("Up To (g)", required=True, help="The band ends with this weight.")
    currency_id = fields.Many2one(related="account_id.offline_currency_id")
    price = fields.Monetary(required=True, help="Per parcel, before taxes and fuel surcharge.")
    transit_days = fields.Integer(
        "Business Days", help="Until delivery, Monday to Friday. 0: the same day."
    )
    no_promise = fields.Boolean("No Promise", help="The courier promises no day of delivery.")

    _band_not_empty = models.Constraint(
        "CHECK(over_g >= 0 AND up_to_g > over_g)",
        "A weight band must end above the weight where it starts.",
    )
    _price_not_negative = models.Constraint("CHECK(price >= 0)", "A price cannot be negative.")
    _days_not_negative = models.Constraint(
        "CHECK(transit_days >= 0)", "Business days cannot be negative."
    )

    @api.depends("service_id", "country_id", "state_id", "postal_prefixes", "over_g", "up_to_g")
    def _compute_display_name(self):
        for price in self:
            zone = [price.country_id.code, price.state_id.code, price.postal_prefixes]
            place = " ".join(part for part in zone if part) or _("Everywhere")
            band = f"{price.over_g}–{price.up_to_g} g"
            price.display_name = f"{price.service_id.name}, {place}, {band}"

    # === CHECKS === #

    @api.constrains("account_id", "service_id", "country_id", "state_id")
    def _check_belongs(self):
        for price in self:
            for record in (price.account_id, price.service_id):
                if record.provider != "ecom_offline":
                    raise ValidationError(
                        _("%s does not belong to a courier without API.", record.name)
                    )
            if price.state_id and price.state_id.country_id != price.country_id:
                raise ValidationError(
                    _(
                        "%(province)s is not in %(country)s.",
                        province=price.state_id.name,
                        country=price.country_id.name or _("every country"),
                    )
                )

    @api.constrains(
        "account_id",
        "service_id",
        "country_id",
        "state_id",
        "postal_prefixes",
        "over_g",
        "up_to_g",
        "active",
    )
    def _check_overlap(self):
        """Two prices for one parcel would leave it to chance which counts."""
        prices = self.search([("account_id", "in", self.account_id.ids)])
        for group in prices.grouped("account_id").values():
            lines = group._lines()
            for first, second in overlaps(lines)[:1]:
                raise ValidationError(
                    _(
                        "These lines of the price list overlap:\n%(first)s\n%(second)s",
                        first=group[first].display_name,
                        second=group[second].display_name,
                    )
                )

    # === CREATE / WRITE === #

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # === READING === #

    def _lines(self):
        """These prices as plain values, in the order of ``self``.

        :rtype: list[PriceLine]
        """
        return [
            PriceLine(
                service_code=price.service_id.code,
                zone=price._zone(),
                over_g=price.over_g,
                up_to_g=price.up_to_g,
                price=to_decimal(price.price, price.currency_id),
                transit_days=None if price.no_promise else price.transit_days,
            )
            for price in self
        ]

    def _zone(self):
        prefixes = (plain_code(prefix) for prefix in (self.postal_prefixes or "").split(","))
        return Zone(
            country=self.country_id.code or "",
            province=self.state_id.code or "",
            postal_prefixes=tuple(sorted({prefix for prefix in prefixes if prefix})),
        )

    @api.model
    def get_import_templates(self):
        return [
            {
                "label": _("Import Template for Courier Prices"),
                "template": "/ecom_shipping_offline/static/import/courier_prices.csv",
            }
        ]
