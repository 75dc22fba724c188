from odoo import api, models, tools


class EcomRemembered(models.AbstractModel):
    """Small tables of settings that every label needs, kept in memory from one request to the next.

    ``_recall`` puts what is kept in the record cache, where reading finds it without a query. It
    does so for code that works as superuser only: users read through their record rules. What one
    process changes the others forget with Odoo's own signal.
    """

    _name = "ecom.remembered"
    _description = "Settings Kept in Memory"

    _remembered = ()  # names of stored fields

    def _recall(self):
        """These records, their remembered fields readable without a query."""
        if self and self.env.su:
            memory = self._memory(self.env.lang)
            kept = self.browse([id_ for id_ in self._ids if id_ in memory])
            columns = zip(*(memory[id_] for id_ in kept._ids), strict=True)
            for name, values in zip(self._remembered, columns, strict=False):
                self._fields[name]._insert_cache(kept, values)  # pending changes stay
        return self

    @tools.ormcache("lang", cache="stable")
    def _memory(self, lang):
        """``{id: values as the record cache holds them}`` of the whole table, in its order."""
        records = self.with_context(lang=lang, active_test=False).search_fetch([], self._remembered)
        fields = [self._fields[name] for name in self._remembered]
        return {
            record.id: tuple(
                field.convert_to_cache(record[field.name], record, validate=False)
                for field in fields
            )
            for record in records
        }

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache("stable")
        return records

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & set(self._remembered):
            self.env.registry.clear_cache("stable")
        return result

    def _update_field_translations(self, field_name, *args, **kwargs):
        """Translations are written past ``write``."""
        result = super()._update_field_translations(field_name, *args, **kwargs)
        if field_name in self._remembered:
            self.env.registry.clear_cache("stable")
        return result

    def unlink(self):
        """Also forgets what other tables remember of these: the database takes it off by itself."""
        result = super().unlink()
        self.env.registry.clear_cache("stable")
        return result
