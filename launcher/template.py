"""Template databases: installed once, cloned in half a second for demo and tests.

The *base* template holds Odoo's modules for a Canadian company; the *project* template is a clone
of it with our addons and their asset bundles. What a database was made from stands in its comment
on the server, written last: a half-made one has none and is made again. Databases are made under a
working name and renamed when they are complete.
"""

import json
import os
import re
import shutil
from pathlib import Path

from . import odoo, odoo_source, postgres, process, progress, state
from .state import LauncherError

RECIPE = 1  # raise when anything in the way of building the base template changes
PREFIX = os.environ.get("ECOM_DB_PREFIX", "ecom")
BASE, PROJECT, DEMO = f"{PREFIX}_tpl_base", f"{PREFIX}_tpl", f"{PREFIX}_demo"
MODULES = (
    "sale_management",
    "stock_delivery",
    "stock_picking_batch",
    "contacts",
    "account",
    "portal",
    "l10n_ca",
)
LANGUAGES = ("en_US", "fr_FR")
# What pages of the web client, portal and reports ask for; the others cost 30 s and are not used
# here.
BUNDLES_BASE = (
    "web.assets_frontend_minimal",
    "web.assets_frontend",
    "web.assets_frontend_lazy",
    "web.report_assets_common",
    "web.report_assets_pdf",
)
BUNDLES = ("web.assets_web", "web.assets_web_print", *BUNDLES_BASE)
BUNDLES_TESTS = ("web.assets_tests", "web.assets_unit_tests_setup", "web.assets_unit_tests")
NOT_INSTALLED = (
    "tests",
    "doc",
    "readme",
    "README.md",
    "README.rst",
    "HISTORY.md",
    "__pycache__",
    ".pytest_cache",
)
IN_PLACE = {".py", ".xml", ".csv", ".po", ".pot", ".js", ".scss", ".css", ".svg", ".png", ".sql"}
INSIDE = Path(__file__).parent / "inside"


# --- keys
# ---------------------------------------------------------------------------------------------


def base_key() -> str:
    """Return the key of the base template: Odoo's version, the modules, and how they are
    installed.
    """
    scripts = [
        state.hash_file(INSIDE / name) for name in ("company.py", "check_base.py", "bundles.py")
    ]
    return state.digest(RECIPE, odoo_source.version(), MODULES, LANGUAGES, BUNDLES_BASE, scripts)


def addon_files(folder: Path) -> dict[str, str]:
    """Return path -> hash of the addon's files that matter to an installed database."""
    found = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        # static/tests does matter: it is part of asset bundles.
        if parts[0] not in NOT_INSTALLED and "__pycache__" not in parts and path.is_file():
            found["/".join(parts)] = state.hash_file(path)[:16]
    return found


def has_browser_units(folder: Path) -> bool:
    """Tell whether the addon in *folder* brings JavaScript unit tests or tours."""
    return any((folder / "static" / "tests").rglob("*.js"))


def project_facts() -> dict:
    """Return what the project template is made from: the base's key and the hashes of all our
    addons' files.
    """
    return {
        "base": base_key(),
        "bundles": list(_bundles()),
        "addons": {name: addon_files(state.ADDONS / name) for name in odoo.addons()},
    }


def _bundles() -> tuple[str, ...]:
    extra = any(has_browser_units(state.ADDONS / name) for name in odoo.addons())
    return BUNDLES + (BUNDLES_TESTS if extra else ())


def project_key() -> str:
    """Return the key of the project template as the files stand now."""
    return state.digest(project_facts())


def changed_addons(old: dict, new: dict) -> list[str] | None:
    """Return which addons an update in place must name, given two project_facts(); None: rebuild.

    Rebuilt: another base, an addon gone, a changed manifest or hook, data marked noupdate (an
    update would not apply it), or a file of a kind that we do not know.
    """
    if old.get("base") != new["base"]:
        return None
    before, after = old.get("addons", {}), new["addons"]
    if set(before) - set(after):
        return None
    changed = []
    for name, files in after.items():
        was = before.get(name)
        if was is None or was == files:
            if was is None:
                changed.append(name)
            continue
        touched = {path for path in set(was) | set(files) if was.get(path) != files.get(path)}
        if not all(_updatable(name, path) for path in touched):
            return None
        changed.append(name)
    return changed


def _updatable(addon: str, path: str) -> bool:
    """Tell whether an update in place brings a database to where an install would with that
    file.
    """
    if Path(path).suffix not in IN_PLACE or Path(path).name in ("__manifest__.py", "hooks.py"):
        return False
    if "/" not in path and path == "__init__.py" or path.startswith("migrations/"):
        return False
    if path.startswith("security/"):
        # Odoo warns about models without access rights only before it deletes the rows that went.
        return False
    if path.endswith(".xml"):
        try:
            text = (state.ADDONS / addon / path).read_text(encoding="utf-8")
        except FileNotFoundError:
            return True
        return not re.search(r"noupdate\s*=\s*[\"'](1|True)", text)
    return True


# --- databases
# ----------------------------------------------------------------------------------------


def filestore(name: str) -> Path:
    """Return the folder of the attachments of database *name*."""
    return state.DATA / "filestore" / name


# A DROP DATABASE that was cut short leaves a database that nobody can use (PostgreSQL marks it so).
WHOLE = "datconnlimit <> -2"


def exists(name: str) -> bool:
    """Tell whether the server has a database *name*."""
    return bool(
        postgres.sql(
            "postgres",
            f"SELECT 1 FROM pg_database WHERE datname = {postgres.literal(name)} AND {WHOLE}",
        )
    )


def note(name: str) -> dict:
    """Return what was remembered about database *name* (see remember()); {} for none."""
    rows = postgres.sql(
        "postgres",
        "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database "
        f"WHERE datname = {postgres.literal(name)} AND {WHOLE}",
    )
    try:
        return json.loads(rows[0][0]) if rows and rows[0][0] else {}
    except ValueError:
        return {}


def remember(name: str, facts: dict) -> None:
    """Keep *facts* with database *name*, as the comment that the server stores for it."""
    text = postgres.literal(json.dumps(facts, sort_keys=True))
    postgres.sql("postgres", f"COMMENT ON DATABASE {postgres.name(name)} IS {text}")


def _create_empty(name: str) -> None:
    drop(name)
    postgres.sql(
        "postgres",
        f"CREATE DATABASE {postgres.name(name)} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'",
    )
    available = postgres.sql(name, "SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
    if available:
        # Odoo would try by itself, and log an error where the server lacks it.
        try:
            postgres.sql(name, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except LauncherError:
            progress.say("      this PostgreSQL role may not create pg_trgm; Odoo works without it")


def drop(name: str) -> None:
    """Delete database *name* and its attachments, ending whoever is connected to it; nothing
    happens if it is absent.
    """
    postgres.sql("postgres", f"DROP DATABASE IF EXISTS {postgres.name(name)} WITH (FORCE)")
    shutil.rmtree(filestore(name), ignore_errors=True)


def _rename(old: str, new: str) -> None:
    drop(new)
    _disconnect(old)
    if filestore(old).exists():
        os.replace(filestore(old), filestore(new))
    postgres.sql("postgres", f"ALTER DATABASE {postgres.name(old)} RENAME TO {postgres.name(new)}")


def _disconnect(name: str) -> None:
    postgres.sql(
        "postgres",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        f"WHERE datname = {postgres.literal(name)}",
    )


def clone(name: str, source: str = PROJECT, keep: bool = False) -> str:
    """Make database *name* a copy of *source* (default: the project template) with its attachments;
    return *name*.

    An older database of that name is dropped. Unless *keep* is set the copy belongs to this run,
    and what tests leave is dropped when the run ends. A server needs about half a second for it.
    """
    with state.lock("templates"):
        return _clone(name, source, keep)


def _clone(name: str, source: str, keep: bool) -> str:
    if source == PROJECT and not exists(PROJECT):
        source = BASE
    drop(name)
    _disconnect(source)
    postgres.sql(
        "postgres",
        f"CREATE DATABASE {postgres.name(name)} TEMPLATE {postgres.name(source)} {_strategy()}",
    )
    if filestore(source).exists():
        # Attachments are named by their content and never rewritten: links are safe.
        shutil.copytree(filestore(source), filestore(name), copy_function=os.link)
    if not keep:
        remember(name, {"run": process.run_id()})
    # A copy must not share its identity with other copies (Odoo derives idempotency and session
    # keys from it).
    postgres.sql(
        name,
        "UPDATE ir_config_parameter SET value = gen_random_uuid()::text "
        "WHERE key IN ('database.uuid', 'database.secret')",
    )
    return name


_strategy_text: str | None = None


def _strategy() -> str:
    """Return the clause for the quick way of copying; PostgreSQL before 15 knows no other."""
    global _strategy_text
    if _strategy_text is None:
        version = int(postgres.sql("postgres", "SHOW server_version_num")[0][0])
        _strategy_text = "STRATEGY = file_copy" if version >= 150000 else ""
    return _strategy_text


def drop_leftovers(mark: str | None = None) -> list[str]:
    """Drop the clones of this run (or of the run *mark*) and those of runs that have ended; return
    their names.
    """
    mark, dropped = mark or process.run_id(), []
    rows = postgres.sql(
        "postgres",
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database "
        "WHERE shobj_description(oid, 'pg_database') LIKE '{\"run\": %'",
    )
    for name, comment in rows:
        owner = json.loads(comment)["run"]
        if owner == mark or not process.alive(int(owner.split("-")[0])):
            drop(name)
            dropped.append(name)
    return dropped


# --- building
# -----------------------------------------------------------------------------------------


def _expect_clean(problems: list[str], what: str) -> None:
    if problems:
        raise LauncherError(f"{what} went wrong; Odoo's log says:\n" + "\n".join(problems[:80]))


def _script(name: str, **values: object) -> str:
    head = "".join(f"{key} = {value!r}\n" for key, value in values.items())
    return head + (INSIDE / name).read_text(encoding="utf-8")


def ensure() -> str:
    """Make sure that both templates are there and current; return the name of the one to clone.

    Needs a started server. Raises LauncherError with Odoo's log lines when an addon does not
    install cleanly.
    """
    with state.lock(
        "templates", "Waiting for another ecom that is preparing the template database ..."
    ):
        _ensure_base()
        if not odoo.addons():
            progress.say(
                "      There are no addons in addons/ yet: going on with Odoo's own modules only."
            )
            drop(PROJECT)
            return BASE
        _ensure_project()
        return PROJECT


def _ensure_base() -> None:
    key = base_key()
    if note(BASE).get("key") == key:
        return
    work = f"{BASE}_work"
    _create_empty(work)
    log = state.LOGS / "template-base.log"
    languages = ",".join(LANGUAGES)
    _expect_clean(
        odoo.run(
            work,
            "-i",
            "base,web",
            "--load-language",
            languages,
            "--stop-after-init",
            "--no-http",
            title="Template database: Odoo's foundation",
            log=log,
            ours=False,
        ),
        "Installing Odoo's foundation",
    )
    odoo.shell(work, _script("company.py"), "Template database: a Canadian company", ours=False)
    _expect_clean(
        odoo.run(
            work,
            "-i",
            ",".join(MODULES),
            "--stop-after-init",
            "--no-http",
            title="Template database: sales, stock, delivery, accounting (a minute or two)",
            log=log.with_name("template-modules.log"),
            ours=False,
        ),
        "Installing Odoo's modules",
    )
    odoo.shell(
        work,
        _script("check_base.py") + _script("bundles.py", BUNDLES=BUNDLES_BASE),
        "Template database: style sheets and scripts of the portal",
        ours=False,
    )
    remember(work, {"key": key})
    _rename(work, BASE)


def _ensure_project() -> None:
    facts = project_facts()
    known = note(PROJECT)
    if known.get("key") == state.digest(facts):
        return
    changed = changed_addons(known, facts) if known.get("key") else None
    if changed is not None:
        problems = _update_project(known, facts, changed)
        if not problems:
            return
        progress.say("      The update logged an error; building again from the base template.")
    _build_project(facts)


def _update_project(known: dict, facts: dict, changed: list[str]) -> list[str]:
    """Update a copy of the project template in place; return the problems, [] when it has become
    the template.
    """
    work = f"{PROJECT}_work"
    _clone(work, PROJECT, keep=True)
    old = [name for name in changed if name in known["addons"]]
    new = [name for name in changed if name not in known["addons"]]
    arguments = (["-u", ",".join(old)] if old else []) + (["-i", ",".join(new)] if new else [])
    if arguments:
        problems = odoo.run(
            work,
            *arguments,
            "--stop-after-init",
            "--no-http",
            title=f"Template database: updating {', '.join(changed)}",
            log=state.LOGS / "template-update.log",
        )
        if problems:
            return problems
    _finish_project(work, facts)
    return []


def _build_project(facts: dict) -> None:
    work = f"{PROJECT}_work"
    _clone(work, BASE, keep=True)
    names = list(facts["addons"])
    _expect_clean(
        odoo.run(
            work,
            "-i",
            ",".join(names),
            "--stop-after-init",
            "--no-http",
            title=f"Template database: installing this project's addons ({len(names)})",
            log=state.LOGS / "template-project.log",
        ),
        "Installing our addons",
    )
    _finish_project(work, facts)


def _finish_project(work: str, facts: dict) -> None:
    installed = {
        row[0]
        for row in postgres.sql(work, "SELECT name FROM ir_module_module WHERE state = 'installed'")
    }
    wanted = {name for name in facts["addons"] if odoo.manifest(name).get("installable", True)}
    missing = sorted(wanted - installed)
    if missing:
        raise LauncherError(
            f"Odoo did not install: {', '.join(missing)} (see .ecom/logs/template-*.log)."
        )
    odoo.shell(
        work,
        _script("bundles.py", BUNDLES=_bundles()),
        "Template database: style sheets and scripts",
    )
    remember(work, {"key": state.digest(facts), **facts})
    _rename(work, PROJECT)
