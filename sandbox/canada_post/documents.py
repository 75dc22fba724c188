"""Reading and writing XML: a safe parser and a small builder."""

from lxml import etree

BASE = "http://www.canadapost.ca/ws/"
RATE = BASE + "ship/rate-v4"
SHIPMENT = BASE + "shipment-v8"
MANIFEST = BASE + "manifest-v8"
TRACK = BASE + "track"
CUSTOMER = BASE + "customer"
MESSAGES = BASE + "messages"

RATE_TYPE = "application/vnd.cpc.ship.rate-v4+xml"
SHIPMENT_TYPE = "application/vnd.cpc.shipment-v8+xml"
MANIFEST_TYPE = "application/vnd.cpc.manifest-v8+xml"
TRACK_TYPE = "application/vnd.cpc.track+xml"
TRACK_V2_TYPE = "application/vnd.cpc.track-v2+xml"
CUSTOMER_TYPE = "application/vnd.cpc.customer+xml"


def parse(data):
    """Parse bytes without entities, DTD or network; raises ``ValueError``."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise ValueError("document type declarations are not accepted")
    return root


def local(element):
    """Name of an element without its namespace."""
    return element.tag.rsplit("}", 1)[-1]


def child(element, name):
    """First child with that local name, or None."""
    for item in element:
        if local(item) == name:
            return item
    return None


def text(element, path, default=""):
    """Text at a path of local names, blanks as schema normalised strings read them."""
    for name in path.split("/"):
        element = child(element, name)
        if element is None:
            return default
    return " ".join((element.text or "").split()) or default


def flag(element, path):
    """A boolean element; an empty one with a fixed value true counts as true (facts 2)."""
    node = element
    for name in path.split("/"):
        node = child(node, name)
        if node is None:
            return False
    return (node.text or "true").strip() in ("true", "1")


def serialize(root):
    """Bytes of a document with its XML declaration."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


class Builder:
    """``build("a", build("b", "text"), rel="self")`` in one namespace, without None children."""

    def __init__(self, namespace):
        self.namespace = namespace
        self.prefix = f"{{{namespace}}}"
        self.nsmap = {None: namespace}

    def __call__(self, tag, *children, **attributes):
        element = etree.Element(self.prefix + tag, nsmap=self.nsmap)
        for name, value in attributes.items():
            if value is not None:
                element.set(name.replace("_", "-"), str(value))
        self._fill(element, children)
        return element

    def _fill(self, element, children):
        for item in children:
            if item is None:
                continue
            if isinstance(item, (list, tuple)):
                self._fill(element, item)
            elif etree.iselement(item):
                element.append(item)
            else:
                element.text = str(item)

    def optional(self, tag, value):
        """An element, or None when there is no value."""
        return self(tag, value) if value not in (None, "") else None

    def link(self, rel, href, media_type, index=None, tag="link"):
        """A resource link with rel, href, media-type and perhaps index (facts 2)."""
        return self(tag, rel=rel, href=href, media_type=media_type, index=index)
