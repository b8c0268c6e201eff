"""Nobody is written to at night, too often or against their will by what the bot says unasked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import cache

import pytest

from scenarios.book import shipped_files
from scenarios.engine.care import NOT_AGAIN_WITHIN, QuietHours, may_follow_up
from scenarios.engine.context import Context
from scenarios.engine.model import Book
from scenarios.engine.reading import read_book
from tests.driver import MONDAY_NOON, ZONE, Desk, business

STEPS = """\
scenario: new
start: first
person: to_sales
silent: [{after: 2 hours, say: I am still here.}, {after: 2 days, go: end}]
steps:
  first:
    ask: Which one?
    save: thing
    answers: {red: Red, blue: Blue}
    go: {red: remind, blue: twice}
  remind:
    say: I will write.
    later: {in: 1 day, go: follow_up}
    go: end
  twice:
    say: I will write twice.
    later: {in: 1 day, go: follow_up}
    go: again
  again:
    later: {in: 5 days, go: second}
    go: end
  follow_up:
    say: Did you decide?
    go: end
  second:
    say: And now?
    go: end
  to_sales:
    say: A colleague comes.
    handoff: sales
    go: end
"""
EVENING = datetime(2026, 11, 23, 21, 0, tzinfo=ZONE)


@cache
def small_book() -> Book:
    """A book with follow-ups and silences."""
    book, issues = read_book({**shipped_files(), "new.yaml": STEPS})
    assert book is not None, [str(one) for one in issues]
    return book


def desk(at: datetime = MONDAY_NOON, quiet: bool = True) -> Desk:
    """A desk with that book, quiet from ten to eight."""
    hours = QuietHours(time(22), time(8), ZONE) if quiet else None
    return Desk(at=at, scenarios=small_book(), shop=replace(business(), quiet=hours))


def said(one: Desk) -> list[str]:
    """What the bot said, the first lines."""
    return [bot.text.split("\n")[0] for bot in one.everything_said]


def local(hour: int, minute: int = 0, day: int = 23) -> datetime:
    """A moment of November."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("span", "at", "until"),
    [
        ((22, 8), local(21, 59), None),
        ((22, 8), local(22), local(8, day=24)),
        ((22, 8), local(3, day=24), local(8, day=24)),
        ((22, 8), local(8), None),
        ((13, 15), local(14), local(15)),
        ((13, 15), local(12), None),
        ((13, 15), local(15), None),
        ((0, 7), local(0), local(7)),
    ],
)
def test_quiet_hours_end_in_the_morning(span: tuple[int, int], at: datetime, until: datetime | None) -> None:
    quiet = QuietHours(time(span[0]), time(span[1]), ZONE)
    assert quiet.until(at) == until


def test_what_would_be_said_at_night_is_said_in_the_morning() -> None:
    one = desk(EVENING)
    one.customer.says("hello")
    one.passes(hours=10, minutes=59)
    assert said(one) == ["Which one?"]
    one.passes(minutes=2)
    assert said(one)[-1] == "I am still here."
    assert one.turns[-1].at.astimezone(ZONE) == datetime(2026, 11, 24, 8, 0, tzinfo=ZONE)


def test_who_answers_in_the_night_is_answered_and_not_reminded_in_the_morning() -> None:
    one = desk(EVENING)
    one.customer.says("hello")
    one.passes(hours=4)
    one.customer.taps("Red")
    assert said(one)[-1] == "I will write."
    one.passes(hours=12)
    assert "I am still here." not in said(one)


def test_a_follow_up_that_comes_due_at_night_waits_for_the_morning() -> None:
    one = desk(EVENING + timedelta(hours=2))
    one.customer.says("hello")
    one.customer.taps("Red")
    one.passes(hours=24)
    assert said(one)[-1] == "I will write."
    one.passes(hours=10)
    assert said(one)[-1] == "Did you decide?"


def test_without_quiet_hours_everything_comes_in_its_time() -> None:
    one = desk(EVENING, quiet=False)
    one.customer.says("hello")
    one.passes(hours=3)
    assert said(one)[-1] == "I am still here."


def test_one_conversation_is_followed_up_once() -> None:
    one = desk()
    one.customer.says("hello")
    one.customer.taps("Blue")
    one.passes(days=10)
    assert said(one)[-1] == "Did you decide?", "a second follow-up of the same conversation is dropped"


def test_a_contact_is_not_followed_up_twice_within_three_days() -> None:
    one = desk()
    one.customer.says("hello")
    one.customer.taps("Red")
    one.passes(days=1, minutes=1)
    assert said(one)[-1] == "Did you decide?"
    one.customer.says("hello")
    one.customer.taps("Red")
    one.passes(days=2)
    assert said(one)[-1] == "I will write."
    one.passes(days=2)
    one.customer.says("hello")
    one.customer.taps("Red")
    one.passes(days=2)
    assert said(one)[-1] == "Did you decide?"


@pytest.mark.parametrize(
    ("known", "may"),
    [
        ({}, True),
        ({"opted_out": True}, False),
        ({"reachable": False}, False),
        ({"holder": "waiting"}, False),
        ({"holder": "staffed"}, False),
        ({"holder": "bot"}, True),
        ({"conversation": 3, "followed_up": 3, "followed_up_at": MONDAY_NOON - 9 * NOT_AGAIN_WITHIN}, False),
        ({"conversation": 4, "followed_up": 3, "followed_up_at": MONDAY_NOON - NOT_AGAIN_WITHIN}, True),
        ({"conversation": 4, "followed_up": 3, "followed_up_at": MONDAY_NOON - timedelta(days=2)}, False),
    ],
)
def test_who_may_be_followed_up(known: dict[str, object], may: bool) -> None:
    assert may_follow_up(Context("c1", **known), MONDAY_NOON) is may  # type: ignore[arg-type]
