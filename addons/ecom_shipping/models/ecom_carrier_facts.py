from odoo import _, api, models, tools
from odoo.exceptions import AccessError


class EcomCarrierFacts(models.AbstractModel):
    """What a carrier said is written by our own code only, never by a user.

    Read-only fields are enough on a screen, but the web API writes any field. Whoever may edit a
    parcel must still not be able to invent a label, a price or a delivery. Our code writes such
    fields with sudo, after the user's right to the action was checked.
    """

    _name = "ecom.carrier.facts"
    _description = "Facts That Only a Carrier Tells"

    @api.model
    @tools.ormcache()
    def _fact_names(self):
        """Stored read-only fields that are not computed."""
        return {
            name
            for name, field in self._fields.items()
            if field.readonly and field.store and not field.compute and not field.related
        }

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_facts({name for name, value in vals.items() if value})
        if not self.env.su:
            # Neither the context nor a user's own default value may fill in a fact.
            vals_list = [self._own_defaults(vals.keys()) | vals for vals in vals_list]
        return super().create(vals_list)

    def _own_defaults(self, given):
        """What facts are at the beginning, by their definition alone."""
        names = self._fact_names() - set(given) - set(models.MAGIC_COLUMNS)
        fields = [self._fields[name] for name in names]
        return {field.name: field.default(self) if field.default else False for field in fields}

    def write(self, vals):
        self._check_facts(vals.keys())
        return super().write(vals)

    def _check_facts(self, names):
        facts = () if self.env.su else self._fact_names() & names
        if facts:
            raise AccessError(
                _("These fields are filled in by the carrier only: %s", ", ".join(sorted(facts)))
            )
