"""Which of the plugged-in devices is meant: by what it is or where it is plugged in, never by the
order in which the kernel numbered them (FACTS 3.10).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..config import LinkConfig
from ..words import Words
from .link import LinkMissing


@dataclass(frozen=True)
class Node:
    """A plugged-in device: its file, USB ids (4 hex digits), serial number, USB socket, names under
    ``by-id`` folders, and what it calls itself.
    """

    path: str
    vid: str = ""
    pid: str = ""
    serial: str = ""
    usb_path: str = ""
    by_id: tuple[str, ...] = ()
    words: str = ""


def choose(link: LinkConfig, nodes: Iterable[Node]) -> str:
    """The file of the one device that *link* means. Raises LinkMissing when there is none, or when
    several fit: reading the neighbour's scale is worse than reading none.
    """
    if link.path:
        if not Path(link.path).exists():
            raise LinkMissing(Words("There is no {path}.", path=link.path))
        return link.path
    found = [node for node in nodes if _fits(link, node)]
    if not found:
        raise LinkMissing(Words("Not plugged in: {device}.", device=_wanted(link)))
    if len(found) > 1:
        where = ", ".join(node.usb_path or node.path for node in found)
        raise LinkMissing(
            Words(
                "Several devices fit {device} ({where}): add the serial number, or name the"
                " socket with usb_path.",
                device=_wanted(link),
                where=where,
            )
        )
    return found[0].path


def _fits(link: LinkConfig, node: Node) -> bool:
    if link.by_id:
        return link.by_id in node.by_id
    if link.usb_path:
        return link.usb_path == node.usb_path
    ids = (node.vid, node.pid) == (link.vid, link.pid)
    return ids and (not link.serial or link.serial == node.serial)


def _wanted(link: LinkConfig) -> str:
    if link.by_id:
        return link.by_id
    if link.usb_path:
        return Words("the device in USB socket {usb_path}", usb_path=link.usb_path)
    serial = Words(" with serial number {serial}", serial=link.serial) if link.serial else ""
    return Words("the device {vid}:{pid}{serial}", vid=link.vid, pid=link.pid, serial=serial)
