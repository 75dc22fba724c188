import base64
from datetime import UTC, datetime, timedelta

from odoo import _, api, fields, models

from .ecom_print_job import ENDED, NO_CONTENT

JOBS_PER_ANSWER, MOST_TOLD = 20, 500
GIVE_UP_S = 600  # an agent takes at most two minutes to fetch a file
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
        jobs = self.search([("workstation_id", "=", station.id), ("uid", "in", list(reports))])
        for job in jobs:
            job._take(reports[job.uid])
        return list(reports)

    def _take(self, report):
        """One report of the agent about this job."""
        state, changed_at = report.get("state"), _moment(report.get("changed"))
        values = {}
        if state in FOLLOWS[self.state] and not (self.changed_at and changed_at < self.changed_at):
            words = str(report.get("words") or "")[:256]
            values = {"state": state, "words": words or False, "changed_at": changed_at}
            if state in ENDED:
                values["ended_at"] = fields.Datetime.now()
            if state == "confirmed":
                values |= NO_CONTENT
        if self.todo and self._heard(state):
            values["todo"] = False
        if values:
            self.write(values)

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
        jobs._give_up_cancelling(now)
        # What is to be printed has a place of its own: nothing that is stuck may hold it up.
        offered = jobs.filtered(lambda job: job.todo == "print")[:JOBS_PER_ANSWER]
        offered.filtered(lambda job: not job.offered_at).write({"offered_at": now})
        decided = jobs.filtered(lambda job: job.todo in ("printed", "void"))
        return {
            "jobs": [job._agent_values() for job in offered],
            "cancel": jobs.filtered(lambda job: job.todo == "cancel").mapped("uid"),
            "decide": [
                {"id": job.uid, "decision": job.todo, "who": job.decided_by_id.login}
                for job in decided
            ],
        }

    def _give_up_cancelling(self, now):
        """An agent that calls, and says nothing about a job for so long, does not have it."""
        since = now - timedelta(seconds=GIVE_UP_S)
        for job in self.filtered(lambda job: job.todo == "cancel" and job.write_date < since):
            job._end("cancelled", _("Cancelled; the agent does not know it."))

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
        # sudo: system parameters are readable by administrators only
        parameter = self.env["ir.config_parameter"].sudo().get_param(KEEP_PARAMETER, KEEP_HOURS)
        limit = fields.Datetime.now() - timedelta(hours=float(parameter))
        self.search(
            [
                ("has_content", "=", True),
                ("state", "in", (*ENDED, "sent")),
                ("write_date", "<", limit),
            ]
        )._drop_content()


def _moment(seconds):
    """A naive UTC datetime of Unix seconds; now if they make no sense."""
    if isinstance(seconds, int | float) and 0 < seconds < 2**33:
        return datetime.fromtimestamp(int(seconds), UTC).replace(tzinfo=None)
    return fields.Datetime.now()
