"""Several devices in one process, and the loopback HTTP calls that turn them (see the README)."""

import http.server
import json
import re
import threading
import urllib.parse
from contextlib import ExitStack
from pathlib import Path

_LOOPBACK_HOST = re.compile(r"(localhost|127\.0\.0\.1)(:[0-9]{1,5})?", re.IGNORECASE)
ACTIONS = ("unplug", "plug", "press", "power_on", "scan")


class Devices:
    """Named devices under one control address. ``with Devices({"scale": Scale(...)}) as them:``."""

    def __init__(self, devices: dict, port: int = 0) -> None:
        self.devices = devices
        self._stack = ExitStack()
        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", port), _Handler)
        self._http.daemon_threads = True
        self._http.sandbox = self
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def port(self) -> int:
        """Port of the control calls."""
        return self._http.server_address[1]

    @property
    def url(self) -> str:
        """Base address of the control calls."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Devices":
        with ExitStack() as stack:
            for device in self.devices.values():
                stack.enter_context(device)
            self._stack = stack.pop_all()
        self._thread.start()
        return self

    def __exit__(self, *_error) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        self._stack.close()

    # --- calls ----------------------------------------------------------------------------
    def handle(self, method: str, path: str, values: dict) -> tuple[int, object]:
        """Status, and an object for JSON or the bytes of a picture."""
        for wanted, pattern, work in _CALLS:
            match = re.fullmatch(pattern, path)
            if match and wanted == method:
                try:
                    return 200, work(self, values, *match.groups())
                except KeyError as error:
                    return 404, {"error": f"there is no {error}"}
                except (ValueError, TypeError, AttributeError) as error:
                    return 400, {"error": str(error)}
        return 404, {"error": f"no control call {method} {path}"}

    def _health(self, _values):
        return {"ok": True, "url": self.url}

    def _report(self, _values):
        return {"devices": {name: device.report() for name, device in self.devices.items()}}

    def _one(self, _values, name):
        return self.devices[name].report()

    def _set(self, values, name):
        self.devices[name].set(**values)
        return self.devices[name].report()

    def _act(self, values, name, action):
        if action not in ACTIONS:
            raise ValueError(f"no action {action}")
        getattr(self.devices[name], action)(**values)
        return self.devices[name].report()

    def _file(self, _values, name, file):
        path = Path(self.devices[name].folder) / file
        if not path.is_file():
            raise KeyError(file)
        return path.read_bytes()


_NAME = r"/_control/devices/([\w.-]+)"
_CALLS = [
    ("GET", r"/_control/health", Devices._health),
    ("GET", r"/_control/devices", Devices._report),
    ("GET", _NAME, Devices._one),
    ("POST", _NAME, Devices._set),
    ("GET", _NAME + r"/printed/([\w-]+\.(?:png|pdf))", Devices._file),
    ("POST", _NAME + r"/(\w+)", Devices._act),
]


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        """Look."""
        self._handle("GET")

    def do_POST(self) -> None:
        """Turn."""
        self._handle("POST")

    def _handle(self, method: str) -> None:
        url = urllib.parse.urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not _LOOPBACK_HOST.fullmatch(self.headers.get("Host", "")):
            self._finish(403, {"error": "this host name is not mine"})
            return
        try:
            values = json.loads(raw) if raw else {}
            if not isinstance(values, dict):
                raise ValueError("the body must be a JSON object")
        except ValueError as error:
            status, answer = 400, {"error": str(error)}
        else:
            status, answer = self.server.sandbox.handle(method, url.path, values)
        self._finish(status, answer)

    def _finish(self, status: int, answer) -> None:
        kind = "application/json"
        if isinstance(answer, bytes):
            kind = "application/pdf" if answer.startswith(b"%PDF") else "image/png"
        else:
            answer = json.dumps(answer, ensure_ascii=False, indent=1).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments) -> None:
        """No log."""
