"""Quoting: asked once, side by side, kept while nothing changed, with reasons for what is left out."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form

from tests.odoo.shipping_case import ShippingCase


class TestRates(ShippingCase):
    def calls(self, operation="get_rates"):
        return self.control("GET", "calls")["counts"].get(operation, 0)

    def quote(self, source, carriers=None):
        return self.env["ecom.rate"]._quote(source, carriers or self.carrier)

    def test_an_unchanged_order_is_asked_once(self):
        order = self.make_order()
        first = self.quote(order)
        asked = self.calls()
        self.assertEqual(self.quote(order), first)
        self.assertEqual(self.calls(), asked)
        self.assertFalse(any(first.mapped("is_stale")))

    def test_weight_address_and_options_make_rates_stale(self):
        signature = self.env.ref("ecom_shipping_canada_post.option_so")
        changes = (
            lambda order: order.order_line[0].write({"product_uom_qty": 9}),
            lambda order: order.partner_shipping_id.write({"zip": "V6B 1A1", "city": "Vancouver"}),
            lambda order: order.write({"ecom_option_ids": [fields.Command.link(signature.id)]}),
        )
        for change in changes:
            order = self.make_order()
            rates = self.quote(order)
            change(order)
            rates.invalidate_recordset()
            self.assertTrue(all(rates.mapped("is_stale")))
            self.assertFalse(any(self.quote(order).mapped("is_stale")))

    def test_old_rates_are_asked_again(self):
        order = self.make_order()
        rates = self.quote(order)
        asked = self.calls()
        rates.write(
            {
                "quoted_at": fields.Datetime.now()
                - timedelta(hours=self.company.ecom_rate_validity_h + 1)
            }
        )
        self.assertTrue(rates[0].is_stale)
        self.quote(order)
        self.assertGreater(self.calls(), asked)

    def test_a_service_that_does_not_fit_is_shown_with_the_reason(self):
        heavy = self.env["product.product"].create({"name": "Anvil", "type": "consu", "weight": 31})
        order = self.make_order([(heavy, 1)])
        rates = self.quote(order)
        self.assertTrue(rates)
        self.assertTrue(all(rates.mapped("excluded")))
        self.assertTrue(
            all("30" in reason for reason in rates.mapped("reason")), rates.mapped("reason")
        )
        result = self.carrier.rate_shipment(order)
        self.assertFalse(result["success"])
        self.assertTrue(result["error_message"])

    def test_a_dead_carrier_gives_a_reason_instead_of_an_error(self):
        self.fault("error_500", "get_rates", times=50)
        result = self.carrier.rate_shipment(self.make_order())
        self.assertFalse(result["success"])
        self.assertTrue(result["error_message"])

    def test_a_failed_question_is_asked_again_at_once(self):
        order = self.make_order()
        self.fault("error_500", "get_rates", times=50)
        self.assertFalse(self.carrier.rate_shipment(order)["success"])
        self.control("DELETE", "faults")
        self.assertTrue(self.carrier.rate_shipment(order)["success"])

    def test_cheapest_fastest_and_customers_choice_are_marked(self):
        order = self.make_order()
        order.ecom_service_id = self.env.ref("ecom_shipping_canada_post.service_dom_xp")
        rates = self.quote(order).filtered(lambda r: not r.excluded)
        cheapest = rates.filtered("is_cheapest")
        self.assertEqual(cheapest[:1].order_price, min(rates.mapped("order_price")))
        self.assertEqual(
            rates.filtered("is_fastest")[:1].expected_date, min(rates.mapped("expected_date"))
        )
        self.assertEqual(rates.filtered("chosen_by_customer").service_id.code, "DOM.XP")

    def test_transfer_rates_use_the_weights_as_packed(self):
        picking = self.make_picking([(self.lamp, 1)])
        light = self.quote(picking).filtered(lambda r: r.service_id.code == "DOM.EP")
        self.pack(picking, picking.move_ids, weight_kg=12)
        heavy = self.quote(picking).filtered(lambda r: r.service_id.code == "DOM.EP")
        self.assertGreater(heavy.price, light.price if light.exists() else 0)

    def test_choosing_on_the_transfer_keeps_the_customers_choice_on_the_order(self):
        picking = self.make_picking()
        picking.sale_id.ecom_service_id = self.env.ref("ecom_shipping_canada_post.service_dom_rp")
        action = picking.action_ecom_rates()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        rate = wizard.rate_ids.filtered(lambda r: r.service_id.code == "DOM.PC")
        rate.with_context(ecom_wizard_model=wizard._name, ecom_wizard_id=wizard.id).action_choose()
        self.assertEqual(picking.ecom_service_id.code, "DOM.PC")
        self.assertEqual(picking.sale_id.ecom_service_id.code, "DOM.RP")
        self.assertEqual(self.validate(picking).service_id.code, "DOM.PC")

    def test_two_methods_are_asked_at_the_same_time(self):
        second = self.carrier.copy({"name": "Canada Post bis"})
        self.control("POST", "settings", latency_ms=150)
        self.quote(self.make_order(), self.carrier | second)
        self.assertGreaterEqual(self.control("GET", "calls")["max_in_flight"], 2)

    def test_no_service_chosen_means_the_cheapest(self):
        self.carrier.ecom_default_service_id = False
        picking = self.make_picking()
        shipment = self.validate(picking)
        rates = picking.ecom_rate_ids.filtered(lambda r: not r.excluded)
        self.assertEqual(shipment.service_id, rates.sorted("order_price")[:1].service_id)
        self.assertGreater(shipment.price_quoted, 0)

    def test_choosing_in_the_wizard_changes_the_order_only_with_add(self):
        order = self.make_order()
        wizard = self.env["choose.delivery.carrier"].create(
            {"order_id": order.id, "carrier_id": self.carrier.id}
        )
        wizard.update_price()
        priority = wizard.ecom_rate_ids.filtered(lambda r: r.service_id.code == "DOM.PC")
        action = priority.with_context(
            ecom_wizard_model=wizard._name, ecom_wizard_id=wizard.id
        ).action_choose()
        self.assertFalse(order.ecom_service_id)
        self.assertEqual(wizard.display_price, priority.order_price)
        shown = priority.with_context(**action["context"])
        self.assertTrue(shown.chosen_by_customer)
        wizard.button_confirm()
        self.assertEqual(order.ecom_service_id.code, "DOM.PC")
        self.assertEqual(order.order_line.filtered("is_delivery").price_unit, priority.order_price)

    def test_a_stale_price_is_not_added(self):
        order = self.make_order()
        wizard = self.env["choose.delivery.carrier"].create(
            {"order_id": order.id, "carrier_id": self.carrier.id}
        )
        wizard.update_price()
        signature = self.env.ref("ecom_shipping_canada_post.option_so")
        order.ecom_option_ids = [fields.Command.link(signature.id)]
        with self.assertRaisesRegex(UserError, "again"):
            wizard.button_confirm()
        wizard.update_price()
        wizard.button_confirm()
        self.assertTrue(order.order_line.filtered("is_delivery"))

    def test_the_price_comes_back_with_the_method(self):
        other = self.carrier.copy(
            {"name": "Other", "delivery_type": "fixed", "ecom_account_id": False}
        )
        order = self.make_order()
        wizard = self.env["choose.delivery.carrier"].create(
            {"order_id": order.id, "carrier_id": self.carrier.id}
        )
        wizard.update_price()
        price = wizard.display_price
        with Form(wizard) as form:
            form.carrier_id = other
            form.carrier_id = self.carrier
        self.assertEqual(wizard.display_price, price)
        self.assertEqual(wizard.delivery_price, price)
