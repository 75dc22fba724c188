import base64
import hashlib

from odoo import _, fields, models
from odoo.exceptions import UserError

from .ecom_print_job import NO_CONTENT


class EcomPrintJob(models.Model):
    """What people do with jobs: take back, decide, try again, reprint. Each button checks by itself."""

    _inherit = "ecom.print.job"

    def action_cancel(self):
        """Take queued jobs back, dismiss failed ones; the agent is asked to drop what it may have."""
        words = _("Only a queued or failed job can be cancelled.")
        for job in self._for_decision(("queued", "failed"), words):
            if job.state == "queued" and job.offered_at:
                job.write({"todo": "cancel", "words": _("Waits for the agent to let go of it.")})
            else:
                job._end("cancelled", _("Cancelled by %s.", self.env.user.name))

    def action_printed(self):
        """Somebody saw that an unclear job came out."""
        self._decide("confirmed", "printed", _("%s saw it come out.", self.env.user.name))

    def action_not_printed(self):
        """Somebody saw that nothing came out of an unclear job: it can be printed again."""
        self._decide("cancelled", "void", _("%s says that it did not print.", self.env.user.name))

    def _decide(self, state, todo, words):
        for job in self._for_decision(("unknown",), _("Only an unclear job waits for an answer.")):
            job._end(state, words)
            content = NO_CONTENT if state == "confirmed" else {}
            job.write({"todo": todo, "decided_by_id": self.env.uid, **content})

    def _for_decision(self, states, words):
        """These jobs with all rights, if the user may see them and they are in *states*."""
        self.check_access("read")
        if any(job.state not in states for job in self):
            raise UserError(words)
        return self.sudo()  # sudo: nobody writes jobs by hand; what follows is a button's work

    def _end(self, state, words):
        now = fields.Datetime.now()
        self.write(
            {"state": state, "words": words, "changed_at": now, "ended_at": now, "todo": False}
        )

    def action_retry(self):
        """Print failed or cancelled jobs again, as new jobs; each only once."""
        words = _("Only a failed or cancelled job is tried again; a printed one is reprinted.")
        self._for_decision(("failed", "cancelled"), words)
        again = [job._again(_("Tried again: %s", job.words or ""), "retry") for job in self]
        return self.browse().union(*again)._get_notice()

    def action_reprint(self):
        """Ask for the reason, then print again."""
        self.ensure_one()
        return self.env["ecom.print.job.reprint"]._open(self)

    def _again(self, reason, press):
        """A new job with the content of this one; the same *press* makes it only once."""
        self.check_access("read")
        self._check_source()
        self.device_id._check_there()
        # sudo: the content is out of every user's reach; the job was checked above
        job = self.sudo()
        content = job._content() or self._source_content()
        uid = hashlib.sha256(f"{press}\n{job.uid}".encode()).hexdigest()[:32]
        known = job.search([("uid", "=", uid)])
        if known:
            return self.browse(known.id)
        values = job.copy_data(
            {
                "uid": uid,
                "content": base64.b64encode(content),
                "has_content": True,
                "state": "queued",
                "words": False,
                "todo": "print",
                "user_id": self.env.uid,
                "decided_by_id": False,
                "reason": reason,
                "reprint_of_id": job.id,
                "offered_at": False,
                "changed_at": False,
                "ended_at": False,
            }
        )
        return self.browse(job._create_once(values).id)

    def _check_source(self):
        """What this user may not read comes out of no printer for them: AccessError."""
        self.attachment_id.exists().check_access("read")
        if self.res_id and self.res_model in self.env:
            self.env[self.res_model].browse(self.res_id).exists().check_access("read")

    def _source_content(self):
        """The content from the attachment it came from, if it is the same."""
        attachment = self.attachment_id.exists()
        if attachment:
            content = attachment.raw or b""
            if hashlib.sha256(content).hexdigest() == self.digest:
                return content
        raise UserError(
            _("The file of %s was deleted after printing: print it from its document.", self.name)
        )

    def action_open_document(self):
        """Open the document that was printed."""
        self.ensure_one()
        if not self.res_model or not self.res_id:
            raise UserError(_("This job belongs to no document."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
