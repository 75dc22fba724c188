"""Odoo's log says what its exit code hides."""

import pytest

from launcher.logscan import problems

HEAD = "2026-01-02 03:04:05,678 4242"
OURS = ["ecom_shipping"]


def line(level, logger, message):
    return f"{HEAD} {level} ecom_tpl {logger}: {message}"


def test_a_clean_log_has_no_problem():
    assert problems([line("INFO", "odoo.modules.loading", "Modules loaded.")], OURS) == []


@pytest.mark.parametrize(
    ("level", "message"),
    [
        ("ERROR", "bad query: SELECT 1"),
        ("CRITICAL", "Failed to initialize database"),
        ("WARNING", "invalid module names, ignored: nothing"),
        ("INFO", "module x: not installable, skipped"),
        ("WARNING", "module x: unmet dependencies: y"),
    ],
)
def test_what_counts_as_a_failed_install(level, message):
    text = line(level, "odoo.modules.loading", message)
    assert problems([text], OURS) == [text]


def test_a_traceback_belongs_to_its_error_only():
    log = [
        line("ERROR", "odoo.registry", "Failed"),
        "Traceback (most recent call last):",
        "ValueError: x",
        line("INFO", "odoo", "goes on"),
        "continuation of something harmless",
    ]
    assert problems(log, OURS) == log[:3]


def test_warnings_count_when_they_concern_our_addons():
    ours = line(
        "WARNING",
        "odoo.modules.loading",
        "The models ['ecom.parcel'] have no access rules in module ecom_shipping",
    )
    by_logger = line("WARNING", "odoo.addons.ecom_shipping.models.x", "label twice")
    foreign = line("WARNING", "odoo.addons.account.models.x", "label twice")
    assert problems([ours, by_logger, foreign], OURS) == [ours, by_logger]


def test_the_path_of_the_checkout_does_not_make_a_warning_ours():
    text = line("WARNING", "py.warnings", "/home/me/ecom_shipping-checkout/.ecom/odoo/x.py: old")
    assert problems([text], OURS) == []


def test_a_server_without_trigrams_is_harmless_but_only_in_those_words():
    known = line("ERROR", "odoo.sql_db", "bad query: CREATE EXTENSION IF NOT EXISTS pg_trgm")
    other = line("ERROR", "odoo.sql_db", "bad query: DROP EXTENSION pg_trgm")
    assert problems([known, other], OURS) == [other]
