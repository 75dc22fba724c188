"""Settings that are kept in memory: followed when they change, apart for each company and language."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user

from tests.odoo.shipping_case import ShippingCase


class TestRemembered(ShippingCase):
    def setUp(self):
        super().setUp()
        self.service = self.env.ref("ecom_shipping_canada_post.service_dom_ep")
        self.template = self.env["ecom.shipping.template"].search(
            [("company_id", "=", self.company.id)]
        )
        self.validate(self.make_picking())  # everything is in memory now

    def recalled(self, record):
        """``record`` as our code reads it in another request."""
        self.env.flush_all()
        self.env.invalidate_all()
        return record.sudo()._recall()

    def templates(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["ecom.shipping.template"].sudo()._of(self.company)

    def test_what_is_in_memory_costs_no_query(self):
        for record, names in (
            (self.service, ["code", "max_weight_g", "name"]),
            (self.template, ["reference_1", "option_ids"]),
            (self.box, ["width", "base_weight"]),
            (self.warehouse, ["partner_id"]),
        ):
            self.recalled(record)
            record = self.recalled(record)
            with self.assertQueryCount(0):
                for name in names:
                    record.mapped(name)

    def test_a_change_is_followed(self):
        option = self.env.ref("ecom_shipping_canada_post.option_so")
        address = self.customer.copy()
        self.service.max_weight_g = 1234
        self.template.write({"reference_1": "new", "option_ids": [Command.link(option.id)]})
        self.box.width = 99
        self.warehouse.partner_id = address
        self.assertEqual(self.recalled(self.service)._limits().max_weight_g, 1234)
        self.assertEqual(self.recalled(self.template).reference_1, "new")
        self.assertEqual(self.templates().option_ids, option)
        self.assertEqual(self.recalled(self.box)._size_mm()[1], 99)
        self.assertEqual(self.recalled(self.warehouse).partner_id, address)
        option.code = "SO2"
        self.assertEqual(self.recalled(option).code, "SO2")

    def test_a_change_that_is_not_written_yet_stays(self):
        self.service.max_weight_g = 1234
        self.assertEqual(self.service.sudo()._recall().max_weight_g, 1234)

    def test_new_and_archived_templates_are_known(self):
        fresh = self.template.copy({"name": "Second"})
        self.assertEqual(self.templates(), self.template | fresh)
        fresh.active = False
        self.assertEqual(self.templates(), self.template)
        fresh.active, fresh.sequence = True, 1
        self.assertEqual(self.templates(), fresh | self.template)
        fresh.unlink()
        self.assertEqual(self.templates(), self.template)

    def test_what_a_template_named_may_be_deleted(self):
        method = self.carrier.copy()
        box = self.box.copy()
        service = self.service.copy({"code": "OLD"})
        self.template.write(
            {"carrier_id": method.id, "package_type_id": box.id, "service_id": service.id}
        )
        self.assertEqual(self.templates().carrier_id, method)
        method.unlink()
        box.unlink()
        service.unlink()
        template = self.templates()
        self.assertFalse(template.carrier_id)
        self.assertFalse(template.package_type_id)
        self.assertFalse(template.service_id)

    def test_the_address_of_a_warehouse_may_be_deleted(self):
        self.warehouse.partner_id = address = self.customer.copy()
        self.assertEqual(self.recalled(self.warehouse).partner_id, address)
        address.unlink()
        self.assertFalse(self.recalled(self.warehouse).partner_id)

    def test_names_are_kept_for_each_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        french = self.service.with_context(lang="fr_FR")
        self.service.with_context(lang="en_US").name = "Parcel"
        french.name = "Colis"
        self.assertEqual(self.recalled(french).name, "Colis")
        self.assertEqual(self.recalled(self.service.with_context(lang="en_US")).name, "Parcel")
        self.service.update_field_translations("name", {"fr_FR": "Colis prompt"})
        self.assertEqual(self.recalled(french).name, "Colis prompt")


class TestRememberedCompanies(ShippingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Other Shop"})
        cls.foreign = cls.env["ecom.shipping.template"].create(
            {"name": "Foreign", "company_id": cls.other_company.id, "reference_1": "FOREIGN"}
        )
        cls.stranger = new_test_user(
            cls.env,
            "stranger",
            "ecom_shipping.group_administrator",
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )

    def test_each_company_ships_with_its_own_templates(self):
        Template = self.env["ecom.shipping.template"].sudo()
        self.assertEqual(Template._of(self.other_company), self.foreign)
        self.assertNotIn(self.foreign, Template._of(self.company))
        self.assertNotEqual(self.validate(self.make_picking()).reference_1, "FOREIGN")

    def test_memory_opens_no_door_to_another_company(self):
        own = self.env["ecom.shipping.template"].search([("company_id", "=", self.company.id)])
        own.sudo()._recall()
        self.env.invalidate_all()
        seen = own.with_user(self.stranger)
        self.assertFalse(seen._of(self.company))
        with self.assertRaises(AccessError):
            seen._recall().mapped("reference_1")


class TestParcelsOfTransfers(ShippingCase):
    def test_parcels_repeat_what_their_shipment_says(self):
        """What is written with a new parcel is what would have been computed."""
        parcel = self.validate(self.make_picking()).parcel_ids
        names = ("company_id", "picking_id", "sale_id", "partner_id", "carrier_id", "account_id")
        for name in (*names, "warehouse_id"):
            self.assertTrue(parcel[name], name)
            self.assertEqual(parcel[name], parcel.shipment_id[name], name)
        self.assertEqual(parcel.name, f"{parcel.shipment_id.name}-1")
        self.assertEqual(parcel.shipment_id.order_currency_id, parcel.sale_id.currency_id)


class TestChatter(ShippingCase):
    def texts(self, picking):
        self.env.cr.flush()  # Odoo writes what was tracked when a request ends
        return [m.body for m in picking.message_ids if "Cost:" in m.body]

    def test_validation_is_told_in_one_message(self):
        picking = self.make_picking()
        self.env.cr.flush()
        before = picking.message_ids
        shipment = self.validate(picking)
        (text,) = self.texts(picking)
        self.assertIn(shipment.parcel_ids.tracking_number, text)
        (message,) = picking.message_ids - before
        self.assertIn("state", message.tracking_value_ids.field_id.mapped("name"))

    def test_a_label_that_is_bought_apart_is_told_at_once(self):
        picking = self.make_picking()
        self.env.cr.flush()
        picking.send_to_shipper()
        (text,) = (m.body for m in picking.message_ids if "Cost:" in m.body)
        self.assertIn(picking.carrier_tracking_ref, text)
        self.assertEqual(self.texts(picking), [text])
