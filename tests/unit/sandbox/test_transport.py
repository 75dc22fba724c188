"""Addresses, login, media types, languages, limits (facts 2, 3, 20)."""

import socket

import pytest

from tests.unit.sandbox.caller import (
    CUSTOMER,
    MANIFEST,
    RATE,
    ROOT,
    SHIPMENT,
    TRACK,
    Caller,
    codes,
    links,
    rates,
    shipment,
    value,
    values,
)


@pytest.mark.parametrize(
    "path", ["/", "/rs/ship/prices", "/rs/abc/def/shipment", "/rs/1/2/shipment/3/4"]
)
def test_unknown_path(post, path):
    assert post.get(path).status == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/rs/ship/price"), ("PUT", ROOT + "/shipment"), ("DELETE", ROOT + "/manifest/1")],
)
def test_wrong_method(post, method, path):
    assert post.call(method, path).status == 405


@pytest.mark.parametrize(
    "accept", [None, "*/*", "application/*", "application/xml", RATE + ", " + SHIPMENT, MANIFEST]
)
def test_accept_must_be_exact(post, accept):
    assert post.create(accept=accept, content_type=SHIPMENT).status == 406
    assert post.control("GET", "shipments")[1]["sold"] == 0


@pytest.mark.parametrize("content", [None, "text/xml", "application/xml", MANIFEST])
def test_content_type_must_be_right(post, content):
    assert post.create(content_type=content).status == 415


def test_content_type_may_name_its_charset(post):
    assert post.create(content_type=SHIPMENT + "; charset=UTF-8").status == 200


@pytest.mark.parametrize(
    "login", [None, "sandbox-north:wrong", "nobody:north-pass", "sandbox-north"]
)
def test_unknown_login(box, login):
    answer = Caller(box.url, login).rates()
    assert (answer.status, codes(answer)) == (401, ["E002"])


def test_login_that_is_not_basic(post):
    assert (
        post.get(ROOT + "/group", authorization="Bearer c2FuZGJveC1ub3J0aDpub3J0aC1wYXNz").status
        == 401
    )
    assert post.get(ROOT + "/group", authorization="Basic %%%").status == 401


@pytest.mark.parametrize(
    ("login", "code"),
    [("sandbox-production:production-pass", "AA002"), ("sandbox-disabled:disabled-pass", "AA001")],
)
def test_key_of_another_kind(box, login, code):
    answer = Caller(box.url, login).rates()
    assert (answer.status, codes(answer)) == (403, [code])


def test_environment_can_be_production(post, box):
    box.control("POST", "/_control/settings", {"environment": "production"})
    assert codes(post.rates()) == ["AA002"]


@pytest.mark.parametrize(
    ("root", "code"),
    [
        ("/rs/9000002/9000001", "AA003"),
        ("/rs/9000001/9000002", "AA004"),
        ("/rs/9000001-77/9000001", "AA008"),
    ],
)
def test_wrong_customer(post, root, code):
    for answer in (post.create(root=root), post.get(root + "/group")):
        assert (answer.status, codes(answer)) == (403, [code])


def test_platform_header(post):
    assert codes(post.create(platform_id="77")) == ["AA008"]


def test_rates_for_another_customer(post):
    answer = post.rates(rates(customer_number="9000002"))
    assert (answer.status, codes(answer)) == (403, ["AA004"])


def test_mailing_for_an_allowed_customer(post):
    answer = post.create(shipment(contract="0049000011"), root="/rs/9000001/9000011")
    assert answer.status == 200
    assert value(answer, "tracking-pin").startswith("9000011")


def test_body_without_length_or_too_large(box):
    for header, status in (("", 411), ("Content-Length: 99999999", 413)):
        with socket.create_connection(("127.0.0.1", box.port), 5) as connection:
            connection.sendall(
                f"POST /rs/ship/price HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n".encode()
            )
            assert connection.recv(100).startswith(b"HTTP/1.1 %d" % status)


def test_french(box):
    caller = Caller(box.url, language="fr-CA")
    assert "Colis accélérés" in values(caller.rates(), "service-name")
    assert "passé" in value(caller.rates(rates(expected_mailing_date="2026-01-13")), "description")


def test_language_of_the_account_without_header(box):
    caller = Caller(box.url, "sandbox-erable:erable-pass", language=None)
    answer = caller.rates(rates(customer_number="9000004", contract_id="49000004"))
    assert "Colis standard" in values(answer, "service-name")


def test_etag(post):
    first = post.get(ROOT + "/group")
    again = post.get(ROOT + "/group", if_none_match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


def test_links_use_the_host_of_the_caller(box):
    caller = Caller(box.url.replace("127.0.0.1", "localhost"))
    assert links(caller.create())["self"].startswith(f"http://localhost:{box.port}/rs/")
    strange = caller.get(ROOT + "/shipment?requestId=REQ-1", host="evil.example")
    assert links(strange)["shipment"].startswith(box.url)


def test_connection_is_kept(post):
    post.rates()
    first = post.connection.sock
    assert post.get("/rs/nowhere").status == 404
    assert post.get(ROOT + "/group").status == 200
    assert post.connection.sock is first


def test_rate_limit_blocks_until_the_window_ends(post, box):
    box.control("POST", "/_control/settings", {"rate_limits": {"E": 2}, "rate_limit_window_s": 60})
    path = "/vis/track/pin/1234567890123456/summary"
    answers = [post.get(path, TRACK) for _turn in range(4)]
    assert [answer.status for answer in answers] == [404, 404, 500, 500]
    assert (codes(answers[3]), "SLM" in value(answers[3], "description")) == (["Server"], True)
    assert post.rates().status == 200


def test_rate_limits_of_the_facts(post, box):
    box.control("POST", "/_control/settings", {"rate_limits": "default"})
    path = "/vis/track/pin/1234567890123456/summary"
    assert [post.get(path, TRACK).status for _turn in range(21)][-2:] == [404, 500]


def test_customer_information(post):
    answer = post.get("/rs/customer/9000001", CUSTOMER)
    assert value(answer, "customer-number") == "0009000001"
    assert values(answer, "contract-id") == ["0049000001"]
    behalf = post.get(links(answer)["behalf-of-customer"], CUSTOMER)
    assert values(behalf, "contract-id") == ["0049000011"]
    assert codes(post.get("/rs/customer/9000002", CUSTOMER)) == ["AA003"]
    assert codes(post.get("/rs/customer/9000001/behalfof/9000002", CUSTOMER)) == ["AA004"]
