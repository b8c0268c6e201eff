"""Small books and catalogs for the tests of the scenario language."""

from __future__ import annotations

from collections.abc import Mapping

from scenarios.engine.checks import check_files
from scenarios.engine.reading.issues import Issue

DESKS = {"sales", "support"}

FACTS = """\
facts:
  price: {type: text, about: what it costs}
  visits: {type: number, about: visits so far}
  open_now: {type: yes_no, about: whether the desk is open}
  services: {type: choices, about: what one can book}
"""

HESITANT = """\
scenario: hesitant
about: Likes the service but is not ready to book
texts: en                      # uz, kk, ru come from the translation files
channels: [telegram, whatsapp]
start: barrier
person: to_sales               # "Talk to a person", offered at every question
silent: [{after: 20 hours, go: remind}]      # unless a question says otherwise
remember: {barrier: choice, phone: phone}

steps:
  barrier:
    ask: "{name}, what is holding you back from booking {service}?"
    save: barrier
    answers:
      price: The price
      timing: The timing
      trust: Not sure about you
      ask_someone: I must ask someone
    unclear: Sorry, I did not get that. Which answer is the closest?
    silent:
      - {after: 2 hours, say: No rush. I am here when you are ready.}
      - {after: 20 hours, go: remind}
    go: {price: compare, timing: offer, trust: proof, ask_someone: share}

  compare:
    # Translators: keep it short, it is read on a phone
    say: |
      {service} costs {price} here, materials and guarantee included.
      The average in the city is {market_price}, without a guarantee.
    go:
      - {if: {visits: {at_least: 2}, open_now: true}, then: to_sales}
      - {else: offer}

  proof:
    say:
      count: masters
      one: "{masters} certified master, rated {rating} of 5."
      other: "{masters} certified masters, rated {rating} of 5."
    go: offer

  share:
    say: Here is a summary you can forward. {link}
    go: offer

  offer:
    ask: What would help you most now?
    answers: {call: A short call, later: Write in 2 days, stop: Nothing now}
    go: {call: phone, later: promise, stop: end}

  phone:
    ask: Which number should we call?
    save: phone
    unclear: "Please write it like this: +998 90 123 45 67"
    go: to_sales

  to_sales:
    say: Thank you. A colleague will write to you here.
    handoff: sales
    summary: "Hesitates about {service}: {barrier}. Phone {phone}."
    silent: [{after: 15 minutes, say: "We are busy, sorry. You are next.", notify: leads}]
    go: end

  promise:
    say: All right, I will write in two days.
    go: remind

  remind:
    go: follow_up

  follow_up:
    ask: "{name}, did you decide about {service}?"
    answers: {book: "Yes, let us book", stop: Not now}
    silent: [{after: 20 hours, go: end}]
    go: {book: to_sales, stop: end}
"""

HESITANT_FACTS = "facts:\n" + "".join(
    f"  {name}: {{type: {kind}}}\n"
    for name, kind in {
        "service": "text",
        "price": "text",
        "market_price": "text",
        "masters": "number",
        "rating": "text",
        "link": "text",
        "visits": "number",
        "open_now": "yes_no",
        "booked": "yes_no",
    }.items()
)


class Translated:
    """A catalog in memory: message id -> translation, or the plural forms; `old` are the fuzzy ones."""

    def __init__(self, texts: Mapping[str, str | tuple[str, ...]], old: frozenset[str] = frozenset()) -> None:
        self.texts = texts
        self.old = old

    def lookup(self, msgid: str, context: str | None) -> str | None:
        found = self.texts.get(msgid)
        return found if isinstance(found, str) else None

    def plural(self, msgid: str, context: str | None) -> tuple[str, ...] | None:
        found = self.texts.get(msgid)
        return found if isinstance(found, tuple) else None

    def fuzzy(self, msgid: str, context: str | None) -> bool:
        return msgid in self.old


def one(steps: str, head: str = "", name: str = "a") -> dict[str, str]:
    """The files of a book with one scenario, whose first step is `first`; `to_person` hands off."""
    silent = "" if "silent:" in head else "silent: [{after: 20 hours, go: end}]\n"
    return {
        "facts.yaml": FACTS,
        f"{name}.yaml": f"scenario: {name}\nstart: first\n{silent}{head}steps:\n{steps}",
    }


def problems(
    files: Mapping[str, str], catalogs: Mapping[str, Translated] | None = None, desks: set[str] | None = None
) -> list[Issue]:
    """Everything that is wrong with these files."""
    return check_files(files, DESKS if desks is None else desks, catalogs or {})[1]


def refuses_and_accepts(code: str, wrong: Mapping[str, str], expected: str, right: Mapping[str, str]) -> None:
    """The wrong files are told of by this code alone, with these words; the right ones have no problem."""
    told = [str(found) for found in problems(wrong)]
    assert any(expected in line for line in told), told
    assert {line.split(" ")[2] for line in told} == {f"{code}:"}
    assert problems(right) == []
