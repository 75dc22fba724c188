"""One way to print: routes, idempotency, states that only move forward, retry and reprint."""

import re
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, ConcurrencyError, UserError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.ecom_hardware_proxy.models.print_document import PrintDocument
from odoo.addons.ecom_hardware_proxy.proxy import labels
from odoo.addons.ecom_hardware_proxy.proxy.links import ipp

from tests.odoo.hardware_case import PDF, ZPL, HardwareCase, told


class TestRoutes(HardwareCase):
    def test_a_label_goes_to_the_benchs_printer(self):
        job = self.print()
        self.assertEqual(job.device_id, self.zebra)
        self.assertEqual(job.workstation_id, self.bench)
        self.assertEqual((job.mimetype, job.state), ("application/zpl", "queued"))

    def test_without_a_route_of_its_own_the_companys_is_taken(self):
        job = self.print(self.attach(PDF, "manifest.pdf"), "manifest")
        self.assertEqual(job.device_id, self.laser)
        self.assertEqual(job.workstation_id, self.office)

    def test_the_stations_route_comes_first(self):
        self._make_route("manifest", self.zebra, self.bench)
        self.assertEqual(self.print(self.attach(PDF), "manifest").device_id, self.zebra)

    def test_the_reports_route_comes_before_the_types(self):
        report = self.env["ir.actions.report"].search([], limit=1)
        route = self._make_route("label_4x6", self.laser, self.bench, report_id=report.id)
        routes = self.env["ecom.print.route"]
        self.assertEqual(routes._find(self.bench, "label_4x6", report), route)
        self.assertEqual(routes._find(self.bench, "label_4x6"), self.label_route)

    def test_pdf_labels_to_one_printer_zpl_labels_to_another(self):
        self._make_route("label_4x6", self.laser, self.bench, language="pdf")
        self.assertEqual(self.print(self.attach(PDF)).device_id, self.laser)
        self.assertEqual(self.print(self.attach(ZPL)).device_id, self.zebra)

    def test_a_printer_that_understands_the_file_is_preferred(self):
        citizen = told("citizen", language="dpl")
        self._report(self.bench, [told("zebra"), told("scale", "scale"), citizen])
        device = self.bench.device_ids.filtered(lambda d: d.uid == "citizen")
        self._make_route("label_4x6", device, self.bench, language="zpl")
        self.assertEqual(self.print().device_id, self.zebra)

    def test_a_file_that_the_printer_does_not_understand_is_refused(self):
        with self.assertRaisesRegex(UserError, "Laser understands PDF, not ZPL"):
            self.print(document_type="manifest")

    def test_no_route_is_said_with_the_place_to_set_it(self):
        words = "no printer for Receipt at station Bench 1.*Hardware, Routes"
        with self.assertRaisesRegex(UserError, words):
            self.print(document_type="receipt")

    def test_a_printer_that_is_gone_is_said(self):
        self._report(self.bench, [told("scale", "scale")])
        with self.assertRaisesRegex(UserError, "Zebra.*is not there any more"):
            self.print()

    def test_one_route_per_place_and_type(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self._make_route("label_4x6", self.laser, self.bench)

    def test_an_archived_route_makes_room(self):
        self.label_route.active = False
        self.env.flush_all()
        route = self._make_route("label_4x6", self.laser, self.bench)
        self.assertEqual(self.env["ecom.print.route"]._find(self.bench, "label_4x6"), route)

    def test_a_scale_is_no_printer(self):
        with self.assertRaisesRegex(ValidationError, "is not a printer"):
            self._make_route("other", self.scale, self.bench)

    def test_a_tray_is_a_name_and_no_option(self):
        with self.assertRaises(ValidationError):
            self.manifest_route.tray = "tray-1 -o raw"

    def test_every_paper_of_a_route_is_known_to_the_agent(self):
        papers = {name for name, _label in self.env["ecom.print.route"]._fields["paper"].selection}
        self.assertLessEqual(papers, set(ipp.MEDIA.values()))

    def test_paper_and_tray_travel_with_the_job(self):
        self.manifest_route.write({"paper": "na_letter_8.5x11in", "tray": "tray-2"})
        self.print(self.attach(PDF), "manifest")
        (job,) = self._report(self.office)["jobs"]
        self.assertEqual(job["options"], {"media": "na_letter_8.5x11in", "tray": "tray-2"})


class TestPrinting(HardwareCase):
    def test_no_station_is_said(self):
        jobs = self.env["ecom.print.job"].with_user(self.user)
        with self.assertRaisesRegex(UserError, "Choose the station"):
            jobs._print(self.attach(), "label_4x6")

    def test_a_station_that_is_archived_is_said(self):
        self.bench.active = False
        with self.assertRaisesRegex(UserError, "choose the station you work at again"):
            self.print()

    def test_the_same_press_prints_once(self):
        labels = self.attach() + self.attach(PDF, "second.pdf")
        first = self.print(labels, key="press-1")
        again = self.print(labels, key="press-1")
        self.assertEqual(len(first), 2)
        self.assertEqual(first, again)
        self.assertFalse(self.print(labels, key="press-2") & first)

    def test_two_requests_of_one_press_make_one_job(self):
        """The slower one is run again by Odoo, and then finds the job of the faster one."""
        job = self.print(key="press").sudo()
        values = job.copy_data({"uid": job.uid})
        with self.assertRaises(ConcurrencyError):
            job._create_once(values)

    def test_who_prints_hears_that_the_station_is_offline(self):
        jobs = self.print()
        self.assertEqual(jobs._get_notice()["params"]["type"], "info")
        self.assertEqual(jobs._browser_values()[0]["warning"], "")
        self.bench.last_seen = "2026-01-01"
        self.assertEqual(jobs._get_notice()["params"]["type"], "warning")
        self.assertIn("Bench 1 is not online", jobs._browser_values()[0]["warning"])

    def test_a_press_at_another_station_is_another(self):
        label = self.attach(PDF)
        self._make_route("label_4x6", self.laser, self.office)
        at_bench = self.print(label, key="press")
        self.assertNotEqual(at_bench, self.print(label, key="press", station=self.office))

    def test_a_new_revision_is_a_new_job(self):
        label = self.attach()
        first = self.print(label, key="press")
        label.raw = b"^XA^FDnew^FS^XZ"
        self.assertNotEqual(first, self.print(label, key="press"))

    def test_two_equal_documents_of_one_press_are_two(self):
        documents = [PrintDocument("a", "application/zpl", ZPL)] * 2
        self.assertEqual(len(self.print(documents, key="press")), 2)

    def test_empty_and_huge_files_are_refused(self):
        for content, words in ((b"", "empty"), (b"^XA" + b" " * 12 * 2**20, "12 MB")):
            with self.assertRaisesRegex(UserError, words):
                self.print([PrintDocument("x", "application/zpl", content)])

    def test_copies_have_a_limit(self):
        for copies in (0, -1, 100):
            with self.assertRaisesRegex(UserError, "between 1 and 99"):
                self.print(copies=copies)
        self._report(self.bench)
        self.print(copies=2)
        self.assertEqual(self._report(self.bench)["jobs"][-1]["copies"], 2)

    def test_the_document_is_remembered_and_opens(self):
        partner = self.env["res.partner"].create({"name": "Zoé"})
        job = self.print(records=partner)
        action = job.action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), ("res.partner", partner.id))

    def test_the_browser_gets_what_it_shows(self):
        jobs = self.env["ecom.print.job"].with_user(self.user)
        jobs = jobs.with_context(ecom_workstation_id=self.bench.id)
        (job,) = jobs.print_attachments(self.attach().ids, "label_4x6", "press")
        self.assertEqual((job["device"], job["state"]), ("Zebra", "queued"))
        self.assertEqual(jobs.browse(job["id"]).uid, job["uid"])

    def test_a_paper_too_large_for_a_test_is_said(self):
        self.laser.sudo().width_mm = 900
        with self.assertRaisesRegex(UserError, "No test can be drawn"):
            self.laser.with_user(self.manager).action_test()

    def test_a_test_goes_to_its_printer(self):
        self.zebra.with_user(self.manager).action_test()
        job = self.env["ecom.print.job"].search([], limit=1)
        self.assertEqual((job.device_id, job.user_id), (self.zebra, self.manager))
        words = job._get_notice()["params"]["message"]
        self.assertEqual(words, "Test label goes to Zebra.")
        self.assertEqual(job.mimetype, "application/vnd.ecom.label+json")
        label = labels.read(job.sudo()._content())
        self.assertEqual((label.width_mm, label.height_mm), (102, 152))
        with self.assertRaises(UserError):
            self.scale.with_user(self.manager).action_test()


class TestStates(HardwareCase):
    def setUp(self):
        super().setUp()
        self.job = self.print()

    def test_offered_until_the_agent_knows_it(self):
        first, second = self._report(self.bench), self._report(self.bench)
        self.assertEqual([job["id"] for job in first["jobs"]], [self.job.uid])
        self.assertEqual(first["jobs"], second["jobs"])
        self.assertEqual(self.tell(self.job, "queued")["noted"], [self.job.uid])
        self.assertEqual(self._report(self.bench)["jobs"], [])

    def test_the_way_of_a_job(self):
        for state in ("queued", "sending", "confirmed"):
            self.tell(self.job, state, f"is {state}")
            self.assertEqual((self.job.state, self.job.words), (state, f"is {state}"))

    def test_waiting_for_paper_is_seen(self):
        self.tell(self.job, "sending")
        self.tell(self.job, "queued", "Out of paper.")
        self.assertEqual((self.job.state, self.job.words), ("queued", "Out of paper."))

    def test_states_move_forward_only(self):
        self.tell(self.job, "confirmed")
        for state in ("queued", "sending", "sent", "unknown", "failed", "nonsense"):
            self.tell(self.job, state)
            self.assertEqual(self.job.state, "confirmed")

    def test_an_old_report_changes_nothing(self):
        self.tell(self.job, "sending", "now")
        self.tell(self.job, "queued", "before", ago_s=30)
        self.assertEqual((self.job.state, self.job.words), ("sending", "now"))

    def test_unknown_twice_is_harmless(self):
        for _time in range(2):
            self.assertEqual(self.tell(self.job, "unknown")["noted"], [self.job.uid])
            self.assertEqual(self.job.state, "unknown")

    def test_reports_about_nothing_are_noted_and_forgotten(self):
        answer = self._report(
            self.bench, jobs=[{"id": "ghost", "state": "sent"}, "junk", {"id": 3}]
        )
        self.assertEqual(answer["noted"], ["ghost"])

    def test_another_station_cannot_report_it(self):
        self.tell(self.job, "confirmed", station=self.office)
        self.assertEqual(self.job.state, "queued")

    def test_content_is_deleted_once_printed_and_the_fingerprint_stays(self):
        self.assertEqual(self.job.sudo()._content(), ZPL)
        self.tell(self.job, "confirmed")
        self.assertFalse(self.job.has_content)
        self.assertFalse(self.job.sudo()._content())
        self.assertEqual(len(self.job.digest), 64)
        stored = [("res_model", "=", "ecom.print.job"), ("res_id", "=", self.job.id)]
        self.assertFalse(self.env["ir.attachment"].search([*stored, ("res_field", "=", "content")]))

    def test_content_of_old_jobs_is_deleted(self):
        kept = self.print()
        self.tell(self.job, "failed")
        self.env.flush_all()
        old = fields.Datetime.now() - timedelta(hours=25)
        self.env.cr.execute(
            "UPDATE ecom_print_job SET write_date = %s WHERE id IN %s",
            [old, tuple((self.job + kept).ids)],
        )
        self.env.invalidate_all()
        self.env["ecom.print.job"]._gc_content()
        self.assertFalse(self.job.has_content)
        self.assertTrue(kept.has_content, "a queued job keeps its content")


class TestDecisions(HardwareCase):
    def setUp(self):
        super().setUp()
        self.job = self.print(key="press")

    def test_cancel_before_the_agent_knows(self):
        self.job.action_cancel()
        self.assertEqual(self.job.state, "cancelled")
        self.assertEqual(self._report(self.bench)["jobs"], [])

    def test_a_failed_job_is_dismissed_or_tried_again_and_counts_no_more(self):
        other = self.print()
        for job in (self.job, other):
            self.tell(job, "failed")
        self.bench.invalidate_recordset()
        self.assertEqual(self.bench.failed_count, 2)
        self.job.action_cancel()
        other.action_retry()
        self.bench.invalidate_recordset()
        self.assertEqual((self.bench.failed_count, self.bench.waiting_count), (0, 1))
        self.assertEqual(self._report(self.bench)["cancel"], [])

    def test_cancel_afterwards_asks_the_agent(self):
        self._report(self.bench)
        self.job.action_cancel()
        self.assertEqual(self.job.state, "queued")
        answer = self._report(self.bench)
        self.assertEqual((answer["jobs"], answer["cancel"]), ([], [self.job.uid]))
        self.assertEqual(self.tell(self.job, "cancelled")["cancel"], [])
        self.assertEqual(self.job.state, "cancelled")

    def test_what_is_stuck_holds_up_no_new_job(self):
        for _number in range(25):
            job = self.print()
            self.tell(job, "unknown")
            job.action_printed()
        new = self.print()
        answer = self._report(self.bench)
        self.assertEqual([job["id"] for job in answer["jobs"]], [self.job.uid, new.uid])
        self.assertEqual(len(answer["decide"]), 25)

    def test_decisions_that_nobody_takes_are_dropped(self):
        self.tell(self.job, "unknown")
        self.job.action_printed()
        self.job.sudo().ended_at = "2026-01-01"
        self.env["ecom.print.job"]._gc_decisions()
        self.assertFalse(self.job.todo)

    def test_cancel_too_late(self):
        self._report(self.bench)
        self.job.action_cancel()
        self.assertEqual(self.tell(self.job, "sending")["cancel"], [])
        with self.assertRaises(UserError):
            self.job.action_cancel()

    def test_it_printed(self):
        self.tell(self.job, "unknown")
        self.job.action_printed()
        self.assertEqual((self.job.state, self.job.decided_by_id), ("confirmed", self.user))
        (decision,) = self._report(self.bench)["decide"]
        self.assertEqual((decision["decision"], decision["who"]), ("printed", "bench-user"))
        self.assertEqual(self.tell(self.job, "unknown")["decide"], [decision])
        self.assertEqual(self.tell(self.job, "confirmed")["decide"], [])

    def test_it_did_not_print(self):
        self.tell(self.job, "unknown")
        self.job.action_not_printed()
        self.assertEqual(self.job.state, "cancelled")
        (decision,) = self._report(self.bench)["decide"]
        self.assertEqual(decision["decision"], "void")

    def test_only_an_unclear_job_is_decided(self):
        with self.assertRaises(UserError):
            self.job.action_printed()

    def test_retry_is_a_new_job_with_the_same_content_once(self):
        self.tell(self.job, "failed", "The printer is off.")
        self.job.action_retry()
        self.job.action_retry()
        again = self.job.reprint_ids
        self.assertEqual(len(again), 1)
        self.assertEqual((again.state, again.digest), ("queued", self.job.digest))
        self.assertEqual(again.reason, "Tried again: The printer is off.")
        self.assertEqual(again.sudo()._content(), ZPL)
        (offer,) = self._report(self.bench)["jobs"]
        self.assertEqual((offer["id"], offer["reprint_of"]), (again.uid, self.job.uid))

    def test_a_job_that_may_have_printed_is_not_retried(self):
        for state in ("sending", "sent", "confirmed"):
            self.tell(self.job, state)
            with self.assertRaises(UserError):
                self.job.action_retry()

    def test_reprint_with_a_reason_from_the_attachment(self):
        self.tell(self.job, "confirmed")
        self.assertFalse(self.job.has_content)
        wizard = self.reprint(reason="damaged", note="torn")
        wizard.action_reprint()
        wizard.action_reprint()
        again = self.job.reprint_ids
        self.assertEqual(len(again), 1)
        self.assertEqual(again.reason, "Damaged or unreadable: torn")
        self.assertEqual(again.sudo()._content(), ZPL)
        self.assertEqual(again.user_id, self.user)

    def test_reprint_of_something_that_is_gone_or_changed_is_said(self):
        self.tell(self.job, "confirmed")
        self.job.attachment_id.raw = b"^XAother^XZ"
        with self.assertRaisesRegex(UserError, "print it from its document"):
            self.reprint(reason="lost").action_reprint()
        self.job.attachment_id.sudo().unlink()
        with self.assertRaisesRegex(UserError, "print it from its document"):
            self.reprint(reason="lost").action_reprint()

    def test_the_reason_is_chosen_by_who_reprints(self):
        self.tell(self.job, "confirmed")
        wizard = self.reprint()
        self.assertFalse(wizard.reason)
        with self.assertRaisesRegex(UserError, "Choose the reason"):
            wizard.action_reprint()

    def test_another_reason_needs_words(self):
        self.tell(self.job, "confirmed")
        with self.assertRaisesRegex(UserError, "Write the reason"):
            self.reprint(reason="other").action_reprint()

    def test_an_unclear_job_is_not_reprinted(self):
        self.tell(self.job, "unknown")
        with self.assertRaises(UserError):
            self.job.action_reprint()

    def reprint(self, **values):
        action = self.job.with_user(self.user).action_reprint()
        wizard = self.env[action["res_model"]].with_user(self.user).browse(action["res_id"])
        wizard.write(values)
        return wizard


class TestPrintedBefore(HardwareCase):
    """Two equal labels are two parcels: the second one says that it is one."""

    def setUp(self):
        super().setUp()
        self.label = self.attach()
        self.first = self.print(self.label, key="press-1")

    def again(self, *args, **values):
        return self.print(self.label, *args, key="press-2", **values)

    def test_the_same_label_under_another_press_is_a_reprint_and_says_so(self):
        self.tell(self.first, "confirmed")
        again = self.again()
        self.assertEqual(again.reprint_of_id, self.first)
        self.assertEqual(again.reason, f"Printed again by {self.user.name}")
        self.assertIn("Printed again by", again.story)
        notice = again._get_notice()["params"]
        self.assertEqual(notice["type"], "warning")
        name = re.escape(self.user.name)
        words = f"label.zpl was printed before, on .* by {name} on Zebra"
        self.assertRegex(notice["message"], words)
        self.assertRegex(again._browser_values()[0]["warning"], words)
        (offer,) = self._report(self.bench)["jobs"]
        self.assertEqual(offer["reprint_of"], self.first.uid)

    def test_the_first_one_still_waits_and_counts(self):
        self.again()
        self.assertEqual(self.bench.waiting_count, 2)
        self.tell(self.first, "unknown")
        self.bench.invalidate_recordset()
        self.assertEqual((self.bench.waiting_count, self.bench.decision_count), (1, 1))

    def test_at_another_station_of_the_company_too(self):
        self._make_route("label_4x6", self.zebra, self.office)
        self.assertEqual(self.again(station=self.office).reprint_of_id, self.first)

    def test_the_same_press_is_no_reprint(self):
        self.assertEqual(self.print(self.label, key="press-1"), self.first)
        self.assertFalse(self.first.reprint_of_id)
        self.assertNotIn("before", self.first._get_notice()["params"]["message"])

    def test_what_did_not_come_out_is_no_reprint(self):
        for state in ("failed", "cancelled"):
            with self.subTest(state):
                self.first.sudo().state = state
                self.assertFalse(self.print(self.label, key=state).sudo().reprint_of_id.exists())
                self.env["ecom.print.job"].search([]).sudo().state = state

    def test_another_label_of_the_same_name_is_new(self):
        self.assertFalse(self.print(self.attach(ZPL + b" ")).reprint_of_id)
        self.assertFalse(self.print(self.attach()).reprint_of_id, "equal, but of something else")

    def test_the_same_file_of_the_same_record_is_a_reprint(self):
        partner = self.env["res.partner"].create({"name": "Zoe"})
        self.user.group_ids += self.env.ref("base.group_partner_manager")
        owner = {"res_model": "res.partner", "res_id": partner.id}
        first, again = (self.print(self.attach(**owner)) for _time in range(2))
        self.assertEqual(again.reprint_of_id, first)
        self.assertEqual(first.action_open_document()["res_id"], partner.id)

    def test_other_papers_are_printed_as_often_as_one_likes(self):
        self._make_route("other", self.zebra, self.bench)
        self.assertFalse(self.again("other").reprint_of_id)

    def test_many_labels_take_one_question(self):
        few, many = (
            self.env["ir.attachment"].union(
                *(self.attach(ZPL + bytes(str(number), "ascii")) for number in range(count))
            )
            for count in (2, 12)
        )
        jobs = self.env["ecom.print.job"].sudo()
        for pile in (few, many):
            values = [
                {"document_type": "label_4x6", "digest": label.checksum, "attachment_id": label.id}
                for label in pile
            ]
            self.env.flush_all()
            with self.assertQueryCount(1):
                jobs._mark_reprints(values, self.bench)


class TestReports(HardwareCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.ui.view"].create(
            {
                "name": "hw_label",
                "type": "qweb",
                "key": "ecom_hardware_proxy.hw_label",
                "arch": "<t t-name='hw_label'><t t-foreach='docs' t-as='doc'>^XA^FD"
                "<t t-out='doc.name'/>^FS^XZ</t></t>",
            }
        )
        cls.report = cls.env["ir.actions.report"].create(
            {
                "name": "Contact Label",
                "model": "res.partner",
                "report_type": "qweb-text",
                "report_name": "ecom_hardware_proxy.hw_label",
                "ecom_document_type": "label_4x6",
                "ecom_silent": True,
            }
        )
        cls.partner = cls.env["res.partner"].create({"name": "Zoe"})

    def reports(self, user=None, station=None):
        reports = self.env["ir.actions.report"].with_user(user or self.user)
        return reports.with_context(ecom_workstation_id=(station or self.bench).id)

    def test_a_silent_report_prints_where_its_route_says(self):
        name, ids = self.report.report_name, self.partner.ids
        route = self.reports().ecom_route(name, ids, {})
        self.assertEqual((route["workstation"], route["device"]["id"]), ("Bench 1", "zebra"))
        (values,) = self.reports().ecom_print(name, ids, {})
        job = self.env["ecom.print.job"].browse(values["id"])
        self.assertEqual(job.mimetype, "application/zpl")
        self.assertIn(b"^XA^FDZoe^FS^XZ", job.sudo()._content())
        self.assertEqual((job.res_model, job.res_id), ("res.partner", self.partner.id))

    def test_a_report_of_a_wizard_is_about_its_data_not_about_what_was_selected(self):
        """As Odoo's own page downloads it: the selected ids may be of another model."""
        self.env["ir.ui.view"].search(
            [("key", "=", self.report.report_name)]
        ).arch = "<t t-name='hw_label'>^XA^FD<t t-out='len(docs or ())'/> <t t-out='word'/>^XZ</t>"
        (values,) = self.reports().ecom_print(
            self.report.report_name, [self.partner.id, 2**30], {"word": "typed"}
        )
        job = self.env["ecom.print.job"].browse(values["id"])
        self.assertEqual((job.sudo()._content(), job.res_id), (b"^XA^FD0 typed^XZ", 0))

    def test_one_press_renders_and_prints_once(self):
        name, ids = self.report.report_name, self.partner.ids
        first = self.reports().ecom_print(name, ids, {}, key="press")
        self.partner.name = "Changed meanwhile"
        self.assertEqual(first, self.reports().ecom_print(name, ids, {}, key="press"))

    def test_a_silent_report_without_any_route_says_what_to_do(self):
        self.assertFalse(self.report.ecom_missing_route)
        self.report.ecom_document_type = "report"
        self.assertIn("Add a route for Report in Hardware, Routes", self.report.ecom_missing_route)
        other = self.env["ir.actions.report"].search([("id", "!=", self.report.id)], limit=1)
        route = self._make_route("report", self.laser, report_id=other.id)
        self.report.invalidate_recordset()
        self.assertTrue(self.report.ecom_missing_route, "a route for another report only")
        route.report_id = False
        self.report.invalidate_recordset()
        self.assertFalse(self.report.ecom_missing_route)
        route.active = False
        self.report.ecom_silent = False
        self.assertFalse(self.report.ecom_missing_route, "it is downloaded as ever")

    def test_what_is_not_silent_is_downloaded_as_ever(self):
        name = self.report.report_name
        self.report.ecom_silent = False
        self.assertFalse(self.reports().ecom_route(name))

    def test_no_station_no_route_or_no_right_is_a_download_too(self):
        name = self.report.report_name
        plain = new_test_user(self.env, "plain-user", "base.group_user")
        self.assertFalse(self.reports(plain).ecom_route(name))
        self.assertFalse(self.reports(station=self.office).ecom_route(name))
        self.assertFalse(self.reports().with_context(ecom_workstation_id=False).ecom_route(name))
        self.assertTrue(self.reports().ecom_route(name))

    def test_a_report_of_other_groups_is_refused(self):
        self.report.group_ids = self.env.ref("base.group_system")
        with self.assertRaises(AccessError):
            self.reports().ecom_print(self.report.report_name, self.partner.ids)

    def test_records_that_the_user_may_not_read_are_refused(self):
        """Also where rendering itself would read nothing of them as the user."""
        self.env["ir.ui.view"].search(
            [("key", "=", self.report.report_name)]
        ).arch = "<t t-name='hw_label'>^XA^XZ</t>"
        seen = self.env["res.partner"].create({"name": "Seen"})
        self.env["ir.rule"].create(
            {
                "name": "hidden",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {self.partner.id})]",
            }
        )
        with self.assertRaises(AccessError):
            self.reports().ecom_print(self.report.report_name, (seen + self.partner).ids)

    def test_text_in_no_printer_language_is_refused_by_the_route(self):
        self.env["ir.ui.view"].search(
            [("key", "=", self.report.report_name)]
        ).arch = "<t t-name='hw_label'>plain words</t>"
        with self.assertRaisesRegex(UserError, "in a printer's language"):
            self.reports().ecom_print(self.report.report_name, self.partner.ids)
