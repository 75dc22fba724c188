from odoo import api, models, tools


class ResCountry(models.Model):
    _inherit = "res.country"

    def _ecom_code(self):
        """The code of one country, or an empty string. Every label needs it: it is kept in memory."""
        return self._ecom_codes().get(self.id, "")

    @tools.ormcache(cache="stable")
    def _ecom_codes(self):
        # Odoo clears this cache itself when a code changes, but not when a country is made.
        # sudo: the cache is shared by all users, and country codes are no secret
        return {country.id: country.code for country in self.sudo().search_fetch([], ["code"])}

    @api.model_create_multi
    def create(self, vals_list):
        countries = super().create(vals_list)
        self.env.registry.clear_cache("stable")
        return countries
