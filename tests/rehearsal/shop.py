"""A small shop whose scenarios have one of everything, for the tests of the rehearsal."""

from __future__ import annotations

from functools import cache

from bot.rehearsal.ground import Ground
from bot.rehearsal.playing import Outcome, play
from bot.rehearsal.reading import read_cases
from scenarios.engine.checks import check_files
from scenarios.engine.reading.issues import Issue
from tests.shipped import business, texts

FILES = {
    "shop.yaml": """\
scenario: shop
about: Wants to buy
channels: [telegram]
start: hello
person: to_sales
silent: [{after: 20 hours, go: end}]
remember: {what: choice, when: text, phone: phone}

steps:
  hello:
    say: Hello from the shop.
    ask: What do you need?
    save: what
    answers: {repair: A repair, advice: Some advice}
    unclear: Please choose one of the two.
    silent:
      - {after: 2 hours, say: No rush.}
      - {after: 20 hours, go: gone}
    go: {repair: when, advice: phone}
  when:
    ask: When shall we come?
    save: when
    go:
      - {if: {open_now: true}, then: visit}
      - {else: to_sales}
  visit:
    do: book_visit
    go: {booked: done, taken: when}
  done:
    say: It is booked.
    notify: {desk: operations, text: A visit was booked.}
    later: {in: 2 days, go: how_was_it, unless: {visits: {at_least: 1}}}
    go: end
  how_was_it:
    ask: How was it?
    answers: {good: Good, bad: Bad}
    silent: [{after: 20 hours, go: end}]
    go: {good: end, bad: to_sales}
  phone:
    ask: Which number shall we call?
    save: phone
    unclear: Please write a number.
    go: to_sales
  gone:
    notify: leads
    go: end
  to_sales:
    say: A colleague writes to you.
    handoff: sales
    summary: "Wants {what}. Phone {phone}."
    silent: [{after: 15 minutes, say: We are busy.}]
    go: end
""",
    "asked.yaml": """\
scenario: asked
about: Asks for prices
start: prices
steps:
  prices: {say: All costs ten., go: end}
""",
    "always.yaml": 'always: [{hears: "price", run: asked}]\n',
    "start.yaml": "start: [{else: shop}]\n",
    "facts.yaml": """\
facts:
  open_now: {type: yes_no, about: whether the desk is open}
  visits: {type: number, about: visits so far}
  services: {type: choices, about: what one can book}
""",
}


@cache
def ground() -> Ground:
    """The shop with the example business, in English."""
    book, issues = check_files(FILES, set(business().desks), {})
    assert book is not None, [str(one) for one in issues]
    return Ground(book, texts(), business())


def read(text: str) -> tuple[list[str], list[Issue]]:
    """The names of the tests in a file, and its mistakes."""
    cases, issues = read_cases(ground(), "t.yaml", text)
    return [case.name for case in cases], issues


def played(text: str, where: Ground | None = None) -> Outcome:
    """The one test of a file, played in the shop or elsewhere."""
    where = where or ground()
    cases, issues = read_cases(where, "t.yaml", text)
    assert not issues, [str(one) for one in issues]
    assert len(cases) == 1
    return play(where, cases[0])


def failure(text: str) -> str:
    """Why the one test of a file fails."""
    found = played(text).failure
    assert found is not None, "the test passes"
    return str(found)


def chat(*lines: str, head: str = "  scenario: shop\n") -> str:
    """A test file with these lines of a chat; the first of them stands in line 4."""
    return f"- test: T\n{head}  chat:\n" + "".join(f"    {line}\n" for line in lines)
