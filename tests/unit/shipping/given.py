"""Values and a carrier for the tests of the pure rules. All names and numbers are invented."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from odoo.addons.ecom_shipping.carrier_contract import (
    Address,
    BoughtParcel,
    Capability,
    Carrier,
    ManifestRequest,
    Money,
    OptionChoice,
    ParcelSpec,
    Sale,
    ShipRequest,
)

SENDER = Address(
    company="Boutique Boréale",
    street="275 rue Notre-Dame Est",
    city="Montréal",
    province="QC",
    postal_code="H2Y 1C6",
    country="CA",
    phone="514-555-0100",
)
RECIPIENT = Address(
    name="Zoé Tremblay",
    street="100 Queen Street West",
    city="Toronto",
    province="ON",
    postal_code="M5H 2N2",
    country="CA",
)
PARCEL = ParcelSpec("1", 900, 350, 260, 120)


def ship_request(**changes):
    request = ShipRequest(
        key="key-1",
        service_code="EXP",
        sender=SENDER,
        recipient=RECIPIENT,
        parcels=(PARCEL,),
        options=(OptionChoice("COV", Money(Decimal("50.00"), "CAD")),),
        references=("S00042", "PO 7"),
        group="group-1",
        mailing_date=date(2026, 1, 16),
    )
    return replace(request, **changes)


def address_request(side, **changes):
    """A request whose ``side`` (sender or recipient) is changed."""
    request = ship_request()
    return replace(request, **{side: replace(getattr(request, side), **changes)})


def parcel_request(**changes):
    return ship_request(parcels=(replace(PARCEL, **changes),))


def sale(key="key-1", **changes):
    made = Sale(
        key=key,
        carrier_ref="ref-1",
        parcels=(BoughtParcel("1", "pin-1"),),
        price=Money(Decimal("12.70"), "CAD"),
        taxes=Money(Decimal("1.65"), "CAD"),
    )
    return replace(made, **changes)


def manifest_request(**changes):
    request = ManifestRequest(
        key="manifest-1", groups=("group-1",), sales=("ref-1", "ref-2"), sender=SENDER
    )
    return replace(request, **changes)


class Scripted(Carrier):
    """A carrier that answers each verb with what a test wrote down, and notes what it was asked.

    ``Scripted(ship=[Unavailable("…"), sale()])``: the first call raises, the second answers. A verb
    that was not written down must not be called.
    """

    name = "Scripted"
    capabilities = frozenset(Capability)

    def __init__(self, **answers):
        self._answers = {verb: list(found) for verb, found in answers.items()}
        self.calls = []

    def _answer(self, verb, argument):
        self.calls.append((verb, argument))
        answer = self._answers[verb].pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def verbs(self):
        return [verb for verb, _argument in self.calls]

    def ship(self, request):
        return self._answer("ship", request)

    def recover(self, key):
        return self._answer("recover", key)

    def cancel(self, sale_ref):
        return self._answer("cancel", sale_ref)

    def refund(self, sale_ref, email):
        return self._answer("refund", sale_ref)

    def find_refund(self, sale_ref):
        return self._answer("find_refund", sale_ref)

    def transmit_manifest(self, request):
        return self._answer("transmit_manifest", request)

    def recover_manifests(self, request):
        return self._answer("recover_manifests", request)


class Mute(Scripted):
    """The same, unable to tell what it sold."""

    capabilities = frozenset(Capability) - {Capability.RECOVER}
