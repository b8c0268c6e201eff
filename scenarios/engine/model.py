"""A scenario file after reading: the checked model that the engine walks.

Every part keeps its `Place`, so that a complaint can name file, line and column. Nothing here knows YAML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias

__all__ = [
    "END",
    "LEADS",
    "Answer",
    "Ask",
    "Book",
    "Branch",
    "Condition",
    "Detour",
    "Do",
    "FactType",
    "Go",
    "Handoff",
    "Later",
    "Notify",
    "Place",
    "Run",
    "Scenario",
    "Silence",
    "Step",
    "Test",
    "Text",
]

END = "end"
"""The name that `go` uses to end a scenario; no step may have it."""

LEADS = "leads"
"""What `notify` may name beside the desks: the people who lead, wherever they are."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: file name as given to the reader, line and column counted from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Text:
    """A translatable text of a scenario: `one` (and `other` with `count` for plurals), with its gettext context."""

    id: str
    place: Place
    context: str | None = None
    plural: str | None = None
    count: str | None = None


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison: `name` is a slot or a fact; `operator` is one of is, one_of, not, known, at_least, at_most,
    more_than, less_than; `value` is what it is compared with (a tuple for one_of)."""

    name: str
    operator: str
    value: str | int | float | bool | tuple[str | int | float | bool, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Condition:
    """All `tests` hold and, where `any` is given, at least one of its conditions holds."""

    tests: tuple[Test, ...]
    any: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of an if/then/else list; `condition` None is the else."""

    condition: Condition | None
    then: str
    place: Place


Go: TypeAlias = str | Mapping[str, str] | tuple[Branch, ...]
"""Where a step leads: a step (or `end`), a map from answer to step, or branches tried in order."""


@dataclass(frozen=True, slots=True)
class Silence:
    """What happens when whoever we wait for is silent for `after`: a text, a step, a line to a desk's group.
    `template` is what WhatsApp sends instead once its 24 hours are over."""

    after: timedelta
    place: Place
    say: Text | None = None
    go: str | None = None
    notify: str | None = None
    template: str | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """A follow-up: `after` so long the step `go` is entered, unless the condition holds then. It outlives the
    end of the scenario. `template` is what WhatsApp sends in place of that step's message after its 24 hours."""

    after: timedelta
    go: str
    place: Place
    unless: Condition | None = None
    template: str | None = None


@dataclass(frozen=True, slots=True)
class Notify:
    """A line to the group of `desk` (or LEADS) when the step is entered; without a text the desk's own sentence."""

    desk: str
    place: Place
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One choice of a question. `synonyms` are further words for it, separated by " | ", translatable."""

    key: str
    label: Text
    synonyms: Text | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A question. `answers` are its choices, or `answers_from` names a fact that is a list of choices; with neither
    the customer's words are read as `type`: choice, text, phone, number, date, time, yes_no, place, photo, rating (1 to
    5) or nps (0 to 10)."""

    text: Text
    place: Place
    save: str | None = None
    type: str = "text"
    answers: tuple[Answer, ...] = ()
    answers_from: str | None = None
    unclear: Text | None = None
    silent: tuple[Silence, ...] = ()


@dataclass(frozen=True, slots=True)
class Handoff:
    """The conversation goes to the people of `desk`, with the scenario's `summary`."""

    desk: str
    place: Place
    summary: Text | None = None
    silent: tuple[Silence, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """Another scenario is walked, then this step's `go` is followed."""

    scenario: str
    place: Place


@dataclass(frozen=True, slots=True)
class Do:
    """A named action of the desk is carried out, then the step is left by its outcome (see `actions.ACTIONS`)."""

    action: str
    place: Place


@dataclass(frozen=True, slots=True)
class Step:
    """One step: on entry `say`, `set`, `later` and `notify`, then it waits for at most one thing, then it leaves by
    `go`. `was` are names it had in older versions. `places` says where its keys stand ("go",
    "sells"; "go.price" for one line of a map), for complaints only."""

    name: str
    place: Place
    say: Text | None = None
    set: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    later: Later | None = None
    notify: Notify | None = None
    wait: Ask | Handoff | Do | Run | None = None
    go: Go | None = None
    sells: bool = False
    was: tuple[str, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One file. `person` is the step every question offers as "Talk to a person"; `silent` holds for every question
    that has no list of its own; `remember` gives slots their types; `version` is the hash of what it says (comments and
    layout do not count); `places` says where its keys stand."""

    name: str
    about: str
    place: Place
    start: str
    steps: Mapping[str, Step]
    person: str | None = None
    silent: tuple[Silence, ...] = ()
    remember: Mapping[str, str] = field(default_factory=dict)
    texts: str = "en"
    channels: tuple[str, ...] = ("telegram", "whatsapp")
    version: str = field(default="", compare=False)
    places: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Detour:
    """Words that lead aside (`hears`: alternatives separated by " | ", translatable, in the language `texts`), then
    back to the question."""

    hears: Text
    run: str
    place: Place
    texts: str = "en"


@dataclass(frozen=True, slots=True)
class FactType:
    """Something known from outside: its type (text, number, yes_no, choices) and what it is."""

    name: str
    type: str
    about: str
    place: Place


@dataclass(frozen=True, slots=True)
class Book:
    """All scenarios of a folder with what they share: `start` (which scenario begins), `always` and the facts.
    `version` is the hash of the model."""

    scenarios: Mapping[str, Scenario]
    start: tuple[Branch, ...]
    always: tuple[Detour, ...]
    facts: Mapping[str, FactType]
    version: str = ""
