"""Start Odoo: its command line, its configuration file, its shell, and real servers for tests.

Usable from tests: ``with Server("mydb", workers=2) as server: server.url ...``.
"""

import ast
import json
import os
import secrets
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from . import browser, logscan, odoo_source, postgres, process, state
from .state import LauncherError

PROGRAM = Path(__file__).parent / "bin" / "odoo"
START_PATIENCE = 180.0  # seconds until a server has to answer


def command(*arguments: str) -> list[str]:
    """Return the command line that runs Odoo with *arguments* in the launcher's environment."""
    return [str(process.interpreter()), str(PROGRAM), *map(str, arguments)]


def environment(**extra: str) -> dict[str, str]:
    """Return the environment for Odoo: database server, compiled files, Chromium on PATH if it is
    there.
    """
    env = postgres.client_environment()
    chromium = browser.found()
    if chromium:
        env["PATH"] = f"{chromium.parent}{os.pathsep}{env.get('PATH', os.defpath)}"
    env.update(extra)
    return env


def addons() -> list[str]:
    """Return the technical names of the addons in this checkout, sorted.

    ``ECOM_ADDONS=a,b`` restricts them to those and what they depend on, while another one is being
    written.
    """
    there = {path.parent.name for path in state.ADDONS.glob("*/__manifest__.py")}
    asked = {name.strip() for name in os.environ.get("ECOM_ADDONS", "").split(",") if name.strip()}
    if not asked:
        return sorted(there)
    if asked - there:
        raise LauncherError(
            f"ECOM_ADDONS names what is not in addons/: {', '.join(sorted(asked - there))}"
        )
    todo, found = list(asked), set()
    while todo:
        name = todo.pop()
        if name in there and name not in found:
            found.add(name)
            todo += manifest(name).get("depends", [])
    return sorted(found)


def manifest(name: str) -> dict:
    """Return the manifest of our addon *name*."""
    return ast.literal_eval((state.ADDONS / name / "__manifest__.py").read_text(encoding="utf-8"))


def addons_path(ours: bool = True) -> str:
    """Return Odoo's ``addons_path``; without *ours* for the base template, which knows nothing of
    this project.
    """
    return ",".join(
        map(str, odoo_source.addons_folders() + ([state.ADDONS] if ours and addons() else []))
    )


def write_config(path: Path, db: str, http_port: int, workers: int = 0, **options: object) -> Path:
    """Write an Odoo configuration file for database *db*; further *options* override ours. Returns
    *path*.

    Mail goes to a closed port: neither tests nor demo may reach anybody's mail server.
    """
    connection = postgres.connection()
    settings: dict[str, object] = {
        "addons_path": addons_path(),
        "admin_passwd": secrets.token_urlsafe(24),
        "data_dir": state.DATA,
        "db_name": db,
        "db_maxconn": 32,
        "dbfilter": f"^{db}$",
        "gevent_port": postgres.free_port(),
        "http_interface": "127.0.0.1",
        "http_port": http_port,
        "limit_time_cpu": 600,
        "limit_time_real": 1200,
        "list_db": False,
        "max_cron_threads": 0,
        "smtp_server": "127.0.0.1",
        "smtp_port": 9,
        "workers": workers,
    }
    if connection.host is not None:
        settings |= {
            "db_host": connection.host,
            "db_port": connection.port,
            "db_user": connection.user,
            "db_password": connection.password,
        }
    settings |= options
    text = "[options]\n" + "".join(
        f"{name} = {value}\n" for name, value in sorted(settings.items())
    )
    state.write_atomically(Path(path), text, 0o600)
    return Path(path)


def config_for(db: str, **options: object) -> Path:
    """Write and return a configuration file for one-off commands on *db*."""
    return write_config(state.RUN / f"{db}.conf", db, postgres.free_port(), **options)


def run(db: str, *arguments: str, title: str, log: Path, ours: bool = True) -> list[str]:
    """Run Odoo once on *db* and return the problems found in its log (see logscan); [] when all is
    well.

    A non-zero exit code is a problem too.
    """
    code = process.run(
        command("-c", str(config_for(db, addons_path=addons_path(ours))), "-d", db, *arguments),
        title=title,
        log=log,
        env=environment(),
        cwd=state.HERE,
        detail=lambda: _module_in(process.last_line(log, 400)),
        check=False,
    )
    found = logscan.problems(
        log.read_text(encoding="utf-8", errors="replace").splitlines(), addons()
    )
    if code and not found:
        found = [f"Odoo ended with {code}; the end of {log}:", process.tail(log)]
    return found


def _module_in(line: str) -> str:
    """Return the part of a log line that tells where a long install is."""
    match = logscan.LINE.match(line)
    return match["message"][:60] if match else ""


SHELL_END = "ecom: script done"


def shell(db: str, script: str, title: str = "", log: Path | None = None, ours: bool = True) -> str:
    """Run the Python *script* in Odoo's shell on *db* and return what it printed.

    ``env`` is the superuser's. The script commits itself (``env.cr.commit()``); after it,
    ``env.registry.signal_changes()`` tells running servers to drop their caches. Raises
    LauncherError when the script raises or the log holds an error.
    """
    ending = f"\nenv.registry.signal_changes()\nprint({SHELL_END!r}, flush=True)\n"
    log = log or state.LOGS / f"shell-{db}.log"
    argv = command(
        "shell", "-c", str(config_for(db, addons_path=addons_path(ours))), "-d", db, "--no-http"
    )
    with open(log, "w", encoding="utf-8") as errors:
        from . import progress

        child = process.start(
            argv,
            env=environment(),
            cwd=state.HERE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        try:
            if title:
                with progress.step(title):
                    out, _ = child.communicate((script + ending).encode())
            else:
                out, _ = child.communicate((script + ending).encode())
        finally:
            process.stop(child)
    text = out.decode("utf-8", "replace")
    found = logscan.problems(log.read_text(encoding="utf-8", errors="replace").splitlines())
    if child.returncode or SHELL_END not in text or found:
        raise LauncherError(
            f"A script in Odoo's shell failed ({title or db}):\n"
            + ("\n".join(found) or process.tail(log))
            + f"\n{text}"
        )
    return text.replace(f"{SHELL_END}\n", "")


class Server:
    """A real Odoo server on the loopback address, for the time of a ``with`` block.

    *port* 0 takes a free one; *workers* 0 is the threaded mode; *options* go into the configuration
    file, *env* into the environment; *log* is the file for its output. Attributes: ``url``,
    ``port``, ``db``, ``process``, ``log``.
    """

    def __init__(
        self,
        db: str,
        port: int = 0,
        workers: int = 0,
        options: Mapping[str, object] | None = None,
        env: Mapping[str, str] | None = None,
        log: Path | None = None,
    ):
        self.db = db
        self.workers = workers
        self.options = dict(options or {})
        self.env = dict(env or {})
        self.port = port or postgres.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = Path(log) if log else state.LOGS / f"server-{db}-{self.port}.log"
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *exception) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server and wait until it answers; raises LauncherError with the end of its
        log.
        """
        config = state.RUN / f"server-{self.db}-{self.port}.conf"
        write_config(config, self.db, self.port, self.workers, **self.options)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, "ab") as out:
            self.process = process.start(
                command("-c", str(config), "-d", self.db),
                env=environment(**self.env),
                cwd=state.HERE,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        try:
            self.wait_ready()
        except BaseException:
            self.stop()
            raise

    def wait_ready(self, patience: float = START_PATIENCE) -> None:
        """Wait until the server has loaded the database, has all its workers and answers.

        Raises LauncherError with the end of its log when it ends, answers 5xx, or is not there
        after *patience* seconds.
        """
        limit = time.monotonic() + patience
        while time.monotonic() < limit:
            if self.process.poll() is not None:
                raise LauncherError(
                    f"Odoo ended with {self.process.returncode}:\n{process.tail(self.log)}"
                )
            if self._answers() and self._complete():
                return
            time.sleep(0.1)
        raise LauncherError(
            f"Odoo did not answer within {patience:.0f} s:\n{process.tail(self.log)}"
        )

    def _answers(self) -> bool:
        # The login page needs the registry, /web/health does not.
        url = f"{self.url}/web/login?db={self.db}"
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                return answer.status == 200
        except urllib.error.HTTPError as error:
            if error.code >= 500:
                raise LauncherError(
                    f"Odoo answers {error.code}:\n{process.tail(self.log)}"
                ) from error
        except OSError:
            pass
        return False

    def _complete(self) -> bool:
        """Tell whether all workers are there: HTTP, cron, and the one for the websocket."""
        cron = int(self.options.get("max_cron_threads", 0))
        return not self.workers or len(self.children()) >= self.workers + cron + 1

    def children(self) -> list[int]:
        """Return the ids of the server's child processes (HTTP, cron and gevent workers; none with
        workers=0).
        """
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == self.process.pid:
                found.append(int(folder.name))
        return sorted(found)

    def kill_worker(self, pid: int | None = None) -> None:
        """Kill -9 one worker (*pid*, or all), or the whole server when it has no workers."""
        targets = [pid] if pid else self.children() if self.workers else []
        if not targets:
            self.kill()
        for target in targets:
            try:
                os.kill(target, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def kill(self) -> None:
        """Kill -9 the server with all its processes, as a power cut would."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.process.wait()

    def restart(self) -> None:
        """Stop the server if it runs and start it again on the same port."""
        self.stop()
        self.start()

    def stop(self) -> None:
        """Stop the server cleanly, and hard if it does not obey."""
        if self.process is not None:
            process.stop(self.process)
        (state.RUN / f"server-{self.db}-{self.port}.conf").unlink(missing_ok=True)

    def json(
        self,
        path: str,
        payload: object,
        headers: Mapping[str, str] | None = None,
        timeout: float = 60,
    ) -> object:
        """POST *payload* as JSON to *path* and return the decoded answer; raises
        urllib.error.HTTPError.
        """
        request = urllib.request.Request(
            self.url + path,
            json.dumps(payload).encode(),
            {"Content-Type": "application/json", **(headers or {})},
        )
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return json.load(answer)
