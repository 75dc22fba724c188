import hashlib
from datetime import timedelta

from odoo import api, fields, models

from ..proxy import signing

LIFE_S = 600
MOST_PER_ADDRESS, MOST = 5, 50  # waiting at the same time


class EcomPairing(models.Model):
    """An agent that shows a code and waits until somebody types it at a station.

    Only digests are kept: of the code, and of the secret by which the agent asks again.
    """

    _name = "ecom.pairing"
    _description = "Pairing"
    _order = "id desc"

    code_digest = fields.Char(required=True)
    poll_digest = fields.Char(required=True)
    agent_name = fields.Char()
    agent_version = fields.Char()
    agent_api = fields.Integer()
    agent_address = fields.Char()
    remote_address = fields.Char()
    expires_at = fields.Datetime(required=True, index=True)
    workstation_id = fields.Many2one("ecom.workstation", ondelete="cascade")

    _code_unique = models.Constraint("UNIQUE(code_digest)", "This code is in use.")
    _poll_unique = models.Constraint("UNIQUE(poll_digest)", "This secret is in use.")

    @api.model
    def _start(self, code_digest, poll_digest, agent, remote_address):
        """An agent begins; returns the pairing, or none when too many wait."""
        self._gc_expired()
        if self.search_count([], limit=MOST) >= MOST:
            return self
        same = [("remote_address", "=", remote_address)]
        if self.search_count(same, limit=MOST_PER_ADDRESS) >= MOST_PER_ADDRESS:
            return self
        if self.search_count([("code_digest", "=", code_digest)]):
            return self
        return self.create(
            {
                "code_digest": code_digest,
                "poll_digest": poll_digest,
                "remote_address": remote_address,
                "expires_at": fields.Datetime.now() + timedelta(seconds=LIFE_S),
                **agent,
            }
        )

    @api.model
    def _poll(self, secret):
        """What the agent that knows *secret* is told."""
        digest = hashlib.sha256(secret.encode()).hexdigest()
        pairing = self.search(
            [("poll_digest", "=", digest), ("expires_at", ">", fields.Datetime.now())]
        )
        station = pairing.workstation_id
        if not pairing:
            return {"state": "expired"}
        if not station:
            return {"state": "waiting"}
        return {
            "state": "paired",
            "station": station.uid,
            "key": station.key,
            "name": station.name,
            "origins": station._origins(),
        }

    @api.model
    def _with_code(self, code):
        """The waiting pairing with the code that was typed."""
        return self.search(
            [
                ("code_digest", "=", signing.code_digest(code)),
                ("expires_at", ">", fields.Datetime.now()),
                ("workstation_id", "=", False),
            ]
        )

    @api.autovacuum
    def _gc_expired(self):
        self.search([("expires_at", "<=", fields.Datetime.now())]).unlink()
