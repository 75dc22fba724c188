"""Cutting bytes into frames, the habit of shapes, what bit 7 tells."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.ecom_hardware_proxy.proxy.scales.framing import Frames, Habit, parity_hint

fuzzed = settings(max_examples=80, deadline=None, derandomize=True, database=None)


def started(**options):
    return Frames((b"\r",), limit=8, start=b"\x02", **options)


def lines():
    return Frames((b"\r\n",), limit=8)


def test_frames_come_out_with_their_ends_and_bit_7():
    assert started().feed(b"\x02a\xb1\x8d") == [b"\x02a\xb1\x8d"]


def test_a_start_begins_anew():
    assert started().feed(b"\x02ab\x02cd\r") == [b"\x02cd\r"]


def test_a_nested_start_does_not():
    assert started(nested=True).feed(b"\x02ab\x02cd\r") == [b"\x02ab\x02cd\r"]


def test_an_opaque_byte_is_neither_start_nor_end():
    for byte in (b"\x02", b"\r"):
        frames = started(opaque=b"\x02?")
        assert frames.feed(b"\x02?" + byte + b"\r") == [b"\x02?" + byte + b"\r"]


def test_a_long_frame_comes_out_torn_and_the_next_whole():
    assert started().feed(b"\x02123456789\r\x02ok\r") == [b"\x0212345678", b"\x02ok\r"]
    assert started(nested=True).feed(b"\x021234\x02abcd\r") == [b"\x021234\x02abc", b"\x02abcd\r"]


def test_a_long_line_takes_its_tail_with_it():
    assert lines().feed(b"123456789abc\r\nok\r\n") == [b"123456789", b"ok\r\n"]
    assert lines().feed(b"12345678\r\nok\r\n") == [b"12345678\r", b"ok\r\n"]


def test_much_noise_comes_out_for_somebody_to_tell():
    frames = started()
    assert frames.feed(b"x" * 15) == []
    frames.reset()
    assert frames.feed(b"x") == [b"x" * 16]


def test_a_frame_forgives_the_noise_before():
    frames = started()
    for _time in range(10):
        assert frames.feed(b"noise\x02ok\r") == [b"\x02ok\r"]


def test_after_a_reset_the_rest_of_a_half_line_is_dropped():
    frames = lines()
    frames.feed(b"ab")
    frames.reset()
    assert frames.feed(b"cd\r\nef\r\n") == [b"ef\r\n"]
    frames.reset()
    assert frames.feed(b"gh\r\n") == [b"gh\r\n"]


def test_skip_drops_up_to_the_next_end():
    frames = lines()
    frames.skip()
    assert frames.feed(b"tail\r\nwhole\r\n") == [b"whole\r\n"]


@pytest.mark.parametrize("make", [started, lines, lambda: started(nested=True, opaque=b"\x02?")])
@fuzzed
@given(data=st.lists(st.sampled_from(b"\x02\r\n?a1\x8d\x82"), max_size=80), at=st.integers(0, 80))
def test_the_split_never_matters(make, data, at):
    data, whole, split = bytes(data), make(), make()
    assert whole.feed(data) == split.feed(data[:at]) + split.feed(data[at:])


def test_a_habit_begins_with_the_first_and_changes_after_three():
    habit = Habit()
    assert [habit.fits(shape) for shape in "aabbabbb"] == [
        *(True, True, False, False),
        *(True, False, False, True),
    ]
    assert [habit.fits(shape) for shape in "bacab"] == [True, False, False, False, True]


def with_parity(data, odd):
    return bytes(byte | (byte.bit_count() % 2 ^ odd) << 7 for byte in data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x0201.250\r", ""),
        (with_parity(b"\x0201.250\r", 0), "7E1"),
        (with_parity(b"\x0201.250\r", 1), "7O1"),
        (b"\xff\x01\x80", "check speed"),
        (b"", ""),
    ],
)
def test_bit_7_tells_the_parity(data, words):
    assert words in parity_hint(data)
    assert bool(parity_hint(data)) is bool(words)
