"""When to ask again."""

from datetime import timedelta

TRACKING_STEPS_H = (1, 2, 4, 6, 6, 6, 12)
TRACKING_GIVE_UP = timedelta(days=60)

PAPER_STEPS_S = (2, 5, 10, 30, 60, 300, 900, 3600)


def next_tracking_delay(quiet_polls):
    """How long to wait after ``quiet_polls`` polls in a row brought nothing new."""
    step = min(max(quiet_polls, 0), len(TRACKING_STEPS_H) - 1)
    return timedelta(hours=TRACKING_STEPS_H[step])


def tracking_is_over(last_news, now):
    """Whether nothing was heard for so long that asking stops (and a person is told).

    :param last_news: moment of the last event, or of the purchase when there was none
    """
    return now - last_news > TRACKING_GIVE_UP


def next_paper_delay(attempts):
    """How long to wait for a manifest's paper after ``attempts`` tries."""
    step = min(max(attempts, 0), len(PAPER_STEPS_S) - 1)
    return timedelta(seconds=PAPER_STEPS_S[step])
