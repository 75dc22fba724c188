"""Checks before money is spent, defaults, weights, labels, states and history."""

import hashlib

from lxml import etree

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools.safe_eval import safe_eval

from tests.odoo.shipping_case import ShippingCase


class TestChecks(ShippingCase):
    def refused(self, picking):
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            picking.button_validate()
        self.assertFalse(self.sold())
        return str(caught.exception)

    def test_each_problem_names_the_field_and_the_value(self):
        problems = {
            "street": ("a" * 45, "44"),
            "zip": ("12345", "12345"),
            "city": (False, "city"),
            "state_id": (False, "province"),
        }
        for field, (value, expected) in problems.items():
            before = self.customer[field]
            self.customer[field] = value
            text = self.refused(self.make_picking())
            self.assertIn(expected, text)
            self.assertIn("Zoé Tremblay", text)
            self.customer[field] = before

    def test_the_senders_phone_is_needed(self):
        self.warehouse.partner_id.phone = False
        self.assertIn("phone", self.refused(self.make_picking()))

    def test_a_parcel_without_weight_is_not_sold(self):
        feather = self.env["product.product"].create({"name": "Feather", "type": "consu"})
        self.box.base_weight = 0
        self.assertIn("weight", self.refused(self.make_picking([(feather, 1)])))

    def test_limits_of_the_service_are_told_with_numbers(self):
        picking = self.make_picking()
        self.pack(picking, picking.move_ids, weight_kg=30.5)
        text = self.refused(picking)
        self.assertIn("30500", text)
        self.assertIn("30000", text)

    def test_a_box_beyond_the_size_limit_is_told(self):
        self.box.packaging_length = 2100
        self.assertIn("2100", self.refused(self.make_picking()))

    def test_options_that_exclude_each_other(self):
        refs = [
            self.env.ref(f"ecom_shipping_canada_post.option_{code}").id for code in ("so", "lad")
        ]
        picking = self.make_picking()
        picking.ecom_option_ids = [Command.set(refs)]
        self.assertIn("Leave at Door", self.refused(picking))

    def test_the_problem_is_kept_where_the_packer_sees_it(self):
        self.fault("error_500", "create_shipment", times=9)
        picking = self.make_picking()
        try:  # not assertRaises: it would take back what the journal committed
            picking.button_validate()
        except UserError as error:
            self.assertIn("answer", str(error))
        self.assertTrue(picking.ecom_problem)
        self.control("DELETE", "faults")
        picking.send_to_shipper()  # the validation itself was not undone in this test
        picking.invalidate_recordset()
        self.assertFalse(picking.ecom_problem)


class TestWeights(ShippingCase):
    def test_scale_beats_typed_beats_computed_beats_type_default(self):
        self.box.ecom_default_weight_g = 777
        picking = self.make_picking([(self.lamp, 1)])
        package = self.pack(picking, picking.move_ids)
        values = picking._ecom_parcel_values(self.env["ecom.shipping.template"])
        self.assertEqual((values[0]["weight_g"], values[0]["weight_origin"]), (2600, "computed"))
        package.shipping_weight = 3.1
        values = picking._ecom_parcel_values(self.env["ecom.shipping.template"])
        self.assertEqual((values[0]["weight_g"], values[0]["weight_origin"]), (3100, "typed"))
        package._weigh(3055, picking.move_line_ids)
        values = picking._ecom_parcel_values(self.env["ecom.shipping.template"])
        self.assertEqual((values[0]["weight_g"], values[0]["weight_origin"]), (3055, "scale"))
        package.write({"ecom_scale_weight_g": 0, "shipping_weight": 0})
        self.lamp.weight, self.box.base_weight = 0, 0
        values = picking._ecom_parcel_values(self.env["ecom.shipping.template"])
        self.assertEqual((values[0]["weight_g"], values[0]["weight_origin"]), (777, "type_default"))

    def test_a_reading_of_the_scale_ends_with_its_contents(self):
        picking = self.make_picking([(self.lamp, 1), (self.mug, 1)])
        lamp = picking.move_ids.filtered(lambda m: m.product_id == self.lamp)
        package = self.pack(picking, lamp)
        package._weigh(900, lamp.move_line_ids)
        no_template = self.env["ecom.shipping.template"]
        self.assertEqual(picking._ecom_parcel_values(no_template)[0]["weight_origin"], "scale")
        (picking.move_ids - lamp).move_line_ids.result_package_id = package
        (values,) = picking._ecom_parcel_values(no_template)
        self.assertEqual((values["weight_g"], values["weight_origin"]), (3000, "computed"))

    def test_pounds_are_converted_at_the_edge(self):
        self.env["ir.config_parameter"].set_param("product.weight_in_lbs", "1")
        picking = self.make_picking([(self.lamp, 1)])
        values = picking._ecom_parcel_values(self.env["ecom.shipping.template"])
        self.assertEqual(values[0]["weight_g"], 1134)  # 2.5 lb

    def test_a_weight_typed_on_the_shipment_stays(self):
        picking = self.make_picking()
        shipment = picking._ecom_open_shipments()
        shipment.parcel_ids.weight_g = 1234
        self.assertEqual(shipment.parcel_ids.weight_origin, "typed")
        self.assertEqual(self.validate(picking).parcel_ids.weight_g, 1234)
        with self.assertRaisesRegex(UserError, "[Vv]oid"):
            shipment.parcel_ids.weight_g = 1


class TestDefaults(ShippingCase):
    def test_the_most_specific_template_wins(self):
        Template = self.env["ecom.shipping.template"]
        xpresspost = self.env.ref("ecom_shipping_canada_post.service_dom_xp")
        Template.create(
            {"name": "Warehouse", "warehouse_id": self.warehouse.id, "reference_2": "site"}
        )
        Template.create(
            {
                "name": "Method",
                "carrier_id": self.carrier.id,
                "warehouse_id": self.warehouse.id,
                "service_id": xpresspost.id,
                "label_format": "zpl_4x6",
                "reference_1": "$order/$transfer",
                "reference_2": "$customer_ref $nothing",
                "cost_centre": "WEB",
            }
        )
        shipment = self.validate(self.make_picking(client_order_ref="PO 7"))
        self.assertEqual(shipment.service_id, xpresspost)
        self.assertEqual(
            shipment.reference_1, f"{shipment.sale_id.name}/{shipment.picking_id.name}"
        )
        self.assertEqual(shipment.reference_2, "PO 7 $nothing")
        (sold,) = self.live()
        self.assertEqual(sold["references"]["cost_centre"], "WEB")
        self.assertEqual(shipment.parcel_ids.label_format, "zpl_4x6")

    def test_coverage_is_shared_among_parcels(self):
        coverage = self.env.ref("ecom_shipping_canada_post.option_cov")
        picking = self.make_picking([(self.lamp, 1), (self.mug, 3)])
        for move in picking.move_ids:
            self.pack(picking, move)
        picking.write(
            {"ecom_option_ids": [Command.set(coverage.ids)], "ecom_declared_value": 250.01}
        )
        self.validate(picking)
        amounts = [
            float(amount)
            for row in self.live()
            for code, amount, *_rest in row["options"]
            if code == "COV"
        ]
        self.assertEqual(amounts, [125.01, 125.01])

    def test_references_are_searchable(self):
        shipment = self.validate(self.make_picking(client_order_ref="PO-778"))
        Shipment = self.env["ecom.shipment"]
        self.assertIn(shipment, Shipment.search([("reference_2", "=", "PO-778")]))
        self.assertIn(shipment, Shipment.search([("reference_1", "=", shipment.sale_id.name)]))

    def test_the_search_box_finds_by_city(self):
        shipment = self.validate(self.make_picking())
        other = self.validate(self.make_picking(partner=self.customer.copy({"city": "Sudbury"})))
        for records in (shipment | other, (shipment | other).parcel_ids):
            arch = etree.fromstring(records.get_view(view_type="search")["arch"])
            domain = safe_eval(arch.find("field").get("filter_domain"), {"self": "Toront"})
            self.assertEqual(records.search(domain) & records, records[:1])

    def test_the_button_sends_to_the_carrier_in_french(self):
        for lang, words in (("en_US", "Send to Shipper"), ("fr_FR", "Envoyer au transporteur")):
            view = self.env["stock.picking"].with_context(lang=lang).get_view(view_type="form")
            (button,) = etree.fromstring(view["arch"]).xpath("//button[@name='send_to_shipper']")
            self.assertEqual(button.get("string"), words)


class TestLabels(ShippingCase):
    def bought(self, label_format):
        self.carrier.ecom_label_format = label_format
        return self.validate(self.make_picking()).parcel_ids

    def test_each_paper_is_kept_apart(self):
        for label_format, start in (
            ("pdf_8_5x11", b"%PDF"),
            ("pdf_4x6", b"%PDF"),
            ("zpl_4x6", b"^XA"),
        ):
            parcel = self.bought(label_format)
            content = parcel.label_attachment_id.raw
            self.assertIn(start, content[:40])
            self.assertEqual(parcel.label_format, label_format)
            self.assertEqual(parcel.label_sha256, hashlib.sha256(content).hexdigest())
            self.assertEqual(parcel.label_size, len(content))

    def test_labels_of_one_paper_print_together(self):
        parcels = self.bought("pdf_4x6") | self.bought("pdf_4x6")
        action = parcels.action_print_labels()
        attachment = self.env["ir.attachment"].browse(int(action["url"].split("/")[3]))
        self.assertGreater(len(attachment.raw), len(parcels[0].label_attachment_id.raw))
        with self.assertRaisesRegex(UserError, "paper"):
            (parcels | self.bought("zpl_4x6")).action_print_labels()

    def test_a_label_that_is_late_is_fetched_later(self):
        self.fault("error_500", "get_artifact", times=9)
        parcel = self.bought("pdf_4x6")
        self.assertTrue(parcel.tracking_number)
        self.assertFalse(parcel.label_attachment_id)
        self.assertTrue(parcel.shipment_id.problem)
        self.control("DELETE", "faults")
        parcel.shipment_id.action_fetch_labels()
        self.assertTrue(parcel.label_attachment_id)
        self.assertFalse(parcel.shipment_id.problem)
        self.assertEqual(len(self.sold()), 1)

    def test_one_late_label_of_two_can_be_fetched_from_the_form(self):
        self.fault("error_500", "get_artifact", times=9, skip=1)
        picking = self.make_picking([(self.lamp, 1), (self.mug, 1)])
        for move in picking.move_ids:
            self.pack(picking, move)
        self.account.calls_in_flight = 1
        shipment = self.validate(picking)
        self.control("DELETE", "faults")
        self.assertEqual(len(shipment.parcel_ids.label_attachment_id), 1)
        self.assertTrue(self.offered(shipment, "action_fetch_labels"))
        self.assertTrue(self.offered(shipment, "action_print_labels"))
        shipment.action_fetch_labels()
        self.assertFalse(self.offered(shipment, "action_fetch_labels"))

    def offered(self, shipment, action):
        """Whether a button of the form shows."""
        form = etree.fromstring(shipment.get_view(view_type="form")["arch"])
        values = {name: shipment[name] for name in ("state", "has_label", "lacks_label")}
        buttons = form.xpath(f"//header/button[@name='{action}']")
        return any(not safe_eval(button.get("invisible"), dict(values)) for button in buttons)

    def test_a_label_can_be_mailed(self):
        parcel = self.bought("pdf_4x6")
        action = parcel.shipment_id.action_send_label()
        self.assertEqual(
            action["context"]["default_attachment_ids"], parcel.label_attachment_id.ids
        )
        self.assertEqual(parcel.picking_id.action_ecom_send_label(), action)

    def test_the_mail_with_the_label_reaches_the_recipient(self):
        parcel = self.bought("pdf_4x6")
        context = parcel.shipment_id.action_send_label()["context"]
        composer = self.env["mail.compose.message"].with_context(**context).create({})
        composer.partner_ids = self.customer
        composer.action_send_mail()
        message = parcel.shipment_id.message_ids[0]
        self.assertIn(parcel.label_attachment_id, message.attachment_ids)
        self.assertIn(self.customer, message.partner_ids)

    def test_labels_of_a_selection_go_to_each_recipient_with_their_own(self):
        other = self.customer.copy({"name": "Léo Roy", "email": "leo.roy@example.com"})
        silent = self.customer.copy({"name": "Silent", "email": False})
        people = (other, self.customer, self.customer)
        mailed = self.env["ecom.shipment"].union(
            *(self.validate(self.make_picking(partner=partner)) for partner in people)
        )
        mute = self.validate(self.make_picking(partner=silent))
        draft = self.make_picking()._ecom_open_shipments()
        action = (mailed | mute | draft).action_send_label()
        self.assertRegex(
            action["params"]["message"],
            f"label: {draft.name}; recipient without e-mail address: {mute.name}",
        )
        context = action["params"]["next"]["context"]
        self.assertEqual(context["default_res_ids"], mailed.ids)
        self.env["mail.compose.message"].with_context(**context).create({}).action_send_mail()
        for shipment in mailed:
            message = shipment.message_ids[0]
            self.assertEqual(message.notified_partner_ids, shipment.partner_id)
            label = shipment.parcel_ids.label_attachment_id
            self.assertEqual(message.attachment_ids.mapped("checksum"), label.mapped("checksum"))
        self.assertEqual(mailed.action_send_label()["context"], context)

    def test_a_selection_without_any_label_is_told(self):
        drafts = self.make_picking()._ecom_open_shipments()
        drafts |= self.make_picking()._ecom_open_shipments()
        with self.assertRaisesRegex(UserError, "no label to send"):
            drafts.action_send_label()


class TestStates(ShippingCase):
    def test_a_shipment_without_transfer_is_edited_in_its_form(self):
        shipment = self.make_picking()._ecom_open_shipments().copy({"picking_id": False})
        manifest = self.env["ecom.manifest"].create(
            {"account_id": self.account.id, "warehouse_id": self.warehouse.id}
        )
        with Form(shipment) as form:
            form.reference_2 = "free"
            form.reference_1 = "web"
        self.assertEqual(shipment.reference_2, "free")
        with Form(manifest) as form:
            form.date = "2026-01-02"
        for record in (shipment, manifest):
            self.assertFalse(record.new(origin=record).warning)

    def test_states_do_not_jump(self):
        shipment = self.validate(self.make_picking())
        with self.assertRaises(UserError):
            shipment.sudo()._set_state("rated")

    def test_a_bought_shipment_is_not_deleted(self):
        shipment = self.validate(self.make_picking())
        with self.assertRaisesRegex(UserError, "history"):
            shipment.unlink()

    def test_what_was_bought_is_not_rewritten(self):
        shipment = self.validate(self.make_picking())
        xpresspost = self.env.ref("ecom_shipping_canada_post.service_dom_xp")
        for change in ({"service_id": xpresspost.id}, {"partner_id": self.company.partner_id.id}):
            with self.assertRaisesRegex(UserError, "[Vv]oid"):
                shipment.write(change)
        with self.assertRaisesRegex(UserError, "history"):
            shipment.parcel_ids.unlink()

    def test_buying_twice_from_the_form_is_refused(self):
        picking = self.make_picking()
        shipment = picking._ecom_open_shipments()
        shipment.action_buy()
        self.assertEqual(shipment.state, "bought")
        shipment.action_buy()
        self.assertEqual(len(self.sold()), 1)
        picking.button_validate()
        self.assertEqual(len(self.sold()), 1)
        self.assertEqual(picking.carrier_tracking_ref, shipment.parcel_ids.tracking_number)

    def test_a_transmitted_label_cannot_be_voided_and_says_why(self):
        shipment = self.validate(self.make_picking())
        self.env["ecom.manifest"]._collect().action_transmit()
        with self.assertRaises(UserError):
            shipment.action_void()
        self.assertEqual(shipment.state, "manifested")
        self.assertTrue(shipment.picking_id.carrier_tracking_ref)

    def test_list_selection_buys_what_can_be_bought(self):
        good = self.make_picking()._ecom_open_shipments()
        stranger = self.customer.copy({"name": "Nowhere", "zip": "12"})
        bad = self.make_picking(partner=stranger)._ecom_open_shipments()
        action = (good | bad).action_buy()
        self.assertEqual(good.state, "bought")
        self.assertEqual(bad.state, "draft")
        self.assertIn("postal code", bad.problem)
        self.assertIn(bad.name, action["params"]["message"])

    def test_batch_validation_keeps_good_labels_and_warns_on_bad_ones(self):
        good = self.make_picking()
        stranger = self.customer.copy({"name": "Nowhere", "zip": "12"})
        bad = self.make_picking(partner=stranger)
        (good | bad).button_validate()
        self.assertEqual(good.state, "done")
        self.assertTrue(good.carrier_tracking_ref)
        self.assertFalse(bad.carrier_tracking_ref)
        self.assertTrue(bad.activity_ids)
        self.assertIn("postal code", bad.ecom_problem)
        stranger.zip = "M5H 2N2"
        bad.send_to_shipper()
        self.assertTrue(bad.carrier_tracking_ref)

    def test_environment_switch_of_odoo_and_account_agree(self):
        self.carrier.toggle_prod_environment()
        self.assertEqual(self.account.environment, "production")
        self.account.environment = "test"
        self.assertFalse(self.carrier.prod_environment)


class TestRefunds(ShippingCase):
    def test_a_transmitted_label_is_refunded_once(self):
        self.company.email = "shop@example.com"
        self.account.uses_manifest = False
        shipment = self.validate(self.make_picking())
        with self.assertRaisesRegex(UserError, "transmitted|refund|void"):
            shipment.action_void()
        shipment.action_request_refund()
        ticket = shipment.parcel_ids.refund_ticket
        self.assertTrue(ticket)
        shipment.action_request_refund()
        self.assertEqual(self.control("GET", "calls")["counts"]["request_refund"], 1)
        self.assertTrue(any(ticket in (message.body or "") for message in shipment.message_ids))

    def test_a_refusal_of_the_refund_is_told(self):
        self.company.email = "shop@example.com"
        shipment = self.validate(self.make_picking())
        with self.assertRaisesRegex(UserError, "refund was not requested"):
            shipment.action_request_refund()


class TestAddresses(ShippingCase):
    def test_codes_kept_in_memory_follow_changes(self):
        self.assertEqual(self.customer._ecom_address().province, "ON")
        self.ontario.code = "OX"
        self.assertEqual(self.customer._ecom_address().province, "OX")
        country = self.env["res.country"].create({"name": "Nowhere", "code": "XQ"})
        self.customer.write({"country_id": country.id, "state_id": False})
        self.assertEqual(self.customer._ecom_address().country, "XQ")
        country.code = "XP"
        self.assertEqual(self.customer._ecom_address().country, "XP")
        self.assertEqual(self.customer._ecom_address().province, "")
