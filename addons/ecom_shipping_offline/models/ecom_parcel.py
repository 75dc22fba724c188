from dataclasses import replace

from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..offline_courier import is_printable_number


class EcomParcel(models.Model):
    """Couriers that bring stickers of their own: the clerk types or scans the sticker's number.

    Typed before buying, the number goes on the label. Typed afterwards, it takes the place of the
    number that we gave, here and on the transfer.
    """

    _inherit = "ecom.parcel"

    offline_number_editable = fields.Boolean(compute="_compute_offline_number_editable")

    @api.depends("account_id.provider", "shipment_state")
    def _compute_offline_number_editable(self):
        for parcel in self:
            is_offline = parcel.account_id.provider == "ecom_offline"
            parcel.offline_number_editable = is_offline and parcel.shipment_state != "void"

    def write(self, vals):
        """A number that comes without a purchase was typed by a person."""
        is_typed = "tracking_number" in vals and "purchase_key" not in vals
        if not is_typed or any(parcel.account_id.provider != "ecom_offline" for parcel in self):
            return super().write(vals)
        number = (vals["tracking_number"] or "").strip() or False
        self._check_typed_number(number)
        before = {parcel: parcel.tracking_number for parcel in self}
        result = super().write({k: v for k, v in vals.items() if k != "tracking_number"})
        # sudo: the number is a fact of the carrier; here the person who types it is the carrier.
        super(EcomParcel, self.sudo()).write({"tracking_number": number})
        for parcel, old in before.items():
            if parcel.purchase_key and parcel.tracking_number != old:
                parcel._mirror_number(old)
        return result

    def _check_typed_number(self, number):
        self.check_access("write")
        if any(not parcel.offline_number_editable for parcel in self):
            raise UserError(_("The label is void. A number can be typed on a live parcel only."))
        if not number:
            return
        if not is_printable_number(number):
            raise ValidationError(
                _(
                    "The number %s cannot be printed as a bar code. It may hold letters, digits, "
                    "and - . / or blanks between them, at most 30 characters.",
                    number,
                )
            )
        other = self.search(
            [
                ("tracking_number", "=", number),
                ("account_id", "in", self.account_id.ids),
                ("shipment_id.state", "!=", "void"),
                ("id", "not in", self.ids),
            ],
            limit=1,
        )
        if other or len(self) > 1:
            raise ValidationError(
                _(
                    "The number %(number)s belongs to parcel %(parcel)s already.",
                    number=number,
                    parcel=(other or self[0]).name,
                )
            )

    def _mirror_number(self, old):
        """Put the new number in the place of ``old`` on the transfer and its chain."""
        # sudo: whoever may type a parcel's number need not be allowed to write transfers.
        picking = self.picking_id.sudo()
        new = self.tracking_number
        for transfer in picking | picking._ecom_chain():
            numbers = [n for n in (transfer.carrier_tracking_ref or "").split(",") if n]
            if old in numbers:
                numbers[numbers.index(old)] = new
            elif transfer == picking:
                numbers.append(new)
            transfer.carrier_tracking_ref = ",".join(n for n in numbers if n) or False
        self.shipment_id._message_log(
            body=_(
                "Number of parcel %(parcel)s: %(new)s instead of %(old)s",
                parcel=self.number,
                new=new or _("none"),
                old=old or _("none"),
            )
        )

    def _sale_values(self, sale, key):
        """There is nobody to ask for news."""
        values = super()._sale_values(sale, key)
        for parcel, sold in values.items():
            if parcel.account_id.provider == "ecom_offline":
                sold["tracking_closed"] = True
        return values

    def _spec(self):
        """A number that was typed before buying goes along; one that we gave does not come back."""
        spec = super()._spec()
        if self.account_id.provider != "ecom_offline" or self.purchase_key:
            return spec
        return replace(spec, given_number=self.tracking_number or "")
