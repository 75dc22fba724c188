"""Names, limits, nonces and certificates, each by itself."""

import ssl
import stat
from datetime import UTC, datetime, timedelta
from io import FileIO

import pytest

from odoo.addons.ecom_hardware_proxy.proxy import signing
from odoo.addons.ecom_hardware_proxy.proxy.config import Agent, Tls
from odoo.addons.ecom_hardware_proxy.proxy.queue import StorageError
from odoo.addons.ecom_hardware_proxy.proxy.security import names, tls
from odoo.addons.ecom_hardware_proxy.proxy.security.limits import Limits, Rate, TooFast
from odoo.addons.ecom_hardware_proxy.proxy.security.nonces import FILE, KEEP_S, MOST, Nonces

NOW = 1_700_000_000.0


class Clock:
    def __init__(self, now=NOW):
        self.now = now

    def __call__(self):
        return self.now


# --- names ---


@pytest.mark.parametrize(
    ("header", "allowed"),
    [
        ("127.0.0.1:8470", True),
        ("localhost:8470", True),
        ("till-2.lan:8470", True),
        ("127.0.0.1", False),
        ("127.0.0.1:8471", False),
        ("127.0.0.2:8470", False),
        ("evil.example:8470", False),
        ("till-2.lan.evil.example:8470", False),
        ("evil.example@127.0.0.1:8470", False),
        ("127.0.0.1:8470/x", False),
        ("127.0.0.1:port", False),
        ("", False),
    ],
)
def test_only_our_own_names_and_port(header, allowed):
    assert names.host_allowed(header, {"till-2.lan"}, "127.0.0.1", 8470, "http") is allowed


def test_localhost_is_no_name_for_the_network():
    assert not names.host_allowed("localhost:8470", (), "192.0.2.7", 8470, "http")
    assert names.host_allowed("192.0.2.7:8470", (), "192.0.2.7", 8470, "http")
    assert names.host_allowed("[::1]:8470", (), "::1", 8470, "http")


def test_the_usual_port_need_not_be_named():
    assert names.host_allowed("till.lan", {"till.lan"}, "192.0.2.7", 443, "https")
    assert not names.host_allowed("till.lan", {"till.lan"}, "192.0.2.7", 443, "http")


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Shop.example.com/odoo?x=1", "https://shop.example.com"),
        ("http://shop:80", "http://shop"),
        ("https://shop:8443/", "https://shop:8443"),
        ("http://[::1]:8069", "http://[::1]:8069"),
        ("null", ""),
        ("*", ""),
        ("file:///etc/passwd", ""),
        ("http://shop:port", ""),
    ],
)
def test_origins_are_written_as_browsers_do(url, origin):
    assert names.origin_of(url) == origin


def test_listed_peers_are_addresses_or_networks():
    listed = ("192.0.2.7", "10.0.0.0/24", "not an address")
    assert names.is_listed("192.0.2.7", listed) and names.is_listed("::ffff:10.0.0.9", listed)
    assert not names.is_listed("192.0.2.8", listed) and not names.is_listed("", listed)


# --- limits ---


def test_a_bucket_empties_and_fills():
    clock = Clock(0.0)
    limits = Limits(clock, {"scale": Rate(10, 3)})
    for _ in range(3):
        limits.take("s1", "scale")
    with pytest.raises(TooFast, match="Wait 0.1 s"):
        limits.take("s1", "scale")
    limits.take("s2", "scale")
    clock.now += 0.1
    limits.take("s1", "scale")


def test_a_drawer_opens_once_a_second():
    clock = Clock(0.0)
    limits = Limits(clock)
    limits.take("s1", "drawer")
    clock.now += 0.9
    with pytest.raises(TooFast):
        limits.take("s1", "drawer")
    clock.now += 0.2
    limits.take("s1", "drawer")


def test_streams_are_counted_while_they_are_open():
    limits = Limits(Clock())
    with limits.stream("s1", 1), pytest.raises(TooFast), limits.stream("s1", 1):
        pass
    with limits.stream("s1", 1):
        pass


# --- nonces ---


def used(nonces, nonce, keep=True):
    try:
        nonces.use(nonce, keep)
    except signing.Refused as error:
        return error.code
    return "accepted"


def test_a_nonce_is_accepted_once(tmp_path):
    nonces = Nonces(tmp_path, Clock())
    assert [used(nonces, "a"), used(nonces, "a"), used(nonces, "b")] == [
        "accepted",
        "replayed",
        "accepted",
    ]


def test_a_nonce_is_known_after_a_kill(tmp_path):
    first = Nonces(tmp_path, Clock())
    first.use("a", keep=True)
    # Not closed: as after kill -9. A half line does no harm.
    with open(tmp_path / FILE, "ab") as file:
        file.write(b"17000")
    assert used(Nonces(tmp_path, Clock()), "a") == "replayed"
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_a_nonce_outlives_the_allowed_difference_of_clocks(tmp_path):
    clock = Clock()
    nonces = Nonces(tmp_path, clock, clock)
    nonces.use("a", keep=True)
    clock.now += 2 * signing.SKEW_S
    assert used(nonces, "a") == "replayed"
    clock.now = NOW + KEEP_S + 1
    assert used(nonces, "a") == "accepted"


def test_a_clock_that_is_set_lets_no_request_in_twice(tmp_path):
    clock, running = Clock(), Clock()
    nonces = Nonces(tmp_path, clock, running)
    nonces.use("a", keep=True)
    clock.now += 3600
    nonces.use("b", keep=True)
    clock.now -= 3600
    assert [used(nonces, "a"), used(nonces, "b")] == ["replayed", "replayed"]
    assert used(Nonces(tmp_path, clock, running), "b") == "replayed"


def test_a_clock_that_was_ahead_fills_no_memory_for_ever(tmp_path):
    clock, running = Clock(), Clock()
    clock.now += 10 * 365 * 86400
    Nonces(tmp_path, clock, running).use("a", keep=True)
    clock.now = NOW
    again = Nonces(tmp_path, clock, running)
    assert used(again, "a") == "replayed"
    running.now += KEEP_S + 1
    assert used(again, "a") == "accepted"


def test_a_request_that_cannot_be_written_down_is_not_done(tmp_path):
    nonces = Nonces(tmp_path, Clock())
    nonces._file = FileIO("/dev/full", "ab")
    with pytest.raises(StorageError, match="No space left"):
        nonces.use("a", keep=True)
    nonces.close()


def test_too_many_nonces_open_no_door(tmp_path):
    nonces = Nonces(tmp_path, Clock())
    for number in range(MOST):
        nonces.use(str(number), keep=False)
    assert used(nonces, "one more") == "busy"


# --- certificates ---


def agent(**values):
    return Agent(bind="0.0.0.0", hosts=("till.lan",), tls=Tls(mode="own", **values))


def test_the_own_certificate_holds_for_our_names(tmp_path):
    tls.Certificate(agent(), tmp_path, Clock()).context()
    path = tmp_path / tls.OWN_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    certificate = ssl._ssl._test_decode_cert(str(path))
    held = {name for _kind, name in certificate["subjectAltName"]}
    assert {"till.lan", "localhost", "127.0.0.1"} <= held


def test_it_stays_until_it_is_nearly_over(tmp_path):
    clock = Clock()
    tls.Certificate(agent(), tmp_path, clock).context()
    first = (tmp_path / tls.OWN_FILE).read_bytes()
    clock.now += (tls.LIFE - tls.RENEW).total_seconds() - 60
    tls.Certificate(agent(), tmp_path, clock).context()
    assert (tmp_path / tls.OWN_FILE).read_bytes() == first
    clock.now += 120
    tls.Certificate(agent(), tmp_path, clock).context()
    assert (tmp_path / tls.OWN_FILE).read_bytes() != first


def test_a_new_name_needs_a_new_certificate(tmp_path):
    now = datetime.fromtimestamp(NOW, UTC)
    path = tmp_path / "tls.pem"
    path.write_bytes(tls.make(["a.lan"], now))
    assert tls.still_good(path, ["a.lan"], now + timedelta(days=1))
    assert not tls.still_good(path, ["a.lan", "b.lan"], now)
    path.write_bytes(b"no certificate")
    assert not tls.still_good(path, ["a.lan"], now)


def test_the_merchants_files_that_are_none_are_told(tmp_path):
    wanted = Agent(tls=Tls("files", str(tmp_path / "c.pem"), str(tmp_path / "k.pem")))
    with pytest.raises(tls.TlsError, match="c.pem"):
        tls.Certificate(wanted, tmp_path, Clock()).context()


def test_without_tls_there_is_no_context(tmp_path):
    assert tls.Certificate(Agent(), tmp_path, Clock()).context() is None
