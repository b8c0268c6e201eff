"""The command line: `qabul` and `python -m bot`.

Rule: each command imports what it needs when it runs, so that help and wrong use answer at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path

from bot.commands.bench_options import add_bench
from bot.commands.graph_options import add_graph
from bot.commands.rehearse_options import add_rehearsals

__all__ = ["main"]

WRONG_USE = 2
ENV_FILE = Path(".env")


class _Parser(argparse.ArgumentParser):
    """Wrong use is one line on stderr, exit status 2."""

    def error(self, message: str) -> None:  # type: ignore[override]
        print(f"{self.prog}: {message}; see `{self.prog} --help`", file=sys.stderr)
        raise SystemExit(WRONG_USE)


def _workers(text: str) -> int:
    """How many processes; one at least."""
    number = int(text) if text.isascii() and text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes: give 1 or more")
    return number


def _read_by_a_pipe(run: Callable[[], int]) -> int:
    """Run what prints much: whoever reads it may stop reading (`| head`), and letters may be none of the terminal's."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        status = run()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status."""
    parser = _Parser(prog="qabul", description="A service desk that lives in messengers.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    demo = commands.add_parser(
        "demo",
        help="the whole desk with local messengers and a page to play on; needs no account and no setting",
        description="The real desk against local messengers, with the playground page at /playground.",
    )
    demo.add_argument("--port", type=int, help="where the page listens (default: QABUL_HTTP_PORT or 8080)")
    run = commands.add_parser(
        "run",
        help="the desk on the configured messengers",
        description="The desk on the messengers that the QABUL_… settings name (environment or .env file).",
    )
    run.add_argument(
        "--workers", type=_workers, default=1, metavar="N", help="so many processes, on PostgreSQL (default: 1)"
    )
    doctor = commands.add_parser(
        "doctor",
        help="look at tokens, webhooks, rights, database, Redis, machine and scenarios, and say what to do",
        description="Look at everything the desk stands on; a line each. Changes nothing. Status 1 with a failure.",
    )
    doctor.add_argument("--json", action="store_true", help="a JSON object a line: check, state, found, todo")
    commands.add_parser("migrate", help="bring the database to the current schema")
    backup = commands.add_parser(
        "backup",
        help="put the SQLite database and the media into one file; the desk may be at work",
        description="Put the SQLite database, as it is at one instant, and the media into one file.",
    )
    backup.add_argument("file", metavar="FILE", type=Path)
    backup.add_argument("--replace", action="store_true", help="write over an earlier backup of that name")
    restore = commands.add_parser(
        "restore",
        help="put a backup into an empty data directory",
        description="Put a backup into a data directory that has no database.",
    )
    restore.add_argument("file", metavar="FILE", type=Path)
    move = commands.add_parser(
        "move",
        help="copy the history of an SQLite desk into the configured PostgreSQL",
        description="Copy the history of a stopped SQLite desk into the empty PostgreSQL of QABUL_DATABASE_URL.",
    )
    move.add_argument("file", metavar="SQLITE-FILE", type=Path)
    scenario = commands.add_parser("scenario", help="work on scenario files", description="Work on scenario files.")
    kinds = scenario.add_subparsers(dest="kind", metavar="COMMAND", parser_class=_Parser)
    check = kinds.add_parser(
        "check",
        help="validate scenario files: errors as file:line:column: text",
        description="Validate scenario files; the shipped ones without DIR.",
    )
    check.add_argument("directory", nargs="?", metavar="DIR", type=Path)
    add_graph(kinds)
    translate = kinds.add_parser(
        "translate",
        help="bring the translation files of a folder up to date, and say what is missing",
        description="Update DIR/translations/uz.po, kk.po, ru.po and en.po with what the scenarios in DIR say.",
    )
    translate.add_argument("directory", metavar="DIR", type=Path)
    add_rehearsals(kinds)
    kinds.add_parser(
        "versions",
        help="which versions of the scenarios run, and which conversations are on which",
        description="Which versions of the scenarios run, which conversations are on which, and where they stand.",
    )
    kinds.add_parser("schema", help="print the JSON Schema of scenario files, for your editor")
    add_bench(commands, _Parser)
    given = parser.parse_args(arguments)
    match given.command:
        case "scenario" if given.kind == "check":
            from bot.commands.check import run_check

            return _read_by_a_pipe(lambda: run_check(given.directory, os.environ, ENV_FILE))
        case "scenario" if given.kind == "graph":
            from bot.commands.graph import run_graph

            return _read_by_a_pipe(lambda: run_graph(given, os.environ))
        case "scenario" if given.kind == "translate":
            from bot.commands.translate import translate as run_translate

            return run_translate(given.directory, sys.stdout, sys.stderr)
        case "scenario" if given.kind == "test":
            from bot.commands.rehearse import run_test

            return _read_by_a_pipe(lambda: run_test(given, sys.stdout, sys.stderr))
        case "scenario" if given.kind == "play":
            from bot.commands.play import run_play

            return _read_by_a_pipe(lambda: run_play(given, sys.stdin, sys.stdout, sys.stderr))
        case "scenario" if given.kind == "versions":
            from bot.commands.versions import run_versions

            return run_versions(os.environ, ENV_FILE)
        case "scenario" if given.kind == "schema":
            from bot.commands.schema import run_schema

            return run_schema()
        case "scenario":
            scenario.print_help(sys.stderr)
            return WRONG_USE
        case "demo":
            from bot.commands.demo import run_demo

            return run_demo(given.port, os.environ)
        case "run":
            from bot.commands.run import run_desk

            return run_desk(os.environ, ENV_FILE, given.workers)
        case "doctor":
            from bot.commands.doctor import run_doctor

            return run_doctor(given.json, os.environ, ENV_FILE)
        case "migrate":
            from bot.commands.migrate import run_migrate

            return run_migrate(os.environ, ENV_FILE)
        case "bench":
            from bot.commands.bench import run_bench

            return run_bench(given)
        case "backup":
            from bot.commands.backup import run_backup

            return run_backup(given.file, given.replace, os.environ, ENV_FILE)
        case "restore":
            from bot.commands.backup import run_restore

            return run_restore(given.file, os.environ, ENV_FILE)
        case "move":
            from bot.commands.backup import run_move

            return run_move(given.file, os.environ, ENV_FILE)
    parser.print_help(sys.stderr)
    return WRONG_USE


if __name__ == "__main__":
    sys.exit(main())
