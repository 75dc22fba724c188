import base64
import hashlib
import uuid

from odoo import _, api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.orm.models import NO_ACCESS
from odoo.tools import format_datetime

from ..proxy import labels
from ..proxy.labels import samples
from .print_document import PrintDocument, recognise

STATES = [
    ("queued", "Queued"),
    ("sending", "Sending"),
    ("sent", "Sent"),
    ("confirmed", "Printed"),
    ("unknown", "Unclear"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
]
ENDED = ("confirmed", "failed", "cancelled")
NOTHING_CAME_OUT = ("failed", "cancelled")
# Two equal ones are two parcels to whoever finds them: the second one is called a reprint.
COUNTED_TYPES = ("label_4x6", "label_letter", "manifest")
MOST_BYTES = 12 * 1024 * 1024  # the agent takes no more
MOST_COPIES = 99
NO_CONTENT = {"content": False, "has_content": False}


class EcomPrintJob(models.Model):
    """One document that was sent to one printer: printed once, or its state says that nobody knows.

    Made by :meth:`_print` alone. The agent fetches it, prints it and reports; its state only moves
    forward. Nothing is printed again by itself: a reprint is a new job with a reason.
    """

    _name = "ecom.print.job"
    _description = "Print Job"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True)
    uid = fields.Char("Identifier", required=True, readonly=True, copy=False)
    digest = fields.Char("Fingerprint", required=True, readonly=True, help="SHA-256 of the file.")
    size = fields.Integer("Size (bytes)", readonly=True)
    workstation_id = fields.Many2one(
        "ecom.workstation", "Station", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="workstation_id.company_id", store=True, index=True)
    device_id = fields.Many2one(
        "ecom.device", "Printer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    document_type = fields.Selection(
        lambda self: self.env["ecom.print.route"]._document_types(), readonly=True
    )
    mimetype = fields.Char("File Type", required=True, readonly=True)
    content = fields.Binary(attachment=True, groups=NO_ACCESS, copy=False, exportable=False)
    has_content = fields.Boolean(readonly=True, copy=False)
    attachment_id = fields.Many2one("ir.attachment", readonly=True, ondelete="set null")
    options = fields.Json(readonly=True)
    copies = fields.Integer(default=1, required=True, readonly=True)
    state = fields.Selection(STATES, default="queued", required=True, readonly=True, index=True)
    words = fields.Char("What Happened", readonly=True)
    story = fields.Char("What Happened, and Why Again", compute="_compute_story")
    todo = fields.Selection(
        [
            ("print", "Print"),
            ("cancel", "Cancel"),
            ("printed", "It Printed"),
            ("void", "It Did Not Print"),
        ],
        "To Tell the Agent",
        readonly=True,
        copy=False,
    )
    user_id = fields.Many2one("res.users", "Printed By", readonly=True, index=True)
    decided_by_id = fields.Many2one("res.users", "Decided By", readonly=True)
    res_model = fields.Char("Document Model", readonly=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", readonly=True)
    reason = fields.Char(readonly=True)
    reprint_of_id = fields.Many2one("ecom.print.job", "Reprint Of", readonly=True, index=True)
    reprint_ids = fields.One2many("ecom.print.job", "reprint_of_id", "Reprints", readonly=True)
    retried = fields.Boolean("Printed Again", compute="_compute_retried", store=True)
    offered_at = fields.Datetime("Offered to the Agent", readonly=True)
    changed_at = fields.Datetime("Last Change", readonly=True)
    ended_at = fields.Datetime("Ended", readonly=True)

    _uid_unique = models.Constraint("UNIQUE(uid)", "This print job exists already.")
    _copies_few = models.Constraint(
        f"CHECK(copies BETWEEN 1 AND {MOST_COPIES})", "Print between 1 and 99 copies at a time."
    )
    # For the agent's quiet calls and the counts of a station, flat as the history grows.
    _digest_index = models.Index("(digest)")
    _todo_index = models.Index("(workstation_id, id) WHERE todo IS NOT NULL")
    _recent_index = models.Index("(workstation_id, create_date DESC)")
    _open_index = models.Index(
        "(workstation_id, state) WHERE state IN ('queued', 'unknown', 'failed')"
    )

    @api.depends("reprint_ids")
    def _compute_retried(self):
        for job in self:
            job.retried = bool(job.reprint_ids)

    @api.depends("words", "reason")
    def _compute_story(self):
        for job in self:
            job.story = " · ".join(filter(None, (job.reason, job.words)))

    # === PRINT === #

    @api.model
    def _print(
        self,
        documents,
        document_type,
        workstation=None,
        records=None,
        copies=1,
        key=None,
        report=None,
    ):
        """Queue *documents* on the printer that the routes choose; the one way to print.

        What the user of this environment may not read is not printed.

        :param documents: attachments, or a list of :class:`.print_document.PrintDocument`
        :param str document_type: a value of ``ecom.print.route.document_type``
        :param workstation: where; by default the station of the browser that asks
        :param records: what the documents are of: one for all, or one each
        :param str key: of one press of the button: the same key prints the same document once
        :param report: the report that made them, for routes of that report
        :return: one job per document; with a known key those that exist
        :raise UserError: no station, no route, or a file that the printer does not understand
        """
        if not 1 <= copies <= MOST_COPIES:
            raise UserError(_("Print between 1 and %s copies at a time.", MOST_COPIES))
        station = self._station(workstation)
        documents = self._documents(documents)
        owners = self._owners(records, documents)
        pressed, key = bool(key), key or uuid.uuid4().hex
        uids = [
            self._uid_for(station, key, document.identity or f"{index}-{document.digest}")
            for index, document in enumerate(documents)
        ]
        # sudo: jobs are made here only, after the checks above
        jobs = self.sudo()
        known = {job.uid: job for job in jobs.search([("uid", "in", uids)])}
        values_by_uid = {
            uid: self._job_values(station, document, document_type, report)
            | {"uid": uid, "copies": copies, **owner}
            for uid, document, owner in zip(uids, documents, owners, strict=True)
            if uid not in known
        }
        values_list = list(values_by_uid.values())
        jobs._mark_reprints(values_list, station)
        # Two requests can only meet where a person presses once and a browser asks twice.
        create = jobs._create_once if pressed and values_list else jobs.create
        known |= {job.uid: job for job in create(values_list)}
        return self.browse([known[uid].id for uid in uids])

    @api.model
    def _station(self, workstation=None):
        """The station of this print: given, or the one of the browser; as the user may see it."""
        station_id = workstation.id if workstation else self.env.context.get("ecom_workstation_id")
        if not station_id:
            raise UserError(_("Choose the station you work at first, then print."))
        return self.env["ecom.workstation"]._usable(station_id)

    @api.model
    def _documents(self, documents):
        """Values of *documents*; attachments are read as the user."""
        if not isinstance(documents, models.BaseModel):
            return list(documents)
        documents = documents.with_env(self.env)
        documents.check_access("read")
        for attachment in documents:
            self._check_attachment(attachment)
        return [
            PrintDocument(
                attachment.name,
                recognise(attachment.mimetype or "", attachment.raw or b""),
                attachment.raw or b"",
                f"{attachment.id}-{attachment.checksum}",
                attachment.id,
            )
            for attachment in documents
        ]

    @api.model
    def _check_attachment(self, attachment):
        """Raise UserError for what is no file, or too large to be read at all."""
        if attachment.type == "url":
            raise UserError(
                _("%s is a link, not a file: download it, then print it.", attachment.name)
            )
        self._check_size(attachment.name, attachment.file_size)

    @api.model
    def _check_size(self, name, size):
        if size > MOST_BYTES:
            raise UserError(_("%s is larger than 12 MB, too much to print.", name))

    @api.model
    def _owners(self, records, documents):
        """Reference fields of *documents*: to *records*, which the user must be able to read, or to
        what the attachments (read as the user) belong to.
        """
        if not records:
            attachments = self.env["ir.attachment"]
            each = [attachments.browse(document.attachment_id or []) for document in documents]
            return [
                {"res_model": a.res_model, "res_id": a.res_id} if a.res_id else {} for a in each
            ]
        records.with_env(self.env).check_access("read")
        same = len(records) == len(documents)
        each = list(records) if same else [records[0]] * len(documents)
        return [{"res_model": record._name, "res_id": record.id} for record in each]

    @api.model
    def _mark_reprints(self, values_list, station):
        """Say so in *values_list* where the same file of the same source was printed before."""
        counted = [values for values in values_list if values["document_type"] in COUNTED_TYPES]
        if not counted:
            return
        jobs = self.search(
            [
                ("digest", "in", [values["digest"] for values in counted]),
                ("company_id", "=", station.company_id.id),
                ("state", "not in", NOTHING_CAME_OUT),
            ],
            order="id",
        )
        latest = {
            (job.digest, source): job
            for job in jobs
            for source in _sources(job.attachment_id.id, job.res_model, job.res_id)
        }
        for values in counted:
            sources = _sources(
                values["attachment_id"], values.get("res_model"), values.get("res_id")
            )
            known = [latest.get((values["digest"], source)) for source in sources]
            before = next(filter(None, known), None)
            if before:
                values["reprint_of_id"] = before.id
                values["reason"] = _("Printed again by %s", self.env.user.name)

    @api.model
    def _uid_for(self, station, key, identity):
        text = "\n".join((self.env.cr.dbname, station.uid, key, identity))
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    @api.model
    def _known(self, station, key, identity):
        """The job of the document *identity* that this press of the button made already."""
        uid = key and self._uid_for(station, key, identity)
        # sudo: as in _print; whoever knows the key pressed the button
        return self.browse(self.sudo().search([("uid", "=", uid)]).ids) if uid else self

    @api.model
    def _job_values(self, station, document, document_type, report=None):
        self._check_document(document)
        route = self.env["ecom.print.route"]._find_or_say(
            station, document_type, report, document.language
        )
        return self._values_for(document, route.device_id) | {
            "document_type": document_type,
            "options": route._options(),
        }

    @api.model
    def _check_document(self, document):
        if not document.content:
            raise UserError(_("%s is empty: there is nothing to print.", document.name))
        self._check_size(document.name, len(document.content))
        if not document.printable:
            raise UserError(
                _(
                    "%(name)s (%(kind)s) is neither a PDF, nor a picture, nor in a printer's language.",
                    name=document.name,
                    kind=document.mimetype,
                )
            )

    @api.model
    def _values_for(self, document, device):
        return {
            "name": document.name,
            "digest": document.digest,
            "size": len(document.content),
            "workstation_id": device.workstation_id.id,
            "device_id": device.id,
            "mimetype": document.mimetype,
            "content": base64.b64encode(document.content),
            "has_content": True,
            "attachment_id": document.attachment_id or False,
            "user_id": self.env.uid,
            "todo": "print",
        }

    def _create_once(self, values_list):
        """Create jobs; if another request is faster, Odoo runs ours again, and finds its jobs."""
        uids = [values["uid"] for values in values_list]
        if not self._lock_uids(uids) or self._made_meanwhile(uids):
            raise ConcurrencyError("the same print job is made by another request")
        return self.create(values_list)

    @api.model
    def _lock_uids(self, uids):
        """Take the locks of these ids until the end of the transaction; False: somebody has one."""
        self.env.cr.execute(
            "SELECT bool_and(pg_try_advisory_xact_lock(hashtextextended(uid, 0)))"
            " FROM unnest(%s) AS uid",
            [uids],
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _made_meanwhile(self, uids):
        """Tell whether one exists that this transaction, which began before, cannot see."""
        with self.env.registry.cursor() as fresh:
            fresh.execute("SELECT 1 FROM ecom_print_job WHERE uid = ANY(%s) LIMIT 1", [uids])
            return bool(fresh.rowcount)

    @api.model
    def _print_test(self, device):
        """A job with the test layout on *device*, which the user may read."""
        device._check_there()
        name = _("Test label") if device.kind == "label_printer" else _("Test page")
        document = PrintDocument(name, labels.MIMETYPE, labels.write(self._test_label(device)))
        values = self._values_for(document, device) | {"uid": uuid.uuid4().hex}
        # sudo: jobs are made by this model only; the device was read as the user
        return self.browse(self.sudo().create(values | {"document_type": "other"}).id)

    @api.model
    def _test_label(self, device):
        today = fields.Date.context_today(self).isoformat()
        names = (device.workstation_id.name, device.name, today, f"TEST-{device.id}"[:12])
        try:
            return samples.check_label(*names, *device._paper_mm())
        except labels.LabelError as error:
            raise UserError(_("No test can be drawn on this paper: %s", error)) from error

    # === FOR THE BROWSER === #

    @api.model
    def print_attachments(self, attachment_ids, document_type, key=None, workstation_id=None):
        """Print attachments that the user may read; see :meth:`_print`. Returns jobs as values."""
        station = self.env["ecom.workstation"].browse(workstation_id or [])
        attachments = self.env["ir.attachment"].browse(attachment_ids)
        return self._print(attachments, document_type, station, key=key)._browser_values()

    def _browser_values(self):
        return [
            {
                "id": job.id,
                "uid": job.uid,
                "name": job.name,
                "state": job.state,
                "words": job.words or "",
                "device": job.device_id.name,
                "device_uid": job.device_id.uid,
                "workstation_id": job.workstation_id.id,
                "warning": " ".join(job._warnings()),
            }
            for job in self
        ]

    def _get_notice(self):
        """The client action that says what was queued where."""
        lines = [job._queued_words() for job in self]
        warnings = [words for job in self for words in job._warnings()]
        lines += dict.fromkeys(warnings)
        kind = "warning" if warnings else "info"
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": "\n".join(lines), "type": kind},
        }

    def _queued_words(self):
        return _("%(name)s goes to %(device)s.", name=self.name, device=self.device_id.name)

    def _warnings(self):
        """What a person should know who has just pressed Print."""
        return filter(None, (self._before_words(), self.workstation_id._offline_words()))

    def _before_words(self):
        """When this was printed before; empty for what is new, or did not come out then."""
        # sudo: the earlier one may be of a station that this user does not see
        before = self.sudo().reprint_of_id
        if not before or before.state in NOTHING_CAME_OUT:
            return ""
        return _(
            "%(name)s was printed before, on %(date)s by %(user)s on %(device)s: destroy the one "
            "that is not used.",
            name=self.name,
            date=format_datetime(self.env, before.create_date, dt_format="short"),
            user=before.user_id.name,
            device=before.device_id.name,
        )


def _sources(attachment_id, res_model, res_id):
    """What a file is of: the attachment, the record; none for a file from nowhere."""
    return [
        source for source in (("ir.attachment", attachment_id), (res_model, res_id)) if all(source)
    ]
