from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError

TRIES, WINDOW_S = 5, 600


class EcomPairingGuard(models.Model):
    """How often a user typed a wrong pairing code of late.

    One row per user, so that requests at the same time collide and are counted one by one.
    """

    _name = "ecom.pairing.guard"
    _description = "Wrong Pairing Codes"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    tries = fields.Integer(default=0)
    since = fields.Datetime(required=True)

    _user_unique = models.Constraint("UNIQUE(user_id)", "One row per user.")

    @api.model
    def _count(self, user):
        """Count a try of *user*; tell whether it may be looked at."""
        now = fields.Datetime.now()
        guard = self.search([("user_id", "=", user.id)])
        if not guard:
            guard = self._create_once(user, now)
        if guard.since < now - timedelta(seconds=WINDOW_S):
            guard.write({"since": now, "tries": 0})
        guard.tries += 1
        return guard.tries <= TRIES

    @api.model
    def _create_once(self, user, now):
        try:
            with self.env.cr.savepoint():
                return self.create({"user_id": user.id, "since": now})
        except UniqueViolation as error:
            raise ConcurrencyError("this user's first tries came together") from error

    @api.model
    def _clear(self, user):
        self.search([("user_id", "=", user.id)]).unlink()

    @api.autovacuum
    def _gc_old(self):
        limit = fields.Datetime.now() - timedelta(seconds=WINDOW_S)
        self.search([("since", "<", limit)]).unlink()
