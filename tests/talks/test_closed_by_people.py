"""What stands behind a handoff comes when the people close, and only then; nobody hears it against their will."""

from __future__ import annotations

from functools import cache

from scenarios.book import shipped_files
from scenarios.engine.model import Book
from scenarios.engine.reading import read_book
from tests.driver import Desk

STEPS = """\
scenario: new
start: first
person: to_sales
silent: [{after: 2 days, go: end}]
steps:
  first:
    ask: What is it about?
    save: story
    go: thanks
  thanks:
    say: Thank you for your answer.
    set: {answered: "yes"}
    go: to_sales
  to_sales:
    say: A colleague comes.
    handoff: sales
    go: solved
  solved:
    say: I hope that it is all solved now.
    later: {in: 1 day, go: all_right}
    go: end
  all_right:
    ask: Is everything all right?
    go: end
"""


@cache
def small_book() -> Book:
    """A book in which something stands behind a handoff."""
    book, issues = read_book({**shipped_files(), "new.yaml": STEPS})
    assert book is not None, [str(one) for one in issues]
    return book


def handed_off() -> Desk:
    """A desk whose people have the conversation."""
    desk = Desk(scenarios=small_book())
    desk.customer.says("hello")
    desk.customer.says("my fridge")
    desk.agent.says("Good afternoon!")
    return desk


def everything(desk: Desk) -> str:
    """All that the bot said in the newest turn."""
    return "\n".join(one.text for one in desk.said)


def test_what_stands_behind_the_handoff_is_said_once_the_people_have_closed() -> None:
    desk = handed_off()
    desk.agent.commands("close")
    assert "I hope that it is all solved now." in everything(desk)
    assert any(key.startswith("l:") for key in desk.timers)


def test_who_asked_the_people_not_to_be_written_to_hears_nothing_behind_the_handoff() -> None:
    desk = handed_off()
    desk.customer.says("stop writing to me")
    assert desk.context.opted_out
    desk.agent.commands("close")
    assert desk.is_silent
    desk.passes(days=2)
    assert desk.is_silent


def test_a_question_that_the_people_close_is_not_taken_as_answered() -> None:
    known = {"conversation": 1, "question": 1, "holder": "bot", "scenario": "new", "step": "first", "has_topic": True}
    desk = Desk(scenarios=small_book(), known=known)
    desk.agent.commands("close")
    assert desk.happened("closed"), "the people closed what the bot had"
    assert "Thank you for your answer." not in everything(desk)
    assert "answered" not in desk.context.slots
