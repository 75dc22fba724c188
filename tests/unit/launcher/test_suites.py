"""What the closing line says, and which runs are refused although pytest was content."""

import pytest

from launcher import suites
from launcher.state import LauncherError
from launcher.suites import Suite, Tally, closing_line, divide, read_junit, skip_problems

JUNIT = """<?xml version="1.0"?><testsuites><testsuite>
<testcase classname="a" name="good"/>
<testcase classname="a" name="bad"><failure message="x"/></testcase>
<testcase classname="a" name="worse"><error message="x"/></testcase>
<testcase classname="a" name="left"><skipped message="../shared is absent"/></testcase>
</testsuite></testsuites>"""


@pytest.mark.parametrize(
    ("tally", "line"),
    [
        (Tally(4, 0), "4 passed, 0 failed"),
        (Tally(0, 2), "0 passed, 2 failed"),
        (Tally(4, 1, 2), "4 passed, 1 failed, 2 skipped"),
    ],
)
def test_closing_line(tally, line):
    assert closing_line(tally) == line


def test_figures_and_skips_are_read_from_the_report():
    tally, skips = read_junit(JUNIT)
    assert (tally.passed, tally.failed, tally.skipped) == (1, 2, 1)
    assert skips == [("a::left", "../shared is absent")]


def test_tallies_add_up():
    total = Tally(1, 0)
    total.add(Tally(2, 1, 3, ["x"]))
    assert total == Tally(3, 1, 3, ["x"])


@pytest.mark.parametrize("tally", [Tally(), Tally(skipped=3), Tally(1, 1), Tally(1, errors=["x"])])
def test_a_run_that_is_not_good(tally):
    assert not tally.good


def test_a_skip_in_the_quick_suite_needs_the_absence_of_the_shared_folder():
    skips = [("t", "../shared is absent")]
    assert skip_problems("unit", skips, shared_there=False) == []
    assert skip_problems("unit", skips, shared_there=True)
    assert skip_problems("unit", [("t", "no idea")], shared_there=False)


def test_a_skipped_browser_test_is_a_failure():
    assert skip_problems("odoo", [("t", "Chrome executable not found")], shared_there=False)
    assert skip_problems("odoo", [("t", "websocket-client module is not installed")], False)
    assert skip_problems("e2e", [("t", "whatever")], shared_there=False)
    assert skip_problems("odoo", [("t", "needs wkhtmltopdf")], shared_there=False) == []


@pytest.fixture
def tree(tmp_path, monkeypatch):
    for name in ("unit", "odoo"):
        (tmp_path / "tests" / name).mkdir(parents=True)
        (tmp_path / "tests" / name / "test_x.py").touch()
    monkeypatch.setattr(suites, "TESTS", tmp_path / "tests")
    monkeypatch.setattr(suites.state, "ROOT", tmp_path)
    return tmp_path


def test_paths_select_their_suite_and_options_go_to_all(tree):
    arguments = ["-k", "odoo", "-x", "tests/odoo/test_x.py::T::test_y", "--maxfail=2"]
    options, paths = divide(arguments, root=tree, cwd=tree)
    assert options == ["-k", "odoo", "-x", "--maxfail=2"]
    assert paths == {"odoo": [f"{tree}/tests/odoo/test_x.py::T::test_y"]}


def test_a_path_may_be_relative_to_where_the_user_is(tree):
    _, paths = divide(["test_x.py"], root=tree, cwd=tree / "tests" / "unit")
    assert paths == {"unit": [f"{tree}/tests/unit/test_x.py"]}


def test_the_folder_above_selects_every_suite(tree):
    _, paths = divide(["tests"], root=tree, cwd=tree)
    assert set(paths) == {suite.name for suite in suites.SUITES}


def test_a_path_that_is_not_there_is_refused(tree):
    with pytest.raises(LauncherError, match="no tests/odoo/test_z.py"):
        divide(["tests/odoo/test_z.py"], root=tree, cwd=tree)


def test_a_folder_without_test_files_is_no_suite_yet(tree):
    assert Suite("odoo", ("odoo",)).paths() == [tree / "tests" / "odoo"]
    assert Suite("e2e", ("e2e",)).paths() == []


def _judged(tmp_path, report, code, suite="odoo"):
    path = tmp_path / "junit.xml"
    if report:
        path.write_text(report)
    return suites._judge(Suite(suite, (suite,)), path, code)


def test_pytest_that_died_or_was_interrupted_is_an_error(tmp_path):
    passed = '<testsuite><testcase classname="a" name="b"/></testsuite>'
    assert _judged(tmp_path, "", -9).errors
    assert _judged(tmp_path, passed, 2).errors
    assert _judged(tmp_path, passed, 1).errors
    assert not _judged(tmp_path, passed, 0).errors
