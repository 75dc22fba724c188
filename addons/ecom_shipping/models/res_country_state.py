from odoo import api, models, tools


class ResCountryState(models.Model):
    _inherit = "res.country.state"

    def _ecom_code(self):
        """The code of one province, or an empty string. Every label needs it: it is kept in memory."""
        return self._ecom_codes().get(self.id, "")

    @tools.ormcache(cache="stable")
    def _ecom_codes(self):
        # sudo: the cache is shared by all users, and province codes are no secret
        return {state.id: state.code for state in self.sudo().search_fetch([], ["code"])}

    @api.model_create_multi
    def create(self, vals_list):
        states = super().create(vals_list)
        self.env.registry.clear_cache("stable")
        return states

    def write(self, vals):
        result = super().write(vals)
        if "code" in vals:
            self.env.registry.clear_cache("stable")
        return result
