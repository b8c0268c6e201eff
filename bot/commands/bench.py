"""`qabul bench`: measures the desk on this machine and prints what it found as Markdown."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.bench.processes import BenchError

__all__ = ["run_bench"]

CANNOT_START = 2


def run_bench(given: argparse.Namespace) -> int:
    """Run one measure; the exit status: 0 done, 1 something was lost or doubled, 2 it could not be measured."""
    from bot.bench.measures import MEASURES

    work: Callable[[argparse.Namespace], Awaitable[tuple[str, dict[str, Any], bool]]] = MEASURES[given.measure]
    with suppress(KeyboardInterrupt):
        try:
            shown, found, good = asyncio.run(_told(work, given))
        except BenchError as error:
            print(f"qabul bench: {error}", file=sys.stderr)
            return CANNOT_START
        print(shown)
        if given.json is not None:
            Path(given.json).write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return 0 if good else 1
    return 130


async def _told(
    work: Callable[[argparse.Namespace], Awaitable[tuple[str, dict[str, Any], bool]]], given: argparse.Namespace
) -> tuple[str, dict[str, Any], bool]:
    return await work(given)
