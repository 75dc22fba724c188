"""proxy.toml: what is written is read back, what is wrong is named, what is secret stays so."""

import dataclasses
import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from odoo.addons.ecom_hardware_proxy.proxy import config

FULL = """
[agent]
bind = "0.0.0.0"
port = 8471
hosts = ["Bench-1.local"]
[agent.tls]
mode = "own"
[odoo]
url = "https://shop.example.com/"
database = "shop"
[pos]
enabled = true
keyless_peers = ["192.0.2.7"]

[[device]]
id = "scale"
name = "Scale at the bench"
kind = "scale"
driver = "toledo_8217"
options = { unit = "kg" }
link = { type = "serial", vid = "0EB8", pid = "2200", serial = "A1", baud = 9600, parity = "E" }

[[device]]
id = "labels"
kind = "label_printer"
language = "zpl"
dpi = 203
width_mm = 101.6
height_mm = 152
link = { type = "tcp", host = "192.0.2.9" }

[[device]]
id = "laser"
kind = "document_printer"
language = "pdf"
link = { type = "ipp", uri = "ipp://printer.local:631/ipp/print" }

[[device]]
id = "receipts"
kind = "receipt_printer"
language = "escpos"
link = { type = "serial", by_id = "usb-Maker_Printer-if00" }

[[device]]
id = "drawer"
kind = "cash_drawer"
drawer = { printer = "receipts", pin = 5 }

[[device]]
id = "scanner"
kind = "scanner"
driver = "keyboard"
link = { type = "evdev", usb_path = "1-1.4" }
"""


def test_every_part_is_read():
    read = config.parse(FULL)
    assert read.agent.port == 8471 and read.agent.hosts == ("bench-1.local",)
    assert read.agent.tls.mode == "own" and read.agent.max_body == 12 * 1024 * 1024
    assert read.odoo.url == "https://shop.example.com"
    assert read.pos.enabled and read.pos.keyless_peers == ("192.0.2.7",)
    scale = read.device("scale")
    assert (scale.link.vid, scale.link.pid, scale.link.serial) == ("0eb8", "2200", "A1")
    assert scale.link.baud == 9600 and scale.link.parity == "E" and scale.link.bytesize is None
    assert scale.options == {"unit": "kg"}
    assert read.device("labels").link.port == 9100 and read.device("labels").name == "labels"
    assert read.device("drawer").drawer == config.Drawer("receipts", 5)


def test_what_is_written_is_read_back(tmp_path):
    read = config.parse(FULL)
    config.save(tmp_path / "home", read)
    assert config.load(tmp_path / "home") == read
    assert config.load(tmp_path / "nowhere") == config.Config()
    with pytest.raises(KeyError):
        read.device("other")


def test_home_and_files_are_the_owners_alone(tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o777)
    config.save(home, config.Config())
    config.save_pairing(home, config.Pairing("uid", "00ff"))
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (home, *sorted(home.iterdir()))]
    assert modes == [0o700, 0o600, 0o600]


def test_pairing_is_kept_and_its_key_is_in_no_repr(tmp_path):
    pairing = config.Pairing("uid-1", "ab" * 32, "Bench 1", ("https://shop.example.com",))
    assert config.load_pairing(tmp_path) is None
    config.save_pairing(tmp_path, pairing)
    assert config.load_pairing(tmp_path) == pairing
    assert "abab" not in repr(pairing)
    config.forget_pairing(tmp_path)
    config.forget_pairing(tmp_path)
    assert config.load_pairing(tmp_path) is None


def test_a_damaged_pairing_is_said_without_showing_it(tmp_path):
    (tmp_path / config.PAIRING_FILE).write_text('{"station": "uid", "key": "secret-not-hex"}')
    with pytest.raises(config.ConfigError, match="pair the station again") as error:
        config.load_pairing(tmp_path)
    assert "secret" not in str(error.value)


SCALE = '[[device]]\nid = "s"\nkind = "scale"\ndriver = "x"\n'
WRONG = [
    ("agent = 3", "agent", "table"),
    ("[agent]\nport = 70000", "agent.port", "0 to 65535"),
    ("[agent]\nport = true", "agent.port", "whole number"),
    ('[agent]\nprot = "x"', "agent.prot", "not known"),
    ('[agent.tls]\nmode = "maybe"', "agent.tls.mode", "off, own, files"),
    ('[agent.tls]\nmode = "files"\ncertificate = "/c"', "agent.tls.key", "PEM"),
    ('[odoo]\nurl = "shop"', "odoo.url", "https://"),
    ('[odoo]\nurl = "https://me:word@shop"', "odoo.url", "password"),
    ("[pos]\nenabled = 1", "pos.enabled", "true or false"),
    ("[pos]\nkeyless_peers = [1]", "pos.keyless_peers", "texts"),
    ('[device]\nid = "s"', "device", "[[device]]"),
    ('[[device]]\nid = "../x"\nkind = "scale"', "device[1].id", "lower case"),
    ('[[device]]\nid = "s"\nkind = "toaster"', "device[1].kind", "scale"),
    ('[[device]]\nid = "s"', "device[1].kind", "scale"),
    (SCALE, "device[1].link", "serial"),
    (SCALE + 'link = { type = "ipp", uri = "ipp://a/b" }', "device[1].link.type", "scale takes"),
    (SCALE + 'link = { type = "serial" }', "device[1].link.type", "exactly one"),
    (
        SCALE + 'link = { type = "serial", vid = "0eb8", pid = "1234", usb_path = "1-1" }',
        "device[1].link.type",
        "exactly one",
    ),
    (SCALE + 'link = { type = "serial", vid = "0eb8" }', "device[1].link.pid", "together"),
    (SCALE + 'link = { type = "serial", vid = "eb8" }', "device[1].link.vid", "four"),
    (
        SCALE + 'link = { type = "serial", path = "/dev/ttyUSB0" }',
        "device[1].link.path",
        "order of plugging",
    ),
    (
        SCALE + 'link = { type = "serial", by_id = "x", flow = "dtr" }',
        "device[1].link.flow",
        "xonxoff",
    ),
    (SCALE + 'link = { type = "tcp" }', "device[1].link.host", "address"),
    (
        '[[device]]\nid = "p"\nkind = "label_printer"\nlink = { type = "tcp", host = "h" }',
        "device[1].language",
        "zpl",
    ),
    (
        '[[device]]\nid = "s"\nkind = "scale"\nlink = { type = "tcp", host = "h" }',
        "device[1].driver",
        "protocol",
    ),
    (
        '[[device]]\nid = "d"\nkind = "cash_drawer"\ndrawer = { printer = "p" }',
        "device[1].drawer.printer",
        "escpos",
    ),
    ('[[device]]\nid = "d"\nkind = "cash_drawer"', "device[1].drawer", "printer and pin"),
    (
        '[[device]]\nid = "d"\nkind = "cash_drawer"\ndrawer = { printer = "p", pin = 3 }',
        "device[1].drawer.pin",
        "2 or 5",
    ),
    (
        (SCALE + 'link = { type = "tcp", host = "h" }\n') * 2,
        "device[2].id",
        "taken",
    ),
]


@pytest.mark.parametrize(("text", "key", "reason"), WRONG, ids=[f"{w[1]}-{w[2]}" for w in WRONG])
def test_what_is_wrong_is_named_with_file_key_value_and_reason(text, key, reason):
    with pytest.raises(config.ConfigError) as error:
        config.parse(text, "/home/agent/proxy.toml")
    assert error.value.key == key
    assert reason in error.value.reason
    assert str(error.value).startswith("/home/agent/proxy.toml: ")


def test_a_moving_name_is_taken_when_the_administrator_insists():
    text = SCALE + 'link = { type = "serial", path = "/dev/ttyUSB0", path_may_move = true }'
    assert config.parse(text).device("s").link.path == "/dev/ttyUSB0"
    stable = SCALE + 'link = { type = "serial", path = "/dev/ttyS0" }'
    assert config.parse(stable).device("s").link.path == "/dev/ttyS0"


def test_no_toml_and_unreadable_files_are_said(tmp_path):
    with pytest.raises(config.ConfigError, match="not TOML"):
        config.parse("[agent")
    (tmp_path / config.FILE).write_bytes(b"\xff\xfe")
    with pytest.raises(config.ConfigError, match="cannot be read"):
        config.load(tmp_path)


def test_nothing_unreadable_is_saved(tmp_path):
    good = config.parse(FULL)
    config.save(tmp_path, good)
    bad = replace(good, agent=replace(good.agent, port=99999))
    with pytest.raises(config.ConfigError):
        config.save(tmp_path, bad)
    assert config.load(tmp_path) == good


# --- the manuals ---


def examples(name):
    """The TOML in a page of the project."""
    text = (Path(__file__).parents[3] / name).read_text(encoding="utf-8")
    return re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", ["doc/hardware.md", "sandbox/README.md"])
def test_the_examples_of_the_manuals_are_good(name):
    assert examples(name) and all(config.parse(text).devices for text in examples(name))


VALUES = (
    config.Agent,
    config.Tls,
    config.OdooServer,
    config.Pos,
    config.DeviceConfig,
    config.LinkConfig,
    config.Drawer,
)


@pytest.mark.parametrize("values", VALUES, ids=lambda values: values.__name__)
def test_the_manual_shows_every_key(values):
    (text,) = examples("doc/hardware.md")
    missing = [
        field.name
        for field in dataclasses.fields(values)
        if not re.search(rf"\b{field.name} = |\[(.*\.)?{field.name}\]", text)
    ]
    assert missing == []
