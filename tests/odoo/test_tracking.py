"""Tracking: batched, stored once, with back-off and an end; customers mailed once, in their language."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tools import mute_logger

from odoo.addons.ecom_shipping.shipping_rules.backoff import TRACKING_GIVE_UP

from tests.odoo.shipping_case import ShippingCase


class TestTracking(ShippingCase):
    def shipped(self, **values):
        shipment = self.validate(self.make_picking(**values))
        self.env["ecom.manifest"]._collect().action_transmit()
        return shipment.parcel_ids

    def advance(self, parcel, to=None):
        values = {"to": to} if to else {}
        self.control("POST", "advance", pin=parcel.tracking_number, **values)
        parcel._track()

    def mails(self, parcel):
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", "ecom.parcel"), ("res_id", "=", parcel.id)])
        )

    def test_events_are_stored_once(self):
        parcel = self.shipped()
        self.advance(parcel)
        count = len(parcel.event_ids)
        self.assertTrue(count)
        for _again in range(3):
            parcel._track()
        self.assertEqual(len(parcel.event_ids), count)

    def test_quiet_parcels_are_asked_ever_more_seldom(self):
        parcel = self.shipped()
        parcel._track()
        waits = []
        for _again in range(4):
            parcel._track()
            waits.append(parcel.next_poll_at - fields.Datetime.now())
        self.assertEqual(waits, sorted(waits))
        self.assertGreater(waits[-1], waits[0])

    def test_the_cron_stays_below_the_accounts_limit(self):
        self.account.tracking_calls_per_minute = 2
        parcels = self.env["ecom.parcel"].union(*(self.shipped() for _number in range(3)))
        parcels.sudo().next_poll_at = fields.Datetime.now() - timedelta(minutes=1)
        before = self.control("GET", "calls")["counts"].get("tracking_detail", 0)
        self.env.ref("ecom_shipping.cron_track").method_direct_trigger()
        after = self.control("GET", "calls")["counts"].get("tracking_detail", 0)
        self.assertEqual(after - before, 2)

    def test_a_delivered_parcel_is_not_asked_any_more(self):
        parcel = self.shipped()
        for _step in range(8):
            self.advance(parcel)
        self.assertTrue(parcel.tracking_closed)
        parcel.sudo().next_poll_at = fields.Datetime.now() - timedelta(minutes=1)
        before = self.control("GET", "calls")["total"]
        self.env.ref("ecom_shipping.cron_track").method_direct_trigger()
        self.assertEqual(self.control("GET", "calls")["total"], before)

    def test_silence_ends_with_a_person_told(self):
        parcel = self.shipped()
        long_ago = fields.Datetime.now() - TRACKING_GIVE_UP - timedelta(days=1)
        parcel.shipment_id.sudo().bought_at = long_ago
        parcel.sudo().last_scan_at = long_ago
        parcel._track()
        if not parcel.tracking_closed:  # the transmission itself was news
            parcel.sudo().last_scan_at = long_ago
            parcel._track()
        self.assertTrue(parcel.tracking_closed)
        self.assertTrue(parcel.shipment_id.activity_ids)

    def test_customers_are_mailed_in_their_language_once(self):
        self.customer.lang = "fr_FR"
        parcel = self.shipped()
        self.advance(parcel)
        self.advance(parcel)
        subjects = self.mails(parcel).mapped("subject")
        self.assertEqual(len(subjects), len(set(subjects)))
        self.assertTrue(subjects)
        self.assertTrue(all(mail.email_to for mail in self.mails(parcel)))

    def test_the_timeline_speaks_the_visitors_language_beside_the_carriers(self):
        parcel = self.shipped()
        self.advance(parcel)
        (newest, *_rest) = parcel.with_context(lang="fr_FR")._timeline()
        words = dict(parcel.event_ids._fields["status"]._description_selection(self.env))
        self.assertTrue(newest["label"])
        self.assertNotEqual(newest["label"], words[newest["status"]])
        event = parcel.event_ids[0]
        self.assertEqual(newest["text"], event.name)
        self.env.cr.execute(  # the carrier's word is ours: once is enough
            "UPDATE ecom_tracking_event SET name = %s WHERE id = %s", (newest["label"], event.id)
        )
        event.invalidate_recordset()
        self.assertFalse(parcel.with_context(lang="fr_FR")._timeline()[0]["label"])

    def test_a_customer_who_opted_out_gets_no_mail(self):
        self.customer.ecom_tracking_mails = False
        parcel = self.shipped()
        for _step in range(4):
            self.advance(parcel)
        self.assertFalse(self.mails(parcel))

    def test_a_silent_notice_sends_nothing(self):
        self.env["ecom.tracking.notice"].search([]).active = False
        parcel = self.shipped()
        for _step in range(8):
            self.advance(parcel)
        self.assertFalse(self.mails(parcel))

    def test_an_exception_becomes_an_activity(self):
        parcel = self.shipped()
        self.control("POST", "advance", pin=parcel.tracking_number, scenario="exception")
        parcel._track()
        self.assertEqual(parcel.shipment_id.state, "exception")
        self.assertTrue(parcel.shipment_id.activity_ids)

    def test_a_returned_parcel_is_not_called_delivered(self):
        parcel = self.shipped()
        for _step in range(10):
            self.control("POST", "advance", pin=parcel.tracking_number, scenario="returned")
        parcel._track()
        self.assertEqual(parcel.tracking_status, "returned")
        self.assertEqual(parcel.shipment_id.state, "returned")

    def test_one_failing_number_does_not_stop_the_others(self):
        first, second = self.shipped(), self.shipped()
        for parcel in (first, second):
            self.control("POST", "advance", pin=parcel.tracking_number)
        self.fault("error_500", "tracking_detail", times=None, match=first.tracking_number)
        (first | second)._track()
        self.assertEqual(sum(bool(p.tracking_error) for p in first | second), 1)
        self.assertEqual(sum(bool(p.event_ids) for p in first | second), 1)

    def test_an_answer_nobody_foresaw_blocks_no_other_parcel(self):
        first, second = self.shipped(), self.shipped()
        for parcel in (first, second):
            self.control("POST", "advance", pin=parcel.tracking_number)
        track = type(self.account._get_carrier()).track

        def surprise(carrier, number):
            if number == first.tracking_number:
                raise ValueError("a bug")
            return track(carrier, number)

        with (
            mute_logger("odoo.addons.ecom_shipping.models.ecom_parcel"),
            patch.object(type(self.account._get_carrier()), "track", surprise),
        ):
            (first | second)._track()
        self.assertEqual(first.tracking_error, "ValueError")
        self.assertTrue(second.event_ids)

    def test_an_account_without_software_stops_nobody(self):
        orphan, other = self.shipped(), self.shipped()
        account = self.account.copy({"name": "Gone"})
        orphan.shipment_id.sudo()._write({"account_id": account.id})
        orphan.sudo()._write({"account_id": account.id})
        self.env.invalidate_all()
        account._provider_removed()
        self.assertTrue(orphan.tracking_closed)
        self.assertFalse(orphan.tracking_url)
        self.assertNotIn("removed", self.env["ecom.carrier.account"]._providers())
        self.control("POST", "advance", pin=other.tracking_number)
        (orphan | other)._track()
        self.assertTrue(other.event_ids)

    def test_status_shows_on_order_and_transfer(self):
        parcel = self.shipped()
        self.advance(parcel)
        status = parcel.tracking_status
        self.assertNotEqual(status, "none")
        self.assertEqual(parcel.picking_id.ecom_tracking_status, status)
        self.assertEqual(parcel.sale_id.ecom_tracking_status, status)
        self.assertEqual(parcel.shipment_id.tracking_status, status)
