"""What an agent, a stranger or a careless person can send: refused in words, harmful to nobody else."""

import json
import time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user

from odoo.addons.ecom_hardware_proxy.models.print_document import PrintDocument
from odoo.addons.ecom_hardware_proxy.proxy import signing

from tests.odoo.hardware_case import ZPL, HardwareCase, told
from tests.odoo.test_hardware_agent import AgentCase

STATION_ACTIONS = ("pair", "revoke", "view_jobs", "view_decisions", "view_failed")
JOB_ACTIONS = ("cancel", "printed", "not_printed", "retry", "reprint")
DEEP = b"[" * 100_000


class TestHostileAgent(AgentCase):
    def test_control_characters_and_half_characters_in_what_devices_say(self):
        """A USB name with a zero byte must not keep the station from reporting its jobs."""
        job = self.print()
        self.env.flush_all()
        answer = self.sync(
            version="1.0\x00",
            devices=[
                told("zebra", name="Ze\x00bra \ud800", words="Out of\x00 paper", driver="r\x00aw"),
                told("sc\x00ale", "scale"),
            ],
            jobs=[
                {"id": "gh\x00ost", "state": "sent"},
                {
                    "id": job.uid,
                    "state": "failed",
                    "words": "No\x00 \udfff",
                    "changed": time.time(),
                },
            ],
        )
        self.assertEqual(answer.status_code, 200)
        self.env.invalidate_all()
        self.assertEqual((self.zebra.words, self.zebra.driver), ("Out of paper", "raw"))
        self.assertEqual(job.state, "failed")

    def test_a_report_without_a_state_is_no_report(self):
        job = self.print()
        self.env.flush_all()
        for state in (None, "nonsense", ["sent"], {}):
            answer = self.sync(jobs=[{"id": job.uid, "state": state, "changed": time.time()}])
            self.assertEqual(answer.status_code, 200, state)
            self.assertEqual([offer["id"] for offer in answer.json()["jobs"]], [job.uid], state)

    def test_a_stranger_causes_no_server_error(self):
        digests = {"code_sha256": "a" * 64, "poll_sha256": "b" * 64}
        for path, body, status in (
            ("pair/start", DEEP, 400),
            ("pair/start", {**digests, "agent": {"name": "x\x00y", "version": "\ud800"}}, 200),
            ("pair/poll", DEEP, 400),
            ("pair/poll", {"poll_secret": "\ud800" * 20}, 400),
            ("pair/poll", {"poll_secret": "\x00" * 20}, 200),
        ):
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
            answer = self.post(path, body=body)
            self.assertEqual(answer.status_code, status, (path, body[:60]))

    def test_signed_headers_of_nonsense(self):
        for headers in (
            {signing.STATION: "\xff\xfe"},
            {signing.STATION: self.bench.uid, signing.TIME: "nan"},
            {signing.STATION: self.bench.uid, signing.TIME: "1e999", signing.NONCE: "x"},
            {signing.STATION: "x" * 5000},
        ):
            answer = self.post("sync", {"api": 1}, headers=headers)
            self.assertEqual(answer.status_code, 401, headers)
        answer = self.url_open(
            "/ecom_hardware/1/sync?%ff=%fe&x=1",
            data=b"{}",
            headers={"Content-Type": "application/json", signing.STATION: self.bench.uid},
        )
        self.assertEqual(answer.status_code, 401)

    def test_numbers_that_are_none(self):
        answer = self.sync(
            devices=[told("zebra", dpi=float("nan"), width_mm=float("inf"), height_mm=-1)]
        )
        self.assertEqual(answer.status_code, 200)
        self.env.invalidate_all()
        self.assertEqual((self.zebra.dpi, self.zebra.width_mm, self.zebra.height_mm), (0, 0, 0))


class TestBytes(AgentCase):
    """What a job holds is for its agent alone, whatever the way that a browser tries."""

    def test_no_way_of_downloading_leads_to_the_content_of_a_job(self):
        job = self.print()
        stored = self.env["ir.attachment"].search(
            [("res_model", "=", job._name), ("res_field", "=", "content"), ("res_id", "=", job.id)]
        )
        self.env.flush_all()
        by_job = (
            f"/web/content/{job._name}/{job.id}/content",
            f"/web/image/{job._name}/{job.id}/content",
            f"/web/content?model={job._name}&id={job.id}&field=content",
        )
        by_file = (
            f"/web/content/{stored.id}",
            f"/web/content/{stored.id}?download=1",
            f"/web/image/{stored.id}",
        )
        for login, paths in (
            ("bench-user", by_job + by_file),
            ("bench-admin", by_job + by_file),
            ("admin", by_job),  # Odoo lets its own administrator read any file by its number
        ):
            self.authenticate(login, login)
            for path in paths:
                answer = self.url_open(path)
                self.assertNotIn(ZPL, answer.content, (login, path))

    def test_nor_does_searching_for_it(self):
        self.print(self.attach(b"^XA^FDSecretive Street^FS^XZ"))
        for user in (self.manager, self.admin):
            jobs = self.env["ecom.print.job"].with_user(user)
            with self.assertRaises(AccessError):
                jobs.search([("content", "!=", False)])
            found = self.env["ir.attachment"].with_user(user)
            domain = [("index_content", "ilike", "Secretive Street")]
            self.assertFalse(found.search([*domain, ("res_field", "!=", False)]))


class TestColleagues(HardwareCase):
    """A colleague sees the queue; what they may not read they cannot have printed either."""

    def setUp(self):
        super().setUp()
        self.colleague = new_test_user(self.env, "mate", "ecom_hardware_proxy.group_user")
        self.partner = self.env["res.partner"].create({"name": "Zoe"})

    def retry(self, **values):
        job = self.print(**values)
        self.tell(job, "failed")
        job.with_user(self.colleague).action_retry()
        return job.reprint_ids

    def test_a_file_of_somebody_else(self):
        with self.assertRaises(AccessError):
            self.retry()
        values = {"res_model": "res.partner", "res_id": self.partner.id}
        shared = self.env["ir.attachment"].create({"name": "x.zpl", "raw": ZPL, **values})
        self.assertEqual(self.retry(documents=shared).user_id, self.colleague)

    def test_a_document_that_is_hidden_from_them(self):
        self.env["ir.rule"].create(
            {
                "name": "hidden",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {self.partner.id})]",
                "groups": [(4, self.env.ref("ecom_hardware_proxy.group_manager").id)],
            }
        )
        document = PrintDocument("Letter", "application/zpl", ZPL)
        self.assertTrue(self.retry(documents=[document], records=self.partner))
        self.colleague.group_ids = self.env.ref("ecom_hardware_proxy.group_manager")
        with self.assertRaises(AccessError):
            self.retry(documents=[document], records=self.partner)

    def test_a_document_that_was_deleted(self):
        document = PrintDocument("Letter", "application/zpl", ZPL)
        job = self.print([document], records=self.partner)
        self.tell(job, "failed")
        self.partner.unlink()
        job.with_user(self.colleague).action_retry()
        self.assertEqual(job.reprint_ids.sudo()._content(), ZPL)


class TestStrangersAtEveryDoor(HardwareCase):
    """Each method that can be called from outside, by people without the group."""

    def calls(self, env):
        job, station, device = (
            env[record._name].browse(record.id) for record in (self.job, self.bench, self.zebra)
        )
        yield from (getattr(job, f"action_{name}") for name in JOB_ACTIONS)
        yield from (getattr(station, f"action_{name}") for name in STATION_ACTIONS)
        yield device.action_test
        yield station.choose
        yield lambda: env["ecom.workstation"].browser_token(self.bench.id)
        yield env["ecom.workstation"].list_for_browser
        yield lambda: env["ecom.print.job"].print_attachments(
            self.open_file.ids, "label_4x6", "press", self.bench.id
        )
        reports = env["ir.actions.report"].with_context(ecom_workstation_id=self.bench.id)
        yield lambda: reports.ecom_route("base.report_irmodeloverview", [1])
        yield lambda: reports.ecom_print("base.report_irmodeloverview", [1])
        for model, values in (
            ("ecom.print.job.reprint", {"job_id": self.job.id}),
            ("ecom.workstation.pair", {"workstation_id": self.bench.id}),
        ):
            yield lambda model=model, values=values: env[model].create(values)

    def test_nobody_without_the_group_gets_anything(self):
        self.job = self.print()
        self.tell(self.job, "failed")
        self.open_file = self.attach(public=True)
        self.env["ir.actions.report"].search([]).ecom_silent = True
        users = [
            new_test_user(self.env, "door-plain", "base.group_user"),
            new_test_user(self.env, "door-portal", "base.group_portal"),
            self.env.ref("base.public_user"),
        ]
        jobs = self.env["ecom.print.job"].search_count([])
        for user in users:
            for call in self.calls(self.env(user=user, context={})):
                try:
                    given = call()
                except AccessError:
                    continue
                given = given.get("token") if isinstance(given, dict) else given
                self.assertFalse(given, (user.login, call))
                self.env.invalidate_all()
        self.assertEqual(self.env["ecom.print.job"].search_count([]), jobs)
        self.assertEqual((self.job.state, self.bench.state), ("failed", "online"))


class TestQuietDevices(HardwareCase):
    def test_a_device_told_in_fractions_is_not_written_each_time(self):
        devices = [told("zebra", dpi=203.2, width_mm=101.64), told("scale", "scale")]
        self._report(self.bench, devices)
        self.env.flush_all()
        self.assertFalse(self.env["ecom.device"]._changed(self.bench, devices))


class TestManyDevices(HardwareCase):
    def test_an_agent_that_names_its_devices_anew_fills_no_table(self):
        job = self.print()
        for number in range(4):
            self._report(self.bench, [told(f"{number}-{device}") for device in range(100)])
        self.env["ecom.device"]._gc_gone()
        devices = self.env["ecom.device"].with_context(active_test=False)
        mine = devices.search([("workstation_id", "=", self.bench.id)])
        self.assertEqual(len(mine.filtered("active")), 100)
        self.assertEqual(len(mine) - 100, 200 + len(self.zebra))
        self.assertEqual(job.device_id, self.zebra)
        self.assertEqual(self.label_route.device_id, self.zebra)


class TestAddresses(HardwareCase):
    def test_an_address_ends_where_the_agent_begins(self):
        """What a person pastes: the paths that pages ask for are appended to it."""
        self.bench.address = "http://Bench-PC:8470/"
        self.assertEqual(self.bench.address, "http://bench-pc:8470")
        for address in ("http://bench:8470/k/KEY", "http://u:p@bench:8470", "http://b:99999", "x"):
            with self.assertRaises(ValidationError):
                self.bench.address = address

    def test_other_addresses_are_compared_as_browsers_write_them(self):
        self.bench.extra_origins = "https://ODOO.Example.com:443/\n"
        self.assertIn("https://odoo.example.com", self.bench._origins())
        self.env["ir.config_parameter"].set_param("web.base.url", "https://Shop.example.com:443")
        self.assertEqual(self.bench._origins()[0], "https://shop.example.com")

    def test_an_address_that_the_agent_tells_is_as_good_as_a_typed_one(self):
        for address in ("http://u:p@evil.example", "http://h:99999", "ftp://x", "javascript:x"):
            self.bench.last_seen = "2026-01-01"
            self._report(self.bench, address=address)
            self.assertEqual(self.bench.address, "http://127.0.0.1:8470")


class TestNobodyThere(HardwareCase):
    """Prints for a place that is not there are refused in words instead of waiting for ever."""

    def test_a_route_to_an_archived_station_is_said(self):
        self.office.active = False
        with self.assertRaisesRegex(UserError, "not there any more"):
            self.print(document_type="manifest")

    def test_the_browser_is_told_of_no_printer_at_an_archived_station(self):
        self.office.active = False
        self.assertNotIn("manifest", self.env["ecom.print.route"]._summary(self.bench))

    def test_a_test_or_reprint_at_an_archived_station_is_said(self):
        job = self.print()
        self.tell(job, "failed")
        self.bench.active = False
        with self.assertRaisesRegex(UserError, "not there any more"):
            job.action_retry()
        with self.assertRaisesRegex(UserError, "not there any more"):
            self.zebra.with_user(self.manager).action_test()

    def test_tests_are_for_managers(self):
        with self.assertRaises(AccessError):
            self.zebra.with_user(self.user).action_test()


class TestFiles(HardwareCase):
    def test_too_large_is_said_before_it_is_read(self):
        large = self.attach(b"%PDF" + b"x" * (12 * 1024 * 1024))
        reads = []
        stored = type(large)._file_read
        self.patch(type(large), "_file_read", lambda *a: reads.append(a) or stored(*a))
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "larger than 12 MB"):
            self.print(large)
        self.assertFalse(reads)

    def test_a_link_is_said_to_be_one(self):
        link = self.attach(False, name="Terms", type="url", url="https://example.com/terms.pdf")
        with self.assertRaisesRegex(UserError, "link"):
            self.print(link)

    def test_the_same_file_twice_in_one_press_is_printed_once(self):
        label = self.attach()
        jobs = self.env["ecom.print.job"].with_user(self.user)
        jobs = jobs.with_context(ecom_workstation_id=self.bench.id)
        printed = jobs.print_attachments([label.id, label.id], "label_4x6", "press")
        self.assertEqual(len({job["uid"] for job in printed}), 1)

    def test_a_setting_that_is_no_number_keeps_no_files_for_ever(self):
        job = self.print()
        self.tell(job, "failed")
        self.env["ir.config_parameter"].set_param("ecom_hardware_proxy.keep_content_hours", "a day")
        self.env.flush_all()
        self.env.cr.execute("UPDATE ecom_print_job SET write_date = write_date - interval '2 days'")
        self.env.invalidate_all()
        self.env["ecom.print.job"]._gc_content()
        self.assertFalse(job.has_content)


class TestCutOff(HardwareCase):
    """An agent that took a job and is cut off may have printed it: nobody else prints it unasked."""

    def setUp(self):
        super().setUp()
        self.taken = self.print()
        self._report(self.bench)
        self.waiting = self.print()

    def test_another_agent_does_not_print_it_again(self):
        self.bench._pair(self._make_pairing("AAAA-BBBB"))
        answer = self._report(self.bench, [told("zebra")])
        self.assertEqual([job["id"] for job in answer["jobs"]], [self.waiting.uid])
        self.assertEqual(self.taken.state, "unknown")
        self.assertIn("look", self.taken.words)

    def test_a_job_that_the_agent_holds_is_asked_about_too(self):
        self.tell(self.taken, "queued", "Out of paper.")
        later = self.print()
        self.bench.with_user(self.admin).action_revoke()
        self.assertEqual((self.taken.state, later.state), ("unknown", "queued"))

    def test_the_same_agent_tells_what_became_of_it(self):
        self.bench.action_revoke()
        self.bench._pair(self._make_pairing("AAAA-BBBB"))
        self.tell(self.taken, "sent", "Sent.")
        self.assertEqual((self.taken.state, self.taken.words), ("sent", "Sent."))

    def test_what_was_decided_is_taken_from_an_agent_that_still_has_it(self):
        self.bench.action_revoke()
        self.bench._pair(self._make_pairing("AAAA-BBBB"))
        self.taken.action_not_printed()
        answer = self._report(self.bench)
        self.assertIn(self.taken.uid, answer["cancel"])

    def test_content_is_kept_for_who_says_it_did_not_print(self):
        self.bench.action_revoke()
        self.taken.action_not_printed()
        self.taken.action_retry()
        self.assertEqual(self.taken.reprint_ids.sudo()._content(), ZPL)


class TestTakenBack(HardwareCase):
    def test_an_agent_that_was_away_hears_of_a_cancellation(self):
        """It holds the job, has told so, and says nothing new: it must not print it later."""
        job = self.print()
        self._report(self.bench)
        self.tell(job, "queued", "Out of paper.")
        job.action_cancel()
        self.env.flush_all()
        self.env.cr.execute("UPDATE ecom_print_job SET write_date = write_date - interval '1 day'")
        self.env.invalidate_all()
        for _call in range(2):
            self.assertEqual(self._report(self.bench)["cancel"], [job.uid])
        self.assertEqual(job.state, "queued")
        self.assertEqual(self.tell(job, "cancelled")["cancel"], [])
        self.assertEqual(job.state, "cancelled")

    def test_a_wizard_reprints_only_what_was_printed(self):
        job = self.print()
        for state in ("queued", "unknown"):
            self.tell(job, state)
            wizard = self.env["ecom.print.job.reprint"].with_user(self.user)
            with self.assertRaisesRegex(UserError, "Only what was printed"):
                wizard.create({"job_id": job.id}).action_reprint()
        self.assertFalse(job.reprint_ids)
