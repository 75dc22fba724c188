"""What is plugged in, read from a /sys made for the test; identity before port numbers."""

from types import SimpleNamespace

import pytest

from odoo.addons.ecom_hardware_proxy.proxy import config, discovery
from odoo.addons.ecom_hardware_proxy.proxy.links import LinkMissing
from odoo.addons.ecom_hardware_proxy.proxy.links.identity import Node, choose

SCALE = bytes.fromhex("058d0920a1018503")
KEYBOARD = bytes.fromhex("05010906a101")


def file(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.fixture
def root(tmp_path):
    """A HID scale and a HID keyboard, a USB printer, a scanner that types and a mouse."""
    usb = tmp_path / "sys/devices/usb1"
    for name, vid, pid, serial, product in (
        ("1-1.2", "0eb8", "F000", "S1", "PS60"),
        ("1-1.3", "0a5f", "000a", "", "LP2844"),
        ("1-1.4", "05e0", "1200", "", "Scanner"),
    ):
        for key, value in {
            "idVendor": vid,
            "idProduct": pid,
            "serial": serial,
            "product": product,
        }.items():
            file(usb / name / key, value + "\n")

    def entry(kind, entry_name, device, /, **contents):
        folder = tmp_path / "sys/class" / kind / entry_name
        folder.mkdir(parents=True)
        target = usb / device
        for key, value in contents.items():
            file(target / key.replace("__", "/"), value)
        (folder / "device").symlink_to(target)

    entry("hidraw", "hidraw0", "1-1.2/1-1.2:1.0/hid", report_descriptor=SCALE)
    entry("hidraw", "hidraw1", "1-1.4/1-1.4:1.0/hid", report_descriptor=KEYBOARD)
    entry("usbmisc", "lp0", "1-1.3/1-1.3:1.0", ieee1284_id="MFG:Zebra;CMD:EPL2,ZPL;MDL:LP2844;")
    keys = "1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe"
    entry("input", "event3", "1-1.4/1-1.4:1.0/input", name="Scanner\n", capabilities__key=keys)
    entry("input", "event4", "1-1.4/1-1.4:1.1/input", name="Mouse", capabilities__key="70000 0")
    (tmp_path / "dev/input/by-id").mkdir(parents=True)
    (tmp_path / "dev/input/event3").touch()
    (tmp_path / "dev/input/by-id/usb-Scanner-event-kbd").symlink_to(tmp_path / "dev/input/event3")
    return tmp_path


def test_hid_scales_are_told_by_their_usage_page(root):
    (node,) = discovery.Ports(root).nodes("hidraw")
    assert (node.vid, node.pid, node.serial, node.usb_path) == ("0eb8", "f000", "S1", "1-1.2")
    assert node.path == str(root / "dev/hidraw0") and node.words == "PS60"


def test_usb_printers_name_their_language(root):
    (node,) = discovery.Ports(root).nodes("usblp")
    assert node.path == str(root / "dev/usb/lp0") and node.words == "LP2844 (EPL2,ZPL)"


def test_only_keyboards_are_offered_as_scanners(root):
    (node,) = discovery.Ports(root).nodes("evdev")
    assert node.path == str(root / "dev/input/event3")
    assert node.by_id == ("usb-Scanner-event-kbd",) and node.words == "Scanner"


def test_serial_ports_come_with_identity(root, monkeypatch):
    port = SimpleNamespace(
        device="/dev/ttyUSB3",
        vid=0x0EB8,
        pid=0x2200,
        serial_number="A1",
        location="1-1.2:1.0",
        manufacturer="Mettler",
        product="Ariva",
        description="Ariva",
    )
    monkeypatch.setattr(discovery.list_ports, "comports", lambda: [port])
    (node,) = discovery.Ports(root).nodes("serial")
    assert node == Node("/dev/ttyUSB3", "0eb8", "2200", "A1", "1-1.2", (), "Mettler Ariva")


def test_an_empty_machine_has_nothing(tmp_path):
    ports = discovery.Ports(tmp_path)
    assert [ports.nodes(kind) for kind in ("hidraw", "usblp", "evdev")] == [[], [], []]


TWINS = [
    Node("/dev/ttyUSB0", "0eb8", "2200", "", "1-1", ("usb-A-if00",)),
    Node("/dev/ttyUSB1", "0eb8", "2200", "", "1-2", ("usb-B-if00",)),
]
KNOWN = [
    Node("/dev/ttyUSB1", "0eb8", "2200", "A1", "1-1"),
    Node("/dev/ttyUSB0", "0eb8", "2200", "B2", "1-2"),
]


def link(**values):
    return config.LinkConfig("serial", **values)


@pytest.mark.parametrize(
    ("wanted", "nodes", "path"),
    [
        ({"vid": "0eb8", "pid": "2200", "serial": "A1"}, KNOWN, "/dev/ttyUSB1"),
        ({"vid": "0eb8", "pid": "2200", "serial": "B2"}, KNOWN[::-1], "/dev/ttyUSB0"),
        ({"usb_path": "1-2"}, TWINS, "/dev/ttyUSB1"),
        ({"by_id": "usb-A-if00"}, TWINS, "/dev/ttyUSB0"),
        ({"vid": "0eb8", "pid": "2200"}, TWINS[:1], "/dev/ttyUSB0"),
    ],
)
def test_the_device_is_found_whatever_its_number(wanted, nodes, path):
    assert choose(link(**wanted), nodes) == path


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"vid": "0eb8", "pid": "2200"}, "Several devices fit.*1-1, 1-2"),
        ({"vid": "0eb8", "pid": "2200", "serial": "A1"}, "Not plugged in.*A1"),
        ({"usb_path": "1-3"}, "USB socket 1-3"),
        ({"by_id": "usb-C"}, "Not plugged in: usb-C"),
        ({"path": "/dev/none"}, "There is no /dev/none"),
    ],
)
def test_a_twin_is_never_taken_instead(wanted, words):
    with pytest.raises(LinkMissing, match=words):
        choose(link(**wanted), TWINS)


@pytest.mark.parametrize("nodes", [TWINS, KNOWN, TWINS[:1], [Node("/dev/ttyS0")]])
def test_the_proposed_identity_finds_the_device_again(nodes, monkeypatch):
    for node in nodes:
        values = discovery.identity(node, "serial", nodes)
        if "path" in values:
            assert values["path"] == node.path
        else:
            assert choose(config.LinkConfig(**values), nodes) == node.path


@pytest.mark.parametrize(
    ("descriptor", "page"),
    [(SCALE, 0x8D), (b"\x06\x8d\x00\x09", 0x8D), (b"\x06\x00\xff", 0xFF00), (b"", 0), (b"\x05", 0)],
)
def test_usage_pages(descriptor, page):
    assert discovery.usage_page(descriptor) == page


def test_key_maps():
    assert discovery.pressed("1 8000000000000001") == {0, 63, 64}
    assert discovery.pressed("nonsense") == set()
