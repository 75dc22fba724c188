"""What every link can do, and how it fails."""

from abc import ABC, abstractmethod


class LinkError(Exception):
    """The device cannot be reached; the text says it to a person."""


class LinkMissing(LinkError):
    """The device is not there (or more than one could be meant). Nothing was sent."""


class LinkBusy(LinkError):
    """Another program holds the device. Nothing was sent."""


class LinkLost(LinkError):
    """The connection broke while it was open. What was sent before may have arrived or not."""


class Link(ABC):
    """One connection, used by one thread. Times in seconds."""

    @abstractmethod
    def open(self) -> None:
        """Connect, for this program alone. Raises LinkMissing, LinkBusy."""

    @abstractmethod
    def write(self, data: bytes, timeout_s: float) -> int:
        """Hand over as much of *data* as is taken within *timeout_s*; return how many bytes.

        Returns as soon as some were taken; 0: none was. Raises LinkLost.
        """

    @abstractmethod
    def read(self, limit: int, timeout_s: float) -> bytes:
        """Return the bytes that are there, at most *limit*, waiting for the first at most
        *timeout_s*; b"" when none came. Raises LinkLost.
        """

    def finish(self, timeout_s: float) -> bool:
        """Everything was written: True when all of it is known to have reached the other side.

        Nothing can be written afterwards. Raises LinkLost.
        """
        return True

    def present(self) -> bool:
        """False when the device that was opened is known to have gone."""
        return True

    @abstractmethod
    def close(self) -> None:
        """Let go; never raises, may be called twice and from another thread."""
