from odoo import fields, models

from ..carrier_contract import Address


class ResPartner(models.Model):
    _inherit = "res.partner"

    ecom_tracking_mails = fields.Boolean(
        "Delivery Updates by E-mail", default=True, help="Mail this contact when a parcel moves on."
    )
    ecom_shipment_count = fields.Integer(compute="_compute_ecom_shipment_count")

    def unlink(self):
        """What is kept in memory of a warehouse may name one of them."""
        result = super().unlink()
        self.env.registry.clear_cache("stable")
        return result

    def _compute_ecom_shipment_count(self):
        groups = self.env["ecom.shipment"]._read_group(
            [("partner_id", "child_of", self.ids)], ["partner_id"], ["__count"]
        )
        self.ecom_shipment_count = 0
        for partner, count in groups:
            while partner:
                if partner in self:
                    partner.ecom_shipment_count += count
                partner = partner.parent_id

    def action_ecom_shipments(self):
        action = self.env["ir.actions.actions"]._for_xml_id("ecom_shipping.action_ecom_shipment")
        return action | {"domain": [("partner_id", "child_of", self.ids)], "context": {}}

    def _ecom_address(self):
        """This contact as a sender or recipient. Texts are kept whole: checks say what is too long."""
        self.ensure_one()
        company_name = self.commercial_company_name or ""
        return Address(
            name=(self.name or "") if self.name != company_name else "",
            company=company_name,
            street=self.street or "",
            street2=self.street2 or "",
            city=self.city or "",
            province=self.state_id._ecom_code(),
            postal_code=self.zip or "",
            country=self.country_id._ecom_code(),
            phone=self.phone or "",
            email=self.email or "",
        )
