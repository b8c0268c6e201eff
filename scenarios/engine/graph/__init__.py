"""A scenario as a graph of boxes and ways, for drawing: what stands in a box, and what is written on a way.

Rule: every way the engine can take is here once and no other. What holds at every question alike ("Talk to a person",
the file's own silences) leaves one box of its own, EVERYWHERE, so that it is not drawn at each of them again. Every
step that ends the scenario gets an end beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scenarios.engine.graph import words
from scenarios.engine.model import END, Ask, Do, Handoff, Later, Run, Scenario, Silence, Step
from scenarios.engine.phrases import Phrase, verbatim
from scenarios.engine.wording import plain

__all__ = ["BEGIN", "EVERYWHERE", "KINDS", "Edge", "Graph", "Node", "end_of", "graph_of"]

BEGIN = "^"
"""The point from which the way to the first step leaves; no step is called so."""

EVERYWHERE = "*"
"""The box that stands for every question; no step is called so."""

KINDS = ("question", "says", "people", "action", "run", "branch", "everywhere", "end", "begin")


@dataclass(frozen=True, slots=True)
class Node:
    """One box: `id` is the step's name for steps, `kind` one of KINDS. `texts` are what the bot says there, `notes`
    what else happens; `sells` marks an offer for money."""

    id: str
    kind: str
    texts: tuple[Phrase, ...] = ()
    notes: tuple[Phrase, ...] = ()
    sells: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """One way from box to box. `by` is begin, go, answer, condition, outcome, failed, silent, later or
    person."""

    source: str
    target: str
    by: str
    label: Phrase | None = None

    @property
    def waits(self) -> bool:
        """Whether time leads this way, and nobody's word: drawn dashed."""
        return self.by in ("silent", "later")


@dataclass(frozen=True, slots=True)
class Graph:
    """A scenario for drawing: its name, what it is about, boxes by id in the order of the file, ways."""

    name: str
    about: str
    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]


def end_of(source: str) -> str:
    """The id of the end that belongs to a box."""
    return f"{source}>{END}"


def graph_of(scenario: Scenario) -> Graph:
    """The graph of a scenario that passed the checks of its ways (E10, E12)."""
    labels = words.answer_labels(scenario)
    nodes = {BEGIN: Node(BEGIN, "begin")}
    edges = [Edge(BEGIN, scenario.start, "begin")]
    for step in scenario.steps.values():
        nodes[step.name] = _node(step, labels)
        edges += _ways(step, labels)
        if isinstance(step.wait, Do) and scenario.person is not None:
            edges.append(Edge(step.name, scenario.person, "failed", words.FAILED))
    if any(isinstance(step.wait, Ask) for step in scenario.steps.values()):
        everywhere, shared = _everywhere(scenario)
        if shared or everywhere.notes:
            nodes[EVERYWHERE] = everywhere
            edges += shared
    found: list[Edge] = []
    for edge in edges:
        target = end_of(edge.source) if edge.target == END else edge.target
        if edge.target == END and target not in nodes:
            nodes[target] = Node(target, "end")
        found.append(Edge(edge.source, target, edge.by, edge.label))
    return Graph(scenario.name, scenario.about, nodes, tuple(found))


def _node(step: Step, labels: words.Labels) -> Node:
    texts = [plain(step.say)] if step.say is not None else []
    notes: list[Phrase] = []
    wait = step.wait
    if isinstance(wait, Ask):
        kind = "question"
        texts.append(plain(wait.text))
        if not isinstance(step.go, Mapping):
            notes.append(words.expected(wait))
        notes += _quiet(wait.silent)
    elif isinstance(wait, Handoff):
        kind = "people"
        notes.append(words.TO_DESK.having(desk=verbatim(wait.desk)))
        notes += _quiet(wait.silent)
    elif isinstance(wait, Do):
        kind = "action"
        notes.append(words.action(wait.action))
    elif isinstance(wait, Run):
        kind = "run"
        notes.append(words.RUNS.having(scenario=verbatim(wait.scenario)))
    else:
        kind = "branch" if step.say is None and isinstance(step.go, tuple) else "says"
    notes += [words.sets(name, value, labels) for name, value in step.set.items()]
    if step.notify is not None:
        notes.append(words.TELLS.having(desk=verbatim(step.notify.desk)))
    return Node(step.name, kind, tuple(texts), tuple(notes), step.sells)


def _ways(step: Step, labels: words.Labels) -> Iterator[Edge]:
    wait = step.wait
    if isinstance(step.go, str):
        yield Edge(step.name, step.go, "go")
    elif isinstance(step.go, Mapping):
        for key, target in step.go.items():
            if isinstance(wait, Do):
                yield Edge(step.name, target, "outcome", words.outcome(key))
            else:
                yield Edge(step.name, target, "answer", words.answer(wait, key))
    elif step.go is not None:
        for number, branch in enumerate(step.go, 1):
            label = words.OTHERWISE if branch.condition is None else words.condition(branch.condition, labels)
            if len(step.go) > 2 and branch.condition is not None:
                label = words.numbered(number, label)
            yield Edge(step.name, branch.then, "condition", label)
    if isinstance(wait, Ask | Handoff):
        yield from _silent(step.name, wait.silent, isinstance(wait, Handoff))
    if step.later is not None:
        yield _later(step.name, step.later, labels)


def _later(name: str, later: Later, labels: words.Labels) -> Edge:
    label = words.IN_TIME.having(time=words.span(later.after))
    if later.unless is not None:
        label = words.UNLESS.having(time=words.span(later.after), condition=words.condition(later.unless, labels))
    return Edge(name, later.go, "later", label)


def _silent(name: str, silences: tuple[Silence, ...], people: bool) -> Iterator[Edge]:
    phrase = words.PEOPLE_SILENT if people else words.SILENT
    for silence in silences:
        if silence.go is not None:
            yield Edge(name, silence.go, "silent", phrase.having(time=words.span(silence.after)))


def _quiet(silences: tuple[Silence, ...]) -> Iterator[Phrase]:
    """What silences do beside leading somewhere."""
    for silence in silences:
        time = words.span(silence.after)
        if silence.say is not None:
            yield words.SAYS_AFTER.having(time=time, text=plain(silence.say))
        if silence.notify is not None:
            yield words.TELLS_AFTER.having(time=time, desk=verbatim(silence.notify))


def _everywhere(scenario: Scenario) -> tuple[Node, list[Edge]]:
    edges = list(_silent(EVERYWHERE, scenario.silent, people=False))
    if scenario.person is not None:
        edges.insert(0, Edge(EVERYWHERE, scenario.person, "person", words.TALK_TO_A_PERSON))
    return Node(EVERYWHERE, "everywhere", (words.EVERYWHERE,), tuple(_quiet(scenario.silent))), edges
