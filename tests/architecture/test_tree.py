"""The rules of the tree that a reader relies on; each is read off the files, without Odoo."""

import ast
import csv
import functools
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
NAMES = sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))
MANIFESTS = {
    name: ast.literal_eval((ADDONS / name / "__manifest__.py").read_text()) for name in NAMES
}
# The graph of the design: what each addon may stand on.
PARENTS = {
    "ecom_shipping": {"sale_management", "stock_delivery"},
    "ecom_shipping_canada_post": {"ecom_shipping"},
    "ecom_shipping_offline": {"ecom_shipping"},
    "ecom_hardware_proxy": {"base", "web", "barcodes"},
}
# Packages without Odoo, and the files or folders of each that may open a connection.
PURE = {
    "ecom_shipping": {"carrier_contract": set(), "shipping_rules": set()},
    "ecom_shipping_canada_post": {"canada_post": {"client.py"}},
    "ecom_shipping_offline": {"offline_courier": set()},
    "ecom_hardware_proxy": {
        "proxy": {
            "links",
            "server",
            "security",
            "discovery.py",
            "odoo_client.py",
            "uplink.py",
            "cli.py",
        }
    },
}
NETWORK = {
    "aiohttp",
    "requests",
    "urllib3",
    "urllib",
    "http",
    "socket",
    "ssl",
    "smtplib",
    "ftplib",
    "paramiko",
    "serial",
}
HARMLESS = {"urllib.parse"}
ODOO_METHODS = ("rate_shipment", "send_shipping", "get_tracking_link", "cancel_shipment")


@functools.cache
def parsed(path):
    """The syntax tree of a file; many rules read the same one."""
    return ast.parse(path.read_text())


def imports(path):
    """Every dotted name that a file imports."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module


@pytest.mark.parametrize("name", NAMES)
def test_an_addon_has_a_picture_of_its_own(name):
    pictures = [ADDONS / other / "static" / "description" / "icon.png" for other in NAMES]
    mine = ADDONS / name / "static" / "description" / "icon.png"
    assert mine.read_bytes() not in [p.read_bytes() for p in pictures if p != mine]


def pure_files():
    return [
        (addon, package, path)
        for addon, packages in PURE.items()
        for package in packages
        for path in (ADDONS / addon / package).rglob("*.py")
    ]


def test_the_graph_is_the_one_of_the_design():
    assert {name: set(MANIFESTS[name]["depends"]) for name in NAMES} == PARENTS


@pytest.mark.parametrize("parent", NAMES)
def test_a_parent_never_names_a_child(parent):
    children = [name for name in NAMES if parent in MANIFESTS[name]["depends"]]
    words = [child.removeprefix(f"{parent}_") for child in children] + children
    for path in (ADDONS / parent).rglob("*.py"):
        text = path.read_text().lower()
        for word in words:
            # "offline" alone is an English word; the addon's name is not.
            if word != "offline":
                assert word not in text and word.replace("_", " ") not in text, f"{path}: {word}"


@pytest.mark.parametrize(
    ("addon", "package", "path"), pure_files(), ids=lambda value: getattr(value, "name", value)
)
def test_pure_packages_know_no_odoo(addon, package, path):
    allowed = tuple(
        f"odoo.addons.{parent}.{pure}"
        for parent in {addon, *PARENTS[addon]} & PURE.keys()
        for pure in PURE[parent]
    )
    for name in imports(path):
        if name.split(".")[0] == "odoo":
            assert name.startswith(allowed), f"{path} imports {name}"


@pytest.mark.parametrize(
    ("addon", "package", "path"), pure_files(), ids=lambda value: getattr(value, "name", value)
)
def test_few_files_alone_speak_to_the_network(addon, package, path):
    if path.relative_to(ADDONS / addon / package).parts[0] in PURE[addon][package]:
        return
    for name in imports(path):
        assert name in HARMLESS or name.split(".")[0] not in NETWORK, f"{path} imports {name}"


@pytest.mark.parametrize("addon", [name for name in NAMES if "ecom_shipping" in PARENTS[name]])
def test_a_carrier_hands_every_odoo_method_over(addon):
    """Odoo finds these by name: a forgotten one fails only when somebody presses its button."""
    text = (ADDONS / addon / "models" / "delivery_carrier.py").read_text()
    (code,) = re.findall(r'selection_add=\[\("(\w+)"', text)
    defined = {
        node.name: node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)
    }
    for method in ODOO_METHODS:
        node = defined[f"{code}_{method}"]
        assert len(node.body) == 1 and f"_ecom_{method}" in ast.dump(node.body[0]), node.name


@pytest.mark.parametrize("addon", NAMES)
def test_every_model_has_access_rows(addon):
    access = ADDONS / addon / "security" / "ir.model.access.csv"
    rows = list(csv.DictReader(access.open())) if access.exists() else []
    covered = {row["model_id:id"].removeprefix("model_") for row in rows}
    for path in (ADDONS / addon).glob("*/*.py"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ClassDef) and not is_abstract(node):
                for name in own_names(node):
                    assert name.replace(".", "_") in covered, f"{path}: no access row for {name}"
    assert all(row["group_id:id"] for row in rows)


def is_abstract(node):
    return any(
        isinstance(base, ast.Attribute) and base.attr == "AbstractModel" for base in node.bases
    )


def own_names(node):
    """The names of models that a class defines (not those it extends)."""
    values = {
        getattr(item.targets[0], "id", ""): item.value
        for item in node.body
        if isinstance(item, ast.Assign)
    }
    if "_name" in values:
        inherited = ast.literal_eval(values.get("_inherit", ast.Constant(())))
        name = values["_name"].value
        if name not in inherited:  # a model that is extended by a mixin names itself
            yield name


@pytest.mark.parametrize("addon", NAMES)
def test_manifests_are_complete(addon):
    manifest = MANIFESTS[addon]
    assert manifest["license"] == "LGPL-3"
    assert manifest["version"].startswith("19.0.")
    for file in [*manifest["data"], *manifest.get("demo", [])]:
        assert (ADDONS / addon / file).exists(), file
    listed = {Path(file) for file in [*manifest["data"], *manifest.get("demo", [])]}
    for folder in ("data", "views", "security", "wizards", "demo", "report"):
        for path in (ADDONS / addon / folder).glob("*.xml"):
            assert path.relative_to(ADDONS / addon) in listed, (
                f"{path} is in no list of the manifest"
            )


@pytest.mark.parametrize("addon", NAMES)
def test_what_reaches_outside_is_neutralised(addon):
    code = "\n".join(path.read_text() for path in (ADDONS / addon).rglob("*.py"))
    if re.search(r"https://", code):
        assert (ADDONS / addon / "data" / "neutralize.sql").exists()


@pytest.mark.parametrize("addon", NAMES)
def test_one_model_per_file_named_after_it(addon):
    for folder in ("models", "wizards"):
        for path in (ADDONS / addon / folder).glob("*.py"):
            names = [
                name
                for node in ast.walk(parsed(path))
                if isinstance(node, ast.ClassDef)
                for name in model_names(node)
            ]
            assert len(set(names)) <= 1, path
            assert all(path.stem.startswith(name.replace(".", "_")) for name in names), (
                f"{path}: {names}"
            )


def model_names(node):
    values = {
        item.targets[0].id: item.value
        for item in node.body
        if isinstance(item, ast.Assign) and isinstance(item.targets[0], ast.Name)
    }
    value = values.get("_name") or values.get("_inherit")
    return [value.value] if isinstance(value, ast.Constant) else []


@pytest.mark.parametrize("addon", NAMES)
def test_sudo_gives_its_reason(addon):
    """Rule 7: whoever reads ``sudo()`` reads why, on the line or within the three before it."""
    for path in (ADDONS / addon).rglob("*.py"):
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines):
            if ".sudo()" in line.split("#")[0]:
                near = " ".join(lines[max(0, number - 3) : number + 1]).lower()
                assert "# sudo" in near or "# as above" in near, f"{path}:{number + 1}"


def test_the_shared_check_of_the_tree():
    check = ROOT.parent / "shared" / "tools" / "check_tree.py"
    if not check.exists():
        pytest.skip("../shared is absent: the shared check of the tree is not here")
    run = subprocess.run(
        [sys.executable, str(check)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout
