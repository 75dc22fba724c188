from odoo import api, fields, models

from .ecom_tracking_event import STATUSES


class EcomTrackingNotice(models.Model):
    """Which steps of a parcel's journey the customer is mailed about, and with which words."""

    _name = "ecom.tracking.notice"
    _description = "Delivery Update"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: every company.")
    carrier_ids = fields.Many2many(
        "delivery.carrier",
        string="Delivery Methods",
        check_company=True,
        help="Empty: every delivery method.",
    )
    status = fields.Selection([item for item in STATUSES if item[0] != "none"], required=True)
    template_id = fields.Many2one(
        "mail.template", required=True, domain=[("model", "=", "ecom.parcel")]
    )

    @api.model
    def _send_for(self, parcels):
        """Mail the customers of ``parcels`` about the status that each has reached, once per status.

        The mail is queued in the same transaction that marks it as sent, so neither can happen alone.
        """
        notices = self.search([])
        for parcel in parcels:
            notice = notices.filtered(lambda n, p=parcel: n._fits(p))[:1]
            if notice and parcel.tracking_status not in (parcel.notified_statuses or []):
                parcel.notified_statuses = [
                    *(parcel.notified_statuses or []),
                    parcel.tracking_status,
                ]
                notice.template_id.send_mail(parcel.id)

    def _fits(self, parcel):
        shipment = parcel.shipment_id
        return (
            self.status == parcel.tracking_status
            and self.company_id in (parcel.company_id, self.company_id.browse())
            and (not self.carrier_ids or shipment.carrier_id in self.carrier_ids)
            and shipment.partner_id.ecom_tracking_mails
            and bool(shipment.partner_id.email or shipment.sale_id.partner_id.email)
        )
