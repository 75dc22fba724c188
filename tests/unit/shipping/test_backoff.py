"""When to ask again."""

from datetime import UTC, datetime, timedelta

import pytest

from odoo.addons.ecom_shipping.shipping_rules.backoff import (
    next_paper_delay,
    next_tracking_delay,
    tracking_is_over,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("polls", "hours"),
    [(0, 1), (1, 2), (2, 4), (3, 6), (4, 6), (5, 6), (6, 12), (7, 12), (1000, 12)],
)
def test_quiet_parcels_are_asked_for_ever_more_rarely(polls, hours):
    assert next_tracking_delay(polls) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [
        (0, 2),
        (1, 5),
        (2, 10),
        (3, 30),
        (4, 60),
        (5, 300),
        (6, 900),
        (7, 3600),
        (8, 3600),
        (1000, 3600),
    ],
)
def test_paper_is_asked_for_ever_more_rarely(attempts, seconds):
    assert next_paper_delay(attempts) == timedelta(seconds=seconds)


@pytest.mark.parametrize("delay", [next_tracking_delay, next_paper_delay])
def test_delays_never_shrink_and_never_vanish(delay):
    delays = [delay(count) for count in range(30)]
    assert delays == sorted(delays)
    assert delays[0] > timedelta(0)


@pytest.mark.parametrize("delay", [next_tracking_delay, next_paper_delay])
def test_count_below_zero_is_the_first(delay):
    """A counter that was never set may come as anything."""
    assert delay(-1) == delay(-1000) == delay(0)


@pytest.mark.parametrize(
    ("silence", "over"),
    [
        (timedelta(0), False),
        (timedelta(days=59, hours=23), False),
        (timedelta(days=60), False),
        (timedelta(days=60, seconds=1), True),
        (timedelta(days=400), True),
    ],
)
def test_asking_ends_after_sixty_days_of_silence(silence, over):
    assert tracking_is_over(NOW - silence, NOW) is over


def test_news_from_the_future_keep_asking():
    """A carrier's clock may run ahead of ours."""
    assert not tracking_is_over(NOW + timedelta(days=1), NOW)
