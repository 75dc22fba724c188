"""Commands and the set-up dialogue, with a scale on a line and a printer in the network."""

import dataclasses
import socket
import tomllib
from contextlib import contextmanager

import pytest
import serial

from odoo.addons.ecom_hardware_proxy.proxy import capture, cli, config, service, setup_guide
from odoo.addons.ecom_hardware_proxy.proxy.discovery import Ports
from odoo.addons.ecom_hardware_proxy.proxy.links.identity import Node
from odoo.addons.ecom_hardware_proxy.proxy.queue import JobQueue, NewJob
from odoo.addons.ecom_hardware_proxy.proxy.security import pairing as pairings
from odoo.addons.ecom_hardware_proxy.proxy.server.capture_page import CapturePage
from odoo.addons.ecom_hardware_proxy.proxy.station import Station

from sandbox.devices.ipp_printer import IppPrinter
from sandbox.devices.printers import TcpPrinter
from sandbox.devices.scales import Scale
from tests.devices.hardware.served import EVIL, KEY, PAIRING, Served, ask, wait_until


@pytest.fixture(autouse=True)
def english(monkeypatch):
    """Whatever the terminal of who runs the tests speaks."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def run(capsys, *arguments):
    """Exit code, output and errors of one command."""
    try:
        code = cli.main([str(argument) for argument in arguments])
    except SystemExit as end:
        code = end.code
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@contextmanager
def running(home):
    """A station that works with *home*, as the agent's does."""
    station = Station(config.load(home), home)
    station.start()
    try:
        yield station
    finally:
        station.stop()


# --- commands ---


def test_help_names_every_command(capsys):
    code, out, _ = run(capsys, "--help")
    assert code == 0
    for name in ("run", "setup", "pair", "devices", "status", "capture", "forget", "pos-key"):
        assert name in out


def test_status_tells_everything_but_secrets(capsys, tmp_path):
    config.save_pairing(tmp_path, PAIRING)
    queue = JobQueue(tmp_path / "queue.db", lambda: 0.0)
    queue.put(NewJob("j1", "labels", "Label 7", "application/zpl", b"^XA^XZ"))
    queue.close()
    code, out, _ = run(capsys, "status", "--home", tmp_path)
    assert code == 0 and "as Packing 1" in out and "Label 7 on labels: Waiting" in out
    assert KEY not in out


def test_a_wrong_configuration_is_one_sentence(capsys, tmp_path):
    (tmp_path / config.FILE).write_text("[agent]\nport = 99999\n")
    code, _, err = run(capsys, "status", "--home", tmp_path)
    assert code == 1 and "port = 99999" in err and "Traceback" not in err


def test_forgetting_takes_the_key(capsys, tmp_path):
    config.save_pairing(tmp_path, PAIRING)
    former = pairings.new_pos_key(tmp_path)
    assert run(capsys, "forget", "--home", tmp_path)[0] == 0
    assert config.load_pairing(tmp_path) is None
    assert pairings.pos_key_file(tmp_path)() is None
    assert former not in run(capsys, "pos-key", "--home", tmp_path)[1]


def test_a_new_pairing_ends_the_point_of_sales_key(tmp_path):
    odoo = config.OdooServer("https://shop.example.com")
    cli.keep_pairing(tmp_path, PAIRING, odoo)
    key = pairings.new_pos_key(tmp_path)
    cli.keep_pairing(tmp_path, PAIRING, odoo)
    assert pairings.pos_key_file(tmp_path)() == key
    cli.keep_pairing(tmp_path, dataclasses.replace(PAIRING, station="station-2"), odoo)
    assert pairings.pos_key_file(tmp_path)() is None


def test_the_key_of_the_point_of_sale(capsys, tmp_path):
    def address(*options):
        return run(capsys, "pos-key", "--home", tmp_path, *options)[1].split(": ", 1)[1].split()[0]

    first = address()
    assert first == address() and pairings.pos_key_file(tmp_path)() == first[-14:]
    assert first.endswith(f"/k/{first[-14:]}") and first.startswith("http://127.0.0.1:8470/k/")
    assert len("https://192.168.100.200:8470/k/" + first[-14:]) <= 45
    assert (tmp_path / pairings.POS_KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert address("--new") != first
    run(capsys, "pos-key", "--home", tmp_path, "--off")
    assert pairings.pos_key_file(tmp_path)() is None


@pytest.mark.parametrize(
    ("agent", "address"),
    [
        ("", "http://127.0.0.1:8470"),
        ('bind = "::1"', "http://[::1]:8470"),
        ('bind = "0.0.0.0"\ntls = { mode = "own" }', "https://127.0.0.1:8470"),
        ('bind = "0.0.0.0"\nhosts = ["till.lan"]\ntls = { mode = "own" }', "https://till.lan:8470"),
    ],
)
def test_where_pages_find_the_agent(agent, address):
    assert cli.agent_address(config.parse(f"[agent]\n{agent}\n")) == address


def test_an_unknown_device_is_told(capsys, tmp_path):
    code, _, err = run(capsys, "capture", "scale", "--home", tmp_path)
    assert code == 1 and "no device scale" in err


@pytest.mark.parametrize(
    ("url", "insecure", "good"),
    [
        ("https://shop.example.com/", False, True),
        ("http://127.0.0.1:8069", False, True),
        ("http://localhost:8069", False, True),
        ("http://shop.example.com", False, False),
        ("http://shop.example.com", True, True),
        ("https://user:secret@shop.example.com", False, False),
        ("https://shop.example.com/?db=x", False, False),
        ("shop.example.com", False, False),
        ("ftp://shop.example.com", False, False),
    ],
)
def test_which_odoo_may_be_paired(url, insecure, good):
    if good:
        assert pairings.check_url(url, insecure) == url.rstrip("/")
    else:
        with pytest.raises(pairings.PairingFailed):
            pairings.check_url(url, insecure)


def test_codes_are_easy_to_read_and_hard_to_guess():
    codes = {pairings.new_code().shown for _ in range(200)}
    assert len(codes) == 200
    assert not set("".join(codes)) & set("01OI") and all(len(code) == 9 for code in codes)


@pytest.mark.parametrize(
    "answer",
    [{}, {"station": "s", "key": "zz", "name": "n", "origins": []}, {"key": "ab", "station": "s"}],
)
def test_a_pairing_that_cannot_be_read_is_refused(answer):
    with pytest.raises(pairings.PairingFailed):
        pairings.read_pairing(answer)


def test_a_secret_file_is_read_again_when_it_changed(tmp_path):
    newest = pairings.pairing_file(tmp_path)
    assert newest() is None
    config.save_pairing(tmp_path, PAIRING)
    assert newest() == PAIRING
    (tmp_path / config.PAIRING_FILE).write_text("{ damaged")
    assert newest() is None


# --- what was set up before ---

DEVICES = """
[[device]]
id = "till"
kind = "receipt_printer"
language = "escpos"
link = {type = "file", folder = "/nowhere"}
[[device]]
id = "drawer"
kind = "cash_drawer"
drawer = {printer = "till"}
"""


@pytest.fixture
def home(tmp_path):
    config.write_private(tmp_path, config.FILE, DEVICES.encode())
    return tmp_path


def test_a_device_is_removed_but_not_below_its_drawer(capsys, home):
    code, _, err = run(capsys, "remove", "till", "--home", home)
    assert code == 1 and "ecom-proxy remove drawer" in err
    assert run(capsys, "remove", "drawer", "--home", home)[0] == 0
    assert run(capsys, "remove", "till", "--home", home)[0] == 0
    assert config.load(home).devices == ()
    assert run(capsys, "remove", "till", "--home", home)[0] == 1


def test_a_device_gets_another_name_and_keeps_its_id(capsys, home):
    with running(home):
        code, out, _ = run(capsys, "rename", "till", "Caisse 1", "--home", home)
    assert code == 0 and setup_guide.STALE in out
    assert config.load(home).device("till").name == "Caisse 1"
    assert setup_guide.STALE not in run(capsys, "rename", "till", "Caisse", "--home", home)[1]


def test_the_unit_names_this_installation(capsys, tmp_path):
    assert "ExecStart=" in run(capsys, "service")[1]
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    assert f"ExecStart={python} -m " in service.unit(python)
    (python.parent / "ecom-proxy").touch()
    text = service.unit(python)
    assert f"ExecStart={tmp_path}/bin/ecom-proxy run\n" in text and "/opt/" not in text
    assert service.hidden(tmp_path / "x") is False
    assert service.hidden(setup_guide.Path("/home/ann/env/bin/python")) is True


# --- the agent that runs ---


@pytest.fixture
def served(tmp_path):
    """An agent with a device, on a port that its proxy.toml names."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    rest = f"[pos]\nenabled = true\n{DEVICES}"
    config.write_private(tmp_path, config.FILE, f"[agent]\nport = {port}\n{rest}".encode())
    with Served(tmp_path, rest, port) as agent:
        yield agent


def test_status_tells_whether_an_agent_runs_and_its_devices(capsys, served):
    home = served.station.home
    wait_until(lambda: served.station.device("till").state == "offline")
    out = run(capsys, "status", "--home", home)[1]
    assert "Agent:   runs here, version" in out
    (line,) = [line for line in out.splitlines() if line.startswith("  till ")]
    assert "offline" in line and "/nowhere" in line


def test_status_tells_that_none_runs(capsys, home):
    assert "Agent:   does not run" in run(capsys, "status", "--home", home)[1]


def test_status_tells_that_the_agent_is_not_found(capsys, home):
    with running(home):
        out = run(capsys, "status", "--home", home)[1]
    assert "Agent:   runs here, but http://127.0.0.1:8470/local/status does not answer." in out


def test_the_key_is_shown_with_a_warning_when_the_agent_serves_something_else(capsys, served):
    home = served.station.home
    assert setup_guide.STALE not in run(capsys, "pos-key", "--home", home)[1]
    assert "once the station is paired" in run(capsys, "pos-key", "--home", home)[1]
    config.save_pairing(home, PAIRING)
    assert "once the station is paired" not in run(capsys, "pos-key", "--home", home)[1]
    changed = config.load(home)
    config.save(home, dataclasses.replace(changed, pos=config.Pos(enabled=False)))
    assert setup_guide.STALE in run(capsys, "pos-key", "--home", home)[1]


# --- capture ---


@pytest.fixture
def scale(tmp_path):
    with Scale("toledo_8217", tmp_path) as running:
        running.set(load_g=1250)
        yield running


def test_capture_shows_bytes_and_what_they_could_be(scale):
    link = config.LinkConfig("serial", path=str(scale.link), path_may_move=True)
    options = {"unit": "kg"}
    device = config.DeviceConfig("scale", "Scale", "scale", "toledo_8217", "", options, link)
    seen, said = capture.Seen(), []
    with CapturePage("Scale <b>", seen.lines, seen.words) as page:
        capture.show(device, seen, seconds=0.5, say=said.append)
        port = int(page.url.split(":")[2].strip("/"))
        assert b"Scale &lt;b&gt;" in ask(port, "GET", "/").body
        shown = ask(port, "GET", "/local/capture").json
        assert ask(port, "GET", "/local/capture.js").status == 200
        assert ask(port, "GET", "/local/capture", host="evil.example").error == (403, "host")
        evil = {"Origin": EVIL}
        assert ask(port, "GET", "/local/capture", headers=evil).error == (403, "origin")
    assert any("<STX>01.250<CR>" in line for line in said)
    assert any("toledo_8217" in line and "1.250" in line for line in said)
    assert "<STX>01.250<CR>" in shown["lines"][0][1] and shown["words"] == seen.words()


def test_a_silent_line_is_told():
    assert "Nothing came" in capture.Seen().words()[0]


# --- the dialogue ---


class Plugged(Ports):
    """One scale is plugged in."""

    def __init__(self, *paths):
        super().__init__()
        self._paths = paths

    def nodes(self, kind):
        nodes = [Node(str(path), words="USB serial") for path in self._paths]
        return nodes if kind == "serial" else []


def guide(home, ports, *answers, pair=lambda options: None):
    """Run the dialogue; answers are by the beginning of the question, Enter for the rest."""
    rest, said = list(answers), []

    def ask(question):
        said.append(question)
        assert len(said) < 500, "the dialogue does not end"
        for answer in rest:
            if question.startswith(answer[0]):
                rest.remove(answer)
                return answer[1]
        return ""

    setup_guide.Guide(home, "", False, pair, ports, ask, said.append).run()
    return said


def test_enter_alone_ends_well_and_changes_nothing(tmp_path):
    said = guide(tmp_path, Plugged())
    assert "Done" in said[-1] and config.load(tmp_path).devices == ()


def test_nobody_at_the_keyboard_takes_the_defaults(tmp_path):
    def nobody(_question):
        raise EOFError

    setup_guide.Guide(tmp_path, "", False, None, Plugged(), nobody, lambda text: None).run()


def test_a_scale_is_tried_and_kept(tmp_path, scale, monkeypatch):
    monkeypatch.setattr(setup_guide, "LIVE_S", 0.8)
    said = guide(
        tmp_path / "home",
        Plugged(scale.link),
        ("Which one", "1"),
        ("What do people", "Balance à quai"),
    )
    assert any("1.250 kg" in line for line in said)
    (device,) = config.load(tmp_path / "home").devices
    assert (device.id, device.driver, device.options) == (
        "balance-quai",
        "toledo_8217",
        {"unit": "kg"},
    )


def test_a_printer_prints_its_test(tmp_path):
    with TcpPrinter("zpl", tmp_path / "printed") as printer:
        guide(
            tmp_path / "home",
            Plugged(),
            ("Which one", "n"),
            ("Address of the printer", "127.0.0.1"),
            ("Port", str(printer.port)),
        )
        printer.wait_for(1)
    values = tomllib.loads((tmp_path / "home" / config.FILE).read_text())["device"][0]
    assert (values["id"], values["language"], values["dpi"]) == ("label-printer", "zpl", 203)
    assert (values["width_mm"], values["height_mm"]) == (102.0, 152.0)


@pytest.fixture
def printer(tmp_path):
    with TcpPrinter("zpl", tmp_path / "printed") as running:
        yield running


def found(printer):
    """The answers that lead to that printer in the network."""
    return (
        ("Which one", "n"),
        ("Address of the printer", "127.0.0.1"),
        ("Port", str(printer.port)),
    )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (("Port", "99999"), "port = 99999"),
        (("Port", "nine"), "from 1 to 65535"),
        (("Address of the printer", "http://x/y"), 'host = "http://x/y"'),
        (("Label, width", "4 by 6"), "in millimetres"),
        (("Label, width", "4x6"), "width_mm = 4.0"),
    ],
)
def test_a_wrong_answer_is_asked_again(tmp_path, printer, wrong, words):
    again = () if wrong[0].startswith("Label") else found(printer)[1:]
    answers = (found(printer)[0], wrong, *found(printer)[1:], *again, ("Print a test", "n"))
    said = guide(tmp_path / "home", Plugged(), *answers)
    assert any(words in line for line in said)
    assert len([line for line in said if line.startswith(wrong[0])]) == 2
    assert len(config.load(tmp_path / "home").devices) == 1


@pytest.mark.parametrize("wrong", ["ftp://printer", "ipp://[::1"])
def test_a_wrong_address_of_a_document_printer_is_asked_again(tmp_path, wrong):
    with IppPrinter(tmp_path / "printed") as printer:
        answers = ("Which one", "d"), ("Its address", wrong), ("Its address", printer.uri)
        said = guide(tmp_path / "home", Plugged(), *answers, ("Print a test", "n"))
    assert any("uri = " in line for line in said)
    assert config.load(tmp_path / "home").devices[0].link.uri == printer.uri


def test_the_address_of_a_printer_alone_is_enough(tmp_path):
    answers = ("Which one", "d"), ("Its address", "127.0.0.1:9"), ("Keep this", "y")
    guide(tmp_path, Plugged(), *answers, ("Print a test", "n"))
    assert config.load(tmp_path).devices[0].link.uri == "ipp://127.0.0.1:9/ipp/print"


def test_no_address_of_a_printer_is_invented(tmp_path):
    said = guide(tmp_path, Plugged(), ("Which one", "n"), ("Which one", "d"))
    assert config.load(tmp_path).devices == () and not any("192.168" in line for line in said)


def test_an_address_where_nobody_answers_is_asked_again_and_not_the_language(tmp_path, printer):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    nobody = (*found(printer)[:2], ("Port", str(port)))
    answers = *nobody, *found(printer)[1:], ("Print a test", "n")
    said = guide(tmp_path / "home", Plugged(), *answers)
    assert len([line for line in said if "takes no connection" in line]) == 1
    assert len([line for line in said if line.startswith("Which language")]) == 1
    (device,) = config.load(tmp_path / "home").devices
    assert device.link.port == printer.port


def test_a_device_that_is_dropped_does_not_end_the_questions(tmp_path, printer):
    drop = ("What do", "First"), ("Did it come out", "n"), ("Try another", "n"), ("Keep it", "n")
    said = guide(
        tmp_path / "home", Plugged(), *found(printer), *drop, *found(printer), ("What do", "Second")
    )
    assert [device.name for device in config.load(tmp_path / "home").devices] == ["Second"]
    assert "Nothing of it is kept." in said


def test_a_serial_port_may_be_typed_by_hand(tmp_path):
    port = tmp_path / "by-id"
    port.touch()
    answers = ("Which one", "s"), ("Its path", "/dev/nowhere"), ("Its path", str(port))
    said = guide(tmp_path / "home", Plugged(), *answers, ("What is it", "scanner"))
    assert "There is no /dev/nowhere." in said
    (device,) = config.load(tmp_path / "home").devices
    assert (device.link.path, device.link.path_may_move) == (str(port), False)


def test_a_port_named_by_the_order_of_plugging_in_is_taken_with_a_warning(tmp_path, monkeypatch):
    monkeypatch.setattr(setup_guide.Path, "exists", lambda path: str(path) == "/dev/ttyUSB7")
    ask = {"Its path": "/dev/ttyUSB7"}
    said = []
    made = setup_guide.Guide(
        tmp_path, "", False, None, Plugged(), lambda text: ask[text[:8]], said.append
    )
    link = made._serial_port()
    assert link.path_may_move and any("/dev/serial/by-id lasts" in line for line in said)


def test_a_port_without_a_name_reads_as_its_path():
    assert str(setup_guide.Found("serial", "", "/dev/ttyS0", {})) == "/dev/ttyS0  (serial)"


def test_a_drawer_and_the_point_of_sale_are_asked_for(tmp_path, printer):
    answers = (
        *found(printer),
        ("What is it", "receipt_printer"),
        ("Print a test", "n"),
        ("Does a cash drawer", "y"),
        ("Which pin", "5"),
        ("Which one", "c"),
        ("Does Odoo's point of sale", "y"),
    )
    said = guide(tmp_path / "home", Plugged(), *answers)
    read = config.load(tmp_path / "home")
    assert [(device.id, device.drawer) for device in read.devices] == [
        ("receipt-printer", None),
        ("cash-drawer", config.Drawer("receipt-printer", 5)),
        ("cash-drawer-2", config.Drawer("receipt-printer", 2)),
    ]
    assert read.pos.enabled and any("ecom-proxy pos-key" in line for line in said)


def test_an_agent_that_runs_must_be_started_again(tmp_path):
    with running(tmp_path):
        assert guide(tmp_path, Plugged())[-1] == setup_guide.STALE
    assert setup_guide.STALE not in guide(tmp_path, Plugged())


def test_the_address_of_odoo_is_asked_again(tmp_path):
    asked = []
    said = guide(tmp_path, Plugged(), ("Address of your", "http://shop.example.com"))
    assert any("not encrypted" in line for line in said) and "Pair later" in said[-2]
    guide(tmp_path, Plugged(), ("Address of your", "shop.example.com"), pair=asked.append)
    assert asked[0].odoo == "https://shop.example.com"


def test_nobody_at_the_keyboard_tries_nothing_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(setup_guide, "PRINT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    answers = iter(["n", "127.0.0.1", str(port)])
    said = []

    def gone(question):
        said.append(question)
        assert len(said) < 50, "it goes on for ever"
        try:
            return next(answers)
        except StopIteration:
            raise EOFError from None

    setup_guide.Guide(tmp_path, "", False, None, Plugged(), gone, said.append).run()
    assert config.load(tmp_path).devices == ()


def test_a_scale_that_another_program_holds_is_said(tmp_path, scale, monkeypatch):
    monkeypatch.setattr(setup_guide, "LIVE_S", 0.8)
    with serial.Serial(str(scale.link), exclusive=True):
        answers = ("Which one", "1"), ("Try another", "n")
        said = guide(tmp_path / "home", Plugged(scale.link), *answers)
    assert any("Another program uses" in line for line in said)


def test_the_last_question_pairs(tmp_path):
    asked = []
    guide(tmp_path, Plugged(), ("Address of your", "https://shop.example.com"), pair=asked.append)
    assert asked[0].odoo == "https://shop.example.com" and asked[0].home == tmp_path
    assert config.load(tmp_path).odoo.url == "https://shop.example.com"


def test_ids_are_free():
    device = config.DeviceConfig("scale", "Scale", "scale")
    known = config.Config(devices=(device,))
    assert setup_guide._free_id("Scale", known) == "scale-2"
    assert setup_guide._free_id("É!", config.Config()) == "device"


# --- languages ---


def test_the_terminal_is_answered_in_its_language(capsys, tmp_path, monkeypatch):
    config.save_pairing(tmp_path, PAIRING)
    (tmp_path / config.FILE).write_text("[agent]\nport = 8470\n")
    queue = JobQueue(tmp_path / "queue.db", lambda: 0.0)
    queue.put(NewJob("j1", "labels", "Label 7", "application/zpl", b"^XA^XZ"))
    queue.close()
    monkeypatch.setenv("LC_ALL", "fr_CA.UTF-8")
    code, out, _ = run(capsys, "status", "--home", tmp_path)
    assert code == 0 and "Associé\xa0:   sous le nom Packing 1" in out
    assert "Label 7 sur labels\xa0: En attente de son imprimante." in out
    assert "servir les appareils" in run(capsys, "--help")[1]
    (tmp_path / config.FILE).write_text("[agent]\nport = 99999\n")
    code, _, err = run(capsys, "status", "--home", tmp_path)
    assert code == 1 and "port = 99999\xa0: il faut un nombre de " in err


def test_setup_asks_in_the_language_of_the_terminal(tmp_path, monkeypatch):
    asked, said = [], []
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    monkeypatch.delenv("LC_ALL")

    def ask(text):
        asked.append(text)
        raise EOFError

    guide = setup_guide.Guide(tmp_path, "", False, None, Ports(), ask, said.append)
    monkeypatch.setattr(setup_guide, "plugged_in", lambda _ports: [])
    guide.run()
    assert asked[0] == "Lequel installer\xa0? q\xa0: plus rien [q] "
    assert said[-1] == "Terminé. L'agent se lance avec\xa0: ecom-proxy run"
