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
    bench.add_subparsers(dest="kind", metavar="MEASURE", parser_class=parser_class)


def _servers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--database-url", help="PostgreSQL to make databases in (default: an embedded one of our own)")
    parser.add_argument("--redis-url", help="Redis to use (default: an embedded one of our own)")
    parser.add_argument("--folder", type=Path, help="where data lies meanwhile (default: the temp directory)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was found as JSON, too")


def _throughput(parser: argparse.ArgumentParser) -> None:
    _servers(parser)
    parser.add_argument(
        "--rows",
        default="postgres1,postgres2,sqlite1,aiogram,aiohttp",
        help="what to measure, in this order: postgresN and sqlite1 (the desk with N workers), aiogram, aiohttp",
    )
    parser.add_argument("--rate", default="1000,max", help="messages offered a second, or max; several with commas")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long each row is measured")
    parser.add_argument("--warm-up", type=float, default=10.0, help="seconds of load before that")
    parser.add_argument("--contacts", type=int, default=2_000, help="customers who write")
    parser.add_argument("--under-way", type=int, default=256, help="messages under way at any moment at --rate max")
    parser.add_argument("--seed", type=int, default=1, help="the same seed offers the same people and walks")
