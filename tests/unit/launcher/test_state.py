"""Nothing half-made is ever taken for complete."""

import subprocess
import sys

import pytest

from launcher import odoo_source, process, state


@pytest.fixture(autouse=True)
def private_state(tmp_path, monkeypatch):
    monkeypatch.setattr(state, "HERE", tmp_path)
    for name in ("STAMPS", "RUN", "LOGS", "DOWNLOADS"):
        monkeypatch.setattr(state, name, tmp_path / name.lower())


def test_a_folder_appears_only_when_it_is_complete(tmp_path):
    target = tmp_path / "thing"
    with pytest.raises(RuntimeError), state.fresh_folder(target) as partial:
        (partial / "file").touch()
        raise RuntimeError
    assert not target.exists()
    with state.fresh_folder(target) as partial:
        (partial / "file").touch()
    assert (target / "file").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["thing"]


def test_what_a_killed_run_left_is_not_taken_over(tmp_path):
    (tmp_path / "thing.partial").mkdir()
    (tmp_path / "thing.partial" / "half").touch()
    with state.fresh_folder(tmp_path / "thing"):
        pass
    assert list((tmp_path / "thing").iterdir()) == []


def test_stamps():
    assert state.stamp("step") is None
    state.set_stamp("step", "key")
    assert state.stamp("step") == "key"
    state.clear_stamp("step")
    assert state.stamp("step") is None


def test_the_lock_is_free_again_after_kill_9(tmp_path):
    holder = (
        f"import sys; sys.path.insert(0, {str(state.ROOT)!r})\n"
        "import os, signal\nfrom pathlib import Path\nfrom launcher import state\n"
        f"state.HERE = Path({str(tmp_path)!r})\n"
        "for name in ('STAMPS', 'RUN', 'LOGS', 'DOWNLOADS'):\n"
        "    setattr(state, name, state.HERE / name.lower())\n"
        "with state.lock('x'):\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", holder], check=False)
    assert done.returncode == -9
    with state.lock("x"), state.lock("x"):
        pass


def test_what_a_run_left_is_found_by_its_mark(monkeypatch):
    monkeypatch.setenv(process.RUN_VARIABLE, "4711-test")
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        assert child.pid in process.started_by("4711-test")
        assert process.end_leftovers("4711-test") >= 1
        assert child.wait(10) != 0
    finally:
        child.kill()


def test_children_get_no_python_path(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/x")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    env = process.environment(A="b")
    assert "PYTHONPATH" not in env and "PYTHONDONTWRITEBYTECODE" not in env and env["A"] == "b"


def test_the_series_of_an_odoo_tree_is_read(tmp_path):
    (tmp_path / "odoo").mkdir()
    (tmp_path / "odoo" / "release.py").write_text("version_info = (19, 0, 0, FINAL, 0, '')\n")
    assert odoo_source.series_of(tmp_path) == "19.0"
    assert odoo_source.series_of(tmp_path / "odoo") == ""


def test_a_script_that_is_missing_in_the_package_is_an_error(tmp_path):
    (tmp_path / "font.ttf").symlink_to("nowhere")
    odoo_source.repair(tmp_path)
    (tmp_path / "jquery.js").symlink_to("nowhere")
    with pytest.raises(state.LauncherError):
        odoo_source.repair(tmp_path)
