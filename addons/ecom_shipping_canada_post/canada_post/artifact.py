"""Get Artifact: the paper itself, bytes unchanged (facts 7, 23)."""

from odoo.addons.ecom_shipping.carrier_contract import Document, Unreadable

from . import errors
from .call import ARTIFACT_LIMIT, Call
from .texts import say

_PDF_TAIL = 2048  # readers look for the end mark in the last bytes; some writers append a little


def call(link):
    """Fetch what :class:`Link` ``link`` points at.

    :rtype: Call
    """
    return Call("GET", link.href, link.media_type, limit=ARTIFACT_LIMIT, group="A")


def is_pending(answer):
    """Not rendered yet: ask again later (facts 7)."""
    return answer.status == 202


def read(answer, link, language):
    """The document of ``link``.

    :raises Unreadable: it is empty, cut, or something else than its media type says
    :rtype: Document
    """
    if answer.status != 200:
        raise errors.from_answer(answer, language)
    if not _is_whole(answer.body, link.media_type):
        text = say(language, "not_a_document", media_type=link.media_type)
        raise Unreadable(text, answer.body)
    return Document(link.kind, answer.body, link.media_type, link.index, link.parcel_reference)


def _is_whole(content, media_type):
    """Whether ``content`` begins and ends as its type does.

    The media type of ZPL is unconfirmed, so everything that is no PDF has to look like ZPL.
    """
    if media_type.partition(";")[0].strip().lower() == "application/pdf":
        return content.startswith(b"%PDF-") and b"%%EOF" in content[-_PDF_TAIL:]
    return b"^XA" in content and b"^XZ" in content[-_PDF_TAIL:]
