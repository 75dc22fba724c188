"""``ecom-proxy`` as the process that a shop runs: started, killed, started again."""

import os
import re
import subprocess
import sys
from pathlib import Path

from odoo.addons.ecom_hardware_proxy.proxy import config

from tests.devices.hardware.served import KEY, PAIRING, Page, ask, wait_until

ADDON = Path(config.__file__).resolve().parents[1]


def command(home, *arguments, **options):
    """Start ``ecom-proxy`` with *arguments* as a process."""
    environment = os.environ | {
        "PYTHONPATH": str(ADDON),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "LC_ALL": "C.UTF-8",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "proxy", *arguments, "--home", str(home)],
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **options,
    )


def said(home, *arguments, text="", limit_s=60):
    """Exit code and output of a command that ends by itself."""
    process = command(home, *arguments)
    output, _ = process.communicate(text, timeout=limit_s)
    return process.returncode, output


class Proxy:
    """``with Proxy(home, toml) as agent: agent.page().post(...)``; `kill` and `start` as one likes."""

    def __init__(self, home, toml="", pairing=PAIRING):
        self.home = home
        config.prepare_home(home)
        (home / config.FILE).write_text(
            toml if "[agent]" in toml else f"[agent]\nport = 0\n{toml}", encoding="utf-8"
        )
        if pairing:
            config.save_pairing(home, pairing)
        self.process, self.port = None, None
        self.log = home / "output.log"

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_error):
        if self.process:
            self.kill()

    def start(self):
        """Start it and wait until it listens."""
        with open(self.log, "ab") as log:
            self.log_from = log.tell()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "proxy", "run", "--verbose", "--home", str(self.home)],
                env=os.environ | {"PYTHONPATH": str(ADDON), "PYTHONDONTWRITEBYTECODE": "1"},
                stdout=log,
                stderr=log,
            )
        wait_until(lambda: self.process.poll() is not None or self._listening(), 60)
        assert self.port, self.output()

    def output(self):
        return self.log.read_text(encoding="utf-8")[self.log_from :]

    def _listening(self):
        match = re.search(r"Listening on https?://[^ ]*:(\d+)", self.output())
        self.port = int(match[1]) if match else None
        return bool(match)

    def kill(self):
        """As kill -9 does."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        """As systemd does; returns the exit code."""
        self.process.terminate()
        return self.process.wait(30)

    def page(self, **claims):
        return Page(self, **({"key": KEY} | claims))

    def hello(self):
        return ask(self.port, "GET", "/v1/hello")
