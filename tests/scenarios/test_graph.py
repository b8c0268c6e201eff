"""A scenario as a graph: every way of the engine is there once, and no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from scenarios.engine.checks.ways import ways
from scenarios.engine.graph import BEGIN, EVERYWHERE, Graph, graph_of
from scenarios.engine.model import END, Ask, Scenario
from tests.scenarios.drawings import EVERYTHING, say, scenario_of
from tests.shipped import book


def engine_ways(scenario: Scenario) -> Counter[tuple[str, str, str]]:
    """From, to and how: asked of the map on which the checks walk. What a question has from the file counts once."""
    found: Counter[tuple[str, str, str]] = Counter({(BEGIN, scenario.start, "begin"): 1})
    shared: set[tuple[str, str, str]] = set()
    for step in scenario.steps.values():
        own = step.wait.silent if isinstance(step.wait, Ask) else None
        for way in ways(scenario, step):
            if own is not None and (way.by == "person" or (way.by == "silent" and own == ())):
                shared.add((EVERYWHERE, way.to, way.by))
            elif way.by != "go" or not isinstance(step.go, Mapping):
                found[step.name, way.to, way.by] += 1
        # The map tells of a target once, however many answers lead there.
        found.update((step.name, target, "go") for target in (step.go.values() if isinstance(step.go, Mapping) else ()))
    return found + Counter(shared)


def drawn_ways(graph: Graph) -> Counter[tuple[str, str, str]]:
    """The same of a graph."""
    kinds = {"failed": "person", "answer": "go", "condition": "go", "outcome": "go"}
    ends = {name for name, node in graph.nodes.items() if node.kind == "end"}
    return Counter(
        (edge.source, END if edge.target in ends else edge.target, kinds.get(edge.by, edge.by)) for edge in graph.edges
    )


@pytest.mark.parametrize("name", sorted(book().scenarios))
def test_every_way_of_a_shipped_scenario_is_there_once(name: str) -> None:
    scenario = book().scenarios[name]
    assert drawn_ways(graph_of(scenario)) == engine_ways(scenario)


def test_every_way_of_every_kind_is_there_once() -> None:
    scenario = scenario_of(EVERYTHING)
    graph = graph_of(scenario)
    assert drawn_ways(graph) == engine_ways(scenario)
    assert {edge.by for edge in graph.edges} == {
        "begin", "go", "answer", "condition", "outcome", "silent", "later", "person", "failed",
    }  # fmt: skip
    assert {node.kind for node in graph.nodes.values()} == {
        "begin", "question", "says", "people", "action", "run", "branch", "everywhere", "end",
    }  # fmt: skip


def test_ways_carry_the_words_a_manager_knows() -> None:
    graph = graph_of(scenario_of(EVERYTHING))
    told = {(edge.source, edge.by): say(edge.label) for edge in graph.edges if edge.label is not None}
    assert told["hello", "answer"] in ("Book a visit", "Something else", "Just looking")
    assert told["fork", "condition"] in ("wish: Book a visit and visits is 2 or more", "otherwise")
    assert told["book", "outcome"] in ("booked", "the time is taken")
    assert told["remind", "later"] == "in 2 days, unless booked: yes"
    assert told["people", "silent"] == "nobody answers for 15 minutes"
    assert told[EVERYWHERE, "person"] == "Talk to a person"
    assert told[EVERYWHERE, "silent"] == "silent for 20 hours"


def test_boxes_tell_what_else_happens_in_a_step() -> None:
    graph = graph_of(scenario_of(EVERYTHING))
    notes = {name: [say(note) for note in node.notes] for name, node in graph.nodes.items()}
    assert notes["when"] == ["answer: a day", "after 1 hour of silence: “Still there?”"]
    assert notes["people"] == ["people of: sales", "after 5 minutes of silence tells leads"]
    assert notes["remind"] == ["remembers seen: yes", "tells sales"]
    assert notes["aside"] == ["runs the scenario hesitant"]
    assert notes["book"] == ["books the visit"]
    assert graph.nodes["offer"].sells
    assert not graph.nodes["hello"].sells


def test_every_end_stands_beside_its_own_step() -> None:
    graph = graph_of(book().scenarios["new"])
    ends = [edge for edge in graph.edges if graph.nodes[edge.target].kind == "end"]
    assert len({edge.target for edge in ends}) == len({edge.source for edge in ends}) > 2
