"""Misbehaviour on command, and the sandbox's view of it."""

import http.client
import socket
import time

import pytest
from lxml import etree

from sandbox.canada_post import routes
from tests.unit.sandbox.caller import RATE, ROOT, Caller, codes, links, shipment


def fault(box, **values):
    return box.control("POST", "/_control/faults", values)


@pytest.mark.parametrize("kind", ["sell_then_hang", "hang"])
def test_hang(box, kind):
    fault(box, operation="create_shipment", kind=kind)
    caller = Caller(box.url)
    caller.connection.timeout = 0.15
    with pytest.raises(TimeoutError):
        caller.create()
    assert box.control("GET", "/_control/shipments")["sold"] == (kind == "sell_then_hang")
    caller.connection.close()
    again = Caller(box.url).create()
    assert codes(again) == (["7314"] if kind == "sell_then_hang" else [])


def test_void_then_hang(post, box):
    address = links(post.create())["self"]
    fault(box, operation="void_shipment", kind="void_then_hang", seconds=0.1)
    with pytest.raises(http.client.RemoteDisconnected):
        post.call("DELETE", address)
    assert box.control("GET", "/_control/shipments")["voided"] == 1


@pytest.mark.parametrize(("kind", "sold"), [("sell_then_reset", 1), ("reset", 0)])
def test_reset(post, box, kind, sold):
    fault(box, operation="create_shipment", kind=kind)
    with pytest.raises(ConnectionResetError):
        post.create()
    assert box.control("GET", "/_control/shipments")["sold"] == sold


@pytest.mark.parametrize(
    ("kind", "status", "found"),
    [
        ("error_500", 500, ["Server"]),
        ("throttle", 500, ["Server"]),
        ("empty_messages", 400, []),
        ("accepted_202", 202, ["9153"]),
    ],
)
def test_refusals_without_work(post, box, kind, status, found):
    fault(box, operation="create_shipment", kind=kind, times=1)
    answer = post.create()
    assert (answer.status, codes(answer)) == (status, found)
    assert post.create().status == 200


def test_refusal_after_the_work(post, box):
    fault(box, operation="create_shipment", kind="error_500", work=True, status=503)
    assert post.create().status == 503
    assert codes(post.create()) == ["7314"]


def test_cut_body(post, box):
    fault(box, operation="create_shipment", kind="cut_body")
    with pytest.raises(http.client.IncompleteRead):
        post.create()


def test_slow_bytes(post, box):
    fault(box, operation="create_shipment", kind="slow_bytes", seconds=0.1)
    started = time.monotonic()
    assert post.create().status in (0, 200)
    assert time.monotonic() - started > 0.08


def test_wrong_encoding_and_not_xml(post, box):
    for kind in ("wrong_encoding", "not_xml"):
        fault(box, operation="get_rates", kind=kind)
        answer = post.rates()
        assert answer.status == 200
        with pytest.raises(etree.XMLSyntaxError):
            etree.fromstring(answer.body)


def test_latency(post, box):
    fault(box, operation="get_groups", kind="latency", latency_ms=60)
    for expected in (True, False):
        started = time.monotonic()
        post.get(ROOT + "/group")
        assert (time.monotonic() - started >= 0.06) is expected


def test_latency_of_everything_is_a_floor(post, box):
    box.control("POST", "/_control/settings", {"latency_ms": 30})
    started = time.monotonic()
    post.create()
    assert 0.03 <= time.monotonic() - started < 0.2


def test_for_ever_and_cleared(post, box):
    number = fault(box, operation="get_groups", kind="accepted_202")["id"]
    assert [post.get(ROOT + "/group").status for _turn in range(3)] == [202] * 3
    assert post.control("DELETE", f"faults/{number}")[1] == {"faults": []}
    assert post.get(ROOT + "/group").status == 200


def test_times_skip_match_and_other_operations(post, box):
    fault(box, operation="create_shipment", kind="error_500", times=2, skip=1, match="REQ-A")
    wanted = [("REQ-B", 200), ("REQ-A1", 200), ("REQ-A2", 500), ("REQ-A3", 500), ("REQ-A4", 200)]
    assert post.rates().status == 200
    assert [(name, post.create(shipment(name)).status) for name, _status in wanted] == wanted


def test_any_operation(post, box):
    for name in routes.OPERATIONS:
        fault(box, operation=name, kind="error_500")
    box.faults.clear()
    fault(box, operation="*", kind="error_500")
    assert post.get(ROOT + "/group").status == 500


@pytest.mark.parametrize("body", [{"kind": "explode"}, {"kind": "hang", "operation": "fly"}, {}])
def test_nonsense_is_refused(post, body):
    assert post.control("POST", "faults", body)[0] == 400


def test_calls_are_seen(box):
    box.control("POST", "/_control/settings", {"latency_ms": 20})
    import threading

    callers = [Caller(box.url) for _turn in range(4)]
    threads = [threading.Thread(target=caller.rates) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen = callers[0].control("GET", "calls")[1]
    assert seen["counts"] == {"get_rates": 4}
    assert seen["max_in_flight"] > 1
    call = seen["calls"][0]
    assert (call["operation"], call["status"], call["user"]) == ("get_rates", 200, "sandbox-north")
    assert call["ms"] >= 15
    assert "north-pass" not in str(seen)
    assert callers[0].control("DELETE", "calls")[0] == 200
    assert callers[0].control("GET", "calls")[1]["total"] == 0


def test_control_is_not_open_to_web_pages(post):
    post.connection.request("POST", "/_control/reset", "{}", {"Host": "evil.example"})
    assert post.connection.getresponse().status == 403


def test_control_refuses_nonsense(post, box):
    assert post.control("GET", "nothing")[0] == 404
    assert post.control("POST", "settings", {"colour": "red"})[0] == 400
    assert post.control("POST", "clock", {"now": "yesterday"})[0] == 400
    for body in ("[1", "[1]"):
        post.connection.request("POST", "/_control/settings", body)
        answer = post.connection.getresponse()
        assert (answer.status, b"error" in answer.read()) == (400, True)
    with pytest.raises(ValueError, match="colour"):
        box.control("POST", "/_control/settings", {"colour": "red"})


def test_only_loopback(box):
    assert box._http.server_address[0] == "127.0.0.1"
    assert post_alive(box)


def post_alive(box):
    with socket.create_connection(("127.0.0.1", box.port), 2):
        return Caller(box.url).get("/rs/ship/service?country=CA", RATE).status == 200
