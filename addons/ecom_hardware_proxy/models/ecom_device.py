from psycopg2.errors import UniqueViolation

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError

from .ecom_workstation import MANAGER
from .told import text

KINDS = [
    ("scale", "Scale"),
    ("label_printer", "Label Printer"),
    ("document_printer", "Document Printer"),
    ("receipt_printer", "Receipt Printer"),
    ("cash_drawer", "Cash Drawer"),
    ("scanner", "Scanner"),
]
STATES = [
    ("online", "Online"),
    ("attention", "Needs Attention"),
    ("offline", "Offline"),
    ("unknown", "Unknown"),
]
LANGUAGES = [
    ("zpl", "ZPL"),
    ("epl2", "EPL2"),
    ("dpl", "DPL"),
    ("escpos", "ESC/POS"),
    ("pdf", "PDF"),
]
PRINTERS = ("label_printer", "document_printer", "receipt_printer")
# What is drawn on when the agent does not tell the paper: 4 x 6 in, a sheet, a roll.
PAPER_MM = {
    "label_printer": (101.6, 152.4),
    "document_printer": (210.0, 279.4),
    "receipt_printer": (72.0, 80.0),
}
MOST_DEVICES = 100  # of one station; more is a mistake
MOST_GONE = 200  # remembered of one station, beside those that jobs and routes refer to


class EcomDevice(models.Model):
    """What is plugged in at a station, as its agent tells it. People choose only what is archived."""

    _name = "ecom.device"
    _description = "Device"
    _order = "workstation_id, kind, name, id"
    _check_company_auto = True

    workstation_id = fields.Many2one(
        "ecom.workstation", "Station", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="workstation_id.company_id", store=True, index=True)
    uid = fields.Char("Identifier", required=True, help="As the agent's configuration names it.")
    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    gone = fields.Boolean(help="The agent no longer has this device.")
    kind = fields.Selection(KINDS, required=True)
    driver = fields.Char()
    language = fields.Selection(LANGUAGES, "Printer Language")
    dpi = fields.Integer("Resolution (dpi)")
    width_mm = fields.Float("Paper Width (mm)", digits=(8, 1))
    height_mm = fields.Float("Paper Height (mm)", digits=(8, 1))
    state = fields.Selection(STATES, default="unknown", required=True)
    words = fields.Char("What It Says")
    last_seen = fields.Datetime()
    health = fields.Selection(STATES, "Status", compute="_compute_health")
    health_words = fields.Char("How It Is", compute="_compute_health")

    _uid_unique = models.Constraint(
        "UNIQUE(workstation_id, uid)", "A station has each device only once."
    )

    @api.depends("name", "workstation_id.name")
    def _compute_display_name(self):
        for device in self:
            device.display_name = _(
                "%(device)s (%(station)s)",
                device=device.name or "",
                station=device.workstation_id.name or "",
            )

    @api.depends("state", "words", "workstation_id.paired_at", "workstation_id.last_seen")
    def _compute_health(self):
        """What the agent told last, as long as the agent calls: later nobody knows."""
        silent = {
            "unpaired": _("Its station is not paired."),
            "paired": _("The agent of its station has not called yet."),
            "offline": _("The agent of its station does not call any more."),
        }
        for device in self:
            words = silent.get(device.workstation_id.state)
            device.health = "unknown" if words else device.state
            device.health_words = words or device.words

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(_("Devices are told by the agent of their station."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and vals.keys() - {"active"}:
            raise AccessError(_("Devices are told by the agent of their station."))
        return super().write(vals)

    def _is_there(self):
        """Tell whether the station is in use and has this device."""
        return self.active and self.workstation_id.active

    def _check_there(self):
        """Raise UserError when what is queued here would wait for ever."""
        if not self._is_there():
            raise UserError(
                _(
                    "The printer %s is not there any more. Print on another one, or plug it in again.",
                    self.name,
                )
            )

    def _paper_mm(self):
        """Width and height to draw a test on."""
        width, height = PAPER_MM.get(self.kind, (0, 0))
        return self.width_mm or width, self.height_mm or height

    def _state_label(self):
        return dict(self._fields["state"]._description_selection(self.env)).get(self.state, "")

    def _browser_values(self):
        """As the agent itself shows a device, so that a page can use either."""
        return {
            "id": self.uid,
            "name": self.name,
            "kind": self.kind,
            "state": self.health,
            "words": self.health_words or "",
            "language": self.language or "",
        }

    # === THE AGENT TELLS === #

    @api.model
    def _values_of(self, told):
        """Field values of a device as the agent tells it; None if it cannot be one."""
        if not isinstance(told, dict) or told.get("kind") not in dict(KINDS):
            return None
        uid, state, language = told.get("id"), told.get("state"), told.get("language")
        if not uid or uid != text(uid, 64):
            return None
        return {
            "uid": uid,
            "name": text(told.get("name"), 128) or uid,
            "kind": told["kind"],
            "driver": text(told.get("driver"), 64),
            "language": language if language in dict(LANGUAGES) else False,
            "dpi": int(_number(told.get("dpi"))),
            "width_mm": round(_number(told.get("width_mm")), 1),
            "height_mm": round(_number(told.get("height_mm")), 1),
            "state": state if state in dict(STATES) else "unknown",
            "words": text(told.get("words"), 256),
        }

    @api.model
    def _told(self, devices):
        values = map(self._values_of, devices[:MOST_DEVICES])
        return {value["uid"]: value for value in values if value}

    @api.model
    def _known(self, station):
        return self.with_context(active_test=False).search([("workstation_id", "=", station.id)])

    def _differs(self, values):
        """The part of *values* that is not what this device already has."""
        return {
            name: value
            for name, value in values.items()
            if (self[name] or False) != (value or False)
        }

    @api.model
    def _changed(self, station, devices):
        """Tell whether the agent's devices differ from those that we know."""
        told = self._told(devices)
        known = self._known(station).filtered(lambda device: not device.gone)
        if {device.uid for device in known} != told.keys():
            return True
        return any(device._differs(told[device.uid]) for device in known)

    @api.model
    def _sync(self, station, devices, now):
        """Keep the station's devices by identity: new, changed, gone (archived), back again."""
        told = self._told(devices)
        known = {device.uid: device for device in self._known(station)}
        self._create_once(
            [
                {**values, "workstation_id": station.id, "last_seen": now}
                for uid, values in told.items()
                if uid not in known
            ]
        )
        for uid, device in known.items():
            if uid in told:
                device._update(told[uid], now)
            elif not device.gone:
                device.write({"gone": True, "active": False, "state": "unknown", "words": False})

    @api.autovacuum
    def _gc_gone(self):
        """Forget devices that came and went, for example of an agent that names them anew."""
        gone = [("gone", "=", True)]
        every = self.with_context(active_test=False)
        for station, count in every._read_group(gone, ["workstation_id"], ["__count"]):
            if count > MOST_GONE:
                mine = every.search([*gone, ("workstation_id", "=", station.id)], order="id desc")
                mine[MOST_GONE:]._without_history().unlink()

    def _without_history(self):
        """Those that no job and no route refers to."""
        routes = self.env["ecom.print.route"].with_context(active_test=False)
        used = self.browse()
        for model in (routes, self.env["ecom.print.job"]):
            for (device,) in model._read_group([("device_id", "in", self.ids)], ["device_id"]):
                used |= device
        return self - used

    @api.model
    def _create_once(self, values_list):
        """Create devices; if another call of the agent is faster, Odoo runs ours again."""
        try:
            with self.env.cr.savepoint():
                self.create(values_list)
        except UniqueViolation as error:
            raise ConcurrencyError("the same device was told by two calls at once") from error

    def _update(self, values, now):
        changed = self._differs(values)
        if self.gone:
            changed |= {"gone": False, "active": True}
        if self.state != "offline" or changed:
            changed["last_seen"] = now
        if changed:
            self.write(changed)

    # === ACTIONS === #

    def action_test(self):
        """Print a test page or label on this printer."""
        self.ensure_one()
        if not self.env.user.has_group(MANAGER):
            raise AccessError(_("Tests at the devices are for managers of the hardware."))
        if self.kind not in PRINTERS:
            raise UserError(_("Only printers print a test; try a scale where you weigh."))
        job = self.env["ecom.print.job"]._print_test(self)
        return job._get_notice()


def _number(value):
    return value if isinstance(value, int | float) and 0 <= value < 100_000 else 0
