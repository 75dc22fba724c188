"""Orders from a test to the server under test: "at this step, do that, once".

An order is a file in the folder named by the environment variable ``ECOM_CRASH_ORDERS``; its name
is the step, its content says what to do. Who carries an order out takes its file away first, so it
is carried out once, whichever process comes by and however often the request is replayed.
"""

import json
import os
import signal
import time
from pathlib import Path

from odoo.exceptions import UserError
from odoo.modules.registry import Registry

SET_BACK = "Set back by another rule."
TOUCHED = "ecom_crash.touched"


def obey(step, env=None):
    """Do what the test ordered for ``step``; usually nothing.

    :param env: the business transaction, for the orders that disturb it
    """
    folder = os.environ.get("ECOM_CRASH_ORDERS")
    order = _take(Path(folder) / step) if folder else None
    if order:
        _ACTIONS[order["do"]](order, env)


def _take(path):
    try:
        order = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    if order.get("skip"):
        path.write_text(json.dumps(order | {"skip": order["skip"] - 1}))
        return None
    try:
        path.unlink()
    except FileNotFoundError:
        return None
    return order


def _kill(order, env):
    os.kill(os.getpid(), signal.SIGKILL)


def _refuse(order, env):
    """Another rule of the business transaction says no."""
    raise UserError(SET_BACK)


def _conflict(order, env):
    """A real serialization failure: somebody else commits a change of a row that we change too."""
    with Registry(env.cr.dbname).cursor() as other:
        other.execute("UPDATE ir_config_parameter SET value = 'theirs' WHERE key = %s", (TOUCHED,))
    env.cr.execute("UPDATE ir_config_parameter SET value = 'ours' WHERE key = %s", (TOUCHED,))


def _pause(order, env):
    """Stand still until the test takes the file ``gate`` away; tell by ``reached`` that we do."""
    gate, reached = Path(order["gate"]), Path(order["reached"])
    reached.touch()
    limit = time.monotonic() + 60
    while gate.exists() and time.monotonic() < limit:
        time.sleep(0.01)


_ACTIONS = {"kill": _kill, "refuse": _refuse, "conflict": _conflict, "pause": _pause}
