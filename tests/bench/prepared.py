"""A Canada Post without network: the real client over answers recorded from the sandbox."""

import itertools
import re
from contextlib import contextmanager
from dataclasses import dataclass

from odoo.addons.ecom_shipping_canada_post.canada_post.call import Answer, Call
from odoo.addons.ecom_shipping_canada_post.models import ecom_carrier_account

from tests.bench.measure import replaced

_KEY = re.compile(rb"<customer-request-id>([^<]*)<")
_PIN = re.compile(rb"<tracking-pin>([^<]*)<")
_NUMBER = re.compile(rb"<shipment-id>([^<]*)<")


@dataclass
class Recorded:
    """One question and its answer."""

    call: Call
    answer: Answer


class RecordingTransport:
    """Passes calls on and remembers them."""

    def __init__(self, transport):
        self._transport = transport
        self.exchanges = []

    def send(self, call):
        answer = self._transport.send(call)
        self.exchanges.append(Recorded(call, answer))
        return answer


class PreparedTransport:
    """Answers a purchase and a label at once; each sale gets its own key and numbers."""

    def __init__(self, shipment, label):
        self._label = label
        self._numbers = itertools.count(1)
        body = shipment.answer.body
        self._parts = [
            (found.group(1), width)
            for pattern, width in ((_PIN, 16), (_NUMBER, 0))
            if (found := pattern.search(body))
        ]
        self._key = _KEY.search(body).group(1)
        self._body = body
        self._status = shipment.answer.status

    def send(self, call):
        if call.method == "GET":
            return self._label.answer
        number = next(self._numbers)
        body = self._body.replace(self._key, _KEY.search(call.body).group(1))
        for text, width in self._parts:
            body = body.replace(text, b"%0*d" % (width or len(text), number))
        return Answer(self._status, body)


@contextmanager
def transport_of(transport):
    """Let every account use ``transport`` in place of HTTP."""
    with replaced(ecom_carrier_account, "_transport", lambda *_account: transport):
        yield transport
