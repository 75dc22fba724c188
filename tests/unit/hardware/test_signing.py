"""Tokens, signed requests and signed answers."""

import pytest

from odoo.addons.ecom_hardware_proxy.proxy import signing

NOW = 1_700_000_000.0
KEY = signing.new_key()
CLAIMS = {"station": "s1", "origin": "https://shop.example.com", "do": ["read"], "exp": NOW + 300}


def refused(call, *arguments):
    with pytest.raises(signing.Refused) as caught:
        call(*arguments)
    return caught.value


def headers_for(secret, body=b"{}", **changes):
    return signing.sign(secret, "POST", "/v1/jobs?a=b", body, NOW) | changes


def verify(secret, headers, body=b"{}", method="POST", target="/v1/jobs?a=b", now=NOW):
    return signing.verify(secret, method, target, headers, body, now)


def test_a_token_says_what_odoo_said():
    token, secret = signing.mint(KEY, CLAIMS)
    assert signing.read_token(KEY, token, NOW) == CLAIMS
    assert secret == signing.token_secret(KEY, token) and secret not in token


@pytest.mark.parametrize("spoilt", ["", "x", "a.b", "ü.é", "a.\udcff", "." * 5000])
def test_what_is_no_token_is_refused_in_words(spoilt):
    assert refused(signing.read_token, KEY, spoilt, NOW).code == "token"


def test_a_token_of_another_station_is_refused():
    token, _ = signing.mint(signing.new_key(), CLAIMS)
    assert refused(signing.read_token, KEY, token, NOW).code == "token"


def test_a_changed_token_is_refused():
    token, _ = signing.mint(KEY, CLAIMS)
    other, _ = signing.mint(KEY, CLAIMS | {"do": ["drawer"]})
    mixed = other.partition(".")[0] + "." + token.partition(".")[2]
    assert refused(signing.read_token, KEY, mixed, NOW).code == "token"


def test_a_token_expires():
    token, _ = signing.mint(KEY, CLAIMS)
    assert refused(signing.read_token, KEY, token, NOW + 301).code == "expired"


def test_a_signed_request_is_believed():
    headers = headers_for("ab" * 32)
    assert verify("ab" * 32, headers) == headers[signing.NONCE]


@pytest.mark.parametrize(
    "changed",
    [
        {"body": b"{ }"},
        {"method": "GET"},
        {"target": "/v1/jobs?a=c"},
        {"headers": headers_for("ab" * 32, **{signing.NONCE: "other"})},
        {"headers": headers_for("cd" * 32)},
        {"headers": headers_for("ab" * 32, **{signing.SIGNATURE: "é\udcff"})},
    ],
)
def test_whatever_differs_from_what_was_signed_is_refused(changed):
    arguments = {"headers": headers_for("ab" * 32)} | changed
    assert refused(lambda: verify("ab" * 32, **arguments)).code == "signature"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (signing.TIME, ""),
        (signing.TIME, "²"),
        (signing.TIME, "1" * 5000),
        (signing.TIME, "-5"),
        (signing.NONCE, ""),
        (signing.NONCE, "é"),
        (signing.NONCE, "n" * 200),
        (signing.SIGNATURE, ""),
    ],
)
def test_what_is_not_signed_is_refused(name, value):
    headers = headers_for("ab" * 32, **{name: value})
    assert refused(lambda: verify("ab" * 32, headers)).code == "unsigned"


def test_a_wrong_clock_is_told_with_the_difference():
    error = refused(lambda: verify("ab" * 32, headers_for("ab" * 32), now=NOW + 300))
    assert error.code == "clock" and "300 s" in str(error)


def test_odoos_answer_belongs_to_one_question():
    signature = signing.answer_signature(KEY, "nonce", b"{}")
    signing.check_answer(KEY, "nonce", b"{}", signature)
    assert refused(signing.check_answer, KEY, "other", b"{}", signature).code == "answer"
    assert refused(signing.check_answer, KEY, "nonce", b"[]", signature).code == "answer"
    assert refused(signing.check_answer, KEY, "nonce", b"{}", "").code == "answer"


def test_a_code_may_be_typed_as_people_type():
    assert signing.code_digest("ABCD-2345") == signing.code_digest(" abcd 2345 ")
    assert signing.code_digest("ABCD-2345") != signing.code_digest("ABCD-2346")
