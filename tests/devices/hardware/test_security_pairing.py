"""Pairing while Odoo answers in pieces, with garbage, or is being restarted."""

import asyncio
import json
import socket
import threading
import time

import aiohttp
import pytest

from odoo.addons.ecom_hardware_proxy.proxy.security import pairing

PAIRED = {"state": "paired", "station": "s-1", "key": "5e" * 32, "name": "Bench", "origins": []}


def answered(*answers):
    """What pairing makes of raw *answers*, each a tuple of pieces, one per poll."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            for pieces in answers:
                line = server.accept()[0]
                with line:
                    line.recv(65536)
                    for piece in pieces:
                        line.sendall(piece)
                        time.sleep(0.05)

        threading.Thread(target=serve, daemon=True).start()
        return asyncio.run(_pair(server.getsockname()[1]))


async def _pair(port):
    async with aiohttp.ClientSession() as session:
        client = pairing.PairingClient(f"http://127.0.0.1:{port}", session)
        return await pairing.wait_for_pairing(client, pairing.new_code(), 10, poll_s=0.01)


def answer(status, body):
    head = f"HTTP/1.1 {status} x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode(), body[:20], body[20:]


def test_an_answer_in_pieces_is_read_to_its_end():
    assert answered(answer(200, json.dumps(PAIRED).encode())).name == "Bench"


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_restart_of_odoo_does_not_end_the_pairing(status):
    restarting = answer(status, b"<h1>Bad gateway</h1>")
    assert answered(restarting, answer(200, json.dumps(PAIRED).encode())).name == "Bench"


@pytest.mark.parametrize("body", [b"[" * 100_000, b"\xff", b"5", b"{}" * 5])
def test_garbage_is_told_in_words(body):
    with pytest.raises(pairing.PairingFailed, match="is the address right"):
        answered(answer(200, body))
