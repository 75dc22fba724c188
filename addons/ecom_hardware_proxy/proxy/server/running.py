"""What the agent that runs on this machine says of itself (``GET /local/status``)."""

import aiohttp

from ..config import Agent
from ..security import names
from ..words import Words
from .app import address_of

ANSWER_S = 5.0


class NoAnswer(Exception):
    """The agent could not be asked; the text says why."""


async def ask_running(agent: Agent, language: str) -> dict:
    """``{"version", "pos", "devices"}`` in *language*. Raises NoAnswer.

    No secret is sent, and the address is this machine's: the certificate need not be checked.
    """
    bound = names.address(agent.bind)
    host = "127.0.0.1" if bound and bound.is_unspecified else agent.bind
    scheme = address_of(agent, agent.port).partition(":")[0]
    url = f"{scheme}://{f'[{host}]' if ':' in host else host}:{agent.port}/local/status"
    limit = aiohttp.ClientTimeout(total=ANSWER_S)
    headers = {"Accept-Language": language}
    try:
        async with (
            aiohttp.ClientSession(timeout=limit, headers=headers) as session,
            session.get(url, ssl=False, allow_redirects=False) as answer,
        ):
            told = await answer.json()
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        raise NoAnswer(Words("{url} does not answer.", url=url)) from None
    if answer.status != 200 or not isinstance(told, dict):
        text = told.get("text") if isinstance(told, dict) else ""
        raise NoAnswer(text or Words("{url} does not answer.", url=url))
    return told
