"""Buying, voiding and handing over once, against a carrier that says what the test wrote down."""

import pytest

from odoo.addons.ecom_shipping.carrier_contract import (
    ManifestParcel,
    Message,
    Refused,
    TransmittedManifest,
    Unavailable,
    Unreadable,
    Unsupported,
)
from odoo.addons.ecom_shipping.shipping_rules.buying import (
    RefundOutcome,
    Verdict,
    VoidVerdict,
    buy,
    find_transmitted,
    refund,
    transmit,
    void,
    without,
)

from tests.unit.shipping.given import (
    RECIPIENT,
    Mute,
    Scripted,
    manifest_request,
    sale,
    ship_request,
)

REFUSED = Refused([Message("1156", "Street is missing")])
UNSUPPORTED = Unsupported("no such service")
SILENT = Unavailable("no answer")
UNSENT = Unavailable("no connection", sent=False)
GARBLED = Unreadable("not XML")
CLEAR_NO = [REFUSED, UNSUPPORTED, UNSENT]
UNCLEAR = [SILENT, GARBLED]
ALL_ERRORS = [*CLEAR_NO, *UNCLEAR]
MANIFESTS = (TransmittedManifest("m-1"),)


def _name(error):
    return f"{type(error).__name__}{'' if getattr(error, 'sent', True) else '-unsent'}"


def each(errors):
    return pytest.mark.parametrize("error", errors, ids=_name)


# --- buying: the first attempt -------------------------------------------------------------------


def test_sold_at_once():
    carrier = Scripted(ship=[sale()])
    outcome = buy(carrier, ship_request(), ask_first=False)
    assert (outcome.verdict, outcome.sale, outcome.found) == (Verdict.SOLD, sale(), False)
    assert outcome.error is None
    assert carrier.calls == [("ship", ship_request())]


@each(CLEAR_NO)
def test_clear_no_is_believed_without_asking(error):
    carrier = Scripted(ship=[error])
    outcome = buy(carrier, ship_request(), ask_first=False)
    assert (outcome.verdict, outcome.error, outcome.sale) == (Verdict.REFUSED, error, None)
    assert carrier.verbs == ["ship"]


@each(UNCLEAR)
def test_lost_answer_is_asked_for_by_key(error):
    carrier = Scripted(ship=[error], recover=[sale()])
    outcome = buy(carrier, ship_request(), ask_first=False)
    assert (outcome.verdict, outcome.sale, outcome.found) == (Verdict.SOLD, sale(), True)
    assert carrier.calls[1] == ("recover", "key-1")


@each(UNCLEAR)
def test_sale_that_is_not_found_at_once_may_still_come(error):
    outcome = buy(Scripted(ship=[error], recover=[None]), ship_request(), ask_first=False)
    assert (outcome.verdict, outcome.error) == (Verdict.UNKNOWN, error)


@each(ALL_ERRORS)
def test_nobody_can_be_asked(error):
    """The first error is the one to tell: it is what happened to the purchase."""
    outcome = buy(Scripted(ship=[SILENT], recover=[error]), ship_request(), ask_first=False)
    assert (outcome.verdict, outcome.error) == (Verdict.UNKNOWN, SILENT)


@each(UNCLEAR)
def test_carrier_that_cannot_be_asked_is_not_asked(error):
    carrier = Mute(ship=[error])
    outcome = buy(carrier, ship_request(), ask_first=False)
    assert (outcome.verdict, outcome.error) == (Verdict.UNKNOWN, error)
    assert carrier.verbs == ["ship"]


# --- buying: after an attempt without a clear answer ---------------------------------------------


def test_found_before_anything_is_bought():
    carrier = Scripted(recover=[sale()])
    outcome = buy(carrier, ship_request(), ask_first=True)
    assert (outcome.verdict, outcome.sale, outcome.found) == (Verdict.SOLD, sale(), True)
    assert carrier.calls == [("recover", "key-1")]


def test_not_found_is_bought_under_the_same_key():
    carrier = Scripted(recover=[None], ship=[sale()])
    outcome = buy(carrier, ship_request(), ask_first=True)
    assert (outcome.verdict, outcome.found) == (Verdict.SOLD, False)
    assert carrier.verbs == ["recover", "ship"]
    assert carrier.calls[1][1].key == "key-1"


@each(ALL_ERRORS)
def test_nothing_is_bought_while_nobody_answers(error):
    carrier = Scripted(recover=[error])
    outcome = buy(carrier, ship_request(), ask_first=True)
    assert (outcome.verdict, outcome.error) == (Verdict.UNKNOWN, error)
    assert carrier.verbs == ["recover"]


def test_attempt_that_did_not_leave_settles_nothing():
    """The earlier attempt may be on its way; not getting through now is no answer for it."""
    outcome = buy(Scripted(recover=[None], ship=[UNSENT]), ship_request(), ask_first=True)
    assert (outcome.verdict, outcome.error) == (Verdict.UNKNOWN, UNSENT)


@each([REFUSED, UNSUPPORTED])
def test_carrier_answers_the_second_attempt_with_no(error):
    outcome = buy(Scripted(recover=[None], ship=[error]), ship_request(), ask_first=True)
    assert (outcome.verdict, outcome.error) == (Verdict.REFUSED, error)


def test_second_answer_is_lost_as_well():
    carrier = Scripted(recover=[None, sale()], ship=[SILENT])
    outcome = buy(carrier, ship_request(), ask_first=True)
    assert (outcome.verdict, outcome.found) == (Verdict.SOLD, True)
    assert carrier.verbs == ["recover", "ship", "recover"]


def test_mute_carrier_is_called_again_under_the_same_key():
    carrier = Mute(ship=[sale()])
    assert buy(carrier, ship_request(), ask_first=True).verdict is Verdict.SOLD
    assert carrier.calls == [("ship", ship_request())]


# --- voiding -------------------------------------------------------------------------------------


def _void(carrier, ask_first=False):
    return void(carrier, "key-1", "ref-1", ask_first)


def test_voided_at_once():
    carrier = Scripted(cancel=[None])
    outcome = _void(carrier)
    assert (outcome.verdict, outcome.error) == (VoidVerdict.VOIDED, None)
    assert carrier.calls == [("cancel", "ref-1")]


@each([REFUSED, UNSUPPORTED])
def test_refused_void_of_a_label_that_lives(error):
    outcome = _void(Scripted(cancel=[error], recover=[sale()]))
    assert (outcome.verdict, outcome.error) == (VoidVerdict.REFUSED, error)


@each([REFUSED, *UNCLEAR])
def test_label_that_is_gone_is_void_whatever_the_answer_was(error):
    """Somebody voided it at the carrier, or our own call did before its answer was lost."""
    carrier = Scripted(cancel=[error], recover=[None])
    assert _void(carrier).verdict is VoidVerdict.VOIDED
    assert carrier.calls[1] == ("recover", "key-1")


def test_void_that_did_not_leave_changes_nothing():
    carrier = Scripted(cancel=[UNSENT])
    outcome = _void(carrier)
    assert (outcome.verdict, outcome.error) == (VoidVerdict.REFUSED, UNSENT)
    assert carrier.verbs == ["cancel"]


@each(UNCLEAR)
def test_unanswered_void_of_a_label_that_still_shows(error):
    outcome = _void(Scripted(cancel=[error], recover=[sale()]))
    assert (outcome.verdict, outcome.error) == (VoidVerdict.UNKNOWN, error)


@each(UNCLEAR)
def test_unanswered_void_and_nobody_can_be_asked(error):
    assert _void(Scripted(cancel=[error], recover=[SILENT])).verdict is VoidVerdict.UNKNOWN
    assert _void(Mute(cancel=[error])).verdict is VoidVerdict.UNKNOWN


@each([REFUSED, UNSUPPORTED])
def test_first_refusal_is_believed_when_nobody_can_be_asked(error):
    assert _void(Scripted(cancel=[error], recover=[SILENT])).verdict is VoidVerdict.REFUSED
    assert _void(Mute(cancel=[error])).verdict is VoidVerdict.REFUSED


def test_void_that_worked_is_found_and_not_repeated():
    carrier = Scripted(recover=[None])
    assert _void(carrier, ask_first=True).verdict is VoidVerdict.VOIDED
    assert carrier.calls == [("recover", "key-1")]


def test_void_that_did_not_work_is_repeated():
    carrier = Scripted(recover=[sale()], cancel=[None])
    assert _void(carrier, ask_first=True).verdict is VoidVerdict.VOIDED
    assert carrier.verbs == ["recover", "cancel"]


def test_void_is_repeated_when_nobody_can_be_asked():
    carrier = Scripted(recover=[SILENT], cancel=[None])
    assert _void(carrier, ask_first=True).verdict is VoidVerdict.VOIDED


def test_second_refusal_may_mean_that_the_first_void_worked():
    """Asked after the refusal: gone means void, alive means refused, silence means nobody knows."""
    refusal = {"cancel": [REFUSED]}
    gone = _void(Scripted(recover=[SILENT, None], **refusal), ask_first=True)
    assert gone.verdict is VoidVerdict.VOIDED
    alive = _void(Scripted(recover=[sale(), sale()], cancel=[REFUSED]), ask_first=True)
    assert alive.verdict is VoidVerdict.REFUSED
    silent = _void(Scripted(recover=[SILENT, SILENT], cancel=[REFUSED]), ask_first=True)
    assert (silent.verdict, silent.error) == (VoidVerdict.UNKNOWN, REFUSED)


def test_second_void_that_did_not_leave_settles_nothing():
    outcome = _void(Scripted(recover=[sale()], cancel=[UNSENT]), ask_first=True)
    assert (outcome.verdict, outcome.error) == (VoidVerdict.UNKNOWN, UNSENT)


def test_mute_carrier_refuses_the_second_void():
    """There is nothing else to go by than its word."""
    assert _void(Mute(cancel=[REFUSED]), ask_first=True).verdict is VoidVerdict.REFUSED


# --- handing over --------------------------------------------------------------------------------


@pytest.mark.parametrize("unclear", [False, True])
def test_transmitted_at_once(unclear):
    carrier = Scripted(transmit_manifest=[MANIFESTS])
    outcome = transmit(carrier, manifest_request(), unclear)
    assert (outcome.verdict, outcome.manifests, outcome.error) == (Verdict.SOLD, MANIFESTS, None)
    assert carrier.calls == [("transmit_manifest", manifest_request())]


@each(CLEAR_NO)
def test_clear_no_to_the_first_transmission(error):
    carrier = Scripted(transmit_manifest=[error])
    outcome = transmit(carrier, manifest_request(), unclear=False)
    assert (outcome.verdict, outcome.error) == (Verdict.REFUSED, error)
    assert carrier.verbs == ["transmit_manifest"]


@each(CLEAR_NO)
def test_clear_no_to_the_second_says_nothing_of_the_first(error):
    outcome = transmit(Scripted(transmit_manifest=[error]), manifest_request(), unclear=True)
    assert (outcome.verdict, outcome.error) == (Verdict.UNKNOWN, error)


@each(UNCLEAR)
def test_lost_answer_of_a_transmission_is_asked_for(error):
    carrier = Scripted(transmit_manifest=[error], recover_manifests=[MANIFESTS])
    outcome = transmit(carrier, manifest_request(), unclear=False)
    assert (outcome.verdict, outcome.manifests) == (Verdict.SOLD, MANIFESTS)
    assert carrier.calls[1] == ("recover_manifests", manifest_request())


@each(UNCLEAR)
@pytest.mark.parametrize("asked", [(), *ALL_ERRORS], ids=lambda a: _name(a) if a else "nothing")
def test_transmission_that_is_not_found_may_still_come(error, asked):
    """Whatever the question brings, the first error is what happened to the transmission."""
    carrier = Scripted(transmit_manifest=[error], recover_manifests=[asked])
    outcome = transmit(carrier, manifest_request(), unclear=False)
    assert (outcome.verdict, outcome.error, outcome.manifests) == (Verdict.UNKNOWN, error, ())


def test_earlier_transmission_is_found():
    outcome = find_transmitted(Scripted(recover_manifests=[MANIFESTS]), manifest_request())
    assert (outcome.verdict, outcome.manifests) == (Verdict.SOLD, MANIFESTS)


def test_earlier_transmission_is_not_there():
    assert find_transmitted(Scripted(recover_manifests=[()]), manifest_request()) is None


@each(ALL_ERRORS)
def test_earlier_transmission_cannot_be_asked_for(error):
    """An error that is a clear no to a transmission answers here the question only."""
    outcome = find_transmitted(Scripted(recover_manifests=[error]), manifest_request())
    assert (outcome.verdict, outcome.error) == (Verdict.UNKNOWN, error)


def test_what_was_announced_is_not_announced_again():
    parcels = tuple(ManifestParcel(f"ref-{n}", f"pin-{n}", RECIPIENT) for n in (1, 2))
    request = manifest_request(parcels=parcels, excluded=("ref-8", "ref-9"))
    rest = without(request, {"ref-1", "ref-9"})
    assert rest.sales == ("ref-2",)
    assert rest.parcels == parcels[1:]
    assert rest.excluded == ("ref-8",)
    assert (rest.key, rest.groups) == (request.key, request.groups)


def test_nothing_was_announced_yet():
    assert without(manifest_request(), set()) == manifest_request()


# --- the values are states of the journal --------------------------------------------------------


def test_verdicts_are_states_of_the_journal():
    assert {verdict.value for verdict in Verdict} == {"sold", "refused", "unknown"}
    assert {verdict.value for verdict in VoidVerdict} == {"voided", "sold", "void_unknown"}


# --- refunds --------------------------------------------------------------------------------------


def asked(carrier, ask_first=False):
    return refund(carrier, "ref-1", "desk@example.com", ask_first)


def test_refund_is_requested_once():
    carrier = Scripted(refund=["T1"])
    assert asked(carrier) == RefundOutcome("T1")
    assert carrier.verbs == ["refund"]


@pytest.mark.parametrize("error", [*UNCLEAR, REFUSED])
def test_refund_taken_but_not_answered_is_looked_up(error):
    """Also a refusal: the carrier refuses what was requested already."""
    carrier = Scripted(refund=[error], find_refund=["T1"])
    assert asked(carrier) == RefundOutcome("T1")


@pytest.mark.parametrize("error", UNCLEAR)
@pytest.mark.parametrize("look_up", ["", SILENT, UNSUPPORTED])
def test_refund_that_is_not_found_stays_unclear(error, look_up):
    carrier = Scripted(refund=[error], find_refund=[look_up])
    assert asked(carrier) == RefundOutcome(error=error, unclear=True)


@pytest.mark.parametrize("error", CLEAR_NO)
def test_refund_refused_is_clear(error):
    carrier = Scripted(refund=[error], find_refund=[""])
    assert asked(carrier) == RefundOutcome(error=error)


def test_refund_refused_while_nobody_can_be_asked_is_unclear():
    carrier = Scripted(refund=[REFUSED], find_refund=[SILENT])
    assert asked(carrier) == RefundOutcome(error=REFUSED, unclear=True)


def test_unclear_refund_is_looked_up_before_it_is_requested_again():
    carrier = Scripted(find_refund=["T1"])
    assert asked(carrier, ask_first=True) == RefundOutcome("T1")
    carrier = Scripted(find_refund=[SILENT])
    assert asked(carrier, ask_first=True) == RefundOutcome(error=SILENT, unclear=True)
    carrier = Scripted(find_refund=["", ""], refund=[UNSENT])
    assert asked(carrier, ask_first=True) == RefundOutcome(error=UNSENT, unclear=True)
    carrier = Scripted(find_refund=[""], refund=["T2"])
    assert asked(carrier, ask_first=True) == RefundOutcome("T2")
