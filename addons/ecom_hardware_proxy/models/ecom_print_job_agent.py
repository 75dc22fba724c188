import base64
import logging
from datetime import UTC, datetime, timedelta

from odoo import _, api, fields, models

from .ecom_print_job import ENDED, NO_CONTENT
from .told import text

_logger = logging.getLogger(__name__)

JOBS_PER_ANSWER, MOST_TOLD = 20, 500
DECISION_DAYS = 7
KEEP_HOURS = 24  # content of jobs that may be printed again; parameter below
KEEP_PARAMETER = "ecom_hardware_proxy.keep_content_hours"
# What may follow what, by the agent's own rules (proxy/queue.py): a job that waits again has sent
# no byte. A report of anything else is old news.
FOLLOWS = {
    "queued": {"queued", "sending", "sent", "confirmed", "unknown", "failed", "cancelled"},
    "sending": {"queued", "sent", "confirmed", "unknown", "failed", "cancelled"},
    "sent": {"confirmed", "unknown"},
    "unknown": {"confirmed", "failed", "cancelled"},
    "confirmed": set(),
    "failed": set(),
    "cancelled": set(),
}


class EcomPrintJob(models.Model):
    """What the agent is told about jobs, and what it tells."""

    _inherit = "ecom.print.job"

    @api.model
    def _sync(self, station, told):
        """Take the agent's reports; return the ids that it need not report again.

        States only move forward: an old report, a second one, or one of a job that is not this
        station's changes nothing.
        """
        reports = {
            report["id"]: report
            for report in told
            if isinstance(report, dict) and isinstance(report.get("id"), str)
        }
        if not reports:
            return []
        uids = [uid for uid in reports if uid == text(uid, 64)]
        jobs = self.search([("workstation_id", "=", station.id), ("uid", "in", uids)])
        for job in jobs:
            job._take(reports[job.uid])
        return list(reports)

    def _take(self, report):
        """One report of the agent about this job."""
        state, changed_at = report.get("state"), _moment(report.get("changed"))
        if state not in list(FOLLOWS):
            return
        values = {}
        if self._may_become(state, changed_at):
            words = text(report.get("words"), 256)
            values = {"state": state, "words": words or False, "changed_at": changed_at}
            if state in ENDED:
                values["ended_at"] = fields.Datetime.now()
            if state == "confirmed":
                values |= NO_CONTENT
        if self.todo and self._heard(state):
            values["todo"] = False
        if values:
            self.write(values)

    def _may_become(self, state, changed_at):
        if self.state == "unknown" and not self.changed_at:
            # We said so when its agent was cut off; the agent itself knows better.
            return state in FOLLOWS["queued"]
        old = self.changed_at and changed_at < self.changed_at
        return state in FOLLOWS[self.state] and not old

    @api.model
    def _cut_off(self, station):
        """The agent of *station* is heard no more: nobody knows about the jobs that it had."""
        had = [
            ("workstation_id", "in", station.ids),
            ("state", "in", ("queued", "sending")),
            ("offered_at", "!=", False),
        ]
        words = _("The agent was cut off while it had this: look whether it came out.")
        self.search(had).write(
            {"state": "unknown", "words": words, "todo": False, "changed_at": False}
        )

    def _heard(self, state):
        """Tell whether the agent's report shows that it knows what it was told."""
        if self.todo == "print":
            return True
        if self.todo == "cancel":
            return state != "queued"
        return state in ENDED

    @api.model
    def _todo_for(self, station, now):
        """The parts of the agent's answer about jobs."""
        jobs = self.search(
            [("workstation_id", "=", station.id), ("todo", "!=", False)],
            order="id",
            limit=MOST_TOLD,
        )
        # What is to be printed has a place of its own: nothing that is stuck may hold it up.
        offered = jobs.filtered(lambda job: job.todo == "print")[:JOBS_PER_ANSWER]
        offered.filtered(lambda job: not job.offered_at).write({"offered_at": now})
        decided = jobs.filtered(lambda job: job.todo in ("printed", "void"))
        # What was decided must not wait at an agent that was cut off meanwhile.
        cancelled = jobs.filtered(lambda job: job.todo == "cancel") + decided
        return {
            "jobs": [job._agent_values() for job in offered],
            "cancel": cancelled.mapped("uid"),
            "decide": [
                {"id": job.uid, "decision": job.todo, "who": job.decided_by_id.login}
                for job in decided
            ],
        }

    def _agent_values(self):
        return {
            "id": self.uid,
            "device": self.device_id.uid,
            "name": self.name,
            "mimetype": self.mimetype,
            "size": self.size,
            "digest": self.digest,
            "copies": self.copies,
            "reprint_of": self.reprint_of_id.uid or None,
            "reason": self.reason or None,
            "options": self.options or {},
        }

    def _content(self):
        """The bytes to print; none once they were deleted."""
        return base64.b64decode(self.with_context(bin_size=False).content or b"")

    def _drop_content(self):
        """Delete the files: labels hold addresses. The fingerprint stays."""
        self.write(NO_CONTENT)

    @api.autovacuum
    def _gc_decisions(self):
        """Stop telling what no agent wants to know: the one that knew the job is gone."""
        limit = fields.Datetime.now() - timedelta(days=DECISION_DAYS)
        told = [("todo", "in", ("printed", "void")), ("ended_at", "<", limit)]
        self.search(told).write({"todo": False})

    @api.autovacuum
    def _gc_content(self):
        """Delete the files of jobs that nobody printed again in time."""
        self.search(
            [
                ("has_content", "=", True),
                ("state", "in", (*ENDED, "sent")),
                ("write_date", "<", self._kept_since()),
            ]
        )._drop_content()

    @api.model
    def _kept_since(self):
        # sudo: system parameters are readable by administrators only
        parameter = self.env["ir.config_parameter"].sudo().get_param(KEEP_PARAMETER, KEEP_HOURS)
        now = fields.Datetime.now()
        try:
            return now - timedelta(hours=float(parameter))
        except (ValueError, OverflowError):
            _logger.warning("The system parameter %s is no number of hours", KEEP_PARAMETER)
            return now - timedelta(hours=KEEP_HOURS)


def _moment(seconds):
    """A naive UTC datetime of Unix seconds; now if they make no sense."""
    if isinstance(seconds, int | float) and 0 < seconds < 2**33:
        return datetime.fromtimestamp(int(seconds), UTC).replace(tzinfo=None)
    return fields.Datetime.now()
