"""``python -m sandbox.canada_post --port 0 --port-file FILE``."""

import argparse
import signal
import threading

from .server import CanadaPostSandbox
from .store import write_atomically


def main(arguments=None):
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(
        prog="sandbox.canada_post", description="A loopback Canada Post for demo and tests."
    )
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument(
        "--port-file", help="file that receives the port number once calls are answered"
    )
    parser.add_argument("--state", help="JSON file that keeps the state over a restart")
    parser.add_argument(
        "--latency-ms", type=float, default=None, help="time that every answer takes at least"
    )
    parser.add_argument("--log", help="file that receives one line per call")
    options = parser.parse_args(arguments)
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: done.set())
    settings = {} if options.latency_ms is None else {"latency_ms": options.latency_ms}
    with CanadaPostSandbox(
        port=options.port, state=options.state, log=options.log, **settings
    ) as sandbox:
        if options.port_file:
            write_atomically(options.port_file, f"{sandbox.port}\n")
        print(f"Canada Post sandbox at {sandbox.url}", flush=True)
        done.wait()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
