"""The demo database: made, served, and the main job done in front of the user."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

from . import odoo, postgres, process, progress, setup, state, station, template
from .state import LauncherError

SANDBOX_PATIENCE = 30.0  # seconds until the sandbox carrier has to answer
ENDPOINT = "ecom_shipping_canada_post.endpoint"
BENCH = state.DEMO_OUT / "bench"
LOGIN = "clerk, packer, manager or admin (password = login)"


def _prepare(reset: bool = False) -> str:
    """Make sure that a current demo database is there; return its name. Needs a started server."""
    with state.lock(
        "demo-database", "Waiting for another ecom that is making the demo database ..."
    ):
        key = template.project_key() if odoo.addons() else template.base_key()
        known = template.note(template.DEMO).get("demo")
        if known == key and not reset:
            return template.DEMO
        if _served_by() is not None:
            raise LauncherError(
                "The demo is being served by another ecom; stop it first (./ecom stop)."
            )
        if known and not reset:
            progress.say("      The addons changed: the demo database is made anew.")
        source = template.ensure()
        template.clone(template.DEMO, source, keep=True)
        names = [name for name in odoo.addons() if odoo.manifest(name).get("demo")]
        if names:
            odoo.shell(
                template.DEMO,
                f"ADDONS = {names!r}\n"
                + (template.INSIDE / "load_demo.py").read_text(encoding="utf-8"),
                "Loading demo data",
            )
        template.remember(template.DEMO, {"demo": key})
        _forget_sandbox()
        return template.DEMO


def _forget_sandbox() -> None:
    """A fresh database meets a fresh carrier and a fresh bench: numbers sold to the old one and
    pairings with the old one mean nothing to the new.
    """
    (state.DEMO_OUT / "sandbox-state.json").unlink(missing_ok=True)
    shutil.rmtree(BENCH, ignore_errors=True)


def _served_by() -> int | None:
    """Return the id of the launcher that serves the demo, or None."""
    with contextlib.suppress(OSError, ValueError):
        pid = int((state.RUN / "demo.pid").read_text(encoding="utf-8"))
        # The number may have gone to a stranger since; a living launcher has its mark there.
        if pid != os.getpid() and process.alive(pid) and any(state.RUN.glob(f"{pid}-*.run")):
            return pid
    return None


@contextlib.contextmanager
def sandbox() -> Iterator[str]:
    """Run the sandbox carrier for the block; yield its URL."""
    state.DEMO_OUT.mkdir(parents=True, exist_ok=True)
    port_file = state.RUN / f"sandbox-{os.getpid()}.port"
    port_file.unlink(missing_ok=True)
    log = state.LOGS / "sandbox.log"
    argv = [
        str(process.interpreter()),
        "-m",
        "sandbox.canada_post",
        "--port",
        "0",
        "--port-file",
        str(port_file),
        "--state",
        str(state.DEMO_OUT / "sandbox-state.json"),
    ]
    with open(log, "wb") as out:
        child = process.start(argv, cwd=state.ROOT, stdout=out, stderr=subprocess.STDOUT)
    try:
        limit = time.monotonic() + SANDBOX_PATIENCE
        while not port_file.exists() or not port_file.read_text(encoding="utf-8").strip():
            if child.poll() is not None or time.monotonic() > limit:
                raise LauncherError(f"The sandbox carrier did not start:\n{process.tail(log)}")
            time.sleep(0.05)
        yield f"http://127.0.0.1:{int(port_file.read_text(encoding='utf-8'))}"
    finally:
        process.stop(child)
        port_file.unlink(missing_ok=True)


@contextlib.contextmanager
def _served(port: int, reset: bool = False) -> Iterator[tuple[odoo.Server, station.Station]]:
    """Have the demo database, the sandbox carrier, the packing bench and Odoo for the block."""
    setup.ensure(with_browser=False)
    if _served_by() is not None:
        raise LauncherError(
            "The demo is already being served from this checkout (./ecom stop ends it)."
        )
    with postgres.using("durable"):
        pid_file = state.RUN / "demo.pid"
        db = _prepare(reset)
        state.write_atomically(pid_file, f"{os.getpid()}\n")
        try:
            with contextlib.ExitStack() as stack:
                url = stack.enter_context(sandbox())
                progress.say(f"      The sandbox carrier listens at {url}")
                _point_at(db, url)
                bench = stack.enter_context(station.Station(BENCH))
                progress.say(f"      The agent of the packing bench listens at {bench.url}")
                server = odoo.Server(
                    db,
                    port=port,
                    options={"max_cron_threads": 1},
                    log=state.LOGS / "demo-server.log",
                )
                with progress.step("Starting Odoo"):
                    stack.enter_context(server)
                yield server, bench
        finally:
            pid_file.unlink(missing_ok=True)


def _point_at(db: str, url: str) -> None:
    """Store the sandbox's address where the carrier addon looks for it; Odoo is not running yet."""
    key, value = postgres.literal(ENDPOINT), postgres.literal(url)
    postgres.sql(
        db,
        "INSERT INTO ir_config_parameter "
        "(key, value, create_uid, write_uid, create_date, write_date) "
        f"VALUES ({key}, {value}, 1, 1, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC') "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )


def main_job(server: odoo.Server, bench: station.Station) -> None:
    """Do the main job on the running *server* and at the *bench*, relaying what the script says.

    Raises LauncherError if it fails.
    """
    out = state.DEMO_OUT
    out.mkdir(parents=True, exist_ok=True)
    argv = [process.interpreter(), "-m", "launcher.demo_job"]
    argv += ["--url", server.url, "--db", server.db, "--out", out]
    argv += ["--agent", bench.url, "--devices", bench.devices_url, "--bench", bench.folder]
    child = process.start(
        argv, env=odoo.environment(PYTHONUNBUFFERED="1"), cwd=state.ROOT, stdout=None, stderr=None
    )
    try:
        code = child.wait()
    finally:
        process.stop(child)
    if code:
        raise LauncherError(f"The main job failed (it ended with {code}); Odoo's log: {server.log}")


def _keep_serving(server: odoo.Server, bench: station.Station) -> int:
    progress.say(f"\n  Odoo: {server.url}   login: {LOGIN}   (Ctrl-C ends it)")
    if (bench.home / "station.json").exists():  # paired by the main job
        scale = f"{bench.devices_url}/_control/devices/scale"
        progress.say(
            "  The packing bench: choose it at the scale icon above right, as packer or manager."
        )
        progress.say(f"""  Put 1.25 kg on its scale: curl -d '{{"load_g": "1250"}}' {scale}\n""")
    server.process.wait()
    raise LauncherError(f"Odoo ended by itself:\n{process.tail(server.log)}")


def demo(port: int, once: bool, reset: bool) -> int:
    """``./ecom demo``: the main job, then serve until Ctrl-C (or end, with *once*)."""
    with _served(port, reset) as (server, bench):
        main_job(server, bench)
        if once:
            progress.say("The main job was done. ./ecom serve lets you look around as any of them:")
            progress.say(f"{LOGIN}. Mails to customers wait in Odoo's queue: nothing is sent here.")
            return 0
        return _keep_serving(server, bench)


def serve(port: int) -> int:
    """``./ecom serve``: the demo database as it stands."""
    with _served(port) as (server, bench):
        return _keep_serving(server, bench)


def shell() -> int:
    """``./ecom shell``: Odoo's shell on the demo database; a script may come on standard input."""
    setup.ensure(with_browser=False)
    with postgres.using("durable"):
        db = _prepare() if _served_by() is None else template.DEMO
        if not sys.stdin.isatty():
            print(odoo.shell(db, sys.stdin.read()), end="")
            return 0
        argv = odoo.command(
            "shell", "-c", str(odoo.config_for(db)), "-d", db, "--no-http", "--log-level", "warn"
        )
        # At the prompt Ctrl-C belongs to the shell, not to us.
        previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            return subprocess.run(
                argv, env=odoo.environment(), cwd=state.HERE, check=False
            ).returncode
        finally:
            signal.signal(signal.SIGINT, previous)


def stop_running() -> list[str]:
    """End the launcher that serves the demo and what killed launchers left; return what was
    stopped.
    """
    stopped = []
    for file in state.RUN.glob("*.run"):
        pid = int(file.stem.split("-")[0])
        if pid == os.getpid():
            continue
        if process.alive(pid):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGTERM)
            limit = time.monotonic() + process.STOP_PATIENCE + 5
            while process.alive(pid) and time.monotonic() < limit:
                time.sleep(0.1)
            stopped.append(f"ecom with process id {pid}")
        if process.end_leftovers(file.stem):
            stopped.append("what it had left")
        file.unlink(missing_ok=True)
    return stopped
