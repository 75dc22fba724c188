from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from .ecom_device import LANGUAGES, PRINTERS

# What the agent turns into dots for any printer; other files need a printer of their language.
PICTURES = {"pdf"}


class EcomPrintRoute(models.Model):
    """Which documents come out of which printer, at one station or anywhere in the company.

    A route of the station comes before one of the company, one for a report before one for its
    type, one for a file language before one for any.
    """

    _name = "ecom.print.route"
    _description = "Print Route"
    _order = "company_id, workstation_id, document_type, sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    workstation_id = fields.Many2one(
        "ecom.workstation",
        "Station",
        check_company=True,
        index=True,
        ondelete="cascade",
        help="Leave empty for every station of the company that has no route of its own.",
    )
    document_type = fields.Selection(
        [
            ("label_4x6", "Label 4 × 6 in"),
            ("label_letter", "Label on a Sheet"),
            ("manifest", "Manifest"),
            ("receipt", "Receipt"),
            ("report", "Report"),
            ("other", "Other"),
        ],
        required=True,
        default="label_4x6",
    )
    report_id = fields.Many2one(
        "ir.actions.report",
        "Only This Report",
        ondelete="cascade",
        help="Leave empty for every document of the type.",
    )
    language = fields.Selection(
        LANGUAGES,
        "Only Files In",
        help="For example ZPL files to a Zebra printer, PDF files to another one. Leave empty for "
        "every file that the printer understands.",
    )
    device_id = fields.Many2one(
        "ecom.device",
        "Printer",
        required=True,
        check_company=True,
        ondelete="restrict",
        context={"active_test": False},
        domain=f"[('kind', 'in', {PRINTERS}), ('active', '=', True)]",
    )
    paper = fields.Selection(
        [
            ("na_index-4x6_4x6in", "4 × 6 in"),
            ("na_letter_8.5x11in", "Letter"),
            ("na_legal_8.5x14in", "Legal"),
            ("iso_a4_210x297mm", "A4"),
            ("iso_a6_105x148mm", "A6"),
        ],
        help="For document printers that hold several papers. Leave empty for the printer's own.",
    )
    tray = fields.Char(help="As the printer names it, for example tray-2.")

    _place_unique = models.UniqueIndex(
        "(company_id, COALESCE(workstation_id, 0), document_type, COALESCE(report_id, 0),"
        " COALESCE(language, '')) WHERE active",
        "There is a route for these documents already: change that one.",
    )

    @api.depends("document_type", "device_id.name", "report_id.name")
    def _compute_display_name(self):
        types = dict(self._document_types())
        for route in self:
            what = route.report_id.name or types.get(route.document_type, "")
            route.display_name = f"{what} → {route.device_id.name or ''}"

    @api.model
    def _document_types(self):
        """The document types with their names, those of other addons included."""
        return self._fields["document_type"]._description_selection(self.env)

    @api.onchange("workstation_id")
    def _onchange_workstation(self):
        if self.workstation_id:
            self.company_id = self.workstation_id.company_id

    @api.constrains("device_id", "tray")
    def _check_device(self):
        for route in self:
            if route.device_id.kind not in PRINTERS:
                raise ValidationError(_("%s is not a printer.", route.device_id.name))
            tray = route.tray or ""
            if tray and not tray.replace("-", "").replace("_", "").isalnum():
                raise ValidationError(_("A tray's name has letters, digits and dashes only."))

    # === FIND === #

    @api.model
    def _find(self, station, document_type, report=None, language=None):
        """The route for a document printed at *station*, or none.

        :param language: of the file (one of ``LANGUAGES``), None if it has none
        """
        routes = self.search(
            [
                ("company_id", "=", station.company_id.id),
                ("workstation_id", "in", (station.id, False)),
                ("document_type", "=", document_type),
                ("report_id", "in", (report.id if report else False, False)),
                ("language", "in", (language or False, False)),
            ]
        )
        fitting = routes.filtered(lambda route: route._prints(language)) or routes
        return fitting.sorted(lambda r: (not r.workstation_id, not r.report_id, not r.language))[:1]

    def _prints(self, language):
        """Tell whether the printer understands a file in *language*."""
        device = self.device_id
        return not language or language in PICTURES or device.language in (False, language)

    @api.model
    def _find_or_say(self, station, document_type, report=None, language=None):
        """As :meth:`_find`; raises UserError with the place where a route is set."""
        route = self._find(station, document_type, report, language)
        if not route:
            raise UserError(
                _(
                    "There is no printer for %(documents)s at station %(station)s. Choose one in "
                    "Hardware, Routes.",
                    documents=dict(self._document_types()).get(document_type, document_type),
                    station=station.name,
                )
            )
        device = route.device_id
        if not device._is_there():
            raise UserError(
                _(
                    "The printer %(device)s, chosen for %(documents)s at station %(station)s, is not "
                    "there any more. Plug it in, or choose another one in Hardware, Routes.",
                    device=device.name,
                    documents=dict(self._document_types())[document_type],
                    station=station.name,
                )
            )
        if not route._prints(language):
            raise UserError(
                _(
                    "The printer %(device)s understands %(own)s, not %(file)s. Choose another one in "
                    "Hardware, Routes.",
                    device=device.name,
                    own=dict(LANGUAGES)[device.language],
                    file=dict(LANGUAGES)[language],
                )
            )
        return route

    @api.model
    def _summary(self, station):
        """For the browser: document type -> the printer that a document without more would go to."""
        found = {}
        for document_type, _label in self._document_types():
            device = self._find(station, document_type).device_id
            if device._is_there():
                found[document_type] = device._browser_values()
        return found

    def _options(self):
        """What the printer is told beside the file; from our lists only."""
        values = {"media": self.paper, "tray": self.tray}
        return {name: value for name, value in values.items() if value}
