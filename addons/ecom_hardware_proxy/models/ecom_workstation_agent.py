from datetime import timedelta

from odoo import fields, models

from .ecom_workstation import SEEN_EVERY_S

USED_S = 600  # a station in use asks more often
FAST_MS, SLOW_MS = 1000, 5000


class EcomWorkstation(models.Model):
    """The calls of a station's agent. Superuser: their signature was checked by the controller."""

    _inherit = "ecom.workstation"

    def _sync(self, report):
        """What the agent reports, and what it is to do; see ``proxy/README.md``. Superuser.

        A quiet call writes nothing, unless *last_seen* is due: then devices are compared too.
        """
        self.ensure_one()
        now = fields.Datetime.now()
        due = not self.last_seen or (now - self.last_seen).total_seconds() >= SEEN_EVERY_S
        if due or self.env["ecom.device"]._changed(self, report["devices"]):
            self._note_agent(report, now)
            self.env["ecom.device"]._sync(self, report["devices"], now)
        jobs = self.env["ecom.print.job"]
        noted = jobs._sync(self, report["jobs"])
        return {
            **jobs._todo_for(self, now),
            "noted": noted,
            "poll_after_ms": FAST_MS if self._in_use(now) else SLOW_MS,
            "origins": self._origins(),
            "name": self.name,
            "lang": self._agent_lang(),
        }

    def _agent_lang(self):
        """What the agent writes its words in: all users of a station read the same ones."""
        return self.company_id.partner_id.lang or self.env.lang or "en_US"

    def _note_agent(self, report, now):
        values = {"agent_version": report["version"], "agent_api": report["api"]}
        changed = {name: value for name, value in values.items() if self[name] != value}
        if not self.last_seen:
            # The agent has its key: it can be asked for no more.
            self.env["ecom.pairing"].search([("workstation_id", "=", self.id)]).unlink()
        self.write({"last_seen": now, **changed, **self._address_values(report["address"])})

    def _in_use(self, now):
        since = now - timedelta(seconds=USED_S)
        if self.used_at and self.used_at >= since:
            return True
        recent = [("workstation_id", "=", self.id), ("create_date", ">=", since)]
        return bool(self.env["ecom.print.job"].search_count(recent, limit=1))
