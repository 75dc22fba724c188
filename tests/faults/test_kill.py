"""kill -9 at every step of a purchase: before the retry the documents tell the truth, after it
there is one label.
"""

import pytest

# step, labels sold when it happened, the journal's word for it
STEPS = [
    ("before-lock", 0, []),
    ("before-intent", 0, []),
    ("after-intent", 0, ["intent"]),
    ("sold", 1, ["intent"]),
    ("before-answer", 1, ["intent"]),
    ("after-answer", 1, ["sold"]),
    ("during-documents", 1, ["sold"]),
    ("after-end", 1, ["sold"]),
    ("applied", 1, ["sold"]),
    ("before-commit", 1, ["sold"]),
]


def _dies_and_recovers(shop, step, sold, rows):
    picking = shop.transfer()
    shop.order(step)
    assert shop.dies(shop.validate, picking)
    assert len(shop.carrier.sold()) == sold
    truth = shop.truth(picking)
    assert truth.state == "assigned"
    assert truth.tracking == ""
    assert truth.row_states == rows
    if rows == ["intent"]:
        assert "interrupted" in truth.problem
    shop.carrier.forget_calls()
    shop.validate(picking)
    shop.expect_one_label(picking)
    assert len(shop.carrier.sold()) == 1
    calls = [
        name for name in shop.carrier.operations() if name in ("get_shipments", "create_shipment")
    ]
    expected = {"": ["create_shipment"], "intent": ["get_shipments"], "sold": []}["".join(rows)]
    assert calls == expected + (["create_shipment"] if rows == ["intent"] and not sold else [])


@pytest.mark.parametrize(("step", "sold", "rows"), STEPS, ids=[step[0] for step in STEPS])
def test_worker_is_killed(shop, step, sold, rows):
    _dies_and_recovers(shop, step, sold, rows)


@pytest.mark.parametrize(
    ("step", "sold", "rows"),
    [step for step in STEPS if step[0] in ("after-intent", "before-answer", "after-answer")],
)
def test_whole_server_is_killed_and_started_again(one_process, step, sold, rows):
    _dies_and_recovers(one_process, step, sold, rows)


def test_killed_after_everything_was_committed(shop):
    """Only the answer to the browser is lost: pressing again finds the transfer done."""
    picking = shop.transfer()
    shop.order("after-commit")
    assert shop.dies(shop.validate, picking)
    shop.expect_one_label(picking)
    shop.press("stock.picking", "button_validate", picking)
    shop.expect_one_label(picking)
    assert len(shop.carrier.sold()) == 1
