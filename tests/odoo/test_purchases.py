"""Purchases that were interrupted, changed, cancelled or taken back: one label, no money lost."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

from tests.odoo.shipping_case import ShippingCase


class PurchaseCase(ShippingCase):
    def two_parcels(self, **values):
        """A transfer with two packages, so two calls to the carrier."""
        picking = self.make_picking([(self.lamp, 1), (self.mug, 3)], **values)
        for move in picking.move_ids:
            self.pack(picking, move)
        return picking

    def service(self, code):
        return self.env.ref(f"ecom_shipping_canada_post.service_dom_{code}")

    def option(self, code):
        return self.env.ref(f"ecom_shipping_canada_post.option_{code}")

    def rows(self, picking):
        """The journal of a transfer, oldest first."""
        domain = [("scope_model", "=", picking._name), ("scope_id", "=", picking.id)]
        rows = self.env["ecom.purchase"].sudo().search(domain, order="id")
        rows.invalidate_recordset(flush=False)  # the journal wrote them on its own cursor
        return rows


class TestRetries(PurchaseCase):
    def test_an_open_shipment_follows_everything_its_transfer_says(self):
        picking = self.make_picking()
        shipment = picking._ecom_open_shipments()
        self.assertEqual(shipment.service_id, self.service("ep"))
        sender = self.customer.copy({"name": "New Warehouse"})
        picking.picking_type_id.warehouse_id.partner_id = sender
        picking.write(
            {
                "ecom_service_id": self.service("xp").id,
                "ecom_option_ids": [Command.set(self.option("cov").ids)],
                "ecom_declared_value": 120,
            }
        )
        self.carrier.ecom_label_format = "zpl_4x6"
        self.env["ecom.shipping.template"].create(
            {
                "name": "Later",
                "carrier_id": self.carrier.id,
                "warehouse_id": self.warehouse.id,
                "reference_2": "later",
                "cost_centre": "WEB",
                "label_format": "zpl_4x6",
            }
        )
        self.assertEqual(picking._ecom_open_shipments(), shipment)
        self.assertEqual(shipment.service_id, self.service("xp"))
        self.assertEqual(shipment.option_ids, self.option("cov"))
        self.assertEqual(shipment.declared_value, 120)
        self.assertEqual(shipment.sender_id, sender)
        self.assertEqual((shipment.reference_2, shipment.cost_centre), ("later", "WEB"))
        self.assertEqual(shipment.label_format, "zpl_4x6")
        picking.write({"ecom_option_ids": [Command.clear()], "ecom_declared_value": 0})
        picking._ecom_open_shipments()
        self.assertFalse(shipment.option_ids)

    def test_a_service_chosen_on_the_shipment_stays_with_its_provider_only(self):
        picking = self.make_picking()
        shipment = picking._ecom_open_shipments()
        shipment.service_id = self.service("xp")
        picking._ecom_open_shipments()
        self.assertEqual(shipment.service_id, self.service("xp"))
        other = self.carrier.copy(
            {"name": "Only Regular", "ecom_service_ids": [Command.set(self.service("rp").ids)]}
        )
        other.ecom_default_service_id = self.service("rp")
        picking.carrier_id = other
        picking._ecom_open_shipments()
        self.assertEqual(shipment.carrier_id, other)
        self.assertEqual(shipment.service_id, self.service("rp"))

    def test_the_usual_service_of_a_former_method_was_nobodys_choice(self):
        picking = self.make_picking()
        shipment = picking._ecom_open_shipments()
        other = self.carrier.copy({"name": "Express", "ecom_service_ids": [Command.clear()]})
        other.ecom_default_service_id = self.service("xp")
        self.assertIn(shipment.service_id, other._ecom_services())
        picking.carrier_id = other
        picking._ecom_open_shipments()
        self.assertEqual(shipment.service_id, self.service("xp"))


class TestRealCost(PurchaseCase):
    def setUp(self):
        super().setUp()
        self.carrier.invoice_policy = "real"

    def charged(self, picking):
        return picking.sale_id.order_line.filtered("is_delivery").mapped("price_unit")

    def test_half_a_shipment_is_not_charged_and_the_whole_once(self):
        picking = self.two_parcels()
        self.fault("error_500", "create_shipment", times=9, skip=1)
        picking._ecom_ship()
        shipment = picking.ecom_shipment_ids
        self.assertEqual(shipment.state, "exception")
        self.assertFalse(any(self.charged(picking)))
        self.control("DELETE", "faults")
        picking.send_to_shipper()
        self.assertEqual(shipment.state, "bought")
        self.assertEqual(self.charged(picking), [shipment.order_price])
        told = picking.message_ids
        picking._ecom_ship()
        self.assertEqual(picking.message_ids, told)
        picking._ecom_apply(shipment)
        self.assertEqual(self.charged(picking), [shipment.order_price])

    def test_a_void_takes_the_charge_back_and_the_next_label_uses_the_same_line(self):
        picking = self.make_picking()
        first = self.validate(picking)
        self.assertEqual(self.charged(picking), [first.order_price])
        picking.cancel_shipment()
        self.assertEqual(self.charged(picking), [0])
        picking.ecom_service_id = self.service("xp")
        picking.send_to_shipper()
        second = picking.ecom_shipment_ids - first
        self.assertEqual(self.charged(picking), [second.order_price])

    def test_a_charge_that_is_invoiced_stays_and_counts_for_the_next_label(self):
        picking = self.make_picking()
        first = self.validate(picking)
        picking.sale_id._create_invoices().action_post()
        picking.cancel_shipment()
        self.assertEqual(self.charged(picking), [first.order_price])
        picking.send_to_shipper()
        self.assertEqual(self.charged(picking), [first.order_price])


class TestVoids(PurchaseCase):
    def test_voiding_half_a_shipment_settles_what_is_on_no_parcel(self):
        picking = self.two_parcels()
        # The second is sold, but neither its answer nor the question after it gets through.
        self.fault("sell_then_reset", "create_shipment", skip=1)
        self.fault("error_500", "get_shipments", times=9)
        picking._ecom_ship()
        self.control("DELETE", "faults")
        shipment = picking.ecom_shipment_ids
        self.assertEqual(shipment.state, "exception")
        self.assertEqual(sorted(self.rows(picking).mapped("state")), ["sold", "unknown"])
        self.assertEqual(len(self.live()), 2)
        shipment.action_void()
        self.assertEqual(shipment.state, "void")
        self.assertFalse(self.live())
        self.assertEqual(self.rows(picking).mapped("state"), ["voided", "voided"])

    def test_a_void_that_is_partly_refused_keeps_what_was_voided(self):
        picking = self.two_parcels()
        shipment = self.validate(picking)
        self.fault("throttle", "void_shipment", times=9, skip=1)
        shipment.action_void()
        self.control("DELETE", "faults")
        self.assertEqual(shipment.state, "bought")
        self.assertTrue(shipment.problem)
        gone = shipment.parcel_ids.filtered(lambda p: p.tracking_status == "cancelled")
        (left,) = shipment.parcel_ids - gone
        self.assertEqual(len(gone), 1)
        self.assertTrue(gone.tracking_closed)
        self.assertEqual([row["pin"] for row in self.live()], [left.tracking_number])
        self.assertEqual(picking.carrier_tracking_ref, left.tracking_number)
        self.assertEqual(shipment.price_bought, left.price_share)
        self.assertEqual(self.env["ecom.manifest"]._collect().parcel_ids, left)
        self.assertIn(f"/{left.label_attachment_id.id}/", picking.action_ecom_print_labels()["url"])
        left.sudo().manifest_id = False
        shipment.action_void()
        self.assertEqual(shipment.state, "void")
        self.assertFalse(self.live())
        self.assertFalse(picking.carrier_tracking_ref)

    def half_voided(self):
        """A shipment of two parcels, one of them void; the void one and the other."""
        shipment = self.validate(self.two_parcels())
        self.fault("throttle", "void_shipment", times=9, skip=1)
        shipment.action_void()
        self.control("DELETE", "faults")
        gone = shipment.parcel_ids.filtered(lambda p: p.tracking_status == "cancelled")
        self.assertEqual(len(gone), 1)
        return shipment, gone, shipment.parcel_ids - gone

    def test_a_void_parcel_is_not_refunded_with_the_others(self):
        self.company.email = "desk@example.com"
        shipment, gone, left = self.half_voided()
        self.env["ecom.manifest"]._collect().action_transmit()
        shipment.action_request_refund()
        self.assertTrue(left.refund_ticket)
        self.assertFalse(gone.refund_ticket)
        self.assertFalse(shipment.problem)
        self.assertEqual(self.control("GET", "calls")["counts"]["request_refund"], 1)

    def test_a_void_parcel_gets_no_label_any_more(self):
        shipment, gone, left = self.half_voided()
        (gone | left).sudo().label_attachment_id = False
        shipment.action_fetch_labels()
        self.assertTrue(left.label_attachment_id)
        self.assertFalse(gone.label_attachment_id)

    def test_a_shipment_says_what_only_the_journal_knows(self):
        picking = self.make_picking()
        shipment = picking._ecom_open_shipments()
        self.fault("sell_then_reset", "create_shipment")
        self.fault("error_500", "get_shipments", times=9)
        picking._ecom_ship()
        shipment.sudo().problem = False  # as when the transaction was undone
        shipment.invalidate_recordset()
        self.assertIn("no clear answer", shipment.warning)
        self.control("DELETE", "faults")
        shipment.action_buy()
        self.assertFalse(shipment.warning)


class TestCancelledTransfers(PurchaseCase):
    def other_method(self):
        return self.env["delivery.carrier"].create(
            {"name": "By Hand", "product_id": self.carrier.product_id.id}
        )

    def test_cancelling_voids_the_label(self):
        picking = self.make_picking()
        picking._ecom_open_shipments().action_buy()
        picking.action_cancel()
        self.assertEqual(picking.state, "cancel")
        self.assertFalse(self.live())
        self.assertEqual(picking.ecom_shipment_ids.state, "void")

    def test_cancelling_the_order_voids_the_label(self):
        picking = self.make_picking()
        picking._ecom_open_shipments().action_buy()
        picking.sale_id._action_cancel()
        self.assertEqual(picking.state, "cancel")
        self.assertFalse(self.live())

    def test_cancelling_voids_a_sale_that_is_on_no_document(self):
        picking = self.unanswered()
        self.assertEqual(len(self.live()), 1)
        picking.action_cancel()
        self.assertFalse(self.live())
        self.assertEqual(self.rows(picking).state, "voided")

    def unanswered(self):
        """A transfer whose label was sold, but neither the answer nor a question got through."""
        picking = self.make_picking()
        self.fault("sell_then_reset", "create_shipment")
        self.fault("error_500", "get_shipments", times=9)
        picking._ecom_ship()
        self.control("DELETE", "faults")
        self.assertEqual(self.rows(picking).state, "unknown")
        return picking

    def test_a_label_that_cannot_be_voided_is_told_and_does_not_block(self):
        picking = self.make_picking()
        picking._ecom_open_shipments().action_buy()
        self.fault("throttle", "void_shipment", times=9)
        picking.action_cancel()
        self.assertEqual(picking.state, "cancel")
        warning = self.env.ref("mail.mail_activity_data_warning")
        self.assertEqual(picking.activity_ids.activity_type_id, warning)
        self.assertTrue(picking.ecom_shipment_ids.problem)
        self.assertEqual(len(self.live()), 1)

    def test_the_method_stays_while_a_label_is_alive(self):
        picking = self.make_picking()
        shipment = picking._ecom_open_shipments()
        shipment.action_buy()
        with self.assertRaisesRegex(UserError, shipment.parcel_ids.tracking_number):
            picking.carrier_id = self.other_method()
        picking.write({"carrier_id": self.carrier.id, "note": "same"})
        picking.cancel_shipment()
        picking.carrier_id = self.other_method()

    def test_leaving_for_a_strange_method_voids_what_is_on_no_document(self):
        picking = self.unanswered()
        self.fault("error_500", "get_shipments", times=9)
        try:  # not assertRaises: it would take back what the journal committed
            picking.carrier_id = self.other_method()
        except UserError as error:
            self.assertIn("not voided", str(error))
        else:
            self.fail("the method was changed")
        self.control("DELETE", "faults")
        picking.carrier_id = self.other_method()
        self.assertFalse(self.live())

    def test_the_button_voids_whatever_method_the_transfer_names_now(self):
        picking = self.make_picking()
        shipment = picking._ecom_open_shipments()
        shipment.action_buy()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_picking SET carrier_id = %s WHERE id = %s",
            (self.other_method().id, picking.id),
        )
        picking.invalidate_recordset()
        picking.cancel_shipment()
        self.assertEqual(shipment.state, "void")
        self.assertFalse(self.live())


class TestChangedAccounts(PurchaseCase):
    def test_a_label_of_the_test_environment_is_neither_used_nor_voided_in_production(self):
        picking = self.make_picking()
        self.fault("sell_then_reset", "create_shipment")
        self.fault("error_500", "get_shipments", times=9)
        picking._ecom_ship()
        self.control("DELETE", "faults")
        self.account.environment = "production"
        self.env.flush_all()  # the journal reads it on its own cursor
        calls = self.control("GET", "calls")["total"]
        problems = picking._ecom_ship()
        self.assertIn("changed since", problems[picking])
        self.assertEqual(self.control("GET", "calls")["total"], calls)
        row = self.rows(picking)
        self.assertEqual(row.state, "unknown")
        self.account.environment = "test"
        self.env.flush_all()
        picking.send_to_shipper()
        self.assertEqual(len(self.live()), 1)

    def test_a_sold_label_of_another_customer_number_is_settled_by_a_manager(self):
        picking = self.make_picking()
        shipment = picking._ecom_open_shipments()
        shipment.action_buy()
        self.account.customer_number = "0009000011"
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "0009000001"):
            shipment.action_void()
        row = self.rows(picking)
        self.assertEqual(row.state, "sold")
        self.assertTrue(row.account_changed)
        row.action_declare_settled()
        self.assertEqual(self.rows(picking).state, "voided")
        shipment.action_void()
        self.assertEqual(shipment.state, "void")
        self.assertEqual(len(self.live()), 1)  # nobody asked the carrier

    def moved(self, environment):
        self.account.environment = environment
        self.env.flush_all()

    def calls(self):
        return self.control("GET", "calls")["total"]

    def test_labels_of_another_environment_are_not_handed_over(self):
        shipment = self.validate(self.make_picking())
        manifest = self.env["ecom.manifest"]._collect()
        self.moved("production")
        before = self.calls()
        with self.assertRaisesRegex(UserError, "changed since"):
            manifest.action_transmit()
        self.assertEqual(self.calls(), before)
        self.moved("test")
        manifest.action_transmit()
        self.assertEqual(shipment.state, "manifested")

    def test_what_another_environment_bought_is_not_left_out_by_name(self):
        """The groups of a day have the same name there, but they are not the same groups."""
        self.validate(self.make_picking())
        picking = self.make_picking()
        picking._ecom_open_shipments().action_buy()
        row = self.rows(picking)
        row.account_terms = "production/0009000001"
        self.env.flush_all()
        manifest = self.env["ecom.manifest"]._collect()
        picking.ecom_parcel_ids.sudo().manifest_id = False
        self.assertEqual(manifest._manifest_request().excluded, ())

    def test_the_paper_of_another_environment_is_not_asked_for(self):
        self.control("POST", "settings", manifest_pending_polls=-1)
        self.addCleanup(self.control, "POST", "settings", manifest_pending_polls=1)
        self.validate(self.make_picking())
        manifest = self.env["ecom.manifest"]._collect()
        manifest.action_transmit()
        self.moved("production")
        before = self.calls()
        manifest.action_fetch_papers()
        self.assertEqual(self.calls(), before)
        self.assertIn("changed since", manifest.problem)
        self.control("POST", "manifests/ready")
        self.moved("test")
        manifest.action_fetch_papers()
        self.assertTrue(manifest.paper_ready)

    def test_a_refund_and_a_late_label_are_not_asked_of_another_environment(self):
        self.company.email = "desk@example.com"
        self.account.uses_manifest = False
        self.fault("error_500", "get_artifact", times=9)
        shipment = self.validate(self.make_picking())
        self.control("DELETE", "faults")
        self.moved("production")
        before = self.calls()
        for action in (shipment.action_fetch_labels, shipment.action_request_refund):
            with self.assertRaisesRegex(UserError, "changed since"):
                action()
        self.assertEqual(self.calls(), before)
        self.moved("test")
        shipment.action_fetch_labels()
        shipment.action_request_refund()
        self.assertTrue(shipment.has_label and shipment.parcel_ids.refund_ticket)


class TestPauses(PurchaseCase):
    """The carrier counts calls per minute; who calls too often waits as long as it says."""

    def calls(self):
        return self.control("GET", "calls")["total"]

    def test_the_retry_waits_for_the_end_of_the_pause_whoever_asks(self):
        picking, other = self.make_picking(), self.make_picking()
        self.fault("throttle", "create_shipment")
        self.assertIn("busy", picking._ecom_ship()[picking])
        row = self.rows(picking)
        self.assertEqual(row.state, "refused")
        self.assertGreater(row.retry_at, fields.Datetime.now() + timedelta(seconds=50))
        before = self.calls()
        for asked in (picking, other):
            self.assertRegex(asked._ecom_ship()[asked], "Try again in [56][0-9] seconds")
        self.assertEqual(self.calls(), before)
        self.assertEqual(self.rows(picking), row)
        row.retry_at = fields.Datetime.now()
        self.env.flush_all()
        self.assertFalse((picking | other)._ecom_ship())
        self.assertEqual(len(self.sold()), 2)

    def test_what_is_unclear_stays_unclear_during_a_pause(self):
        picking = self.make_picking()
        self.fault("sell_then_reset", "create_shipment")
        self.fault("error_500", "get_shipments", times=9)
        picking._ecom_ship()
        self.control("DELETE", "faults")
        row = self.rows(picking)
        row.retry_at = fields.Datetime.now() + timedelta(minutes=1)
        self.env.flush_all()
        self.assertIn("no clear answer", picking._ecom_ship()[picking])
        self.assertEqual((row.state, row.attempts), ("unknown", 1))
        row.retry_at = False
        self.env.flush_all()
        self.assertFalse(picking._ecom_ship())
        self.assertEqual(len(self.sold()), 1)

    def test_a_batch_stops_calling_once_the_carrier_asks_for_a_pause(self):
        self.account.calls_in_flight = 1
        pickings = self.env["stock.picking"].union(*(self.make_picking() for _n in range(6)))
        self.control("POST", "settings", latency_ms=200)
        self.addCleanup(self.control, "POST", "settings", latency_ms=0)
        self.fault("throttle", "create_shipment")
        problems = pickings._ecom_ship()
        # The thread may have begun with the next one before the answer was read.
        self.assertLessEqual(self.control("GET", "calls")["counts"]["create_shipment"], 2)
        self.assertGreaterEqual(len(problems), 5)
        for picking in problems:
            self.assertEqual(self.rows(picking).state, "refused")


class TestHandOver(PurchaseCase):
    def test_an_unclear_purchase_is_settled_before_its_group_is_handed_over(self):
        self.validate(self.make_picking())
        manifest = self.env["ecom.manifest"]._collect()
        unclear = self.make_picking()
        self.fault("sell_then_reset", "create_shipment")
        self.fault("error_500", "get_shipments", times=9)
        unclear._ecom_ship()
        with self.assertRaisesRegex(UserError, unclear.name):
            manifest._manifest_request()
        self.control("DELETE", "faults")
        request = manifest._manifest_request()
        row = self.rows(unclear)
        self.assertEqual(row.state, "sold")
        self.assertEqual(request.excluded, (row.carrier_ref,))
        manifest.action_transmit()
        statuses = {shipment["status"] for shipment in self.live()}
        self.assertEqual(len(statuses), 2)
        unclear.send_to_shipper()
        self.assertEqual(len(self.live()), 2)


class TestTwins(PurchaseCase):
    def test_a_shipment_stays_with_its_transfer_while_a_sale_may_be_alive(self):
        picking = self.make_picking()
        shipment = picking._ecom_open_shipments()
        other = self.make_picking()
        self.fault("sell_then_reset", "create_shipment")
        self.fault("error_500", "get_shipments", times=9)
        picking._ecom_ship()
        self.control("DELETE", "faults")
        for target in (other.id, False):
            with self.assertRaisesRegex(UserError, "may have been bought"):
                shipment.picking_id = target
        picking._ecom_ship()
        self.assertEqual(shipment.state, "bought")

    def test_two_shipments_of_one_transfer_are_not_bought_together(self):
        picking = self.make_picking()
        first = picking._ecom_open_shipments()
        second = first.copy({"picking_id": picking.id})
        first.parcel_ids.copy({"shipment_id": second.id})
        problems = (first | second)._buy()
        self.assertEqual(list(problems), [second.sudo()])
        self.assertIn(first.name, problems[second])
        self.assertEqual(first.state, "bought")
        self.assertEqual(len(self.live()), 1)

    def test_the_labels_of_all_shipments_of_a_transfer_are_mailed(self):
        picking = self.make_picking()
        first = picking._ecom_open_shipments()
        second = first.copy({"picking_id": picking.id})
        first.parcel_ids.copy({"shipment_id": second.id, "number": 2})
        first.action_buy()
        second.action_buy()
        labels = (first | second).parcel_ids.label_attachment_id
        self.assertEqual(len(labels), 2)
        context = picking.action_ecom_send_label()["context"]
        self.assertEqual(set(context["default_attachment_ids"]), set(labels.ids))

    def test_parcels_without_number_are_bought_one_by_one(self):
        picking = self.make_picking()
        shipment = picking._ecom_open_shipments()
        size = {"length_mm": 200, "width_mm": 150, "height_mm": 100}
        self.env["ecom.parcel"].create({"shipment_id": shipment.id, "weight_g": 700, **size})
        shipment.action_buy()
        self.assertEqual(sorted(shipment.parcel_ids.mapped("number")), [1, 2])
        self.assertEqual(len(self.live()), 2)
        self.assertEqual(len(set(shipment.parcel_ids.mapped("tracking_number"))), 2)
