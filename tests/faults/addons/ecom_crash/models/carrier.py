"""The production carrier with little patience, and a step in the middle of fetching a label."""

import os
import time

from odoo.addons.ecom_shipping.models import ecom_purchase
from odoo.addons.ecom_shipping_canada_post.canada_post import CanadaPost, Transport, errors
from odoo.addons.ecom_shipping_canada_post.models import ecom_carrier_account

from ..orders import obey

TIMEOUT_S = float(os.environ.get("ECOM_CRASH_TIMEOUT_S", "30"))
LONGEST_PAUSE_S = 0.02


def _nap(seconds):
    time.sleep(min(seconds, LONGEST_PAUSE_S))


class ImpatientCanadaPost(CanadaPost):
    """The production client: only its time-outs and pauses are shorter."""

    def __init__(self, account, endpoint, language="en", **options):
        transport = Transport(
            endpoint,
            account.user,
            account.password,
            language,
            timeouts=(5, TIMEOUT_S, 2 * TIMEOUT_S),
            sleep=_nap,
        )
        super().__init__(
            account, endpoint, language, **options | {"transport": transport, "sleep": _nap}
        )

    def ship(self, request):
        sale = super().ship(request)
        obey("sold")
        return sale

    def documents(self, sale):
        obey("during-documents")
        return super().documents(sale)


errors.THROTTLE_PAUSE_S = 1
ecom_carrier_account.CanadaPost = ImpatientCanadaPost
ecom_purchase.LOCK_WAIT_S = float(os.environ.get("ECOM_CRASH_LOCK_WAIT_S", "90"))
