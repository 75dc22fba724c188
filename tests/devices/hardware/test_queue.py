"""The durable queue: one row per id, states that only move forward, nothing lost in silence."""

import itertools
import multiprocessing
import sqlite3
import stat
import threading
from dataclasses import replace

import pytest

from odoo.addons.ecom_hardware_proxy.proxy import storage
from odoo.addons.ecom_hardware_proxy.proxy.queue import (
    Conflict,
    JobQueue,
    JobState,
    NewJob,
    NotAllowed,
    StorageError,
)

LABEL = NewJob("job-1", "labels", "Label 1", "application/zpl", b"^XA^FDSecretStreet^FS^XZ" * 500)


@pytest.fixture
def told():
    return []


@pytest.fixture
def queue(tmp_path, told):
    clock = itertools.count(1000.0)
    queue = JobQueue(tmp_path / "queue.db", lambda: next(clock), told.append)
    yield queue
    queue.close()


def begun(queue, job=LABEL):
    queue.put(job)
    return queue.begin(job.id)


def ended_in(queue, state):
    begun(queue)
    return queue.end(LABEL.id, state)


def test_a_job_is_stored_and_told(queue, told):
    job, created = queue.put(LABEL)
    assert created and job.state == "queued" and told == [job]
    assert queue.content("job-1") == LABEL.content
    assert job.to_json() == {
        "id": "job-1",
        "device": "labels",
        "name": "Label 1",
        "state": "queued",
        "words": "Waiting for its printer.",
        "created": 1000.0,
        "changed": 1000.0,
        "copies": 1,
        "digest": LABEL.digest,
        "reprint_of": None,
        "reason": None,
    }


def test_the_same_job_again_is_the_stored_one(queue, told):
    first, _ = queue.put(LABEL)
    assert queue.put(LABEL) == (first, False)
    assert len(told) == 1


@pytest.mark.parametrize(
    "change", [{"content": b"other"}, {"device": "laser"}, {"copies": 2}], ids=str
)
def test_the_same_id_for_something_else_is_a_conflict(queue, change):
    queue.put(LABEL)
    with pytest.raises(Conflict):
        queue.put(replace(LABEL, **change))
    assert queue.content("job-1") == LABEL.content


def test_the_conflict_outlives_the_content(queue):
    ended_in(queue, JobState.CONFIRMED)
    assert queue.put(LABEL)[1] is False
    with pytest.raises(Conflict):
        queue.put(replace(LABEL, content=b"other"))


def test_first_in_first_out_per_device(queue):
    for number in range(5):
        queue.put(replace(LABEL, id=f"l{number}"))
        queue.put(replace(LABEL, id=f"d{number}", device="laser"))
    seen = []
    while job := queue.next("labels"):
        queue.begin(job.id)
        queue.end(job.id, JobState.SENT)
        seen.append(job.id)
    assert seen == ["l0", "l1", "l2", "l3", "l4"]
    assert queue.next("laser").id == "d0"


def test_sending_is_on_disk_before_begin_returns(queue, tmp_path):
    begun(queue)
    with sqlite3.connect(tmp_path / "queue.db") as other:
        assert other.execute("SELECT state FROM job").fetchall() == [("sending",)]
    (level,) = queue._db.execute("PRAGMA synchronous").fetchone()
    assert level == 2  # FULL


@pytest.mark.parametrize("state", ["sent", "confirmed", "failed", "cancelled"])
def test_content_is_deleted_when_a_job_has_ended(queue, tmp_path, state):
    if state == "cancelled":
        queue.put(LABEL)
        queue.cancel("job-1", "ann")
    else:
        ended_in(queue, JobState(state))
    with pytest.raises(KeyError):
        queue.content("job-1")
    queue.tidy()
    for path in tmp_path.iterdir():
        assert b"SecretStreet" not in path.read_bytes()
    assert queue.get("job-1").digest == LABEL.digest


def test_content_stays_while_nobody_knows(queue):
    ended_in(queue, JobState.UNKNOWN)
    assert queue.content("job-1") == LABEL.content


ALLOWED = {
    "begin": {"queued"},
    "hold": {"queued"},
    "back": {"sending"},
    "sent": {"sending"},
    "unknown": {"sending"},
    "failed": {"queued", "sending"},
    "decide": {"unknown"},
    "cancel": {"queued", "cancelled"},
}
ACTS = {
    "begin": lambda queue: queue.begin("job-1"),
    "hold": lambda queue: queue.hold("job-1", "No paper."),
    "back": lambda queue: queue.back("job-1", "Not reached."),
    "sent": lambda queue: queue.end("job-1", JobState.SENT),
    "unknown": lambda queue: queue.end("job-1", JobState.UNKNOWN, "Cut off."),
    "failed": lambda queue: queue.end("job-1", JobState.FAILED, "Cannot be drawn."),
    "decide": lambda queue: queue.decide("job-1", "void", "ann"),
    "cancel": lambda queue: queue.cancel("job-1", "ann"),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", list(JobState))
def test_only_these_moves_exist(queue, state, act):
    queue.put(LABEL)
    queue._db.execute("UPDATE job SET state = ?", (state,))
    if state in ALLOWED[act]:
        ACTS[act](queue)
    else:
        with pytest.raises(NotAllowed):
            ACTS[act](queue)
        assert queue.get("job-1").state is state


def test_an_interrupted_job_is_unknown_at_the_next_start(tmp_path, queue):
    begun(queue)
    queue.put(replace(LABEL, id="job-2"))
    queue.close()
    again = JobQueue(tmp_path / "queue.db", lambda: 2000.0)
    (job,) = again.recover()
    assert (job.id, job.state) == ("job-1", "unknown")
    assert again.next("labels").id == "job-2"
    assert again.recover() == []
    again.close()


def test_recovering_one_device_leaves_the_others(queue):
    begun(queue)
    begun(queue, replace(LABEL, id="job-2", device="laser"))
    assert [job.id for job in queue.recover("labels")] == ["job-1"]
    assert queue.get("job-2").state == "sending"


@pytest.mark.parametrize(("decision", "state"), [("printed", "confirmed"), ("void", "cancelled")])
def test_a_person_decides_what_is_unknown(queue, decision, state):
    ended_in(queue, JobState.UNKNOWN)
    job = queue.decide("job-1", decision, "ann")
    assert job.state == state and "ann" in job.words
    assert queue.decide("job-1", decision, "ann") == job
    with pytest.raises(NotAllowed):
        queue.decide("job-1", "void" if decision == "printed" else "printed", "ann")
    with pytest.raises(ValueError):
        queue.decide("job-1", "maybe", "ann")


def test_a_held_job_says_why_and_is_told_once(queue, told):
    queue.put(LABEL)
    queue.hold("job-1", "Out of paper.")
    queue.hold("job-1", "Out of paper.")
    assert [job.words for job in told] == ["Waiting for its printer.", "Out of paper."]


def test_news_for_odoo_until_it_has_noted_them(queue):
    queue.put(LABEL)
    (reported,) = queue.news()
    queue.begin("job-1")
    queue.noted([reported])
    (changed,) = queue.news()
    assert changed.state == "sending"
    queue.noted([changed])
    assert queue.news() == []


def test_waiting_ends_when_a_job_arrives(queue):
    threading.Timer(0.05, queue.put, (LABEL,)).start()
    assert queue.wait("labels", 30).id == "job-1"
    assert queue.wait("laser", 0) is None


def _put_many(path, number):
    queue = JobQueue(path, lambda: 1.0)
    made = sum(queue.put(replace(LABEL, id=f"job-{n}"))[1] for n in range(20))
    begun = 0
    for n in range(20):
        try:
            queue.begin(f"job-{n}")
            begun += 1
        except NotAllowed:
            pass
    queue.close()
    return made, begun


def test_processes_share_the_file_and_nothing_happens_twice(tmp_path):
    path = tmp_path / "queue.db"
    JobQueue(path, lambda: 1.0).close()
    with multiprocessing.get_context("fork").Pool(3) as pool:
        results = pool.starmap(_put_many, [(path, number) for number in range(3)])
    assert sum(made for made, _ in results) == 20
    assert sum(begun for _, begun in results) == 20


def test_threads_share_the_queue(queue):
    results = []
    threads = [
        threading.Thread(target=lambda: results.append(queue.put(LABEL)[1])) for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count(True) == 1 and len(results) == 20


def test_a_full_disk_is_said_and_the_job_not_accepted(queue):
    (pages,) = queue._db.execute("PRAGMA page_count").fetchone()
    queue._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError, match="the disk is full"):
        queue.put(replace(LABEL, content=bytes(100_000)))
    with pytest.raises(KeyError):
        queue.get("job-1")
    queue._db.execute("PRAGMA max_page_count = 100000")
    assert queue.put(LABEL)[1]


def test_a_damaged_file_is_moved_aside_and_nothing_prints_until_accepted(tmp_path):
    path = tmp_path / "queue.db"
    path.write_bytes(b"this was a database" * 100)
    queue = JobQueue(path, lambda: 1234.0)
    assert (tmp_path / "queue.db.damaged-1234").read_bytes().startswith(b"this was")
    assert "queue.db.damaged-1234" in queue.alarm
    job, _ = queue.put(LABEL)
    assert job.state == "unknown" and queue.next("labels") is None
    queue.close()
    queue = JobQueue(path, lambda: 1235.0)
    assert queue.alarm
    queue.accept_loss()
    assert not queue.alarm
    assert queue.put(replace(LABEL, id="job-2"))[0].state == "queued"
    queue.close()


def test_damage_in_the_middle_is_noticed_too(tmp_path):
    path = tmp_path / "queue.db"
    queue = JobQueue(path, lambda: 1.0)
    for number in range(50):
        queue.put(replace(LABEL, id=f"job-{number}", content=bytes(1000)))
    queue.tidy()
    queue.close()
    content = bytearray(path.read_bytes())
    content[4096:12288] = b"\xaa" * 8192
    path.write_bytes(content)
    queue = JobQueue(path, lambda: 1.0)
    assert queue.alarm
    queue.close()


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(StorageError, match="cannot be opened"):
        JobQueue(tmp_path / "no" / "queue.db", lambda: 1.0)


def test_the_file_is_the_owners_alone(queue, tmp_path):
    assert stat.S_IMODE((tmp_path / "queue.db").stat().st_mode) == 0o600


def test_old_ended_jobs_are_forgotten(tmp_path):
    now = [0.0]
    queue = JobQueue(tmp_path / "queue.db", lambda: now[0])
    ended_in(queue, JobState.SENT)
    queue.put(replace(LABEL, id="job-2"))
    queue.put_kick("k1", "drawer", "Change", "ann")
    queue.end_kick("k1", "done", "Opened.")
    now[0] = 401 * 86400.0
    queue.recover()
    assert [job.id for job in queue.jobs()] == ["job-2"]
    with pytest.raises(KeyError):
        queue.kick("k1")
    queue.close()


def test_a_kick_is_remembered_and_ends_once(queue):
    kick, created = queue.put_kick("k1", "drawer", "Change", "ann")
    assert created and kick.state == "waiting"
    assert queue.put_kick("k1", "drawer", "Change", "ann") == (kick, False)
    assert queue.end_kick("k1", "done", "Opened.")
    assert not queue.end_kick("k1", "failed", "late")
    assert queue.put_kick("k1", "drawer", "Change", "ann")[0].state == "done"
    with pytest.raises(Conflict):
        queue.put_kick("k1", "drawer-2", "Change", "ann")


def test_an_interrupted_kick_is_unknown(queue):
    queue.put_kick("k1", "drawer", "Change", "ann")
    queue.recover()
    assert queue.kick("k1").state == "unknown"


# --- versions of the file ------------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"media": "iso_a4_210x297mm"}, {"tray": "tray-2"}], ids=str)
def test_paper_and_tray_are_part_of_what_makes_a_job_itself(queue, change):
    queue.put(LABEL)
    with pytest.raises(Conflict):
        queue.put(replace(LABEL, **change))
    other = queue.put(replace(LABEL, id="job-2", **change))[0]
    assert {name: getattr(other, name) for name in change} == change


def test_a_file_of_the_first_version_is_brought_up_to_date_with_its_jobs(tmp_path):
    path = tmp_path / "queue.db"
    with sqlite3.connect(path) as old:
        old.executescript(storage.VERSIONS[0])
        old.execute(
            "INSERT INTO job (id, device, name, mimetype, state, words, created, changed, copies,"
            " digest, who, content) VALUES ('job-1', 'labels', 'Label 1', 'application/zpl',"
            " 'queued', 'Waiting: Out of paper.', 1, 1, 1, ?, 'ann', ?)",
            (LABEL.digest, LABEL.content),
        )
    old.close()
    for _start in range(2):
        queue = JobQueue(path, lambda: 1000.0)
        job = queue.get("job-1")
        assert (job.media, job.tray, job.words) == ("", "", "Waiting: Out of paper.")
        assert queue.put(LABEL) == (job, False) and not queue.alarm
        queue.close()


def test_a_file_of_a_newer_agent_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "queue.db"
    JobQueue(path, lambda: 1000.0).close()
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(StorageError, match="newer version"):
        JobQueue(path, lambda: 1000.0)
    assert [file.name for file in tmp_path.glob("*damaged*")] == []


def test_a_clock_that_is_set_back_makes_no_old_news(tmp_path):
    now = [1000.0]
    queue = JobQueue(tmp_path / "queue.db", lambda: now[0])
    queue.put(LABEL)
    now[0] = 10.0
    assert queue.begin(LABEL.id).changed == 1000.0
    now[0] = 2000.0
    assert queue.end(LABEL.id, JobState.SENT).changed == 2000.0
    queue.close()
