"""Who may do what; each test tries to break in."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from tests.odoo.shipping_case import ShippingCase

SECRETS = ("canada_post_user", "canada_post_password")


class TestAccess(ShippingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "ship-user", "ecom_shipping.group_user")
        cls.manager = new_test_user(cls.env, "ship-manager", "ecom_shipping.group_manager")
        cls.admin = new_test_user(cls.env, "ship-admin", "ecom_shipping.group_administrator")
        cls.packer = new_test_user(cls.env, "packer-x", "stock.group_stock_user")
        cls.portal = new_test_user(cls.env, "portal-x", "base.group_portal")
        cls.other_company = cls.env["res.company"].create({"name": "Other Shop"})
        cls.stranger = new_test_user(
            cls.env,
            "stranger",
            "ecom_shipping.group_administrator",
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )

    def open_shipment(self):
        """A shipment that nobody bought yet."""
        return self.env["ecom.shipment"].browse(self.make_picking()._ecom_open_shipments().ids)

    def transmitted(self):
        """A manifest at the carrier, with its paper."""
        manifest = self.env["ecom.manifest"]._collect()
        manifest.action_transmit()
        self.control("POST", "manifests/ready")
        manifest.action_fetch_papers()
        return manifest

    def rates_wizard(self, picking, user):
        """The wizard that compares rates, as ``user`` opens it."""
        action = picking.with_user(user).action_ecom_rates()
        return self.env[action["res_model"]].with_user(user).browse(action["res_id"])

    def choose(self, rate, wizard, user):
        """The button of a rate in the wizard."""
        context = {"ecom_wizard_model": wizard._name, "ecom_wizard_id": wizard.id}
        return rate.with_user(user).with_context(**context).action_choose()

    def test_only_administrators_read_secrets(self):
        for user in (self.user, self.manager, self.packer):
            account = self.account.with_user(user)
            self.assertTrue(account.name)
            for secret in SECRETS:
                with self.assertRaises(AccessError):
                    account.read([secret])
            self.assertFalse(set(SECRETS) & set(account.read()[0]))
        self.assertEqual(self.account.with_user(self.admin).canada_post_password, "north-pass")

    def test_secrets_are_in_no_export_for_others(self):
        self.manager.group_ids += self.env.ref("base.group_allow_export")
        with self.assertRaises(AccessError):
            self.account.with_user(self.manager).export_data(["name", "canada_post_password"])

    def test_secrets_cannot_be_searched_letter_by_letter(self):
        with self.assertRaises(AccessError):
            self.env["ecom.carrier.account"].with_user(self.manager).search(
                [("canada_post_password", "=like", "n%")]
            )

    def test_only_administrators_change_accounts(self):
        for user in (self.user, self.manager):
            with self.assertRaises(AccessError):
                self.account.with_user(user).write({"customer_number": "1"})
        self.account.with_user(self.admin).write({"name": "CP"})

    def test_only_managers_change_the_catalogue(self):
        service = self.env.ref("ecom_shipping_canada_post.service_dom_ep")
        with self.assertRaises(AccessError):
            service.with_user(self.user).write({"name": "Cheap"})
        service.with_user(self.manager).write({"name": "Expedited"})

    def test_a_packer_ships_without_reading_the_order(self):
        picking = self.make_picking().with_user(self.packer)
        self.assertIs(picking.button_validate(), True)
        self.assertTrue(picking.ecom_parcel_ids.tracking_number)
        self.assertTrue(picking.ecom_parcel_ids.label_attachment_id.raw)

    def test_nobody_writes_the_journal_or_events_by_hand(self):
        shipment = self.validate(self.make_picking())
        row = self.env["ecom.purchase"].search([("key", "=", shipment.parcel_ids.purchase_key)])
        for user in (self.user, self.manager, self.admin):
            with self.assertRaises(AccessError):
                row.with_user(user).write({"state": "voided"})
            with self.assertRaises(AccessError):
                self.env["ecom.tracking.event"].with_user(user).create(
                    {
                        "parcel_id": shipment.parcel_ids.id,
                        "moment": "2026-11-01 10:00:00",
                        "code": "1",
                        "name": "x",
                        "status": "delivered",
                    }
                )

    def test_only_managers_settle_purchases_by_hand(self):
        shipment = self.validate(self.make_picking())
        row = self.env["ecom.purchase"].search([("key", "=", shipment.parcel_ids.purchase_key)])
        row.sudo().state = "unknown"
        with self.assertRaises(AccessError):
            row.with_user(self.user).action_declare_settled()
        row.with_user(self.manager).action_declare_settled()
        self.assertEqual(row.state, "refused")
        self.assertIn("ship-manager", row.error)

    def test_nobody_marks_a_tracked_parcel_delivered(self):
        shipment = self.validate(self.make_picking())
        with self.assertRaisesRegex(UserError, "by itself"):
            shipment.action_mark_delivered()

    def test_a_user_cannot_fake_a_bought_label(self):
        picking = self.make_picking()
        shipment = (
            self.env["ecom.shipment"]
            .browse(picking._ecom_open_shipments().ids)
            .with_user(self.user)
        )
        with self.assertRaises(AccessError):
            shipment.parcel_ids.write({"tracking_number": "1234", "purchase_key": "x"})
        with self.assertRaises(AccessError):
            shipment.write({"state": "delivered"})

    def test_defaults_do_not_fill_in_what_only_carriers_tell(self):
        shipment = self.open_shipment().with_user(self.user)
        facts = {
            "default_state": "delivered",
            "default_tracking_number": "1234",
            "default_purchase_key": "invented",
            "default_tracking_status": "delivered",
            "default_price_bought": 1.0,
        }
        invented = shipment.with_context(**facts).copy()
        self.env["ir.default"].with_user(self.user).set(
            "ecom.parcel", "carrier_ref", "invented", user_id=True
        )
        invented.with_context(**facts).write({"parcel_ids": [Command.create({"number": 7})]})
        parcel = invented.parcel_ids
        self.assertEqual((invented.state, invented.price_bought), ("draft", 0.0))
        self.assertEqual((parcel.tracking_status, parcel.number), ("none", 7))
        self.assertFalse(parcel.tracking_number or parcel.purchase_key or parcel.carrier_ref)

    def test_a_bought_parcel_stays_where_it_was_bought(self):
        parcel = self.validate(self.make_picking()).parcel_ids.with_user(self.user)
        other = self.open_shipment()
        package = self.env["stock.package"].create({"name": "P-1"})
        for vals in (
            {"shipment_id": other.id},
            {"number": 5},
            {"package_id": package.id},
            {"weight_g": 5},
        ):
            with self.assertRaisesRegex(UserError, "is bought"):
                parcel.write(vals)
        with self.assertRaisesRegex(UserError, "add parcels"):
            parcel.create({"shipment_id": parcel.shipment_id.id, "number": 9})
        with self.assertRaisesRegex(UserError, "add parcels"):
            other.parcel_ids.with_user(self.user).shipment_id = parcel.shipment_id
        other.with_user(self.user).parcel_ids = [Command.create({"number": 9})]

    def test_users_cannot_change_or_delete_labels_and_manifests(self):
        parcel = self.validate(self.make_picking()).parcel_ids
        manifest = self.transmitted()
        for paper in (parcel.label_attachment_id, manifest.document_ids):
            self.assertTrue(paper.raw)
            for user in (self.user, self.manager, self.packer):
                for vals in ({"raw": b"x"}, {"datas": b"eA=="}, {"res_model": False, "res_id": 0}):
                    with self.assertRaises(AccessError):
                        paper.with_user(user).write(vals)
                with self.assertRaises(AccessError):
                    paper.with_user(user).unlink()
                with self.assertRaises(AccessError):
                    paper.with_user(user).sudo()._delete_and_notify()
        own = self.env["ir.attachment"].with_user(self.user)
        own = own.create({"name": "x", "res_model": "ecom.parcel", "res_id": parcel.id})
        own.raw = b"y"
        own.unlink()

    def test_users_do_not_rewrite_manifests(self):
        self.validate(self.make_picking())
        manifest = self.env["ecom.manifest"]._collect().with_user(self.user)
        place = self.warehouse.copy({"name": "Second", "code": "SEC"})
        for vals in (
            {"warehouse_id": place.id},
            {"account_id": self.account.copy().id},
            {"company_id": self.other_company.id},
            {"origin_postal_code": "V6B1A1"},
        ):
            with self.assertRaisesRegex(UserError, "Take the parcels off"):
                manifest.write(vals)
        manifest.date = "2026-12-01"
        manifest.action_transmit()
        for vals in ({"date": "2026-12-02"}, {"name": "x"}, {"warehouse_id": place.id}):
            with self.assertRaisesRegex(UserError, "stays as history"):
                manifest.write(vals)
        manifest.message_post(body="Handed over at the door")
        manifest.activity_schedule("mail.mail_activity_data_todo", user_id=self.user.id)

    def test_parcels_stay_on_a_manifest_that_the_carrier_may_have(self):
        self.validate(self.make_picking())
        manifest = self.env["ecom.manifest"]._collect()
        row = self.env["ecom.purchase"].sudo()
        row = row.create(
            {
                "key": "lost-answer",
                "action": "manifest",
                "scope_model": manifest._name,
                "scope_id": manifest.id,
                "document_name": manifest.name,
                "state": "unknown",
            }
        )
        for state in ("intent", "sold", "unknown"):
            row.state = state
            self.env.flush_all()
            with self.assertRaisesRegex(UserError, "Transmit it again"):
                manifest.with_user(self.user).action_remove_parcels()
            with self.assertRaisesRegex(UserError, "Transmit it again"):
                manifest.with_user(self.manager).unlink()
        row.state = "refused"
        self.env.flush_all()
        manifest.with_user(self.user).action_remove_parcels()
        self.assertFalse(manifest.parcel_ids)
        manifest.with_user(self.manager).unlink()

    def test_what_a_carrier_writes_is_never_markup(self):
        shipment = self.validate(self.make_picking())
        shipment.parcel_ids._warn('<a href="https://evil.example">Pay</a>')
        note = shipment.activity_ids.note
        self.assertNotIn("<a href=", note)
        self.assertIn("&lt;a href=", note)

    def test_a_rate_is_chosen_only_where_it_is_shown(self):
        picking, other = self.make_picking(), self.make_picking()
        wizard = self.rates_wizard(picking, self.packer)
        rate = wizard.rate_ids.filtered(lambda r: not r.excluded)[:1]
        foreign = self.rates_wizard(other, self.packer).rate_ids.filtered(lambda r: not r.excluded)[
            :1
        ]
        excluded = rate.sudo().copy({"excluded": True, "reason": "Too heavy"})
        with self.assertRaisesRegex(UserError, "the wizard that shows it"):
            self.choose(foreign, wizard, self.packer)
        with self.assertRaisesRegex(UserError, "the wizard that shows it"):
            self.choose(rate, wizard.browse(), self.packer)
        with self.assertRaisesRegex(UserError, "Too heavy"):
            self.choose(excluded, wizard, self.packer)
        with self.assertRaises(AccessError):
            self.choose(rate, wizard, self.user)
        self.choose(rate, wizard, self.packer)
        self.assertEqual(picking.ecom_service_id, rate.service_id)

    def test_a_rate_of_another_order_is_not_chosen(self):
        order, other = self.make_order(), self.make_order()
        rates = [
            self.env["ecom.rate"]._quote(o, self.carrier).filtered(lambda r: not r.excluded)[:1]
            for o in (order, other)
        ]
        wizard = self.env["choose.delivery.carrier"].create(
            {"order_id": order.id, "carrier_id": self.carrier.id}
        )
        with self.assertRaisesRegex(UserError, "the wizard that shows it"):
            self.choose(rates[1], wizard, self.env.user)
        self.choose(rates[0], wizard, self.env.user)

    def test_no_other_rate_is_chosen_for_a_bought_label(self):
        picking = self.make_picking()
        wizard = self.rates_wizard(picking, self.packer)
        rate = wizard.rate_ids.filtered(lambda r: not r.excluded)[:1]
        self.validate(picking)
        with self.assertRaisesRegex(UserError, "The label is bought"):
            self.choose(rate, wizard, self.packer)

    def test_users_do_not_read_what_was_said_to_the_carrier(self):
        picking = self.make_picking().with_user(self.packer)
        picking.button_validate()
        shipment = picking.ecom_shipment_ids
        row = shipment.purchase_ids
        self.assertTrue(row)
        for field in ("request", "answer", "fingerprint"):
            with self.assertRaises(AccessError):
                row.read([field])
            self.assertTrue(row.with_user(self.manager).read([field])[0][field])
        self.assertEqual(row.read(["state"])[0]["state"], "sold")
        self.assertFalse(picking.ecom_problem)
        shipment.sudo().parcel_ids.label_attachment_id = False
        shipment.action_fetch_labels()
        self.assertTrue(shipment.parcel_ids.label_attachment_id)
        self.env["ecom.manifest"].with_user(self.packer)._collect().action_transmit()

    def test_comparing_rates_tells_nothing_of_other_companies(self):
        picking = self.make_picking()
        picking.ecom_declared_value = 777
        self.stranger.group_ids += self.env.ref("stock.group_stock_user")
        Wizard = self.env["ecom.transfer.rates"].with_user(self.stranger)
        with self.assertRaises(AccessError):
            Wizard.create({"picking_id": picking.id})
        with self.assertRaises(AccessError):
            Wizard.onchange(
                {"picking_id": picking.id}, [], {"picking_id": {}, "declared_value": {}}
            )
        with self.assertRaises(AccessError):
            Wizard.new({"picking_id": picking.id}).declared_value  # noqa: B018
        wizard = self.rates_wizard(self.make_picking(), self.packer)
        self.assertEqual(wizard.declared_value, 0)
        self.assertTrue(wizard.currency_id)

    def test_a_user_copies_a_bought_shipment(self):
        shipment = self.validate(self.make_picking()).with_user(self.user)
        copied = shipment.copy()
        self.assertEqual(copied.state, "draft")
        self.assertFalse(copied.currency_id or copied.parcel_ids)

    def test_another_company_sees_nothing(self):
        shipment = self.validate(self.make_picking())
        self.env["ecom.manifest"]._collect()
        for model in (
            "ecom.shipment",
            "ecom.parcel",
            "ecom.manifest",
            "ecom.carrier.account",
            "ecom.purchase",
        ):
            self.assertFalse(self.env[model].with_user(self.stranger).search([]), model)
        with self.assertRaises(AccessError):
            shipment.with_user(self.stranger).read(["name"])
        label = shipment.parcel_ids.label_attachment_id
        with self.assertRaises(AccessError):
            label.with_user(self.stranger).read(["datas"])

    def test_portal_users_reach_no_model(self):
        shipment = self.validate(self.make_picking())
        for record in (shipment, shipment.parcel_ids, self.account):
            with self.assertRaises(AccessError):
                record.with_user(self.portal).read(["name"])
        with self.assertRaises(AccessError):
            shipment.parcel_ids.label_attachment_id.with_user(self.portal).read(["datas"])

    def test_companies_do_not_mix(self):
        other = self.account.copy({"company_id": self.other_company.id, "name": "Other"})
        with self.assertRaisesRegex(Exception, "[Cc]ompan"):
            self.carrier.ecom_account_id = other


class TestNeutralize(ShippingCase):
    def test_a_neutralised_copy_reaches_nobody(self):
        from odoo.modules.neutralize import get_neutralization_queries

        self.account.environment = "production"
        self.env.flush_all()
        for query in get_neutralization_queries(
            ["delivery", "ecom_shipping", "ecom_shipping_canada_post"]
        ):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.assertEqual(self.account.environment, "test")
        self.assertFalse(self.account.canada_post_password or self.account.canada_post_user)
        endpoint = (
            self.env["ir.config_parameter"].sudo().get_param("ecom_shipping_canada_post.endpoint")
        )
        self.assertTrue(endpoint.startswith("http://127.0.0.1"))
        self.assertFalse(self.env["ecom.tracking.notice"].search([]))
        crons = self.env.ref("ecom_shipping.cron_track") | self.env.ref(
            "ecom_shipping.cron_manifest_papers"
        )
        self.assertFalse(any(crons.mapped("active")))
        self.assertFalse(self.carrier.active)

    def test_every_secret_field_is_blanked(self):
        secrets = [
            name
            for name, field in self.env["ecom.carrier.account"]._fields.items()
            if field.groups and "group_administrator" in field.groups
        ]
        from odoo.modules.neutralize import get_neutralization_queries

        text = " ".join(
            get_neutralization_queries(
                sorted({f"{m}" for m in self.env.registry._init_modules if m.startswith("ecom_")})
            )
        )
        self.assertTrue(secrets)
        for name in secrets:
            self.assertIn(f"{name} = NULL", " ".join(text.split()), name)
