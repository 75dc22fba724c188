"""The sandbox's printer languages against known bytes; bar codes are judged by zxing-cpp."""

import io

import pytest
import zxingcpp
from PIL import Image

from sandbox.devices.render import RENDERERS, code128, dpl, epl2, escpos, zpl

STX = "\x02"


def codes(image):
    """(text, symbology identifier) of each code on a picture."""
    found = zxingcpp.read_barcodes(image.convert("L"), text_mode=zxingcpp.TextMode.Plain)
    return sorted((code.text, code.symbology_identifier) for code in found)


def epl(*lines):
    return epl2.render("\n".join(["", "N", "q812", "Q1218,24", *lines, "P1", ""]).encode("cp437"))


def dpl_label(*lines, system=""):
    return dpl.render((f"{STX}m{system}{STX}L\r" + "\r".join(["D11", *lines, "E"]) + "\r").encode())


def black_dots(image, box=None):
    cut = image.crop(box) if box else image
    return cut.convert("L").histogram()[0]


# --- Code 128 -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text", ["1", "12", "123", "1234", "12345", "AB12345678C", "a|b", "9000001000000017", "x" * 28]
)
def test_automatic_code_128_reads_back(text):
    picture = epl(f'B40,100,0,1,2,2,120,N,"{text}"')
    assert codes(picture.labels[0].image) == [(text, "]C0")] and not picture.problems


def test_automatic_code_128_packs_digits_in_pairs():
    # Start C and eight pairs.
    assert code128.automatic("9000001000000017") == [105, 90, 0, 0, 10, 0, 0, 0, 17]


@pytest.mark.parametrize(("kind", "text"), [("1A", "AB12"), ("1B", "Ab12"), ("1C", "123456")])
def test_forced_subsets(kind, text):
    picture = epl(f'B40,100,0,{kind},2,2,120,N,"{text}"')
    assert codes(picture.labels[0].image) == [(text, "]C0")]


def test_a_subset_refuses_what_it_lacks():
    picture = epl('B40,100,0,1C,2,2,120,N,"12345"')
    assert "subset C" in picture.problems[0] and not black_dots(picture.labels[0].image)


def test_gs1_with_separator():
    picture = epl('B40,100,0,1E,2,2,120,N,"10ABC\x0621X1"')
    assert codes(picture.labels[0].image) == [("10ABC\x1d21X1", "]C1")]


# --- EPL2 ---------------------------------------------------------------------------------
def test_epl2_page_size_and_copies():
    picture = epl2.render(b"\nN\nq400\nQ200,24\nLO0,0,400,3\nP2,3\n")
    assert picture.labels[0].image.size == (400, 200)
    assert picture.count == 6 and not picture.problems


def test_epl2_text_and_escapes():
    picture = epl('A20,20,0,4,1,1,N,"a \\"b\\" \\\\c"')
    assert picture.labels[0].texts == ['a "b" \\c']
    assert black_dots(picture.labels[0].image, (20, 20, 220, 44)) > 100


def test_epl2_code_page():
    picture = epl2.render('\nN\nI8,A,001\nA20,20,0,4,1,1,N,"Montréal"\nP1\n'.encode("cp1252"))
    assert picture.labels[0].texts == ["Montréal"]


@pytest.mark.parametrize(
    "line",
    ["X", "n", "A20,20,0,9,1,1,N,\"a\"", 'A20,20,0,4,1,1,N,"a" P5', 'A20,20,0,4,1,1,N,"a"b"',
     "q900", "P0", 'B40,9,0,3,2,2,9,N,"1"', 'A9,9,0,5,1,1,N,"a"'],
)  # fmt: skip
def test_epl2_does_not_swallow_what_it_does_not_know(line):
    assert len(epl(line).problems) == 1


def test_epl2_waits_for_the_last_line_feed():
    picture = epl2.render(b"\nN\nP1")
    assert not picture.labels and "line feed" in picture.problems[0]


def test_epl2_says_what_falls_off_the_page():
    assert "outside" in epl('A780,20,0,4,1,1,N,"WIDE"').problems[0]


@pytest.mark.parametrize("separator", [b",", b"\n"])
def test_epl2_picture_polarity(separator):
    """FACTS 4.3: 1 is white, most significant bit left."""
    job = b"\nN\nq16\nQ4,24\nGW0,0,2,4" + separator + b"\x7f\xff" * 4 + b"\nP1\n"
    picture = epl2.render(job)
    assert not picture.problems
    assert (
        black_dots(picture.labels[0].image)
        == black_dots(picture.labels[0].image, (0, 0, 1, 4))
        == 4
    )


def test_epl2_picture_bytes_may_look_like_commands():
    job = b"\nN\nq16\nQ2,24\nGW0,0,2,2,P1\nN\nP1\n"
    assert epl2.render(job).count == 1


def test_epl2_cut_picture():
    assert "wants 8 bytes" in epl2.render(b"\nN\nGW0,0,2,4,\xff").problems[0]


@pytest.mark.parametrize("command", ["N", "q16", "Q4,24"])
def test_epl2_forgets_pictures(command):
    """FACTS 4.3: GW data dies with N, q, Q."""
    job = b"\nN\nq16\nQ4,24\nGW0,0,2,4," + b"\0" * 8 + b"\n" + command.encode() + b"\nP1\n"
    assert not black_dots(epl2.render(job).labels[0].image)


def test_epl2_lines():
    image = epl("LO10,10,100,10", "LW20,10,10,10", "LE10,10,10,10").labels[0].image
    assert black_dots(image) == 100 * 10 - 200


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_epl2_turned_codes(turns):
    picture = epl(f'B400,500,{turns},1,2,2,100,B,"TURN{turns}"')
    assert codes(picture.labels[0].image) == [(f"TURN{turns}", "]C0")] and not picture.problems
    left, top, right, bottom = Image.eval(
        picture.labels[0].image.convert("L"), lambda v: 255 - v
    ).getbbox()
    assert (left >= 400) == (turns in (0, 3)) and (top >= 500) == (turns in (0, 1))


def test_epl2_reference_point_and_reversed_text():
    picture = epl("R100,50", 'A0,0,0,4,1,1,R,"II"')
    assert picture.labels[0].image.getpixel((100, 50)) == 0


# --- DPL ----------------------------------------------------------------------------------
def test_dpl_text_stands_at_the_bottom_left():
    picture = dpl_label("131100000500030Bottom")
    ink = Image.eval(picture.labels[0].image.convert("L"), lambda level: 255 - level).getbbox()
    assert 24 <= ink[0] <= 40 and ink[1] >= 1218 - 40 - 30 and ink[3] <= 1218 - 40
    assert picture.labels[0].texts == ["Bottom"] and not picture.problems


def test_dpl_inches():
    data = f"{STX}n{STX}L\rD11\r1X1100001000100L100100\rE\r".encode()
    image = dpl.render(data).labels[0].image
    assert Image.eval(image.convert("L"), lambda v: 255 - v).getbbox() == (203, 812, 406, 1015)


@pytest.mark.parametrize(
    ("data", "read"),
    [("BABC123", ("ABC123", "]C0")), ("C123456", ("123456", "]C0")), ("x1y2", ("x1y2", "]C0")),
     ("C12345", ("12345", "]C0")), ("B&G10ABC", ("10ABC", "]C1"))],
)  # fmt: skip
@pytest.mark.parametrize("letter", "Ee")
def test_dpl_code_128(letter, data, read):
    picture = dpl_label(f"1{letter}0312005000050{data}")
    assert codes(picture.labels[0].image) == [read] and not picture.problems


def test_dpl_ucc_128_adds_its_check_digit():
    """An SSCC with application identifier 00: 19 digits come, 20 leave."""
    picture = dpl_label("1q0312005000050" + "0000614141123456789")
    assert codes(picture.labels[0].image) == [("00006141411234567890", "]C1")]
    assert "19 digits" in dpl_label("1q0312005000050" + "123").problems[0]


def test_dpl_quantity():
    assert dpl_label("Q0012").count == 12


@pytest.mark.parametrize(
    "line", ["Z", "Q12", "1E0012005000050", "1311000005X0030a", "1Y1100000000000none", "Q0000"]
)
def test_dpl_does_not_swallow_what_it_does_not_know(line):
    assert len(dpl_label(line).problems) == 1


def test_dpl_unknown_system_command_and_missing_end():
    assert "not understood" in dpl.render(b"\x02?\r").problems[0]
    assert "not ended" in dpl.render(b"\x02L\rD11\r").problems[0]


def test_dpl_box():
    image = dpl_label("1X1100000500050b0500040000100010").labels[0].image
    assert black_dots(image) == 400 * 320 - (400 - 16) * (320 - 16)


def test_dpl_pictures_in_three_formats():
    square = Image.new("1", (16, 8), 1)
    square.paste(0, (0, 0, 8, 4))  # black top left
    bmp = io.BytesIO()
    square.save(bmp, "BMP")
    seven = "".join("8002FF00\r" for _ in range(4)) + "80020000\r0000FF03\rFFFF\r"
    for load in (b"\x02IDBpic\r" + bmp.getvalue(), b"\x02IDFpic\r" + seven.encode()):
        picture = dpl.render(load + b"\x02L\rD11\r1Y1100000000000pic\rE\r")
        image = picture.labels[0].image
        assert not picture.problems
        assert black_dots(image) == 32 == black_dots(image, (0, 1210, 8, 1214))


# --- ZPL ----------------------------------------------------------------------------------
def test_zpl_copies_and_codes():
    job = "^XA^CI28^PW812^LL1218^BY3^FO60,200^BCN,120,N,N,N^FD>;9000001000000017^FS^PQ3^XZ"
    picture = zpl.render(job.encode())
    assert picture.labels[0].image.size == (812, 1218) and picture.count == 3
    assert codes(picture.labels[0].image) == [("9000001000000017", "]C0")] and not picture.problems


def test_zpl_refuses_unknown_commands_and_leftovers():
    assert "label 1" in zpl.render(b"^XA^XX^XZ").problems[0]
    assert "outside" in zpl.render(b"^XA^FO5,5^GB5,5,5^FS^XZ hello").problems[0]


def test_zpl_two_labels():
    assert zpl.render(b"^XA^FO5,5^GB5,5,5^FS^XZ\n^XA^MMT^FO5,5^GB5,5,5^FS^XZ").count == 2


# --- ESC/POS ------------------------------------------------------------------------------
def test_escpos_receipt():
    picture = b"\x1dv0\x00\x02\x00\x04\x00" + b"\x80\x00" * 4
    job = b"\x1b=\x01\x1b@\x1ba\x01Total 12.50\n" + picture + b"\x1dVA\x0a"
    receipt = escpos.render(job)
    assert receipt.count == 1 and not receipt.problems
    assert receipt.labels[0].texts == ["Total 12.50"]
    # Raster: 1 is black; sixteen dots centred on 576.
    assert black_dots(receipt.labels[0].image, (280, 30, 296, 34)) == 4


def test_escpos_drawers():
    """FACTS 6: pin 2, pin 5, and Odoo's way of firing both."""
    assert escpos.render(bytes.fromhex("1b70003232")).kicks == [2]
    assert escpos.render(bytes.fromhex("1b3d01 1b70001919 1b70011919")).kicks == [2, 5]
    assert escpos.render(bytes.fromhex("1014010005")).kicks == [2]


@pytest.mark.parametrize("job", [b"\x1bz", b"\x1dv0\x00\x02", b"\x1bp\x07\x01\x01", b"\x1dV\x09"])
def test_escpos_does_not_swallow_what_it_does_not_know(job):
    assert len(escpos.render(job).problems) == 1


@pytest.mark.parametrize("language", RENDERERS)
def test_no_language_prints_nothing_from_nothing(language):
    assert RENDERERS[language](b"").count == 0
