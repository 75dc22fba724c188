"""Several people, or several clicks of one, at the same time."""

import pytest

from tests.faults.shop import at_once, wait_until
from tests.faults.web import Refusal

ROUNDS = 10


def _only_kindly_refused(ends):
    """Everybody was served or told in a sentence; nobody saw a traceback or a broken connection."""
    trouble = [end for end in ends if isinstance(end, Exception) and not isinstance(end, Refusal)]
    assert not trouble, trouble
    assert any(not isinstance(end, Exception) for end in ends), ends


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_workers_validate_the_same_transfer(shop, people, round_):
    picking = shop.transfer()
    shop.carrier.latency(100)
    ends = at_once(
        *[
            lambda p=p: shop.press("stock.picking", "button_validate", picking, session=p)
            for p in people
        ]
    )
    _only_kindly_refused(ends)
    shop.expect_one_label(picking)
    assert shop.carrier.count("create_shipment") == 1


@pytest.mark.parametrize("round_", range(3))
def test_double_click(shop, people, round_):
    picking = shop.transfer()
    shop.carrier.latency(100)
    click = lambda: shop.press("stock.picking", "button_validate", picking, session=people[0])  # noqa: E731
    _only_kindly_refused(at_once(click, click))
    shop.expect_one_label(picking)
    assert shop.carrier.count("create_shipment") == 1


def test_double_click_in_one_process(one_process):
    """Two threads of one process share its connections and its memory."""
    picking = one_process.transfer()
    one_process.carrier.latency(100)
    click = lambda: one_process.press("stock.picking", "button_validate", picking)  # noqa: E731
    _only_kindly_refused(at_once(click, click, click))
    one_process.expect_one_label(picking)
    assert one_process.carrier.count("create_shipment") == 1


@pytest.mark.parametrize("round_", range(5))
def test_buy_on_the_shipment_and_validate_on_the_transfer(shop, people, round_):
    picking = shop.transfer()
    shipment = shop.draft_shipment(picking)
    shop.carrier.latency(100)
    ends = at_once(
        lambda: shop.press("ecom.shipment", "action_buy", shipment, session=people[0]),
        lambda: shop.press("stock.picking", "button_validate", picking, session=people[1]),
    )
    _only_kindly_refused(ends)
    if isinstance(ends[1], Exception):
        shop.validate(picking)
    shop.expect_one_label(picking)
    assert shop.carrier.count("create_shipment") == 1


def test_different_transfers_of_one_product_at_once(shop, people):
    """The same stock is touched by both: one may be replayed, both get their own label."""
    pickings = shop.transfers(2)
    shop.carrier.latency(100)
    ends = at_once(
        *[
            lambda p=p, s=s: shop.press("stock.picking", "button_validate", p, session=s)
            for p, s in zip(pickings, people, strict=True)
        ]
    )
    assert ends == [True, True]
    for picking in pickings:
        (live,) = shop.live_of(picking)
        shop.expect_one_label(picking, live)
    assert len(shop.carrier.sold()) == 2


def test_two_people_void_at_once(shop, people):
    picking = shop.transfer()
    shop.validate(picking)
    shop.carrier.latency(100)
    ends = at_once(
        *[
            lambda p=p: shop.press("stock.picking", "cancel_shipment", picking, session=p)
            for p in people
        ]
    )
    _only_kindly_refused(ends)
    assert not shop.carrier.live()
    truth = shop.truth(picking)
    assert (truth.tracking, [s["state"] for s in truth.shipments]) == ("", ["void"])
    assert shop.carrier.count("void_shipment") == 1


def test_lock_of_the_journal_is_held_elsewhere(shop, sql):
    """Whoever waits too long is told in a sentence, and nothing is bought meanwhile."""
    picking = shop.transfer()
    with sql.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", (shop.lock_id("stock.picking", picking),))
    message = shop.refusal(shop.validate, picking)
    assert "being bought by somebody else" in message
    assert not shop.carrier.sold()
    truth = shop.truth(picking)
    assert (truth.state, truth.row_states, truth.problem) == ("assigned", [], "")
    with sql.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")
    sql.rollback()
    shop.validate(picking)
    shop.expect_one_label(picking)


def test_lock_that_is_freed_in_time_is_waited_for(shop, sql):
    picking = shop.transfer()
    with sql.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", (shop.lock_id("stock.picking", picking),))
    sql.commit()
    job = shop.start(lambda: shop.validate(picking))
    wait_until(lambda: _waiting_for_lock(sql))
    with sql.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")
    sql.commit()
    assert job() is True
    shop.expect_one_label(picking)


def _waiting_for_lock(connection):
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return cursor.fetchone()[0]


def test_settled_by_hand_while_the_call_is_under_way(shop, sql):
    """The manager waits for the call to end; the label that it bought is not declared dead."""
    picking = shop.transfer()
    gate, reached = shop.gate("sold")
    buying = shop.start(lambda: shop.validate(picking, session=shop.login("packer1")))
    wait_until(reached.exists)
    (row,) = shop.journal("stock.picking", picking)
    assert row["state"] == "intent"
    settling = shop.start(lambda: shop.press("ecom.purchase", "action_declare_settled", row["id"]))
    wait_until(lambda: _waiting_for_lock(sql))
    gate.unlink()
    buying()
    settling()
    shop.expect_one_label(picking)


def test_no_lock_stays_behind(shop, sql):
    """After success, refusal and crash alike: the connections of the pool hold no lock."""
    good, refused, killed = shop.transfers(3)
    shop.validate(good)
    shop.carrier.fault("hang", "create_shipment")
    shop.refusal(shop.validate, refused)
    shop.order("after-answer")
    assert shop.dies(shop.validate, killed)
    wait_until(lambda: _advisory_locks(sql) == 0, seconds=10)


def _advisory_locks(connection):
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return cursor.fetchone()[0]
