"""The main job: an order is quoted, shipped, labelled, handed over and tracked."""

from odoo.exceptions import UserError

from tests.odoo.shipping_case import ShippingCase


class TestMainJob(ShippingCase):
    def test_order_wizard_shows_every_service_side_by_side(self):
        order = self.make_order([(self.lamp, 1)])
        wizard = self.env["choose.delivery.carrier"].create(
            {"order_id": order.id, "carrier_id": self.carrier.id}
        )
        wizard.update_price()
        rates = wizard.ecom_rate_ids.filtered(lambda r: not r.excluded)
        self.assertEqual(
            set(rates.mapped("service_id.code")), {"DOM.RP", "DOM.EP", "DOM.XP", "DOM.PC"}
        )
        self.assertTrue(all(rate.order_price > 0 and rate.expected_date for rate in rates))
        expedited = rates.filtered(lambda r: r.service_id.code == "DOM.EP")
        self.assertEqual(wizard.display_price, expedited.order_price)
        wizard.button_confirm()
        self.assertEqual(order.ecom_service_id.code, "DOM.EP")
        delivery = order.order_line.filtered("is_delivery")
        self.assertEqual(delivery.price_unit, expedited.order_price)

    def test_validation_buys_one_label(self):
        picking = self.make_picking([(self.lamp, 1)])
        shipment = self.validate(picking)
        (sold,) = self.live()
        self.assertEqual(shipment.state, "bought")
        self.assertEqual(picking.carrier_tracking_ref, sold["pin"])
        parcel = shipment.parcel_ids
        self.assertEqual(parcel.tracking_number, sold["pin"])
        self.assertEqual(parcel.weight_g, 2600)  # lamp and box
        self.assertEqual(parcel.weight_origin, "computed")
        self.assertTrue(parcel.label_attachment_id.raw.startswith(b"%PDF"))
        self.assertEqual(parcel.label_size, len(parcel.label_attachment_id.raw))
        self.assertGreater(shipment.price_bought, 0)
        self.assertEqual(sold["references"]["customer_ref_1"], picking.sale_id.name)

    def test_two_packages_make_two_parcels_with_their_own_numbers(self):
        picking = self.make_picking([(self.lamp, 1), (self.mug, 3)])
        lamp_move = picking.move_ids.filtered(lambda m: m.product_id == self.lamp)
        self.pack(picking, lamp_move, weight_kg=3.2)
        self.pack(picking, picking.move_ids - lamp_move)
        shipment = self.validate(picking)
        first, second = shipment.parcel_ids.sorted("number")
        self.assertEqual((first.weight_g, first.weight_origin), (3200, "typed"))
        self.assertEqual((second.weight_g, second.weight_origin), (1300, "computed"))
        pins = {row["pin"] for row in self.live()}
        self.assertEqual(pins, {first.tracking_number, second.tracking_number})
        self.assertEqual(
            picking.carrier_tracking_ref, f"{first.tracking_number},{second.tracking_number}"
        )
        self.assertAlmostEqual(first.price_share + second.price_share, shipment.price_bought)
        found = self.env["ecom.parcel"].search([("tracking_number", "=", second.tracking_number)])
        self.assertEqual(found, second)

    def test_refusal_keeps_the_transfer_open_and_says_why(self):
        self.customer.street = "x" * 60
        picking = self.make_picking()
        with self.assertRaisesRegex(UserError, "too long"):
            picking.button_validate()
        self.assertFalse(self.sold())

    def test_manifest_is_collected_transmitted_and_printed(self):
        shipments = self.validate(self.make_picking()) | self.validate(
            self.make_picking([(self.lamp, 1)])
        )
        manifest = self.env["ecom.manifest"]._collect()
        self.assertEqual(manifest.parcel_ids, shipments.parcel_ids)
        manifest.action_transmit()
        self.assertEqual(manifest.state, "transmitted")
        self.assertEqual(set(shipments.mapped("state")), {"manifested"})
        self.control("POST", "manifests/ready")
        manifest.next_paper_at = False
        manifest.action_fetch_papers()
        self.assertTrue(manifest.paper_ready)
        self.assertTrue(manifest.number)
        self.assertTrue(manifest.document_ids.raw.startswith(b"%PDF"))
        self.assertEqual({row["status"] for row in self.live()}, {"transmitted"})

    def test_tracking_moves_the_shipment_to_delivered_and_mails_once(self):
        shipment = self.validate(self.make_picking())
        self.env["ecom.manifest"]._collect().action_transmit()
        parcel = shipment.parcel_ids
        mails = self.env["mail.mail"].sudo()
        for _step in range(8):
            self.control("POST", "advance", pin=parcel.tracking_number)
            parcel._track()
            parcel._track()
        self.assertEqual(parcel.tracking_status, "delivered")
        self.assertEqual(shipment.state, "delivered")
        self.assertTrue(parcel.delivered_at and parcel.tracking_closed)
        delivered = mails.search([("model", "=", "ecom.parcel"), ("res_id", "=", parcel.id)])
        subjects = delivered.mapped("subject")
        self.assertEqual(len(subjects), len(set(subjects)))
        self.assertTrue(any("delivered" in subject for subject in subjects))

    def test_void_keeps_history_and_allows_another_service(self):
        picking = self.make_picking()
        first = self.validate(picking)
        number = first.parcel_ids.tracking_number
        picking.cancel_shipment()
        self.assertEqual(first.state, "void")
        self.assertFalse(picking.carrier_tracking_ref)
        self.assertEqual(first.parcel_ids.tracking_number, number)
        picking.ecom_service_id = self.env.ref("ecom_shipping_canada_post.service_dom_xp")
        picking.send_to_shipper()
        second = picking.ecom_shipment_ids - first
        self.assertEqual(second.state, "bought")
        self.assertEqual(second.service_id.code, "DOM.XP")
        (live,) = self.live()
        self.assertEqual(live["pin"], second.parcel_ids.tracking_number)
        self.assertEqual(len(self.sold()), 2)
