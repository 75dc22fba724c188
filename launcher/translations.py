"""Translation templates and the French that follows them."""

import json
import subprocess
from pathlib import Path

from . import odoo, odoo_source, postgres, process, progress, setup, state, template
from .state import LauncherError

MERGE = Path(__file__).parent / "inside" / "po.py"


def _po(command: str, folders: list[Path]) -> list[str]:
    """Run the environment's polib over the addons in *folders* ("merge" or "check"); return its
    findings.
    """
    done = subprocess.run(
        [process.interpreter(), MERGE, command, odoo_source.addons_folders()[0], *folders],
        env=process.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise LauncherError(f"The translations could not be read:\n{done.stderr}")
    return json.loads(done.stdout)


def incomplete() -> list[str]:
    """Return what is missing in each addon's fr.po, as lines."""
    return _po("check", [state.ADDONS / name for name in odoo.addons()])


def export() -> int:
    """``./ecom pot``: write i18n/<addon>.pot from a database with our addons, and merge it into
    fr.po.
    """
    setup.ensure(with_browser=False)
    names = odoo.addons()
    with postgres.using("fast"):
        if template.ensure() != template.PROJECT:
            raise LauncherError("There is no addon to translate.")
        db = template.clone(f"{template.PREFIX}_pot")
        try:
            for name in names:
                target = state.ADDONS / name / "i18n" / f"{name}.pot"
                target.parent.mkdir(exist_ok=True)
                process.run(
                    odoo.command(
                        "i18n",
                        "export",
                        "-c",
                        str(odoo.config_for(db)),
                        "-d",
                        db,
                        "-o",
                        str(target),
                        name,
                    ),
                    title=f"Exporting {target.relative_to(state.ROOT)}",
                    log=state.LOGS / "pot.log",
                    env=odoo.environment(),
                    cwd=state.HERE,
                )
        finally:
            template.drop(db)
    folders = [state.ADDONS / name for name in names]
    for line in _po("merge", folders):
        print(line)
    progress.say("Written. The lines above, if any, are left to translate.")
    return 0
