"""The agent's calls over real HTTP, and what a page of a station is given."""

import json
import time
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase

from odoo.addons.ecom_hardware_proxy.controllers import agent as routes
from odoo.addons.ecom_hardware_proxy.models.ecom_workstation import ONLINE_S, SEEN_EVERY_S
from odoo.addons.ecom_hardware_proxy.models.ecom_workstation_agent import SLOW_MS
from odoo.addons.ecom_hardware_proxy.proxy import signing

from tests.odoo.hardware_case import ZPL, HardwareCase, claims, told


class AgentCase(HardwareCase, HttpCase):
    def setUp(self):
        super().setUp()
        routes.LIMITS._windows.clear()

    def post(self, path, values=None, body=None, headers=None):
        body = json.dumps(values or {}).encode() if body is None else body
        headers = {"Content-Type": "application/json", **(headers or {})}
        return self.url_open(f"/ecom_hardware/1/{path}", data=body, headers=headers)

    def signed(self, path, values=None, station=None, key=None, now=None):
        station = station or self.bench
        body = json.dumps(values or {}).encode()
        headers = signing.sign(
            key or station.key, "POST", f"/ecom_hardware/1/{path}", body, now or time.time()
        )
        return self.post(path, body=body, headers={signing.STATION: station.uid, **headers})

    def sync(self, **values):
        quiet = {
            "version": "1.0.0",
            "api": 1,
            "address": "http://127.0.0.1:8470",
            "devices": [told("zebra"), told("scale", "scale")],
            "jobs": [],
        }
        return self.signed("sync", {**quiet, **values})


class TestPairing(AgentCase):
    def start(self, code="K7WQM2PX", secret="x" * 32, **agent):
        import hashlib

        return self.post(
            "pair/start",
            {
                "code_sha256": signing.code_digest(code),
                "poll_sha256": hashlib.sha256(secret.encode()).hexdigest(),
                "agent": {"name": "bench", "version": "1.0.0", "api": 1, "address": "", **agent},
            },
        )

    def test_from_the_code_to_the_first_signed_call(self):
        self.assertEqual(self.start().json(), {"expires_in": 600})
        poll = {"poll_secret": "x" * 32}
        self.assertEqual(self.post("pair/poll", poll).json(), {"state": "waiting"})
        pairing = self.env["ecom.pairing"]._with_code("k7wq-m2px")
        self.office._pair(pairing)
        self.env.flush_all()
        answer = self.post("pair/poll", poll).json()
        self.assertEqual((answer["state"], answer["station"]), ("paired", self.office.uid))
        self.assertIn("origins", answer)
        done = self.signed(
            "sync", {"version": "1.0.0", "api": 1}, station=self.office, key=answer["key"]
        )
        self.assertEqual(done.status_code, 200)
        self.assertEqual(self.post("pair/poll", poll).json(), {"state": "expired"})

    def test_a_wrong_secret_learns_nothing(self):
        self.start()
        answer = self.post("pair/poll", {"poll_secret": "y" * 32})
        self.assertEqual(answer.json(), {"state": "expired"})

    def test_a_code_that_is_shown_already_is_refused(self):
        self.start()
        self.assertEqual(self.start(secret="z" * 32).status_code, 429)

    def test_the_table_of_pairings_is_bounded(self):
        statuses = [
            self.start(f"CODE{number}", "s" * 20 + str(number)).status_code for number in range(7)
        ]
        self.assertEqual(statuses, [200] * 5 + [429] * 2)
        self.assertEqual(self.env["ecom.pairing"].search_count([("agent_name", "=", "bench")]), 5)

    def test_a_flood_is_slowed_down(self):
        statuses = [self.post("pair/start", {}).status_code for _try in range(12)]
        self.assertEqual(statuses, [400] * 10 + [429] * 2)

    def test_bad_bodies_are_refused(self):
        for body, headers, status in (
            (b"{", None, 400),
            (b"[]", None, 400),
            (b"{}", None, 400),
            (b"{}", {"Content-Type": "text/plain"}, 415),
            (b"{" + b" " * 2**21, None, 413),
        ):
            answer = self.post("pair/start", body=body, headers=headers)
            self.assertEqual(answer.status_code, status, body[:10])

    def test_get_does_nothing(self):
        for path in ("pair/start", "pair/poll", "sync", "jobs/x/content"):
            answer = self.url_open(f"/ecom_hardware/1/{path}")
            self.assertIn(answer.status_code, (404, 405))


class TestSync(AgentCase):
    def test_the_answer_is_signed(self):
        self.print()
        self.env.flush_all()
        body = json.dumps({"version": "1", "api": 1, "devices": [], "jobs": []}).encode()
        headers = signing.sign(self.bench.key, "POST", "/ecom_hardware/1/sync", body, time.time())
        answer = self.post("sync", body=body, headers={signing.STATION: self.bench.uid, **headers})
        self.assertEqual(
            answer.headers[signing.SIGNATURE],
            signing.answer_signature(self.bench.key, headers[signing.NONCE], answer.content),
        )

    def test_a_job_is_offered_fetched_printed_and_noted(self):
        job = self.print()
        self.env.flush_all()
        (offer,) = self.sync().json()["jobs"]
        self.assertEqual((offer["id"], offer["size"]), (job.uid, len(ZPL)))
        content = self.signed(f"jobs/{job.uid}/content")
        self.assertEqual(content.content, ZPL)
        report = {"id": job.uid, "state": "confirmed", "words": "", "changed": time.time()}
        answer = self.sync(jobs=[report]).json()
        self.assertEqual((answer["jobs"], answer["noted"]), ([], [job.uid]))
        self.env.invalidate_all()
        self.assertEqual(job.state, "confirmed")
        self.assertEqual(self.signed(f"jobs/{job.uid}/content").status_code, 410)

    def test_a_cancelled_job_is_not_given_out(self):
        job = self.print()
        job.action_cancel()
        self.env.flush_all()
        self.assertEqual(self.signed(f"jobs/{job.uid}/content").status_code, 410)

    def test_content_is_for_its_own_station(self):
        job = self.print()
        self.env.flush_all()
        answer = self.signed(f"jobs/{job.uid}/content", station=self.office)
        self.assertEqual(answer.status_code, 404)

    def test_what_is_not_signed_by_the_station_is_refused(self):
        body = json.dumps({"version": "1", "api": 1}).encode()
        target = "/ecom_hardware/1/sync"
        good = signing.sign(self.bench.key, "POST", target, body, time.time())
        for name, headers, sent, error in (
            ("unsigned", {}, body, "unsigned"),
            (
                "another key",
                signing.sign(self.office.key, "POST", target, body, time.time()),
                body,
                "signature",
            ),
            ("another body", good, b'{"api": 1}', "signature"),
            (
                "late",
                signing.sign(self.bench.key, "POST", target, body, time.time() - 90),
                body,
                "clock",
            ),
        ):
            answer = self.post(
                "sync", body=sent, headers={signing.STATION: self.bench.uid, **headers}
            )
            self.assertEqual((answer.status_code, answer.json()["error"]), (401, error), name)

    def test_a_station_that_is_revoked_or_archived_hears_so(self):
        keys = [(station, station.key) for station in (self.bench, self.office)]
        self.bench.action_revoke()
        self.office.active = False
        self.env.flush_all()
        for station, old in keys:
            answer = self.signed("sync", {"api": 1}, station=station, key=old)
            self.assertEqual((answer.status_code, answer.json()["error"]), (401, "revoked"))

    def test_another_interface_is_refused_in_words(self):
        answer = self.sync(api=7)
        self.assertEqual((answer.status_code, answer.json()["error"]), (400, "api"))

    def test_hostile_reports_do_no_harm(self):
        answer = self.sync(
            devices=[
                None,
                {"kind": "tank"},
                {"kind": "scale", "id": 3},
                told("zebra", words="x" * 9999),
            ],
            jobs=[None, 3, {"id": None}, {"id": "x" * 9999, "state": ["sent"]}],
        )
        self.assertEqual(answer.status_code, 200)
        self.env.invalidate_all()
        self.assertEqual(len(self.zebra.words), 256)

    def test_the_database_is_named_by_a_header(self):
        answer = self.post(
            "pair/poll", {"poll_secret": "x" * 32}, headers={"X-Odoo-Database": self.env.cr.dbname}
        )
        self.assertEqual(answer.status_code, 200)


class TestCheapCalls(HardwareCase):
    def quiet(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self._report(self.bench, [told("zebra"), told("scale", "scale")])

    def test_a_quiet_call_writes_nothing_and_costs_few_queries(self):
        self.quiet()
        before = self.bench.write_date
        with self.assertQueryCount(6):
            self._report(
                self.bench.with_env(self.bench.env), [told("zebra"), told("scale", "scale")]
            )
            self.env.flush_all()
        self.assertEqual(self.bench.write_date, before)

    def test_last_seen_is_written_when_it_is_due(self):
        self.bench.last_seen = "2026-01-01 00:00:00"
        self.assertEqual(self.bench.state, "offline")
        self.quiet()
        self.assertEqual(self.bench.state, "online")

    def test_the_agents_address_is_followed_unless_a_person_typed_one(self):
        def told(address):
            self.bench.last_seen = "2026-01-01"
            self._report(self.bench, address=address)
            return self.bench.address

        self.assertEqual(told("https://10.0.0.7:8470"), "https://10.0.0.7:8470")
        self.assertEqual(told("https://10.0.0.8:8470"), "https://10.0.0.8:8470")
        self.bench.address = "https://bench.example.com"
        self.assertEqual(told("https://10.0.0.9:8470"), "https://bench.example.com")
        self.assertEqual(told("nonsense"), "https://bench.example.com")

    def test_the_agent_is_told_the_language_of_the_company(self):
        self.assertEqual(self.quiet()["lang"], "en_US")
        self.env["res.lang"]._activate_lang("fr_FR")
        self.bench.company_id.partner_id.lang = "fr_FR"
        self.assertEqual(self.quiet()["lang"], "fr_FR")

    def test_a_station_in_use_asks_every_second(self):
        self.assertEqual(self.quiet()["poll_after_ms"], 5000)
        self.print()
        self.assertEqual(self.quiet()["poll_after_ms"], 1000)

    def test_many_jobs_cost_no_more_queries(self):
        def cost(jobs):
            self.print([self.document(number) for number in range(jobs)])
            self.quiet()
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.quiet()
            return self.env.cr.sql_log_count - start

        self.assertEqual(cost(1), cost(15))

    def document(self, number):
        from odoo.addons.ecom_hardware_proxy.models.print_document import PrintDocument

        return PrintDocument(f"{number}", "application/zpl", b"^XA%d^XZ" % number)


class TestDevices(HardwareCase):
    def test_a_station_that_does_not_call_is_offline_within_a_minute_and_its_devices_unknown(self):
        self.assertEqual((self.zebra.health, self.zebra.health_words), ("online", ""))
        self.bench.last_seen = fields.Datetime.now() - timedelta(seconds=61)
        self.assertEqual((self.bench.state, self.zebra.health), ("offline", "unknown"))
        self.assertIn("does not call any more", self.zebra.health_words)
        self.assertEqual(self.bench._browser_values()["devices"][0]["state"], "unknown")
        problems = self.env.ref("ecom_hardware_proxy.view_ecom_device_search").arch
        self.assertIn("workstation_id.state", problems)

    def test_a_station_that_calls_as_slowly_as_it_may_stays_online(self):
        """Quiet calls do not move the time until it is due: then the next one does."""
        late_s = SEEN_EVERY_S + SLOW_MS / 1000
        self.assertLess(late_s * 2, ONLINE_S)

    def test_after_revoke_nobody_knows_about_the_devices(self):
        self._report(self.bench, [told("zebra", state="attention", words="Out of paper.")])
        self.assertEqual(self.zebra.health_words, "Out of paper.")
        self.bench.with_user(self.admin).action_revoke()
        self.assertEqual(self.zebra.health, "unknown")
        self.assertEqual(self.zebra.health_words, "Its station is not paired.")

    def test_devices_are_kept_by_identity(self):
        self._report(
            self.bench,
            [told("scale", "scale"), told("zebra", state="attention", words="Out of paper.")],
        )
        self.assertEqual((self.zebra.state, self.zebra.words), ("attention", "Out of paper."))
        self.assertEqual(len(self.bench.device_ids), 2)
        self.assertIn("Zebra: Out of paper.", self.bench.words)

    def test_what_is_gone_is_archived_and_missed(self):
        self._report(self.bench, [told("scale", "scale")])
        self.assertFalse(self.zebra.active)
        self.assertIn("An expected device is missing: Zebra.", self.bench.words)
        self._report(self.bench, [told("scale", "scale"), told("zebra")])
        self.assertTrue(self.zebra.active)
        self.assertEqual(self.bench.words, "")

    def test_what_an_administrator_archived_stays_archived(self):
        self.scale.active = False
        self._report(self.bench, [told("scale", "scale", words="still here"), told("zebra")])
        self.assertFalse(self.scale.active)

    def test_an_old_agent_is_said(self):
        self.bench.sudo().agent_api = 0
        self.assertEqual(self.bench.words, "")
        self.bench.sudo().agent_api = 2
        self.assertIn("newer than this Odoo addon", self.bench.words)


class TestBrowser(AgentCase):
    def call(self, station, user="bench-user", origin=None):
        self.authenticate(user, user)
        answer = self.url_open(
            "/web/dataset/call_kw/ecom.workstation/browser_token",
            data=json.dumps(
                {
                    "params": {
                        "model": "ecom.workstation",
                        "method": "browser_token",
                        "args": [station.id],
                        "kwargs": {},
                    }
                }
            ),
            headers={"Content-Type": "application/json", **({"Origin": origin} if origin else {})},
        )
        return answer.json()["result"]

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("web.base.url", "https://shop.example.com/")
        self.origin = "https://shop.example.com"

    def test_a_token_for_the_page_that_asks(self):
        grant = self.call(self.bench, origin=self.origin)
        said = signing.read_token(self.bench.key, grant["token"], time.time())
        self.assertEqual(said["origin"], self.origin)
        self.assertEqual((said["station"], said["login"]), (self.bench.uid, "bench-user"))
        self.assertEqual(said["do"], ["read", "print", "scale"])
        self.assertAlmostEqual(said["exp"], time.time() + 300, delta=20)
        self.assertEqual(grant["secret"], signing.token_secret(self.bench.key, grant["token"]))
        self.assertEqual([device["id"] for device in grant["devices"]], ["zebra", "scale"])
        self.assertEqual(grant["routes"]["label_4x6"]["id"], "zebra")
        self.assertEqual(grant["routes"]["manifest"]["name"], "Laser")

    def test_groups_decide_what_may_be_asked_for(self):
        grant = self.call(self.bench, "bench-manager", self.origin)
        self.assertEqual(claims(grant["token"])["do"], ["read", "print", "scale", "manage"])
        self.user.group_ids += self.env.ref("ecom_hardware_proxy.group_cash_drawer")
        grant = self.call(self.bench, origin=self.origin)
        self.assertEqual(claims(grant["token"])["do"], ["read", "print", "scale", "drawer"])

    def test_other_pages_get_words(self):
        for origin in (
            "https://evil.example.com",
            "null",
            None,
            "https://shop.example.com.evil.test",
        ):
            grant = self.call(self.bench, origin=origin)
            self.assertFalse(grant["token"])
            self.assertIn("may not use the devices", grant["words"])

    def test_more_addresses_can_be_allowed(self):
        self.bench.extra_origins = "http://10.0.0.5:8069\n"
        grant = self.call(self.bench, origin="http://10.0.0.5:8069")
        self.assertEqual(claims(grant["token"])["origin"], "http://10.0.0.5:8069")

    def test_a_station_without_agent_gets_words(self):
        self.bench.action_revoke()
        grant = self.call(self.bench, origin=self.origin)
        self.assertIn("not paired", grant["words"])

    def test_the_unit_of_weights_is_told(self):
        self.env["ir.config_parameter"].set_param("product.weight_in_lbs", "1")
        self.authenticate("bench-user", "bench-user")
        info = self.url_open(
            "/web/session/get_session_info", data="{}", headers={"Content-Type": "application/json"}
        )
        self.assertEqual(info.json()["result"]["ecom_weight_unit"], "lb")
        self.assertTrue(info.json()["result"]["ecom_hardware"])
