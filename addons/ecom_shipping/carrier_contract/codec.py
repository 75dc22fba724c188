"""Contract values to JSON and back, for the purchase journal.

The journal must be readable years later and by a newer version: unknown keys are ignored, missing
ones take the value's default.
"""

import base64
import dataclasses
import types
import typing
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

PLAIN = (str, int, float, bool, type(None))


def dump(value):
    """A contract value as plain JSON data: dicts, lists, strings, numbers, None."""
    if type(value) in PLAIN:  # most are
        return value
    if dataclasses.is_dataclass(value):
        return {f.name: dump(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [dump(item) for item in value]
    if isinstance(value, dict):
        return {key: dump(item) for key, item in value.items()}
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def load(cls, data):
    """The inverse of :func:`dump` for the class ``cls``."""
    return _load(cls, data)


def _load(hint, data):
    if data is None:
        return None
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        (inner,) = (arg for arg in typing.get_args(hint) if arg is not type(None))
        return _load(inner, data)
    if origin is tuple:
        return _load_tuple(typing.get_args(hint), data)
    if dataclasses.is_dataclass(hint):
        return _load_dataclass(hint, data)
    return _load_scalar(hint, data)


def _load_tuple(args, data):
    if len(args) == 2 and args[1] is Ellipsis:
        return tuple(_load(args[0], item) for item in data)
    return tuple(_load(arg, item) for arg, item in zip(args, data, strict=True))


def _load_dataclass(cls, data):
    hints = typing.get_type_hints(cls)
    known = {f.name for f in dataclasses.fields(cls)}
    return cls(**{name: _load(hints[name], item) for name, item in data.items() if name in known})


def _load_scalar(hint, data):
    if hint is bytes:
        return base64.b64decode(data)
    if hint in (date, datetime):
        return hint.fromisoformat(data)
    if hint is Decimal or (isinstance(hint, type) and issubclass(hint, Enum)):
        return hint(data)
    return data
