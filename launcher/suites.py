"""The test suites: which pytest runs with what, and one closing line for all of them."""

import contextlib
import os
import re
import signal
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from . import browser, odoo, postgres, process, setup, state, template
from .state import LauncherError

TESTS = state.ROOT / "tests"
NOTHING_COLLECTED = 5  # pytest's exit code
REFERENCE_WORDS = re.compile(r"shared|beside this checkout")
BROWSER_WORDS = re.compile(r"chrom|browser|websocket-client|playwright", re.IGNORECASE)


@dataclass(frozen=True)
class Suite:
    """One pytest process: the folders it takes, and whether it needs Odoo with its database."""

    name: str
    folders: tuple[str, ...]
    needs_odoo: bool = True
    # Groups of folders that further processes take in a whole run.
    beside: tuple[tuple[str, ...], ...] = ()

    def paths(self) -> list[Path]:
        """Return the suite's folders that hold test files."""
        return [
            folder
            for folder in (TESTS / name for name in self.folders)
            if any(folder.rglob("test_*.py"))
        ]

    def owns(self, path: Path) -> bool:
        """Tell whether *path* lies in this suite."""
        return any(path.is_relative_to(TESTS / name) for name in self.folders)


SUITES = (
    Suite(
        "unit",
        ("unit", "architecture", "conformance"),
        needs_odoo=False,
        beside=(("unit/hardware",), ("unit/canada_post", "unit/sandbox")),
    ),
    # Without Odoo too, but with real ptys, sockets, disks and processes: it mostly waits.
    Suite("devices", ("devices",), needs_odoo=False),
    Suite("odoo", ("odoo",)),
    Suite("e2e", ("e2e",)),
    Suite("faults", ("faults",)),
)


@dataclass
class Tally:
    """What a suite, or all of them, came to. *errors* are findings of ours beside the tests' own
    failures.
    """

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    errors: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Add the figures of *other*."""
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.errors += other.errors

    @property
    def good(self) -> bool:
        """True when something ran and nothing failed."""
        return not self.failed and not self.errors and self.passed > 0


def closing_line(tally: Tally) -> str:
    """Return the last line of a run.

    >>> closing_line(Tally(3, 0)), closing_line(Tally(3, 1, 2))
    ('3 passed, 0 failed', '3 passed, 1 failed, 2 skipped')
    """
    line = f"{tally.passed} passed, {tally.failed} failed"
    return line + (f", {tally.skipped} skipped" if tally.skipped else "")


def read_junit(text: str) -> tuple[Tally, list[tuple[str, str]]]:
    """Return the figures of a junit report and its skips as (test, reason)."""
    tally, skips = Tally(), []
    for case in ElementTree.fromstring(text).iter("testcase"):
        kinds = {child.tag: child for child in case}
        if "failure" in kinds or "error" in kinds:
            tally.failed += 1
        elif "skipped" in kinds:
            tally.skipped += 1
            reason = f"{kinds['skipped'].get('message') or ''} {kinds['skipped'].text or ''}"
            skips.append((f"{case.get('classname')}::{case.get('name')}", reason.strip()))
        else:
            tally.passed += 1
    return tally, skips


def skip_problems(suite: str, skips: Iterable[tuple[str, str]], shared_there: bool) -> list[str]:
    """Return the skips that are not allowed, as sentences.

    A browser test is never skipped. Suites without Odoo may skip only what compares with the shared
    reference folder, and only where that folder is absent.
    """
    found = []
    for test, reason in skips:
        if suite == "e2e" or BROWSER_WORDS.search(reason):
            found.append(f"a browser test was skipped: {test}: {reason}")
        elif suite in ("unit", "devices") and (shared_there or not REFERENCE_WORDS.search(reason)):
            found.append(f"a test was skipped without need: {test}: {reason}")
    return found


def divide(
    arguments: list[str], root: Path = state.ROOT, cwd: Path | None = None
) -> tuple[list[str], dict[str, list[str]]]:
    """Split pytest's arguments into options for every suite and paths per suite name.

    An argument is a path when it exists (the part before ``::``). A folder above several suites
    selects them all.
    """
    options: list[str] = []
    paths: dict[str, list[str]] = {}
    value_follows = False
    for argument in arguments:
        if value_follows or argument.startswith("-"):
            options.append(argument)
            value_follows = not value_follows and argument in (
                "-k",
                "-m",
                "-c",
                "-o",
                "-p",
                "-W",
                "-n",
                "-r",
                "--maxfail",
            )
            continue
        file, mark, node = argument.partition("::")
        candidates = [Path(base, file).resolve() for base in (cwd or Path.cwd(), root)]
        path = next((candidate for candidate in candidates if candidate.exists()), None)
        if path is None:
            if "/" in file or mark or file.endswith(".py"):
                raise LauncherError(f"There is no {file}.")
            options.append(argument)
            continue
        _assign(path, mark + node, paths)
    return options, paths


def _assign(path: Path, node: str, paths: dict[str, list[str]]) -> None:
    owner = next((suite for suite in SUITES if suite.owns(path)), None)
    if owner:
        paths.setdefault(owner.name, []).append(f"{path}{node}")
    elif path in (TESTS, state.ROOT):
        for suite in SUITES:
            paths.setdefault(suite.name, [])
    else:
        raise LauncherError(
            f"{path} belongs to none of the suites ({', '.join(suite.name for suite in SUITES)})."
        )


def run(selected: list[str], arguments: list[str]) -> int:
    """Run the suites (*selected* names, else those of the given paths, else all); print the closing
    line.

    Returns 0 when everything that was asked for ran and passed.
    """
    options, paths = divide(arguments)
    names = selected or list(paths) or [suite.name for suite in SUITES]
    suites = [suite for suite in SUITES if suite.name in names]
    total = Tally()
    try:
        _run_all(total, suites, options, paths, narrowed=bool(options or any(paths.values())))
    except LauncherError as error:
        total.errors.append(str(error))
    for error in total.errors:
        print(f"ERROR: {error}", flush=True)
    # An error of the run itself counts as a failure, or the closing line would look like success.
    total.failed += len(total.errors)
    print(closing_line(total), flush=True)
    return 0 if total.good else 1


def _run_all(
    total: Tally,
    suites: list[Suite],
    options: list[str],
    paths: dict[str, list[str]],
    narrowed: bool,
) -> None:
    """Run *suites* and add what comes out to *total*, which keeps it if a later step fails."""
    empty: list[str] = []
    there = [suite for suite in suites if suite.paths()]
    for suite in suites:
        if suite not in there:
            print(f"{suite.name}: no test files yet, nothing was run", flush=True)
    needs_odoo = any(suite.needs_odoo for suite in there)
    setup.ensure(with_browser=needs_odoo)
    if not needs_odoo:
        for suite in there:
            _count(_run_one(suite, options, paths, {}), suite, total, empty)
    else:
        with postgres.using("fast"):
            try:
                template.drop_leftovers()
                # The quick suite first: its failures should not wait for the database.
                for suite in (suite for suite in there if not suite.needs_odoo):
                    _count(_run_one(suite, options, paths, {}), suite, total, empty)
                source = template.ensure()
                for suite in (suite for suite in there if suite.needs_odoo):
                    _count(_run_with_database(suite, source, options, paths), suite, total, empty)
            finally:
                process.end_leftovers()
                template.drop_leftovers()
    if empty and (not narrowed or not total.passed + total.failed):
        total.errors += [f"suite {name} collected no test" for name in empty]


def _count(tally: Tally, suite: Suite, total: Tally, empty: list[str]) -> None:
    print(f"{suite.name}: {closing_line(tally)}", flush=True)
    if not (tally.passed + tally.failed + tally.skipped) and not tally.errors:
        empty.append(suite.name)
    total.add(tally)


def _run_with_database(
    suite: Suite, source: str, options: list[str], paths: dict[str, list[str]]
) -> Tally:
    """Run *suite* with a fresh clone (suite odoo) or with what it clones for itself, and leave
    nothing behind.
    """
    extra = {"ECOM_TEMPLATE": source, "ECOM_CHROMIUM": str(browser.path())}
    if suite.name != "odoo":
        try:
            return _run_one(suite, options, paths, extra)
        finally:
            process.end_leftovers()
    db = template.clone(f"{template.PREFIX}_test_{os.getpid()}")
    try:
        config = odoo.config_for(db, screenshots=state.HERE / "screenshots")
        plugin = [
            "-p",
            "pytest_odoo",
            "-p",
            "launcher.pytest_odoo_suite",
            "--odoo-config",
            str(config),
            "--odoo-database",
            db,
            "--odoo-http",
            "--odoo-extra",
            f"db-filter=^{db}$",
            "--odoo-log-level",
            "critical",
        ]
        return _run_one(suite, [*plugin, *options], paths, extra | {"ECOM_DB": db})
    finally:
        process.end_leftovers()
        template.drop(db)
        (state.RUN / f"{db}.conf").unlink(missing_ok=True)


def _run_one(
    suite: Suite, options: list[str], paths: dict[str, list[str]], extra: dict[str, str]
) -> Tally:
    """Run a suite; a whole run of one with folders ``beside`` in several processes at once."""
    print(f"\n=== {suite.name} ===", flush=True)
    targets = paths.get(suite.name) or [str(path) for path in suite.paths()]
    if not suite.beside or options or suite.name in paths:
        return _Pytest(suite, [*options, *targets], extra).result()
    groups = [[str(TESTS / name) for name in names] for names in suite.beside]
    apart = [f"--ignore={folder}" for folders in groups for folder in folders]
    parts = [_Pytest(suite, [*apart, *targets], extra)]
    try:
        parts += [
            _Pytest(suite, folders, extra, number) for number, folders in enumerate(groups, 2)
        ]
        tally = Tally()
        for part in parts:
            tally.add(part.result())
    finally:
        for part in parts:
            process.stop(part.child)
    return tally


class _Pytest:
    """One pytest process. The *part*-th of several says what it has to say when it has ended."""

    def __init__(
        self, suite: Suite, arguments: list[str], extra: dict[str, str], part: int = 1
    ) -> None:
        self._suite = suite
        mark = f"-{part}" if part > 1 else ""
        self._report = state.RUN / f"junit-{suite.name}{mark}.xml"
        self._log = state.RUN / f"pytest-{suite.name}{mark}.log" if mark else None
        self._report.unlink(missing_ok=True)
        argv = [process.interpreter(), "-m", "pytest", "-c", state.ROOT / "setup.cfg"]
        argv += ["--rootdir", state.ROOT, "--junitxml", self._report, *arguments]
        env = odoo.environment() if suite.needs_odoo else process.environment()
        env |= extra
        # No plugin comes in by itself: pytest-odoo would load Odoo into every suite.
        env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        with contextlib.ExitStack() as stack:
            out = stack.enter_context(open(self._log, "wb")) if self._log else None
            self.child = process.start(argv, env=env, cwd=state.ROOT, stdout=out, stderr=out)

    def result(self) -> Tally:
        """Wait for the end and read the report."""
        try:
            code = self.child.wait()
        except KeyboardInterrupt:
            # Let pytest say where it was.
            process.stop(self.child, first=signal.SIGINT)
            raise
        finally:
            process.stop(self.child)
            if self._log:
                print(self._log.read_text(encoding="utf-8"), end="", flush=True)
        return _judge(self._suite, self._report, code)


def _judge(suite: Suite, report: Path, code: int) -> Tally:
    """Turn the report and exit code of a pytest process into figures, trusting neither alone."""
    if not report.exists():
        return Tally(errors=[f"suite {suite.name}: pytest ended with {code} and wrote no report"])
    tally, skips = read_junit(report.read_text(encoding="utf-8"))
    tally.errors += skip_problems(suite.name, skips, (state.ROOT.parent / "shared").is_dir())
    if code not in (0, NOTHING_COLLECTED) and not tally.failed:
        tally.errors.append(f"suite {suite.name}: pytest ended with {code}")
    return tally


if __name__ == "__main__":
    sys.exit("call it through ./ecom")
