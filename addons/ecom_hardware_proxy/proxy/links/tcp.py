"""Raw TCP (port 9100), honest about what arrived (FACTS 4.7).

That the kernel took the bytes says nothing. Only a printer that closes its side in order after we
closed ours has had everything; a reset tells that it has not.
"""

import array
import fcntl
import select
import socket
import termios
import time

from ..words import Words
from .link import Link, LinkBusy, LinkLost, LinkMissing

CONNECT_S = 4.0
LOOK_S = 0.1


class TcpLink(Link):
    """*never_closes*: this printer keeps connections open; then the acknowledgement of its network
    card for the last byte has to do.
    """

    def __init__(self, host: str, port: int, never_closes: bool = False) -> None:
        self._address = (host, port)
        self._never_closes = never_closes
        self._socket: socket.socket | None = None

    def open(self) -> None:
        self.close()
        host, port = self._address
        try:
            self._socket = socket.create_connection(self._address, CONNECT_S)
        except ConnectionRefusedError as error:
            raise LinkBusy(
                Words(
                    "{host} takes no connection on port {port}: it is busy, or still starting.",
                    host=host,
                    port=port,
                )
            ) from error
        except (OSError, UnicodeError) as error:  # the latter: no such name can exist
            raise LinkMissing(
                Words(
                    "{host} is not reached on port {port}: is it on, and is the cable in?",
                    host=host,
                    port=port,
                )
            ) from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._socket.setblocking(False)

    def write(self, data: bytes, timeout_s: float) -> int:
        if not self._wait(select.POLLOUT, timeout_s):
            return 0
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0
        except (OSError, AttributeError) as error:
            raise self._lost() from error

    def read(self, limit: int, timeout_s: float) -> bytes:
        data = self._receive(limit, timeout_s)
        if data == b"":
            raise self._lost()
        return data or b""

    def _receive(self, limit: int, timeout_s: float) -> bytes | None:
        """Bytes; b"" when the other side closed in order; None when nothing came."""
        if not self._wait(select.POLLIN, timeout_s):
            return None
        try:
            return self._socket.recv(limit)
        except BlockingIOError:
            return None
        except (OSError, AttributeError) as error:
            raise self._lost() from error

    def _wait(self, event: int, timeout_s: float) -> bool:
        try:
            poll = select.poll()
            poll.register(self._socket, event)
            # Errors count as ready: the call that follows raises them.
            return bool(poll.poll(max(0, round(timeout_s * 1000))))
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise self._lost() from error

    def finish(self, timeout_s: float) -> bool:
        """Close our side; True when the printer closes its side in order within *timeout_s*."""
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except (OSError, AttributeError) as error:
            raise self._lost() from error
        deadline = time.monotonic() + timeout_s
        while (left := deadline - time.monotonic()) > 0:
            if self._receive(4096, min(left, LOOK_S)) == b"":
                return True
            if self._never_closes and not self._unacknowledged():
                return True
        return False

    def _unacknowledged(self) -> int:
        """How many bytes the other side has not acknowledged (SIOCOUTQ, which is TIOCOUTQ)."""
        waiting = array.array("i", [0])
        fcntl.ioctl(self._socket.fileno(), termios.TIOCOUTQ, waiting)
        return waiting[0]

    def _lost(self) -> LinkLost:
        return LinkLost(Words("The connection to {address} broke.", address=self._address[0]))

    def close(self) -> None:
        connection, self._socket = self._socket, None
        if connection:
            connection.close()
