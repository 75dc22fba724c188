"""How a carrier says no: one family of four, so that callers branch on the kind and show the text."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """One complaint of a carrier.

    :param code: the carrier's own code, for branching and for support calls
    :param text: the carrier's own sentence, in the language that was asked for
    :param field: what has to be mended, as a dotted path into our values
        (``recipient.postal_code``, ``parcels.0.weight_g``), or empty when the carrier does not tell
    """

    code: str
    text: str
    field: str = ""

    def __str__(self):
        return f"{self.text} ({self.code})" if self.code else self.text


class CarrierError(Exception):
    """Parent of the four; never raised itself."""


class Unavailable(CarrierError):
    """No usable answer: no connection, a time-out, a 5xx or a throttle. Worth trying again later.

    :param sent: whether the request may have reached the carrier. When it may, a purchase counts as
        *unknown* and the carrier is asked what it has before anything is bought again.
    :param retry_after_s: seconds that the carrier asks us to wait, or None
    """

    def __init__(self, text, sent=True, retry_after_s=None):
        super().__init__(text)
        self.sent = sent
        self.retry_after_s = retry_after_s


class Refused(CarrierError):
    """The carrier understood and said no. Nothing was bought.

    :param messages: one or more :class:`Message`
    """

    def __init__(self, messages):
        self.messages = tuple(messages)
        super().__init__("\n".join(str(message) for message in self.messages))

    @property
    def codes(self):
        return {message.code for message in self.messages}


class Unreadable(CarrierError):
    """An answer came but could not be understood. For a purchase this means *unknown*.

    :param body: the first bytes of the answer, for support; never shown to a portal user
    """

    def __init__(self, text, body=b""):
        super().__init__(text)
        self.body = body[:4000]


class Unsupported(CarrierError):
    """This carrier has no such verb, service or format."""
