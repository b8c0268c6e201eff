"""All measures one after another, as the results part of docs/performance.md takes them."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

from bot.bench.measures import MEASURES, Told
from bot.commands.bench_options import add_bench

__all__ = ["PARTS", "report"]

PARTS = ("throughput", "overload", "filled", "handoff", "losses", "scenarios")


async def report(given: argparse.Namespace) -> Told:
    """Each part, on both databases where there is a choice; the machine stands above all of them once."""
    left_out = {word for word in given.without.split(",") if word}
    sections, parts = list[str](), dict[str, Any]()
    head: dict[str, str] = {"measured": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"}
    whole = True
    for title, words in _chapters(given):
        measure = words[0] if words[0] in PARTS else "throughput"
        if measure in left_out:
            continue
        shown, found, good = await MEASURES[measure](_parsed(given, words))
        head.update({name: value for name, value in found.pop("head").items() if name not in head})
        sections.append(f"### {title}\n\n{shown}")
        parts[title] = found
        whole = whole and good
    return "\n\n".join(sections), {"head": head, "parts": parts}, whole


def _chapters(given: argparse.Namespace) -> list[tuple[str, list[str]]]:
    seconds, stored = f"{given.seconds:g}", ["--contacts", str(given.contacts), "--messages", str(given.messages)]
    tenth = ["--contacts", str(max(1, given.contacts // 10)), "--messages", str(max(10, given.messages // 10))]
    return [
        ("Rate, delay, cost", ["--seconds", seconds]),
        ("More than it can do, PostgreSQL", ["overload", "--seconds", seconds]),
        ("More than it can do, SQLite", ["overload", "--on", "sqlite", "--seconds", seconds]),
        ("Years of conversations, PostgreSQL", ["filled", *stored]),
        ("Years of conversations, SQLite", ["filled", "--on", "sqlite", *tenth]),
        ("The way to a person, PostgreSQL", ["handoff"]),
        ("The way to a person, SQLite", ["handoff", "--on", "sqlite"]),
        ("What gets lost, SQLite", ["losses"]),
        ("What gets lost, PostgreSQL with two workers", ["losses", "--on", "postgres", "--workers", "2"]),
        ("Scenarios: a step, and a very long file", ["scenarios"]),
    ]


def _parsed(given: argparse.Namespace, words: list[str]) -> argparse.Namespace:
    """The options of a measure: its defaults, the chapter's words, and the servers of the report."""
    parser = argparse.ArgumentParser()
    add_bench(parser.add_subparsers(), argparse.ArgumentParser)
    options = parser.parse_args(["bench", *words])
    options.database_url, options.redis_url = given.database_url, given.redis_url
    options.folder = given.folder
    return options
