from odoo import _, api, fields, models
from odoo.exceptions import UserError


class EcomPrintJobReprint(models.TransientModel):
    """Print something once more, with the reason why: two equal labels are two parcels."""

    _name = "ecom.print.job.reprint"
    _description = "Reprint"

    job_id = fields.Many2one("ecom.print.job", "Print Job", required=True, readonly=True)
    reason = fields.Selection(
        [
            ("damaged", "Damaged or unreadable"),
            ("lost", "Lost"),
            ("misprint", "Wrong paper or printed badly"),
            ("other", "Another reason"),
        ],
    )
    note = fields.Char()

    @api.model
    def _open(self, job):
        self._check_printed(job)
        return {
            "type": "ir.actions.act_window",
            "name": _("Reprint %s", job.name),
            "res_model": self._name,
            "res_id": self.create({"job_id": job.id}).id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _check_printed(self, job):
        if job.state not in ("sent", "confirmed"):
            raise UserError(
                _("Only what was printed is reprinted: say first whether it printed, or try again.")
            )

    def action_reprint(self):
        """A new job; pressing twice in one wizard makes one."""
        self.ensure_one()
        self._check_printed(self.job_id)
        if not self.reason:
            raise UserError(_("Choose the reason: it is kept with the reprint."))
        if self.reason == "other" and not (self.note or "").strip():
            raise UserError(_("Write the reason."))
        job = self.job_id._again(self._reason_words(), f"reprint-{self.id}")
        return {**job._get_notice(), "params": self._params(job)}

    def _reason_words(self):
        label = dict(self._fields["reason"]._description_selection(self.env))[self.reason]
        words = [] if self.reason == "other" else [label]
        return ": ".join([*words, *filter(None, [(self.note or "").strip()])])

    def _params(self, job):
        return {
            **job._get_notice()["params"],
            "next": {"type": "ir.actions.act_window_close"},
        }
