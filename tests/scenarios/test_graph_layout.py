"""The drawing of a scenario: nothing touches, no way runs through a box, everything is on the page."""

from __future__ import annotations

import itertools
import random
import time

import pytest

from scenarios.engine.graph import EVERYWHERE, Graph, graph_of
from scenarios.engine.graph.drawing import Layout, TooLarge
from scenarios.engine.graph.layout import bundles, layout
from scenarios.engine.graph.places import spread
from scenarios.engine.graph.rows import crossings
from scenarios.engine.graph.widths import width, wrap
from scenarios.engine.phrases import Phrase
from tests.scenarios.drawings import EVERYTHING, boxes, chain, inside, labels, overlap, path, say, scenario_of
from tests.shipped import book, texts

MOST_SECONDS = 5.0

EVERYWHERE_NEAR = """\
scenario: near
about: People at the end of a long way
start: a
person: people
silent: [{after: 2 hours, go: people}]
steps:
  a: {ask: "First?", save: x, go: b}
  b: {ask: "Second?", save: y, go: c}
  c: {ask: "Third?", save: z, go: people}
  people: {handoff: sales, go: end}
  alone: {handoff: sales, go: end}
"""

AGAIN = """\
scenario: again
about: A question that may be asked again
start: well
steps:
  well: {ask: "Well?", answers: {again: Once more, enough: Enough}, go: {again: well, enough: end}}
"""


def must_be_sound(found: Layout) -> None:
    """All that makes a drawing readable and can be measured."""
    placed, words = boxes(found), labels(found)
    assert placed.keys() == found.graph.nodes.keys()
    everything = [*placed.values(), *words]
    for one, other in itertools.combinations(everything, 2):
        assert not overlap(one, other), (one, other)
    for left, top, right, bottom in everything:
        assert left >= 0
        assert top >= 0
        assert right <= found.width
        assert bottom <= found.height
    for line in found.lines:
        ends = {line.edges[0].source, line.edges[0].target}
        for point in path(line):
            touched = {name for name, box in placed.items() if inside(point, box)}
            assert not touched, (line.edges[0], touched)
        assert ends <= placed.keys()
        _must_reach(line.points[0], placed[line.edges[0].source])
        _must_reach(line.points[-1], placed[line.edges[0].target])
    drawn = [edge for line in found.lines for edge in line.edges]
    assert len(drawn) == len(found.graph.edges)
    assert all(edge in drawn for edge in found.graph.edges)


def _must_reach(point: tuple[float, float], box: tuple[float, float, float, float]) -> None:
    x, y = point
    upright = abs(y - box[1]) < 0.01 or abs(y - box[3]) < 0.01
    assert box[0] - 0.01 <= x <= box[2] + 0.01
    assert upright or abs(x - box[2]) < 0.01


@pytest.mark.parametrize("language", ["uz", "kk", "ru", "en"])
@pytest.mark.parametrize("name", sorted(book().scenarios))
def test_a_shipped_scenario_is_drawn_soundly_in_every_language(name: str, language: str) -> None:
    def spoken(phrase: Phrase) -> str:
        return texts().render(phrase, language)

    must_be_sound(layout(graph_of(book().scenarios[name]), spoken))


def test_a_scenario_with_steps_and_ways_of_every_kind_is_drawn_soundly() -> None:
    must_be_sound(layout(graph_of(scenario_of(EVERYTHING)), say))


@pytest.mark.parametrize("seed", range(25))
def test_any_tangle_is_drawn_soundly(seed: int) -> None:
    """Ways forward, back, to themselves, to the end, and steps that nothing leads to."""
    dice = random.Random(seed)
    count = dice.randrange(1, 24)
    names = [f"s{n}" for n in range(count)] + ["end"]
    steps = []
    for n in range(count):
        keys = [f"k{k}" for k in range(dice.randrange(1, 6))]
        answers = ", ".join(f"{key}: {'Words ' * dice.randrange(1, 5)}{key}" for key in keys)
        ways = ", ".join(f"{key}: {dice.choice(names)}" for key in keys)
        silent = f", silent: [{{after: 1 hour, go: {dice.choice(names)}}}]" if dice.random() < 0.3 else ""
        ask = "Why? " * dice.randrange(1, 20)
        steps.append(f'  s{n}: {{ask: "{ask}", answers: {{{answers}}}, go: {{{ways}}}{silent}}}')
    text = "\n".join(["scenario: tangle", "about: Any", "start: s0", "steps:", *steps, ""])
    must_be_sound(layout(graph_of(scenario_of(text)), say))


def test_a_way_back_to_the_same_step_is_drawn_beside_it() -> None:
    found = layout(graph_of(scenario_of(AGAIN)), say)
    must_be_sound(found)
    assert [line.edges[0].target for line in found.lines if line.sideways] == ["well"]


def test_what_holds_everywhere_stands_beside_what_it_leads_to() -> None:
    """Right above it where others lead there as well; at the top where a step is reached from it alone."""
    near = boxes(layout(graph_of(scenario_of(EVERYWHERE_NEAR)), say))
    assert near["b"][3] < near[EVERYWHERE][1] < near["people"][1]
    text = EVERYWHERE_NEAR.replace("person: people", "person: alone")
    found = layout(graph_of(scenario_of(text)), say)
    must_be_sound(found)
    far = boxes(found)
    assert far[EVERYWHERE][1] < far["alone"][1] < far["people"][1]


@pytest.mark.parametrize("jump", [1, 2, 7])
def test_a_thousand_steps_are_drawn_in_seconds(jump: int) -> None:
    graph = graph_of(scenario_of(chain(1_000, jump)))
    begun = time.process_time()
    found = layout(graph, say)
    assert time.process_time() - begun < MOST_SECONDS
    assert len(found.boxes) == len(graph.nodes)


def test_a_thousand_steps_with_ways_across_are_refused_at_once_in_a_sentence() -> None:
    graph = graph_of(scenario_of(chain(1_000, 400)))
    begun = time.process_time()
    with pytest.raises(TooLarge, match=r'long has so many steps .* and "run" them'):
        layout(graph, say)
    assert time.process_time() - begun < MOST_SECONDS


def test_ways_that_lead_the_same_way_are_one_line_with_all_their_words() -> None:
    found = layout(graph_of(scenario_of(EVERYTHING)), say)
    words = {line for label in found.labels for line in label.lines}
    assert {"0–6", "7–10"} <= words
    assert {"Something else /", "Just looking"} <= words
    both = [one for one in bundles(found.graph) if one[0].source == "hello" and len(one) == 2]
    assert [edge.target for edge in both[0]] == ["fork", "fork"]


def test_the_way_reads_downwards_unless_it_goes_back() -> None:
    found = layout(graph_of(book().scenarios["hesitant"]), say)
    for line in found.lines:
        assert line.points[-1][1] > line.points[0][1]
    every = layout(graph_of(scenario_of(EVERYTHING)), say)
    back = [line for line in every.lines if (line.edges[0].source, line.edges[0].target) == ("book", "when")]
    assert back[0].points[-1][1] < back[0].points[0][1]


def test_an_empty_graph_has_an_empty_drawing() -> None:
    assert layout(Graph("none", "", {}, ()), say).boxes == ()


# -- parts ---------------------------------------------------------------------------------------------------


def test_lines_cross_as_often_as_their_order_says() -> None:
    assert crossings([0, 1], [2, 3], {0: [2], 1: [3]}) == 0
    assert crossings([0, 1], [2, 3], {0: [3], 1: [2]}) == 1
    assert crossings([0, 1], [2, 3], {0: [2, 3], 1: [2, 3]}) == 1
    assert crossings([0, 1, 2], [3, 4, 5], {0: [5], 1: [4], 2: [3]}) == 3


def test_neighbours_that_want_the_same_place_share_it_fairly() -> None:
    assert spread([0.0, 0.0], [1.0, 1.0], [10.0]) == [-5.0, 5.0]
    assert spread([0.0, 50.0], [1.0, 1.0], [10.0]) == [0.0, 50.0]
    assert spread([0.0, 0.0], [3.0, 1.0], [10.0]) == [-2.5, 7.5]


@pytest.mark.parametrize("text", ["", "short", "a longer text of several words", "x" * 200, "ж" * 90 + " end"])
def test_wrapped_lines_fit_and_say_where_something_was_left_out(text: str) -> None:
    lines = wrap(text, 14, 120, 3)
    assert len(lines) <= 3
    assert all(width(line, 14) <= 120 for line in lines)
    left_out = "".join(lines).replace(" ", "") != text.replace(" ", "")
    assert left_out == bool(lines and lines[-1].endswith("…"))
