"""One line per action, whole lines only, rotated, never in the way of the work."""

import json
import os
import stat
import threading

from odoo.addons.ecom_hardware_proxy.proxy.audit import AuditLog


def test_a_line_tells_who_did_what(tmp_path):
    log = AuditLog(tmp_path / "audit.log", lambda: 1_700_000_000.25)
    log.write("ann", "print", "labels", "queued", "job-1")
    (line,) = log.lines()
    assert line == {
        "time": "2023-11-14T22:13:20.250+00:00",
        "who": "ann",
        "action": "print",
        "device": "labels",
        "result": "queued",
        "job": "job-1",
    }
    assert stat.S_IMODE((tmp_path / "audit.log").stat().st_mode) == 0o600


def test_no_line_is_lost_among_threads_and_rotations(tmp_path):
    log = AuditLog(tmp_path / "audit.log", lambda: 0.0, limit=2000, kept=100)
    threads = [
        threading.Thread(target=lambda: [log.write("ann", "print", job=str(n)) for n in range(50)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    files = list(tmp_path.iterdir())
    lines = [json.loads(row) for path in files for row in path.read_text().splitlines()]
    assert len(lines) == 200 and len(files) > 3


def test_the_oldest_file_goes(tmp_path):
    log = AuditLog(tmp_path / "audit.log", lambda: 0.0, limit=1, kept=2)
    for number in range(5):
        log.write("ann", "print", job=str(number))
    names = sorted(os.listdir(tmp_path))
    assert names == ["audit.log.1", "audit.log.2"]
    assert '"4"' in (tmp_path / "audit.log.1").read_text()


def test_a_disk_that_takes_nothing_stops_no_work(tmp_path, caplog):
    log = AuditLog(tmp_path / "none" / "audit.log", lambda: 0.0)
    log.write("ann", "print")
    assert "could not be written" in caplog.text and log.lines() == []


def test_line_feeds_cannot_forge_a_line(tmp_path):
    log = AuditLog(tmp_path / "audit.log", lambda: 0.0)
    log.write("ann", "print", words='x"}\n{"who": "boss"}')
    assert len((tmp_path / "audit.log").read_text().splitlines()) == 1


def test_half_a_line_costs_no_other(tmp_path, monkeypatch):
    """A full disk takes the beginning of a line; the next one begins a line of its own."""
    log = AuditLog(tmp_path / "audit.log", lambda: 0.0)
    log.write("ann", "print")
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:20]))
    log.write("bob", "print")
    monkeypatch.undo()
    log.write("eve", "print")
    assert [line["who"] for line in log.lines()] == ["eve", "ann"]
