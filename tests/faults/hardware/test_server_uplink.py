"""The agent asks an Odoo over real HTTP, whatever that answers: once per job, and in words."""

import asyncio
import time

import pytest

from odoo.addons.ecom_hardware_proxy.proxy import config, uplink
from odoo.addons.ecom_hardware_proxy.proxy.queue import JobState, NewJob
from odoo.addons.ecom_hardware_proxy.proxy.security.pairing import pairing_file
from odoo.addons.ecom_hardware_proxy.proxy.station import Station
from odoo.addons.ecom_hardware_proxy.proxy.uplink import Offer

from tests.devices.hardware.fake_odoo import FakeOdoo
from tests.devices.hardware.served import PAIRING, Loop, wait_until

TOML = """
[[device]]
id = "labels"
kind = "label_printer"
language = "zpl"
options = {{ status = false }}
link = {{ type = "file", folder = "{sink}" }}
[[device]]
id = "scale"
kind = "scale"
driver = "nci"
link = {{ type = "serial", path = "/dev/none", path_may_move = true }}
"""
ZPL = b"^XA^FDone^FS^XZ"


class Agent(Loop):
    """A station with an uplink to *odoo*; may be ended and begun again."""

    def __init__(self, folder, odoo):
        self._home, self._odoo = folder / "home", odoo
        self.sink = folder / "sink"
        self.sink.mkdir(exist_ok=True)
        if not (self._home / config.PAIRING_FILE).exists():
            config.save_pairing(self._home, PAIRING)

    def __enter__(self):
        super().__enter__()
        self.station = Station(config.parse(TOML.format(sink=self.sink)), self._home)
        self.station.start()
        self.pairing = pairing_file(self._home)
        self.uplink = uplink.Uplink(
            self.station,
            self.pairing,
            lambda: config.OdooServer(self._odoo.url),
            lambda: "http://127.0.0.1:8470",
            backoff_s=(0.02, 0.1),
        )
        self._task = asyncio.run_coroutine_threadsafe(self.uplink.run(), self.loop)
        return self

    def __exit__(self, *error):
        self._task.cancel()
        super().__exit__(*error)
        self.station.stop()

    def printed(self):
        return [path.read_bytes() for path in sorted(self.sink.glob("*.zpl"))]

    def ask_again(self):
        """Let the agent ask, and wait until it has."""
        before = len(self._odoo.asked)
        self.uplink.wake()
        wait_until(lambda: len(self._odoo.asked) > before)


@pytest.fixture
def odoo():
    with FakeOdoo(PAIRING) as running:
        yield running


@pytest.fixture
def agent(tmp_path, odoo):
    with Agent(tmp_path, odoo) as running:
        wait_until(lambda: odoo.asked)
        yield running


def test_a_job_is_printed_once_and_told_until_it_is_noted(agent, odoo):
    odoo.noting = False
    odoo.offer("j1", ZPL)
    agent.ask_again()
    wait_until(lambda: odoo.state_of("j1") == "sent")
    told = odoo.states.count(("j1", "sent"))
    agent.ask_again()
    wait_until(lambda: odoo.states.count(("j1", "sent")) > told)
    odoo.noting = True
    odoo.offers.clear()
    agent.ask_again()
    agent.ask_again()
    told = len(odoo.states)
    agent.ask_again()
    assert len(odoo.states) == told
    assert agent.printed() == [ZPL] and odoo.fetched == ["j1"]


def test_paper_and_tray_are_stored_with_the_job(agent, odoo):
    odoo.offer("j1", ZPL, options={"media": "iso_a4_210x297mm", "tray": "tray-2"})
    odoo.offer("j2", ZPL, options=["media"])
    odoo.offer("j3", ZPL, options={})
    agent.ask_again()
    wait_until(lambda: odoo.state_of("j1") == odoo.state_of("j3") == "sent")
    wait_until(lambda: odoo.state_of("j2") == "failed")
    stored = {job.id: (job.media, job.tray) for job in agent.station.jobs()}
    assert stored == {"j1": ("iso_a4_210x297mm", "tray-2"), "j3": ("", "")}


def test_odoo_is_told_in_the_language_that_it_asks_for(tmp_path, odoo):
    """And so it is after a restart; a job of before keeps its sentence, not its language."""
    odoo.noting = False
    with Agent(tmp_path, odoo) as agent:
        odoo.offer("j1", ZPL)
        agent.ask_again()
        wait_until(lambda: odoo.state_of("j1") == "sent")
        assert odoo.reports[-1]["jobs"][0]["words"].startswith("Sent; this printer")
        odoo.extra = {"lang": "fr_CA"}
        agent.ask_again()
        wait_until(lambda: agent.pairing().lang == "fr_CA")
        del odoo.extra["lang"]
    reports = len(odoo.reports)
    with Agent(tmp_path, odoo) as agent:
        wait_until(lambda: len(odoo.reports) > reports)
        report = odoo.reports[reports]
        assert report["jobs"][0]["words"].startswith("Envoyé\xa0; cette imprimante")
        wait_until(lambda: agent.station.device("scale").state == "offline")
        agent.ask_again()
        scale = next(item for item in odoo.reports[-1]["devices"] if item["id"] == "scale")
        assert scale["words"] == "/dev/none n'existe pas."
        assert agent.station.device("scale").words == "There is no /dev/none."
        odoo.extra = {"lang": "en_CA"}
        agent.ask_again()
        wait_until(lambda: agent.pairing().lang == "en_CA")
        agent.ask_again()
        assert odoo.reports[-1]["jobs"][0]["words"].startswith("Sent; this printer")


def test_the_report_tells_devices_and_address(agent, odoo):
    report = odoo.reports[-1]
    assert [device["id"] for device in report["devices"]] == ["labels", "scale"]
    assert (report["api"], report["address"]) == (1, "http://127.0.0.1:8470")
    assert PAIRING.key not in str(report)


def test_a_job_offered_again_and_again_prints_nothing_more(agent, odoo):
    odoo.offer("j1", ZPL)
    for _ in range(5):
        agent.ask_again()
    wait_until(lambda: odoo.state_of("j1") == "sent")
    agent.ask_again()
    assert agent.printed() == [ZPL] and odoo.fetched == ["j1"]


def test_what_was_not_noted_is_told_after_a_restart(tmp_path, odoo):
    odoo.noting = False
    odoo.offer("j1", ZPL)
    with Agent(tmp_path, odoo) as first:
        wait_until(lambda: odoo.state_of("j1") == "sent")
        assert first.printed() == [ZPL]
    odoo.states.clear()
    odoo.noting = True
    with Agent(tmp_path, odoo) as second:
        wait_until(lambda: odoo.state_of("j1") == "sent")
        assert second.printed() == [ZPL] and odoo.fetched == ["j1"]


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("500", "refused (500)"),
        ("cut", "cannot be reached"),
        ("unsigned", "not signed by the Odoo"),
        ("garbage", "cannot be read"),
        ("clock", "300 s behind Odoo's"),
    ],
)
def test_an_odoo_in_trouble_is_asked_again(agent, odoo, trouble, words):
    odoo.trouble = trouble
    odoo.offer("j1", ZPL)
    agent.uplink.wake()
    wait_until(lambda: words in agent.uplink.state or "299 s behind" in agent.uplink.state)
    assert agent.printed() == []
    odoo.trouble = ""
    wait_until(lambda: odoo.state_of("j1") == "sent")
    assert agent.printed() == [ZPL] and agent.uplink.state == ""


def test_an_unsigned_answer_cancels_nothing(agent, odoo):
    config_before = agent.pairing()
    odoo.extra = {"origins": ["https://evil.example.com"], "name": "Evil"}
    odoo.trouble = "unsigned"
    before = len(odoo.asked)
    agent.uplink.wake()
    wait_until(lambda: len(odoo.asked) > before + 2)
    assert agent.pairing() == config_before


def test_failures_are_spaced_out():
    pauses = uplink.Uplink(None, None, None, None, (1.0, 60.0), lambda low, high: high)
    assert [pauses._backoff(count) for count in (1, 2, 3, 7, 50)] == [1, 2, 4, 60, 60]
    pauses = uplink.Uplink(None, None, None, None, (1.0, 60.0), lambda low, high: low)
    assert pauses._backoff(2) == 1


def test_content_that_differs_is_not_printed_and_told(agent, odoo):
    odoo.poll_after_ms = 500
    odoo.offer("j1", ZPL, announced=b"something else")
    agent.ask_again()
    wait_until(lambda: odoo.state_of("j1") == "failed")
    assert agent.printed() == [] and len(odoo.fetched) >= uplink.TRIES


def test_a_known_id_with_other_content_prints_nothing(agent, odoo):
    odoo.offer("j1", ZPL)
    agent.ask_again()
    wait_until(lambda: odoo.state_of("j1") == "sent")
    odoo.offer("j1", ZPL + b" ")
    agent.ask_again()
    agent.ask_again()
    told = odoo.reports[-1]["jobs"]
    assert told[0]["state"] == "sent" and "new content" in told[0]["words"]
    assert agent.printed() == [ZPL] and odoo.fetched == ["j1"]


def test_a_job_for_no_printer_is_told_as_failed(agent, odoo):
    odoo.offer("j1", ZPL, device="scale")
    odoo.offer("j2", ZPL, device="unheard-of")
    agent.ask_again()
    wait_until(lambda: odoo.state_of("j1") == odoo.state_of("j2") == "failed")


def test_offers_that_are_none_do_no_harm(agent, odoo):
    odoo.extra = {
        "jobs": [5, {}, {"id": ""}, odoo.offers.get("j1")],
        "cancel": [None],
        "decide": [7],
        "noted": 5,
        "poll_after_ms": "soon",
        "origins": [None],
        "name": 5,
    }
    agent.ask_again()
    odoo.extra = {}
    odoo.offer("j2", ZPL)
    agent.ask_again()
    wait_until(lambda: agent.printed() == [ZPL])


def test_odoo_takes_back_and_decides(agent, odoo):
    for job_id in ("waits", "asks"):
        new = NewJob(job_id, "labels", "Label", "application/zpl", ZPL)
        agent.station.queue.put(new)
    wait_until(lambda: len(agent.printed()) == 2)
    with agent.station.queue._writing() as database:
        database.execute("UPDATE job SET state = 'queued', device = 'scale' WHERE id = 'waits'")
        database.execute("UPDATE job SET state = 'unknown' WHERE id = 'asks'")
    odoo.cancel, odoo.decide = ["waits", "none"], [{"id": "asks", "decision": "printed"}]
    agent.ask_again()
    wait_until(lambda: agent.station.job("waits").state is JobState.CANCELLED)
    wait_until(lambda: agent.station.job("asks").state is JobState.CONFIRMED)
    agent.ask_again()
    wait_until(lambda: odoo.state_of("none") == "cancelled")


def test_what_was_taken_back_while_it_was_fetched_is_not_printed(agent, odoo):
    agent.uplink._obey({"cancel": ["j1"]})
    agent.uplink._submit(Offer("j1", "labels", "Label", "application/zpl", "", 1, None, None), ZPL)
    with pytest.raises(KeyError):
        agent.station.job("j1")


def test_a_revoked_station_forgets_its_key(agent, odoo):
    odoo.trouble = "revoked"
    agent.uplink.wake()
    wait_until(lambda: agent.pairing() is None)
    asked = len(odoo.asked)
    time.sleep(0.2)
    assert len(odoo.asked) == asked and "not paired" in agent.uplink.state


def test_a_pairing_that_was_ended_here_is_said_once_in_the_log(agent, odoo, caplog):
    config.forget_pairing(agent._home)
    agent.uplink.wake()
    wait_until(lambda: "not paired" in agent.uplink.state)
    agent.uplink.wake()
    agent.uplink.wake()
    said = [record.message for record in caplog.records if "not paired" in record.message]
    assert len(said) == 1


def test_odoos_new_name_and_address_are_kept(agent, odoo):
    odoo.extra = {"origins": ["https://new.example.com/odoo"], "name": "Bench 2"}
    agent.ask_again()
    wait_until(lambda: agent.pairing().name == "Bench 2")
    assert agent.pairing().origins == ("https://new.example.com",)
    assert agent.pairing().key == PAIRING.key


def test_a_slow_download_stops_no_other_printer(agent, odoo, monkeypatch):
    """Each printer has its own lane, and the asking goes on."""
    slow = asyncio.Event()

    async def content(self, pairing, job_id):
        if job_id == "slow":
            await slow.wait()
        return odoo.contents[job_id]

    monkeypatch.setattr(uplink.Odoo, "content", content)
    odoo.offer("slow", ZPL, device="scale")
    odoo.offer("quick", ZPL)
    agent.ask_again()
    wait_until(lambda: agent.printed() == [ZPL])
    agent.ask_again()


def test_jobs_for_one_printer_keep_their_order(agent, odoo):
    for number in range(12):
        odoo.offer(f"j{number}", b"^XA^FD%d^FS^XZ" % number)
    agent.ask_again()
    wait_until(lambda: len(agent.printed()) == 12)
    assert agent.printed() == [b"^XA^FD%d^FS^XZ" % number for number in range(12)]


@pytest.mark.parametrize("status", [302, 404, 410, 500])
def test_a_job_without_content_does_not_hold_up_its_printer(agent, odoo, monkeypatch, status):
    """Its content is lost, behind a login page, or makes Odoo fail: Odoo is told in words."""
    monkeypatch.setattr(uplink, "GIVE_UP_TRIES", 6)
    odoo.poll_after_ms = 500
    odoo.broken = {"lost": status}
    odoo.offer("lost", ZPL)
    odoo.offer("good", ZPL + b"good")
    agent.ask_again()
    wait_until(lambda: odoo.state_of("good") == "sent")
    wait_until(lambda: odoo.state_of("lost") == "failed")
    told = next(job for report in odoo.reports for job in report["jobs"] if job["id"] == "lost")
    assert str(status) in told["words"]
    assert agent.printed() == [ZPL + b"good"]


def test_a_job_that_odoo_drops_meanwhile_is_no_failure(agent, odoo):
    odoo.broken = {"j1": 410}
    odoo.offer("j1", ZPL)
    agent.ask_again()
    wait_until(lambda: odoo.fetched == ["j1"])
    odoo.offers.clear()
    agent.ask_again()
    agent.ask_again()
    assert odoo.state_of("j1") is None


def test_an_offer_that_cannot_be_read_is_told_in_words(agent, odoo):
    odoo.offer("many", ZPL, copies=1000)
    odoo.offer("huge", ZPL, copies=10**30)
    odoo.offer("nameless", ZPL, name=False)
    odoo.offer("long", ZPL, name="Label " * 100, reason="why " * 200)
    agent.ask_again()
    for job_id, field in (("many", "copies"), ("huge", "copies"), ("nameless", "name")):
        wait_until(lambda job_id=job_id: odoo.state_of(job_id) == "failed")
        told = [job for report in odoo.reports for job in report["jobs"] if job["id"] == job_id]
        assert field in told[0]["words"]
    wait_until(lambda: odoo.state_of("long") == "sent")


def test_an_order_that_comes_too_late_is_answered_with_the_state(agent, odoo):
    """Odoo may have been restored from a backup: what it says again is heard again."""
    odoo.offer("j1", ZPL)
    agent.ask_again()
    wait_until(lambda: odoo.state_of("j1") == "sent")
    odoo.offers.clear()
    agent.ask_again()
    told = odoo.states.count(("j1", "sent"))
    odoo.cancel = ["j1"]
    odoo.decide = [{"id": "j1", "decision": "void"}, {"id": "gone", "decision": "printed"}]
    agent.ask_again()
    agent.ask_again()
    wait_until(lambda: odoo.states.count(("j1", "sent")) > told)
    wait_until(lambda: odoo.state_of("gone") == "cancelled")


def test_cookies_are_never_sent(tmp_path, odoo):
    """They could choose another database than the one that the station is paired with."""
    odoo.url = odoo.url.replace("127.0.0.1", "localhost")
    with Agent(tmp_path, odoo) as agent:
        agent.ask_again()
        agent.ask_again()
    assert len(odoo.asked) > 1 and odoo.cookies == []
