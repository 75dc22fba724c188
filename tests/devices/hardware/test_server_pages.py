"""The status page: for people at this machine, in their language, without secrets or holes."""

import re

import pytest

from odoo.addons.ecom_hardware_proxy.proxy.queue import WORDS
from odoo.addons.ecom_hardware_proxy.proxy.security import guard

from tests.devices.hardware.served import EVIL, KEY, ORIGIN, Served, ask, job

TOML = """
[[device]]
id = "labels"
name = "Labels <img src=x onerror=alert(1)>"
kind = "label_printer"
language = "zpl"
options = {{ status = false }}
link = {{ type = "file", folder = "{0}" }}
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    toml = TOML.format(tmp_path_factory.mktemp("sink"))
    with Served(tmp_path_factory.mktemp("home"), toml) as agent:
        agent.page().post("/v1/jobs", job("j1", name='"><script>alert(2)</script>'))
        agent.wait_for_job("j1", "sent")
        with agent.station.queue._writing() as database:
            database.execute("UPDATE job SET state = 'unknown', words = ?", [WORDS["unknown"]])
        yield agent


def page(agent, **headers):
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(agent.port, "GET", "/", headers=sent)


def test_what_comes_from_outside_is_text(served):
    text = page(served).body.decode()
    assert "<img" not in text and "<script>alert" not in text
    assert "Labels &lt;img" in text and "&lt;script&gt;" in text


def test_nothing_is_loaded_from_elsewhere_and_no_script_stands_in_the_page(served):
    answer = page(served)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    text = answer.body.decode()
    assert not re.search(r"(src|href)=\"(?!/local/|data:,)", text)
    assert not re.search(r"\son\w+=", re.sub(r"&lt;.*?&gt;", "", text))
    for name in re.findall(r"\"(/local/[^\"]+)\"", text):
        assert ask(served.port, "GET", name).status == 200


def test_the_page_asks_whether_it_was_printed(served):
    assert "Did it print?" in page(served).body.decode()
    assert "Est-ce imprimé\xa0?" in page(served, Accept_Language="fr-CA,fr;q=0.9").body.decode()


def test_it_tells_the_pairing_and_no_secret(served):
    text = page(served).body.decode()
    assert ORIGIN in text and KEY not in text and served.pairing.station not in text
    served.pairing, before = None, served.pairing
    try:
        assert "Not paired" in page(served).body.decode()
    finally:
        served.pairing = before


@pytest.mark.parametrize("target", ["/", "/local/events", "/local/status", "/local/page.js"])
def test_other_pages_do_not_see_it(served, target):
    for headers in (
        {"Origin": EVIL},
        {"Origin": ORIGIN},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"},
    ):
        answer = ask(served.port, "GET", target, headers=headers)
        assert answer.error[0] == 403 and ORIGIN not in answer.body.decode()


def test_a_person_may_follow_a_link_to_it(served):
    headers = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}
    assert page(served, **headers, Sec_Fetch_Dest="document").status == 200
    assert page(served, **headers, Sec_Fetch_Dest="iframe").status == 403


def test_it_is_shown_on_this_machine_only(served, monkeypatch):
    monkeypatch.setattr(guard.names, "is_loopback", lambda _address: False)
    assert page(served).error == (403, "local")
    for target in ("/local/events", "/local/status"):
        assert ask(served.port, "GET", target).error == (403, "local")
