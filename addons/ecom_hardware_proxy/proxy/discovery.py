"""What is plugged in, read from the kernel's lists; nothing is ever written to a device to find out
what it is (FACTS 3.1, defect 7 of 9).
"""

import re
import struct
from collections.abc import Iterable
from pathlib import Path

from serial.tools import list_ports

from .config import LinkConfig
from .links.identity import Node, choose

SCALE_PAGE, SCANNER_PAGE = 0x8D, 0x8C  # usage pages of USB-IF's HID POS tables
_KEY_A, _KEY_ENTER = 30, 28  # of linux/input-event-codes.h


class Ports:
    """The local devices by type of link; *root* is where /dev and /sys are (tests bring theirs)."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = Path(root)

    def nodes(self, kind: str) -> list[Node]:
        """All devices that a link of type *kind* (serial, hidraw, usblp, evdev) could open."""
        return {
            "serial": self.serial,
            "hidraw": self.hidraw,
            "usblp": self.usblp,
            "evdev": self.evdev,
        }[kind]()

    def find(self, link: LinkConfig) -> str:
        """The file of the device that *link* means. Raises LinkMissing."""
        return choose(link, () if link.path else self.nodes(link.type))

    def serial(self) -> list[Node]:
        """Serial ports: USB converters and built-in ones."""
        names = self._by_id("dev/serial/by-id")
        return [
            Node(
                port.device,
                _hex4(port.vid),
                _hex4(port.pid),
                port.serial_number or "",
                (port.location or "").partition(":")[0],
                names.get(Path(port.device).name, ()),
                " ".join(filter(None, (port.manufacturer, port.product))),
            )
            for port in sorted(list_ports.comports())
        ]

    def hidraw(self) -> list[Node]:
        """HID devices whose descriptor begins with the usage page of scales or of scanners."""
        found = []
        for entry in self._entries("sys/class/hidraw"):
            page = usage_page(_content(entry / "device" / "report_descriptor"))
            if page in (SCALE_PAGE, SCANNER_PAGE):
                words = "scale" if page == SCALE_PAGE else "scanner"
                found.append(self._usb_node(entry, f"dev/{entry.name}", f"HID {words}"))
        return found

    def usblp(self) -> list[Node]:
        """Printers of the USB printer class."""
        return [
            self._usb_node(entry, f"dev/usb/{entry.name}", "USB printer", self._ieee1284(entry))
            for entry in self._entries("sys/class/usbmisc")
            if entry.name.startswith("lp")
        ]

    def evdev(self) -> list[Node]:
        """Keyboards with letters and Enter; a scanner that types is one of them."""
        names = self._by_id("dev/input/by-id")
        found = []
        for entry in self._entries("sys/class/input"):
            keys = _content(entry / "device" / "capabilities" / "key").decode("ascii", "replace")
            if entry.name.startswith("event") and {_KEY_A, _KEY_ENTER} <= pressed(keys):
                words = _content(entry / "device" / "name").decode("utf-8", "replace").strip()
                node = self._usb_node(entry, f"dev/input/{entry.name}", words)
                found.append(
                    Node(
                        node.path,
                        node.vid,
                        node.pid,
                        node.serial,
                        node.usb_path,
                        names.get(entry.name, ()),
                        words,
                    )
                )
        return found

    # --- /sys -----------------------------------------------------------------------------------

    def _entries(self, folder: str) -> list[Path]:
        path = self._root / folder
        return sorted(path.iterdir()) if path.is_dir() else []

    def _usb_node(self, entry: Path, path: str, words: str, language: str = "") -> Node:
        """The node of a /sys entry, with what its USB device (a folder above it) says."""
        device = (entry / "device").resolve()
        usb = next(
            (folder for folder in (device, *device.parents) if (folder / "idVendor").exists()), None
        )

        def read(name: str) -> str:
            return _content(usb / name).decode("utf-8", "replace").strip() if usb else ""

        called = " ".join(filter(None, (read("manufacturer"), read("product"))))
        return Node(
            str(self._root / path),
            read("idVendor").lower(),
            read("idProduct").lower(),
            read("serial"),
            usb.name if usb else "",
            (),
            " ".join(filter(None, (called or words, language))),
        )

    def _ieee1284(self, entry: Path) -> str:
        """The languages that a printer names in its IEEE 1284 identity (FACTS 4.7)."""
        text = _content(entry / "device" / "ieee1284_id").decode("ascii", "replace")
        match = re.search(r"(?:CMD|COMMAND SET):([^;]*)", text)
        return f"({match[1].strip()})" if match else ""

    def _by_id(self, folder: str) -> dict[str, tuple[str, ...]]:
        """Name of the device file -> its names in a by-id folder."""
        names: dict[str, tuple[str, ...]] = {}
        for link in self._entries(folder):
            target = link.resolve().name
            names[target] = (*names.get(target, ()), link.name)
        return names


def identity(node: Node, kind: str, all_nodes: Iterable[Node]) -> dict[str, str]:
    """The keys of a ``link`` table that will find *node* again, the most lasting first: serial
    number, vid and pid when it is the only one, its USB socket, or else its file.
    """
    twins = [item for item in all_nodes if (item.vid, item.pid) == (node.vid, node.pid)]
    if node.vid and (len(twins) == 1 or _only(node, twins)):
        values = {"vid": node.vid, "pid": node.pid}
        return {"type": kind, **values, **({"serial": node.serial} if node.serial else {})}
    if node.usb_path:
        return {"type": kind, "usb_path": node.usb_path}
    return {"type": kind, "path": node.path}


def _only(node: Node, twins: list[Node]) -> bool:
    return bool(node.serial) and [item.serial for item in twins].count(node.serial) == 1


def usage_page(descriptor: bytes) -> int:
    """The first usage page of a HID report descriptor (item tag 05 or 06); 0: none."""
    if descriptor[:1] == b"\x05" and len(descriptor) > 1:
        return descriptor[1]
    if descriptor[:1] == b"\x06" and len(descriptor) > 2:
        return struct.unpack_from("<H", descriptor, 1)[0]
    return 0


def pressed(bits: str, word: int = 64) -> set[int]:
    """The numbers of the set bits of a /sys bit map: hex words, the highest first."""
    found = set()
    for index, text in enumerate(reversed(bits.split())):
        try:
            value = int(text, 16)
        except ValueError:
            return set()
        found |= {index * word + bit for bit in range(word) if value >> bit & 1}
    return found


def _hex4(number: int | None) -> str:
    return "" if number is None else f"{number:04x}"


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
