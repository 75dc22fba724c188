"""The sandbox's scales against the frames of the facts page, with plain pyserial."""

import time

import pytest
import serial

from sandbox.devices.scales import Scale
from sandbox.devices.serial_port import with_even_parity

STX, ETX = b"\x02", b"\x03"


@pytest.fixture
def ask(tmp_path):
    """ask(protocol, command, state, end) -> the bytes that came back."""
    opened = []

    def _ask(protocol, command, end=b"\r", limit=64, options=None, wait_s=5.0, **state):
        with Scale(protocol, tmp_path, **(options or {})) as scale:
            scale.set(**state)
            with serial.Serial(str(scale.link), 9600, timeout=wait_s) as port:
                opened.append(scale)
                for part in [command] if isinstance(command, bytes) else command:
                    port.write(part)
                    answer = port.read_until(end, limit)
                return answer

    yield _ask
    assert not list(tmp_path.iterdir()) and not any(scale.port.device for scale in opened)


@pytest.mark.parametrize(
    ("state", "frame"),
    [
        ({"load_g": 1250}, b"\x0201.250\r"),
        ({"load_g": 0}, b"\x0200.000\r"),
        ({"load_g": "1360.77711", "unit": "lb"}, b"\x0203.00\r"),
        ({"load_g": 1250, "tare_g": 250}, b"\x0201.000N\r"),
        ({"load_g": 1250, "motion": True}, b"\x02?\x41\r"),
        ({"load_g": 31000}, b"\x02?\x42\r"),
        ({"overload": True, "load_g": 5}, b"\x02?\x42\r"),
        ({"load_g": -20}, b"\x02?\x44\r"),
    ],
)
def test_toledo_8217(ask, state, frame):
    """FACTS 3.1; 02 3F 41 0D is motion, 02 30 31 2E 32 35 30 0D is 1.250."""
    assert ask("toledo_8217", b"W", **state) == frame


def test_toledo_8217_tells_the_bad_command_bit_only_after_one(ask):
    options = {"bit6": "command"}
    assert ask("toledo_8217", b"W", load_g=5, motion=True, options=options) == b"\x02?\x01\r"
    assert ask("toledo_8217", b"x", load_g=5, options=options) == b"\x02?\x40\r"


def test_toledo_8217_zero_tare_and_tests(ask):
    assert ask("toledo_8217", [b"Z", b"W"], load_g=100) == b"\x0200.000\r"
    assert ask("toledo_8217", [b"Z", b"W"], load_g=100, motion=True) == b"\x02?\x41\r"
    assert ask("toledo_8217", [b"T", b"W"], load_g=100) == b"\x0200.000N\r"
    assert ask("toledo_8217", [b"T00250\r", b"W"], load_g=1250) == b"\x0201.000N\r"
    assert ask("toledo_8217", b"T00250\r", load_g=1250) == b"\x02?\x60\r"
    assert ask("toledo_8217", [b"A", b"B"]) == b"\x02@\r"
    assert ask("toledo_8217", [b"A", b"B", b"B"]) == b"\x02\x00\r"
    assert ask("toledo_8217", b"H", load_g=1250) == b"\x0201.2500\r"


def test_toledo_8217_echo(ask):
    assert ask("toledo_8217", b"Ehello", end=b"hello") == b"\x02E\rhello"
    assert ask("toledo_8217", b"E") == b"\x02E\r"
    assert ask("toledo_8217", [b"E", b"FW"], load_g=1250) == b"\x0201.250\r"


def test_toledo_8217_may_send_a_weight_once(ask):
    frames = [ask("toledo_8217", [b"W"] * n, load_g=7, options={"once": True}) for n in (1, 2)]
    assert frames == [b"\x0200.007\r", b"\x02?\x40\r"]


def test_ps60_switches_off_and_ignores_nonsense(ask):
    assert ask("ps60", b"W", load_g=1250) == b"\x0201.250\r"
    assert ask("ps60", b"S", load_g=1250, motion=True) == b"\x02?\x61\r"
    assert ask("ps60", b"qW", load_g=2) == b"\x0200.002\r"
    assert ask("ps60", b"XW", load_g=2, wait_s=0.1) == b""


@pytest.mark.parametrize(
    ("protocol", "command", "state", "frame"),
    [
        ("nci_scp01", b"W\r", {"load_g": 1250}, b"\n  1.250kg\r\n00\r\x03"),
        ("nci_scp01", b"W\r", {"load_g": "1360.77711", "unit": "lb"}, b"\n   3.00lb\r\n00\r\x03"),
        ("nci_scp01", b"W\r", {"load_g": "1502.52472", "lb_oz": True},
         b"\n 3lb  5.0oz\r\n00\r\x03"),
        ("nci_scp01", b"W\r", {"motion": True, "load_g": 1}, b"\n  0.001kg\r\n10\r\x03"),
        ("nci_scp01", b"W\r", {"load_g": 40000}, b"\n^^^^^^^kg\r\n02\r\x03"),
        ("nci_scp01", b"W\r", {"underload": True}, b"\n_______kg\r\n21\r\x03"),
        ("nci_scp01", b"W\r", {"load_g": 0}, b"\n  0.000kg\r\n20\r\x03"),
        ("nci_scp01", b"S\r", {"load_g": 1}, b"\n00\r\x03"),
        ("nci_scp01", b"Q\r", {}, b"\n?\r\x03"),
        ("nci_scp01", b"\x05", {}, b"\nOPOS\r\x03"),
        ("nci_scp02", b"W\r", {"load_g": 1250}, b"\n01.250KG\r\nS00\r\x03"),
        ("nci_scp02", b"W\r", {"load_g": 1, "motion": True}, b"\nS10\r\x03"),
        ("nci_scp02", b"W\r", {"load_g": -10}, b"\nS00\r\x03"),
        ("nci_scp12", b"W\r", {"load_g": "1360.77711", "unit": "lb"}, b"\n   3.00LB\r00\x03"),
        ("nci_scp12", b"W\r", {"load_g": "-1360.77711", "unit": "lb", "capacity_g": 150000},
         b"\n-  3.00LB\r00\x03"),
        ("nci_scp12", b"W\r", {"load_g": "1360.77711", "unit": "oz"}, b"\n 00048.0OZ\r00\x03"),
        ("nci_scp12", b"S\r", {"overload": True}, b"\n22\r\x03"),
    ],
)  # fmt: skip
def test_nci(ask, protocol, command, state, frame):
    """FACTS 3.3, table of variants; status bytes 30..3F."""
    assert ask(protocol, command, end=ETX, **state) == frame


def test_nci_third_status_byte(ask):
    frame = ask("nci_scp01", b"W\r", end=ETX, load_g=5, zero_error=True,
                options={"third_byte": True})  # fmt: skip
    assert frame == b"\n-------kg\r\n0p8\r\x03"


def test_nci_question_of_scp12_and_its_mute_zero(ask):
    assert ask("nci_scp12", b"Q\r") == b"\n?\r"
    assert ask("nci_scp12", b"Z\r", end=ETX, load_g=5, wait_s=0.1) == b""
    assert ask("nci_scp12", b"Z\rS\r", end=ETX, load_g=5) == b"\n20\r\x03"
    assert ask("nci_scp01", b"Z\r", end=ETX, load_g=5) == b"\n20\r\x03"
    assert ask("nci_scp01", b"Z\r", end=ETX, load_g=5000) == b"\n00\r\x03"


@pytest.mark.parametrize(
    ("command", "state", "frame"),
    [
        (b"S", {"load_g": "100", "unit": "g"}, b"S S      100.0 g\r\n"),
        (b"SI", {"load_g": 1250, "motion": True}, b"S D      1.250 kg\r\n"),
        (b"SI", {"overload": True}, b"S +\r\n"),
        (b"SI", {"underload": True}, b"S -\r\n"),
        (b"SI", {"fault": True}, b"S I\r\n"),
        (b"Z", {"load_g": 3}, b"Z A\r\n"),
        (b"Z", {"load_g": 3, "motion": True}, b"Z I\r\n"),
        (b"Z", {"load_g": 3000}, b"Z +\r\n"),
        (b"s", {}, b"ES\r\n"),
        (b"@", {}, b'I4 A "SANDBOX01"\r\n'),
    ],
)
def test_sics(ask, command, state, frame):
    """FACTS 3.5: ten characters, one space, unit."""
    assert ask("mt_sics", command + b"\r\n", end=b"\r\n", **state) == frame


def test_sics_s_waits_for_rest(tmp_path):
    with Scale("mt_sics", tmp_path, patience_s=30) as scale:
        scale.set(load_g=500, motion=True)
        with serial.Serial(str(scale.link), timeout=5) as port:
            port.write(b"S\r\n")
            until(lambda: b"S\r\n" in scale.port.received)
            scale.set(motion=False)
            assert port.read_until(b"\r\n") == b"S S      0.500 kg\r\n"


def test_sics_s_gives_up(ask):
    frame = ask("mt_sics", b"S\r\n", end=b"\r\n", motion=True, options={"patience_s": 0.05})
    assert frame == b"S I\r\n"


def test_sics_repeats_until_reset(tmp_path):
    with Scale("mt_sics", tmp_path) as scale, serial.Serial(str(scale.link), timeout=5) as port:
        port.write(b"SIR\r\n")
        assert [port.read_until(b"\r\n") for _ in range(3)] == [b"S S      0.000 kg\r\n"] * 3
        port.write(b"@\r\n")
        port.read_until(b'I4 A "SANDBOX01"\r\n')
        assert scale.protocol.tick() is None


@pytest.mark.parametrize(
    ("command", "state", "frame"),
    [
        (b"\nW\r", {"load_g": 1250}, b"\n 1G       1.250kg \r"),
        (b"\nW\r", {"load_g": 0}, b"\nZ1G       0.000kg \r"),
        (b"\nW\r", {"load_g": 1250, "motion": True}, b"\n 1GM      1.250kg \r"),
        (b"\nH\r", {"load_g": 1250}, b"\n 1g      1.2500kg \r"),
        (b"\nW\r", {"overload": True, "load_g": 5}, b"\nO1G  ----------kg \r"),
        (b"\nX\r", {}, b"\n?\r"),
        (b"\nT\r", {"load_g": 5}, b"\n 1N       0.000kg \r"),
    ],
)
def test_sma(ask, command, state, frame):
    """FACTS 3.6: s r n m f, ten columns of weight, three of unit."""
    assert ask("sma", command, **state) == frame


def test_stream_and_print_key(tmp_path):
    with Scale("stream", tmp_path) as scale:
        scale.set(load_g=4876)
        with serial.Serial(str(scale.link), timeout=5) as port:
            assert port.read_until(b"\r\n")[-18:] == b"ST,GS,+  4.876kg\r\n"
            scale.set(motion=True, load_g=-10)
            until(lambda: port.read_until(b"\r\n") == b"US,GS,-  0.010kg\r\n")
            scale.set(overload=True)
            until(lambda: port.read_until(b"\r\n").startswith(b"OL,"))
    with Scale("weigh_on_print", tmp_path) as scale:
        scale.set(load_g=1250)
        with serial.Serial(str(scale.link), timeout=5) as port:
            port.write(b"W\r")
            scale.press()
            assert port.read_until(b"\r\n") == b"    1.250 kg  G\r\n"


def until(condition, limit_s=10):
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


# --- the wire -----------------------------------------------------------------------------
def test_parity_noise_glue_and_pauses(ask):
    """FACTS 3.1: 7E1 read as 8N1 shows B1 instead of 31."""
    assert with_even_parity(0x31) == 0xB1
    assert ask("toledo_8217", b"W", end=b"\x8d", wrong_parity=True, load_g=1111) == bytes.fromhex(
        "82 30 b1 2e b1 b1 b1 8d"
    )
    assert ask("nci_scp01", b"W\r", end=ETX, noise="ff00ff") == (
        b"\xff\0\xff\n  0.000kg\r\n20\r\x03"
    )
    assert ask("toledo_8217", b"W", end=b"W", limit=16, glue=2) == b"\x0200.000\r" * 2
    assert ask("toledo_8217", b"W", byte_pause_s=0.005) == b"\x0200.000\r"
    assert ask("toledo_8217", b"W", delay_s=0.05) == b"\x0200.000\r"


def test_silence(tmp_path):
    with Scale("nci_scp01", tmp_path) as scale:
        scale.set(silent=True)
        with serial.Serial(str(scale.link), timeout=0.1) as port:
            port.write(b"W\r")
            until(lambda: scale.port.received == b"W\r")
            assert port.read(1) == b""
            scale.set(silent=False)
            port.write(b"S\r")
            port.timeout = 5
            assert port.read_until(ETX) == b"\n20\r\x03"


def test_unplug_hangs_up_and_replug_is_another_pty(tmp_path):
    with Scale("toledo_8217", tmp_path, "usb-Scale_1") as scale:
        first = scale.port.device
        port = serial.Serial(str(scale.link), timeout=1)
        scale.unplug()
        assert not scale.link.is_symlink()
        with pytest.raises((serial.SerialException, OSError)):
            port.write(b"W")
            port.read(1)
        port.close()
        with Scale("toledo_8217", tmp_path, "usb-Scale_2") as other:
            scale.plug()
            assert {scale.port.device, other.port.device} - {first}
            other.set(load_g=1), scale.set(load_g=2)
            with serial.Serial(str(tmp_path / "usb-Scale_1"), timeout=5) as again:
                again.write(b"W")
                assert again.read_until(b"\r") == b"\x0200.002\r"
        scale.unplug()
        scale.plug("usb-Scale_9")
        assert scale.link.name == "usb-Scale_9" and scale.link.is_symlink()
    assert not list(tmp_path.iterdir())


def test_a_stream_that_nobody_reads_does_not_block(tmp_path):
    with Scale("stream", tmp_path) as scale:
        for _ in range(2000):
            scale.port.send(b"x" * 100)


def test_unknown_settings_are_refused(tmp_path):
    with Scale("sma", tmp_path) as scale:
        for wrong in ({"color": 1}, {"unit": "stone"}):
            with pytest.raises(ValueError):
                scale.set(**wrong)
