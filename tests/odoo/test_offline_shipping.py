"""A courier without API beside Canada Post: quote, buy, print, hand over, void, type numbers."""

import io
import json

from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user
from odoo.tools import convert_file, mute_logger
from odoo.tools.misc import file_open

from odoo.addons.ecom_shipping.models.ecom_purchase import BuyOrder
from odoo.addons.ecom_shipping_offline.offline_courier import is_own_number

from tests.odoo.shipping_case import ShippingCase

LINK = "https://courier.example.com/track/<shipmenttrackingnumber>"


class OfflineCase(ShippingCase):
    @classmethod
    def _make_carrier(cls):
        super()._make_carrier()
        cls.standard = cls.env.ref("ecom_shipping_offline.service_standard")
        cls.same_day = cls.env.ref("ecom_shipping_offline.service_same_day")
        cls.courier = cls.env["ecom.carrier.account"].create(
            {
                "name": "Vélo-Courrier",
                "provider": "ecom_offline",
                "company_id": cls.company.id,
                "offline_number_prefix": "VC",
                "offline_fuel_percent": 10,
                "offline_tracking_link": LINK,
            }
        )
        cls.prices = cls.env["ecom.offline.price"].create(
            [
                cls.price_values(up_to_g=5000, price=10),
                cls.price_values(over_g=5000, up_to_g=30000, price=15),
                cls.price_values(service_id=cls.same_day.id, postal_prefixes="H2", price=25),
            ]
        )
        cls.method = cls.env["delivery.carrier"].create(
            {
                "name": "Vélo-Courrier",
                "delivery_type": "ecom_offline",
                "product_id": cls.env.ref("ecom_shipping_offline.product_delivery").id,
                "company_id": cls.company.id,
                "ecom_account_id": cls.courier.id,
                "ecom_default_service_id": cls.standard.id,
            }
        )

    @classmethod
    def price_values(cls, **values):
        return {
            "account_id": cls.courier.id,
            "service_id": cls.standard.id,
            "country_id": cls.env.ref("base.ca").id,
            "up_to_g": 5000,
            "price": 10,
            "transit_days": 1,
            **values,
        }

    def offline_picking(self, lines=None, **values):
        return self.make_picking(lines, carrier=self.method, **values)

    def two_packages(self):
        """The ready transfer of two packages."""
        picking = self.offline_picking([(self.mug, 2), (self.lamp, 1)])
        for move in picking.move_ids:
            self.pack(picking, move)
        return picking

    def journal(self, picking):
        """The journal's rows of a transfer, as its own cursors left them."""
        self.env["ecom.purchase"].invalidate_model()
        return self.env["ecom.purchase"].search(
            [("scope_model", "=", "stock.picking"), ("scope_id", "=", picking.id)], order="id"
        )

    def words(self, attachment):
        """The text of a PDF."""
        return "\n".join(
            page.extract_text() for page in PdfReader(io.BytesIO(attachment.raw)).pages
        )


class TestOfflineShipping(OfflineCase):
    def test_the_wizard_shows_both_carriers_side_by_side(self):
        order = self.make_order(carrier=self.method)
        context = {"default_order_id": order.id, "default_carrier_id": self.method.id}
        wizard = self.env["choose.delivery.carrier"].with_context(**context).create({})
        wizard.update_price()
        rates = wizard.ecom_rate_ids
        mine = rates.filtered(lambda r: r.carrier_id == self.method)
        rate = mine.filtered(lambda r: not r.excluded)
        self.assertEqual(rate.service_id, self.standard)
        self.assertEqual((rate.price, rate.taxes, rate.transit_days), (11.0, 0.0, 1))
        self.assertEqual(rate.details, "Base 10.00 · Fuel surcharge 10 % 1.00")
        reason = "The price list has no zone for M5H 2N2 Toronto CA."
        self.assertEqual((mine - rate).reason, reason)
        self.assertTrue(rates.filtered(lambda r: r.carrier_id == self.carrier and not r.excluded))
        wizard.button_confirm()
        self.assertEqual(order.ecom_service_id, self.standard)
        self.assertEqual(order.order_line.filtered("is_delivery").price_unit, 11.0)

    def test_reasons_are_in_the_users_language(self):
        order = self.make_order(carrier=self.method).with_context(lang="fr_FR")
        rates = order.env["ecom.rate"]._quote(order, self.method.with_env(order.env))
        reason = "Le tarif n'a pas de zone pour M5H 2N2 Toronto CA."
        self.assertEqual(rates.filtered("excluded").reason, reason)

    def test_new_prices_are_quoted_at_once(self):
        order = self.make_order(carrier=self.method)
        quote = self.env["ecom.rate"]._quote
        self.assertIn(11.0, quote(order, self.method).mapped("price"))
        self.prices[0].price = 20
        self.assertIn(22.0, quote(order, self.method).mapped("price"))
        self.courier.offline_fuel_percent = 0
        self.assertIn(20.0, quote(order, self.method).mapped("price"))
        self.standard.code = "NEXT"
        self.assertIn(20.0, quote(order, self.method).mapped("price"))

    def test_two_packages_are_one_sale_with_two_labels(self):
        picking = self.two_packages()
        shipment = self.validate(picking)
        parcels = shipment.parcel_ids
        self.assertEqual((len(shipment), shipment.state), (1, "bought"))
        self.assertEqual(len(parcels), 2)
        self.assertEqual(len(self.journal(picking)), 1)
        numbers = parcels.mapped("tracking_number")
        self.assertEqual([number[-3:] for number in numbers], ["-01", "-02"])
        self.assertTrue(all(is_own_number(number, "VC") for number in numbers))
        self.assertEqual(picking.carrier_tracking_ref, ",".join(numbers))
        self.assertEqual((shipment.price_bought, picking.carrier_price), (22.0, 22.0))
        self.assertFalse(self.sold())

    def test_a_person_says_when_the_parcels_arrived(self):
        shipment = self.validate(self.two_packages())
        shipment.action_mark_delivered()
        self.assertEqual(shipment.state, "delivered")
        self.assertEqual(set(shipment.parcel_ids.mapped("tracking_status")), {"delivered"})
        self.assertTrue(all(shipment.parcel_ids.mapped("delivered_at")))
        self.assertIn(self.env.user.name, shipment.event_ids[:1].name)

    def test_what_is_void_does_not_arrive(self):
        shipment = self.validate(self.two_packages())
        shipment.parcel_ids[0].sudo()._mark_voided()
        shipment.action_mark_delivered()
        self.assertEqual(shipment.parcel_ids.mapped("tracking_status"), ["cancelled", "delivered"])
        self.assertEqual(shipment.state, "delivered")

    def test_labels_carry_number_recipient_and_reference(self):
        picking = self.two_packages()
        shipment = self.validate(picking)
        for parcel in shipment.parcel_ids:
            words = self.words(parcel.label_attachment_id)
            for wanted in (
                parcel.tracking_number,
                "Zoé Tremblay",
                "Boutique Boréale",
                "Toronto ON M5H 2N2",
                picking.sale_id.name,
                f"{parcel.number} of 2",
            ):
                self.assertIn(wanted, words)

    def test_labels_for_a_zebra(self):
        self.method.ecom_label_format = "zpl_4x6"
        parcel = self.validate(self.offline_picking()).parcel_ids
        self.assertEqual(parcel.label_format, "zpl_4x6")
        self.assertTrue(parcel.label_attachment_id.name.endswith(".zpl"))
        self.assertTrue(parcel.label_attachment_id.raw.startswith(b"^XA"))

    def test_customers_follow_the_couriers_page(self):
        picking = self.two_packages()
        numbers = self.validate(picking).parcel_ids.mapped("tracking_number")
        links = [[n, f"https://courier.example.com/track/{n}"] for n in numbers]
        self.assertEqual(json.loads(picking.carrier_tracking_url), links)

    def test_a_parcel_beyond_the_price_list_is_not_sold(self):
        picking = self.offline_picking([(self.lamp, 13)])
        with self.assertRaisesRegex(UserError, "30000 g"):
            picking.button_validate()
        self.assertFalse(self.journal(picking))

    def test_letters_that_cannot_be_printed_are_refused_before_a_label_exists(self):
        picking = self.offline_picking(partner=self.customer.copy({"name": "Иван"}))
        with self.assertRaisesRegex(UserError, "cannot be printed: Иван"):
            picking.button_validate()
        self.assertEqual(self.journal(picking).state, "refused")

    def test_an_interrupted_purchase_gets_the_same_numbers(self):
        picking = self.two_packages()
        shipment = picking._ecom_open_shipments()
        shipment._choose_services()
        carrier = self.courier._get_carrier()
        request = shipment._ship_request(carrier, shipment.parcel_ids)
        order = BuyOrder(shipment._scope(), 1, self.courier, carrier, request)
        (first,) = self.env["ecom.purchase"]._buy([order])
        (found,) = self.env["ecom.purchase"]._buy([order])
        self.assertEqual((found.key, found.sale, found.found), (first.key, first.sale, True))
        # The process died between the sale and its answer.
        self.journal(picking).write({"state": "intent", "answer": False})
        self.env.flush_all()
        (again,) = self.env["ecom.purchase"]._buy([order])
        self.assertEqual((again.key, again.sale), (first.key, first.sale))
        self.assertEqual(self.journal(picking).attempts, 2)

    def test_the_hand_over_list_is_closed_and_printed_at_once(self):
        shipment = self.validate(self.two_packages())
        other = self.validate(self.offline_picking())
        manifest = self.env["ecom.manifest"]._collect()
        manifest.action_transmit()
        self.assertEqual((shipment | other).mapped("state"), ["manifested"] * 2)
        self.assertEqual((manifest.state, manifest.number), ("transmitted", manifest.name))
        self.assertTrue(manifest.paper_ready)
        words = self.words(manifest.document_ids)
        for number in (shipment | other).parcel_ids.mapped("tracking_number"):
            self.assertIn(number, words)
        self.assertIn("3 parcel(s)", words)
        self.assertIn("/web/content/", manifest.action_print()["url"])

    def test_each_carrier_has_its_own_manifest(self):
        self.validate(self.offline_picking())
        self.validate(self.make_picking())
        manifests = self.env["ecom.manifest"]._collect()
        manifests.action_transmit()
        self.assertEqual(manifests.account_id, self.courier | self.account)
        self.assertEqual(manifests.mapped("parcel_count"), [1, 1])

    def test_void_and_buy_again_never_uses_a_number_twice(self):
        picking = self.two_packages()
        first = self.validate(picking)
        picking.cancel_shipment()
        self.assertEqual(first.state, "void")
        self.assertFalse(picking.carrier_tracking_ref)
        picking.send_to_shipper()
        second = picking.ecom_shipment_ids - first
        self.assertEqual(second.state, "bought")
        numbers = second.parcel_ids.mapped("tracking_number")
        self.assertEqual(picking.carrier_tracking_ref, ",".join(numbers))
        self.assertFalse(set(numbers) & set(first.parcel_ids.mapped("tracking_number")))
        self.assertEqual(self.journal(picking).mapped("state"), ["voided", "sold"])

    def test_nobody_is_asked_for_news(self):
        parcel = self.validate(self.offline_picking()).parcel_ids
        self.assertTrue(parcel.tracking_closed)
        parcel.sudo().tracking_closed = False
        parcel._track()
        self.assertTrue(parcel.tracking_closed)
        self.assertFalse(parcel.tracking_error)

    def test_connection_test_counts_prices(self):
        self.courier.action_test_connection()
        self.assertTrue(self.courier.last_test_ok)
        self.assertIn("3 price(s) of 2 service(s)", self.courier.last_test_message)


class TestTypedNumbers(OfflineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(cls.env, "clerk-o", "sales_team.group_sale_salesman_all_leads")

    def test_typed_after_buying_it_goes_to_the_transfer(self):
        picking = self.two_packages()
        first, second = self.validate(picking).parcel_ids
        old = first.tracking_number
        first.with_user(self.clerk).write({"tracking_number": " VELO-77 "})
        self.assertEqual(first.tracking_number, "VELO-77")
        self.assertEqual(picking.carrier_tracking_ref, f"VELO-77,{second.tracking_number}")
        self.assertEqual(
            self.env["ecom.parcel"].search([("tracking_number", "=", "VELO-77")]), first
        )
        self.assertIn(f"VELO-77 instead of {old}", first.shipment_id.message_ids[0].body)

    def test_a_typed_number_can_be_typed_on_screen(self):
        parcel = self.validate(self.offline_picking()).parcel_ids
        with Form(parcel.with_user(self.clerk)) as form:
            form.tracking_number = "VELO-78"
        self.assertEqual(parcel.picking_id.carrier_tracking_ref, "VELO-78")

    def test_typed_before_buying_it_is_on_the_label(self):
        picking = self.two_packages()
        shipment = picking._ecom_open_shipments()
        shipment.parcel_ids[0].with_user(self.clerk).tracking_number = "VELO-79"
        self.validate(picking)
        first, second = shipment.parcel_ids
        self.assertEqual(first.tracking_number, "VELO-79")
        self.assertIn("VELO-79", self.words(first.label_attachment_id))
        self.assertEqual(second.tracking_number[-3:], "-02")
        self.assertIn("VELO-79", picking.carrier_tracking_ref)

    def test_typed_before_buying_it_survives_new_weights(self):
        picking = self.two_packages()
        shipment = picking._ecom_open_shipments()
        package = shipment.parcel_ids[0].package_id
        shipment.parcel_ids[0].tracking_number = "VELO-80"
        lines = picking.move_line_ids.filtered(lambda line: line.result_package_id == package)
        package._weigh(4321, lines)
        self.validate(picking)
        parcel = shipment.parcel_ids.filtered(lambda p: p.package_id == package)
        self.assertEqual((parcel.weight_g, parcel.tracking_number), (4321, "VELO-80"))

    def test_a_voided_sticker_goes_off_the_transfer(self):
        picking = self.offline_picking()
        shipment = self.validate(picking)
        shipment.parcel_ids.tracking_number = "VELO-81"
        picking.cancel_shipment()
        self.assertFalse(picking.carrier_tracking_ref)
        with self.assertRaisesRegex(UserError, "void"):
            shipment.parcel_ids.tracking_number = "VELO-82"

    def test_one_sticker_one_parcel(self):
        first, second = self.validate(self.two_packages()).parcel_ids
        first.tracking_number = "VELO-83"
        with self.assertRaisesRegex(ValidationError, "VELO-83 belongs to parcel"):
            second.tracking_number = "VELO-83"
        with self.assertRaisesRegex(ValidationError, "belongs to parcel"):
            (first | second).write({"tracking_number": "VELO-84"})

    def test_what_no_bar_code_can_hold_is_refused(self):
        parcel = self.validate(self.offline_picking()).parcel_ids
        for number in ("A,B", "^XZ", "é", "x" * 31):
            with self.assertRaisesRegex(ValidationError, "bar code"):
                parcel.tracking_number = number

    def test_a_number_taken_back_leaves_the_transfer(self):
        parcel = self.validate(self.offline_picking()).parcel_ids
        parcel.tracking_number = ""
        self.assertFalse(parcel.picking_id.carrier_tracking_ref)

    def test_numbers_of_other_carriers_stay_theirs(self):
        parcel = self.validate(self.make_picking()).parcel_ids
        self.assertFalse(parcel.offline_number_editable)
        with self.assertRaises(AccessError):
            parcel.with_user(self.clerk).write({"tracking_number": "VELO-85"})


class TestPriceList(OfflineCase):
    def test_bands_may_not_overlap(self):
        sentence = (
            "overlap:\nLocal Courier Standard, CA, 0–5000 g\nLocal Courier Standard, CA, 4000"
        )
        with self.assertRaisesRegex(ValidationError, sentence), self.env.cr.savepoint():
            self.prices.create(self.price_values(over_g=4000, up_to_g=6000))
        with self.assertRaisesRegex(ValidationError, "overlap"), self.env.cr.savepoint():
            self.prices[1].over_g = 4999
        self.prices.create(self.price_values(over_g=4000, up_to_g=6000, state_id=self.ontario.id))

    def test_archived_lines_do_not_count(self):
        self.prices[0].active = False
        self.prices.create(self.price_values(price=12))
        order = self.make_order(carrier=self.method)
        self.assertIn(13.2, self.env["ecom.rate"]._quote(order, self.method).mapped("price"))
        with self.assertRaisesRegex(ValidationError, "overlap"):
            self.prices[0].active = True

    @mute_logger("odoo.sql_db")
    def test_bands_prices_and_days_make_sense(self):
        for values in (
            {"over_g": 60000, "up_to_g": 50000},
            {"over_g": -1, "service_id": self.same_day.id},
            {"over_g": 40000, "up_to_g": 50000, "price": -1},
            {"over_g": 40000, "up_to_g": 50000, "transit_days": -1},
        ):
            with self.assertRaises(Exception), self.env.cr.savepoint():  # noqa: B017 the database's
                self.prices.create(self.price_values(**values))

    def test_services_and_places_belong_together(self):
        foreign = self.env.ref("ecom_shipping_canada_post.service_dom_ep")
        with self.assertRaisesRegex(ValidationError, "does not belong"):
            self.prices.create(
                self.price_values(over_g=40000, up_to_g=50000, service_id=foreign.id)
            )
        with self.assertRaisesRegex(ValidationError, "is not in United States"):
            self.prices.create(
                self.price_values(country_id=self.env.ref("base.us").id, state_id=self.quebec.id)
            )

    def test_a_spreadsheet_is_imported(self):
        self.prices.unlink()
        self.courier.name = "Local Courier"
        with file_open("ecom_shipping_offline/static/import/courier_prices.csv") as sheet:
            result = self.env["base_import.import"].create(
                {
                    "res_model": "ecom.offline.price",
                    "file": sheet.read().encode(),
                    "file_name": "prices.csv",
                    "file_type": "text/csv",
                }
            )
            options = {
                "has_headers": True,
                "quoting": '"',
                "separator": ",",
                "float_decimal_separator": ".",
            }
            columns = result.parse_preview(options)["headers"]
            outcome = result.execute_import(
                columns, columns, options | {"float_thousand_separator": ","}
            )
        self.assertFalse(outcome["messages"])
        self.assertEqual(self.courier.offline_price_count, 4)
        self.assertEqual(
            sorted(self.courier.offline_price_ids.mapped("price")), [8.5, 12.5, 13, 22]
        )

    def test_numbers_of_the_account_are_checked(self):
        for values in (
            {"offline_number_prefix": "vc"},
            {"offline_number_prefix": "A-B"},
            {"offline_number_digits": 8},
            {"offline_tracking_link": "javascript:<shipmenttrackingnumber>"},
            {"offline_tracking_link": "https://courier.example.com/"},
            {"offline_fuel_percent": 101},
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.courier.write(values)

    def test_prices_belong_to_managers_of_the_company(self):
        user = new_test_user(self.env, "user-o", "ecom_shipping.group_user")
        manager = new_test_user(self.env, "manager-o", "ecom_shipping.group_manager")
        price = self.prices[0]
        self.assertEqual(price.with_user(user).price, 10)
        with self.assertRaises(AccessError):
            price.with_user(user).price = 1
        with self.assertRaises(AccessError):
            price.with_user(user).unlink()
        price.with_user(manager).price = 11
        self.assertEqual(price.price, 11)

    def test_strangers_see_and_change_nothing(self):
        company = self.env["res.company"].create({"name": "Other Shop"})
        stranger = new_test_user(
            self.env,
            "stranger-o",
            "ecom_shipping.group_administrator",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        prices = self.env["ecom.offline.price"].with_user(stranger)
        self.assertFalse(prices.search([]))
        with self.assertRaises(AccessError):
            prices.browse(self.prices[0].id).read(["price"])
        with self.assertRaises(AccessError):
            prices.create(self.price_values(over_g=40000, up_to_g=50000))
        parcel = self.validate(self.offline_picking()).parcel_ids
        with self.assertRaises(AccessError):
            parcel.with_user(stranger).write({"tracking_number": "MINE-1"})

    def test_a_packer_ships_without_access_to_accounts(self):
        packer = new_test_user(self.env, "packer-o", "stock.group_stock_user")
        picking = self.two_packages().with_user(packer)
        self.assertIs(picking.button_validate(), True)
        self.assertEqual(len(picking.ecom_parcel_ids.mapped("label_attachment_id")), 2)

    def test_demo_data_loads(self):
        path = "demo/ecom_shipping_offline_demo.xml"
        convert_file(self.env, "ecom_shipping_offline", path, {}, mode="init", noupdate=True)
        account = self.env.ref("ecom_shipping_offline.account_demo")
        self.assertEqual(account.offline_price_count, 4)
        self.assertIn("4 price(s)", account._get_carrier().test_connection())
