"""Manifests: collected by account and site, transmitted once, papers fetched with patience, found again."""

from odoo import fields
from odoo.exceptions import UserError

from tests.odoo.shipping_case import ShippingCase


class TestManifests(ShippingCase):
    def transmitted(self, count=1):
        for _number in range(count):
            self.validate(self.make_picking())
        manifest = self.env["ecom.manifest"]._collect()
        manifest.action_transmit()
        return manifest

    def test_only_waiting_parcels_are_collected_once(self):
        self.validate(self.make_picking())
        void = self.validate(self.make_picking())
        void.action_void()
        manifest = self.env["ecom.manifest"]._collect()
        self.assertEqual(manifest.parcel_count, 1)
        self.assertEqual(self.env["ecom.manifest"]._collect(), self.env["ecom.manifest"])

    def test_nothing_to_collect_says_so(self):
        with self.assertRaisesRegex(UserError, "No parcel waits"):
            self.env["ecom.manifest"].action_collect()

    def test_what_was_taken_off_waits_for_the_next_manifest(self):
        first, second = self.validate(self.make_picking()), self.validate(self.make_picking())
        manifest = self.env["ecom.manifest"]._collect()
        second.parcel_ids.sudo().manifest_id = False
        manifest.action_transmit()
        self.assertEqual(first.state, "manifested")
        self.assertEqual(second.state, "bought")
        status = {row["pin"]: row["status"] for row in self.live()}
        self.assertEqual(status[first.parcel_ids.tracking_number], "transmitted")
        self.assertEqual(status[second.parcel_ids.tracking_number], "created")
        self.env["ecom.manifest"]._collect().action_transmit()
        self.assertEqual(second.state, "manifested")

    def test_the_paper_is_asked_for_until_it_is_there(self):
        self.control("POST", "settings", manifest_pending_polls=-1)
        manifest = self.transmitted()
        self.assertFalse(manifest.paper_ready)
        self.assertTrue(manifest.next_paper_at)
        with self.assertRaisesRegex(UserError, "still writing"):
            manifest.action_print()
        self.control("POST", "manifests/ready")
        manifest.sudo().next_paper_at = fields.Datetime.now()
        self.env.ref("ecom_shipping.cron_manifest_papers").method_direct_trigger()
        self.assertTrue(manifest.paper_ready)
        self.assertIn("/web/content/", manifest.action_print()["url"])

    def test_a_refused_transmission_keeps_everything_as_it_was(self):
        shipment = self.validate(self.make_picking())
        manifest = self.env["ecom.manifest"]._collect()
        self.fault("throttle", "transmit_shipments", times=1)
        with self.assertRaises(UserError):
            manifest.action_transmit()
        self.assertEqual((manifest.state, shipment.state), ("open", "bought"))
        manifest.action_transmit()
        self.assertEqual((manifest.state, shipment.state), ("transmitted", "manifested"))

    def failed(self, kind, *also, **values):
        """An open manifest whose transmission went wrong, and what its screen warns of."""
        self.validate(self.make_picking())
        manifest = self.env["ecom.manifest"]._collect()
        self.fault(kind, "transmit_shipments", **values)
        for operation in also:
            self.fault("error_500", operation, times=9)
        try:  # not assertRaises: it would take back what the journal committed
            manifest.action_transmit()
        except UserError:
            pass
        else:
            self.fail("it was transmitted")
        self.control("DELETE", "faults")
        manifest.invalidate_recordset()
        return manifest, manifest.warning

    def test_the_screen_says_why_a_manifest_was_not_transmitted(self):
        manifest, warning = self.failed("throttle")
        self.assertIn("not transmitted: Canada Post is busy", warning)
        manifest.action_transmit()
        self.assertFalse(manifest.warning)

    def test_the_screen_says_that_a_transmission_is_unclear(self):
        manifest, warning = self.failed("sell_then_reset", "get_shipment")
        self.assertIn("no clear answer whether", warning)
        manifest.action_transmit()
        self.assertFalse(manifest.warning)
        self.assertEqual(self.control("GET", "calls")["counts"]["transmit_shipments"], 1)

    def test_the_journal_says_transmitted_and_names_no_price(self):
        manifest = self.transmitted()
        row = manifest._journal_rows()
        self.assertEqual((row.state, row.outcome), ("sold", "Transmitted"))
        shipment = manifest.parcel_ids.shipment_id
        self.assertEqual(shipment.purchase_ids.outcome, "Bought")
        arch = self.env["ecom.purchase"].get_view(view_type="list")["arch"]
        self.assertIn("""invisible="action == 'manifest'\"""", arch)

    def test_what_stays_behind_is_found_by_its_group_however_old(self):
        first, second = self.validate(self.make_picking()), self.validate(self.make_picking())
        manifest = self.env["ecom.manifest"]._collect()
        second.parcel_ids.sudo().manifest_id = False
        row = second.purchase_ids
        self.env.cr.execute(
            "UPDATE ecom_purchase SET create_date = create_date - interval '40 days' WHERE id = %s",
            (row.id,),
        )
        self.assertEqual(manifest._manifest_request().excluded, (row.carrier_ref,))
        group, row.sudo().hand_over_group = row.hand_over_group, False
        self.env.flush_all()
        row.init()  # as an update of the addon does
        row.invalidate_recordset()
        self.assertEqual(row.hand_over_group, group)
        row.sudo().hand_over_group = "another day"
        self.assertEqual(manifest._manifest_request().excluded, ())
        self.assertEqual(manifest._manifest_request().sales, (first.parcel_ids.carrier_ref,))

    def test_manifests_are_found_by_everything_on_them(self):
        manifest = self.transmitted()
        self.control("POST", "manifests/ready")
        manifest.action_fetch_papers()
        Manifest = self.env["ecom.manifest"]
        for domain in (
            [("number", "=", manifest.number)],
            [("date", ">=", manifest.date), ("date", "<=", manifest.date)],
            [("origin_postal_code", "=", "H2Y1C6")],
            [("parcel_ids.recipient_province", "=", "ON")],
            [("parcel_ids.recipient_postal_code", "=like", "M5H%")],
        ):
            self.assertIn(manifest, Manifest.search(domain), domain)
        self.assertNotIn(manifest, Manifest.search([("parcel_ids.recipient_province", "=", "BC")]))

    def test_a_moved_customer_does_not_rewrite_the_manifest(self):
        manifest = self.transmitted()
        self.customer.write({"zip": "V6B 1A1", "city": "Vancouver"})
        self.assertEqual(manifest.parcel_ids.recipient_postal_code, "M5H2N2")

    def test_an_account_without_manifest_charges_at_once(self):
        self.account.uses_manifest = False
        shipment = self.validate(self.make_picking())
        self.assertFalse(self.env["ecom.manifest"]._collect())
        self.assertEqual(self.live()[0]["status"], "transmitted")
        self.assertEqual(shipment.state, "bought")

    def test_the_paper_is_mailed_as_a_link(self):
        manifest = self.transmitted()
        self.control("POST", "manifests/ready")
        manifest.action_fetch_papers()
        manifest.action_send()
        ((_name, link),) = manifest._paper_links()
        self.assertIn("access_token=", link)
