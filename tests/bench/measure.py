"""What the benchmarks share: a clock for processor time, a log of SQL, ratios, the table."""

import gc
import statistics
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from odoo import sql_db


class CpuClock:
    """Processor time of this process, all its threads, and the database server's processes for us.

    A server on another machine cannot be read: then only this process counts, and ``note`` says so.
    """

    def __init__(self, db):
        self._db = db
        self._monitor = sql_db.db_connect("postgres").cursor()
        self._monitor._cnx.autocommit = True
        self.sees_server = bool(self._server_ns())

    @property
    def note(self):
        return "this process and PostgreSQL" if self.sees_server else "this process only"

    def _server_ns(self):
        self._monitor.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", (self._db,))
        return sum(_process_ns(pid) for (pid,) in self._monitor.fetchall())

    def now_ns(self):
        return time.process_time_ns() + self._server_ns()

    def close(self):
        self._monitor.close()


def _process_ns(pid):
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 0


@dataclass
class Spent:
    """Processor and wall time of a block, in seconds."""

    cpu: float = 0.0
    wall: float = 0.0


@contextmanager
def spending(clock):
    """Measure a block: ``with spending(clock) as spent: ...``."""
    gc.collect()
    spent = Spent()
    before, started = clock.now_ns(), time.perf_counter()
    try:
        yield spent
    finally:
        spent.wall = time.perf_counter() - started
        spent.cpu = (clock.now_ns() - before) / 1e9


@dataclass
class SqlLog:
    """Statements and commits by cursor, in the order in which the cursors were first used."""

    statements: dict = field(default_factory=dict)
    commits: dict = field(default_factory=dict)

    def of(self, cr):
        """Statements on the cursor ``cr``."""
        return self.statements.get(id(cr), [])

    def others(self, cr):
        """Statements on every other cursor."""
        return [text for key, texts in self.statements.items() if key != id(cr) for text in texts]

    def commits_of_others(self, cr):
        return sum(count for key, count in self.commits.items() if key != id(cr))


@contextmanager
def logging_sql():
    """Note every statement that Odoo's cursors execute (savepoints included)."""
    log = SqlLog()
    execute, commit = sql_db.Cursor.execute, sql_db.Cursor.commit

    def noted_execute(self, query, params=None, log_exceptions=True):
        code = getattr(query, "code", query)
        log.statements.setdefault(id(self), []).append(" ".join(str(code).split()))
        return execute(self, query, params, log_exceptions)

    def noted_commit(self):
        log.commits[id(self)] = log.commits.get(id(self), 0) + 1
        return commit(self)

    sql_db.Cursor.execute, sql_db.Cursor.commit = noted_execute, noted_commit
    try:
        yield log
    finally:
        sql_db.Cursor.execute, sql_db.Cursor.commit = execute, commit


@contextmanager
def replaced(owner, name, value):
    """Have ``owner.name`` be ``value`` for the block."""
    missing = object()
    before = owner.__dict__.get(name, missing)
    setattr(owner, name, value)
    try:
        yield value
    finally:
        if before is missing:
            delattr(owner, name)
        else:
            setattr(owner, name, before)


@contextmanager
def timing(owner, name):
    """Wall and thread time spent inside the method ``owner.name``, added up over its calls."""
    method = getattr(owner, name)
    spent = Spent()

    def timed(*args, **kwargs):
        started, before = time.perf_counter(), time.process_time()
        try:
            return method(*args, **kwargs)
        finally:
            spent.wall += time.perf_counter() - started
            spent.cpu += time.process_time() - before

    with replaced(owner, name, timed):
        yield spent


def spread(values, form="{:.2f}"):
    """Median and range of some rounds, as text."""
    middle = form.format(statistics.median(values))
    if len(values) == 1:
        return f"{middle} (1 round)"
    low, high = form.format(min(values)), form.format(max(values))
    return f"{middle} ({low} to {high}, {len(values)} rounds)"


def per_call(function, seconds=0.2):
    """Processor seconds of one call of ``function``, over about ``seconds``."""
    count, limit = 0, time.process_time() + seconds
    started = time.process_time()
    while time.process_time() < limit:
        for _again in range(20):
            function()
        count += 20
    return (time.process_time() - started) / count


class Table:
    """Lines of a report: what, goal, figure, met or missed."""

    def __init__(self):
        self._rows = []

    def title(self, text):
        self._rows.append((text,))
        print(f"      {text}", flush=True)

    def fact(self, what, figure):
        """A figure without a goal."""
        self._rows.append((f"  {what}", "", str(figure), ""))

    def goal(self, what, goal, figure, met):
        self._rows.append((f"  {what}", goal, str(figure), "met" if met else "MISSED"))

    def __str__(self):
        rows = [("", "goal", "figure", ""), *self._rows]
        widths = [max((len(r[i]) for r in rows if len(r) > 1), default=0) for i in range(4)]
        lines = []
        for row in rows:
            if len(row) == 1:
                lines += ["", row[0]]
            else:
                cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
                lines.append("  ".join(cells).rstrip())
        return "\n".join(lines)
