"""What the carrier's answers mean when they are not the document that was asked for (facts 19)."""

from odoo.addons.ecom_shipping.carrier_contract import Message, Refused, Unavailable, Unreadable

from . import xml
from .tables import ERROR_FIELDS, MANIFEST_PENDING_CODES, RENDERING_CODES
from .texts import say

THROTTLE_PAUSE_S = 60  # facts 20: a rolling minute
_MOST_MESSAGES = 50


class Pending(Unavailable):
    """The carrier is still writing the document: HTTP 202, or a code that says so (facts 7, 11)."""


def read_messages(root):
    """The complaints in a ``messages`` document, whatever its namespace (facts 2); may be empty."""
    found = []
    for element in root[:_MOST_MESSAGES]:
        values = xml.values(element)
        code = values.get("code", "")
        text = values.get("description", "")
        if code or text:
            found.append(Message(code, text, ERROR_FIELDS.get(code, "")))
    return found


def _is_throttle(messages):
    """Too many calls: code ``Server`` with a text about an SLM monitor (facts 19, 20)."""
    return any(message.code == "Server" and "SLM" in message.text for message in messages)


def _is_schema_fault(message):
    """The request broke the schema: ``Server`` too, with the XML parser's text (facts 2)."""
    return message.code == "Server" and "cvc-" in message.text


def from_messages(messages, answer, language):
    """The error that ``messages`` of ``answer`` amount to. It is returned, not raised.

    A throttled call was turned away at the door, so it counts as not sent. A trouble of the
    carrier's own (5xx without a business code) may have happened after the sale.

    :rtype: CarrierError
    """
    if _is_throttle(messages):
        return Unavailable(say(language, "busy"), sent=False, retry_after_s=THROTTLE_PAUSE_S)
    if not messages:
        text = say(language, "refused", status=answer.status)
        return Refused([Message(f"HTTP {answer.status}", text)])
    if any(message.code in MANIFEST_PENDING_CODES for message in messages):
        return Pending(str(messages[0]))
    if any(message.code in RENDERING_CODES for message in messages):
        return Unavailable(str(messages[0]))
    own_trouble = all(message.code == "Server" for message in messages)
    if answer.status >= 500 and own_trouble and not any(map(_is_schema_fault, messages)):
        return Unavailable(str(messages[0]))
    return Refused(messages)


def from_answer(answer, language):
    """The error that an answer with an HTTP status of failure amounts to; returned, not raised.

    :rtype: CarrierError
    """
    if answer.status == 202:
        return Pending(say(language, "pending"))
    if answer.status == 429:
        pause = answer.retry_after_s or THROTTLE_PAUSE_S
        return Unavailable(say(language, "busy"), sent=False, retry_after_s=pause)
    if 300 <= answer.status < 400:
        return Unreadable(say(language, "redirect"), answer.body)
    if answer.status < 400:
        return Unreadable(say(language, "strange_status", status=answer.status), answer.body)
    try:
        root = xml.parse(answer.body, language)
    except Unreadable:
        return _without_messages(answer, language)
    if xml.local_name(root.tag) != "messages":
        return _without_messages(answer, language)
    messages = read_messages(root)
    if not messages and answer.status >= 500:
        return _without_messages(answer, language)
    return from_messages(messages, answer, language)


def _without_messages(answer, language):
    """A failure without the carrier's error document: a proxy's page, a crash, nothing at all.

    Nobody says that it was the carrier who refused, so a purchase stays unknown.
    """
    if answer.status >= 500 or answer.status == 408:
        text = say(language, "out_of_order", status=answer.status)
        return Unavailable(text, retry_after_s=answer.retry_after_s)
    return Unreadable(say(language, "strange_status", status=answer.status), answer.body)


def understand(answer, expected, reader, language):
    """``reader(root)`` of a successful answer whose root element is named ``expected``.

    The reader may raise KeyError (a part is missing), ValueError or ArithmeticError (a value is
    wrong): they become Unreadable here and nowhere else.

    :raises CarrierError: one of the four, as the answer deserves
    """
    if answer.status not in (200, 201):
        raise from_answer(answer, language)
    root = xml.parse(answer.body, language)
    found = xml.local_name(root.tag)
    if found == "messages":
        raise from_messages(read_messages(root), answer, language)
    if found != expected:
        text = say(language, "unexpected", found=found[:40], expected=expected)
        raise Unreadable(text, answer.body)
    try:
        return reader(root)
    except (KeyError, ValueError, ArithmeticError):
        raise Unreadable(say(language, "incomplete", expected=expected), answer.body) from None


def is_nothing_found(problem):
    """Whether a refusal is the carrier's "404 with an empty messages document" (facts 19).

    :param problem: any :class:`CarrierError`
    """
    return isinstance(problem, Refused) and problem.codes == {"HTTP 404"}
