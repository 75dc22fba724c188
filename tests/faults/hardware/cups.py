"""A private CUPS: Debian's packages unpacked beside the tests, one cupsd on a loopback port.

Nothing is installed, nothing of the machine's own CUPS is touched. Works as root and as any user.
"""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import psutil

from launcher import apt, state

# cups and the libraries that a bare Debian lacks.
PACKAGES = """
    cups cups-core-drivers cups-daemon cups-client cups-common cups-server-common libacl1 libaudit1
    libavahi-client3 libavahi-common3 libcap-ng0 libcap2 libcom-err2 libcups2 libcupsimage2
    libdbus-1-3 libffi8 libgcrypt20 libgmp10 libgnutls30 libgpg-error0 libgssapi-krb5-2 libhogweed6
    libidn2-0 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 liblz4-1 liblzma5 libnettle8
    libp11-kit0 libpam0g libpaper1 libsystemd0 libtasn1-6 libunistring2 libusb-1.0-0 libzstd1
"""
BACKENDS = ("ipp", "socket")

CUPSD_CONF = """\
Listen 127.0.0.1:{port}
LogLevel debug
MaxLogSize 0
Browsing Off
DefaultAuthType None
WebInterface No
ErrorPolicy retry-job
JobRetryInterval 1
DirtyCleanInterval 0
PreserveJobHistory Yes
PreserveJobFiles Yes
<Location />
  Order allow,deny
  Allow 127.0.0.1
</Location>
<Policy default>
  JobPrivateAccess default
  JobPrivateValues none
  SubscriptionPrivateAccess default
  SubscriptionPrivateValues none
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""
FILES_CONF = """\
ServerRoot {home}
StateDir {home}/state
CacheDir {home}/cache
RequestRoot {home}/spool
TempDir {home}/tmp
ServerBin {home}/bin
DataDir {root}/usr/share/cups
DocumentRoot {root}/usr/share/cups/doc-root
AccessLog {home}/access.log
ErrorLog {home}/error.log
PageLog {home}/page.log
PassEnv LD_LIBRARY_PATH
FileDevice Yes
"""


def unpacked() -> Path:
    """The folder with Debian's CUPS, fetched once per checkout."""
    root = state.HERE / "cups"
    if not root.exists():
        downloads = state.DOWNLOADS / "cups"
        names = [f"{name}/bookworm" for name in PACKAGES.split()]
        debs = apt.download(names, downloads, "Fetching CUPS for the tests")
        with state.fresh_folder(root) as partial:
            for deb in debs:
                apt.unpack(deb, partial)
        shutil.rmtree(downloads)
    return root


class Cups:
    """One cupsd with its own folders. ``start``, ``kill`` (-9) and ``start`` again keep its jobs."""

    def __init__(self, home: Path) -> None:
        self.home, self.root = home, unpacked()
        self.port = _free_port()
        self.process: subprocess.Popen | None = None
        self._lay_out()

    def _lay_out(self) -> None:
        for name in ("state", "cache", "spool", "tmp", "bin"):
            (self.home / name).mkdir(parents=True)
        server_bin = self.root / "usr/lib/cups"
        for name in ("daemon", "filter", "notifier", "cgi-bin", "monitor", "driver"):
            if (server_bin / name).exists():
                shutil.copytree(server_bin / name, self.home / "bin" / name)
        (self.home / "bin/backend").mkdir()
        for name in BACKENDS:
            found = [f / name for f in server_bin.glob("backend*") if (f / name).exists()]
            target = shutil.copy(found[0], self.home / "bin/backend")
            # Only what its owner alone may run is run as root; another user may not reach this.
            os.chmod(target, 0o700)
        values = {"home": self.home, "root": self.root, "port": self.port}
        (self.home / "cupsd.conf").write_text(CUPSD_CONF.format(**values))
        (self.home / "cups-files.conf").write_text(FILES_CONF.format(**values))

    @property
    def environment(self) -> dict:
        """For its programs."""
        libraries = ":".join(
            str(folder) for folder in self.root.glob("**/*-linux-gnu") if "lib" in folder.parts
        )
        known = {"LD_LIBRARY_PATH": libraries, "CUPS_SERVER": f"127.0.0.1:{self.port}"}
        return {**os.environ, **known}

    def start(self, limit_s: float = 20) -> None:
        """Run cupsd until it answers."""
        command = [self.root / "usr/sbin/cupsd", "-f", "-c", self.home / "cupsd.conf"]
        command += ["-s", self.home / "cups-files.conf"]
        with (self.home / "out.log").open("ab") as out:
            self.process = subprocess.Popen(
                command, env=self.environment, stdout=out, stderr=subprocess.STDOUT
            )
        end = time.monotonic() + limit_s
        while not _listens(self.port):
            if self.process.poll() is not None or time.monotonic() > end:
                self.kill()
                raise RuntimeError(f"cupsd does not run: {self.log()}")
            time.sleep(0.02)

    def log(self) -> str:
        """The end of what it wrote."""
        files = [self.home / "out.log", self.home / "error.log"]
        return "\n".join(file.read_text()[-3000:] for file in files if file.exists())

    def kill(self) -> None:
        """Kill it with its backends, as a power cut does."""
        if not self.process:
            return
        # Its backends have process groups of their own.
        family = [*psutil.Process(self.process.pid).children(recursive=True), self.process]
        for member in family:
            try:
                member.kill()
            except psutil.NoSuchProcess:
                pass
        psutil.wait_procs(family[:-1], 10)
        self.process.wait()
        self.process = None

    def queue(self, name: str, device_uri: str) -> str:
        """Make a raw queue that accepts jobs; return its address."""
        subprocess.run(
            [self.root / "usr/sbin/lpadmin", "-p", name, "-E", "-v", device_uri, "-m", "raw"],
            env=self.environment, check=True, capture_output=True, timeout=30,
        )  # fmt: skip
        return f"ipp://127.0.0.1:{self.port}/printers/{name}"


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return not probe.connect_ex(("127.0.0.1", port))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
