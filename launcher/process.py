"""Child processes that never outlive the launcher, whatever ends it."""

import contextlib
import ctypes
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from . import progress, state
from .state import LauncherError

RUN_VARIABLE = (
    "ECOM_RUN"  # inherited by everything that this launcher starts, so that leftovers are found
)
PR_SET_PDEATHSIG = 1
STOP_PATIENCE = 15.0  # seconds from the polite signal to kill -9


def run_id() -> str:
    """Return the mark of this run: "<launcher pid>-<random>"; children of a launcher see their
    launcher's.
    """
    if RUN_VARIABLE not in os.environ:
        os.environ[RUN_VARIABLE] = f"{os.getpid()}-{secrets.token_hex(4)}"
    return os.environ[RUN_VARIABLE]


def own_run() -> str:
    """Begin a run of our own, also when another ecom started this one, and note it for ``./ecom
    stop``.
    """
    os.environ.pop(RUN_VARIABLE, None)
    state.prepare()
    for file in state.RUN.glob("*.run"):
        # A launcher that was killed left its children's mark; end them before they get in the way.
        if not alive(int(file.stem.split("-")[0])):
            end_leftovers(file.stem)
            file.unlink(missing_ok=True)
    (state.RUN / f"{run_id()}.run").touch()
    return run_id()


def end_run() -> None:
    """End what this run left and forget it."""
    end_leftovers()
    (state.RUN / f"{run_id()}.run").unlink(missing_ok=True)


def environment(**extra: str) -> dict[str, str]:
    """Return the environment for children: the user's, less what would leak into Python
    programs.
    """
    run_id()
    env = dict(os.environ)
    for name in (
        "PYTHONPATH",
        "PYTHONHOME",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONSTARTUP",
        "VIRTUAL_ENV",
    ):
        env.pop(name, None)
    env["PYTHONPYCACHEPREFIX"] = str(state.PYCACHE)
    bundle = state.HERE / "ca-bundle.crt"
    if bundle.exists():
        for name in ("SSL_CERT_FILE", "PIP_CERT", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"):
            env.setdefault(name, str(bundle))
    env.update(extra)
    return env


def die_with_parent() -> None:
    """In a child, before exec: ask the kernel for SIGTERM when the parent dies (Linux; elsewhere
    nothing).
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(argv: Sequence[str], **options) -> subprocess.Popen:
    """Start *argv* in a session of its own, with our environment; it gets SIGTERM when we die."""
    options.setdefault("env", environment())
    options.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.Popen(
        [str(part) for part in argv], start_new_session=True, preexec_fn=die_with_parent, **options
    )


def stop(
    process: subprocess.Popen, patience: float = STOP_PATIENCE, first: int = signal.SIGTERM
) -> None:
    """End *process* and its whole group: *first*, then SIGKILL after *patience* seconds."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(first)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            pass
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def last_line(path: Path, limit: int = 90) -> str:
    """Return the last line of the file at *path*, shortened to *limit* characters."""
    try:
        with open(path, "rb") as file:
            file.seek(max(0, path.stat().st_size - 2000))
            lines = [
                line for line in file.read().decode("utf-8", "replace").splitlines() if line.strip()
            ]
    except FileNotFoundError:
        return ""
    return lines[-1].strip()[-limit:] if lines else ""


def tail(path: Path, count: int = 25) -> str:
    """Return the last *count* lines of the file at *path*."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return "\n".join(lines[-count:])


def run(
    argv: Sequence[str],
    *,
    title: str,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    text: str | None = None,
    detail: Callable[[], str] | None = None,
    check: bool = True,
) -> int:
    """Run *argv* with its output in *log*, showing progress; return its exit code.

    *text* is given on standard input. Raises LauncherError with the end of the log when *check* is
    set and the code is not 0. An interruption ends the child's whole group first.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "w", encoding="utf-8") as out, progress.step(title, detail or (lambda: "")):
        options: dict = {"stdout": out, "stderr": subprocess.STDOUT, "cwd": cwd}
        if env is not None:
            options["env"] = dict(env)
        if text is not None:
            options["stdin"] = subprocess.PIPE
        child = start(argv, **options)
        try:
            if text is not None:
                with contextlib.suppress(BrokenPipeError):
                    child.stdin.write(text.encode())
                    child.stdin.close()
            code = child.wait()
        finally:
            stop(child)
        if check and code:
            raise LauncherError(
                f"{title}: the program ended with {code}. The end of {log}:\n{tail(log)}"
            )
    return code


def capture(argv: Sequence[str], **options) -> str:
    """Run a short command and return its standard output; raise LauncherError with its errors
    otherwise.
    """
    options.setdefault("env", environment())
    done = subprocess.run(
        [str(part) for part in argv], capture_output=True, text=True, check=False, **options
    )
    if done.returncode:
        raise LauncherError(f"{Path(argv[0]).name} failed: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def alive(pid: int) -> bool:
    """Tell whether a process with that id exists and is not a zombie."""
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
            != "Z"
        )
    except (OSError, IndexError):
        return False


def started_by(mark: str) -> list[int]:
    """Return the ids of the processes that carry *mark* in their environment, ourselves left
    out.
    """
    wanted, found = f"{RUN_VARIABLE}={mark}".encode(), []
    for folder in Path("/proc").glob("[0-9]*"):
        pid = int(folder.name)
        if pid in (os.getpid(), os.getppid()):
            continue
        try:
            if wanted in (folder / "environ").read_bytes().split(b"\0") and alive(pid):
                found.append(pid)
        except OSError:
            continue
    return found


def end_leftovers(mark: str | None = None, patience: float = 5.0) -> int:
    """End whatever still runs with *mark* (default: ours); return how many processes that were."""
    mark = mark or run_id()
    pids = started_by(mark)
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGTERM)
    limit = time.monotonic() + patience
    while any(map(alive, pids)) and time.monotonic() < limit:
        time.sleep(0.1)
    for pid in filter(alive, pids):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
    return len(pids)


def catch_termination() -> None:
    """Make SIGTERM and SIGHUP unwind like Ctrl-C, so that children are stopped.

    Ctrl-C itself too: a shell that starts us in the background lets us inherit it ignored.
    """

    def unwind(number, frame):
        raise SystemExit(128 + number)

    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, unwind)
    signal.signal(signal.SIGHUP, unwind)


def interpreter() -> Path:
    """Return the Python of the launcher's virtual environment."""
    return state.VENV / "bin" / "python"


if sys.platform != "linux":
    raise LauncherError("ecom runs on Linux only.")
