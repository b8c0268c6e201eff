"""The shipped transcript tests: all pass, nothing is left untried, and a language is as good as another."""

from __future__ import annotations

import re
from functools import cache

from bot.commands.rehearse import the_business
from bot.rehearsal.cases import Case
from bot.rehearsal.coverage import coverage
from bot.rehearsal.ground import Ground
from bot.rehearsal.loading import load_ground, load_tests
from bot.rehearsal.playing import play
from bot.rehearsal.reading import read_cases
from bot.rehearsal.record import record
from scenarios.book import shipped_files


@cache
def shipped_ground() -> Ground:
    """The shipped scenarios with the example business."""
    ground, issues = load_ground(None, the_business(None, True, {}))
    assert ground is not None, [str(one) for one in issues]
    return ground


@cache
def shipped_cases() -> tuple[Case, ...]:
    """All shipped tests."""
    found: list[Case] = []
    for file, text in load_tests(None).items():
        cases, issues = read_cases(shipped_ground(), file, text)
        assert not issues, [str(one) for one in issues]
        found += cases
    return tuple(found)


def test_every_shipped_test_passes() -> None:
    outcomes = [play(shipped_ground(), case) for case in shipped_cases()]
    assert [str(one.failure) for one in outcomes if one.failure is not None] == []


def test_no_step_answer_silence_or_follow_up_of_the_shipped_scenarios_is_untried() -> None:
    passed = [one for case in shipped_cases() for one in play(shipped_ground(), case).passed]
    found = coverage(shipped_ground().book, passed)
    assert not found.never, "\n".join(found.lines())


def test_the_record_has_every_talk_in_every_language_and_none_takes_another_way() -> None:
    text = "\n".join(record(shipped_ground(), shipped_cases()))
    assert text.count("\n## ") == 5
    assert text.count("\n### ") == 5 * len(shipped_cases())
    assert "another way" not in text
    assert not re.search(r"\{\w+\}", text)


def test_test_files_are_no_scenarios() -> None:
    assert not any("test" in name for name in shipped_files())
    assert "tests" not in shipped_ground().book.scenarios
