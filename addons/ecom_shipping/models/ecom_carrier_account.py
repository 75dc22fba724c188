from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..carrier_contract import Capability, CarrierError

ADMIN = "ecom_shipping.group_administrator"
REMOVED = "removed"  # provider of accounts whose carrier addon was uninstalled


class EcomCarrierAccount(models.Model):
    """A contract with a carrier: who we are there, who pays, and how to log in.

    A carrier addon adds its value to ``provider``, its own fields (secrets with
    ``groups=ADMIN``) and overrides :meth:`_build_carrier`.
    """

    _name = "ecom.carrier.account"
    _description = "Carrier Account"
    _inherit = ["mail.thread"]
    _order = "sequence, name"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    provider = fields.Selection([(REMOVED, "No Longer Installed")], string="Carrier", required=True)
    environment = fields.Selection(
        [("test", "Test"), ("production", "Production")],
        default="test",
        required=True,
        tracking=True,
        help="Labels bought in the test environment are not valid for posting.",
    )
    customer_number = fields.Char(
        help="Your customer number at the carrier, as printed on its invoices."
    )
    contract_number = fields.Char()
    responsible_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        help="Is told when calls to the carrier fail.",
    )
    warehouse_ids = fields.Many2many(
        "stock.warehouse",
        string="Sites Billed",
        check_company=True,
        help="Warehouses that ship on this account. Leave empty for all.",
    )
    uses_manifest = fields.Boolean(
        "Hand Over on a Manifest",
        default=True,
        help="Collect the day's parcels on a manifest that is transmitted to the carrier. "
        "When off, each label is charged at once.",
    )
    calls_in_flight = fields.Integer(
        "Calls at the Same Time",
        default=8,
        help="How many calls may run side by side when labels are bought in bulk.",
    )
    tracking_calls_per_minute = fields.Integer(
        default=20, help="The carrier's limit for tracking calls. Polling stays below it."
    )
    last_test_message = fields.Char(readonly=True, copy=False)
    last_test_ok = fields.Boolean(readonly=True, copy=False)

    _calls_in_flight_positive = models.Constraint(
        "CHECK(calls_in_flight BETWEEN 1 AND 50)",
        "Between 1 and 50 calls may run at the same time.",
    )

    delivery_carrier_ids = fields.One2many(
        "delivery.carrier", "ecom_account_id", "Delivery Methods"
    )

    _tracking_calls_positive = models.Constraint(
        "CHECK(tracking_calls_per_minute >= 1)", "At least one tracking call per minute is needed."
    )

    # === ENVIRONMENT === #

    def write(self, vals):
        result = super().write(vals)
        if "environment" in vals:
            production = vals["environment"] == "production"
            methods = self.with_context(active_test=False).delivery_carrier_ids
            for method in methods.filtered(lambda c: c.prod_environment != production):
                method.prod_environment = production
        return result

    def _follow_switch(self, production):
        """Odoo's Test/Production button on a delivery method was pressed."""
        environment = "production" if production else "test"
        for account in self.filtered(lambda a: a.environment != environment):
            account.environment = environment

    # === THE CARRIER OBJECT === #

    def _build_carrier(self, language="en"):
        """The carrier object of this account (:class:`..carrier_contract.Carrier`).

        Override per provider; ``self`` is one account, readable in full (the caller uses sudo).

        :param language: ``en`` or ``fr``: the language of names and messages
        """
        raise UserError(_("No carrier software is installed for the account %s.", self.name))

    def _get_carrier(self):
        """The carrier object in the user's language, ready to be called."""
        self.ensure_one()
        language = (self.env.lang or "en")[:2]
        # sudo: secrets are readable by administrators only, but clerks and packers ship with them.
        return self.sudo()._build_carrier("fr" if language == "fr" else "en")

    def _find_carrier(self):
        """The carrier object, or None when the carrier's addon is not installed any more."""
        return self._get_carrier() if self.provider in self._providers() else None

    def _provider_removed(self):
        """The carrier's addon is being uninstalled: keep the account as history, ask nobody."""
        self.write({"provider": REMOVED, "active": False})
        # sudo: the administrator who uninstalls need not be of these companies
        parcels = self.env["ecom.parcel"].sudo().search([("account_id", "in", self.ids)])
        parcels.write({"tracking_closed": True})

    def _rate_terms(self):
        """What makes two accounts quote differently; part of the key of cached rates."""
        self.ensure_one()
        return (self.id, self.environment, self.customer_number or "", self.contract_number or "")

    # === ACTIONS === #

    def action_toggle_environment(self):
        """Odoo's Test/Production button, on the account."""
        for account in self:
            account.environment = "test" if account.environment == "production" else "production"

    def action_test_connection(self):
        """Ask the carrier who we are; keeps the answer on the account and shows it."""
        self.ensure_one()
        self.check_access("write")
        try:
            message, ok = self._get_carrier().test_connection(), True
        except CarrierError as error:
            message, ok = str(error), False
        self.write({"last_test_message": message, "last_test_ok": ok})
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": _("Connection works") if ok else _("Connection failed"),
                "message": message,
                "type": "success" if ok else "danger",
                "sticky": not ok,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === HELPERS === #

    @api.model
    def _providers(self):
        """The delivery types that are ours."""
        selection = self._fields["provider"]._description_selection(self.env)
        return [value for value, _label in selection if value != REMOVED]

    def _needs_manifest(self, carrier=None):
        """Whether parcels of this account wait for a manifest before the carrier takes them.

        :param carrier: the account's carrier object, when the caller has it already
        """
        self.ensure_one()
        return self.uses_manifest and (carrier or self._get_carrier()).can(Capability.MANIFEST)
