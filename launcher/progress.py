"""Tell the user what is going on, on standard error: a line per step, a sign of life every few
seconds.
"""

import contextlib
import sys
import threading
import time
from collections.abc import Callable

QUIET_INTERVAL = 10.0  # seconds between signs of life where the output is not a terminal
LIVE_INTERVAL = 0.5

_lock = threading.Lock()
_live = ""  # the step line now standing on the terminal without a line break


def _is_terminal() -> bool:
    return sys.stderr.isatty()


def _write(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (BrokenPipeError, ValueError):
        pass


def say(text: str) -> None:
    """Print one line, above the running step if there is one."""
    with _lock:
        _write(("\r\x1b[K" if _live else "") + text + "\n" + _live)


def seconds(duration: float) -> str:
    """Return a duration in seconds as people write it.

    >>> seconds(4.24), seconds(75)
    ('4.2 s', '1 min 15 s')
    """
    if duration < 10:
        return f"{duration:.1f} s"
    if duration < 60:
        return f"{duration:.0f} s"
    return f"{int(duration) // 60} min {int(duration) % 60:02d} s"


@contextlib.contextmanager
def step(title: str, detail: Callable[[], str] = lambda: ""):
    """Show that *title* is under way until the block ends; *detail* returns what is being done
    right now.
    """
    start, done = time.monotonic(), threading.Event()

    def beat() -> None:
        global _live
        terminal = _is_terminal()
        while not done.wait(LIVE_INTERVAL if terminal else QUIET_INTERVAL):
            with contextlib.suppress(Exception):
                note = detail()
                line = f"  ... {title} ({seconds(time.monotonic() - start)})" + (
                    f" {note}" if note else ""
                )
                with _lock:
                    if terminal:
                        _live = line[:110]
                        _write("\r\x1b[K" + _live)
                    else:
                        _write(line + "\n")

    if not _is_terminal():
        say(f"  ... {title}")
    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    except BaseException:
        _finish(done, thread, f"  !!  {title}: stopped after {seconds(time.monotonic() - start)}")
        raise
    _finish(done, thread, f"  ok  {title} ({seconds(time.monotonic() - start)})")


def _finish(done: threading.Event, thread: threading.Thread, line: str) -> None:
    global _live
    done.set()
    thread.join()
    with _lock:
        _write(("\r\x1b[K" if _live else "") + line + "\n")
        _live = ""
