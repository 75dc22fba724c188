"""What Odoo's unmodified point of sale and iot_base send, and what they make of the answers."""

import base64
import io
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from odoo.addons.ecom_hardware_proxy.proxy.security.limits import Limits, Rate
from odoo.addons.ecom_hardware_proxy.proxy.server import till as tills

from sandbox.devices.printers import TcpPrinter
from sandbox.devices.scales import Scale
from tests.devices.hardware.served import EVIL, ORIGIN, Served, ask, wait_until

TOML = """
[pos]
enabled = true
[[device]]
id = "scale"
kind = "scale"
driver = "toledo_8217"
options = {{ unit = "kg" }}
link = {{ type = "serial", path = "{scale}", path_may_move = true }}
[[device]]
id = "till"
kind = "receipt_printer"
language = "escpos"
link = {{ type = "tcp", host = "127.0.0.1", port = {till} }}
[[device]]
id = "drawer"
kind = "cash_drawer"
drawer = {{ printer = "till" }}
"""
SCANNER = """
[[device]]
id = "gun"
kind = "scanner"
driver = "serial"
link = { type = "tcp", host = "127.0.0.1", port = 9 }
"""
QUICK = {"print": Rate(100, 200), "drawer": Rate(100, 200), "read": Rate(100, 200)}


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    with (
        Scale("toledo_8217", folder) as scale,
        TcpPrinter("escpos", folder / "till") as till,
        Served(
            folder / "home",
            TOML.format(scale=scale.link, till=till.port) + SCANNER,
            limits=Limits(time.monotonic, QUICK),
        ) as agent,
    ):
        agent.scale, agent.till = scale, till
        yield agent


def rpc(agent, route, params=None, key=None, origin=ORIGIN, **changes):
    """As Odoo's ``rpc()`` does; returns the Answer."""
    values = {"id": 7, "jsonrpc": "2.0", "method": "call", "params": params or {}}
    headers = {"Content-Type": "application/json", "Origin": origin} | changes
    headers = {name: value for name, value in headers.items() if value}
    path = f"/k/{key}{route}" if key else route
    return ask(agent.port, "POST", path, json.dumps(values).encode(), headers)


def result(answer):
    assert answer.status == 200 and "error" not in answer.json, answer.body
    assert answer.json["id"] == 7
    return answer.json["result"]


def message(answer):
    """What the person reads: ``error.message``."""
    return answer.json["error"]["message"]


def receipt(width=400, height=60):
    """A receipt as the point of sale sends it."""
    picture = Image.new("RGB", (width, height), "white")
    picture.paste("black", (20, 20, 120, 40))
    content = io.BytesIO()
    picture.save(content, "JPEG")
    return base64.b64encode(content.getvalue()).decode()


# --- finding the box ---


def test_the_box_is_found(bench):
    answer = ask(bench.port, "GET", "/hw_proxy/hello", headers={"Origin": ORIGIN})
    assert answer.status == 200 and answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert result(rpc(bench, "/hw_proxy/handshake")) is True


def test_status_has_the_words_that_the_client_knows(bench):
    drivers = result(rpc(bench, "/hw_proxy/status_json"))
    assert drivers.keys() == {"scale", "printer", "scanner"}
    assert drivers["scale"]["status"] == "connected"
    assert {driver["status"] for driver in drivers.values()} <= {
        "connected",
        "connecting",
        "disconnected",
        "error",
    }


def test_off_means_off(tmp_path):
    with Served(tmp_path) as agent:
        assert rpc(agent, "/hw_proxy/handshake").status == 404
        assert ask(agent.port, "GET", "/hw_proxy/hello").status == 404


# --- who may ---


@pytest.mark.parametrize("origin", [EVIL, "null", None])
def test_other_pages_are_refused(bench, origin):
    kicks = len(bench.till.kicks)
    data = {"data": {"action": "cashbox"}}
    answer = rpc(bench, "/hw_proxy/default_printer_action", data, origin=origin)
    assert answer.status == 403 and "Access-Control-Allow-Origin" not in answer.headers
    assert len(bench.till.kicks) == kicks


def test_a_simple_request_opens_no_drawer(bench):
    kicks = len(bench.till.kicks)
    data = {"data": {"action": "cashbox"}}
    answer = rpc(bench, "/hw_proxy/default_printer_action", data, **{"Content-Type": "text/plain"})
    assert answer.status == 415 and len(bench.till.kicks) == kicks


def test_a_key_in_the_path_must_be_right(bench):
    bench.pos_key = "RightKey234567"
    try:
        assert result(rpc(bench, "/hw_proxy/handshake", key="RightKey234567")) is True
        assert rpc(bench, "/hw_proxy/handshake", key="WrongKey234567").status == 403
        assert rpc(bench, "/hw_proxy/handshake", key="%C3%A9").status == 403
    finally:
        bench.pos_key = None
    assert rpc(bench, "/hw_proxy/handshake", key="RightKey234567").status == 403


# --- weighing ---


def test_a_weight_in_kilograms(bench):
    bench.scale.set(load_g=1250)
    assert result(rpc(bench, "/hw_proxy/scale_read")) == {"weight": 1.25}


def test_motion_holds_the_answer_and_is_never_zero(bench):
    bench.scale.set(load_g=900, motion=True)
    with ThreadPoolExecutor(1) as till:
        waiting = till.submit(rpc, bench, "/hw_proxy/scale_read")
        with pytest.raises(TimeoutError):
            waiting.result(0.5)
        bench.scale.set(motion=False)
        assert result(waiting.result(10)) == {"weight": 0.9}


def test_overload_is_said_in_words(bench, monkeypatch):
    monkeypatch.setattr("odoo.addons.ecom_hardware_proxy.proxy.server.reading.WRONG_S", 0.3)
    bench.scale.set(overload=True)
    try:
        answer = rpc(bench, "/hw_proxy/scale_read")
    finally:
        bench.scale.set(overload=False)
    assert message(answer) == "Too heavy for this scale." and "result" not in answer.json


def test_an_empty_scale_weighs_nothing(bench):
    bench.scale.set(load_g=0)
    assert result(rpc(bench, "/hw_proxy/scale_read")) == {"weight": 0.0}


# --- receipts and the drawer ---


def test_a_receipt_comes_out_once(bench):
    before = len(bench.till.printed)
    data = {"data": {"action": "print_receipt", "receipt": receipt()}}
    assert result(rpc(bench, "/hw_proxy/default_printer_action", data)) is True
    bench.till.wait_for(before + 1)
    assert len(bench.till.printed) == before + 1


def test_the_drawer_opens(bench):
    kicks = len(bench.till.kicks)
    answer = rpc(bench, "/hw_proxy/default_printer_action", {"data": {"action": "cashbox"}})
    assert result(answer) is True
    wait_until(lambda: len(bench.till.kicks) == kicks + 1)


@pytest.mark.parametrize("data", [{}, {"action": "format_disk"}, None])
def test_what_is_unknown_is_not_done(bench, data):
    assert result(rpc(bench, "/hw_proxy/default_printer_action", {"data": data})) is False


def test_a_receipt_that_is_none_is_told(bench):
    data = {"data": {"action": "print_receipt", "receipt": "???"}}
    assert "base64" in message(rpc(bench, "/hw_proxy/default_printer_action", data))


def test_what_could_not_be_printed_is_taken_back(bench, monkeypatch):
    """False means: nothing will come out, trying again is safe."""
    bench.till.set(mode="refuse")
    monkeypatch.setattr(bench.server._pos._till, "_print_s", 0.3)
    before = len(bench.till.printed)
    data = {"data": {"action": "print_receipt", "receipt": receipt()}}
    answer = rpc(bench, "/hw_proxy/default_printer_action", data)
    bench.till.set(mode="ok")
    assert result(answer) is False
    assert bench.station.jobs(1)[0].state in ("cancelled", "failed")
    monkeypatch.undo()
    assert result(rpc(bench, "/hw_proxy/default_printer_action", data)) is True
    bench.till.wait_for(before + 1)
    assert len(bench.till.printed) == before + 1


def test_content_is_known_by_its_first_bytes():
    assert tills.mimetype_of(b"%PDF-1.4") == "application/pdf"
    assert tills.mimetype_of(b"\x1b@") == "application/octet-stream"


# --- scanning ---


def scan(bench, code, age_s=0.0):
    data = {"device": "gun", "time": time.time() - age_s, "code": code, "aim": None}
    bench.station.hub.publish("scan", data)


def test_a_code_comes_as_soon_as_it_is_scanned_and_not_when_it_is_old(bench):
    scan(bench, "too old", age_s=6)
    scan(bench, "4006381333931")
    assert result(rpc(bench, "/hw_proxy/scanner")) == "4006381333931"
    with ThreadPoolExecutor(1) as till:
        waiting = till.submit(rpc, bench, "/hw_proxy/scanner")
        with pytest.raises(TimeoutError):
            waiting.result(0.2)
        scan(bench, "next")
        assert result(waiting.result(5)) == "next"


def test_a_second_listener_ends_the_first(bench):
    with ThreadPoolExecutor(2) as tills_:
        first = tills_.submit(rpc, bench, "/hw_proxy/scanner")
        with pytest.raises(TimeoutError):
            first.result(0.2)
        second = tills_.submit(rpc, bench, "/hw_proxy/scanner")
        assert result(first.result(5)) == ""
        scan(bench, "for the second")
        assert result(second.result(5)) == "for the second"


def test_the_agent_stops_while_a_till_waits_for_a_scan(tmp_path):
    with ThreadPoolExecutor(1) as tills_:
        with Served(tmp_path, "[pos]\nenabled = true\n" + SCANNER) as agent:
            waiting = tills_.submit(rpc, agent, "/hw_proxy/scanner")
            with pytest.raises(TimeoutError):
                waiting.result(0.2)
            limit = time.monotonic() + 10
        assert time.monotonic() < limit


# --- iot_base ---


def iot(agent, route, params):
    """As ``iot_base`` posts: neither id nor jsonrpc."""
    headers = {"Content-Type": "application/json", "Origin": ORIGIN}
    body = json.dumps({"params": params}).encode()
    answer = ask(agent.port, "POST", f"/iot_drivers/{route}", body, headers)
    assert answer.status == 200, answer.body
    return answer.json["result"]


def act(agent, device, data):
    return iot(agent, "action", {"session_id": "s-1", "device_identifier": device, "data": data})


def listen(agent, devices, last_event=0):
    listener = {
        "session_id": "s-1",
        "devices": {name: {} for name in devices},
        "last_event": last_event,
    }
    return iot(agent, "event", {"listener": listener})


def event_after(agent, device, do, good=lambda event: True):
    """The first event of *device* that is *good* and came after *do* ()."""
    since = time.time()
    do()
    while True:
        event = listen(agent, [device], since)
        assert event["device_identifier"] == device and event["session_id"] == "s-1"
        if good(event):
            return event
        since = event["time"]


def test_iot_base_reads_the_scale_by_id_and_by_type(bench):
    for name, load in (("scale", 2500), ("scale", 2600)):
        bench.scale.set(load_g=load)
        event = event_after(
            bench,
            name,
            lambda: act(bench, "scale", {"action": "read_once"}),
            lambda event: event.get("owner") == "s-1",
        )
        assert event["result"] == load / 1000 and event["status"]["status"] == "connected"


def test_iot_base_hears_of_each_new_weight_while_it_listens(bench):
    bench.scale.set(load_g=3000)
    event = event_after(bench, "scale", lambda: None, lambda event: event.get("result") == 3.0)
    threading.Timer(0.2, bench.scale.set, kwargs={"load_g": 3100}).start()
    assert listen(bench, ["scale"], event["time"])["result"] == 3.1


def test_iot_base_prints_once_for_one_unique_id(bench):
    before = len(bench.till.printed)
    data = {"action": "print_receipt", "receipt": receipt(), "action_unique_id": "u-1"}
    event = event_after(
        bench,
        "printer",
        lambda: [act(bench, "printer", data) for _ in range(3)],
        lambda event: "message" in event,
    )
    assert event["status"] == "success" and event["owner"] == "s-1"
    bench.till.wait_for(before + 1)
    assert [job.id for job in bench.station.jobs()].count("iot-u-1") == 1
    assert "receipt" not in event.get("action_args", {})


def test_iot_base_opens_the_drawer_and_hears_of_scans(bench):
    kicks = len(bench.till.kicks)
    assert act(bench, "till", {"action": "cashbox", "action_unique_id": "k-1"}) is True
    wait_until(lambda: len(bench.till.kicks) == kicks + 1)
    assert act(bench, "till", {"action": "cashbox", "action_unique_id": "k-1"}) is True
    event = event_after(bench, "scanner", lambda: scan(bench, "42"))
    assert event["value"] == "42"
    assert len(bench.till.kicks) == kicks + 1


def test_iot_base_is_told_what_is_not_there(bench):
    assert act(bench, "payment", {"action": "pay"}) is False
    assert act(bench, "nothing", {"action": ""}) is False
    assert act(bench, "till", "no data") is False
    event = event_after(
        bench, "till", lambda: act(bench, "till", {"action": "", "document": "???"})
    )
    assert event["status"] == "error" and "base64" in event["message"]
