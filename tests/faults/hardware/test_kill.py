"""The agent is killed with -9 at each step of a job; the paper and the queue agree afterwards."""

import pytest

from odoo.addons.ecom_hardware_proxy.proxy.config import LinkConfig

from sandbox.devices.printers import TcpPrinter
from tests.stations import device, until

from .agents import Agent, parcels

LABEL = "^XA^PW400^LL160^FO40,40^BY2^BCN,80,N^FDParcel %d^FS^XZ"


@pytest.fixture
def printer(tmp_path):
    with TcpPrinter("zpl", tmp_path / "paper") as printer:
        yield printer


@pytest.fixture
def agent(tmp_path, printer):
    link = LinkConfig("tcp", host="127.0.0.1", port=printer.port)
    options = {"retry_max_s": 0.2, "look_s": 0.2}
    agent = Agent(
        tmp_path, device("label_printer", "labels", link, language="zpl", options=options)
    )
    yield agent
    agent.kill()


def label(number=1):
    return {
        "id": f"job-{number}",
        "device": "labels",
        "name": f"Label {number}",
        "mimetype": "application/zpl",
        "content": LABEL % number,
    }


def settled(agent, number=1):
    """The job once nothing more happens to it by itself."""
    moving = ("queued", "sending")
    return until(lambda: (job := agent.ask("job", f"job-{number}"))["state"] not in moving and job)


STEPS = {
    "taken": ("confirmed", 1),
    "begun": ("unknown", 0),
    "written": ("unknown", 1),
    "ended": ("confirmed", 1),
}


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step(agent, printer, step):
    state, labels = STEPS[step]
    agent.order(step)
    agent.start().tell("submit", **label())
    agent.died()
    agent.start()
    # The caller, who had no answer, asks again.
    agent.ask("submit", **label())
    assert settled(agent)["state"] == state
    agent.ask("submit", **label(2))
    assert settled(agent, 2)["state"] == "confirmed"
    assert parcels(printer) == [1] * labels + [2]


@pytest.mark.parametrize(("decision", "state"), [("printed", "confirmed"), ("void", "cancelled")])
def test_a_person_decides_afterwards_and_still_nothing_is_sent(agent, printer, decision, state):
    agent.order("begun")
    agent.start().tell("submit", **label())
    agent.died()
    agent.start()
    assert "decide" in settled(agent)["words"]
    assert agent.ask("decide", "job-1", decision)["state"] == state
    agent.ask("submit", **label(2))
    settled(agent, 2)
    assert parcels(printer) == [2]


def test_a_retry_storm_prints_one_label_even_over_a_restart(agent, printer):
    assert agent.start().ask("submit_at_once", 20, **label()) == 1
    assert settled(agent)["state"] == "confirmed"
    agent.kill()
    assert agent.start().ask("submit_at_once", 5, **label()) == 0
    agent.ask("submit", **label(2))
    settled(agent, 2)
    assert parcels(printer) == [1, 2]


def test_two_hundred_jobs_wait_for_a_sleeping_printer_and_come_in_order(agent, printer):
    printer.set(mode="refuse")
    agent.start()
    for number in range(100):
        agent.ask("submit", **label(number))
    agent.kill()
    agent.start()
    for number in range(100, 200):
        agent.ask("submit", **label(number))
    assert set(agent.ask("states")) == {"queued"}
    printer.set(mode="ok")
    until(lambda: set(agent.ask("states")) == {"confirmed"}, 120)
    assert parcels(printer) == list(range(200))
