"""What the agent says to people: English everywhere inside, their own language at the edge.

A sentence is a template of the catalogue with named values. It *is* its English text, so that it
can be compared, stored in a log and sent as JSON; it remembers where it comes from, so that whoever
writes an answer can say it in another language (`in_language`). ``french.py`` is the catalogue.
"""

import json
import os
from collections.abc import Iterable, Mapping
from decimal import Decimal

from .french import FRENCH

CATALOGUES = {"fr": FRENCH}
ENGLISH = "en"


class Words(str):
    """A sentence: *template* with *values* by name; values may be Words.

    >>> Words("Waiting: {problem}", problem=Words("Out of paper.")).said_in("fr")
    'En attente\\xa0: Plus de papier.'
    """

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, **values: object) -> "Words":
        values = {name: _plain(value) for name, value in values.items()}
        said = super().__new__(cls, template.format(**values) if values else template)
        said.template, said.values = template, values
        return said

    def __str__(self) -> "Words":
        """Itself: ``str(error)`` of an error in Words still knows its template."""
        return self

    def fill(self, **values: object) -> "Words":
        """These words as a template with *values*."""
        return Words(self.template, **values)

    def said_in(self, language: str) -> str:
        """The text in *language*; English where nobody translated it."""
        template = CATALOGUES.get(language, {}).get(self.template, self.template)
        if not self.values:
            return template
        return template.format(**in_language(self.values, language))


def _plain(value: object) -> object:
    """What can be stored: texts and numbers; of an error its words."""
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, str | int | float) else str(value)


def together(sentences: Iterable[str]) -> str:
    """Sentences one after the other, each still to be translated."""
    values = {f"part{number}": text for number, text in enumerate(sentences)}
    return Words(" ".join(f"{{{name}}}" for name in values), **values) if values else ""


def in_language(value: object, language: str) -> object:
    """A value of JSON with all Words in it in *language*."""
    if isinstance(value, Words):
        return value.said_in(language)
    if isinstance(value, dict):
        return {name: in_language(item, language) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [in_language(item, language) for item in value]
    return value


def language_of(wish: str) -> str:
    """``fr`` or ``en``, whichever an Accept-Language header, or a locale, names first.

    >>> language_of("fr-CA,fr;q=0.9,en;q=0.8"), language_of("de,en;q=0.9,fr;q=0.1"), language_of("")
    ('fr', 'en', 'en')
    """
    for part in wish.lower().split(","):
        tag = part.partition(";")[0].strip()[:2]
        if tag == ENGLISH or tag in CATALOGUES:
            return tag
    return ENGLISH


def terminal_language(environment: Mapping[str, str] = os.environ) -> str:
    """The language of the person at the terminal (POSIX: LC_ALL, LC_MESSAGES, LANG)."""
    wishes = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return language_of(next(filter(None, wishes), ""))


# --- stored ---------------------------------------------------------------------------------------


def pack(text: str) -> str:
    """*text* for a file: Words with what is needed to say them in another language later."""
    if not isinstance(text, Words):
        if not text.startswith("{"):
            return text
        # What a device or a person wrote must not be read as something that was packed.
        text = Words("{text}", text=text)
    return json.dumps(_packed(text))


def unpack(stored: str) -> str:
    """What was packed; a text of an older agent is a sentence without values."""
    if not stored.startswith('{"template": '):
        return Words(stored)
    return _unpacked(json.loads(stored))


def _packed(value: object) -> object:
    if not isinstance(value, Words):
        return value
    values = {name: _packed(item) for name, item in value.values.items()}
    return {"template": value.template, "values": values}


def _unpacked(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return Words(value["template"], **{k: _unpacked(item) for k, item in value["values"].items()})
