"""The sources of Odoo 19 Community: the user's own, or Debian's package unpacked into the state
folder.
"""

import os
import re
import shutil
from pathlib import Path

from . import apt, progress, state
from .state import LauncherError

RECIPE = 1  # raise when unpacking or repairing changes
SERIES = "19.0"
PACKAGES = [
    "odoo-19/sid",
    "libjs-jquery/bookworm",
    "libjs-jquery-form/bookworm",
    "libjs-underscore/bookworm",
    "fonts-font-awesome/bookworm",
    "fonts-inconsolata/bookworm",
    "fonts-roboto-unhinted/sid",
    "fonts-montserrat/sid",
    "fonts-ocr-b/sid",
]
# The second tree is a packaging mistake; of the translations (most of the package) only French is
# used here.
LEFT_OUT = (
    "./usr/lib/python3/dist-packages/addons",
    "*/i18n/[!f]*.po",
    "*/i18n/f[!r]*.po",
)
DIST = Path("usr/lib/python3/dist-packages")
HOW_TO = """\
Odoo 19 could not be fetched. Give a source tree of Odoo 19.0 Community (a folder that holds
"odoo/") with
    ODOO_SRC=/path/to/it ./ecom ...
or run on a machine whose apt reads a Debian archive, from which odoo-19 is unpacked privately.
"""


def series_of(source: Path) -> str:
    """Return the series ("19.0") that the tree at *source* says it is, or "" when it is no Odoo
    tree.
    """
    try:
        text = (source / "odoo" / "release.py").read_text(encoding="utf-8")
    except OSError:
        return ""
    match = re.search(r"^version_info\s*=\s*\((\d+),\s*(\d+)", text, re.MULTILINE)
    return ".".join(match.groups()) if match else ""


def path() -> Path:
    """Return the folder that holds ``odoo/``, without fetching anything."""
    own = os.environ.get("ODOO_SRC")
    return Path(own).expanduser().resolve() if own else state.ODOO_ROOT / DIST


def version() -> str:
    """Return what identifies these sources: the package's file name, or place and date of the
    user's tree.
    """
    if os.environ.get("ODOO_SRC"):
        release = path() / "odoo" / "release.py"
        return f"{path()} {release.stat().st_mtime_ns}"
    return state.stamp("odoo") or ""


def addons_folders() -> list[Path]:
    """Return Odoo's own addon folders: one in the package, two in a source tree."""
    source = path()
    return [
        folder
        for folder in (source / "odoo" / "addons", source / "addons")
        if (folder / "base").exists() or (folder / "web").exists()
    ]


def ensure() -> Path:
    """Return the folder that holds ``odoo/``, fetching it if need be. Raises LauncherError with
    what to do.
    """
    if os.environ.get("ODOO_SRC"):
        found = series_of(path())
        if found != SERIES:
            what = f"Odoo {found}" if found else "no odoo/ folder"
            raise LauncherError(f"ODOO_SRC={path()} holds {what}, not Odoo {SERIES}.")
        return path()
    done = state.stamp("odoo")
    if done and done.endswith(f"recipe {RECIPE}") and series_of(path()) == SERIES:
        return path()
    state.clear_stamp("odoo")
    try:
        debs = _downloaded()
    except LauncherError as error:
        raise LauncherError(f"{error}\n\n{HOW_TO}") from error
    _unpack(debs)
    name = next(deb.name for deb in debs if deb.name.startswith("odoo-19_"))
    state.set_stamp("odoo", f"{name} recipe {RECIPE}")
    shutil.rmtree(state.DOWNLOADS / "odoo", ignore_errors=True)
    return path()


def _downloaded() -> list[Path]:
    """Return the .deb files, taking those of an interrupted set-up if they are all there."""
    folder = state.DOWNLOADS / "odoo"
    ready = sorted(folder.glob("*.deb"))
    if len(ready) == len(PACKAGES):
        return ready
    return apt.download(PACKAGES, folder, "Fetching Odoo 19 and its fonts and scripts (130 MB)")


def _unpack(debs: list[Path]) -> None:
    with progress.step("Unpacking Odoo 19"), state.fresh_folder(state.ODOO_ROOT) as root:
        for deb in debs:
            apt.unpack(deb, root, LEFT_OUT)
        repair(root / DIST)
        if series_of(root / DIST) != SERIES:
            raise LauncherError("The package odoo-19 does not hold Odoo 19.0.")


def repair(source: Path) -> None:
    """Mend what is missing in Debian's tree, and check that nothing else is.

    Raises LauncherError for a script whose link leads nowhere: pages would answer 500.
    """
    # Left out of the package for its licence but still named in mail's manifest: the browser would
    # log an error.
    stub = source / "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    if stub.parent.parent.exists() and not stub.exists():
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text("/* not part of Debian's package */\n", encoding="utf-8")
    broken = [
        Path(folder, name)
        for folder, folders, names in os.walk(source)
        for name in (*folders, *names)
        if os.path.islink(os.path.join(folder, name))
        and not os.path.exists(os.path.join(folder, name))
    ]
    for link in broken:
        progress.say(f"      a link of the package leads nowhere: {link.relative_to(source)}")
    if any(link.suffix == ".js" for link in broken):
        raise LauncherError("Odoo's web pages would not load without these scripts.")
