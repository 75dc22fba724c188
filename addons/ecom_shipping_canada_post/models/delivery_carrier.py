from odoo import fields, models


class DeliveryCarrier(models.Model):
    """The names that Odoo looks for, handed over to the shared methods of ``ecom_shipping``."""

    _inherit = "delivery.carrier"

    delivery_type = fields.Selection(
        selection_add=[("canada_post", "Canada Post")],
        ondelete={
            "canada_post": lambda records: records.write(
                {"delivery_type": "fixed", "active": False}
            )
        },
    )

    def canada_post_rate_shipment(self, order):
        return self._ecom_rate_shipment(order)

    def canada_post_send_shipping(self, pickings):
        return self._ecom_send_shipping(pickings)

    def canada_post_get_tracking_link(self, picking):
        return self._ecom_get_tracking_link(picking)

    def canada_post_cancel_shipment(self, pickings):
        return self._ecom_cancel_shipment(pickings)

    def _canada_post_get_default_custom_package_code(self):
        return False
