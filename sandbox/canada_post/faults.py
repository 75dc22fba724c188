"""Misbehaviour on command: what a network and a busy carrier do to a caller."""

import itertools
import os
import select
import socket
import struct
import threading
import time

from .documents import MESSAGES, Builder, serialize
from .errors import throttled

# kind: whether the work is done before the answer goes wrong
KINDS = {
    "sell_then_hang": True,
    "void_then_hang": True,
    "sell_then_reset": True,
    "hang": False,
    "reset": False,
    "error_500": False,
    "accepted_202": False,
    "throttle": False,
    "empty_messages": False,
    "cut_body": True,
    "slow_bytes": True,
    "wrong_encoding": True,
    "not_xml": True,
    "latency": True,
}
FOR_EVER = ("accepted_202",)
_HTML = b"<!DOCTYPE html><html><body><h1>Back soon</h1><p>&copy; proxy</body></html>"


class Faults:
    """Faults waiting for their call."""

    def __init__(self):
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._waiting = []

    def add(self, values, operations):
        """Register a fault; raises ``ValueError`` with the reason when it makes no sense."""
        kind, operation = values.get("kind"), values.get("operation", "*")
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        if operation != "*" and operation not in operations:
            raise ValueError(f"operation must be * or one of {', '.join(operations)}")
        default = None if kind in FOR_EVER else 1
        fault = {
            "kind": kind,
            "operation": operation,
            "times": values.get("times", default),
            "skip": int(values.get("skip", 0)),
            "match": str(values.get("match", "")),
            "status": values.get("status"),
            "seconds": values.get("seconds"),
            "latency_ms": values.get("latency_ms", 0),
            "work": bool(values.get("work", KINDS[kind])),
            "hits": 0,
        }
        with self._lock:
            fault["id"] = next(self._numbers)
            self._waiting.append(fault)
        return fault

    def clear(self, number=None):
        """Forget all faults, or one."""
        with self._lock:
            self._waiting = [
                fault for fault in self._waiting if number is not None and fault["id"] != number
            ]

    def list(self):
        """Faults still waiting."""
        with self._lock:
            return [dict(fault) for fault in self._waiting]

    def take(self, operation, path, body):
        """The fault for this call, used up by one; None when the call goes well."""
        if not self._waiting:
            return None
        with self._lock:
            for fault in self._waiting:
                if fault["operation"] not in ("*", operation):
                    continue
                if fault["match"] and fault["match"].encode() not in path.encode() + b"\n" + body:
                    continue
                if fault["skip"]:
                    fault["skip"] -= 1
                    continue
                return self._use(fault)
        return None

    def _use(self, fault):
        fault["hits"] += 1
        if fault["times"] is not None:
            fault["times"] -= 1
            if fault["times"] <= 0:
                self._waiting.remove(fault)
        return dict(fault)


def spoil(answer, fault, operation):
    """The answer that the caller gets instead; transport faults are left to ``send``."""
    kind, status = fault["kind"], fault["status"]
    if kind == "error_500":
        return _messages(answer, status or 500, "Server", "Internal Error")
    if kind == "throttle":
        refusal = throttled(status or 500)
        return answer.replace(refusal.status, refusal.document("en"), "application/xml")
    if kind == "accepted_202":
        code = "9150" if operation == "get_artifact" else "9153"
        return _messages(answer, status or 202, code, "Still being prepared; try again later.")
    if kind == "empty_messages":
        return answer.replace(
            status or 400, serialize(Builder(MESSAGES)("messages")), "application/xml"
        )
    if kind == "not_xml":
        return answer.replace(status or 200, _HTML, "text/html")
    if kind == "wrong_encoding":
        return answer.replace(answer.status, _wrong_encoding(answer.body), answer.media_type)
    return answer


def _messages(answer, status, code, text):
    build = Builder(MESSAGES)
    body = build("messages", build("message", build("code", code), build("description", text)))
    return answer.replace(status, serialize(body), "application/xml")


def _wrong_encoding(body):
    """Declared as UTF-8, sent as Latin-1, with at least one accent to make it matter."""
    text = body.decode("utf-8", "replace")
    head, closing, tail = text.partition("?>")
    return (head + closing + "<!-- étiquette créée -->" + tail).encode("latin-1", "replace")


def send(connection, payload, fault, stopping):
    """Send prepared bytes the way the fault wants; returns whether the connection may be kept."""
    kind = fault["kind"] if fault else None
    if kind in ("sell_then_hang", "void_then_hang", "hang"):
        wait_for_hang_up(connection, fault["seconds"] or 3600, stopping)
        return False
    if kind in ("sell_then_reset", "reset"):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(connection.detach())
        return False
    if kind == "cut_body":
        head, _blank, body = payload.partition(b"\r\n\r\n")
        connection.sendall(head + b"\r\n\r\n" + body[: len(body) // 2])
        return False
    if kind == "slow_bytes":
        return _send_slowly(connection, payload, fault["seconds"] or 5, stopping)
    connection.sendall(payload)
    return True


def wait_for_hang_up(connection, seconds, stopping):
    """Say nothing until the caller gives up, the time is over or the sandbox stops."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and not stopping.is_set():
        readable, _write, _error = select.select([connection], [], [], 0.05)
        if readable:
            try:
                if not connection.recv(1, socket.MSG_PEEK):
                    return
            except OSError:
                return
            stopping.wait(0.05)


def _send_slowly(connection, payload, seconds, stopping):
    pieces = 40
    size = max(1, -(-len(payload) // pieces))
    for start in range(0, len(payload), size):
        if stopping.wait(seconds / pieces):
            return False
        connection.sendall(payload[start : start + size])
    return True
