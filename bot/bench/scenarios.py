"""What the pure half costs: a step of the largest shipped scenario, and a file of very many steps read and checked.

Rule: processor time of one core, in this process; the messages are taps, words, questions aside and silences of walks
through every answer, in every language, each with the context that it met.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.bench.table import markdown
from bot.rehearsal.cases import Given
from bot.rehearsal.desk import RehearsedDesk
from bot.rehearsal.ground import Ground
from handlers.checking import check_for
from handlers.texts import Catalog
from handlers.world import Moment
from scenarios.engine.context import Context
from scenarios.engine.events import Event
from scenarios.engine.languages import LANGUAGES
from scenarios.engine.reading.texts import uses
from scenarios.engine.step import step

__all__ = ["Moved", "Read", "measure_reading", "measure_steps", "scenarios_tables", "very_long"]

CHANNELS = ("telegram", "whatsapp")
MOST_MOVES = 12
ROUNDS = 5
WORDS = {
    "uz": ("Assalomu alaykum", "ertaga soat uchdan keyin", "Chilonzor 7-mavze, 24-uy", "kafolat bormi?", "qimmat ekan"),
    "uz_Cyrl": ("Ассалому алайкум", "эртага соат учдан кейин", "Чилонзор 7, 24-уй", "кафолат борми?", "қиммат экан"),
    "kk": ("Сәлеметсіз бе", "ертең сағат үштен кейін", "Шыланзар 7, 24-үй", "кепілдік бар ма?", "қымбат екен"),
    "ru": ("Здравствуйте", "завтра после трёх", "Чиланзар 7, дом 24, квартира 36", "а гарантия есть?", "дороговато"),
    "en": ("Hello there", "tomorrow after three", "Chilonzor 7, house 24", "is there a warranty?", "that is expensive"),
}
"""What customers write where they do not tap: a greeting, a time, an address, a question, a doubt."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One event as it met a talk."""

    kind: str
    context: Context
    event: Event
    world: Moment


@dataclass(frozen=True, slots=True)
class Read:
    """A long file: how many steps, letters, and the seconds of processor time to read and check it."""

    steps: int
    letters: int
    seconds: float
    issues: int


class _Listening(RehearsedDesk):
    """A desk that keeps what happens on it."""

    def __init__(self, ground: Ground, given: Given) -> None:
        super().__init__(ground, given)
        self.moves: list[Moved] = []

    def happens(self, event: Event) -> None:
        """Keep the event with what it meets, then go on."""
        kind = {"CustomerSaid": "words", "ButtonPressed": "a tap", "TimerFired": "silence"}[type(event).__name__]
        self.moves.append(Moved(kind, self.context, event, self.world(event.at).moment))
        super().happens(event)


def measure_steps(ground: Ground, seconds: float) -> tuple[str, Mapping[str, float]]:
    """The largest scenario, and how many of its steps a core makes each second: of each kind, and all as they come."""
    largest = max(ground.book.scenarios.values(), key=lambda one: len(one.steps)).name
    moves = _moves(ground, largest)
    for one in moves:
        step(ground.book, one.context, one.event, one.world)
    kinds = {kind: [one for one in moves if one.kind == kind] for kind in dict.fromkeys(one.kind for one in moves)}
    share = seconds / (len(kinds) + 2)
    found = {kind: _rate(ground, some, share) for kind, some in kinds.items()}
    return largest, {**found, "all of them": _rate(ground, moves, 2 * share)}


def measure_reading(ground: Ground, steps: int) -> Read:
    """Read and check a file of so many steps, with its translations: the best of a few times."""
    files = {"long.yaml": very_long(steps), "start.yaml": "start: [{else: long}]\n"}
    book, _ = check_for(ground.business, files, {})
    translated: dict[str, Catalog] = {language: Catalog() for language in ("uz", "kk", "ru")}
    for text in (use.text for scenario in (book.scenarios.values() if book else ()) for use in uses(scenario)):
        for catalog in translated.values():
            catalog.forms[text.context or "", text.id] = (text.id,)
    best, issues = float("inf"), 0
    for _ in range(ROUNDS):
        began = time.process_time()
        _, found = check_for(ground.business, files, translated)
        best, issues = min(best, time.process_time() - began), sum(one.is_error for one in found)
    return Read(steps, len(files["long.yaml"]), best, issues)


def very_long(steps: int) -> str:
    """A right scenario file of so many steps: questions with three answers, and a person at the end."""
    lines = ["scenario: long", "about: Very long", "start: s1", "person: person", "silent: [{after: 1 day, go: end}]"]
    lines.append("steps:")
    for number in range(1, steps):
        after = f"s{number + 1}" if number < steps - 1 else "person"
        lines += [
            f"  s{number}:",
            f"    ask: Which one is it, at question {number}?",
            f"    answers: {{a: The first {number}, b: The second {number}, c: Neither {number}}}",
            f"    unclear: Please choose one at question {number}.",
            f"    go: {{a: {after}, b: person, c: end}}",
        ]
    lines += ["  person:", "    say: A colleague comes.", "    handoff: sales", "    go: end", ""]
    return "\n".join(lines)


def scenarios_tables(largest: str, rates: Mapping[str, float], read: Read) -> str:
    """Both measures as Markdown."""
    rows = [[kind, f"{rate:,.0f}", f"{1e6 / rate:.0f}"] for kind, rate in rates.items()]
    table = markdown((f'what comes to "{largest}"', "steps a second", "µs a step"), rows)
    return (
        f"{table}\n\nA file of {read.steps:,} steps ({read.letters:,} letters, in four languages): "
        f"read and checked in {read.seconds:.2f} s, {read.issues} errors."
    )


def _moves(ground: Ground, scenario: str) -> list[Moved]:
    """Walks that take each answer of each question they come to, and write, ask aside, hesitate and fall silent."""
    found: list[Moved] = []
    for language in LANGUAGES:
        greeting, when, where, question, doubt = WORDS[language]
        for channel in CHANNELS:
            for pick in range(8):
                desk = _Listening(ground, Given(channel=channel, language=language))
                desk.begin(scenario)
                for move in range(MOST_MOVES):
                    said = desk.newest
                    context = desk.context
                    if context.holder != "bot":
                        break
                    if move == pick:
                        desk.says(question)
                    elif said is not None and len(said.buttons) > 1 and context.step == said.step[1]:
                        desk.taps(said.buttons[(pick + move) % (len(said.buttons) - 1)])
                    else:
                        desk.says((when, where, greeting, doubt)[(pick + move) % 4])
                desk.passes(timedelta(hours=3))
                found += desk.moves
    return found


def _rate(ground: Ground, moves: Sequence[Moved], seconds: float) -> float:
    book, count, began = ground.book, 0, time.process_time()
    spent = 0.0
    while spent < seconds:
        for one in moves:
            step(book, one.context, one.event, one.world)
        count += len(moves)
        spent = time.process_time() - began
    return count / spent
