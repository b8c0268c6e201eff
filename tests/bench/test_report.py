"""The report asks only for measures and options that there are."""

from __future__ import annotations

import argparse

from bot.bench.measures import MEASURES
from bot.bench.report import _chapters, _parsed
from bot.commands.bench_options import add_bench


def test_each_chapter_of_the_report_is_a_measure_with_its_own_defaults() -> None:
    parser = argparse.ArgumentParser()
    add_bench(parser.add_subparsers(), argparse.ArgumentParser)
    given = parser.parse_args(["bench", "report", "--redis-url", "redis://there", "--contacts", "50"])

    parsed = {title: _parsed(given, words) for title, words in _chapters(given)}

    assert {one.measure for one in parsed.values()} == set(MEASURES)
    assert {one.redis_url for one in parsed.values()} == {"redis://there"}
    filled = {one.on: one.contacts for one in parsed.values() if one.measure == "filled"}
    assert filled == {"postgres": 50, "sqlite": 5}
