"""Run by the environment's Python (it has polib): ``po.py merge|check ODOO_ADDONS ADDON_FOLDER...``
prints findings as JSON.
"""

import json
import re
import sys
from pathlib import Path

import polib

# Odoo writes the moment of the export into the file: it would change with every run.
MOMENTS = ("POT-Creation-Date", "PO-Revision-Date")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sdf]|%[sdf]|\{\w*\}")


def dictionary(folder: Path) -> dict[str, str]:
    """Return the French that Odoo itself uses for labels which every model has ("Created by")."""
    known: dict[str, str] = {}
    for name in ("stock", "mail", "base"):
        path = folder / name / "i18n" / "fr.po"
        if path.exists():
            known |= {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}
    return {source: french for source, french in known.items() if french}


def merge(addon: Path, standard: dict[str, str]) -> None:
    """Bring fr.po in line with the template: new terms appear untranslated, gone ones vanish, the
    rest stays.
    """
    template, path = (
        polib.pofile(str(addon / "i18n" / f"{addon.name}.pot")),
        addon / "i18n" / "fr.po",
    )
    for moment in MOMENTS:
        template.metadata[moment] = ""
    template.save()
    french = polib.pofile(str(path)) if path.exists() else polib.POFile()
    known = standard | {
        entry.msgid: entry.msgstr
        for entry in french
        if entry.msgstr and not entry.obsolete and "fuzzy" not in entry.flags
    }
    merged = polib.POFile(wrapwidth=78)
    merged.header = (
        "Translation of Odoo Server.\n"
        "This file contains the translation of the following modules:\n* " + addon.name
    )
    merged.metadata = dict(template.metadata)
    merged.metadata |= {"Language": "fr", "Plural-Forms": "nplurals=2; plural=(n > 1);"}
    for entry in template:
        merged.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=known.get(entry.msgid, ""),
                comment=entry.comment,
                tcomment=entry.tcomment,
                occurrences=entry.occurrences,
                flags=[flag for flag in entry.flags if flag != "fuzzy"],
            )
        )
    merged.save(str(path))


def findings(addon: Path) -> list[str]:
    """Return what keeps the French of *addon* from being complete."""
    folder = addon / "i18n"
    template, path = folder / f"{addon.name}.pot", folder / "fr.po"
    if not template.exists() or not path.exists():
        return [
            f"{addon.name}: no {(path if template.exists() else template).name}: run ./ecom pot"
        ]
    french = {entry.msgid: entry for entry in polib.pofile(str(path)) if not entry.obsolete}
    found = []
    for entry in polib.pofile(str(template)):
        mine = french.get(entry.msgid)
        short = entry.msgid[:70].replace("\n", " ")
        if mine is None:
            found.append(f"{addon.name}: fr.po lacks: {short}")
        elif not mine.msgstr or "fuzzy" in mine.flags:
            found.append(f"{addon.name}: not translated: {short}")
        elif sorted(PLACEHOLDER.findall(entry.msgid)) != sorted(PLACEHOLDER.findall(mine.msgstr)):
            found.append(f"{addon.name}: other placeholders than the source: {short}")
    return found


if __name__ == "__main__":
    command, odoo_addons, *folders = sys.argv[1:]
    standard = dictionary(Path(odoo_addons)) if command == "merge" else {}
    result: list[str] = []
    for folder in map(Path, folders):
        if command == "merge":
            merge(folder, standard)
        result += findings(folder)
    json.dump(result, sys.stdout)
