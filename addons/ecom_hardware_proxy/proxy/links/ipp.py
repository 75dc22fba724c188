"""Documents to a printer or spooler by IPP (RFC 8010, 8011; FACTS 5).

A codec of our own: pyipp 0.17.2 is asyncio only (devices have threads here), drops attributes that
it does not know, ``print-scaling`` among them, without a word, and brings five more packages.
"""

import http.client
import re
import ssl
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..words import Words
from .link import LinkError, LinkLost, LinkMissing
from .reasons import why

TIMEOUT_S = 10.0
MOST_ANSWER = 1024 * 1024
PRINT_JOB, CANCEL_JOB, GET_JOB, GET_PRINTER = 0x0002, 0x0008, 0x0009, 0x000B
_OPERATION, _JOB, _END = 0x01, 0x02, 0x03
_INTEGER, _BOOLEAN, _ENUM = 0x21, 0x22, 0x23
_NAME, _KEYWORD, _URI, _CHARSET, _LANGUAGE, _MIME = 0x42, 0x44, 0x45, 0x47, 0x48, 0x49
_COLLECTION, _END_COLLECTION, _MEMBER = 0x34, 0x37, 0x4A
# Page sizes by their registered names (PWG 5101.1), in millimetres.
MEDIA = {
    (215.9, 279.4): "na_letter_8.5x11in",
    (215.9, 355.6): "na_legal_8.5x14in",
    (101.6, 152.4): "na_index-4x6_4x6in",
    (210.0, 297.0): "iso_a4_210x297mm",
    (148.0, 210.0): "iso_a5_148x210mm",
    (105.0, 148.0): "iso_a6_105x148mm",
}
# Every registered name ends with its size.
_SIZE = re.compile(r"_(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)(mm|in)$")
_HUNDREDTHS = {"mm": 100, "in": 2540}
PENDING, HELD, PROCESSING, STOPPED, CANCELLED, ABORTED, COMPLETED = range(3, 10)
_STATUS_WORDS = {
    0x0400: Words("the request was not understood"),
    0x0401: Words("this is not allowed"),
    0x0402: Words("a name and password are needed"),
    0x0403: Words("this is not allowed"),
    0x0406: Words("there is no printer of that name"),
    0x040A: Words("the printer cannot print this kind of document"),
    0x040B: Words("the printer cannot print it this way (paper, tray or number of copies)"),
    0x0501: Words("the printer cannot do that"),
    0x0503: Words("the printer has a fault"),
    0x0506: Words("the printer takes no jobs now"),
    0x0507: Words("the printer is busy"),
}
_REASON_WORDS = {
    "media-empty": Words("The paper tray is empty."),
    "media-needed": Words("The paper tray is empty."),
    "media-jam": Words("The paper is jammed."),
    "cover-open": Words("A cover is open."),
    "door-open": Words("A door is open."),
    "toner-empty": Words("The toner is used up."),
    "marker-supply-empty": Words("Ink or toner is used up."),
    "input-tray-missing": Words("The paper tray is missing."),
    "output-area-full": Words("The output tray is full."),
    "offline": Words("The printer is off, or its cable is out."),
    "connecting-to-device": Words("The printer is off, or its cable is out."),
    "paused": Words("The printer is paused."),
    "shutdown": Words("The printer is shut down."),
    "spool-area-full": Words("The spooler's disk is full."),
}


class IppRefused(LinkError):
    """The printer said no before printing anything; the text says why."""


@dataclass(frozen=True)
class IppAnswer:
    """Status code, and attributes as name -> values (text, numbers, flags)."""

    status: int
    attributes: dict[str, list]

    def first(self, name: str, default: object = None) -> object:
        """The first value of an attribute."""
        return self.attributes.get(name, [default])[0]


class IppLink:
    """One printer; each call is a connection of its own. *verify* False: any certificate will do
    (a printer makes its own, and there is nobody to ask).
    """

    def __init__(self, uri: str, verify: bool = True, timeout_s: float = TIMEOUT_S) -> None:
        parts = urlsplit(uri)
        self._secure = parts.scheme in ("ipps", "https")
        self._host = parts.hostname
        self._port = parts.port or (443 if parts.scheme == "https" else 631)
        self._path = parts.path or "/"
        host = f"[{self._host}]" if ":" in self._host else self._host
        self._uri = f"{'ipps' if self._secure else 'ipp'}://{host}:{self._port}{self._path}"
        self._verify, self._timeout_s = verify, timeout_s
        self._number = 0

    def problems(self) -> tuple[str, ...]:
        """What keeps the printer from printing, in words; empty: it is ready."""
        asked = ("printer-state", "printer-state-reasons", "printer-is-accepting-jobs")
        answer = self._call(GET_PRINTER, [], [(_KEYWORD, "requested-attributes", asked)])
        problems = reasons_in_words(answer.attributes.get("printer-state-reasons", []))
        if answer.first("printer-is-accepting-jobs") is False:
            problems += (Words("The printer takes no jobs now."),)
        if answer.first("printer-state") == 5 and not problems:
            problems = (Words("The printer is stopped."),)
        return problems

    def print_job(
        self,
        content: bytes,
        mimetype: str,
        name: str,
        copies: int = 1,
        media: str = "",
        tray: str = "",
        scaling: str = "none",
        leaving: Callable[[], None] = lambda: None,
    ) -> int:
        """Send a document; return the printer's job number. *leaving* is called after connecting,
        before the first byte. Raises LinkMissing and IppRefused (nothing will be printed), LinkLost
        (nobody knows).
        """
        operation = [
            (_NAME, "requesting-user-name", ("ecom-proxy",)),
            (_NAME, "job-name", (name[:255],)),
            (_MIME, "document-format", (mimetype,)),
        ]
        job = [(_INTEGER, "copies", (copies,)), (_KEYWORD, "print-scaling", (scaling,))]
        if tray:
            job.append(media_and_tray(media, tray))
        elif media:
            job.append((_KEYWORD, "media", (media,)))
        answer = self._call(PRINT_JOB, job, operation, content, leaving)
        number = answer.first("job-id")
        if not isinstance(number, int):
            raise LinkLost(Words("The printer accepted the document but gave no job number."))
        return number

    def paper_problem(self, media: str, tray: str) -> str:
        """Words that name the paper or tray which the printer says it has not, or which no printer
        has; empty: go on. Raises LinkError.
        """
        if media and media not in MEDIA.values():
            return Words("There is no paper of the name {media}.", media=media)
        asked = ("media-supported", "media-source-supported")
        answer = self._call(GET_PRINTER, [], [(_KEYWORD, "requested-attributes", asked)])
        papers, trays = ([str(n) for n in answer.attributes.get(name, ())] for name in asked)
        if media and papers and media not in papers:
            return Words(
                "{host} has no paper {media}; it has {papers}.",
                host=self._host,
                media=media,
                papers=", ".join(papers),
            )
        if tray and not trays:
            # A spooler's queue without a driver prints from any tray and forgets the paper, too.
            return Words(
                "{host} has no tray {tray}: it takes no wishes for trays.",
                host=self._host,
                tray=tray,
            )
        if tray and tray not in trays:
            return Words(
                "{host} has no tray {tray}; it has {trays}.",
                host=self._host,
                tray=tray,
                trays=", ".join(trays),
            )
        return ""

    def job(self, number: int) -> tuple[int, tuple[str, ...]]:
        """State of a job (`PENDING` ... `COMPLETED`) and what holds it up, in words."""
        asked = ("job-state", "job-state-reasons")
        answer = self._call(
            GET_JOB,
            [],
            [(_INTEGER, "job-id", (number,)), (_KEYWORD, "requested-attributes", asked)],
        )
        return int(answer.first("job-state", 0)), reasons_in_words(
            answer.attributes.get("job-state-reasons", [])
        )

    def _call(
        self,
        operation: int,
        job: list[tuple],
        more: list[tuple],
        content: bytes = b"",
        leaving: Callable[[], None] = lambda: None,
    ) -> IppAnswer:
        self._number = self._number % 0x7FFFFFFF + 1
        first = [
            (_CHARSET, "attributes-charset", ("utf-8",)),
            (_LANGUAGE, "attributes-natural-language", ("en",)),
            (_URI, "printer-uri", (self._uri,)),
        ]
        body = encode(operation, self._number, {_OPERATION: first + more, _JOB: job}) + content
        answer = decode(self._post(body, leaving))
        if answer.status >= 0x0400:
            words = _STATUS_WORDS.get(answer.status, f"status {answer.status:#06x}")
            raise IppRefused(Words("{host} refused: {words}.", host=self._host, words=words))
        return answer

    def _post(self, body: bytes, leaving: Callable[[], None]) -> bytes:
        connection = self._connect()
        try:
            leaving()
            connection.request("POST", self._path, body, {"Content-Type": "application/ipp"})
            answer = connection.getresponse()
            content = answer.read(MOST_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            raise LinkLost(
                Words("The connection to {host} broke: {error}", host=self._host, error=error)
            ) from error
        finally:
            connection.close()
        if answer.status != 200:
            raise IppRefused(
                Words(
                    "{host} refused: HTTP {status} {reason}.",
                    host=self._host,
                    status=answer.status,
                    reason=answer.reason,
                )
            )
        return content

    def _connect(self) -> http.client.HTTPConnection:
        if self._secure:
            context = ssl.create_default_context()
            if not self._verify:
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection = http.client.HTTPSConnection(
                self._host, self._port, timeout=self._timeout_s, context=context
            )
        else:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_s)
        try:
            connection.connect()
        except (OSError, UnicodeError) as error:  # the latter: no such name can exist
            raise LinkMissing(
                Words(
                    "{host} is not reached on port {port}: {reason}.",
                    host=self._host,
                    port=self._port,
                    reason=why(error),
                )
            ) from error
        return connection


def reasons_in_words(reasons: Iterable[str]) -> tuple[str, ...]:
    """Sentences for the reasons that stop printing; reports and mere warnings are left out."""
    words = {}
    for reason in reasons:
        plain = reason.removesuffix("-error")
        if plain in _REASON_WORDS:
            words[_REASON_WORDS[plain]] = None
        elif reason.endswith("-error"):
            words[Words("The printer says: {plain}.", plain=plain)] = None
    return tuple(words)


def media_name(width_mm: float | None, height_mm: float | None) -> str:
    """The registered name of a page size; "" when it is not known."""
    if not width_mm or not height_mm:
        return ""
    for (width, height), name in MEDIA.items():
        if abs(width - width_mm) < 1 and abs(height - height_mm) < 1:
            return name
    return f"custom_{width_mm:g}x{height_mm:g}_{width_mm:g}x{height_mm:g}mm"


def media_and_tray(media: str, tray: str) -> tuple:
    """Attribute ``media-col`` (PWG 5100.3): the tray, and the size that *media* has in its name, in
    hundredths of a millimetre; a printer is never given ``media`` beside it.
    """
    members: dict[str, tuple[int, object]] = {}
    if size := _SIZE.search(media):
        width, height = (round(float(side) * _HUNDREDTHS[size[3]]) for side in size.group(1, 2))
        sides = {"x-dimension": (_INTEGER, width), "y-dimension": (_INTEGER, height)}
        members["media-size"] = (_COLLECTION, sides)
    return (_COLLECTION, "media-col", (members | {"media-source": (_KEYWORD, tray)},))


# --- RFC 8010 -----------------------------------------------------------------------------------


def encode(operation: int, number: int, groups: dict[int, list[tuple]]) -> bytes:
    """A request: groups of (tag, name, values), version 1.1 as every printer takes it."""
    out = bytearray(struct.pack(">BBHI", 1, 1, operation, number))
    for group, attributes in groups.items():
        if attributes:
            out.append(group)
        for tag, name, values in attributes:
            for index, value in enumerate(values):
                # RFC 8010 3.1.5: further values have an empty name.
                label = b"" if index else name.encode()
                out += _encoded(tag, label, value)
    out.append(_END)
    return bytes(out)


def _encoded(tag: int, label: bytes, value: object) -> bytes:
    """One value with its name; a collection is a dict of (tag, value) by name (RFC 8010 3.1.6)."""
    raw = b"" if tag == _COLLECTION else _raw(tag, value)
    out = struct.pack(">BH", tag, len(label)) + label + struct.pack(">H", len(raw)) + raw
    if tag == _COLLECTION:
        for name, (member_tag, member) in value.items():
            out += _encoded(_MEMBER, b"", name) + _encoded(member_tag, b"", member)
        out += _encoded(_END_COLLECTION, b"", "")
    return out


def _raw(tag: int, value: object) -> bytes:
    if tag in (_INTEGER, _ENUM):
        return struct.pack(">i", value)
    if tag == _BOOLEAN:
        return b"\1" if value else b"\0"
    return _cut(str(value)).encode()


def _cut(text: str, limit: int = 255) -> str:
    """At most *limit* octets, on a whole character (RFC 8011 5.1.3)."""
    return text.encode()[:limit].decode("utf-8", "ignore")


def decode(data: bytes) -> IppAnswer:
    """Read an answer. Raises LinkLost when it is none."""
    try:
        return _decode(data)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise LinkLost(Words("The printer's answer cannot be read.")) from error


def _decode(data: bytes) -> IppAnswer:
    _major, _minor, status, _number = struct.unpack_from(">BBHI", data)
    attributes: dict[str, list] = {}
    position, name = 8, ""
    while data[position] != _END:
        tag = data[position]
        position += 1
        if tag < 0x10:  # the next group begins
            continue
        label, position = _counted(data, position)
        raw, position = _counted(data, position)
        name = label.decode() or name
        attributes.setdefault(name, []).append(_value(tag, raw))
    return IppAnswer(status, attributes)


def _counted(data: bytes, position: int) -> tuple[bytes, int]:
    (length,) = struct.unpack_from(">H", data, position)
    end = position + 2 + length
    if end > len(data):
        raise IndexError("cut off")
    return data[position + 2 : end], end


def _value(tag: int, raw: bytes) -> object:
    if tag in (_INTEGER, _ENUM):
        return struct.unpack(">i", raw)[0]
    if tag == _BOOLEAN:
        return raw == b"\1"
    return raw.decode("utf-8", "replace")
