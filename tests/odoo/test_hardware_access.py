"""Who may do what with stations, devices, routes and jobs; each test tries to break in."""

from odoo.exceptions import AccessError, ConcurrencyError, UserError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from tests.odoo.hardware_case import HardwareCase

MODELS = ("ecom.workstation", "ecom.device", "ecom.print.route", "ecom.print.job")


class TestKey(HardwareCase):
    """The station's key is read by nobody, by no way."""

    def test_no_user_reads_it(self):
        for user in (self.user, self.manager, self.admin, self.env.ref("base.user_admin")):
            station = self.bench.with_user(user)
            self.assertNotIn("key", station.fields_get())
            self.assertNotIn("key", station.read()[0])
            for attempt in (
                lambda station=station: station.read(["key"]),
                lambda station=station: station.key,
                lambda station=station: station.search([("key", "=like", "a%")]),
                lambda station=station: station.search([], order="key"),
                lambda station=station: station.export_data(["key"]),
                lambda station=station: station.formatted_read_group([], ["key"]),
                lambda station=station: station.device_ids.search(
                    [("workstation_id.key", "=like", "a%")]
                ),
                lambda station=station: station.mapped("key"),
                lambda station=station: station.filtered_domain([("key", "!=", False)]),
            ):
                with mute_logger("odoo.models"), self.assertRaises(UserError):
                    attempt()

    def test_no_user_writes_it(self):
        for values in ({"key": "00" * 32}, {"uid": "mine"}, {"paired_at": "2026-01-01"}):
            with self.assertRaises(AccessError):
                self.bench.with_user(self.admin).write(values)
            with self.assertRaises(AccessError):
                self.bench.with_user(self.admin).create({"name": "X", **values})

    def test_no_default_of_a_context_writes_it(self):
        for name, value in (("key", "00" * 32), ("uid", "mine"), ("paired_at", "2026-01-01")):
            stations = self.bench.with_user(self.admin).with_context(**{f"default_{name}": value})
            with self.assertRaises(AccessError):
                stations.create({"name": "X"})
        # What the web client always sends is no such default.
        stations = self.bench.with_user(self.admin).with_context(uid=self.admin.id, lang="en_US")
        self.assertEqual(stations.create({"name": "X"}).state, "unpaired")

    def test_a_copy_is_not_paired(self):
        copy = self.bench.with_user(self.admin).copy()
        self.assertFalse(copy.sudo().key)
        self.assertEqual(copy.state, "unpaired")
        self.assertNotEqual(copy.uid, self.bench.uid)

    def test_pairings_are_out_of_reach(self):
        for model in ("ecom.pairing", "ecom.pairing.guard"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.env.ref("base.user_admin")).search([])

    def test_the_content_of_jobs_is_out_of_reach(self):
        job = self.print()
        stored = self.env["ir.attachment"].search(
            [("res_model", "=", job._name), ("res_field", "=", "content"), ("res_id", "=", job.id)]
        )
        self.assertTrue(stored)
        for user in (self.user, self.admin):
            with self.assertRaises(AccessError):
                job.with_user(user).read(["content"])
            with self.assertRaises(AccessError):
                stored.with_user(user).read(["raw"])


class TestCompanies(HardwareCase):
    def setUp(self):
        super().setUp()
        self.job = self.print()
        self.stranger = self.other_company_user()

    def test_a_stranger_sees_nothing(self):
        for model in MODELS:
            self.assertFalse(self.env[model].with_user(self.stranger).search([]), model)

    def test_a_stranger_does_nothing(self):
        attempts = (
            self.bench.with_user(self.stranger).action_revoke,
            self.bench.with_user(self.stranger).action_pair,
            self.bench.with_user(self.stranger).choose,
            self.zebra.with_user(self.stranger).action_test,
            self.job.with_user(self.stranger).action_cancel,
            lambda: self.label_route.with_user(self.stranger).write({"tray": "x"}),
        )
        for attempt in attempts:
            with self.assertRaises(AccessError):
                attempt()
            self.env.invalidate_all()

    def test_a_strangers_browser_cannot_stand_here(self):
        with self.assertRaisesRegex(UserError, "choose the station"):
            self.print(self.attach(public=True), user=self.stranger)
        stations = self.env["ecom.workstation"].with_user(self.stranger)
        self.assertFalse(stations.browser_token(self.bench.id)["token"])
        self.assertEqual(stations.list_for_browser(), [])

    def test_routes_stay_within_the_company(self):
        routes = self.env["ecom.print.route"].with_user(self.stranger)
        with self.assertRaisesRegex(UserError, "belongs to another company"):
            routes.create({"document_type": "other", "device_id": self.zebra.id})


class TestGroups(HardwareCase):
    def test_without_the_group_there_is_no_hardware(self):
        plain = new_test_user(self.env, "plain", "base.group_user")
        portal = new_test_user(self.env, "portal-hw", "base.group_portal")
        for user in (plain, portal):
            for model in MODELS:
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
            with self.assertRaises(AccessError):
                self.print(self.attach(public=True), user=user)
            self.assertEqual(self.env["ecom.workstation"].with_user(user).list_for_browser(), [])

    def test_users_change_nothing_by_hand(self):
        job = self.print()
        for record, values in (
            (self.bench, {"address": "http://evil.example"}),
            (self.zebra, {"active": False}),
            (self.label_route, {"device_id": self.laser.id}),
            (job, {"state": "confirmed"}),
        ):
            with self.assertRaises(AccessError):
                record.with_user(self.user).write(values)
            with self.assertRaises(AccessError):
                record.with_user(self.user).unlink()

    def test_nobody_makes_or_rewrites_jobs_by_hand(self):
        job = self.print()
        for user in (self.manager, self.admin):
            with self.assertRaises(AccessError):
                job.with_user(user).write({"name": "x"})
            with self.assertRaises(AccessError):
                job.with_user(user).copy()

    def test_devices_are_told_by_the_agent(self):
        with self.assertRaises(AccessError):
            self.zebra.with_user(self.admin).write({"name": "mine"})
        self.zebra.with_user(self.admin).active = False
        self.assertFalse(self.zebra.active)

    def test_pairing_is_for_administrators(self):
        for user in (self.user, self.manager):
            with self.assertRaises(AccessError):
                self.bench.with_user(user).action_pair()
            with self.assertRaises(AccessError):
                self.bench.with_user(user).action_revoke()
            with self.assertRaises(AccessError):
                self.env["ecom.workstation.pair"].with_user(user).create(
                    {"workstation_id": self.bench.id, "code": "x"}
                )

    def test_private_methods_are_private(self):
        from odoo.service.model import get_public_method

        for model, names in (
            ("ecom.print.job", ("_print", "_again", "_content", "_sync")),
            ("ecom.workstation", ("_mint", "_pair", "_sync")),
            ("ecom.pairing", ("_start", "_poll")),
        ):
            for name in names:
                with self.assertRaises(AccessError):
                    get_public_method(self.env[model], name)

    def test_attachments_that_the_user_may_not_read_are_not_printed(self):
        secret = self.env["ir.attachment"].create({"name": "secret", "raw": b"^XA^XZ"})
        with self.assertRaises(AccessError):
            self.print(secret)
        jobs = self.env["ecom.print.job"].with_user(self.user)
        with self.assertRaises(AccessError):
            jobs.print_attachments(secret.ids, "label_4x6", None, self.bench.id)

    def test_a_reprint_reads_the_attachment_as_the_user(self):
        label = self.attach()
        job = self.print(label)
        self.tell(job, "confirmed")
        colleague = new_test_user(self.env, "colleague", "ecom_hardware_proxy.group_user")
        with self.assertRaises(AccessError):
            job.with_user(colleague)._again("why not", "press")

    def test_records_that_the_user_may_not_read_are_not_referred_to(self):
        parameter = self.env["ir.config_parameter"].search([], limit=1)
        with self.assertRaises(AccessError):
            self.print(records=parameter)

    def test_a_wizard_of_another_company_finds_no_job(self):
        job = self.print()
        self.tell(job, "confirmed")
        stranger = self.other_company_user("ecom_hardware_proxy.group_user")
        wizard = self.env["ecom.print.job.reprint"].with_user(stranger).create({"job_id": job.id})
        with self.assertRaises(AccessError):
            wizard.action_reprint()


class TestPairingWizard(HardwareCase):
    def wizard(self, code, user=None):
        user = user or self.admin
        action = self.office.with_user(user).action_pair()
        wizard = self.env[action["res_model"]].with_user(user).browse(action["res_id"])
        wizard.code = code
        return wizard

    def test_typed_with_blanks_and_small_letters(self):
        self._make_pairing("K7WQ-M2PX")
        key = self.office.key
        wizard = self.wizard(" k7wq m2px ")
        self.assertEqual(wizard.action_pair()["tag"], "soft_reload")
        self.assertNotEqual(self.office.key, key)
        self.assertEqual(self.office.state, "paired")

    def test_the_agent_gets_the_key_until_it_has_used_it(self):
        self._make_pairing("AAAA")
        pairings = self.env["ecom.pairing"]
        self.assertEqual(pairings._poll("poll-AAAA-padding"), {"state": "waiting"})
        self.wizard("AAAA").action_pair()
        for _time in range(2):
            answer = pairings._poll("poll-AAAA-padding")
            self.assertEqual((answer["state"], answer["key"]), ("paired", self.office.key))
        self._report(self.office)
        self.assertEqual(pairings._poll("poll-AAAA-padding"), {"state": "expired"})

    def test_a_code_counts_once(self):
        self._make_pairing("AAAA")
        self.wizard("AAAA").action_pair()
        wizard = self.wizard("AAAA")
        wizard.action_pair()
        self.assertIn("No agent shows this code", wizard.problem)

    def test_pairing_again_cuts_the_first_agent_off(self):
        first, second = self._make_pairing("AAAA"), self._make_pairing("BBBB")
        self.wizard("AAAA").action_pair()
        self.wizard("BBBB").action_pair()
        self.assertFalse(first.exists())
        self.assertEqual(second.workstation_id, self.office)

    def test_an_expired_code_is_wrong(self):
        self._make_pairing("AAAA").expires_at = "2020-01-01"
        wizard = self.wizard("AAAA")
        wizard.action_pair()
        self.assertIn("No agent shows this code", wizard.problem)

    def test_five_wrong_codes_then_words(self):
        self._make_pairing("AAAA")
        for _try in range(5):
            wizard = self.wizard("WRONG")
            wizard.action_pair()
            self.assertIn("No agent shows this code", wizard.problem)
        wizard = self.wizard("AAAA")
        wizard.action_pair()
        self.assertIn("Too many wrong codes", wizard.problem)
        self.env["ecom.pairing.guard"].search([]).since = "2020-01-01"
        self.wizard("AAAA").action_pair()
        self.assertEqual(self.office.state, "paired")

    def test_an_agent_of_another_interface_is_refused_in_words(self):
        self._make_pairing("AAAA", api=2)
        wizard = self.wizard("AAAA")
        wizard.action_pair()
        self.assertIn("does not fit", wizard.problem)
        self.assertEqual(self.office.state, "online")

    def test_the_station_takes_the_agents_address_if_it_is_one(self):
        for address, taken in (
            ("https://10.0.0.7:8470/", "https://10.0.0.7:8470"),
            ("", "https://10.0.0.7:8470"),
            ("javascript:alert(1)", "https://10.0.0.7:8470"),
            ("http://[", "https://10.0.0.7:8470"),
        ):
            pairing = self._make_pairing("AAAA")
            pairing.agent_address = address
            self.wizard("AAAA").action_pair()
            self.assertEqual(self.office.address, taken)
            pairing.unlink()

    def test_addresses_are_checked(self):
        for values in (
            {"address": "computer:8470"},
            {"address": "ftp://computer"},
            {"extra_origins": "https://shop.example.com/odoo"},
            {"extra_origins": "*"},
        ):
            with self.assertRaises(ValidationError):
                self.office.write(values)

    def test_an_archived_station_is_revoked(self):
        self.office.with_user(self.admin).active = False
        self.assertFalse(self.office.key)

    def test_a_station_stays_in_its_company(self):
        company = self.env["res.company"].create({"name": "Second"})
        with self.assertRaisesRegex(UserError, "make a new station"):
            self.office.company_id = company

    def test_old_pairings_and_counts_are_forgotten(self):
        pairing = self._make_pairing("AAAA")
        pairing.expires_at = "2020-01-01"
        guard = self.env["ecom.pairing.guard"].create(
            {"user_id": self.admin.id, "since": "2020-01-01"}
        )
        pairing._gc_expired()
        guard._gc_old()
        self.assertFalse(pairing.exists() or guard.exists())

    def test_first_tries_at_the_same_time_are_counted_one_by_one(self):
        guards = self.env["ecom.pairing.guard"]
        guards._create_once(self.admin, "2026-01-01")
        with mute_logger("odoo.sql_db"), self.assertRaises(ConcurrencyError):
            guards._create_once(self.admin, "2026-01-01")

    def test_revoke_forgets_the_key_at_once(self):
        self.office.with_user(self.admin).action_revoke()
        self.assertFalse(self.office.key)
        self.assertEqual(self.office.state, "unpaired")


class TestNeutralise(HardwareCase):
    def test_a_copy_prints_nowhere(self):
        from odoo.modules.neutralize import get_neutralization_queries

        job = self.print()
        self._make_pairing("AAAA")
        self.env.flush_all()
        for query in get_neutralization_queries(["ecom_hardware_proxy"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertEqual(set(self.env["ecom.workstation"].search([]).mapped("state")), {"unpaired"})
        self.assertFalse(any(self.env["ecom.workstation"].search([]).mapped("key")))
        self.assertEqual((job.state, job.todo), ("cancelled", False))
        self.assertFalse(self.env["ecom.pairing"].search([]))
