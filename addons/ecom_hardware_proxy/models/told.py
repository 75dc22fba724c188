"""Text that came from outside: from an agent, a device, a stranger."""

import re

# What PostgreSQL does not take (a zero byte, half a character), what nobody sees, and what turns the
# direction of the words after it.
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def text(value, most):
    """*value* as one line of at most *most* characters, without what cannot be shown."""
    words = " ".join(str(value or "")[: 4 * most].split())
    return _UNWANTED.sub("", words)[:most]
