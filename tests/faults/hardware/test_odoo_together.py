"""Several people and the agent at the same Odoo at the same moment, on two workers that may die."""

import hashlib
import http.client
import json
import os
import random
import signal
import threading
import time
import urllib.parse

import pytest

from odoo.addons.ecom_hardware_proxy.proxy import signing

from launcher import odoo, state, template
from tests.faults.shop import at_once, wait_until
from tests.faults.web import Lost, Refusal, Session

ZPL = b"^XA^FO20,20^A0N,40,40^FDHello^FS^XZ"
PREFIX = "/ecom_hardware/1"


class Agent:
    """A station's agent, as far as Odoo can tell."""

    def __init__(self, url):
        self._place = urllib.parse.urlsplit(url)
        self.station = self.key = ""
        self.devices = [device("zebra"), device("spare")]

    def post(self, path, values):
        """Status and answer of one call, signed if this agent is paired."""
        body, target = json.dumps(values).encode(), f"{PREFIX}/{path}"
        headers = {"Content-Type": "application/json"}
        if self.key:
            headers |= signing.sign(self.key, "POST", target, body, time.time())
            headers[signing.STATION] = self.station
        connection = http.client.HTTPConnection(self._place.hostname, self._place.port, timeout=60)
        try:
            connection.request("POST", target, body, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def sync(self, *jobs, **values):
        """Report; the answer, which must be one."""
        status, answer = self.post(
            "sync",
            {"version": "1", "api": 1, "devices": self.devices, "jobs": list(jobs), **values},
        )
        assert status == 200, answer
        return answer

    def tell(self, uid, job_state):
        return self.sync({"id": uid, "state": job_state, "words": "", "changed": time.time()})

    def pair(self, admin, station):
        """As the administrator types the code that this agent shows."""
        code, secret = f"CODE{station:04}", f"{'s' * 32}{station}"
        digest = hashlib.sha256(secret.encode()).hexdigest()
        start = {"code_sha256": signing.code_digest(code), "poll_sha256": digest}
        assert self.post("pair/start", {**start, "agent": {"api": 1}})[0] == 200
        wizard = admin.call("ecom.workstation", "action_pair", [station])["res_id"]
        admin.call("ecom.workstation.pair", "write", [wizard], {"code": code})
        admin.call("ecom.workstation.pair", "action_pair", [wizard])
        _status, answer = self.post("pair/poll", {"poll_secret": secret})
        self.station, self.key = answer["station"], answer["key"]
        self.sync()


def device(uid, **values):
    return {"id": uid, "name": uid, "kind": "label_printer", "language": "zpl", **values}


class Bench:
    """A paired station with a label printer, two people's sessions, and a label to print."""

    def __init__(self, server):
        self.server = server
        self.admin, self.other = (
            Session(server.url, server.db, "admin", "admin") for _person in range(2)
        )
        self.agent = Agent(server.url)
        (self.station,) = self.admin.call("ecom.workstation", "create", [{"name": "Bench"}])
        self.agent.pair(self.admin, self.station)
        (zebra,) = self.admin.read(
            "ecom.device", [["workstation_id", "=", self.station], ["uid", "=", "zebra"]], "id"
        )
        self.admin.call(
            "ecom.print.route",
            "create",
            [{"document_type": "label_4x6", "device_id": zebra["id"]}],
        )
        self.label = self.attach()

    def attach(self):
        values = {"name": "label.zpl", "raw": ZPL.decode()}
        return self.admin.call("ir.attachment", "create", [values])[0]

    def print(self, key, session=None, label=None):
        attachments = [label or self.label]
        (job,) = (session or self.admin).call(
            "ecom.print.job", "print_attachments", attachments, "label_4x6", key, self.station
        )
        return job

    def press(self, name, job, session=None):
        return (session or self.admin).call("ecom.print.job", name, [job["id"]])

    def jobs(self, *domain, **kwargs):
        return self.admin.read("ecom.print.job", list(domain), "state", "uid", "todo", **kwargs)

    def state(self, job):
        return self.jobs(["id", "=", job["id"]])[0]["state"]


@pytest.fixture(scope="module")
def bench():
    db = template.clone(f"{template.PREFIX}_bench_{os.getpid()}", os.environ["ECOM_TEMPLATE"])
    try:
        with odoo.Server(db, workers=2, log=state.LOGS / "server-bench.log") as server:
            yield Bench(server)
    finally:
        template.drop(db)


def kindly(ends):
    """Everybody was served or told in a sentence."""
    trouble = [end for end in ends if isinstance(end, Exception) and not isinstance(end, Refusal)]
    assert not trouble, trouble
    return [end for end in ends if not isinstance(end, Exception)]


def test_one_press_that_arrives_four_times_prints_once(bench):
    for number in range(5):
        key = f"press-{number}"
        ends = at_once(
            *[
                lambda s=s, key=key: bench.print(key, s)
                for s in (bench.admin, bench.other, bench.admin, bench.other)
            ]
        )
        jobs = kindly(ends)
        assert len({job["uid"] for job in jobs}) == 1, ends
        assert len(jobs) == 4
        assert len(bench.jobs(["uid", "=", jobs[0]["uid"]])) == 1


def test_the_same_report_of_the_agent_on_two_workers(bench):
    bench.print("told-twice")
    for number in range(5):
        bench.agent.devices = [device("zebra", words=f"{number}"), device(f"new-{number}")]
        answers = kindly(at_once(*[bench.agent.sync] * 3))
        assert [a["jobs"] for a in answers] == [answers[0]["jobs"]] * 3
    devices = bench.admin.read(
        "ecom.device", [["workstation_id", "=", bench.station]], "uid", context={"active_test": 0}
    )
    assert len(devices) == len({found["uid"] for found in devices})


def test_a_job_is_offered_or_cancelled_never_both(bench):
    for number in range(8):
        job = bench.print(f"cancel-{number}")
        pressed, answer = at_once(
            lambda job=job: bench.press("action_cancel", job), bench.agent.sync
        )
        assert not isinstance(pressed, Exception), pressed
        offered = job["uid"] in {offer["id"] for offer in answer["jobs"]}
        if offered:
            assert bench.state(job) == "queued"
            assert job["uid"] in bench.agent.sync()["cancel"]
            bench.agent.tell(job["uid"], "cancelled")
        assert bench.state(job) == "cancelled"


def test_two_people_decide_differently(bench):
    for number in range(5):
        job = bench.print(f"decide-{number}")
        bench.agent.sync()
        bench.agent.tell(job["uid"], "unknown")
        ends = at_once(
            lambda job=job: bench.press("action_printed", job),
            lambda job=job: bench.press("action_not_printed", job, bench.other),
        )
        assert len(kindly(ends)) == 1, ends
        decided = bench.state(job)
        (told,) = [said for said in bench.agent.sync()["decide"] if said["id"] == job["uid"]]
        assert (decided, told["decision"]) in {("confirmed", "printed"), ("cancelled", "void")}
        bench.agent.tell(job["uid"], decided)


def test_a_retry_and_a_reprint_pressed_twice_are_one_job(bench):
    for number in range(3):
        # Labels of their own: a label that was printed before is a reprint by itself.
        failed, printed = (
            bench.print(f"{end}-{number}", label=bench.attach()) for end in ("failed", "printed")
        )
        bench.agent.sync()
        bench.agent.tell(failed["uid"], "failed")
        bench.agent.tell(printed["uid"], "confirmed")
        wizard = bench.press("action_reprint", printed)["res_id"]
        bench.admin.call("ecom.print.job.reprint", "write", [wizard], {"reason": "damaged"})
        again = lambda wizard=wizard: bench.admin.call(  # noqa: E731
            "ecom.print.job.reprint", "action_reprint", [wizard]
        )
        retry = lambda job=failed: bench.press("action_retry", job)  # noqa: E731
        kindly(at_once(again, again, retry, retry))
        for job in (failed, printed):
            assert len(bench.jobs(["reprint_of_id", "=", job["id"]])) == 1


def test_one_code_typed_at_two_stations_pairs_one(bench):
    stations = bench.admin.call(
        "ecom.workstation", "create", [{"name": "Twin A"}, {"name": "Twin B"}]
    )
    code, agent = "TWIN0001", Agent(bench.server.url)
    digest = hashlib.sha256(b"t" * 32).hexdigest()
    values = {"code_sha256": signing.code_digest(code), "poll_sha256": digest, "agent": {"api": 1}}
    assert agent.post("pair/start", values)[0] == 200
    wizards = [
        bench.admin.call("ecom.workstation", "action_pair", [station])["res_id"]
        for station in stations
    ]
    for wizard in wizards:
        bench.admin.call("ecom.workstation.pair", "write", [wizard], {"code": code})
    kindly(
        at_once(
            *[
                lambda w=w: bench.admin.call("ecom.workstation.pair", "action_pair", [w])
                for w in wizards
            ]
        )
    )
    found = bench.admin.read("ecom.workstation", [["id", "in", stations]], "state")
    assert sorted(station["state"] for station in found) == ["paired", "unpaired"]


def test_workers_killed_while_people_print(bench):
    """Each press is tried again with its key, as the page does; each label is one job."""
    keys = [f"killed-{number}" for number in range(24)]
    before, over = len(bench.jobs()), threading.Event()

    def kill():
        chance = random.Random(3)
        while not over.wait(0.25):
            workers = bench.server.children()
            if workers:
                os.kill(chance.choice(workers), signal.SIGKILL)

    def insist(key, session):
        while True:
            try:
                return bench.print(key, session)
            except Lost:
                time.sleep(0.05)

    def shift(mine, session):
        return [insist(key, session)["uid"] for key in mine]

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        ends = at_once(lambda: shift(keys, bench.admin), lambda: shift(keys[::-1], bench.other))
    finally:
        over.set()
        killer.join()
    assert not any(isinstance(end, Exception) for end in ends), ends
    assert ends[0] == ends[1][::-1]
    assert len(bench.jobs()) - before == len(keys)
    wait_until(lambda: bench.agent.sync()["jobs"])
