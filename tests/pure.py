"""Let the pure packages of the addons be imported under their real names, with no Odoo anywhere.

``odoo``, ``odoo.addons`` and each addon become empty packages:
``odoo.addons.ecom_shipping.<package>`` is importable as long as it needs no Odoo, and importing a
model fails. Never load this into Odoo's own test process.
"""

import sys
from pathlib import Path
from types import ModuleType

ADDONS = Path(__file__).resolve().parent.parent / "addons"


def _package(name: str, folders: list[str]) -> ModuleType:
    module = ModuleType(name)
    module.__path__ = folders
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)
    return module


def install() -> None:
    """Register the empty packages. Raises RuntimeError in a process where the real Odoo is
    loaded.
    """
    known = sys.modules.get("odoo")
    if getattr(known, "is_pure_stand_in", False):
        return
    if known is not None:
        raise RuntimeError("the real Odoo is loaded here; these suites must run without it")
    _package("odoo", []).is_pure_stand_in = True
    _package("odoo.addons", [])
    for manifest in ADDONS.glob("*/__manifest__.py"):
        _package(f"odoo.addons.{manifest.parent.name}", [str(manifest.parent)])
