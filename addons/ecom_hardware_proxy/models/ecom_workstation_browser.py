import time

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.http import request

from ..proxy import signing
from .ecom_workstation import DRAWER, MANAGER, SEEN_EVERY_S, USER


class EcomWorkstation(models.Model):
    """What the browser of a station is given: its devices, and tokens for its agent."""

    _inherit = "ecom.workstation"

    @api.model
    def list_for_browser(self):
        """The stations that this user may choose, each with its address and devices."""
        if not self.has_access("read"):
            return []
        return [station._browser_values() for station in self.search([])]

    def choose(self):
        """What the browser keeps of the station that was chosen; checks that it may be."""
        self.ensure_one()
        self.check_access("read")
        return self._browser_values()

    def _browser_values(self):
        return {
            "id": self.id,
            "uid": self.uid,
            "name": self.name,
            "address": self.address,
            "state": self.state,
            "words": self.words,
            "company_id": self.company_id.id,
            "devices": [device._browser_values() for device in self.device_ids],
        }

    @api.model
    def browser_token(self, workstation_id):
        """A token for the page that asks, five minutes long, and what the page needs to know.

        The origin is that of the request itself: a page can only get a token for itself. This never
        raises for what a person can mend: the station's icon shows the words.

        :return: ``{"token", "secret", "expires_in" (s), "address", "station", "devices",
            "routes"}``, see ``proxy/signing.py`` for token and secret; or ``{"token": False,
            "words"}``
        """
        try:
            station = self._usable(workstation_id)
            token, secret = station._mint(station._request_origin())
        except UserError as error:
            return {"token": False, "words": str(error)}
        return {
            "token": token,
            "secret": secret,
            "expires_in": int(signing.TOKEN_LIFE_S),
            "address": station.address,
            "station": {"id": station.id, "uid": station.uid, "name": station.name},
            "devices": [device._browser_values() for device in station.device_ids],
            "routes": self.env["ecom.print.route"]._summary(station),
        }

    def _mint(self, origin):
        """Token and secret for a page of *origin* and what this user may do; UserError: no agent."""
        # sudo: the key is out of every user's reach; the token holds what this user may do
        station = self.sudo()
        if not station.key:
            raise UserError(_("The station %s is not paired with an agent.", self.name))
        station._note_use()
        return signing.mint(
            station.key,
            {
                "station": self.uid,
                "user": self.env.uid,
                "login": self.env.user.login,
                "origin": origin,
                "do": self._allowed_actions(),
                "exp": time.time() + signing.TOKEN_LIFE_S,
            },
        )

    @api.model
    def _usable(self, workstation_id):
        """The station as this user: exists, is not archived, is of a company at hand."""
        wanted = workstation_id if isinstance(workstation_id, int) else 0
        station = self.search([("id", "=", wanted)])
        if not station:
            raise UserError(
                _("This station does not exist for you: choose the station you work at again.")
            )
        return station

    def _request_origin(self):
        origin = request.httprequest.headers.get("Origin", "") if request else ""
        if origin not in self._origins():
            raise UserError(
                _(
                    "Pages from %(origin)s may not use the devices of %(station)s. An administrator "
                    "can add this address in Hardware, Stations, Other Addresses of Odoo.",
                    origin=origin or _("an unknown address"),
                    station=self.name,
                )
            )
        return origin

    @api.model
    def _allowed_actions(self):
        """The agent's actions (signing.mint) that this user may ask for."""
        user = self.env.user
        allowed = ["read", "print", "scale"] if user.has_group(USER) else []
        if user.has_group(DRAWER):
            allowed.append("drawer")
        if user.has_group(MANAGER):
            allowed.append("manage")
        return allowed

    def _note_use(self):
        now = fields.Datetime.now()
        if not self.used_at or (now - self.used_at).total_seconds() > SEEN_EVERY_S:
            self.used_at = now
