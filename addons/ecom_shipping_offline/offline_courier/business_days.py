"""Days on which the courier drives: Monday to Friday."""

from datetime import timedelta

_SATURDAY = 5


def expected_day(handed_over, transit_days):
    """The day of delivery of a parcel that is handed over on ``handed_over``.

    What is handed over at a weekend starts on Monday.
    """
    day = _next_working_day(handed_over)
    for _number in range(transit_days):
        day = _next_working_day(day + timedelta(days=1))
    return day


def _next_working_day(day):
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return day
