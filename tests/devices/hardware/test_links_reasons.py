"""Why nobody answered, in words: from real failures of sockets, of TLS and of aiohttp."""

import asyncio
import errno
import os
import socket
import ssl
import threading

import aiohttp
import pytest

from odoo.addons.ecom_hardware_proxy.proxy.links.reasons import why


def failure(url):
    """What aiohttp raises for that address."""

    async def get():
        limit = aiohttp.ClientTimeout(total=10)
        async with aiohttp.ClientSession(timeout=limit) as session:
            with pytest.raises((aiohttp.ClientError, OSError)) as raised:
                await session.get(url)
            return raised.value

    return asyncio.run(get())


@pytest.fixture
def deaf():
    """A port where somebody answers, but not by TLS."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer():
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"HTTP/1.0 400 no\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    words = why(failure(f"http://127.0.0.1:{port}/"))
    assert words == "nobody listens there" and words.said_in("fr") == "personne n'y répond"


def test_what_answers_speaks_no_tls(deaf):
    assert why(failure(f"https://127.0.0.1:{deaf}/")) == "what answers there does not speak TLS"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError(), "no answer in time"),
        (socket.gaierror(-2, "Name or service not known"), "this name is not known"),
        (ConnectionResetError(errno.ECONNRESET, "x"), "the connection was cut"),
        (aiohttp.ServerDisconnectedError(), "the connection was cut"),
        (OSError(errno.EHOSTUNREACH, "x"), "no such machine is on the network"),
        (OSError(errno.ENOBUFS, "('x', 1)"), os.strerror(errno.ENOBUFS)),
        (ssl.SSLError(1, "[SSL] x"), "what answers there does not speak TLS"),
    ],
)
def test_reasons_are_words(error, words):
    assert why(error) == words
