"""The systemd unit for the agent as it is installed here."""

import sys
from pathlib import Path

UNIT = Path(__file__).parent / "systemd" / "ecom-proxy.service"
INSTALLED = "/opt/ecom-proxy/bin/ecom-proxy"


def unit(python: Path | None = None) -> str:
    """The unit with the path of this installation; *python* is that of its environment."""
    return UNIT.read_text(encoding="utf-8").replace(INSTALLED, program(python))


def program(python: Path | None = None) -> str:
    """How this installation is called: its command, or the package by its interpreter."""
    python = Path(python or sys.executable)
    command = python.parent / "ecom-proxy"
    return str(command) if command.exists() else f"{python} -m {__package__}"


def hidden(python: Path | None = None) -> bool:
    """Whether the unit's ``ProtectHome`` would hide this installation from itself."""
    return program(python).startswith(("/home/", "/root/", "/run/user/"))
