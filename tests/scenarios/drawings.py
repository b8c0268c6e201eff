"""Scenarios to draw, and what geometry says about a drawing."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from scenarios.engine.graph.drawing import Layout, Line
from scenarios.engine.model import Scenario
from scenarios.engine.phrases import Phrase
from scenarios.engine.reading import read_files
from tests.shipped import texts

Rect = tuple[float, float, float, float]
"""Left, top, right, bottom."""

EVERYTHING = """\
scenario: every
about: One step of each kind
start: hello
person: people
silent: [{after: 2 hours, say: No rush.}, {after: 20 hours, go: remind}]
remember: {wish: choice, day: date, seen: yes_no, score: nps}
steps:
  hello:
    say: Good day!
    ask: What brings you here?
    save: wish
    answers: {book: Book a visit, other: Something else, look: Just looking}
    go: {book: when, other: fork, look: fork}
  fork:
    go:
      - {if: {wish: book, visits: {at_least: 2}}, then: offer}
      - {else: aside}
  when:
    ask: Which day?
    save: day
    silent: [{after: 1 hour, say: Still there?}, {after: 3 hours, go: remind}]
    go: book
  book:
    do: book_visit
    go: {booked: score, taken: when}
  offer: {say: We have an offer., sells: true, go: book}
  aside: {run: hesitant, go: end}
  score:
    ask: How likely are you to recommend us?
    save: score
    go: {"0": people, "1": people, "2": people, "3": people, "4": people, "5": people, "6": people, "7": end, "8": end,
      "9": end, "10": end}
  remind:
    set: {seen: true}
    notify: sales
    later: {in: 2 days, go: hello, unless: {booked: true}}
    go: end
  people:
    say: A colleague comes.
    handoff: sales
    silent: [{after: 5 minutes, notify: leads}, {after: 15 minutes, go: sorry}]
    go: end
  sorry: {say: They are late, go: people}
"""

HOSTILE = "\"]; <script>alert(1)</script> & 'x' `code` %%{init: {}}%% #quot; n0 |a| style x:#1;2; 1. a@b.uz www.x.uz"


def scenario_of(text: str) -> Scenario:
    """The scenario of a file's text; what is wrong with it must not touch its ways."""
    name = re.search(r"^scenario: (\w+)$", text, re.MULTILINE)
    assert name is not None
    reading = read_files({f"{name[1]}.yaml": text})
    assert [str(one) for one in reading.issues] == []
    return reading.book.scenarios[name[1]]


def say(phrase: Phrase) -> str:
    """The phrase in English."""
    return texts().render(phrase, "en")


def chain(count: int, jump: int) -> str:
    """A scenario of `count` questions, each with a way to the next one and one to the one `jump` further."""
    steps = "".join(
        f'  s{n}: {{ask: "Question {n}?", answers: {{a: On, b: Far}}, go: {{a: {_step(n + 1, count)}, b: '
        f"{_step(n + jump, count)}}}}}\n"
        for n in range(count)
    )
    return f"scenario: long\nabout: Long\nstart: s0\nsteps:\n{steps}"


def _step(number: int, count: int) -> str:
    return f"s{number}" if number < count else "end"


def boxes(found: Layout) -> dict[str, Rect]:
    """Where each box stands."""
    return {one.drawn.id: (one.x, one.y, one.x + one.drawn.width, one.y + one.drawn.height) for one in found.boxes}


def labels(found: Layout) -> list[Rect]:
    """Where the words on the ways stand."""
    return [(one.x - one.width / 2, one.y, one.x + one.width / 2, one.y + one.height) for one in found.labels]


def overlap(one: Rect, other: Rect) -> bool:
    """Whether two have more than an edge in common."""
    slack = 0.01
    return (
        one[0] < other[2] - slack and other[0] < one[2] - slack
        and one[1] < other[3] - slack and other[1] < one[3] - slack
    )  # fmt: skip


def path(line: Line) -> Iterator[tuple[float, float]]:
    """Points along a line as it is drawn, both ends left out."""
    if line.sideways:
        pieces = [line.points]
    else:
        pieces = []
        for (x, y), (a, b) in itertools.pairwise(line.points):
            half = (y + b) / 2
            pieces.append(((x, y), (x, half), (a, half), (a, b)))
    for number, piece in enumerate(pieces):
        for at in range(0 if number else 1, 20 if number + 1 < len(pieces) else 19):
            t = at / 19
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            yield (
                sum(w * x for w, (x, _) in zip(weights, piece, strict=True)),
                sum(w * y for w, (_, y) in zip(weights, piece, strict=True)),
            )


def inside(point: tuple[float, float], box: Rect) -> bool:
    """Whether a point lies in a box, its edge not counted."""
    slack = 0.01
    return box[0] + slack < point[0] < box[2] - slack and box[1] + slack < point[1] < box[3] - slack
