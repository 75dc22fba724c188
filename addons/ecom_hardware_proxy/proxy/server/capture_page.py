"""The raw-capture page: what a line sends, live, while ``ecom-proxy capture`` runs; else it is not
there at all. It is shown on this machine only.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from html import escape

from aiohttp import web

from ..config import Agent, Config
from ..security.guard import Guard, local
from ..security.limits import Limits
from ..words import Words
from .answers import add_headers, answered, language
from .app import door
from .pages import HEADERS, file

SHOWN = 200
COULD_BE = Words("What it could be")
CAME = Words("What came")
ENDED = Words("The capture has ended.")


class CapturePage:
    """``with CapturePage("Scale", lines, words) as page: page.url``.

    *lines* gives what came as (hex, text), *words* what it could be; both are called in another
    thread.
    """

    def __init__(
        self,
        name: str,
        lines: Callable[[], list[tuple[str, str]]],
        words: Callable[[], list[str]],
    ) -> None:
        self._name, self._lines, self._words = name, lines, words
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._port = 0

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self._port}/"

    def __enter__(self) -> "CapturePage":
        self._thread.start()
        self._run(self._start())
        return self

    def __exit__(self, *_error: object) -> None:
        self._run(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, coroutine: Coroutine) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _start(self) -> None:
        guard = Guard(
            Config(agent=Agent()),
            lambda: None,
            lambda: None,
            Limits(time.monotonic),
            None,
            time.time,
            lambda: self._port,
        )
        app = web.Application(middlewares=[door(guard)])
        app.on_response_prepare.append(add_headers)
        app.add_routes(
            [
                web.get("/", self.page, allow_head=False),
                web.get("/local/capture", self.captured, allow_head=False),
                web.get("/local/{name:page\\.css|capture\\.js}", file, allow_head=False),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]

    @local
    async def page(self, request: web.Request) -> web.Response:
        """The empty page; its script fills it."""
        name, said_in = escape(self._name), language(request)
        could_be, came, ended = (
            escape(words.said_in(said_in)) for words in (COULD_BE, CAME, ENDED)
        )
        text = f"""<!DOCTYPE html>
<html lang="{said_in}"><head><meta charset="utf-8"><title>{name} – ecom-proxy</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/local/page.css">
<script src="/local/capture.js" defer></script></head>
<body data-ended="{ended}"><header><h1>{name}</h1><span id="live"></span></header>
<main><h2>{could_be}</h2><ul id="words"></ul><h2>{came}</h2>
<table id="lines"></table></main></body></html>
"""
        return web.Response(text=text, content_type="text/html", headers=HEADERS)

    @local
    async def captured(self, request: web.Request) -> web.Response:
        """``{"lines": [[hex, text]], "words": [...]}``, the newest lines."""
        return answered(request, {"lines": self._lines()[-SHOWN:], "words": self._words()})
