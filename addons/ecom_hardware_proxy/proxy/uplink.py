"""The outgoing connection to Odoo: what is there to print, and what became of it.

The agent always calls, so a shop behind NAT needs no open port. Each question is signed with the
station's key, each answer must be signed by Odoo for that very question. What Odoo offers again is
known by its id and prints nothing; what happened is told until Odoo has noted it, over restarts.
"""

import asyncio
import contextlib
import hashlib
import logging
import random
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial

import aiohttp

from . import API, VERSION
from .config import OdooServer, Pairing, forget_pairing, save_pairing
from .events import DEVICE, JOB
from .odoo_client import NoContent, Odoo, Offer, Revoked, UplinkError
from .queue import Conflict, JobState, NewJob, NotAllowed, StorageError
from .security import names
from .station import NoSuchDevice, Station, Unsupported
from .words import Words, in_language, language_of

POLL_MS = (500, 60_000)
BACKOFF_S = (1.0, 60.0)
TRIES = 3
# A content that Odoo fails to hand over: after TRIES the next job may pass it, after these Odoo is
# told that nothing will come of it.
GIVE_UP_TRIES = 30
# Several changes within this time are told in one question.
GATHER_S = 0.1
_logger = logging.getLogger(__name__)


class Uplink:
    """Asks Odoo again and again while the station is paired.

    *pairing* gives what pairing brought, or None; *odoo* where Odoo is; *address* is what browsers
    are told. *state* is in words, empty when all is well.
    """

    def __init__(
        self,
        station: Station,
        pairing: Callable[[], Pairing | None],
        odoo: Callable[[], OdooServer],
        address: Callable[[], str],
        backoff_s: tuple[float, float] = BACKOFF_S,
        pause: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._station, self._pairing = station, pairing
        self._odoo, self._address = odoo, address
        self._backoff_s, self._pause = backoff_s, pause
        self._wanted = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        # States to tell Odoo beside the queue's own news, by job id.
        self._also: dict[str, dict] = {}
        self._taken_back: set[str] = set()
        self._failures: dict[str, int] = defaultdict(int)
        self._lanes: dict[str, Lane] = {}
        self.state = Words("Not connected yet.")
        self.last_good: float | None = None

    def wake(self) -> None:
        """Ask at once; from any thread."""
        if self._loop:
            self._loop.call_soon_threadsafe(self._wanted.set)

    # --- the loop -------------------------------------------------------------------------------

    async def run(self) -> None:
        """Until cancelled."""
        self._loop = asyncio.get_running_loop()
        listening = asyncio.ensure_future(self._listen())
        try:
            # A session's cookie could choose another database than the one asked for.
            async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
                await self._ask_forever(session)
        finally:
            listening.cancel()
            await self._close_lanes()

    async def _ask_forever(self, session: aiohttp.ClientSession) -> None:
        failures = 0
        while True:
            pairing, where = self._pairing(), self._odoo()
            if not pairing or not where.url:
                # Said once in the log, too: nobody is let in from now on.
                self._say(Words("This station is not paired with an Odoo."))
                await self._rest(2.0)
                continue
            odoo = Odoo(where.url, where.database, session, self._station.clock)
            try:
                pause_s = await self._sync(odoo, pairing)
                failures = 0
                self._say("")
            except Revoked as error:
                await asyncio.to_thread(self._forget, pairing, str(error))
                continue
            except UplinkError as error:
                failures += 1
                self._say(str(error))
                pause_s = self._backoff(failures)
            except Exception:
                # Whatever Odoo sent, the next question is asked.
                failures += 1
                _logger.exception("An answer of Odoo could not be dealt with")
                self._say(Words("An answer of Odoo could not be dealt with; the log tells more."))
                pause_s = self._backoff(failures)
            # Somebody's wish to print is no reason to hammer an Odoo that does not answer.
            await (self._rest(pause_s) if not failures else asyncio.sleep(pause_s))

    def _backoff(self, failures: int) -> float:
        first, most = self._backoff_s
        longest = min(most, first * 2 ** min(failures - 1, 10))
        return self._pause(longest / 2, longest)

    async def _rest(self, pause_s: float) -> None:
        """Wait, or until something happened."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause_s):
                await self._wanted.wait()
                await asyncio.sleep(GATHER_S)
        self._wanted.clear()

    async def _listen(self) -> None:
        """What happens to a job or a device is told at once."""
        with self._station.hub.subscribe({JOB, DEVICE}) as subscription:
            async for _event in subscription:
                self._wanted.set()

    def _say(self, words: str) -> None:
        if words != self.state:
            _logger.log(logging.WARNING if words else logging.INFO, words or "Odoo answers.")
        self.state = words
        if not words:
            self.last_good = time.monotonic()

    def _forget(self, pairing: Pairing, words: str) -> None:
        if self._pairing() == pairing:
            forget_pairing(self._station.home)
        self._station.audit.write("odoo", "revoke", words=words)
        self._say(words)

    # --- one question ---------------------------------------------------------------------------

    async def _sync(self, odoo: Odoo, pairing: Pairing) -> float:
        """Report and carry out; return for how many seconds to rest."""
        news = await asyncio.to_thread(self._station.queue.news)
        states = {job.id: _state(job.to_json()) for job in news}
        also = {job_id: state for job_id, state in self._also.items() if job_id not in states}
        report = {
            "version": VERSION,
            "api": API,
            "address": self._address(),
            "devices": [device.to_json() for device in self._station.devices()],
            "jobs": [*states.values(), *also.values()],
        }
        answer = await odoo.ask(pairing, in_language(report, language_of(pairing.lang)))
        noted = set(_texts(answer.get("noted")))
        for job_id in noted & also.keys():
            if self._also[job_id] == also[job_id]:
                del self._also[job_id]
        await asyncio.to_thread(self._station.queue.noted, [job for job in news if job.id in noted])
        await asyncio.to_thread(self._remember, pairing, answer)
        await asyncio.to_thread(self._obey, answer)
        self._fetch(odoo, pairing, answer)
        low, high = POLL_MS
        wanted = answer.get("poll_after_ms")
        return min(max(wanted if isinstance(wanted, int | float) else high, low), high) / 1000

    def _remember(self, pairing: Pairing, answer: dict) -> None:
        """Odoo may have got another name, address or language since."""
        origins = tuple(filter(None, map(names.origin_of, _texts(answer.get("origins")))))
        name, lang = answer.get("name"), answer.get("lang")
        fresh = replace(
            pairing,
            origins=origins or pairing.origins,
            name=name if isinstance(name, str) and name else pairing.name,
            lang=lang if isinstance(lang, str) else pairing.lang,
        )
        if fresh != pairing and self._pairing() == pairing:
            save_pairing(self._station.home, fresh)

    def _obey(self, answer: dict) -> None:
        """Cancellations, and what people decided in Odoo about unknown jobs."""
        for job_id in _texts(answer.get("cancel")):
            self._obey_about(job_id, lambda job_id: self._station.cancel(job_id, "Odoo"))
        for item in answer.get("decide") or ():
            if isinstance(item, dict) and isinstance(item.get("id"), str):
                self._obey_about(item["id"], partial(self._decide, item))

    def _decide(self, item: dict, job_id: str) -> None:
        who = str(item.get("who") or "Odoo")
        with contextlib.suppress(ValueError):
            self._station.decide(job_id, item.get("decision"), who)

    def _obey_about(self, job_id: str, order: Callable[[str], object]) -> None:
        """Carry *order* out; where it is too late for that, Odoo hears once more how the job is."""
        try:
            order(job_id)
        except NotAllowed:
            self._also[job_id] = _state(self._station.job(job_id).to_json())
        except KeyError:
            self._take_back(job_id)

    def _take_back(self, job_id: str) -> None:
        """A job that never came here, or is just being fetched: it will not be printed."""
        self._taken_back.add(job_id)
        words = Words("Cancelled: this station does not have it.")
        now = self._station.clock()
        self._also[job_id] = _state(
            {"id": job_id, "state": JobState.CANCELLED, "words": words, "changed": now}
        )

    # --- jobs -----------------------------------------------------------------------------------

    def _fetch(self, odoo: Odoo, pairing: Pairing, answer: dict) -> None:
        """Queue what is offered; each printer has its own lane, so that none waits for another."""
        cancelled = set(_texts(answer.get("cancel")))
        for values in answer.get("jobs") or ():
            job_id = values.get("id") if isinstance(values, dict) else None
            if job_id in self._also or job_id in cancelled:
                continue
            try:
                offer = Offer.of(values)
            except (AttributeError, ValueError) as error:
                self._refuse_unreadable(job_id, error)
                continue
            lane = self._lanes.setdefault(offer.device, Lane(self._take))
            lane.add(odoo, pairing, offer)

    def _refuse_unreadable(self, job_id: object, error: Exception) -> None:
        _logger.error("Odoo offered a job that cannot be read: %s", error)
        if isinstance(job_id, str) and job_id:
            self._refuse(
                job_id, "", Words("The station cannot read this job: {error}.", error=error)
            )

    async def _take(self, odoo: Odoo, pairing: Pairing, offer: Offer) -> bool:
        """Fetch the content of one job and hand it to the station; False: try again later."""
        if await asyncio.to_thread(self._known, offer):
            return True
        try:
            content = await odoo.content(pairing, offer.id)
        except Revoked as error:
            self._say(str(error))
            return False
        except UplinkError as error:
            self._say(f"{offer.name}: {error}")
            return self._not_handed_over(offer, error)
        if self._pairing() is None:
            return False
        if hashlib.sha256(content).hexdigest() != offer.digest:
            self._failures[offer.id] += 1
            if self._failures[offer.id] < TRIES:
                return False
            self._refuse(
                offer.id, offer.device, Words("The content did not arrive as Odoo announced it.")
            )
        else:
            await asyncio.to_thread(self._submit, offer, content)
        self._failures.pop(offer.id, None)
        return True

    def _not_handed_over(self, offer: Offer, error: UplinkError) -> bool:
        """One job without content must not hold up its printer for ever, nor vanish in silence.

        True: the next one may pass it. What Odoo drops in this moment is not offered again.
        """
        self._failures[offer.id] += 1
        gone = isinstance(error, NoContent)
        if self._failures[offer.id] >= (2 if gone else GIVE_UP_TRIES):
            del self._failures[offer.id]
            self._refuse(
                offer.id,
                offer.device,
                Words("The station did not get its content: {error}", error=error),
            )
            return True
        return gone or self._failures[offer.id] >= TRIES

    def _known(self, offer: Offer) -> bool:
        """Tell whether the job is here already; Odoo then hears once more how it is."""
        try:
            job = self._station.job(offer.id)
        except KeyError:
            return False
        state = _state(job.to_json())
        if job.digest != offer.digest:
            words = Words(
                "Not printed with its new content, for this id is known: {words}", words=job.words
            )
            state |= {"words": words}
            self._station.audit.write("odoo", "print", offer.device, "conflict", offer.id, words)
        self._also[offer.id] = state
        return True

    def _submit(self, offer: Offer, content: bytes) -> None:
        if offer.id in self._taken_back:
            return
        new = NewJob(
            id=offer.id,
            device=offer.device,
            name=offer.name,
            mimetype=offer.mimetype,
            content=content,
            copies=offer.copies,
            reprint_of=offer.reprint_of,
            reason=offer.reason,
            who="odoo",
            media=offer.media,
            tray=offer.tray,
        )
        try:
            self._station.submit(new)
        except (NoSuchDevice, Unsupported, Conflict) as error:
            self._refuse(offer.id, offer.device, str(error))
        except StorageError as error:
            self._say(str(error))

    def _refuse(self, job_id: str, device: str, words: str) -> None:
        """Tell Odoo that this job was not accepted: no byte of it was printed."""
        now = self._station.clock()
        self._also[job_id] = _state(
            {"id": job_id, "state": JobState.FAILED, "words": words, "changed": now}
        )
        self._station.audit.write("odoo", "print", device, "refused", job_id, words)
        self.wake()

    async def _close_lanes(self) -> None:
        for lane in self._lanes.values():
            await lane.close()


class Lane:
    """Jobs for one printer, fetched one after the other in the order of their offer."""

    def __init__(self, take: Callable[[Odoo, Pairing, Offer], Awaitable[bool]]) -> None:
        self._take = take
        self._waiting: deque[tuple[Odoo, Pairing, Offer]] = deque()
        self._ids: set[str] = set()
        self._task: asyncio.Task | None = None

    def add(self, odoo: Odoo, pairing: Pairing, offer: Offer) -> None:
        """Take the job, unless it waits already."""
        if offer.id in self._ids:
            return
        self._ids.add(offer.id)
        self._waiting.append((odoo, pairing, offer))
        if not self._task or self._task.done():
            self._task = asyncio.ensure_future(self._work())

    async def _work(self) -> None:
        while self._waiting:
            odoo, pairing, offer = self._waiting.popleft()
            try:
                taken = await self._take(odoo, pairing, offer)
            except Exception:
                _logger.exception("The job %s could not be taken", offer.id)
                taken = False
            self._ids.discard(offer.id)
            if not taken:
                # What comes after it must not overtake it: all are offered again, in order.
                self._waiting.clear()
                self._ids.clear()

    async def close(self) -> None:
        """Fetch nothing more."""
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task})


def _state(job: Mapping) -> dict:
    return {name: job[name] for name in ("id", "state", "words", "changed")}


def _texts(values: object) -> list[str]:
    """The texts of a list; what is no text is left out."""
    return [item for item in values if isinstance(item, str)] if isinstance(values, list) else []
