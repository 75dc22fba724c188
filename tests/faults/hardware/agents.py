"""Starting, killing and asking the process of ``agent.py``."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

from odoo.addons.ecom_hardware_proxy.proxy import config

from tests.stations import LONG_S

ROOT = Path(__file__).resolve().parents[3]


def parcels(printer):
    """The numbers of the labels that were received, in order; as many came out."""
    numbers = [int(n) for job in printer.jobs for n in re.findall(rb"Parcel (\d+)", job)]
    printer.wait_for(len(numbers))
    assert len(printer.printed) == len(numbers)
    return numbers


class Agent:
    """One home folder, and the process that works with it at the moment."""

    def __init__(self, folder, *devices):
        self.home, self.orders = folder / "home", folder / "orders"
        self.orders.mkdir()
        config.save(self.home, config.Config(devices=devices))
        self.process = None

    def start(self):
        """Return when the station runs."""
        self.process = subprocess.Popen(
            [sys.executable, "-B", "-m", "tests.faults.hardware.agent", str(self.home)],
            cwd=ROOT,
            env=os.environ | {"ECOM_CRASH_ORDERS": str(self.orders)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready\n"
        return self

    def order(self, step):
        """Let the process die at *step*."""
        (self.orders / step).touch()

    def tell(self, method, *positional, **named):
        """Call a method of ``agent.METHODS``, of which the process may die."""
        self.process.stdin.write(json.dumps([method, positional, named]) + "\n")
        self.process.stdin.flush()

    def ask(self, method, *positional, **named):
        """Call a method of ``agent.METHODS`` and return its answer."""
        self.tell(method, *positional, **named)
        return json.loads(self._line())

    def _line(self):
        # A process that says nothing ends the test instead of holding it for ever.
        timer = threading.Timer(LONG_S, self.process.kill)
        timer.start()
        try:
            return self.process.stdout.readline()
        finally:
            timer.cancel()

    def died(self):
        """Wait until the process was killed by its own order."""
        assert self.process.wait(LONG_S) == -signal.SIGKILL
        self._close()

    def kill(self):
        """Kill the process from outside."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(LONG_S)
        self._close()

    def _close(self):
        for pipe in (self.process.stdin, self.process.stdout):
            try:
                pipe.close()
            except OSError:
                pass
