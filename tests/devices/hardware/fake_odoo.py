"""A small Odoo that speaks the agent's contract over HTTP, and can be made to fail."""

import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from odoo.addons.ecom_hardware_proxy.proxy import signing


class FakeOdoo:
    """``with FakeOdoo(pairing) as odoo: odoo.offer("j1", content)``.

    *trouble*: what goes wrong from now on: "500", "cut", "unsigned", "revoked", "clock", "garbage".
    """

    def __init__(self, pairing):
        self.pairing = pairing
        self.trouble = ""
        self.offers, self.contents = {}, {}
        self.cancel, self.decide = [], []
        self.states = []  # (job id, state) as reported
        self.reports = []  # whole sync bodies
        self.noting = True
        self.fetched = []
        self.asked = []  # times of sync
        self.poll_after_ms = 60_000
        self.typed = set()  # digests of codes that a manager typed
        self.waiting = {}
        self.extra = {}
        self.broken = {}  # job id -> status of its content
        self.cookies = []  # Cookie headers that came

    def __enter__(self):
        odoo = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                odoo.answer(self)

            def log_message(self, *_values):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,)).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()

    def offer(self, job_id, content, device="labels", announced=None, **values):
        self.contents[job_id] = content
        self.offers[job_id] = {
            "id": job_id,
            "device": device,
            "name": f"Label {job_id}",
            "mimetype": "application/zpl",
            "size": len(content),
            "digest": hashlib.sha256(announced or content).hexdigest(),
            "copies": 1,
            "reprint_of": False,
            "reason": False,
        } | values

    def state_of(self, job_id):
        """The last reported state of a job."""
        return next((state for told, state in reversed(self.states) if told == job_id), None)

    # --- answering ---

    def answer(self, request):
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        path = request.path.removeprefix("/ecom_hardware/1/")
        self.cookies += request.headers.get_all("Cookie") or []
        if self.trouble == "cut":
            request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")
            request.close_connection = True
            return
        if self.trouble == "500":
            self.send(request, 500, b"<h1>Internal</h1>")
            return
        if path.startswith("pair/"):
            self.send(request, 200, self.pair(path, json.loads(body)))
            return
        nonce = self.check(request, body)
        if nonce is None:
            return
        if path == "sync":
            content = json.dumps(self.sync(json.loads(body))).encode()
            signature = signing.answer_signature(self.pairing.key, nonce, content)
            if self.trouble == "unsigned":
                signature = signature[::-1]
            if self.trouble == "garbage":
                content = b"[1]"
                signature = signing.answer_signature(self.pairing.key, nonce, content)
            self.send(request, 200, content, {signing.SIGNATURE: signature})
        else:
            job_id = path.split("/")[1]
            self.fetched.append(job_id)
            status = self.broken.get(job_id, 200)
            content = self.contents[job_id] if status == 200 else b"<h1>No</h1>"
            self.send(request, status, content, {"Location": "/web/login"})

    def check(self, request, body):
        """The nonce of a request that the station signed; otherwise refuse it."""
        if self.trouble == "revoked":
            self.refuse(request, "revoked", "This station is not paired with this Odoo any more.")
            return None
        now = time.time() + (300 if self.trouble == "clock" else 0)
        assert request.headers[signing.STATION] == self.pairing.station
        try:
            return signing.verify(
                self.pairing.key, "POST", request.path, request.headers, body, now
            )
        except signing.Refused as error:
            self.refuse(request, error.code, str(error))
            return None

    def refuse(self, request, code, text):
        self.send(request, 401, json.dumps({"error": code, "text": text}).encode())

    def send(self, request, status, content, headers=None):
        content = json.dumps(content).encode() if isinstance(content, dict) else content
        late_s = 300 if self.trouble == "clock" else 0
        request.send_response_only(status)
        request.send_header("Date", request.date_time_string(time.time() + late_s))
        request.send_header("Content-Length", str(len(content)))
        request.send_header("Set-Cookie", "session_id=abc; Path=/")
        for name, value in (headers or {}).items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(content)

    # --- what it knows ---

    def sync(self, report):
        self.asked.append(time.monotonic())
        self.reports.append(report)
        self.states += [(job["id"], job["state"]) for job in report["jobs"]]
        answer = {
            "jobs": list(self.offers.values()),
            "cancel": self.cancel,
            "decide": self.decide,
            "noted": [job["id"] for job in report["jobs"]] if self.noting else [],
            "poll_after_ms": self.poll_after_ms,
            "origins": list(self.pairing.origins),
            "name": self.pairing.name,
        }
        return answer | self.extra

    def pair(self, path, values):
        if path == "pair/start":
            self.waiting[values["poll_sha256"]] = values["code_sha256"]
            self.agent = values["agent"]
            return {"expires_in": 600}
        digest = hashlib.sha256(values["poll_secret"].encode()).hexdigest()
        if self.waiting.get(digest) not in self.typed:
            return {"state": "waiting"}
        return {
            "state": "paired",
            "station": self.pairing.station,
            "key": self.pairing.key,
            "name": self.pairing.name,
            "origins": list(self.pairing.origins),
        }

    def type_code(self, shown):
        """A manager types the code."""
        self.typed.add(signing.code_digest(shown))
