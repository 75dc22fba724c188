"""What the hardware agent adds: ``./ecom bench hardware [--quick]``.

a) from the last byte of a scale's answer to the event in Chromium, against reading the bare pty;
b) from the print call to the first byte of the label at the printer's socket, against a bare socket;
c) many labels queued, then printed: how many came out, how fast, none twice;
d) what the agent costs when nobody asks for anything.

The agent is the real one, as a process of its own; Odoo takes no part.
"""

import argparse
import base64
import json
import os
import secrets
import socket
import statistics
import sys
import tempfile
import threading
import time
import tty
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
from playwright.sync_api import sync_playwright

from launcher import browser, postgres, process, state
from launcher.station import ADDON, signing
from tests.bench.measure import Table, spread

KEY = "5e" * 32
LABEL = b"^XA^PW812^LL1218^FO40,40^A0N,40,40^FDLabel %d^FS^XZ\n"
GOAL_MS = 20.0
IDLE_S = 20.0


def main(arguments):
    parser = argparse.ArgumentParser(
        prog="ecom bench hardware", description="What the hardware agent adds."
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    quick = parser.parse_args(arguments).quick
    table, started = Table(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ecom-bench-") as folder, Bench(Path(folder)) as bench:
        _weights(bench, table, rounds=40 if quick else 200)
        _first_byte(bench, table, rounds=20 if quick else 100)
        _idle(bench, table, IDLE_S / 2 if quick else IDLE_S)
        _many(bench, table, 200 if quick else 1000)
    print(f"\n{table}\n\nThe run took {time.monotonic() - started:.0f} s.", flush=True)


class Bench:
    """An agent with a scale on a pty and a printer on a socket, both ours."""

    def __init__(self, folder):
        self.folder, self.home = folder, folder / "home"
        self.scale, self.sink, self.page = BareScale(), Sink(), Page()
        self.port = postgres.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._agent = None

    def __enter__(self):
        self.home.mkdir(mode=0o700)
        (self.home / "proxy.toml").write_text(
            CONFIG.format(port=self.port, scale=self.scale.path, sink=self.sink.port)
        )
        pairing = {"station": "bench", "key": KEY, "name": "bench", "origins": [self.page.origin]}
        (self.home / "station.json").write_text(json.dumps(pairing))
        for file in self.home.iterdir():
            file.chmod(0o600)
        self.start()
        return self

    def __exit__(self, *exception):
        self.stop()
        self.scale.close()
        self.sink.close()
        self.page.close()

    def start(self):
        """Start the agent and wait for its answer."""
        env = process.environment() | {"PYTHONPATH": str(ADDON)}
        argv = [process.interpreter(), "-m", "proxy", "run", "--home", self.home]
        with open(self.folder / "agent.log", "ab") as log:
            self._agent = process.start(argv, cwd=state.ROOT, env=env, stdout=log, stderr=log)
        limit = time.monotonic() + 30
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                if self._agent.poll() is not None or time.monotonic() > limit:
                    raise RuntimeError(process.tail(self.folder / "agent.log")) from None
                time.sleep(0.05)

    def stop(self):
        if self._agent:
            process.stop(self._agent)

    @property
    def pid(self):
        return self._agent.pid

    def headers(self, method, target, body=b""):
        """The proof that a page of ours sends."""
        claims = {
            "station": "bench",
            "user": 1,
            "login": "bench",
            "origin": self.page.origin,
            "do": ["read", "print", "scale"],
            "exp": time.time() + 240,
        }
        token, secret = signing.mint(KEY, claims)
        signed = signing.sign(secret, method, target, body, time.time())
        return signed | {signing.TOKEN: token}


class BareScale:
    """A Mettler 8217 on a pty that answers each request with another weight and notes when."""

    def __init__(self):
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self.sent = {}
        self._grams = 1000
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                asked = os.read(self._master, 64)
            except OSError:
                return
            for _request in range(asked.count(b"W")):
                self._answer()

    def _answer(self):
        self._grams = self._grams % 20000 + 1
        kilograms = f"{self._grams / 1000:06.3f}"
        self.sent[f"{float(kilograms) * 1000:.0f}"] = time.time()
        os.write(self._master, b"\x02" + kilograms.encode() + b"\r")

    def close(self):
        os.close(self._slave)
        os.close(self._master)


class Sink:
    """A printer's socket: notes when a label's first byte came, answers ~HS, counts labels."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.first, self.labels = {}, []
        self._changed = threading.Condition()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _peer = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._read, args=(connection,), daemon=True).start()

    def _read(self, connection):
        rest = b""
        with connection:
            while data := connection.recv(65536):
                now = time.time()
                if b"~HS" in data:
                    connection.sendall(STATUS)
                    data = data.replace(b"~HS", b"")
                rest += data
                rest = self._count(rest, now)

    def _count(self, rest, now):
        *complete, rest = rest.split(b"^XZ")
        with self._changed:
            for label in complete:
                name = label.partition(b"^FD")[2].partition(b"^FS")[0].decode()
                self.labels.append(name)
                self.first.setdefault(name, now)
            self._changed.notify_all()
        return rest

    def wait_for(self, count, limit_s):
        """Whether so many labels came within the time."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.labels) >= count, limit_s)

    def close(self):
        self._listener.close()


# Host status of a printer at rest: paper in, head closed, nothing waiting.
STATUS = (
    b"\x02030,0,0,1218,000,0,0,0,000,0,0,0\x03\r\n"
    b"\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n"
    b"\x021234,0\x03\r\n"
)


class Page:
    """An empty page that stands for Odoo's, at an origin of its own."""

    def __init__(self):
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Empty)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class _Empty(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>bench</title>")

    def log_message(self, *_arguments):
        """No log."""


# === a) WEIGHTS === #

LISTEN = """
async ([url, headers, count]) => {
    const response = await fetch(url, {headers});
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const seen = [];
    let rest = "";
    while (seen.length < count) {
        const {done, value} = await reader.read();
        if (done) break;
        const now = performance.timeOrigin + performance.now();
        const blocks = (rest + value).split("\\n\\n");
        rest = blocks.pop();
        for (const block of blocks) {
            const data = /^event: reading[\\s\\S]*?^data: (.*)$/m.exec(block);
            const reading = data && JSON.parse(data[1]);
            if (reading && reading.weight_g) seen.push([String(Math.round(reading.weight_g)), now]);
        }
    }
    reader.cancel();
    return seen;
}
"""


def _weights(bench, table, rounds):
    table.title("Scale to browser")
    bare = _bare_pty(rounds)
    with chromium_page(bench.page.origin) as page:
        target = "/v1/events?device=scale"
        headers = bench.headers("GET", target)
        seen = page.evaluate(LISTEN, [bench.url + target, headers, rounds])
    taken = [(now_ms / 1000 - bench.scale.sent[grams]) * 1000 for grams, now_ms in seen]
    table.fact("last byte to a bare reader of the pty", f"{statistics.median(bare):.2f} ms")
    table.fact("last byte to the event in Chromium", f"{spread(taken)} ms")
    added = statistics.median(taken) - statistics.median(bare)
    table.goal("added at the median", f"< {GOAL_MS:.0f} ms", f"{added:.2f} ms", added < GOAL_MS)


def _bare_pty(rounds):
    """Milliseconds from writing a frame to having read it, without anything between."""
    master, slave = os.openpty()
    tty.setraw(slave)
    taken = []
    for _round in range(rounds):
        started = threading.Event()
        done = []
        reader = threading.Thread(target=_read_frame, args=(slave, started, done))
        reader.start()
        started.wait()
        time.sleep(0.002)
        sent = time.time()
        os.write(master, b"\x0201.250\r")
        reader.join()
        taken.append((done[0] - sent) * 1000)
    os.close(slave)
    os.close(master)
    return taken


def _read_frame(slave, started, done):
    started.set()
    data = b""
    while not data.endswith(b"\r"):
        data += os.read(slave, 64)
    done.append(time.time())


@contextmanager
def chromium_page(url):
    """A page of Chromium at *url*."""
    browser.ensure()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=str(browser.path()), args=["--no-sandbox"]
        )
        page = chromium.new_page()
        page.goto(url)
        yield page
        chromium.close()


# === b) PRINTING === #

PRINT = """
async ([url, calls]) => {
    const sent = [];
    for (const [name, headers, body] of calls) {
        await new Promise((resolve) => setTimeout(resolve, 250));  // below the agent's limit
        sent.push([name, performance.timeOrigin + performance.now()]);
        const response = await fetch(url, {
            method: "POST", body, headers: {...headers, "Content-Type": "application/json"},
        });
        if (response.status !== 202) throw new Error(await response.text());
    }
    return sent;
}
"""


def _first_byte(bench, table, rounds):
    table.title("Print call to printer")
    bare = _bare_socket(bench.sink, rounds)
    calls = [_print_call(bench, number) for number in range(rounds)]
    with chromium_page(bench.page.origin) as page:
        sent = page.evaluate(PRINT, [f"{bench.url}/v1/jobs", calls])
    before = rounds
    if not bench.sink.wait_for(before + rounds, 30):
        raise RuntimeError(f"{len(bench.sink.labels) - before} of {rounds} labels were printed")
    taken = [(bench.sink.first[name] - at_ms / 1000) * 1000 for name, at_ms in sent]
    table.fact("bare socket, connect and send", f"{statistics.median(bare):.2f} ms")
    table.fact("fetch() in Chromium to the label's first byte", f"{spread(taken)} ms")
    added = statistics.median(taken) - statistics.median(bare)
    table.goal("added at the median", f"< {GOAL_MS:.0f} ms", f"{added:.2f} ms", added < GOAL_MS)


def _print_call(bench, number):
    body = json.dumps(
        {
            "id": secrets.token_hex(8),
            "device": "labels",
            "name": f"Label {number}",
            "mimetype": "application/zpl",
            "content": base64.b64encode(LABEL % number).decode(),
        }
    )
    return [f"Label {number}", bench.headers("POST", "/v1/jobs", body.encode()), body]


def _bare_socket(sink, rounds):
    """Milliseconds from connecting to the label's first byte at the sink."""
    taken = []
    for number in range(rounds):
        name = f"bare {number}"
        sent = time.time()
        with socket.create_connection(("127.0.0.1", sink.port)) as connection:
            connection.sendall(b"^XA^FD%s^FS^XZ" % name.encode())
        if not sink.wait_for(number + 1, 10):
            raise RuntimeError("the bare label did not arrive")
        taken.append((sink.first[name] - sent) * 1000)
    return taken


# === c) MANY, d) NOTHING === #


def _many(bench, table, count):
    """The queue is filled while the agent is down, as after a night; then it prints."""
    table.title(f"{count} labels")
    bench.stop()
    sys.path.insert(0, str(ADDON))
    from proxy.queue import JobQueue, NewJob

    queue = JobQueue(bench.home / "queue.db", time.time)
    names = [f"Label {10_000 + number}" for number in range(count)]
    started = time.monotonic()
    for number, name in enumerate(names):
        content = LABEL % (10_000 + number)
        queue.put(NewJob(f"many-{number}", "labels", name, "application/zpl", content))
    stored_s = time.monotonic() - started
    queue.close()
    before = len(bench.sink.labels)
    started = time.monotonic()
    bench.start()
    bench.sink.wait_for(before + count, 600)
    took = time.monotonic() - started
    time.sleep(1)  # room for what should not come: a label printed twice
    printed = bench.sink.labels[before:]
    table.fact("stored", f"{count / stored_s:.0f} labels/s")
    table.fact(
        "printed, with the printer's status before and after", f"{count / took:.0f} labels/s"
    )
    good = printed == names
    table.goal("each once and in order", "yes", "yes" if good else f"no: {len(printed)}", good)


def _idle(bench, table, seconds):
    table.title("Nobody asks for anything")
    agent = psutil.Process(bench.pid)
    time.sleep(3)  # what the last part left behind
    before = sum(agent.cpu_times()[:2])
    time.sleep(seconds)
    share = (sum(agent.cpu_times()[:2]) - before) / seconds * 100
    table.goal("processor time of the agent", "< 1 %", f"{share:.2f} %", share < 1)
    table.fact("memory", f"{agent.memory_info().rss / 1e6:.0f} MB")


CONFIG = """\
[agent]
port = {port}

[[device]]
id = "scale"
name = "Scale"
kind = "scale"
driver = "toledo_8217"
options = {{ unit = "kg" }}
link = {{ type = "serial", path = "{scale}" }}

[[device]]
id = "labels"
name = "Labels"
kind = "label_printer"
language = "zpl"
dpi = 203
width_mm = 101.6
height_mm = 152.4
link = {{ type = "tcp", host = "127.0.0.1", port = {sink} }}
"""


if __name__ == "__main__":
    main(sys.argv[1:])
