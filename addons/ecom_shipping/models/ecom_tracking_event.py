from odoo import fields, models

from ..carrier_contract import Status

STATUSES = [
    (Status.NONE.value, "Information"),
    (Status.CREATED.value, "Label Created"),
    (Status.ACCEPTED.value, "Accepted by the Carrier"),
    (Status.IN_TRANSIT.value, "In Transit"),
    (Status.OUT_FOR_DELIVERY.value, "Out for Delivery"),
    (Status.ATTEMPTED.value, "Delivery Attempted"),
    (Status.READY_FOR_PICKUP.value, "Ready for Pickup"),
    (Status.EXCEPTION.value, "Exception"),
    (Status.RETURNING.value, "On the Way Back"),
    (Status.DELIVERED.value, "Delivered"),
    (Status.RETURNED.value, "Returned to Sender"),
    (Status.CANCELLED.value, "Cancelled"),
]
# A parcel that nobody scanned has no information yet; an event without a meaning of its own is one.
PARCEL_STATUSES = [(Status.NONE.value, "Not Scanned Yet"), *STATUSES[1:]]


class EcomTrackingEvent(models.Model):
    """One scan of a parcel, stored once and never changed."""

    _name = "ecom.tracking.event"
    _description = "Tracking Event"
    _order = "moment desc, id desc"

    parcel_id = fields.Many2one("ecom.parcel", required=True, ondelete="cascade", index=True)
    shipment_id = fields.Many2one(related="parcel_id.shipment_id", store=True, index=True)
    company_id = fields.Many2one(related="parcel_id.company_id", store=True)
    moment = fields.Datetime(required=True)
    code = fields.Char(required=True, help="The carrier's own code.")
    name = fields.Char("Event", required=True)
    status = fields.Selection(STATUSES, required=True)
    place = fields.Char()
    signatory = fields.Char()

    _once = models.Constraint(
        "UNIQUE(parcel_id, moment, code, name)", "This event is stored already."
    )
