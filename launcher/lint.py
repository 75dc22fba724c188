"""Style and convention checks, in an environment of their own; everything works without a network
once installed.
"""

import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

from . import odoo, process, progress, setup, state, translations, venv

PYTHON_FOLDERS = ("launcher", "addons", "sandbox", "tests")


def run(fix: bool = False) -> int:
    """Run all checks and print what each finds; return 1 if any found something."""
    setup.ensure(with_browser=False)
    with state.lock("setup", "Waiting for another ecom that is setting up ..."):
        venv.ensure_lint()
    checks: list[tuple[str, Callable[[], list[str]]]] = [
        ("ruff check", lambda: _ruff("check", *(["--fix"] if fix else []))),
        ("ruff format", lambda: _ruff("format", *([] if fix else ["--check"]))),
        ("pylint-odoo (mandatory)", _pylint),
        ("OCA module checks", lambda: _oca(fix)),
        ("XML well-formed", _xml),
        ("translations complete", translations.incomplete),
    ]
    bad = 0
    for name, check in checks:
        with progress.step(name):
            findings = check()
        for finding in findings:
            print(finding, flush=True)
        bad += bool(findings)
        print(f"{name}: {'ok' if not findings else 'not ok'}", flush=True)
    return 1 if bad else 0


def _tool(name: str, *arguments: str) -> list[str]:
    """Run a linter; return its output lines when it ends with another code than 0."""
    program = state.LINT_VENV / "bin" / name
    env = process.environment(
        PATH=f"{program.parent}:/usr/bin:/bin", PYLINTHOME=str(state.HERE / "pylint")
    )
    done = subprocess.run(
        [program, *arguments],
        cwd=state.ROOT,
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if not done.returncode:
        return []
    return [line for line in done.stdout.splitlines() if line.strip()] or [
        f"{name} ended with {done.returncode}"
    ]


def _ruff(*arguments: str) -> list[str]:
    folders = [name for name in PYTHON_FOLDERS if (state.ROOT / name).exists()]
    return _tool(
        "ruff", *arguments, "--quiet", "--cache-dir", str(state.HERE / "ruff"), "ecom", *folders
    )


def _pylint() -> list[str]:
    folders = [str(state.ADDONS / name) for name in odoo.addons()]
    if not folders:
        return []
    return _tool("pylint", f"--rcfile={Path(__file__).parent / 'pylintrc'}", *folders)


def _oca(fix: bool) -> list[str]:
    found = []
    for name in odoo.addons():
        arguments = ["--fix"] if fix else []
        found += _tool(
            "oca-checks-odoo-module",
            f"--config={Path(__file__).parent / 'oca_hooks.cfg'}",
            *arguments,
            str(state.ADDONS / name / "__manifest__.py"),
        )
    return found


def _xml() -> list[str]:
    """Return the XML files of addons, data and tests that cannot be parsed."""
    found = []
    for folder in ("addons", "data", "tests", "sandbox"):
        for path in sorted((state.ROOT / folder).rglob("*.xml")):
            if "malformed" in path.name:
                continue  # tests feed such files to parsers on purpose
            try:
                ElementTree.parse(path)
            except ElementTree.ParseError as error:
                found.append(f"{path.relative_to(state.ROOT)}: {error}")
    return found
