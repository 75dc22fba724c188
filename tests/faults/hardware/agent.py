"""A station in a process of its own, to be killed: ``python -m tests.faults.hardware.agent HOME``.

The only code here that knows of crashes: steps of a job (`PrinterWorker.checkpoint`) obey orders.
An order is a file in the folder named by ``ECOM_CRASH_ORDERS``; its name is the step. Who carries
it out takes it away first, so it is carried out once. Requests come as JSON lines
``[method, arguments]`` on the standard input, answers leave the same way.
"""

import json
import os
import signal
import sys
import threading
from pathlib import Path

from tests import pure

pure.install()

from odoo.addons.ecom_hardware_proxy.proxy import config  # noqa: E402
from odoo.addons.ecom_hardware_proxy.proxy.devices.printer import PrinterWorker  # noqa: E402
from odoo.addons.ecom_hardware_proxy.proxy.station import NewJob, Station  # noqa: E402


def obey(_worker, step, _job):
    """Die here, if the test ordered it."""
    try:
        (Path(os.environ["ECOM_CRASH_ORDERS"]) / step).unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


PrinterWorker.checkpoint = obey


def submit(station, content, **values):
    """One job, as an HTTP request would bring it."""
    new = NewJob(**values, content=content.encode("latin-1"), who="test")
    return station.submit(new)[0].to_json()


def submit_at_once(station, times, **values):
    """The same job from many threads; how many of them found it new."""
    content = values.pop("content").encode("latin-1")
    new = NewJob(**values, content=content, who="test")
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(station.submit(new)[1])) for _ in range(times)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(found)


METHODS = {
    "submit": submit,
    "submit_at_once": submit_at_once,
    "job": lambda station, job_id: station.job(job_id).to_json(),
    "states": lambda station: [str(job.state) for job in reversed(station.jobs(1000))],
    "decide": lambda station, *values: station.decide(*values, who="test").to_json(),
    "device": lambda station, device_id: station.device(device_id).to_json(),
}


def main(home):
    station = Station(config.load(home), home)
    station.start()
    print("ready", flush=True)
    for line in sys.stdin:
        method, positional, named = json.loads(line)
        print(json.dumps(METHODS[method](station, *positional, **named)), flush=True)
    station.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
