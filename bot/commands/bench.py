"""`qabul bench`: measures the desk on this machine and prints what it found as Markdown."""

from __future__ import annotations

import argparse
import json
import sys

from bot.bench.processes import BenchError

__all__ = ["run_bench"]

LOST = 1
CANNOT_MEASURE = 2
STOPPED = 130


def run_bench(given: argparse.Namespace) -> int:
    """Run one measure; the exit status: 0 done, 1 something was lost, doubled or untrue, 2 it could not be measured."""
    from bot.bench.measures import MEASURES
    from bot.bench.report import report
    from bot.bench.table import facts
    from bot.commands.run import run_loop

    try:
        measure = report if given.measure == "report" else MEASURES[given.measure]
        shown, found, good = run_loop(measure(given))
    except BenchError as error:
        print(f"qabul bench: {error}", file=sys.stderr)
        return CANNOT_MEASURE
    except KeyboardInterrupt:
        return STOPPED
    head = facts(found["head"])
    print(f"{head}\n\n{shown}" if head else shown)
    if given.json is not None:
        given.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0 if good else LOST
