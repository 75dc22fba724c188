"""What a till does with its devices, for both of Odoo's protocols: first device of a kind, print
and wait for the outcome, open the drawer, weigh in kilograms.
"""

import asyncio
import base64
import binascii
import secrets
from decimal import Decimal

from ..events import JOB
from ..queue import ENDED, Job, JobState, NewJob, NotAllowed
from ..security.limits import Limits
from ..station import DeviceState, Station
from ..words import Words
from . import reading
from .rpc import Said

PRINTED = (JobState.SENT, JobState.CONFIRMED)
PRINT_S = 20.0
MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n", "image/png"),
    (b"%PDF-", "application/pdf"),
)
PRINTERS = ("receipt_printer", "label_printer", "document_printer")


class Till:
    """The station as a point of sale sees it. *who* is what the audit log shows."""

    def __init__(self, station: Station, limits: Limits, print_s: float = PRINT_S) -> None:
        self.station = station
        self._limits = limits
        self._print_s = print_s

    def first(self, *kinds: str) -> DeviceState | None:
        """The first configured device of these kinds."""
        return next((item for item in self.station.devices() if item.kind in kinds), None)

    async def weigh_kg(self, device_id: str) -> float:
        """A stable weight; a scale in motion is waited for. Raises Said in the scale's words."""
        try:
            found = await reading.stable(self.station, device_id)
        except reading.NoWeight as error:
            raise Said(str(error)) from None
        return kilograms(found)

    async def submit(self, printer: str, content: bytes, who: str, job_id: str = "") -> Job:
        """Queue a receipt (JPEG, PNG), a PDF or bytes in the printer's language.

        Without *job_id* each call is a new job. Raises what `Station.submit` does.
        """
        self._limits.take("pos", "print")
        new = NewJob(
            id=job_id or f"pos-{secrets.token_hex(12)}",
            device=printer,
            name="Receipt",
            mimetype=mimetype_of(content),
            content=content,
            who=who,
        )
        job, _created = await asyncio.to_thread(self.station.submit, new)
        return job

    async def print(self, printer: str, content: bytes, who: str) -> bool:
        """Print and tell the truth: True only when all of it went to the printer.

        What is still waiting after a while is taken back, so that False means that nothing will
        be printed and trying again is safe. Raises Said when nobody knows.
        """
        with self.station.hub.subscribe({JOB}) as subscription:
            job = await self.submit(printer, content, who)
            # A printer that is away may be back by now; only trying tells.
            away = self.station.device(printer).state == "offline"
            wait_s = self._print_s / 4 if away else self._print_s
            until = asyncio.get_running_loop().time() + wait_s
            while job.state not in (*ENDED, JobState.UNKNOWN):
                left_s = until - asyncio.get_running_loop().time()
                if left_s <= 0:
                    job = await self._take_back(job, who)
                    break
                await subscription.next(left_s)
                job = await asyncio.to_thread(self.station.job, job.id)
        if job.state in PRINTED:
            return True
        if job.state in (JobState.FAILED, JobState.CANCELLED):
            return False
        raise Said(job.words)

    async def _take_back(self, job: Job, who: str) -> Job:
        try:
            return await asyncio.to_thread(self.station.cancel, job.id, who)
        except NotAllowed:
            return await asyncio.to_thread(self.station.job, job.id)

    async def open_drawer(self, who: str, action_id: str = "") -> bool:
        """Kick once; never tried again by itself. False when there is no drawer."""
        drawer = self.first("cash_drawer")
        if not drawer:
            return False
        self._limits.take("pos", "drawer")
        action_id = action_id or f"pos-{secrets.token_hex(12)}"
        await asyncio.to_thread(
            self.station.open_drawer, drawer.id, action_id, "Point of sale", who
        )
        return True


def kilograms(found: dict) -> float:
    """The weight of a stable reading, in the only unit that the point of sale knows."""
    return float(Decimal(found["weight_g"]) / 1000)


def bytes_of(text: object) -> bytes:
    """Bytes in base64. Raises Said."""
    try:
        content = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        content = b""
    if not content:
        raise Said(Words("The receipt did not arrive: it is not base64."))
    return content


def mimetype_of(content: bytes) -> str:
    """Pictures and PDF by their first bytes; anything else is for the printer as it is."""
    for magic, mimetype in MAGIC:
        if content.startswith(magic):
            return mimetype
    return "application/octet-stream"
