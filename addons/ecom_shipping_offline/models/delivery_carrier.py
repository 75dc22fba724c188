from odoo import fields, models


class DeliveryCarrier(models.Model):
    """The names that Odoo looks for, handed over to the shared methods of ``ecom_shipping``."""

    _inherit = "delivery.carrier"

    delivery_type = fields.Selection(
        selection_add=[("ecom_offline", "Courier Without API")],
        ondelete={
            "ecom_offline": lambda methods: methods.write(
                {"delivery_type": "fixed", "active": False}
            )
        },
    )

    def ecom_offline_rate_shipment(self, order):
        return self._ecom_rate_shipment(order)

    def ecom_offline_send_shipping(self, pickings):
        return self._ecom_send_shipping(pickings)

    def ecom_offline_get_tracking_link(self, picking):
        return self._ecom_get_tracking_link(picking)

    def ecom_offline_cancel_shipment(self, pickings):
        return self._ecom_cancel_shipment(pickings)

    def _ecom_offline_get_default_custom_package_code(self):
        return False
