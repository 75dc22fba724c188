"""Servers that suites need beside Odoo: the sandbox carrier as a process of its own."""

import base64
import json
import subprocess
import sys
import time
import urllib.request

from launcher import process, state


class Carrier:
    """A sandbox Canada Post for the time of a ``with`` block; attribute ``url``."""

    def __init__(self, folder):
        self._port_file = folder / "sandbox.port"
        self._log = folder / "sandbox.log"
        self._child = None
        self.url = ""

    def __enter__(self):
        argv = [
            sys.executable,
            "-m",
            "sandbox.canada_post",
            "--port",
            "0",
            "--port-file",
            self._port_file,
        ]
        self._port_file.unlink(missing_ok=True)
        with open(self._log, "wb") as log:
            self._child = process.start(argv, cwd=state.ROOT, stdout=log, stderr=subprocess.STDOUT)
        limit = time.monotonic() + 30
        while not (self._port_file.exists() and self._port_file.read_text().strip()):
            if self._child.poll() is not None or time.monotonic() > limit:
                self.__exit__()
                raise RuntimeError(f"The sandbox did not start:\n{process.tail(self._log)}")
            time.sleep(0.02)
        self.url = f"http://127.0.0.1:{int(self._port_file.read_text())}"
        return self

    def __exit__(self, *exception):
        if self._child is not None:
            process.stop(self._child)

    def control(self, method, path, **values):
        """One control call; see sandbox/README.md."""
        body = json.dumps(values).encode() if method != "GET" else None
        request = urllib.request.Request(f"{self.url}/_control/{path}", data=body, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def reset(self):
        """An empty carrier without faults. Numbers go on, so none is ever given twice."""
        self.control("POST", "reset")

    def fault(self, kind, operation, **values):
        """The next call of ``operation`` goes wrong (``times``, ``skip``, ``match``: as told)."""
        self.control("POST", "faults", kind=kind, operation=operation, **values)

    def advance(self, *pins):
        """These parcels move on by one step."""
        self.control("POST", "advance", pins=list(pins))

    def clear_faults(self):
        self.control("DELETE", "faults")

    def latency(self, milliseconds):
        """Every answer takes at least that long."""
        self.control("POST", "settings", latency_ms=milliseconds)

    def sold(self):
        """Shipments ever sold, voided ones included."""
        return self.control("GET", "shipments")["shipments"]

    def live(self):
        """Shipments that are not void."""
        return [shipment for shipment in self.sold() if not shipment["voided"]]

    def void_by_hand(self):
        """Void everything, as somebody at the carrier's own site would."""
        login = base64.b64encode(b"sandbox-north:north-pass").decode()
        for shipment in self.live():
            customer = int(shipment["customer"])
            request = urllib.request.Request(
                f"{self.url}/rs/{customer:010}/{customer:010}/shipment/{shipment['id']}",
                method="DELETE",
                headers={
                    "Authorization": f"Basic {login}",
                    "Accept": "application/vnd.cpc.shipment-v8+xml",
                    "Accept-language": "en-CA",
                },
            )
            urllib.request.urlopen(request, timeout=20).close()

    def manifests(self):
        return self.control("GET", "manifests")["manifests"]

    def operations(self):
        """Names of the operations called since the last reset or :meth:`forget_calls`, in order."""
        return [call["operation"] for call in self.control("GET", "calls")["calls"]]

    def count(self, operation):
        """How often ``operation`` was called, refused and spoilt calls included."""
        return self.operations().count(operation)

    def forget_calls(self):
        self.control("DELETE", "calls")
