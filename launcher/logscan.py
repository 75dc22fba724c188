"""Read Odoo's log for what its exit code hides: an install that failed in part still ends with
0.
"""

import re
from collections.abc import Iterable

LINE = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ "
    r"(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL|RUNBOT) \S+ "
    r"(?P<logger>[\w.\-/]+): (?P<message>.*)$"
)
# Said at any level, with exit code 0, while the module is simply not there.
SILENT_FAILURES = (
    "invalid module names",
    "not installable",
    "unmet dependencies",
    "not found in addons path",
)
# A server without the contrib modules; Odoo works, with plainer fuzzy search. Exact texts.
HARMLESS = (
    "bad query: CREATE EXTENSION IF NOT EXISTS pg_trgm",
    'Unable to create PostgreSQL extensions : extension "pg_trgm" is not available',
)


def problems(lines: Iterable[str], ours: Iterable[str] = ()) -> list[str]:
    """Return the lines of an Odoo log that mean failure, tracebacks included.

    *ours* are the technical names of our addons: a warning that concerns one of them counts as well
    (a model without access rights, an unknown field in a view, two fields with one label).
    """
    concerns_us = _naming(ours)
    found, inside = [], False
    for raw in lines:
        line = raw.rstrip("\n")
        match = LINE.match(line)
        if not match:
            # Continuation: a traceback, or the text of a long message.
            if inside:
                found.append(line)
            continue
        inside = _is_problem(match, concerns_us)
        if inside:
            found.append(line)
    return found


def _naming(ours: Iterable[str]) -> re.Pattern | None:
    """Return a pattern that finds one of our addons, or a model of this project, in a message."""
    names = "|".join(re.escape(name) for name in ours)
    if not names:
        return None
    return re.compile(
        rf"(?<![\w/.-])({names})(?![\w-])|odoo\.addons\.({names})\b|(?<![\w/.])ecom\.[a-z]"
    )


def _is_problem(match: re.Match, concerns_us: re.Pattern | None) -> bool:
    message, level = match["message"], match["level"]
    if any(message.startswith(text) for text in HARMLESS):
        return False
    if level in ("ERROR", "CRITICAL") or any(text in message for text in SILENT_FAILURES):
        return True
    return level == "WARNING" and bool(
        concerns_us and concerns_us.search(f"{match['logger']}: {message}")
    )
