"""Why a connection did not come about, as a person says it: no numbers, no words of a library."""

import errno
import os
import socket
import ssl

from ..words import Words

_REFUSED = Words("nobody listens there")
_CUT = Words("the connection was cut")
_KNOWN = {
    errno.ECONNREFUSED: _REFUSED,
    errno.ECONNRESET: _CUT,
    errno.EPIPE: _CUT,
    errno.ETIMEDOUT: Words("no answer in time"),
    errno.ENETUNREACH: Words("there is no network"),
    errno.EHOSTUNREACH: Words("no such machine is on the network"),
}


def why(error: Exception) -> str:
    """The reason of *error*; aiohttp keeps the one that it had itself below it."""
    error = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    if isinstance(error, TimeoutError):
        return Words("no answer in time")
    if isinstance(error, ssl.SSLCertVerificationError):
        return Words("its certificate is not trusted ({reason})", reason=error.verify_message)
    if isinstance(error, ssl.SSLError):
        return Words("what answers there does not speak TLS")
    if isinstance(error, socket.gaierror | UnicodeError):
        return Words("this name is not known")
    if isinstance(error, OSError) and error.errno:
        return _KNOWN.get(error.errno) or os.strerror(error.errno)
    return _CUT
