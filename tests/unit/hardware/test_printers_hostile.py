"""Whatever stands in a field: one label, nothing runs as a command, nothing leaves the page."""

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.ecom_hardware_proxy.proxy import labels, printers
from odoo.addons.ecom_hardware_proxy.proxy.printers import epl2, zpl

from tests.hardware import paper

SLOW = settings(max_examples=20, deadline=None, derandomize=True, database=None)
FEW = settings(max_examples=60, deadline=None, derandomize=True, database=None)
COMMANDS = st.sampled_from(
    [
        "^XZ^XA",
        "~JA",
        "^FS",
        '"',
        '\\"',
        '"\nP9\n',
        "\rE\r",
        "\x02L",
        "_5E",
        "\\&",
        "GW0,0,1,1,",
        "&G",
    ]
)
LETTERS = st.characters(min_codepoint=1, max_codepoint=0x2FF)
ANYTHING = st.lists(st.one_of(COMMANDS, st.text(LETTERS, max_size=8)), max_size=6).map("".join)
PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=24)


def label(text):
    return labels.Label(
        80, 40, (labels.Text(2, 2, text, 4, 70, max_lines=4), labels.Line(0, 39, 80, 1))
    )


@FEW
@given(ANYTHING)
def test_any_text_is_printed_once_or_refused_in_words(text):
    for language in paper.LABEL_LANGUAGES:
        try:
            found = paper.printed(label(text), language)
        except (labels.LabelError, printers.Unprintable) as refused:
            assert str(refused)
            continue
        assert found.problems == [] and found.count == 1
        assert found.images[0].size == (639, 320)


@SLOW
@given(PRINTABLE)
def test_any_bar_code_is_printed_once_and_reads_as_itself(data):
    code = labels.Code128(0, 5, 100, 20, data, readable=False)
    page = labels.Label(100, 30, (code,))
    for language in ("zpl", "epl2") if "&" in data else paper.LABEL_LANGUAGES:
        found = paper.printed(page, language)
        assert found.problems == [] and found.count == 1
        assert found.codes == [(data, "]C0")]


@FEW
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_zpl_fields_hold_no_command(text):
    written = zpl.escape(text)
    assert written.isascii() and not set(written) & set("^~\\\r\n\x1b\x02\x03")
    hexadecimal = written.encode()
    assert b"".join(_bytes(hexadecimal)) == text.encode()


def _bytes(data):
    while data:
        size = 3 if data[:1] == b"_" else 1
        yield bytes.fromhex(data[1:3].decode()) if size == 3 else data[:1]
        data = data[size:]


@FEW
@given(st.binary())
def test_epl2_quotes_end_where_they_should(raw):
    quoted = epl2.quote(raw)
    assert quoted[:1] == quoted[-1:] == b'"'
    inside, at = quoted[1:-1], 0
    while at < len(inside):
        assert inside[at : at + 1] != b'"'
        at += 2 if inside[at : at + 1] == b"\\" else 1
    assert at == len(inside)


@FEW
@given(st.binary(max_size=200))
def test_any_bytes_as_layout_are_refused_in_words(raw):
    for language in paper.ALL_LANGUAGES:
        document = printers.Document(labels.MIMETYPE, raw or b"{")
        try:
            printers.prepare(document, language, 203, 100, 150)
        except printers.Unprintable as refused:
            assert "The label is not right" in str(refused)
        else:
            raise AssertionError("printed")
