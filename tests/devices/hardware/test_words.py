"""What the agent says is said in French, too: every sentence, at every door."""

import ast
import json
import re
import string
from decimal import Decimal
from pathlib import Path

import pytest

from odoo.addons.ecom_hardware_proxy import proxy
from odoo.addons.ecom_hardware_proxy.proxy.links import LinkMissing
from odoo.addons.ecom_hardware_proxy.proxy.queue import JobQueue, NewJob
from odoo.addons.ecom_hardware_proxy.proxy.words import (
    Words,
    in_language,
    language_of,
    pack,
    terminal_language,
    together,
    unpack,
)
from odoo.addons.ecom_hardware_proxy.proxy.words.french import FRENCH

from tests.devices.hardware.served import Served, ask, job

FOLDER = Path(proxy.__file__).parent
# What is never shown: what programmers did wrong.
SILENT = {"NotImplementedError", "IndexError"}
# Printed on paper; names of printers.
OTHERS = ("labels/samples.py", "printers/profiles.py")
SENTENCE = re.compile(r"([A-Z][a-z' ]|{).*[a-z}] .*[.?]$", re.S)


def called(node):
    """The name of the function that a call calls."""
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def trees():
    """(path, tree) of every file of the agent."""
    for path in sorted(FOLDER.rglob("*.py")):
        name = str(path.relative_to(FOLDER))
        if not name.startswith("words/"):
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def templates():
    """Every sentence in Words."""
    found = {}
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) == "Words":
                assert isinstance(node.args[0], ast.Constant), f"{name}:{node.lineno}: no template"
                found[node.args[0].value] = name
    return found


def fields(template):
    """Names in braces with their formats."""
    parts = string.Formatter().parse(template)
    return sorted((name, form, kind) for _, name, form, kind in parts if name is not None)


def bare_sentences(tree):
    """Literals that read like sentences and are neither in Words, nor documentation, nor logged."""
    skipped = set()
    for node in ast.walk(tree):
        quiet = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if isinstance(node, ast.Call):
            names = {"Words", "debug", "info", "warning", "error", "exception", "log", "write"}
            quiet = called(node) in names or called(node) in SILENT
        if quiet:
            skipped.update(map(id, ast.walk(node)))
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            skipped.update(map(id, ast.walk(node)))
            text = "".join(
                getattr(part, "value", "{}")
                for part in node.values
                if not isinstance(part, ast.FormattedValue)
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if SENTENCE.match(text.strip()):
            yield node.lineno, text


def test_every_sentence_has_a_french_form_and_none_is_left_over():
    assert sorted(set(templates()) ^ set(FRENCH)) == []


def test_no_sentence_stands_outside_the_catalogue():
    bare = [
        f"{name}:{line}: {text}"
        for name, tree in trees()
        if not name.startswith(OTHERS)
        for line, text in bare_sentences(tree)
    ]
    assert bare == []


@pytest.mark.parametrize("english", [text for text in FRENCH if "{" in text])
def test_both_languages_say_the_same_values(english):
    assert fields(FRENCH[english]) == fields(english)


def test_french_has_no_space_that_a_line_may_end_at_before_its_signs():
    assert [text for text in FRENCH.values() if re.search(" [:;!?]", text)] == []
    assert FRENCH["Did it print?"] == "Est-ce imprimé\N{NO-BREAK SPACE}?"


# --- a sentence -----------------------------------------------------------------------------------


def test_a_sentence_is_its_english_text_and_knows_its_french():
    words = Words(
        "Waiting: {problem}", problem=LinkMissing(Words("There is no {path}.", path="/x"))
    )
    assert words == "Waiting: There is no /x." and f"{words}" == str(words)
    assert words.said_in("fr") == "En attente\xa0: /x n'existe pas."
    assert words.said_in("de") == words.said_in("en") == "Waiting: There is no /x."


def test_a_value_is_never_taken_for_a_template():
    name = "{who.__class__} {0}"
    words = Words("Printed: {who} looked.", who=name)
    assert words == f"Printed: {name} looked."
    assert unpack(pack(words)).said_in("fr") == f"Imprimé\xa0: {name} a regardé."


def test_sentences_together_are_said_each_in_its_language():
    words = together([Words("Out of paper."), "E 51.", Words("Out of ribbon.")])
    assert words == "Out of paper. E 51. Out of ribbon."
    assert words.said_in("fr") == "Plus de papier. E 51. Plus de ruban."
    assert together([]) == ""


def test_a_stored_sentence_is_the_same_sentence():
    words = Words("{words} Wait {wait_s:.1f} s.", words=Words("Out of paper."), wait_s=1.26)
    again = unpack(pack(words))
    assert again == words == "Out of paper. Wait 1.3 s."
    assert again.said_in("fr") == "Plus de papier. Attendez 1.3 s."
    assert unpack("Out of paper.").said_in("fr") == "Plus de papier."  # of an older agent


def test_every_number_can_be_rounded():
    words = Words(
        "Steady for {seconds:g} s (the scale itself does not say).", seconds=Decimal("1.50")
    )
    assert unpack(pack(words)) == words == "Steady for 1.5 s (the scale itself does not say)."


def test_values_of_json_are_said_with_all_that_is_in_them():
    told = {"a": [{"words": Words("Out of paper.")}, ("Out of paper.", 1, None)]}
    assert in_language(told, "fr") == {
        "a": [{"words": "Plus de papier."}, ["Out of paper.", 1, None]]
    }
    assert in_language(told, "en")["a"][0]["words"] == "Out of paper."


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "fr_CA.UTF-8"}, "fr"),
        ({"LANG": "fr_CA.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_CA", "LC_MESSAGES": "fr_FR"}, "fr"),
        ({}, "en"),
    ],
    ids=str,
)
def test_the_terminal_says_its_language(environment, language):
    assert terminal_language(environment) == language


def test_the_first_language_that_is_known_is_taken():
    assert language_of("de-CH, fr-CA;q=0.8, en;q=0.7") == "fr"
    assert language_of("en-US,fr;q=0.9") == "en"


# --- at the doors ---------------------------------------------------------------------------------


def test_words_of_a_job_outlive_a_restart_in_both_languages(tmp_path):
    path = tmp_path / "queue.db"
    queue = JobQueue(path, lambda: 1000.0)
    queue.put(NewJob("j1", "labels", "Label", "application/zpl", b"^XA^XZ"))
    queue.hold("j1", Words("Waiting: {problem}", problem=Words("Out of paper.")))
    queue.put_kick("k1", "drawer", "change", "ann")
    queue.recover()
    queue.close()
    queue = JobQueue(path, lambda: 1001.0)
    (told,) = queue.jobs()
    assert told.words == "Waiting: Out of paper."
    assert told.words.said_in("fr") == "En attente\xa0: Plus de papier."
    assert queue.kick("k1").words.said_in("fr") == "Le poste s'est arrêté entre-temps."
    queue.close()


TOML = """
[[device]]
id = "labels"
kind = "label_printer"
language = "zpl"
options = {{ status = false }}
link = {{ type = "file", folder = "{0}" }}
[[device]]
id = "scale"
kind = "scale"
driver = "nci"
link = {{ type = "serial", path = "/dev/none", path_may_move = true }}
[pos]
enabled = true
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    toml = TOML.format(tmp_path_factory.mktemp("sink"))
    with Served(tmp_path_factory.mktemp("home"), toml) as agent:
        agent.page().post("/v1/jobs", job("j1"))
        agent.wait_for_job("j1", "sent")
        yield agent


def test_answers_follow_the_language_of_the_page(served):
    page = served.page()
    sent = {None: "Sent; this", "en-CA": "Sent; this", "fr-CA,fr;q=0.9": "Envoyé\xa0; cette"}
    for wish, words in sent.items():
        answer = page.get("/v1/jobs/j1", Accept_Language=wish)
        assert answer.json["words"].startswith(words)
        assert "Accept-Language" in answer.headers["Vary"]
    status = page.get("/v1/status", Accept_Language="fr").json
    assert status["readings"][0]["words"] == "La balance n'est pas branchée."
    assert status["devices"][1]["words"] == "/dev/none n'existe pas."


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("/v1/status", "La demande n'est pas signée."),
        ("/hw_proxy/none", ""),
        ("/nowhere", ""),
    ],
)
def test_refusals_follow_it_too(served, target, words):
    answer = ask(served.port, "GET", target, headers={"Accept-Language": "fr"})
    assert answer.status in (401, 404) and words in str(answer.json)


def test_the_point_of_sale_hears_the_language_of_its_browser(served):
    sent = {"Accept-Language": "fr", "Content-Type": "application/json"}
    body = json.dumps({"params": []}).encode()
    headers = sent | {"Origin": served.page().claims["origin"]}
    answer = ask(served.port, "POST", "/hw_proxy/scale_read", body, headers)
    assert answer.json["error"]["message"] == "params\xa0: il faut un objet."


def test_a_refused_job_and_a_fast_page_are_said_in_french(served):
    page = served.page()
    page.post("/v1/jobs", job("j1"))
    again = page.post("/v1/jobs", job("j1", copies=2), Accept_Language="fr")
    assert again.error == (409, "conflict") and "un autre nombre de copies" in again.json["text"]
    missing = page.post("/v1/jobs", job("j2") | {"device": ""}, Accept_Language="fr")
    assert missing.json["text"] == "device\xa0: il faut un texte de 1 à 200 caractères."


@pytest.mark.parametrize(
    "text",
    [
        '{"template": ',
        '{"template": "{x.__class__}", "values": {"x": 1}}',
        "{0}",
        "{who}",
        "{}",
        "",
    ],
)
def test_a_text_that_looks_like_packed_words_is_a_text(text):
    assert unpack(pack(text)) == text
    assert unpack(pack(Words("He said {text}", text=text))) == f"He said {text}"
