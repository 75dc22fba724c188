"""The launcher's own virtual environments, from pinned requirements, also where Debian's venv has
no pip.
"""

import importlib.util
import shutil
import sys
from pathlib import Path

from . import apt, odoo_source, process, state
from .state import LauncherError

RECIPE = 1  # raise when the way of building changes
REQUIREMENTS = Path(__file__).parent / "requirements"


def _ground(folder: Path) -> str:
    """Return the key of a bare environment: what, if it changes, makes it unusable."""
    return state.digest(RECIPE, sys.version, sys.executable, str(folder))


def _key(folder: Path, names: tuple[str, ...]) -> str:
    """Return the key of an environment with its packages."""
    files = [state.hash_file(REQUIREMENTS / f"{name}.txt") for name in names]
    return f"{_ground(folder)}-{state.digest(files)}"


def ensure() -> Path:
    """Return the Python of the environment that runs Odoo and the tests."""
    python = _ensure(
        state.VENV,
        "venv",
        ("pip", "odoo", "postgres", "test"),
        "Installing Python packages for Odoo and tests",
    )
    _link_odoo(python)
    return python


def ensure_lint() -> Path:
    """Return the Python of the linters' environment, kept apart so that it restrains nothing."""
    return _ensure(state.LINT_VENV, "lint-venv", ("pip", "lint"), "Installing the linters")


def add(name: str, title: str) -> None:
    """Install requirements *name* into the main environment, for parts that only some commands
    need.
    """
    key = state.digest(_ground(state.VENV), state.hash_file(REQUIREMENTS / f"{name}.txt"))
    if state.stamp(f"venv-{name}") != key:
        _pip(
            process.interpreter(),
            ["install", "-r", str(REQUIREMENTS / f"{name}.txt")],
            title,
            f"pip-{name}",
        )
        state.set_stamp(f"venv-{name}", key)


def _ensure(folder: Path, name: str, requirements: tuple[str, ...], title: str) -> Path:
    python, key = folder / "bin" / "python", _key(folder, requirements)
    known = state.stamp(name)
    if known == key and python.exists():
        return python
    apt.ensure_certificates()
    if not python.exists() or (known or "").partition("-")[0] != _ground(folder):
        state.clear_stamp(name)
        _create(python, name)
    # Otherwise only the requirements changed: another ecom may be using what is there.
    files = [part for file in requirements for part in ("-r", str(REQUIREMENTS / f"{file}.txt"))]
    _pip(python, ["install", *files], title, f"pip-{name}")
    state.set_stamp(name, key)
    return python


def _create(python: Path, name: str) -> None:
    """Make an empty environment with pip."""
    folder = python.parent.parent
    for later in state.STAMPS.glob(f"{name}-*"):
        state.clear_stamp(later.name)
    shutil.rmtree(folder, ignore_errors=True)
    process.run(
        [sys.executable, "-m", "venv", "--without-pip", str(folder)],
        title="Creating a virtual environment",
        log=state.LOGS / f"{name}.log",
    )
    _bootstrap_pip(python)


def _pip(python: Path, arguments: list[str], title: str, log: str) -> None:
    """Run pip; --no-compile because compiled files go to a folder of their own anyway."""
    command, *rest = arguments
    # A killed pip leaves what it was unpacking: here it is found and removed the next time.
    temporary = state.HERE / "tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    log_file = state.LOGS / f"{log}.log"
    process.run(
        [
            python,
            "-m",
            "pip",
            "--disable-pip-version-check",
            command,
            "--no-compile",
            "--no-warn-script-location",
            *rest,
        ],
        title=title,
        log=log_file,
        env=process.environment(TMPDIR=str(temporary)),
        detail=lambda: process.last_line(log_file, 60),
    )


def _bootstrap_pip(python: Path) -> None:
    """Put a first pip into a bare environment: the interpreter's own, or Debian's wheel of it."""
    log = state.LOGS / "pip-bootstrap.log"
    if importlib.util.find_spec("ensurepip"):
        process.run([python, "-m", "ensurepip", "--default-pip"], title="Adding pip", log=log)
        return
    folder = state.DOWNLOADS / "pip"
    for deb in apt.download(
        ["python3-pip-whl/bookworm"], folder, "Fetching pip (this Python comes without it)"
    ):
        apt.unpack(deb, folder)
    wheels = sorted(folder.glob("usr/share/python-wheels/pip-*.whl"))
    if not wheels:
        raise LauncherError("Debian's package python3-pip-whl holds no pip.")
    # A wheel of pip can be run as it is.
    process.run(
        [python, f"{wheels[-1]}/pip", "install", "--no-index", str(wheels[-1])],
        title="Adding pip",
        log=log,
    )
    shutil.rmtree(folder)


def _link_odoo(python: Path) -> None:
    """Put Odoo's sources on the environment's path (a .pth file; PYTHONPATH would leak into other
    programs).
    """
    for packages in (python.parent.parent / "lib").glob("python3*/site-packages"):
        link, text = packages / "odoo-src.pth", f"{odoo_source.path()}\n"
        if not link.exists() or link.read_text(encoding="utf-8") != text:
            state.write_atomically(link, text)
