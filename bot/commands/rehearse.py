"""`qabul scenario test [DIR]`: do the scenarios still talk as their transcript tests say?

Rule: a line for each test, then one for the whole; whatever is wrong is told with file, line and column.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from bot.rehearsal.cases import Case
from bot.rehearsal.coverage import coverage
from bot.rehearsal.ground import Ground
from bot.rehearsal.loading import NothingHere, load_ground, load_tests
from bot.rehearsal.playing import Outcome, play
from bot.rehearsal.reading import read_cases
from bot.rehearsal.record import record
from handlers.business import Business, BusinessError, read_business

__all__ = ["run_test", "the_business"]

FAILED = 1
WRONG_USE = 2
DEFAULT_ZONE = "Asia/Tashkent"


def the_business(chosen: Path | None, shipped: bool, environ: Mapping[str, str]) -> Business:
    """The business to rehearse with: the chosen file; else, unless the shipped scenarios are meant, that of
    QABUL_BUSINESS_FILE; else the shipped example. Raises BusinessError."""
    path = chosen or (
        None if shipped else Path(environ["QABUL_BUSINESS_FILE"]) if environ.get("QABUL_BUSINESS_FILE") else None
    )
    zone = ZoneInfo((not shipped and environ.get("QABUL_TIMEZONE")) or DEFAULT_ZONE)
    if path is None:
        text = (files("bot") / "business/example.yaml").read_text("utf-8")
        return read_business("bot/business/example.yaml", text, zone)
    try:
        return read_business(str(path), path.read_text("utf-8"), zone)
    except OSError as error:
        raise BusinessError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise BusinessError(f"{path}: this is no UTF-8 text") from None


def run_test(given: argparse.Namespace, out: TextIO, err: TextIO, environ: Mapping[str, str] = os.environ) -> int:
    """Runs the tests of a folder of scenarios (`given.directory`, the shipped ones when it is None). Results go to
    `out`. Returns the exit status: 0 all well, 1 when a test failed or a file is wrong, 2 when there is nothing to
    test."""
    folder: Path | None = given.directory
    try:
        ground, issues = load_ground(folder, the_business(given.business, folder is None, environ))
        if ground is None:
            out.writelines(f"{found}\n" for found in issues)
            out.write("The scenarios must be right before they can be tested.\n")
            return FAILED
        cases, wrong = _cases(ground, load_tests(folder))
    except (NothingHere, BusinessError) as error:
        err.write(f"{error}\n")
        return WRONG_USE
    out.writelines(f"{line}\n" for line in wrong)
    outcomes = [play(ground, case) for case in cases]
    out.writelines(f"{_result(outcome)}\n" for outcome in outcomes)
    if given.coverage:
        passed = {one for outcome in outcomes for one in outcome.passed}
        out.writelines(f"{line}\n" for line in coverage(ground.book, passed).lines())
    recorded: Path | None = given.record
    if recorded is not None:
        try:
            recorded.write_text("\n".join(record(ground, cases)) + "\n", "utf-8")
        except OSError as error:
            err.write(f"{recorded}: cannot be written ({error.strerror})\n")
            return WRONG_USE
    failed = sum(outcome.failure is not None for outcome in outcomes)
    out.write(f"{_summary(len(outcomes), failed, len(wrong))}\n")
    return FAILED if failed or wrong else 0


def _cases(ground: Ground, texts: Mapping[str, str]) -> tuple[list[Case], list[str]]:
    cases: list[Case] = []
    wrong: list[str] = []
    for file, text in texts.items():
        found, issues = read_cases(ground, file, text)
        cases += found
        wrong += [f"{one.place.file}:{one.place.line}:{one.place.column}: {one.text}" for one in issues]
    return cases, wrong


def _result(outcome: Outcome) -> str:
    place = outcome.case.place
    if outcome.failure is None:
        return f"ok      {place.file}:{place.line}: {outcome.case.name}"
    return f"FAILED  {place.file}:{place.line}: {outcome.case.name}\n        {outcome.failure}"


def _summary(tests: int, failed: int, wrong: int) -> str:
    counted = "1 test" if tests == 1 else f"{tests} tests"
    if wrong:
        mistakes = "1 mistake" if wrong == 1 else f"{wrong} mistakes"
        return f"{counted}, {failed} failed; {mistakes} in the test files, which were left out."
    return f"{counted}, {failed} failed." if failed else f"All well: {counted}."
