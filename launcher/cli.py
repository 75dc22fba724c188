"""The commands of ``./ecom``."""

import argparse
import sys

from . import process, progress, state
from .state import LauncherError

DESCRIPTION = """\
E-commerce fulfilment for Odoo 19: one command for everything.

  ./ecom demo     watch the main job: orders are rated, bought, labelled, handed over and tracked
  ./ecom test     run every test

Everything that is fetched or built lies in .ecom/ inside this folder; it can be deleted any time.
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "ecom", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", metavar="command")

    def add(name: str, text: str, **options) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, **options)

    add(
        "setup",
        "fetch and build everything: Odoo 19, Python, PostgreSQL, Chromium, template database",
    )
    test = add(
        "test",
        "run the test suites (all, unless some are selected); paths and options go to pytest",
        epilog="Examples: ./ecom test --unit · ./ecom test tests/odoo/test_x.py -k manifest -x",
    )
    for name, text in (
        ("unit", "without Odoo: unit, architecture, conformance"),
        ("devices", "the hardware agent and the sandbox's devices, on real ptys and sockets"),
        ("odoo", "inside Odoo, with a database"),
        ("e2e", "end to end in Chromium"),
        ("faults", "real servers that are killed, cut off and raced"),
    ):
        test.add_argument(f"--{name}", action="append_const", dest="suites", const=name, help=text)
    demo = add(
        "demo", "set up, do the main job once in front of you, then keep serving until Ctrl-C"
    )
    demo.add_argument("--once", action="store_true", help="end after the main job")
    demo.add_argument(
        "--port", type=int, default=8069, help="Odoo's port (default: %(default)s; 0: any free one)"
    )
    demo.add_argument("--reset", action="store_true", help="begin with a fresh demo database")
    serve = add("serve", "serve the demo database with the sandbox carrier until Ctrl-C")
    serve.add_argument(
        "--port", type=int, default=8069, help="Odoo's port (default: %(default)s; 0: any free one)"
    )
    add(
        "shell",
        "Odoo's shell on the demo database; a script may come on standard input",
        epilog="A script on standard input commits for itself (env.cr.commit()); after it the "
        "launcher calls env.registry.signal_changes(), so that a running server notices. At the "
        "prompt, call both yourself.",
    )
    bench = add("bench", "run the benchmark tests/bench/bench_<name>.py, or list the names")
    bench.add_argument("name", nargs="?")
    bench.add_argument("arguments", nargs=argparse.REMAINDER, help="handed to the benchmark")
    lint = add("lint", "check style, Odoo conventions, XML and translations")
    lint.add_argument("--fix", action="store_true", help="mend what can be mended by itself")
    add(
        "pot",
        "export i18n/<addon>.pot of each addon, merge them into fr.po, list what is untranslated",
    )
    add("stop", "stop whatever an earlier ecom left running, PostgreSQL included")
    return parser


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code; 130 after Ctrl-C."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if options.command is None:
        parser.print_help()
        return 0
    if rest and options.command != "test":
        parser.error(f"unknown: {' '.join(rest)}")
    process.catch_termination()
    process.own_run()
    try:
        return _dispatch(options, rest)
    except LauncherError as error:
        progress.say(f"\necom: {error}")
        return 1
    except KeyboardInterrupt:
        progress.say("\necom: interrupted")
        return 130
    finally:
        _leave()


def _leave() -> None:
    """Leave nothing of ours running."""
    from . import postgres

    process.end_run()
    postgres.release()


def _dispatch(options: argparse.Namespace, rest: list[str]) -> int:
    """Call what the command stands for; modules are loaded only when they are needed."""
    if options.command == "setup":
        return _setup()
    if options.command == "test":
        from . import suites

        return suites.run(options.suites or [], rest)
    if options.command in ("demo", "serve", "shell"):
        from . import demo

        if options.command == "demo":
            return demo.demo(options.port, once=options.once, reset=options.reset)
        if options.command == "serve":
            return demo.serve(options.port)
        return demo.shell()
    if options.command == "bench":
        from . import bench

        return bench.run(options.name, options.arguments)
    if options.command == "lint":
        from . import lint

        return lint.run(fix=options.fix)
    if options.command == "pot":
        from . import translations

        return translations.export()
    return _stop()


def _setup() -> int:
    from . import postgres, setup, template

    setup.ensure()
    with postgres.using("fast"):
        template.ensure()
    progress.say("Everything is ready: ./ecom demo, ./ecom test")
    return 0


def _stop() -> int:
    from . import demo, postgres

    state.prepare()
    stopped = demo.stop_running()
    if process.interpreter().exists() and postgres.stop():
        stopped.append("PostgreSQL")
    print(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing of this checkout was running.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
