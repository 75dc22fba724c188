import logging

from odoo import _, api, fields, models
from odoo.exceptions import LockError, UserError

from ..carrier_contract import CarrierError, ManifestRequest
from ..shipping_rules.backoff import next_paper_delay

FROZEN_WITH_PARCELS = {"account_id", "warehouse_id", "company_id", "origin_postal_code"}

_logger = logging.getLogger(__name__)


class EcomManifest(models.Model):
    """The list of parcels handed over to a carrier together.

    Collected (open), transmitted to the carrier, and printed once the carrier has written its paper,
    which may take a while.
    """

    _name = "ecom.manifest"
    _description = "Manifest"
    _inherit = ["ecom.carrier.facts", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _rec_names_search = ["name", "number"]

    name = fields.Char(required=True, copy=False, default="/")
    number = fields.Char("Carrier's Number", readonly=True, copy=False, index="trigram")
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed"), ("transmitted", "Transmitted")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    account_id = fields.Many2one("ecom.carrier.account", required=True, check_company=True)
    provider = fields.Selection(related="account_id.provider", string="Carrier", store=True)
    warehouse_id = fields.Many2one("stock.warehouse", required=True, check_company=True)
    date = fields.Date(
        "Hand-over Day", required=True, default=fields.Date.context_today, index=True
    )
    origin_postal_code = fields.Char(
        copy=False, index=True, help="As it was when the manifest was made."
    )
    parcel_ids = fields.One2many("ecom.parcel", "manifest_id", "Parcels")
    parcel_count = fields.Integer(compute="_compute_totals")
    weight_g = fields.Integer("Weight (g)", compute="_compute_totals")
    currency_id = fields.Many2one("res.currency", compute="_compute_totals")
    price = fields.Monetary(
        compute="_compute_totals", help="Before taxes, as charged when the labels were bought."
    )
    carrier_refs = fields.Json(readonly=True, copy=False)
    document_ids = fields.Many2many("ir.attachment", string="Papers", readonly=True, copy=False)
    paper_ready = fields.Boolean(readonly=True, copy=False)
    transmitted_at = fields.Datetime(readonly=True, copy=False)
    paper_attempts = fields.Integer(readonly=True, copy=False)
    next_paper_at = fields.Datetime(readonly=True, copy=False)
    problem = fields.Text(readonly=True, copy=False)
    warning = fields.Text(
        compute="_compute_warning", help="The same, or what the purchase journal alone knows."
    )

    destination_province = fields.Char(
        related="parcel_ids.recipient_province", string="Destination Province"
    )
    destination_postal_code = fields.Char(
        related="parcel_ids.recipient_postal_code", string="Destination Postal Code"
    )

    @api.depends("parcel_ids.price_share", "parcel_ids.weight_g")
    def _compute_totals(self):
        for manifest in self:
            manifest.parcel_count = len(manifest.parcel_ids)
            manifest.weight_g = sum(manifest.parcel_ids.mapped("weight_g"))
            manifest.price = sum(manifest.parcel_ids.mapped("price_share"))
            manifest.currency_id = (
                manifest.parcel_ids.currency_id[:1] or manifest.company_id.currency_id
            )

    @api.depends("problem", "state")
    def _compute_warning(self):
        """Why an open manifest was not transmitted; it is kept even when the attempt was undone."""
        rows = self.filtered(lambda m: m.state == "open")._journal_rows()
        rows.invalidate_recordset(flush=False)  # other transactions write them
        newest = {row.scope_id: row for row in rows}
        for manifest in self:
            row = newest.get(manifest.id)
            manifest.warning = (row and row._transmission_text()) or manifest.problem

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code("ecom.manifest")
        manifests = super().create(vals_list)
        for manifest in manifests.filtered(lambda m: not m.origin_postal_code):
            code = manifest.warehouse_id.partner_id.zip or manifest.company_id.zip or ""
            manifest.origin_postal_code = code.replace(" ", "").upper()
        return manifests

    def write(self, vals):
        """What the carrier was told, or what parcels are on it for, no user rewrites."""
        if not self.env.su:
            self._check_frozen(vals.keys())
        return super().write(vals)

    def _check_frozen(self, names):
        chatter = self.env["mail.thread"]._fields.keys() | self.env["mail.activity.mixin"]._fields
        if names - chatter and any(manifest.state != "open" for manifest in self):
            raise UserError(_("A manifest that was closed stays as history."))
        if FROZEN_WITH_PARCELS & names and any(manifest.parcel_ids for manifest in self):
            raise UserError(_("Take the parcels off the manifest before you change its place."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_transmitted(self):
        if any(manifest.state != "open" for manifest in self):
            raise UserError(_("A manifest that was closed stays as history."))
        self._check_not_at_carrier()

    def _check_not_at_carrier(self):
        """What the carrier has, or may have, is transmitted to its end: its answer comes only then."""
        self._lock()
        live = [
            ("scope_model", "=", self._name),
            ("scope_id", "in", self.ids),
            ("state", "in", ("intent", "sold", "unknown")),
        ]
        # On its own cursor: this transaction cannot see rows that are younger than it.
        with self.env["ecom.purchase"]._journal(()) as journal:
            names = journal.search(live).mapped("document_name")
        if names:
            raise UserError(
                _(
                    "The carrier has, or may have, the manifest %s already. Transmit it again: "
                    "what the carrier already has is not sent twice.",
                    ", ".join(names),
                )
            )

    # === COLLECT === #

    def action_collect_parcels(self):
        """The button: whatever is selected, everything that waits is collected."""
        return self.env["ecom.manifest"].action_collect()

    @api.model
    def action_collect(self):
        """Put every bought parcel that waits for a hand-over on the manifest of its account and site."""
        manifests = self._collect()
        if not manifests:
            raise UserError(
                _(
                    "No parcel waits for a manifest: buy labels first, or everything was handed over."
                )
            )
        action = self.env["ir.actions.actions"]._for_xml_id("ecom_shipping.action_ecom_manifest")
        if len(manifests) == 1:
            return action | {"views": [(False, "form")], "res_id": manifests.id}
        return action | {"domain": [("id", "in", manifests.ids)]}

    @api.model
    def _collect(self, accounts=None):
        """Open manifests, filled with the parcels that wait; one per account, site and day."""
        domain = [
            ("manifest_id", "=", False),
            ("purchase_key", "!=", False),
            ("shipment_id.state", "=", "bought"),
            ("tracking_status", "!=", "cancelled"),
            ("account_id.uses_manifest", "=", True),
            ("company_id", "in", self.env.companies.ids),
        ]
        if accounts:
            domain.append(("account_id", "in", accounts.ids))
        manifests = self.browse()
        groups = self.env["ecom.parcel"]._read_group(
            domain, ["account_id", "warehouse_id"], ["id:recordset"]
        )
        for account, warehouse, parcels in groups:
            if account._needs_manifest():
                manifest = self._open_for(account, warehouse)
                parcels.sudo().manifest_id = manifest  # sudo: users do not move parcels by hand
                manifests |= manifest
        return manifests

    @api.model
    def _open_for(self, account, warehouse):
        today = fields.Date.context_today(self)
        place = {"account_id": account.id, "warehouse_id": warehouse.id, "date": today}
        known = self.search(
            [("state", "=", "open"), *((name, "=", value) for name, value in place.items())],
            limit=1,
        )
        return known or self.create(place | {"company_id": account.company_id.id})

    def action_remove_parcels(self):
        """Take the parcels off an open manifest; they wait for the next one."""
        if any(manifest.state != "open" for manifest in self):
            raise UserError(_("Only an open manifest can be emptied."))
        self.check_access("write")
        self._check_not_at_carrier()
        self.parcel_ids.sudo().manifest_id = False  # sudo: as in _collect

    # === TRANSMIT === #

    def action_transmit(self):
        """Close these manifests and tell the carrier."""
        self.check_access("write")
        for manifest in self.sudo():  # sudo: what follows are facts of the carrier
            manifest._transmit()
        self.sudo()._fetch_papers()

    def _transmit(self):
        self.ensure_one()
        self._lock()
        if self.state == "transmitted":
            return
        if not self.parcel_ids:
            raise UserError(_("The manifest %s has no parcels.", self.name))
        carrier = self.account_id._get_carrier()
        try:
            refs = self.env["ecom.purchase"]._transmit(
                (self._name, self.id), self.account_id, carrier, self._manifest_request(), self.name
            )
        except CarrierError as error:
            raise UserError(
                _(
                    "The manifest %(name)s was not transmitted: %(error)s\nTransmit again when it is mended: "
                    "what the carrier already has is not sent twice.",
                    name=self.name,
                    error=error,
                )
            ) from error
        self._after_transmit(refs)

    def _lock(self):
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(_("Somebody else is transmitting this manifest right now.")) from error

    def _after_transmit(self, refs):
        papers = [{"ref": item.ref, "number": "", "done": False} for item in refs]
        for paper, item in zip(papers, refs, strict=True):
            self._take_paper(paper, item.summary)
        self.write(
            {
                "state": "transmitted",
                "carrier_refs": papers,
                "transmitted_at": fields.Datetime.now(),
                "next_paper_at": fields.Datetime.now(),
                "problem": False,
            }
        )
        self.parcel_ids.shipment_id.filtered(lambda s: s.state == "bought")._set_state("manifested")
        self.parcel_ids.write({"next_poll_at": fields.Datetime.now()})
        self._message_log(
            body=_("%s parcel(s) handed over and announced to the carrier.", self.parcel_count)
        )

    def _manifest_request(self):
        """What is transmitted: our parcels, and what else is in their groups and stays behind."""
        # sudo: the journal knows every sale of a group, also those whose transaction was undone.
        rows = (
            self.env["ecom.purchase"]
            .sudo()
            .search(
                [("key", "in", self.parcel_ids.mapped("purchase_key")), ("action", "=", "ship")]
            )
        )
        rows._check_same_account()
        groups = set(rows.mapped("hand_over_group")) - {False}
        return ManifestRequest(
            key="",
            groups=tuple(sorted(groups)),
            sales=tuple(rows.mapped("carrier_ref")),
            sender=(self.warehouse_id.partner_id or self.company_id.partner_id)._ecom_address(),
            excluded=tuple(self._others_in(groups, rows)),
            reference=self.name,
            mailing_date=fields.Date.context_today(self),
            parcels=tuple(parcel._manifest_parcel() for parcel in self.parcel_ids.sorted("id")),
        )

    def _others_in(self, groups, mine):
        """Carrier references in ``groups`` that are not on this manifest and still alive."""
        self._settle_unclear(groups)
        others = self._purchases_in(groups, ("sold", "voiding", "void_unknown")) - mine
        gone = self._already_transmitted(others.mapped("key"))
        return [
            row.carrier_ref
            for row in others
            if row.carrier_ref
            and row.key not in gone
            and not row._account_changed()  # not in the groups of the carrier as it is asked now
        ]

    def _purchases_in(self, groups, states):
        # sudo: as above
        return (
            self.env["ecom.purchase"]
            .sudo()
            .search(
                [
                    ("hand_over_group", "in", list(groups)),
                    ("account_id", "=", self.account_id.id),
                    ("action", "=", "ship"),
                    ("state", "in", states),
                ]
            )
        )

    def _journal_rows(self):
        """What the journal knows of transmitting these manifests."""
        # sudo: as above
        return (
            self.env["ecom.purchase"]
            .sudo()
            .search([("scope_model", "=", self._name), ("scope_id", "in", self.ids)], order="id")
        )

    def _settle_unclear(self, groups):
        """Find out about purchases in ``groups`` without clear answer: they may not go along unseen."""
        for row in self._purchases_in(groups, ("intent", "unknown")):
            error = row._find_out()
            if error:
                raise UserError(
                    _(
                        "Nothing was transmitted: it is not clear whether a label was bought for %(document)s, "
                        "and it would be handed over unseen. Buy it again or settle it first. %(error)s",
                        document=row.document_name or row.key,
                        error=error,
                    )
                )

    def _already_transmitted(self, keys):
        # sudo: parcels of every user count here
        Parcel = self.env["ecom.parcel"].sudo()
        parcels = Parcel.search(
            [("purchase_key", "in", keys), ("manifest_id.state", "=", "transmitted")]
        )
        return set(parcels.mapped("purchase_key"))

    # === PAPER === #

    @api.model
    def _cron_fetch_papers(self):
        """Ask for papers that the carrier was still writing."""
        waiting = self.search(
            [
                ("state", "=", "transmitted"),
                ("paper_ready", "=", False),
                ("next_paper_at", "<=", fields.Datetime.now()),
            ]
        )
        for manifest in waiting:
            try:
                manifest._fetch_papers()
            except Exception as error:
                # One manifest must not keep the others from their papers.
                self.env.cr.rollback()
                self.env.invalidate_all()
                _logger.exception("papers of manifest %s failed", manifest.id)
                later = fields.Datetime.now() + next_paper_delay(manifest.paper_attempts)
                manifest.sudo().write(  # sudo: papers are facts of the carrier
                    {"next_paper_at": later, "problem": type(error).__name__}
                )
            self.env["ir.cron"]._commit_progress(1)

    def action_fetch_papers(self):
        self.check_access("write")
        self.sudo()._fetch_papers()  # sudo: papers are facts of the carrier

    def _fetch_papers(self):
        """Fetch what is ready; what is not is asked for later, ever more slowly."""
        for manifest in self.filtered(lambda m: m.state == "transmitted" and not m.paper_ready):
            carrier = manifest.account_id._get_carrier()
            refs = [dict(ref) for ref in manifest.carrier_refs or []]
            problem = False
            for ref in refs:
                if not ref["done"]:
                    try:
                        manifest._journal_rows()._check_same_account()
                        summary = carrier.manifest(ref["ref"])
                    except CarrierError as error:
                        problem = str(error)
                    else:
                        manifest._take_paper(ref, summary)
            manifest._after_papers(refs, problem)

    def _take_paper(self, ref, summary):
        if not summary:
            return
        ref |= {"number": summary.number, "done": True}
        if summary.document:
            self.document_ids += self.env["ir.attachment"].create(
                {
                    "name": _("Manifest %s", summary.number or self.name).replace("/", "-")
                    + ".pdf",
                    "raw": summary.document.content,
                    "mimetype": summary.document.media_type,
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )

    def _after_papers(self, refs, problem):
        ready = all(ref["done"] for ref in refs)
        self.write(
            {
                "carrier_refs": refs,
                "number": ", ".join(ref["number"] for ref in refs if ref["number"]) or False,
                "paper_ready": ready,
                "paper_attempts": self.paper_attempts + 1,
                "next_paper_at": False
                if ready
                else fields.Datetime.now() + next_paper_delay(self.paper_attempts),
                "problem": problem,
            }
        )

    def action_print(self):
        """Open the carrier's papers."""
        self.ensure_one()
        if not self.document_ids:
            raise UserError(
                _(
                    "The carrier is still writing the manifest. It will be fetched by itself in a moment."
                )
            )
        attachment = self.document_ids[-1]
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}/{attachment.name}",
            "target": "new",
        }

    def action_send(self):
        """Mail links to the papers: they open without a login and can be withdrawn, unlike a file."""
        self.ensure_one()
        if not self.document_ids:
            raise UserError(
                _(
                    "The carrier is still writing the manifest. It will be fetched by itself in a moment."
                )
            )
        self.document_ids.generate_access_token()
        return {
            "type": "ir.actions.act_window",
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": self.env.ref("ecom_shipping.mail_template_manifest").id,
                "default_composition_mode": "comment",
                "force_email": True,
            },
        }

    def _paper_links(self):
        """``(name, address with token)`` of each paper, for the mail."""
        base = self.get_base_url()
        return [
            (
                paper.name,
                f"{base}/web/content/{paper.id}?access_token={paper.access_token}&download=true",
            )
            for paper in self.document_ids.sudo()  # sudo: the token is readable by administrators only
            if paper.access_token
        ]

    def action_view_parcels(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("ecom_shipping.action_ecom_parcel")
        return action | {"domain": [("manifest_id", "=", self.id)], "context": {}}
