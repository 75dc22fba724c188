"""Run the benchmarks of ``tests/bench``."""

import subprocess

from . import odoo, postgres, process, setup, state, template
from .state import LauncherError

FOLDER = state.ROOT / "tests" / "bench"


def names() -> list[str]:
    """Return the names of the benchmarks there are."""
    return sorted(path.stem.removeprefix("bench_") for path in FOLDER.glob("bench_*.py"))


def run(name: str | None, arguments: list[str]) -> int:
    """Run benchmark *name* with *arguments*, with a server and current templates at hand; without a
    name list them.
    """
    if name is None:
        print("\n".join(names()) or "There is no benchmark yet (tests/bench/bench_<name>.py).")
        return 0
    if name not in names():
        raise LauncherError(
            f"There is no benchmark {name}; there are: {', '.join(names()) or 'none'}."
        )
    setup.ensure(with_browser=False)
    with postgres.using("fast"):
        template.drop_leftovers()
        source = template.ensure()
        # The checkout goes on the path by -c, not by PYTHONPATH, which children would inherit.
        start = (
            f"import runpy, sys; sys.path.insert(0, {str(state.ROOT)!r}); sys.argv = sys.argv[1:]; "
            "runpy.run_path(sys.argv[0], run_name='__main__')"
        )
        argv = [
            str(process.interpreter()),
            "-c",
            start,
            str(FOLDER / f"bench_{name}.py"),
            *arguments,
        ]
        child = process.start(
            argv,
            env=odoo.environment(ECOM_TEMPLATE=source, PYTHONUNBUFFERED="1"),
            cwd=state.ROOT,
            stdin=subprocess.DEVNULL,
        )
        try:
            return child.wait()
        finally:
            process.stop(child)
            process.end_leftovers()
            template.drop_leftovers()
