"""Nothing grows with use: descriptors, threads, subscriptions; the cost of a job stays flat."""

import os
import socket
import subprocess
import threading
import time

import pytest

from odoo.addons.ecom_hardware_proxy.proxy.config import LinkConfig
from odoo.addons.ecom_hardware_proxy.proxy.queue import (
    JobQueue,
    JobState,
    NewJob,
    StorageError,
)

from sandbox.devices.scales import Scale
from tests.devices.hardware.served import ORIGIN, Served, ask, wait_until
from tests.stations import Sink, device, running, until, zpl

POS = """
[pos]
enabled = true
[[device]]
id = "scale"
kind = "scale"
driver = "toledo_8217"
options = {{ unit = "kg" }}
link = {{ type = "serial", path = "{scale}" }}
"""


def open_now():
    return len(os.listdir("/proc/self/fd")), threading.active_count()


def test_a_thousand_connections_leave_nothing(tmp_path):
    with (
        Scale("toledo_8217", tmp_path / "dev") as scale,
        Served(tmp_path / "home", POS.format(scale=scale.link)) as agent,
    ):
        begin_stream(agent).close()
        wait_until(lambda: not agent.station._units["scale"]._watchers)
        before = open_now(), len(agent.station.hub._subscriptions)
        for number in range(1000):
            if number % 10 == 0:
                begin_stream(agent).close()
            elif number % 2:
                ask(agent.port, "POST", "/hw_proxy/handshake", b"{}", POST)
            else:
                socket.create_connection(("127.0.0.1", agent.port)).close()
        wait_until(lambda: not agent.station._units["scale"]._watchers, 30)
        wait_until(lambda: (open_now(), len(agent.station.hub._subscriptions)) <= before, 30)


POST = {"Origin": ORIGIN, "Content-Type": "application/json"}


def begin_stream(agent):
    """A page that listens, and goes away when this is closed."""
    line = socket.create_connection(("127.0.0.1", agent.port))
    page, target = agent.page(), "/v1/events?device=scale"
    headers = "".join(f"{name}: {value}\r\n" for name, value in page.headers("GET", target).items())
    line.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{agent.port}\r\n{headers}\r\n".encode())
    assert line.recv(100).startswith((b"HTTP/1.1 200", b"HTTP/1.1 429"))
    return line


def test_a_device_that_comes_and_goes_leaves_nothing(tmp_path):
    link = LinkConfig("serial", path=str(tmp_path / "dev" / "scale"))
    with (
        Scale("toledo_8217", tmp_path / "dev", "scale") as scale,
        Sink() as sink,
        running(tmp_path / "home", device("scale", link=link), zpl(sink)) as station,
    ):
        until(lambda: station.device("scale").state == "online")
        before = threading.active_count()
        for _ in range(4):
            scale.port.unplug()
            until(lambda: station.device("scale").state == "offline")
            scale.port.plug()
            until(lambda: station.device("scale").state == "online")
        assert threading.active_count() <= before


def test_the_cost_of_a_job_does_not_grow_with_their_number(tmp_path):
    """Every question of every day uses an index; 20,000 jobs are a year of a busy bench."""
    queue = JobQueue(tmp_path / "queue.db", time.time)
    queue.put(NewJob("first", "labels", "Label", "application/zpl", b"x"))
    with queue._writing() as database:
        names = ", ".join(
            name[1]
            for name in database.execute("PRAGMA table_info(job)")
            if name[1] not in ("order", "id", "state", "content", "noted")
        )
        database.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
            f" INSERT INTO job (id, state, noted, {names})"
            f" SELECT 'old-' || i, 'sent', revision, {names} FROM job, n WHERE id = 'first'"
        )
    for call in (
        lambda: queue.next("labels"),
        lambda: queue.news(),
        lambda: queue.get("old-7"),
        lambda: queue.put(NewJob("again", "labels", "Label", "text/plain", b"y")),
    ):
        plans = asked(queue, call)
        assert plans and "SCAN job" not in plans
    # The newest ones: read from the end, and no further than the limit.
    assert asked(queue, lambda: queue.jobs(50)) == ["SCAN job"]
    assert queue.next("labels").state is JobState.QUEUED
    queue.close()


def asked(queue, call):
    """How SQLite carries out the questions that *call* asks."""
    statements = []
    queue._db.set_trace_callback(statements.append)
    try:
        call()
    finally:
        queue._db.set_trace_callback(None)
    return [
        row[3]
        for statement in statements
        if statement.startswith(("SELECT", "UPDATE"))
        for row in queue._db.execute(f"EXPLAIN QUERY PLAN {statement}")
    ]


@pytest.fixture
def small_disk(tmp_path):
    """A disk of its own that can be filled, where this machine allows it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no disk may be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_takes_no_job_but_prints_those_it_has(small_disk):
    with Sink() as sink, running(small_disk / "home", zpl(sink)) as station:
        sink.asleep = True
        accepted = []
        with pytest.raises(StorageError, match="disk is full"):
            for number in range(60):
                content = b"^XA^FX%d" % number + b" " * 300_000 + b"^XZ"
                station.submit(NewJob(f"j{number}", "labels", "L", "application/zpl", content))
                accepted.append(number)
        assert accepted
        sink.asleep = False
        until(lambda: all(station.job(f"j{number}").state == "sent" for number in accepted))
        assert len(sink.jobs) == len(accepted)
        station.submit(NewJob("last", "labels", "L", "application/zpl", b"^XA^XZ"))
        until(lambda: station.job("last").state == "sent")
