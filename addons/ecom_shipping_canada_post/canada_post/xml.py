"""XML without entities, network or surprises: a parser for hostile bodies and one-pass readers."""

import re
import threading
from datetime import date
from decimal import Decimal
from functools import lru_cache

from lxml import etree

from odoo.addons.ecom_shipping.carrier_contract import Unreadable

from .texts import say

# Characters that XML 1.0 cannot carry, escaped or not.
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_local = threading.local()


def _parser():
    """This thread's parser; lxml would make threads wait for each other on a shared one."""
    try:
        return _local.parser
    except AttributeError:
        _local.parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            attribute_defaults=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            collect_ids=False,
        )
        return _local.parser


def parse(body, language):
    """The root element of ``body``.

    :raises Unreadable: not well-formed, badly encoded, or with a document type (no answer of this
        carrier has one, and entities come with it)
    """
    try:
        root = etree.fromstring(body, _parser())
    except (etree.XMLSyntaxError, ValueError):
        raise Unreadable(say(language, "not_xml"), body) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(say(language, "not_xml"), body)
    return root


@lru_cache(maxsize=1024)
def local_name(tag):
    """``tag`` without its namespace: the carrier mixes versions and namespaces (facts 2)."""
    return tag.rpartition("}")[2]


def children(element):
    """The child elements by local name, in one pass; the last one of a name wins."""
    return {local_name(child.tag): child for child in element}


def values(element):
    """The texts of the children by local name, in one pass; empty elements give ''."""
    return {local_name(child.tag): (child.text or "").strip() for child in element}


def text(found, name):
    """Text of the child ``name`` in what :func:`children` gave, or '' when there is none."""
    child = found.get(name)
    return "" if child is None else (child.text or "").strip()


def required(found, name):
    """Text of the child ``name``.

    :raises KeyError: it is missing or empty
    """
    value = text(found, name)
    if not value:
        raise KeyError(name)
    return value


def decimal(value):
    """A finite number written plainly.

    :raises ValueError: anything else
    """
    if len(value) > 32:
        raise ValueError("number too long")
    result = Decimal(value)
    if not result.is_finite() or result.adjusted() > 12:
        raise ValueError("number out of range")
    return result


def day(value):
    """A date, or None when the carrier gives none or an odd one (facts 17: dates may be empty)."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def escape(value):
    """``value`` as the text of an element; characters that XML cannot carry are left out."""
    if not value.isprintable():
        value = ILLEGAL.sub("", value)
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Builder:
    """Writes one request document: elements with text, in blocks, all in one namespace.

    The carrier's requests have no attributes, so text is enough, and it is faster than a tree.
    Names are ours; values are escaped here and nowhere else.
    """

    def __init__(self, namespace, root_name):
        self._open = [root_name]
        self._parts = [f'<?xml version="1.0" encoding="UTF-8"?><{root_name} xmlns="{namespace}">']

    def add(self, name, value):
        """Append element ``name`` with the text ``value``."""
        self._parts.append(f"<{name}>{escape(value)}</{name}>")

    def add_if(self, name, value):
        """Append element ``name`` unless ``value`` is empty."""
        if value:
            self._parts.append(f"<{name}>{escape(value)}</{name}>")

    def block(self, name):
        """``with builder.block(name):`` puts what is added meanwhile into element ``name``."""
        self._open.append(name)
        self._parts.append(f"<{name}>")
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self._parts.append(f"</{self._open.pop()}>")

    def body(self):
        """The document as bytes."""
        return "".join((*self._parts, f"</{self._open[0]}>")).encode()
