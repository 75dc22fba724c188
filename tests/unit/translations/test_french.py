"""The French of every addon: complete, with the same placeholders and tags as the English."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest

from odoo.addons.ecom_shipping_canada_post.canada_post.tables import OPTIONS, SERVICES

ADDONS = Path(__file__).resolve().parents[3] / "addons"
NAMES = sorted(path.parents[1].name for path in ADDONS.glob("*/i18n/*.pot"))
# What is filled in when the text is used: %s, %(name)s, {name}, {{ expression }}, $order.
PLACEHOLDERS = re.compile(r"%(?:\(\w+\))?[-+0 #]*(?:\.\d+)?[sdfr%]|\{\{.*?\}\}|\{\w*\}|\$[a-z_]+")
# Attributes that people read; every other attribute is code.
WORDS = {"title", "alt", "placeholder", "aria-label"}
NO_BREAK = "\u00a0"
# A mark that French sets apart, after an ordinary space that may end a line.
LOOSE_MARK = re.compile(r" [:;!?»](?=\s|$|<)|« ")
# A mark glued to its word.
GLUED_MARK = re.compile(r"\w:(?=\s|$)|\w[!?;](?=\s|$)")


class _Tags(HTMLParser):
    """The tags of a text and their attributes, those in words without their values."""

    def __init__(self, text):
        super().__init__()
        self.found, self.words = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        kept = tuple((name, None if name in WORDS else value) for name, value in attrs)
        self.found.append((tag, kept))
        self.words += [value for name, value in attrs if name in WORDS and value]

    def handle_endtag(self, tag):
        self.found.append((f"/{tag}", ()))

    def handle_data(self, data):
        self.words.append(data)


def placeholders(text):
    return Counter(PLACEHOLDERS.findall(text))


def template(name):
    return polib.pofile(str(ADDONS / name / "i18n" / f"{name}.pot"))


def french(name):
    return polib.pofile(str(ADDONS / name / "i18n" / "fr.po"))


def wrong(name, is_wrong):
    """The terms of an addon for which ``is_wrong(entry)`` holds."""
    return [entry.msgid for entry in french(name) if is_wrong(entry)]


def test_every_addon_has_a_template_and_french():
    addons = {path.parent.name for path in ADDONS.glob("*/__manifest__.py")}
    assert set(NAMES) == addons
    assert {path.parents[1].name for path in ADDONS.glob("*/i18n/fr.po")} == addons


@pytest.mark.parametrize("name", NAMES)
class TestFrench:
    def test_covers_the_template_and_nothing_else(self, name):
        terms = [entry.msgid for entry in french(name) if not entry.obsolete]
        assert sorted(terms) == sorted(entry.msgid for entry in template(name))
        assert len(set(terms)) == len(terms)

    def test_no_entry_is_empty_fuzzy_or_obsolete(self, name):
        assert not wrong(name, lambda e: not e.msgstr.strip() or "fuzzy" in e.flags or e.obsolete)

    def test_is_for_french(self, name):
        metadata = french(name).metadata
        assert metadata["Language"] == "fr"
        assert metadata["Content-Type"] == "text/plain; charset=UTF-8"

    def test_placeholders_are_kept(self, name):
        assert not wrong(name, lambda e: placeholders(e.msgid) != placeholders(e.msgstr))

    def test_unnamed_placeholders_keep_their_order(self, name):
        assert not wrong(name, lambda e: len(re.findall(r"%[sd]", e.msgid)) > 1)

    def test_tags_and_their_code_are_kept(self, name):
        assert not wrong(name, lambda e: _Tags(e.msgid).found != _Tags(e.msgstr).found)

    def test_blanks_at_the_ends_are_kept(self, name):
        def ends(text):
            return text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :]

        assert not wrong(name, lambda e: ends(e.msgid) != ends(e.msgstr))

    def test_marks_never_start_a_line(self, name):
        assert not wrong(name, lambda e: LOOSE_MARK.search(" ".join(_Tags(e.msgstr).words)))
        assert not wrong(name, lambda e: GLUED_MARK.search(" ".join(_Tags(e.msgstr).words)))


def test_canada_posts_names_are_the_same_on_screen_and_in_its_reasons():
    on_screen = {e.msgid.lower(): e.msgstr for e in french("ecom_shipping_canada_post")}
    known = [entry.names for entry in (*SERVICES.values(), *OPTIONS.values())]
    assert {english: on_screen.get(english.lower()) for english, _french in known} == dict(known)


@pytest.mark.parametrize(
    ("english", "french_text"),
    [
        ("%(field)s is missing.", "%(champ)s manque."),
        ("%s of %s", "%s"),
        ("Manifest {{ object.name }}", "Manifeste {{ object.nom }}"),
        ("May hold $order.", "Peut contenir $commande."),
    ],
)
def test_a_lost_placeholder_is_seen(english, french_text):
    assert placeholders(english) != placeholders(french_text)


@pytest.mark.parametrize(
    ("english", "french_text"),
    [
        ('<t t-out="object.name">X</t>', '<t t-out="objet.nom">X</t>'),
        ("<p>One</p>", "<p>Un"),
        ('<i class="fa" title="Place"/>', '<i class="feu" title="Lieu"/>'),
    ],
)
def test_a_changed_tag_is_seen(english, french_text):
    assert _Tags(english).found != _Tags(french_text).found


def test_words_in_attributes_may_be_translated():
    english, lieu = _Tags('<i class="fa" title="Place"/>'), _Tags('<i class="fa" title="Lieu"/>')
    assert english.found == lieu.found
    assert english.words != lieu.words
