"""`qabul doctor`: every check a line, for people or as JSON for machines; exit status 1 when there is a failure."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from bot.doctor.examination import Told

__all__ = ["run_doctor"]

COLOURS = {"ok": "32", "warning": "33", "failure": "31"}
STATE_COLUMNS, NAME_COLUMNS = 8, 23


def run_doctor(as_json: bool, environ: Mapping[str, str], env_file: Path, out: TextIO | None = None) -> int:
    """Look at everything and tell; the exit status."""
    out = sys.stdout if out is None else out
    if hasattr(out, "reconfigure"):
        # A terminal of another encoding must not end the examination.
        out.reconfigure(errors="replace")
    is_coloured = out.isatty() and not environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    tell = _json_line if as_json else _plain_line(is_coloured)
    states = asyncio.run(_examine(environ, env_file, lambda told: print(tell(told), file=out, flush=True)))
    if not as_json:
        print(_summary(states), file=out, flush=True)
    return 1 if "failure" in states else 0


async def _examine(environ: Mapping[str, str], env_file: Path, tell: Callable[[Told], None]) -> list[str]:
    """Tell every line; their states."""
    asyncio.get_running_loop().set_default_executor(_Bystanders())
    from bot.doctor.examination import examine
    from bot.doctor.installation import Installation
    from bot.logs import set_up_logs
    from bot.settings import read_what_can_be

    # To stderr: stdout is the lines' alone.
    set_up_logs("console")
    states: list[str] = []
    async with Installation(read_what_can_be(environ, env_file)) as here:
        async for told in examine(here):
            tell(told)
            states.append(told.finding.state)
    return states


class _Bystanders(ThreadPoolExecutor):
    """Threads that nobody waits for at the end: a dead name server or disk may hold one for minutes."""

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Run in a thread of its own."""
        future: Future[Any] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(work(*arguments, **named))
            except BaseException as error:  # noqa: BLE001 - it is the future's, whoever waits for it meets it
                future.set_exception(error)

        threading.Thread(target=run, name="doctor", daemon=True).start()
        return future


def _json_line(told: Told) -> str:
    finding = told.finding
    line = {"check": told.check, "state": finding.state, "found": finding.found, "todo": finding.todo}
    return json.dumps(line, ensure_ascii=False)


def _plain_line(is_coloured: bool) -> Callable[[Told], str]:
    def line(told: Told) -> str:
        finding = told.finding
        state = finding.state.ljust(STATE_COLUMNS)
        if is_coloured:
            state = f"\x1b[{COLOURS[finding.state]}m{state}\x1b[0m"
        todo = f" → {finding.todo}" if finding.todo else ""
        return f"{state} {told.check.ljust(NAME_COLUMNS)} {' '.join(finding.found.split())}{todo}"

    return line


def _summary(states: list[str]) -> str:
    warnings, failures = states.count("warning"), states.count("failure")
    if not warnings and not failures:
        return f"All {len(states)} checks are well."
    told = f"{len(states)} checks, {_count(warnings, 'warning')}, {_count(failures, 'failure')}"
    return f"{told}; docs/doctor.md explains them."


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
