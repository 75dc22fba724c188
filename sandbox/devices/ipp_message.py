"""IPP messages as bytes (RFC 8010): groups of attributes with typed values, then the document."""

import struct
from dataclasses import dataclass, field

OPERATION, JOB, END, PRINTER, UNSUPPORTED = 1, 2, 3, 4, 5
INTEGER, BOOLEAN, ENUM = 0x21, 0x22, 0x23
OCTETS, DATE_TIME, RESOLUTION, RANGE, COLLECTION, END_COLLECTION = (
    0x30, 0x31, 0x32, 0x33, 0x34, 0x37,
)  # fmt: skip
TEXT, NAME, KEYWORD, URI, URI_SCHEME, CHARSET, LANGUAGE, MIME, MEMBER = (
    0x41, 0x42, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A,
)  # fmt: skip
UNSUPPORTED_VALUE, UNKNOWN, NO_VALUE = 0x10, 0x12, 0x13


class Malformed(ValueError):
    """Not an IPP message."""


@dataclass
class Attribute:
    """A name with one tag and its values."""

    name: str
    tag: int
    values: list


@dataclass
class Message:
    """A request (*code*: operation) or an answer (*code*: status)."""

    version: tuple[int, int]
    code: int
    request_id: int
    groups: list[tuple[int, list[Attribute]]] = field(default_factory=list)
    document: bytes = b""

    def group(self, tag: int) -> dict[str, Attribute]:
        """Attributes of the first group with *tag*, by name."""
        for found, attributes in self.groups:
            if found == tag:
                return {attribute.name: attribute for attribute in attributes}
        return {}

    def value(self, tag: int, name: str, default=None):
        """First value of an attribute."""
        attribute = self.group(tag).get(name)
        return attribute.values[0] if attribute else default


def _encode_value(tag: int, value) -> bytes:
    if tag in (INTEGER, ENUM):
        return struct.pack(">i", value)
    if tag == BOOLEAN:
        return bytes([value])
    if tag == RANGE:
        return struct.pack(">ii", *value)
    if tag == RESOLUTION:
        return struct.pack(">iib", *value)
    if tag in (UNSUPPORTED_VALUE, UNKNOWN, NO_VALUE):
        return b""
    return value if isinstance(value, bytes) else value.encode()


def _decode_value(tag: int, value: bytes):
    try:
        if tag in (INTEGER, ENUM):
            return struct.unpack(">i", value)[0]
        if tag == BOOLEAN:
            return struct.unpack(">?", value)[0]
        if tag == RANGE:
            return struct.unpack(">ii", value)
        if tag == RESOLUTION:
            return struct.unpack(">iib", value)
        return value.decode() if 0x41 <= tag <= 0x4A else value
    except (struct.error, UnicodeDecodeError) as error:
        raise Malformed(f"value of tag {tag:02x}: {error}") from error


def encode(message: Message) -> bytes:
    """The message as bytes."""
    out = struct.pack(">BBHi", *message.version, message.code, message.request_id)
    for tag, attributes in message.groups:
        out += bytes([tag])
        for attribute in attributes:
            for number, value in enumerate(attribute.values):
                name = b"" if number else attribute.name.encode()
                raw = _encode_value(attribute.tag, value)
                out += struct.pack(">BH", attribute.tag, len(name)) + name
                out += struct.pack(">H", len(raw)) + raw
    return out + bytes([END]) + message.document


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        piece = self.data[self.at : self.at + count]
        if len(piece) < count:
            raise Malformed("the message is cut short")
        self.at += count
        return piece

    def item(self, tag: int) -> tuple[bytes, bytes]:
        """Name and value behind a value tag."""
        name = self.take(struct.unpack(">H", self.take(2))[0])
        return name, self.take(struct.unpack(">H", self.take(2))[0])

    def collection(self) -> dict:
        """Members up to the end of a collection."""
        members: dict[str, list] = {}
        name = ""
        while True:
            tag = self.take(1)[0]
            _name, raw = self.item(tag)
            if tag == END_COLLECTION:
                return members
            if tag == MEMBER:
                name = raw.decode()
                members[name] = []
            elif not name:
                raise Malformed("a collection without member names")
            else:
                value = self.collection() if tag == COLLECTION else _decode_value(tag, raw)
                members[name].append(value)


def decode(data: bytes) -> Message:
    """The bytes as a message. Raises Malformed."""
    reader = _Reader(data)
    major, minor, code, request_id = struct.unpack(">BBHi", reader.take(8))
    message = Message((major, minor), code, request_id)
    while (tag := reader.take(1)[0]) != END:
        if tag < 0x10:
            message.groups.append((tag, []))
            continue
        if not message.groups:
            raise Malformed("an attribute outside of a group")
        name, raw = reader.item(tag)
        value = reader.collection() if tag == COLLECTION else _decode_value(tag, raw)
        attributes = message.groups[-1][1]
        if name:
            attributes.append(Attribute(name.decode("ascii", "replace"), tag, [value]))
        elif attributes:
            attributes[-1].values.append(value)
        else:
            raise Malformed("another value without a first one")
    message.document = reader.data[reader.at :]
    return message
