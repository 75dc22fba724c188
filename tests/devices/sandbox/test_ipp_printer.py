"""The sandbox's IPP printer, asked with bytes written here by hand (RFC 8010)."""

import http.client
import struct
import time

import pytest

from sandbox.devices.ipp_printer import PATH, IppPrinter

PDF = b"%PDF-1.4\n%sandbox\n%%EOF\n"
GET_PRINTER, PRINT, VALIDATE, CREATE, SEND, CANCEL, GET_JOB, GET_JOBS = (
    0x000B, 0x0002, 0x0004, 0x0005, 0x0006, 0x0008, 0x0009, 0x000A,
)  # fmt: skip


def item(tag, name, value):
    return struct.pack(">BH", tag, len(name)) + name + struct.pack(">H", len(value)) + value


HEAD = item(0x47, b"attributes-charset", b"utf-8") + item(
    0x48, b"attributes-natural-language", b"en"
)


@pytest.fixture
def printer(tmp_path):
    with IppPrinter(tmp_path) as running:
        yield running


def call(printer, operation, more=b"", job=b"", document=b"", version=b"\2\0", head=HEAD, **http_):
    """Status and body of one request."""
    uri = item(0x45, b"printer-uri", printer.uri.encode())
    body = version + struct.pack(">Hi", operation, 7) + b"\1" + head + uri + more
    body += (b"\2" + job if job else b"") + b"\3" + document
    connection = http.client.HTTPConnection("127.0.0.1", printer.port, timeout=10)
    headers = {"Content-Type": http_.get("media_type", "application/ipp")}
    connection.request("POST", http_.get("path", PATH), body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status != 200:
        return f"HTTP {answer.status}", content
    assert content[4:8] == b"\0\0\0\7"
    return struct.unpack(">H", content[2:4])[0], content


def after(content, name, tag):
    """The first value that follows an attribute's name."""
    at = content.index(struct.pack(">BH", tag, len(name)) + name) + 3 + len(name)
    size = struct.unpack(">H", content[at : at + 2])[0]
    return content[at + 2 : at + 2 + size]


def job_state(printer, number):
    status, content = call(printer, GET_JOB, item(0x21, b"job-id", struct.pack(">i", number)))
    assert status == 0
    return struct.unpack(">i", after(content, b"job-state", 0x23))[0]


def until(condition, limit_s=10):
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_printer_attributes(printer):
    status, content = call(printer, GET_PRINTER)
    assert status == 0 and content[:2] == b"\2\0"
    assert after(content, b"printer-state", 0x23) == b"\0\0\0\3"
    assert after(content, b"printer-state-reasons", 0x44) == b"none"
    assert b"na_index-4x6_4x6in" in content and b"application/pdf" in content


def test_requested_attributes(printer):
    _status, content = call(
        printer, GET_PRINTER, item(0x44, b"requested-attributes", b"printer-state")
    )
    assert b"printer-state" in content and b"printer-name" not in content


def test_print_job(printer, tmp_path):
    job = item(0x44, b"media", b"na_letter_8.5x11in") + item(0x44, b"print-scaling", b"none")
    job += item(0x21, b"copies", struct.pack(">i", 2))
    mime = item(0x49, b"document-format", b"application/pdf")
    status, content = call(printer, PRINT, mime, job, PDF)
    assert status == 0 and after(content, b"job-id", 0x21) == b"\0\0\0\1"
    printer.wait_for(1)
    assert job_state(printer, 1) == 9
    (file,) = tmp_path.iterdir()
    assert file.read_bytes() == PDF and printer.report()["count"] == 2


def test_create_job_and_send_document(printer):
    assert call(printer, CREATE)[0] == 0 and job_state(printer, 1) == 4
    number = item(0x21, b"job-id", b"\0\0\0\1")
    assert call(printer, SEND, number, document=PDF)[0] == 0x0400  # last-document is missing
    last = number + item(0x22, b"last-document", b"\1")
    assert call(printer, SEND, last, document=PDF)[0] == 0
    printer.wait_for(1)
    assert call(printer, SEND, last, document=PDF)[0] == 0x0404


def test_paper_out_stops_the_job_and_says_why(printer):
    printer.set(reasons=["media-empty"])
    call(printer, PRINT, document=PDF)
    until(lambda: job_state(printer, 1) == 6)
    _status, content = call(printer, GET_PRINTER)
    assert after(content, b"printer-state", 0x23) == b"\0\0\0\5"
    assert after(content, b"printer-state-reasons", 0x44) == b"media-empty"
    printer.set(reasons=[])
    printer.wait_for(1)


def test_cancel_and_job_lists(printer):
    printer.set(reasons=["cover-open"])
    for _ in range(2):
        call(printer, PRINT, document=PDF)
    number = item(0x21, b"job-id", b"\0\0\0\2")
    assert call(printer, CANCEL, number)[0] == 0
    assert job_state(printer, 2) == 7 and call(printer, CANCEL, number)[0] == 0x0404
    assert call(printer, GET_JOBS)[1].count(b"job-id") == 1
    done = item(0x44, b"which-jobs", b"completed")
    assert after(call(printer, GET_JOBS, done)[1], b"job-id", 0x21) == b"\0\0\0\2"
    assert call(printer, GET_JOB, item(0x21, b"job-id", b"\0\0\0\x63"))[0] == 0x0406


CHARSET_LAST = item(0x48, b"attributes-natural-language", b"en") + item(
    0x47, b"attributes-charset", b"utf-8"
)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"version": b"\3\0"}, 0x0503),
        ({"version": b"\1\0"}, 0x0503),
        ({"head": b""}, 0x0400),
        ({"head": CHARSET_LAST}, 0x0400),
        ({"head": HEAD.replace(b"\0\5utf-8", b"\0\5latin")}, 0x040D),
        ({"operation": 0x0010}, 0x0501),
        ({"job": item(0x44, b"media", b"na_tabloid_11x17in")}, 0x040B),
        ({"more": item(0x49, b"document-format", b"text/plain")}, 0x040A),
        ({"more": item(0x44, b"compression", b"gzip")}, 0x040F),
        ({"document": b"hello"}, 0x0411),
        ({"path": "/printers/x"}, "HTTP 404"),
        ({"media_type": "text/plain"}, "HTTP 415"),
        ({"version": b""}, "HTTP 400"),
    ],
)
def test_refusals(printer, given, status):
    assert call(printer, **{"operation": PRINT, "document": PDF, **given})[0] == status
    assert not printer.jobs


def test_unknown_media_may_be_substituted_unless_the_client_insists(printer):
    printer.set(substitutes=True)
    paper = item(0x44, b"media", b"na_tabloid_11x17in")
    status, content = call(printer, PRINT, job=paper, document=PDF)
    assert status == 1 and b"na_tabloid_11x17in" in content
    insist = item(0x22, b"ipp-attribute-fidelity", b"\1")
    assert call(printer, PRINT, insist, paper, PDF)[0] == 0x040B


def test_media_as_a_collection(printer):
    def col(x, y):
        return (
            item(0x34, b"media-col", b"") + item(0x4A, b"", b"media-size") + item(0x34, b"", b"")
            + item(0x4A, b"", b"x-dimension") + item(0x21, b"", struct.pack(">i", x))
            + item(0x4A, b"", b"y-dimension") + item(0x21, b"", struct.pack(">i", y))
            + item(0x37, b"", b"") + item(0x37, b"", b"")
        )  # fmt: skip

    assert call(printer, VALIDATE, job=col(10160, 15240))[0] == 0
    assert call(printer, VALIDATE, job=col(10160, 15241))[0] == 0x040B


def test_not_accepting(printer):
    printer.set(accepting=False)
    assert call(printer, VALIDATE)[0] == call(printer, PRINT, document=PDF)[0] == 0x0506


def test_answer_lost_after_the_job_was_taken(printer):
    printer.set(mode="reset")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        call(printer, PRINT, document=PDF)
    printer.wait_for(1)


def test_chunked_body(printer):
    uri = item(0x45, b"printer-uri", printer.uri.encode())
    body = b"\1\1" + struct.pack(">Hi", PRINT, 7) + b"\1" + HEAD + uri + b"\3" + PDF
    connection = http.client.HTTPConnection("127.0.0.1", printer.port, timeout=10)
    connection.request("POST", PATH, iter([body[:20], body[20:]]),
                       {"Content-Type": "application/ipp"}, encode_chunked=True)  # fmt: skip
    answer = connection.getresponse()
    assert answer.status == 200 and answer.read()[:4] == b"\1\1\0\0"
    connection.close()
    printer.wait_for(1)


def test_a_second_run_overwrites_no_document_of_the_first(tmp_path):
    for _run in (1, 2):
        with IppPrinter(tmp_path) as printer:
            call(printer, PRINT, document=PDF)
            printer.wait_for(1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["job-0001.pdf", "job-0002.pdf"]
