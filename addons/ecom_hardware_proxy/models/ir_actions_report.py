from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from .print_document import PrintDocument, recognise

MIMETYPES = {"pdf": "application/pdf", "text": "text/plain"}


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    ecom_document_type = fields.Selection(
        lambda self: self.env["ecom.print.route"]._document_types(),
        "Printed As",
        default="report",
        required=True,
        help="Which route chooses the printer.",
    )
    ecom_silent = fields.Boolean(
        "Print at the Station",
        help="Goes straight to the printer of the user's station instead of being downloaded, "
        "when the station has a route for it.",
    )

    ecom_missing_route = fields.Char("What Is Missing", compute="_compute_ecom_missing_route")

    @api.depends("ecom_silent", "ecom_document_type")
    def _compute_ecom_missing_route(self):
        """What to do before a report that is to print at stations can; empty when it can at one."""
        # sudo: whoever sets reports up need not be one of the hardware's people
        routes = self.env["ecom.print.route"].sudo().search([])
        types = dict(routes._document_types())
        for report in self:
            fitting = routes.filtered(
                lambda route, report=report: (
                    route.document_type == report.ecom_document_type
                    and route.report_id in (report, route.report_id.browse())
                )
            )
            report.ecom_missing_route = (
                report.ecom_silent
                and not fitting
                and _(
                    "No printer yet: it is downloaded. Add a route for %s in Hardware, Routes.",
                    types.get(report.ecom_document_type, ""),
                )
            )

    @api.model
    def ecom_route(self, report_name, docids=None, data=None):
        """Where this report would print without a word: ``{"workstation", "device"}`` or False.

        False: not a silent report, no station chosen, no route, no such right. The browser then does
        what Odoo always does.
        """
        stations = self.env["ecom.workstation"]
        station_id = self.env.context.get("ecom_workstation_id")
        report = self._get_report(report_name)
        if not station_id or not report.ecom_silent or not stations.has_access("read"):
            return False
        station = stations.search([("id", "=", station_id)])
        if not station:
            return False
        device = self._ecom_find_route(report, station).device_id
        if not device._is_there():
            return False
        return {"workstation": station.name, "device": device._browser_values()}

    @api.model
    def _ecom_find_route(self, report, station):
        language = "pdf" if report.report_type == "qweb-pdf" else None
        return self.env["ecom.print.route"]._find(
            station, report.ecom_document_type, report, language
        )

    @api.model
    def ecom_print(self, report_name, docids, data=None, key=None, workstation_id=None):
        """Render a report and print it where its route says; returns the jobs as values.

        :param report_name: name or id; *docids* and *data* as Odoo's own page downloads them: a
            report with *data* (of a wizard) says itself what it is about, whatever was selected
        :param str key: of one press of the button, which prints once
        """
        report = self._get_report(report_name)
        documents = self.env[report.model].browse([] if data else docids or [])
        self._ecom_check_access(report, documents)
        jobs = self.env["ecom.print.job"]
        station = jobs._station(self.env["ecom.workstation"].browse(workstation_id or []))
        identity = f"report-{report.id}-{'-'.join(map(str, documents.ids))}"
        known = jobs._known(station, key, identity)
        if not known:
            document = self._ecom_render(report, documents, data, identity)
            known = jobs._print(
                [document],
                report.ecom_document_type,
                station,
                records=documents[:1],
                key=key,
                report=report,
            )
        return known._browser_values()

    @api.model
    def _ecom_check_access(self, report, documents):
        """Rendering reads with many rights: what the user may not read or print stops here."""
        if report.group_ids and not report.group_ids & self.env.user.all_group_ids:
            raise AccessError(_("You may not print the report %s.", report.name))
        documents.check_access("read")

    @api.model
    def _ecom_render(self, report, documents, data, identity):
        rendered = self._render(report, documents.ids or None, data=data)
        content, kind = rendered or (b"", "")
        if kind not in MIMETYPES:
            raise UserError(_("The report %s cannot be printed as a file.", report.name))
        content = content.encode() if isinstance(content, str) else content
        return PrintDocument(
            report.name,
            recognise(MIMETYPES[kind], content),
            content,
            identity,
        )
