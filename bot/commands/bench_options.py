"""The options of `qabul bench`: nothing here is slow to import, since every `qabul --help` reads it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

__all__ = ["add_bench"]


def add_bench(commands: Any, parser_class: type[argparse.ArgumentParser]) -> None:
    """Add `bench` and what it can measure to the command line."""
    bench = commands.add_parser(
        "bench",
        help="measure the desk on this machine: rate, delay, CPU, memory, what is lost",
        description="Measure the desk on this machine. Without a MEASURE: rate, delay and cost, beside bare echoes.",
    )
    _throughput(bench)
    bench.set_defaults(measure="throughput")
    kinds = bench.add_subparsers(dest="kind", metavar="MEASURE", parser_class=parser_class)
    for name, words, options in (
        ("overload", "more than it can do: delay, then 503, nothing lost, memory flat", _overload),
        ("filled", "what a message costs with years of conversations stored", _filled),
        ("handoff", "a history document of very many messages, and what it does to others", _handoff),
        ("losses", "what gets lost on the way to the staff, of our desk or of any bot that polls", _losses),
        ("scenarios", "steps a second on one core, and how long a very long scenario file takes", _scenarios),
        ("report", "everything, as docs/performance.md shows it; more than half an hour", _report),
    ):
        one = kinds.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
        options(one)
        one.set_defaults(measure=name)


def _servers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--database-url", help="PostgreSQL to make databases in (default: an embedded one of our own)")
    parser.add_argument("--redis-url", help="Redis to use (default: an embedded one of our own)")
    parser.add_argument("--folder", type=Path, help="where data lies meanwhile (default: the temp directory)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was found as JSON, too")


def _throughput(parser: argparse.ArgumentParser) -> None:
    _servers(parser)
    parser.add_argument(
        "--rows",
        default="postgres1,postgres2,sqlite1@600,aiogram,aiohttp",
        help="what to measure, in this order: postgresN and sqlite1 (the desk with N workers), aiogram, aiohttp; with "
        "@RATE where --rate would be too much",
    )
    parser.add_argument("--rate", default="1000,max", help="messages offered a second, or max; several with commas")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long each row is measured")
    parser.add_argument("--warm-up", type=float, default=10.0, help="seconds of load before that")
    parser.add_argument("--contacts", type=int, default=2_000, help="customers who write")
    parser.add_argument("--under-way", type=int, default=256, help="messages under way at any moment at --rate max")
    parser.add_argument("--seed", type=int, default=1, help="the same seed offers the same people and walks")


def _on(parser: argparse.ArgumentParser) -> None:
    _servers(parser)
    parser.add_argument("--on", choices=("postgres", "sqlite"), default="postgres", help="the database")


def _overload(parser: argparse.ArgumentParser) -> None:
    _on(parser)
    parser.add_argument("--workers", type=int, default=1, help="worker processes (PostgreSQL)")
    parser.add_argument("--times", type=float, default=3.0, help="how many times of what it can do is offered")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long that is offered")
    parser.add_argument("--contacts", type=int, default=8_000, help="customers, each with one message under way")
    parser.add_argument("--every", type=float, default=5.0, help="seconds of one line of the table")


def _filled(parser: argparse.ArgumentParser) -> None:
    _on(parser)
    parser.add_argument("--contacts", type=int, default=1_000_000, help="contacts stored")
    parser.add_argument("--messages", type=int, default=10_000_000, help="messages stored")
    parser.add_argument("--people", type=int, default=2_000, help="customers who write")
    parser.add_argument("--rate", type=float, default=300.0, help="messages offered a second, to both desks")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long each desk is measured, each time")
    parser.add_argument("--warm-up", type=float, default=5.0, help="seconds of load before that")
    parser.add_argument("--rounds", type=int, default=2, help="how often both are measured, by turns")
    parser.add_argument("--seed", type=int, default=1, help="the same seed offers the same people and walks")


def _handoff(parser: argparse.ArgumentParser) -> None:
    _on(parser)
    parser.add_argument("--lines", type=int, default=30_000, help="messages in the history")
    parser.add_argument("--times", type=int, default=5, help="customers with such a history, handed over in turn")
    parser.add_argument("--rate", type=float, default=200.0, help="messages of others a second meanwhile")
    parser.add_argument("--handoffs", type=int, default=200, help="new customers handed over at once afterwards")


def _losses(parser: argparse.ArgumentParser) -> None:
    _on(parser)
    parser.set_defaults(on="sqlite")
    parser.add_argument("--workers", type=int, default=1, help="worker processes of our own desk (PostgreSQL)")
    parser.add_argument(
        "--command",
        dest="start",
        metavar="COMMAND",
        help="start and kill this bot instead of our desk; {api}, {token} and {staff} in it, or BOT_API_URL, BOT_TOKEN "
        "and STAFF_CHAT_ID in its environment, are the messenger, the bot's token and the staff group",
    )
    parser.add_argument(
        "--api-port", type=int, help="the messenger's port; without --command the bot is started by hand"
    )
    parser.add_argument(
        "--ask", help="what customers write first so that a person is called (our desk: operator; others: nothing)"
    )
    parser.add_argument(
        "--patience",
        type=float,
        default=20.0,
        help="seconds after which a bot that writes nothing to the staff is done",
    )
    parser.add_argument("--scale", type=float, default=1.0, help="0.1: a tenth of the customers")


def _scenarios(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folder", type=Path, help="a disk to look at (default: the temp directory)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was found as JSON, too")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long steps are made")
    parser.add_argument("--steps", type=int, default=1_000, help="steps of the very long file")


def _report(parser: argparse.ArgumentParser) -> None:
    _servers(parser)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long each row and each overload is measured")
    parser.add_argument("--contacts", type=int, default=1_000_000, help="contacts stored (a tenth on SQLite)")
    parser.add_argument("--messages", type=int, default=10_000_000, help="messages stored (a tenth on SQLite)")
    parser.add_argument(
        "--without", default="", help="parts to leave out: throughput, overload, filled, handoff, losses"
    )
