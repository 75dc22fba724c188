"""Money has a currency and one conversion point; taxes come from the delivery product."""

from odoo.exceptions import UserError
from odoo.fields import Command

from tests.odoo.shipping_case import ShippingCase


class TestMoney(ShippingCase):
    def wizard(self, order, carrier=None):
        wizard = self.env["choose.delivery.carrier"].create(
            {"order_id": order.id, "carrier_id": (carrier or self.carrier).id}
        )
        wizard.update_price()
        return wizard

    def foreign_pricelist(self, rate=0.5):
        usd = self.env.ref("base.USD")
        usd.active = True
        usd.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": usd.id,
                "name": "2026-01-01",
                "rate": rate,
                "company_id": self.company.id,
            }
        )
        return self.env["product.pricelist"].create({"name": "USD", "currency_id": usd.id})

    def test_a_price_is_converted_once(self):
        order = self.make_order(pricelist_id=self.foreign_pricelist().id)
        self.assertEqual(order.currency_id.name, "USD")
        wizard = self.wizard(order)
        rate = wizard.ecom_rate_id
        self.assertEqual(rate.carrier_currency_id.name, "CAD")
        self.assertAlmostEqual(rate.order_price, rate.price * 0.5, places=2)
        self.assertAlmostEqual(wizard.delivery_price, rate.order_price, places=2)
        wizard.button_confirm()
        line = order.order_line.filtered("is_delivery")
        self.assertAlmostEqual(line.price_unit, rate.order_price, places=2)

    def lose_the_carriers_currency(self):
        """The carrier sells in Canadian dollars; here nobody knows what that is."""
        self.env.ref("base.CAD").name = "CAX"
        self.env.flush_all()

    def test_a_quote_in_an_unknown_currency_is_left_out_with_the_reason(self):
        self.lose_the_carriers_currency()
        rates = self.env["ecom.rate"]._quote(self.make_order(), self.carrier)
        self.assertTrue(rates)
        self.assertEqual(set(rates.mapped("excluded")), {True})
        self.assertIn("CAD, for which there is no exchange rate", rates[0].reason)

    def test_a_quote_is_not_taken_one_for_one_without_a_rate(self):
        pricelist = self.foreign_pricelist()
        pricelist.currency_id.rate_ids.unlink()
        order = self.make_order(pricelist_id=pricelist.id)
        rates = self.env["ecom.rate"]._quote(order, self.carrier)
        self.assertEqual(set(rates.mapped("excluded")), {True})

    def test_a_label_in_an_unknown_currency_waits_in_the_journal(self):
        picking = self.make_picking()
        self.lose_the_carriers_currency()
        self.assertIn("CAD, for which", picking._ecom_ship()[picking])
        self.assertFalse(picking.carrier_tracking_ref)
        self.env.ref("base.CAD").name = "CAD"
        self.assertFalse(picking._ecom_ship())
        self.assertTrue(picking.ecom_shipment_ids.order_price)
        self.assertEqual(len(self.sold()), 1)

    def test_money_without_a_currency_is_not_converted(self):
        nothing, own = self.env["res.currency"], self.company.currency_id
        with self.assertRaisesRegex(UserError, "unknown currency"):
            self.carrier._ecom_convert(5.0, nothing, own, self.company)
        self.assertEqual(self.carrier._ecom_convert(0.0, nothing, own, self.company), 0)

    def test_real_cost_is_written_on_the_order_in_its_currency(self):
        self.carrier.invoice_policy = "real"
        order = self.make_order(pricelist_id=self.foreign_pricelist().id)
        self.wizard(order).button_confirm()
        order.action_confirm()
        picking = order.picking_ids
        picking.move_ids.picked = True
        shipment = self.validate(picking)
        self.assertAlmostEqual(shipment.order_price, shipment.price_bought * 0.5, places=2)
        line = order.order_line.filtered("is_delivery")
        self.assertAlmostEqual(line.price_unit, shipment.order_price, places=2)
        self.assertAlmostEqual(picking.carrier_price, shipment.order_price, places=2)

    def test_margin_and_fixed_margin_apply_to_the_customer_only(self):
        self.carrier.write({"margin": 0.10, "fixed_margin": 2.0})
        order = self.make_order()
        wizard = self.wizard(order)
        self.assertAlmostEqual(
            wizard.delivery_price, wizard.ecom_rate_id.order_price * 1.10 + 2, places=2
        )
        wizard.button_confirm()
        order.action_confirm()
        order.picking_ids.move_ids.picked = True
        shipment = self.validate(order.picking_ids)
        self.assertAlmostEqual(
            order.picking_ids.carrier_price, shipment.price_bought * 1.10 + 2, places=2
        )
        self.assertAlmostEqual(
            shipment.price_quoted or shipment.price_bought, wizard.ecom_rate_id.price, places=2
        )

    def test_free_over_charges_nothing_and_says_so(self):
        self.carrier.write({"free_over": True, "amount": 30})
        order = self.make_order([(self.lamp, 1)])
        wizard = self.wizard(order)
        self.assertEqual(wizard.delivery_price, 0)
        self.assertGreater(wizard.display_price, 0)
        wizard.button_confirm()
        order.action_confirm()
        order.picking_ids.move_ids.picked = True
        shipment = self.validate(order.picking_ids)
        self.assertEqual(order.picking_ids.carrier_price, 0)
        self.assertGreater(shipment.price_bought, 0)

    def test_taxes_come_from_the_delivery_product_and_the_fiscal_position(self):
        tax = self.env["account.tax"].create(
            {
                "name": "Shipping tax",
                "amount": 5,
                "company_id": self.company.id,
                "type_tax_use": "sale",
            }
        )
        export = self.env["account.tax"].create(
            {"name": "Export", "amount": 0, "company_id": self.company.id, "type_tax_use": "sale"}
        )
        position = self.env["account.fiscal.position"].create({"name": "Export"})
        export.write(
            {
                "fiscal_position_ids": [Command.link(position.id)],
                "original_tax_ids": [Command.link(tax.id)],
            }
        )
        self.carrier.product_id.taxes_id = tax
        plain, exported = self.make_order(), self.make_order(fiscal_position_id=position.id)
        self.wizard(plain).button_confirm()
        self.wizard(exported).button_confirm()
        self.assertEqual(plain.order_line.filtered("is_delivery").tax_ids, tax)
        self.assertEqual(exported.order_line.filtered("is_delivery").tax_ids, export)

    def test_shares_of_parcels_add_up(self):
        picking = self.make_picking([(self.lamp, 1), (self.mug, 3)])
        for move in picking.move_ids:
            self.pack(picking, move)
        shipment = self.validate(picking)
        sold = sum(float(row["price"]["pre_tax"]) for row in self.live())
        self.assertAlmostEqual(shipment.price_bought, sold, places=2)
        self.assertAlmostEqual(sum(shipment.parcel_ids.mapped("price_share")), sold, places=2)
