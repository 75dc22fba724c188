from odoo import _, models
from odoo.exceptions import AccessError

# What the paper is; its access token and description may change.
CONTENT = {
    "raw",
    "datas",
    "db_datas",
    "store_fname",
    "mimetype",
    "type",
    "url",
    "checksum",
    "res_model",
    "res_id",
    "res_field",
}
# Which field of ours names the papers of a carrier.
PAPERS = {"ecom.parcel": "label_attachment_id", "ecom.manifest": "document_ids"}


class IrAttachment(models.Model):
    """Labels and manifests are printed as the carrier wrote them: nobody changes or deletes them."""

    _inherit = "ir.attachment"

    def write(self, vals):
        if CONTENT & vals.keys():
            self._ecom_check_papers()
        return super().write(vals)

    def unlink(self):
        self._ecom_check_papers()
        return super().unlink()

    def _delete_and_notify(self, message=None):
        """What the chatter deletes: a user's wish, though Odoo carries it out as superuser."""
        self.with_env(self.env(su=False))._ecom_check_papers()
        return super()._delete_and_notify(message)

    def _ecom_check_papers(self):
        if self.env.su:
            return
        # sudo: a paper is a carrier's whoever asks; what is not ours costs no query of ours
        attachments = self.sudo()
        for model, field in PAPERS.items():
            ours = attachments.filtered(lambda a, m=model: a.res_model == m)
            # sudo: as above
            if ours and self.env[model].sudo().search_count([(field, "in", ours.ids)], limit=1):
                raise AccessError(_("A carrier's label or manifest stays as the carrier wrote it."))
