"""The sandbox's TCP printers with plain sockets: labels, status, and what goes wrong (FACTS 4)."""

import socket
import threading
import time

import pytest
from PIL import Image

from sandbox.devices.printers import TcpPrinter

LABEL = b"^XA^PW812^LL1218^FO60,60^GB300,200,200^FS^XZ"
RECEIPT = b"\x1b@Total\n\x1dVA\x00"


@pytest.fixture
def printer_of(tmp_path):
    """printer_of(language) -> a running printer."""
    started = []

    def start(language):
        started.append(TcpPrinter(language, tmp_path / language))
        return started[-1].__enter__()

    yield start
    before = threading.active_count()
    for printer in started:
        printer.__exit__()
    assert not started or threading.active_count() < before


def send(printer, data, close=True):
    connection = socket.create_connection(("127.0.0.1", printer.port), 5)
    connection.sendall(data)
    if close:
        connection.close()
    return connection


def until(condition, limit_s=10):
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def ask(printer, request, count=1, limit_s=5):
    """What came back, at least *count* bytes unless the time is over."""
    answer = b""
    with socket.create_connection(("127.0.0.1", printer.port), 5) as connection:
        connection.sendall(request)
        connection.settimeout(limit_s)
        try:
            while len(answer) < count:
                answer += connection.recv(4096)
        except TimeoutError:
            pass
    return answer


@pytest.mark.parametrize(
    ("language", "job"),
    [
        ("zpl", LABEL),
        ("epl2", b"\nN\nq812\nQ1218,24\nLO60,60,300,200\nP1\n"),
        ("dpl", b"\x02m\x02L\rD11\r1X1100000500050l03000200\rE\r"),
        ("escpos", RECEIPT),
    ],
)
@pytest.mark.parametrize("close", [True, False], ids=["closed", "kept open"])
def test_each_language_comes_out_as_a_picture(printer_of, language, job, close):
    printer = printer_of(language)
    connection = send(printer, job, close)
    printer.wait_for(1)
    connection.close()
    (piece,) = printer.printed
    image = Image.open(printer.folder / piece.file)
    assert image.convert("L").histogram()[0] > 100 and not printer.problems
    assert printer.jobs == [bytearray(job)]


def test_copies_are_pieces_of_paper(printer_of):
    printer = printer_of("zpl")
    send(printer, LABEL.replace(b"^XZ", b"^PQ3^XZ"))
    printer.wait_for(3)


def test_a_wrong_language_prints_nothing(printer_of):
    printer = printer_of("epl2")
    send(printer, LABEL)
    until(lambda: printer.problems)
    assert not printer.printed


def test_host_status(printer_of):
    """FACTS 4.6: three lines; b paper, c pause, eee waiting; o head; labels left."""
    printer = printer_of("zpl")
    lines = ask(printer, b"~HS").split(b"\r\n")
    assert [line[:1] + line[-1:] for line in lines[:3]] == [b"\x02\x03"] * 3 and lines[3] == b""
    first, second = (line[1:-1].split(b",") for line in lines[:2])
    assert len(first) == 12 and len(second) == 11
    assert (first[1], first[2], first[4], second[2], second[8]) == (
        b"0", b"0", b"000", b"0", b"00000000")  # fmt: skip
    printer.set(paused=True)
    send(printer, LABEL.replace(b"^XZ", b"^PQ2^XZ"))
    until(lambda: printer.report()["waiting"])
    first, second, _third, _end = ask(printer, b"~HS").split(b"\r\n")
    assert first.split(b",")[2:5:2] == [b"1", b"001"] and b",00000002," in second


@pytest.mark.parametrize("trouble", [{"paper": False}, {"head_open": True}])
def test_trouble_silences_host_status_and_keeps_the_job(printer_of, trouble):
    printer = printer_of("zpl")
    printer.set(**trouble)
    assert ask(printer, b"~HS", limit_s=0.2) == b""
    send(printer, LABEL)
    until(lambda: printer.report()["waiting"])
    assert not printer.printed
    printer.set(tells_when_out=True)
    assert ask(printer, b"~HS")[:6] == b"\x02030,%d" % (not printer.state.paper)
    printer.set(paper=True, head_open=False)
    printer.wait_for(1)
    assert len(ask(printer, b"~HS")) > 80


def test_real_time_status_of_a_receipt_printer(printer_of):
    """FACTS 6: DLE EOT answers with an error pending; 7E is no paper."""
    printer = printer_of("escpos")
    assert ask(printer, b"\x10\x04\x01\x10\x04\x04", 2) == b"\x12\x12"
    printer.set(paper=False)
    assert [ask(printer, b"\x10\x04" + n) for n in (b"\x01", b"\x02", b"\x04")] == [
        b"\x1a", b"\x32", b"\x7e"]  # fmt: skip


def test_datamax_status(printer_of):
    printer = printer_of("dpl")
    assert ask(printer, b"\x01A") == b"NNNNNNNN\r"
    printer.set(paper=False)
    assert ask(printer, b"\x01A")[1:2] == b"Y" and ask(printer, b"\x01E") == b"0000\r"


def test_drawers_are_counted_per_pin(printer_of):
    printer = printer_of("escpos")
    send(printer, b"\x1bp\x00\x32\x32")
    send(printer, b"\x1bp\x01\x32\x32")
    until(lambda: printer.report()["kicks"] == {"2": 1, "5": 1})
    printer.set(paper=False)
    send(printer, b"\x1bp\x00\x32\x32")
    until(lambda: printer.report()["waiting"])
    assert printer.report()["kicks"]["2"] == 1
    send(printer, b"\x10\x14\x01\x00\x01")  # real time: even without paper
    until(lambda: printer.report()["kicks"]["2"] == 2)


def test_refusal_and_return(printer_of):
    printer = printer_of("zpl")
    port = printer.port
    printer.set(mode="refuse")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 5)
    printer.set(mode="ok")
    send(printer, LABEL)
    printer.wait_for(1)
    assert printer.port == port


def test_reset_after_some_bytes_prints_nothing(printer_of):
    """FACTS 4.7: the sink has 1000 of 6786 bytes although the write succeeded."""
    printer = printer_of("zpl")
    printer.set(mode="reset_after", bytes=1000)
    job = LABEL.replace(b"^XZ", b"^FX" + b"x" * 6000 + b"^XZ")
    connection = send(printer, job, close=False)
    with pytest.raises(ConnectionError):
        while True:
            connection.sendall(b"\n")
            if not connection.recv(1):
                raise ConnectionError
    connection.close()
    assert [len(job) for job in printer.jobs] == [1000] and not printer.printed


def test_reset_after_everything_prints(printer_of):
    printer = printer_of("zpl")
    printer.set(mode="reset_at_end")
    connection = send(printer, LABEL, close=False)
    with pytest.raises(ConnectionResetError):
        connection.recv(1)
    connection.close()
    printer.wait_for(1)


def test_stall_until_relieved(printer_of):
    printer = printer_of("zpl")
    printer.set(mode="stall")
    connection = send(printer, LABEL, close=False)
    connection.settimeout(0.1)
    connection.setblocking(False)
    with pytest.raises(BlockingIOError):
        while True:  # the buffers fill up
            connection.send(b" " * 65536)
    assert not printer.jobs
    printer.set(mode="ok")
    printer.wait_for(1)
    connection.close()


def test_slow_printer_and_order(printer_of):
    printer = printer_of("escpos")
    printer.set(label_s=0.02)
    for number in range(5):
        send(printer, b"No %d\n\x1dVA\x00" % number)
        until(lambda number=number: len(printer.jobs) > number)
    printer.wait_for(5)
    assert sorted(piece.texts for piece in printer.printed) == [[f"No {n}"] for n in range(5)]


def test_unknown_settings_are_refused(printer_of):
    printer = printer_of("zpl")
    for wrong in ({"colour": 1}, {"mode": "explode"}):
        with pytest.raises(ValueError):
            printer.set(**wrong)


def test_a_second_run_overwrites_no_picture_of_the_first(tmp_path):
    for run in (1, 2):
        with TcpPrinter("zpl", tmp_path) as printer:
            send(printer, LABEL)
            printer.wait_for(1)
            assert printer.report()["printed"][0]["file"] == f"{run:05}.png"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["00001.png", "00002.png"]
