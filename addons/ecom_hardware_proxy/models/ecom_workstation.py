import uuid
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.orm.models import NO_ACCESS

from ..proxy import API, signing
from ..proxy.security.names import origin_of

USER = "ecom_hardware_proxy.group_user"
MANAGER = "ecom_hardware_proxy.group_manager"
DRAWER = "ecom_hardware_proxy.group_cash_drawer"

DEFAULT_ADDRESS = "http://127.0.0.1:8470"
SEEN_EVERY_S = 20  # last_seen is written at most this often
ONLINE_S = 60  # three times as long, and a station counts as gone
# What only the agent and the pairing write.
FACTS = {
    "uid",
    "key",
    "paired_at",
    "last_seen",
    "used_at",
    "agent_address",
    "agent_version",
    "agent_api",
}


class EcomWorkstation(models.Model):
    """A place where a person works, with the agent that owns the devices there.

    The station's key is known to this table and to the agent alone: no user reads it, whatever
    their rights. What a browser needs is minted from it (:meth:`browser_token`).
    """

    _name = "ecom.workstation"
    _description = "Station"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    uid = fields.Char(
        "Identifier",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: uuid.uuid4().hex,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    address = fields.Char(
        "Address of the Agent",
        required=True,
        default=DEFAULT_ADDRESS,
        help="Where the browsers of this station reach the agent. The usual value is right when "
        "the agent runs on the computer that the browser runs on.",
    )
    extra_origins = fields.Text(
        "Other Addresses of Odoo",
        help="One per line, for example https://odoo.example.com. Pages from these addresses and "
        "from Odoo's usual one may use the devices, no others.",
    )
    key = fields.Char(groups=NO_ACCESS, copy=False, exportable=False)
    paired_at = fields.Datetime("Paired On", readonly=True, copy=False)
    last_seen = fields.Datetime(readonly=True, copy=False)
    used_at = fields.Datetime("Last Used", readonly=True, copy=False)
    agent_address = fields.Char("Address It Tells", readonly=True, copy=False)
    agent_version = fields.Char(readonly=True, copy=False)
    agent_api = fields.Integer("Agent's Interface", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("unpaired", "Not Paired"),
            ("paired", "Paired"),
            ("online", "Online"),
            ("offline", "Offline"),
        ],
        compute="_compute_state",
        search="_search_state",
    )
    words = fields.Char("Health", compute="_compute_words")
    device_ids = fields.One2many("ecom.device", "workstation_id", "Devices")
    route_ids = fields.One2many("ecom.print.route", "workstation_id", "Routes")
    device_count = fields.Integer(compute="_compute_device_count")
    waiting_count = fields.Integer(compute="_compute_job_counts")
    decision_count = fields.Integer(compute="_compute_job_counts")
    failed_count = fields.Integer(compute="_compute_job_counts")

    _uid_unique = models.Constraint("UNIQUE(uid)", "This identifier belongs to another station.")

    # === STATE === #

    @api.depends("paired_at", "last_seen")
    def _compute_state(self):
        limit = self._online_since()
        for station in self:
            if not station.paired_at:
                station.state = "unpaired"
            elif not station.last_seen:
                station.state = "paired"
            else:
                station.state = "online" if station.last_seen >= limit else "offline"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        limit = self._online_since()
        paired = Domain("paired_at", "!=", False)
        domains = {
            "unpaired": Domain("paired_at", "=", False),
            "paired": paired & Domain("last_seen", "=", False),
            "online": paired & Domain("last_seen", ">=", limit),
            "offline": paired & Domain("last_seen", "<", limit),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    @api.model
    def _online_since(self):
        return fields.Datetime.now() - timedelta(seconds=ONLINE_S)

    @api.depends("state", "agent_api", "device_ids.state", "route_ids.device_id.active")
    def _compute_words(self):
        for station in self:
            station.words = " ".join(station._health())

    def _health(self):
        """What is wrong with this station, sentence by sentence; empty when all is well."""
        if self.state == "unpaired":
            yield _("This station is not paired with an agent.")
            return
        if self.state == "paired":
            yield _("The agent has not called yet. Start it on its computer: ecom-proxy run")
        if self.state == "offline":
            yield _("The agent does not call any more: check the computer and its network.")
        yield from self._agent_problems()
        missing = self.route_ids.device_id.filtered(lambda device: not device.active)
        if missing:
            yield _("An expected device is missing: %s.", ", ".join(missing.mapped("name")))
        for device in self.device_ids.filtered(lambda d: d.health in ("attention", "offline")):
            yield f"{device.name}: {device.words or device._state_label()}"

    def _agent_problems(self):
        if not self.agent_api or self.agent_api == API:
            return
        if self.agent_api < API:
            yield _("The agent (version %s) is too old; update it.", self.agent_version)
        else:
            yield _("The agent (version %s) is newer than this Odoo addon.", self.agent_version)

    @api.depends("device_ids")
    def _compute_device_count(self):
        for station in self:
            station.device_count = len(station.device_ids)

    def _compute_job_counts(self):
        groups = self.env["ecom.print.job"]._read_group(
            [
                ("workstation_id", "in", self.ids),
                *("|", ("state", "in", ("queued", "unknown"))),
                *("&", ("state", "=", "failed"), ("retried", "=", False)),
            ],
            ["workstation_id", "state"],
            ["__count"],
        )
        counts = {(station.id, state): count for station, state, count in groups}
        for station in self:
            station.waiting_count = counts.get((station.id, "queued"), 0)
            station.decision_count = counts.get((station.id, "unknown"), 0)
            station.failed_count = counts.get((station.id, "failed"), 0)

    # === WHAT USERS MAY WRITE === #

    @api.constrains("address", "extra_origins")
    def _check_addresses(self):
        for station in self:
            for address in (station.address, *station._extra_origins()):
                if not origin_of(address or ""):
                    raise ValidationError(
                        _("%s is not an address: write it as http://computer:8470.", address)
                    )
                if address != origin_of(address):
                    raise ValidationError(
                        _("%s holds more than an address: leave out what follows it.", address)
                    )

    @api.model_create_multi
    def create(self, vals_list):
        defaults = {name for name in FACTS if f"default_{name}" in self.env.context}
        for vals in vals_list:
            self._check_no_facts({*vals, *defaults})
        return super().create([_tidy(vals) for vals in vals_list])

    def write(self, vals):
        self._check_no_facts(vals)
        if "company_id" in vals:
            self._check_company_stays(vals["company_id"])
        if vals.get("active") is False:
            # An archived station is no station: its agent is told so.
            self.action_revoke()
        return super().write(_tidy(vals))

    def _check_company_stays(self, company_id):
        """Devices, routes and jobs of a station are its company's, for good."""
        moved = self.filtered(lambda station: station.company_id.id != company_id)
        if moved.with_context(active_test=False).device_ids:
            raise UserError(
                _("%s has devices already: make a new station in the other company.", moved[0].name)
            )

    def _check_no_facts(self, names):
        if not self.env.su and FACTS & set(names):
            raise AccessError(_("Pairing and agent alone write these facts of a station."))

    def _extra_origins(self):
        lines = (self.extra_origins or "").splitlines()
        return [_typed(line) for line in lines if line.strip()]

    def _address_values(self, told):
        """What follows from the address that the agent tells; one typed by a person stays."""
        told = _typed(told)
        if not told or told != origin_of(told) or told == self.agent_address:
            return {}
        typed = self.address not in (self.agent_address, DEFAULT_ADDRESS)
        return {"agent_address": told} | ({} if typed else {"address": told})

    def _offline_words(self):
        """What a person should know who prints now; empty when the agent calls."""
        if self.state == "online":
            return ""
        return _("%s is not online: it prints when its agent calls again.", self.name)

    def _origins(self):
        """The origins whose pages may use this station's devices."""
        # sudo: system parameters are readable by administrators only
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url", "")
        return list(dict.fromkeys(filter(None, (origin_of(base or ""), *self._extra_origins()))))

    # === PAIRING === #

    def action_pair(self):
        """Open the wizard that asks for the code shown at the agent."""
        self.ensure_one()
        return self.env["ecom.workstation.pair"]._open(self)

    def action_revoke(self):
        """Forget the key at once: the agent's next call is refused, and it forgets its own."""
        self.check_access("write")
        # sudo: the key is out of every user's reach
        self.sudo()._forget_key()

    def _forget_key(self):
        self.write({"key": False, "paired_at": False, "last_seen": False})
        self.env["ecom.print.job"]._cut_off(self)
        self.env["ecom.pairing"].search([("workstation_id", "in", self.ids)]).unlink()

    def _pair(self, pairing):
        """Give this station the agent of *pairing*; called as superuser."""
        self.ensure_one()
        self._forget_key()
        self.write(
            {
                "key": signing.new_key(),
                "paired_at": fields.Datetime.now(),
                "agent_version": pairing.agent_version,
                "agent_api": pairing.agent_api,
                **self._address_values(pairing.agent_address),
            }
        )
        pairing.workstation_id = self

    # === THE PRINT QUEUE === #

    def action_view_jobs(self):
        """The jobs that wait at this station."""
        return self._view_jobs("waiting")

    def action_view_decisions(self):
        """The jobs that somebody has to look at the printer for."""
        return self._view_jobs("decision")

    def action_view_failed(self):
        """The jobs that did not print."""
        return self._view_jobs("failed")

    def _view_jobs(self, search_filter):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "ecom_hardware_proxy.action_ecom_print_job"
        )
        context = {f"search_default_{search_filter}": 1}
        return action | {"domain": [("workstation_id", "=", self.id)], "context": context}


def _tidy(vals):
    """*vals* with the address as browsers write it."""
    return {**vals, "address": _typed(vals["address"])} if vals.get("address") else vals


def _typed(address):
    """*address* as browsers write it; as it is when it is no address or holds more than one."""
    typed = (address or "").strip().rstrip("/")
    more = set(typed.partition("://")[2]) & set("/?#@")
    return (not more and origin_of(typed)) or typed
