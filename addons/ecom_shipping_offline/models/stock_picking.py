from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _ecom_refresh(self, shipment, template):
        """Numbers typed before buying stay with their packages when parcels are made anew."""
        typed = {parcel.package_id: parcel.tracking_number for parcel in shipment.parcel_ids}
        result = super()._ecom_refresh(shipment, template)
        for parcel in shipment.parcel_ids:
            number = typed.get(parcel.package_id)
            if number and not parcel.tracking_number:
                parcel.tracking_number = number
        return result
