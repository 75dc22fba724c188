"""Error documents, odd statuses and hostile bodies become one of the four errors, in our words."""

import pytest

from odoo.addons.ecom_shipping.carrier_contract import Refused, Unavailable, Unreadable
from odoo.addons.ecom_shipping_canada_post.canada_post import errors, xml
from odoo.addons.ecom_shipping_canada_post.canada_post.call import Answer

from tests.unit.canada_post import given

THROTTLED = ("Server", "Rejected by SLM Monitor")
SCHEMA_FAULT = ("Server", "/rs/ship/price: cvc-particle 3.1: in element ...")


def understand(answer, reader=lambda root: root.tag, language="en"):
    return errors.understand(answer, "good", reader, language)


def test_expected_document_is_read_whatever_its_namespace():
    assert understand(given.xml('<good xmlns="urn:old-version"/>')) == "{urn:old-version}good"
    assert understand(given.xml("<good/>", 201)) == "good"


@pytest.mark.parametrize("status", [200, 201, 400, 401, 403, 404, 406, 409, 412, 415, 499])
def test_business_errors_are_refused_with_code_and_text(status):
    with pytest.raises(Refused) as caught:
        understand(given.messages(("8534", "Country?"), ("1", "Two"), status=status))
    assert str(caught.value) == "Country? (8534)\nTwo (1)"
    assert caught.value.messages[0].field == "recipient.country"


@pytest.mark.parametrize("namespace", ["messages", "track", "x"])
def test_error_document_is_known_by_its_local_name(namespace):
    body = f'<m:messages xmlns:m="urn:{namespace}"><m:message><m:code>004</m:code>'
    body += "<m:description>No history</m:description></m:message></m:messages>"
    with pytest.raises(Refused, match="No history"):
        understand(given.xml(body, 404))


@pytest.mark.parametrize("status", [200, 400, 500, 503])
def test_throttle_waits_a_minute_and_nothing_was_sent(status):
    with pytest.raises(Unavailable, match="busy") as caught:
        understand(given.messages(THROTTLED, status=status))
    assert (caught.value.sent, caught.value.retry_after_s) == (False, 60)


@pytest.mark.parametrize(("header", "pause"), [(None, 60), (7, 7)])
def test_status_429_is_a_throttle_too(header, pause):
    with pytest.raises(Unavailable) as caught:
        understand(Answer(429, b"", header))
    assert (caught.value.sent, caught.value.retry_after_s) == (False, pause)


def test_schema_fault_is_refused_although_it_is_a_500():
    with pytest.raises(Refused, match="cvc-particle"):
        understand(given.messages(SCHEMA_FAULT, status=500))


def test_business_code_in_a_500_is_refused():
    with pytest.raises(Refused, match="7282"):
        understand(given.messages(("7282", "Name?"), status=500))


@pytest.mark.parametrize("code", ["9150", "9151", "9155"])
def test_rendering_trouble_is_unavailable(code):
    with pytest.raises(Unavailable):
        understand(given.messages((code, "Rendering.")))


@pytest.mark.parametrize(
    "answer",
    [
        given.messages(("Server", "Internal error"), status=500),
        given.messages(status=500),
        given.xml("<html>Bad gateway</html>", 502),
        Answer(503, b"", 30),
        Answer(500, b"boom"),
        Answer(408),
    ],
)
def test_trouble_of_the_carrier_may_have_come_after_the_sale(answer):
    with pytest.raises(Unavailable) as caught:
        understand(answer)
    assert caught.value.sent is True
    assert caught.value.retry_after_s == answer.retry_after_s


@pytest.mark.parametrize("code", ["9153", "300"])
def test_not_ready_is_pending(code):
    with pytest.raises(errors.Pending):
        understand(given.messages((code, "Wait.")))
    with pytest.raises(errors.Pending):
        understand(given.messages((code, "Wait."), status=202))


def test_empty_list_of_errors_is_refused_in_our_words():
    with pytest.raises(Refused, match="refused without a reason .HTTP 400.") as caught:
        understand(given.messages(status=400))
    assert caught.value.codes == {"HTTP 400"}
    assert errors.is_nothing_found(caught.value) is False


def test_message_without_code_or_text_is_still_told():
    body = "<messages><message/><message><code>12</code></message></messages>"
    with pytest.raises(Refused) as caught:
        understand(given.xml(body, 400))
    assert caught.value.codes == {"12"}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413])
@pytest.mark.parametrize("body", [b"", b"<html><body>Login</body></html>", b"no xml at all"])
def test_page_of_somebody_else_is_no_refusal(status, body):
    """A proxy's page does not tell whether the carrier sold something."""
    with pytest.raises(Unreadable, match=f"HTTP {status}") as caught:
        understand(Answer(status, body))
    assert caught.value.body == body


@pytest.mark.parametrize("status", [300, 301, 302, 307, 304, 399])
def test_redirect_is_not_followed(status):
    with pytest.raises(Unreadable, match="another address"):
        understand(Answer(status))


def test_a_flood_of_messages_is_cut():
    with pytest.raises(Refused) as caught:
        understand(given.messages(*((str(n), "x") for n in range(200))))
    assert len(caught.value.messages) == 50


def test_a_long_root_name_is_cut():
    with pytest.raises(Unreadable) as caught:
        understand(given.xml(f"<{'x' * 500}/>"))
    assert len(str(caught.value)) < 120


@pytest.mark.parametrize("status", [204, 206, 299, 100])
def test_strange_success_is_not_understood(status):
    with pytest.raises(Unreadable, match=f"HTTP {status}"):
        understand(given.xml("<good/>", status))


def test_other_document_is_unreadable_and_named():
    with pytest.raises(Unreadable, match=r"another document \(html\) than expected \(good\)"):
        understand(given.xml("<html/>"))


@pytest.mark.parametrize("problem", [KeyError("x"), ValueError("secret"), ArithmeticError()])
def test_missing_or_wrong_part_is_unreadable_in_our_words(problem):
    def reader(_root):
        raise problem

    with pytest.raises(Unreadable, match="lacks a part") as caught:
        understand(given.xml("<good/>"), reader)
    assert caught.value.body == b"<good/>"
    assert "secret" not in str(caught.value)


def test_our_own_words_are_french_when_asked():
    with pytest.raises(Unreadable, match="n'est pas un document XML lisible"):
        understand(given.xml("<good"), language="fr")


# --- hostile bodies -------------------------------------------------------------------------------

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE good [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><good>&j;</good>"
)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"\x00\xff",
        b"<good>",
        b"<good></god>",
        b"<good/><good/>",
        b"<good>&undefined;</good>",
        b'<good a="1" a="2"/>',
        "<good>café</good>".encode("latin-1"),
        b'<?xml version="1.0" encoding="no-such-code"?><good/>',
        b"<!DOCTYPE html><html/>",
        b"<!DOCTYPE good SYSTEM 'http://127.0.0.1:9/x.dtd'><good/>",
        b"<!DOCTYPE good [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><good>&x;</good>",
        b"<!DOCTYPE good [<!ATTLIST good a CDATA 'x'>]><good/>",
        LAUGHS.encode(),
        LAUGHS.encode("utf-16"),
        b"<good>" * 400 + b"</good>" * 400,
        b"<p:good/>",
    ],
)
def test_hostile_body_is_unreadable(body):
    with pytest.raises(Unreadable, match="not a readable XML document") as caught:
        understand(Answer(200, body))
    assert caught.value.body == body[:4000]


def test_comments_and_instructions_are_passed_over():
    found = understand(
        given.xml("<good><!-- a --><a>1</a><?x y?><b/></good>"), lambda root: xml.values(root)
    )
    assert found == {"a": "1", "b": ""}


def test_declared_encodings_are_read():
    body = '<?xml version="1.0" encoding="ISO-8859-1"?><good><a>é</a></good>'.encode("latin-1")
    assert understand(Answer(200, body), xml.values) == {"a": "é"}


@pytest.mark.parametrize(
    "text", ["", "abc", "NaN", "-Infinity", "1e50", "9" * 33, "1,5", "1." + "0" * 40]
)
def test_odd_numbers_are_refused(text):
    with pytest.raises((ValueError, ArithmeticError)):
        xml.decimal(text)


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30", "2026-01-15T10:00", "99999-01-01"])
def test_odd_dates_are_none(text):
    assert xml.day(text) is None
