"""When a template database is current, updated in place, or made again."""

import pytest

from launcher import odoo, odoo_source, state, template


@pytest.fixture
def addons(tmp_path, monkeypatch):
    monkeypatch.setattr(state, "ADDONS", tmp_path)
    monkeypatch.setattr(odoo_source, "version", lambda: "odoo 19.0")
    monkeypatch.delenv("ECOM_ADDONS", raising=False)
    for name, depends in (("ecom_a", ["stock"]), ("ecom_b", ["ecom_a"])):
        write(tmp_path, f"{name}/__manifest__.py", repr({"name": name, "depends": depends}))
        write(tmp_path, f"{name}/models/m.py", "x = 1\n")
    return tmp_path


def write(root, path, text):
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def change(addons, path, text):
    before = template.project_facts()
    write(addons, path, text)
    return template.changed_addons(before, template.project_facts())


def test_nothing_changed_means_the_same_key(addons):
    assert template.project_key() == template.project_key()


@pytest.mark.parametrize("path", ["tests/test_m.py", "README.md", "doc/x.png", "readme/USAGE.md"])
def test_what_is_not_installed_does_not_count(addons, path):
    key = template.project_key()
    write(addons, f"ecom_a/{path}", "new")
    assert template.project_key() == key


def test_browser_tests_count_because_bundles_hold_them(addons):
    key = template.project_key()
    write(addons, "ecom_a/static/tests/x.test.js", "new")
    assert template.project_key() != key


def test_code_and_views_are_updated_in_place(addons):
    assert change(addons, "ecom_a/models/m.py", "x = 2\n") == ["ecom_a"]
    assert change(addons, "ecom_b/views/v.xml", "<odoo/>") == ["ecom_b"]


def test_a_new_addon_is_installed_in_place(addons):
    assert change(addons, "ecom_c/__manifest__.py", "{'name': 'c'}") == ["ecom_c"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("ecom_a/__manifest__.py", "{'name': 'other'}"),
        ("ecom_a/__init__.py", "x = 1"),
        ("ecom_a/hooks.py", "x = 1"),
        ("ecom_a/security/ir.model.access.csv", "id"),
        ("ecom_a/data/d.xml", '<odoo noupdate="1"/>'),
        ("ecom_a/data/strange.bin", "x"),
    ],
)
def test_what_an_update_would_not_bring_is_built_again(addons, path, text):
    assert change(addons, path, text) is None


def test_an_addon_that_went_and_another_odoo_are_built_again(addons, monkeypatch):
    before = template.project_facts()
    (addons / "ecom_b/__manifest__.py").unlink()
    assert template.changed_addons(before, template.project_facts()) is None
    write(addons, "ecom_b/__manifest__.py", "{}")
    monkeypatch.setattr(odoo_source, "version", lambda: "odoo 19.0 of tomorrow")
    assert template.changed_addons(before, template.project_facts()) is None


def test_addons_can_be_restricted_to_some_with_what_they_need(addons, monkeypatch):
    assert odoo.addons() == ["ecom_a", "ecom_b"]
    monkeypatch.setenv("ECOM_ADDONS", "ecom_a")
    assert odoo.addons() == ["ecom_a"]
    monkeypatch.setenv("ECOM_ADDONS", "ecom_b")
    assert odoo.addons() == ["ecom_a", "ecom_b"]
