from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..proxy import API


class EcomWorkstationPair(models.TransientModel):
    """Type the code that the agent shows, and the station is paired with it."""

    _name = "ecom.workstation.pair"
    _description = "Pair a Station"

    workstation_id = fields.Many2one("ecom.workstation", "Station", required=True, readonly=True)
    paired_at = fields.Datetime(related="workstation_id.paired_at")
    code = fields.Char("Code Shown at the Agent")
    problem = fields.Char(readonly=True)

    @api.model
    def _open(self, station):
        station.check_access("write")
        return self.create({"workstation_id": station.id})._show()

    def _show(self):
        return {
            "type": "ir.actions.act_window",
            "name": _("Pair %s", self.workstation_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_pair(self):
        """Pair, or say what is wrong; a wrong code is counted, so this must not raise."""
        self.ensure_one()
        self.workstation_id.check_access("write")
        if not (self.code or "").strip():
            raise UserError(_("Type the code that the agent shows."))
        problem = self._try_code()
        if problem:
            self.problem = problem
            return self._show()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _try_code(self):
        """Pair with the agent that shows the code; returns what is wrong, in words."""
        # sudo: pairings and the count of wrong codes are out of every user's reach
        guard = self.env["ecom.pairing.guard"].sudo()
        if not guard._count(self.env.user):
            return _("Too many wrong codes. Wait ten minutes, then start again at the agent.")
        # sudo: as above
        pairing = self.env["ecom.pairing"].sudo()._with_code(self.code)
        if not pairing:
            return _(
                "No agent shows this code now. Codes live ten minutes; look again at the agent."
            )
        if pairing.agent_api != API:
            return _(
                "This agent (version %s) does not fit this Odoo addon: install the version that comes "
                "with it.",
                pairing.agent_version,
            )
        guard._clear(self.env.user)
        # sudo: the key is out of every user's reach
        self.workstation_id.sudo()._pair(pairing)
        return ""
