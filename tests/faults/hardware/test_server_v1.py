"""The interface for our own pages: one label per job, readings, events, drawers, refusals."""

import http.client
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from odoo.addons.ecom_hardware_proxy.proxy.security.limits import Limits, Rate

from sandbox.devices.printers import TcpPrinter
from sandbox.devices.scales import Scale
from tests.devices.hardware.served import ORIGIN, ZPL, Page, Served, ask, job, wait_until

TOML = """
[[device]]
id = "scale"
kind = "scale"
driver = "toledo_8217"
options = {{ unit = "kg" }}
link = {{ type = "serial", path = "{scale}", path_may_move = true }}
[[device]]
id = "labels"
kind = "label_printer"
language = "zpl"
dpi = 203
link = {{ type = "tcp", host = "127.0.0.1", port = {labels} }}
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


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """Scale, label printer, till, and the agent that serves them."""
    folder = tmp_path_factory.mktemp("bench")
    with (
        Scale("toledo_8217", folder) as scale,
        TcpPrinter("zpl", folder / "labels") as labels,
        TcpPrinter("escpos", folder / "till") as till,
    ):
        toml = TOML.format(scale=scale.link, labels=labels.port, till=till.port)
        quick = Limits(time.monotonic, {"print": Rate(100, 200), "drawer": Rate(5, 1)})
        with Served(folder / "home", toml, limits=quick) as agent:
            agent.scale, agent.labels, agent.till = scale, labels, till
            yield agent


class Stream:
    """A page that listens."""

    def __init__(self, agent, target, language="en", **claims):

        self._line = http.client.HTTPConnection("127.0.0.1", agent.port, timeout=10)
        headers = Page(agent, **claims).headers("GET", target) | {"Accept-Language": language}
        del headers["Content-Type"]
        self._line.request("GET", target, headers=headers)
        self.answer = self._line.getresponse()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.answer.close()
        self._line.close()

    def next(self, *kinds):
        """The data of the next event of these kinds."""
        kind = None
        while line := self.answer.readline().decode():
            if line.startswith("event: "):
                kind = line[7:].strip()
            elif line.startswith("data: ") and kind in kinds:
                return json.loads(line[6:])
        raise EOFError

    def until(self, kind, true):
        while not true(data := self.next(kind)):
            pass
        return data


def test_hello_tells_who_is_here_and_no_secret(bench):
    answer = ask(bench.port, "GET", "/v1/hello")
    assert answer.json["product"] == "ecom-proxy" and answer.json["station"] == "station-1"
    assert answer.json["api"] == 1 and bench.pairing.key.encode() not in answer.body


def test_twenty_posts_of_one_job_are_one_label(bench):
    before = len(bench.labels.printed)
    with ThreadPoolExecutor(20) as many:
        answers = list(many.map(lambda _: bench.page().post("/v1/jobs", job("one")), range(20)))
    assert sorted(answer.status for answer in answers) == [200] * 19 + [202]
    bench.wait_for_job("one", "sent", "confirmed")
    bench.labels.wait_for(before + 1)
    changed = bench.page().post("/v1/jobs", job("one", ZPL + b" "))
    assert changed.error == (409, "conflict")
    assert len(bench.labels.printed) == before + 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"id": ""}, "id:"),
        ({"id": "x" * 201}, "id:"),
        ({"id": "a\nb"}, "id:"),
        ({"id": 5}, "id:"),
        ({"content": "not base64!"}, "content:"),
        ({"content": ""}, "content:"),
        ({"copies": 0}, "copies:"),
        ({"copies": True}, "copies:"),
        ({"copies": 10**9}, "copies:"),
        ({"reprint_of": "one"}, "reason:"),
    ],
)
def test_a_job_that_is_none_names_its_field(bench, values, words):
    answer = bench.page().post("/v1/jobs", job("wrong") | values)
    assert answer.status == 400 and answer.json["text"].startswith(words)


def test_a_scale_prints_nothing_and_a_printer_weighs_nothing(bench):
    assert bench.page().post("/v1/jobs", job("x", device="scale")).error == (400, "unsupported")
    assert bench.page().get("/v1/reading?device=labels").error == (400, "unsupported")
    assert bench.page().get("/v1/reading?device=none").error == (404, "no_device")
    assert bench.page().get("/v1/reading").error == (404, "no_device")


def test_a_job_tells_what_became_of_it(bench):
    assert bench.page().get("/v1/jobs/unheard").error == (404, "no_job")
    bench.page().post("/v1/jobs", job("told"))
    bench.wait_for_job("told", "sent", "confirmed")
    assert bench.page().get("/v1/jobs/told").json["state"] in ("sent", "confirmed")
    answer = bench.page().post("/v1/jobs/told/decide", {"decision": "printed"})
    assert answer.error == (409, "not_allowed")
    answer = bench.page().post("/v1/jobs/told/decide", {"decision": "perhaps"})
    assert answer.error == (400, "field")


def test_a_reading_is_of_now(bench):
    bench.scale.set(load_g=1250)
    answer = bench.page().get("/v1/reading?device=scale").json
    assert (answer["state"], answer["weight_g"]) == ("stable", "1250.000")
    bench.scale.set(load_g=2000, motion=True)
    answer = bench.page().get("/v1/reading?device=scale").json
    assert (answer["state"], answer["weight_g"]) == ("motion", None)
    bench.scale.set(motion=False)


def test_a_page_hears_of_weights_and_jobs(bench):
    bench.scale.set(load_g=500)
    with Stream(bench, "/v1/events?device=scale") as stream:
        assert stream.answer.headers["Content-Type"].startswith("text/event-stream")
        assert stream.answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert {stream.next("device")["id"] for _ in range(4)} == {
            "scale",
            "labels",
            "till",
            "drawer",
        }
        stream.until("reading", lambda reading: reading["weight_g"] == "500.000")
        bench.scale.set(load_g=750)
        stream.until("reading", lambda reading: reading["weight_g"] == "750.000")
        bench.page().post("/v1/jobs", job("heard"))
        stream.until("job", lambda told: told["id"] == "heard" and told["state"] == "queued")


def test_words_come_in_the_language_of_the_page(bench):
    bench.scale.set(motion=True)
    with Stream(bench, "/v1/events?device=scale", language="fr-CA") as stream:
        stream.until("reading", lambda told: told["words"] == "La balance bouge encore.")
    bench.scale.set(motion=False)


def test_a_stream_ends_with_its_token(bench):

    with Stream(bench, "/v1/events", exp=time.time() + 0.3) as stream, pytest.raises(EOFError):
        stream.next("nothing")


def test_a_stream_ends_with_the_pairing(bench):
    before = bench.pairing
    with Stream(bench, "/v1/events") as stream:
        stream.next("device")
        bench.pairing = None
        try:
            # Any event makes the server look.
            threading.Timer(0.05, bench.station.hub.publish, ("scan", {"code": "x"})).start()
            with pytest.raises(EOFError):
                stream.next("scan")
        finally:
            bench.pairing = before


def test_nobody_polls_a_scale_that_nobody_watches(bench):
    with Stream(bench, "/v1/events?device=scale") as stream:
        stream.next("reading")
    unit = bench.station._unit("scale")
    wait_until(lambda: unit._watchers == 0)


def test_a_drawer_opens_once_for_an_id(bench):
    asked = {"id": "kick-1", "reason": "change"}
    assert bench.page().post("/v1/drawers/drawer/open", asked).status == 200
    wait_until(lambda: bench.till.kicks == [2])
    again = bench.page().post("/v1/drawers/drawer/open", asked)
    assert again.error == (429, "too_fast")
    wait_until(
        lambda: bench.page().post("/v1/drawers/drawer/open", asked).json.get("state") == "done"
    )
    assert bench.till.kicks == [2]
    assert bench.page(do=["print"]).post("/v1/drawers/drawer/open", asked).error[0] == 403


def test_zero_is_asked_of_the_scale(bench):
    bench.scale.set(load_g=10)
    assert bench.page().post("/v1/scales/scale/zero").status == 200
    assert bench.page().post("/v1/scales/labels/zero").error == (400, "unsupported")
    assert bench.page().post("/v1/scales/scale/explode").error == (404, "not_found")


def test_a_test_label_for_a_manager(bench):
    assert bench.page(do=["print"]).post("/v1/devices/labels/test").error == (403, "action")
    told = bench.page().post("/v1/devices/labels/test").json["job"]
    bench.wait_for_job(told["id"], "sent", "confirmed")


def test_status_and_wake(bench):
    values = bench.page().get("/v1/status").json
    assert [device["id"] for device in values["devices"]] == ["scale", "labels", "till", "drawer"]
    assert [reading["device"] for reading in values["readings"]] == ["scale"]
    woken = bench.woken
    assert bench.page().post("/v1/wake").json == {} and bench.woken == woken + 1
