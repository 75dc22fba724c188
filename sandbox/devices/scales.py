"""A scale on a pty: a platter, a protocol and a wire that may misbehave (FACTS 3 and 16)."""

from pathlib import Path

from .platter import Platter
from .scale_protocols import PROTOCOLS
from .serial_port import OnSerialLine, SerialPort


class Scale(OnSerialLine):
    """``with Scale("nci_scp01", folder) as scale: scale.set(load_g=1250); open(scale.link)``.

    *options* go to the protocol. ``scale.platter``, ``scale.line`` and ``scale.protocol`` hold the
    state; ``set`` changes platter and line by name.
    """

    def __init__(self, protocol: str, folder: Path, name: str | None = None, **options) -> None:
        self.platter = Platter()
        self.kind = protocol
        self.protocol = PROTOCOLS[protocol](self.platter, **options)
        self.port = SerialPort(
            folder, name or f"usb-Sandbox_{protocol}-if00", self.protocol.receive, self._tick
        )

    @property
    def line(self):
        """The wire's behaviour."""
        return self.port.line

    def _tick(self) -> bytes | None:
        return None if self.protocol.off else self.protocol.tick()

    def set(self, **values) -> None:
        """Change the platter (``load_g``, ``motion``, ...) or the line (``silent``, ...)."""
        lines = {name: values.pop(name) for name in list(values) if name in vars(self.line)}
        self.platter.change(**values)
        self.line.change(**lines)

    def press(self) -> None:
        """The PRINT key."""
        self.port.send(self.protocol.press() or b"")

    def power_on(self) -> None:
        """The power key after a command has switched the scale off."""
        self.protocol.power_on()

    def report(self) -> dict:
        """Everything as JSON values."""
        line = {**vars(self.line), "noise": self.line.noise.hex()}
        return {
            "protocol": self.kind,
            "link": str(self.link),
            "device": self.port.device,
            "off": self.protocol.off,
            "received": bytes(self.port.received[-200:]).hex(),
            **self.platter.state(),
            **line,
        }
