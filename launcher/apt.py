"""Debian packages fetched and unpacked privately: no root, nothing installed.

The archive's address comes from the machine's own apt configuration, in the one-line or the deb822
format.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import process, progress, state
from .state import LauncherError

PLAIN_SUITES = re.compile(r"^(stable|oldstable|testing|unstable|sid|[a-z]+)$")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# Where the pieces are: Odoo 19 itself is in unstable only; some fonts still have the file names
# that Odoo expects in Debian 12 only.
SUITES = ("bookworm", "sid")

OUR_CONF = """\
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "{apt}/parts";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "{apt}/state";
Dir::State::status "/dev/null";
Dir::State::Lists "{apt}/lists";
Dir::Cache "{apt}/cache";
Dir::Cache::Archives "{apt}/cache/archives";
Acquire::Languages "none";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::DEP-11-icons-small::DefaultEnabled "false";
Acquire::IndexTargets::deb::DEP-11-icons::DefaultEnabled "false";
Acquire::Retries "3";
Acquire::Check-Valid-Until "false";
APT::Sandbox::User "";
Debug::NoLocking "true";
"""


@dataclass(frozen=True)
class Mirror:
    """One archive: its address, and the keyring that the machine's configuration names for it, if
    any.
    """

    uri: str
    signed_by: str = ""


def _wanted(uri: str, suites: list[str], components: list[str]) -> bool:
    """Tell whether a source is a plain Debian-like archive, and not security, updates or a vendor's
    own.
    """
    scheme = uri.split(":", 1)[0]
    return (
        scheme
        in ("http", "https", "file", "copy", "mirror", "mirror+http", "mirror+https", "mirror+file")
        and "main" in components
        and any(PLAIN_SUITES.match(suite) for suite in suites)
    )


def parse_one_line(text: str) -> list[Mirror]:
    """Return the archives of a ``sources.list`` (``deb [options] uri suite components``)."""
    found = []
    for raw in text.splitlines():
        line = raw.split("#", 1)[0].strip()
        match = re.match(r"deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*(.*)$", line)
        if not match:
            continue
        options, uri, suite, components = match.groups()
        if _wanted(uri, [suite], components.split()):
            signed = re.search(r"signed-by=(\S+)", options or "", re.IGNORECASE)
            found.append(Mirror(uri, signed.group(1) if signed else ""))
    return found


def parse_deb822(text: str) -> list[Mirror]:
    """Return the archives of a ``*.sources`` file; disabled paragraphs are left out."""
    found = []
    for paragraph in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        fields: dict[str, str] = {}
        name = ""
        for line in paragraph.splitlines():
            if line.startswith("#") or not line.strip():
                continue
            if line[0] in " \t":
                fields[name] = fields.get(name, "") + "\n" + line.strip()
            elif ":" in line:
                name, value = line.split(":", 1)
                name = name.strip().lower()
                fields[name] = value.strip()
        if (
            fields.get("enabled", "yes").lower() in ("no", "false", "0")
            or "deb" not in fields.get("types", "").split()
        ):
            continue
        signed = fields.get("signed-by", "")
        for uri in fields.get("uris", "").split():
            if _wanted(uri, fields.get("suites", "").split(), fields.get("components", "").split()):
                # A key written out in the file has no path that could be handed on.
                found.append(
                    Mirror(uri, signed if signed.startswith("/") and "\n" not in signed else "")
                )
    return found


def mirrors(folder: Path = Path("/etc/apt")) -> list[Mirror]:
    """Return the machine's archives in the order of its configuration, each once."""
    found: list[Mirror] = []
    files = [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]
    for file in files:
        try:
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if file.suffix == ".sources":
            found += parse_deb822(text)
        elif file.suffix == ".list":
            found += parse_one_line(text)
    return list(dict.fromkeys(found))


def _write_configuration(mirror: Mirror) -> Path:
    """Lay out the private apt folders for *mirror*; return the configuration file."""
    apt = state.HERE / "apt"
    shutil.rmtree(apt, ignore_errors=True)
    for name in ("parts", "state", "lists/partial", "cache/archives/partial"):
        (apt / name).mkdir(parents=True)
    signed = mirror.signed_by or (str(KEYRING) if KEYRING.exists() else "")
    source = f"Types: deb\nURIs: {mirror.uri}\nSuites: {' '.join(SUITES)}\nComponents: main\n"
    (apt / "parts" / "archive.sources").write_text(
        source + (f"Signed-By: {signed}\n" if signed else ""), encoding="utf-8"
    )
    conf = apt / "apt.conf"
    conf.write_text(OUR_CONF.format(apt=apt), encoding="utf-8")
    return conf


def _folder_size(folder: Path) -> str:
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return f"{size / 1e6:.0f} MB so far"


def download(packages: list[str], target: Path, title: str) -> list[Path]:
    """Fetch *packages* (``name`` or ``name/suite``) as .deb files into *target*; return their
    paths.

    Each archive of the machine is tried in turn. Raises LauncherError when none has them.
    """
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise LauncherError("This machine has no apt-get and dpkg-deb.")
    sources = mirrors()
    if not sources:
        raise LauncherError(
            "The machine's apt configuration names no archive with a component main."
        )
    errors = []
    for mirror in sources:
        conf = _write_configuration(mirror)
        base = ["apt-get", "-q", "-c", str(conf)]
        log = state.LOGS / "apt.log"
        try:
            process.run(
                [*base, "update"], title="Reading the Debian archive's package lists", log=log
            )
            with state.fresh_folder(target) as partial:
                process.run(
                    [*base, "download", *packages],
                    title=title,
                    log=log,
                    cwd=partial,
                    detail=lambda partial=partial: _folder_size(partial),
                )
            return sorted(target.glob("*.deb"))
        except LauncherError as error:
            errors.append(str(error))
            progress.say("      that archive did not have it; trying the next one, if there is any")
    raise LauncherError("\n".join(errors))


def unpack(deb: Path, target: Path, exclude: tuple[str, ...] = ()) -> None:
    """Unpack the files of *deb* below *target*, leaving out the *exclude* patterns of tar."""
    patterns = [f"--exclude={pattern}" for pattern in exclude]
    reader = process.start(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE)
    tar = process.start(
        ["tar", "-x", "-C", target, "--no-same-owner", *patterns], stdin=reader.stdout
    )
    try:
        reader.stdout.close()
        codes = tar.wait(), reader.wait()
    finally:
        process.stop(tar)
        process.stop(reader)
    if any(codes):
        raise LauncherError(f"{deb.name} could not be unpacked.")


def ensure_certificates() -> None:
    """On a machine without certificate authorities, take Debian's, for pip and npm only."""
    bundle = state.HERE / "ca-bundle.crt"
    if bundle.exists() or os.environ.get("SSL_CERT_FILE") or os.environ.get("PIP_CERT"):
        return
    if (
        Path("/etc/ssl/certs/ca-certificates.crt").exists()
        or Path("/etc/pki/tls/certs/ca-bundle.crt").exists()
    ):
        return
    folder = state.DOWNLOADS / "certificates"
    debs = download(["ca-certificates"], folder, "Fetching the list of certificate authorities")
    for deb in debs:
        unpack(deb, folder)
    texts = [
        file.read_text(encoding="ascii")
        for file in sorted(folder.glob("usr/share/ca-certificates/**/*.crt"))
    ]
    state.write_atomically(bundle, "\n".join(texts))
    shutil.rmtree(folder)
