"""The agent's home folder, its owner's alone (mode 0700, files 0600), and the secret that pairing
brought, which is in no log and no repr.
"""

import json
import os
import stat
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from .settings import ConfigError
from .words import Words

PAIRING_FILE = "station.json"
POS_KEY_FILE = "pos.key"
OURS = {PAIRING_FILE, "proxy.toml", "queue.db", "agent.lock"}


@dataclass(frozen=True)
class Pairing:
    """What pairing with Odoo brought: station uid, its key (hex), name, origins of its pages; and
    the language (``fr_CA``) that Odoo wants to hear.
    """

    station: str
    key: str = field(repr=False)
    name: str = ""
    origins: tuple[str, ...] = ()
    lang: str = ""


def prepare_home(home: Path) -> Path:
    """Make the folder, or close it to everybody else; return it.

    Raises ConfigError for a folder of somebody else's things: closing /tmp would stop the machine.
    """
    home = Path(home)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if stat.S_IMODE(home.stat().st_mode) & 0o077:
        names = {path.name for path in home.iterdir()}
        if names and not names & OURS:
            reason = Words("the folder holds other things: give the agent one of its own")
            raise ConfigError(str(home), "", "", reason)
        home.chmod(0o700)
    return home


def write_private(home: Path, name: str, content: bytes) -> None:
    """Replace the file *name* in one step, readable by its owner alone."""
    handle, path = tempfile.mkstemp(dir=prepare_home(home), prefix=f".{name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            if os.geteuid() == 0:
                # What an administrator writes with sudo belongs to the agent's user.
                owner = Path(home).stat()
                os.fchown(handle, owner.st_uid, owner.st_gid)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(path, Path(home) / name)
    except BaseException:
        Path(path).unlink(missing_ok=True)
        raise


def load_pairing(home: Path) -> Pairing | None:
    """What pairing brought; None before. Raises ConfigError when the file is damaged."""
    try:
        values = json.loads((Path(home) / PAIRING_FILE).read_text(encoding="utf-8"))
        bytes.fromhex(values["key"])
        return Pairing(
            values["station"],
            values["key"],
            values.get("name", ""),
            tuple(values.get("origins", ())),
            str(values.get("lang", "")),
        )
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError):
        path = Path(home) / PAIRING_FILE
        raise ConfigError(
            str(path), "", "", Words("the file is damaged: delete it and pair the station again")
        ) from None


def save_pairing(home: Path, pairing: Pairing) -> None:
    """Keep what pairing brought."""
    values = {
        "station": pairing.station,
        "key": pairing.key,
        "name": pairing.name,
        "origins": list(pairing.origins),
        "lang": pairing.lang,
    }
    write_private(home, PAIRING_FILE, json.dumps(values).encode())


def forget_pairing(home: Path) -> None:
    """Trust nobody until the station is paired again; the point of sale's key ends with it."""
    for name in (PAIRING_FILE, POS_KEY_FILE):
        (Path(home) / name).unlink(missing_ok=True)
