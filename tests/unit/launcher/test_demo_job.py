"""What the demo says of a price that differs from the quote."""

import pytest

from launcher.demo_job import price_difference


@pytest.mark.parametrize(
    ("quoted", "bought", "count", "words"),
    [
        (10.2, 10.2, 1, ""),
        (10.2, 10.1 + 0.1, 2, ""),
        (10.2, 18.4, 2, "packed in 2"),
        (10.2, 9.9, 1, "otherwise than planned"),
    ],
)
def test_a_difference_has_a_reason(quoted, bought, count, words):
    shipment = {"price_quoted": quoted, "price_bought": bought, "parcel_count": count}
    said = price_difference(shipment)
    assert words in said and bool(said) == bool(words)
