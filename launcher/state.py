"""Where the launcher keeps things, and how it knows what is complete.

Everything lives in ``.ecom/`` inside the checkout and may be deleted at any time. A step is
complete when its stamp holds the key of its inputs; stamps are written last and atomically, so that
a kill at any line leaves at worst something that is made again.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / ".ecom"

ADDONS = ROOT / "addons"
DATA = HERE / "data"  # Odoo's data_dir: filestore and sessions
DEMO_OUT = HERE / "demo"
DOWNLOADS = HERE / "downloads"
LINT_VENV = HERE / "lint-venv"
LOGS = HERE / "logs"
ODOO_ROOT = HERE / "odoo"
POSTGRES = HERE / "postgres"
PYCACHE = HERE / "pycache"
RUN = HERE / "run"  # config files, pid files and other things that live as long as a process
STAMPS = HERE / "stamps"
VENV = HERE / "venv"
BROWSER = HERE / "browser"


class LauncherError(Exception):
    """Something the user has to know, said in sentences; shown without a traceback."""


def prepare() -> None:
    """Create the state folder and keep it out of git even where .gitignore is missing."""
    if HERE.is_symlink():
        raise LauncherError(
            f"{HERE} is a link. Two checkouts must not share it: each would wipe what the other made."
        )
    for folder in (HERE, LOGS, RUN, STAMPS, DOWNLOADS):
        folder.mkdir(parents=True, exist_ok=True)
    ignore = HERE / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")


def digest(*parts: object) -> str:
    """Return a short hash of *parts*, by their JSON text."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def hash_file(path: Path) -> str:
    """Return the SHA-256 of the file at *path*, as hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_atomically(path: Path, text: str, mode: int = 0o644) -> None:
    """Write *text* to *path* so that a reader sees the old content or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def stamp(name: str) -> str | None:
    """Return the key under which step *name* was last completed, or None."""
    try:
        return (STAMPS / name).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def set_stamp(name: str, key: str) -> None:
    """Remember that step *name* is complete for *key*."""
    write_atomically(STAMPS / name, key + "\n")


def clear_stamp(name: str) -> None:
    """Forget that step *name* was completed; called before its result is touched."""
    with contextlib.suppress(FileNotFoundError):
        (STAMPS / name).unlink()


@contextlib.contextmanager
def fresh_folder(target: Path):
    """Yield an empty folder that becomes *target* when the block ends well, and is deleted
    otherwise.
    """
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    shutil.rmtree(target, ignore_errors=True)
    os.replace(partial, target)


_held: dict[str, int] = {}


@contextlib.contextmanager
def lock(name: str, waiting: str = ""):
    """Hold the launcher-wide lock *name*; wait for another launcher, saying *waiting* once.
    Reentrant.

    The kernel releases the lock when the process dies, however it dies.
    """
    if _held.get(name):
        _held[name] += 1
        try:
            yield
        finally:
            _held[name] -= 1
        return
    prepare()
    with open(HERE / f"{name}.lock", "a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                from . import progress

                progress.say(waiting)
            fcntl.flock(file, fcntl.LOCK_EX)
        _held[name] = 1
        try:
            yield
        finally:
            _held[name] = 0
