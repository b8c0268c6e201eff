"""SVG and Mermaid: whatever a scenario says stays a text."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from scenarios.engine.graph import Graph, graph_of
from scenarios.engine.graph.layout import bundles, layout
from scenarios.engine.graph.mermaid import mermaid
from scenarios.engine.graph.svg import svg
from scenarios.engine.phrases import Phrase, verbatim
from tests.scenarios.drawings import EVERYTHING, HOSTILE, say, scenario_of
from tests.shipped import book

SVG = "{http://www.w3.org/2000/svg}"
NODE = re.compile(
    r"    n\d+(?:\(\(|\(\[|\[\[|\[/|\{\{|\(|\[|>)"
    r"\"[^\"]*\""
    r"(?:\)\)|\]\)|\]\]|/\]|\\\]|\}\}|\)|\]):::[a-z]+Box"
)
EDGE = re.compile(r"    n\d+ (?:-->|-\.->)(?:\|\"[^\"]+\"\|)? n\d+")
STYLE = re.compile(r"    (?:classDef [a-z]+Box|style n\d+) [a-z-]+:[#0-9a-z]+(?:,[a-z-]+:[#0-9a-z]+)*")
ENTITY = re.compile(r"#\d+;")
UNSEEN = "\x00\x07\x1b[31m\u202e\u2066\u200f\ufeff\ud800\r\n\t"


def hostile(text: str) -> Graph:
    """A graph whose every text is this one, its name and what it is about too."""
    graph = graph_of(scenario_of(EVERYTHING))
    nodes = {
        name: replace(node, texts=(verbatim(text),) * len(node.texts), notes=(verbatim(text),) * len(node.notes))
        for name, node in graph.nodes.items()
    }
    edges = tuple(replace(edge, label=verbatim(text) if edge.label else None) for edge in graph.edges)
    return Graph(graph.name, text, nodes, edges)


def parsed(text: str) -> ElementTree.Element:
    """The tree of an SVG that we wrote ourselves, so that no attack can be in it."""
    return ElementTree.fromstring(text)  # noqa: S314


def must_be_mermaid(text: str, graph: Graph) -> None:
    """The grammar of what we write: a title, boxes, ways, looks; words only between quotes, signs only as numbers."""
    lines = text.splitlines()
    assert lines[0] == lines[2] == "---"
    assert lines[1].startswith('title: "')
    assert lines[1].isascii()
    assert lines[3] == "flowchart TD"
    kinds = [next((kind for kind in (NODE, EDGE, STYLE) if kind.fullmatch(line)), None) for line in lines[4:]]
    assert None not in kinds, next(line for line, kind in zip(lines[4:], kinds, strict=True) if kind is None)
    assert kinds.count(NODE) == len(graph.nodes)
    assert kinds.count(EDGE) == len(bundles(graph))
    for line, kind in zip(lines[4:], kinds, strict=True):
        if kind is not STYLE:
            words = ENTITY.sub("", re.sub(r"</?[bi]>|<br/>", "", line.partition('"')[2].rpartition('"')[0]))
            assert not re.search(r"[<>#\";`%&|]", words), line


@pytest.mark.parametrize("name", sorted(book().scenarios))
def test_the_mermaid_text_of_a_shipped_scenario_keeps_to_the_grammar(name: str) -> None:
    graph = graph_of(book().scenarios[name])
    must_be_mermaid(mermaid(graph, say), graph)


@pytest.mark.parametrize(
    "text", [HOSTILE, UNSEEN + "words" + UNSEEN, "1. one", "- two", "+ three", "end", "style: #", ""]
)
def test_mermaid_takes_no_text_for_an_instruction(text: str) -> None:
    graph = hostile(text)
    must_be_mermaid(mermaid(graph, say, "hello"), graph)


def test_mermaid_marks_the_step_of_the_talk_and_dashes_what_time_does() -> None:
    graph = graph_of(scenario_of(EVERYTHING))
    text = mermaid(graph, say, "offer")
    marked = re.search(r"style (n\d+) stroke", text)
    assert marked is not None
    assert f'{marked[1]}["<b>offer</b>' in text
    assert text.count("-.->") == sum(one[0].waits for one in bundles(graph))


@pytest.mark.parametrize("text", [HOSTILE, UNSEEN + "words" + UNSEEN, "", "x" * 5_000])
def test_svg_shows_any_text_as_text(text: str) -> None:
    root = parsed(svg(layout(hostile(text), say), say, "hello"))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "style", "rect", "text", "g", "path", "polygon", "circle",
    }  # fmt: skip
    names = {name for element in root.iter() for name in element.attrib}
    assert not {name for name in names if name.startswith("on") or "href" in name}
    if text == HOSTILE:
        assert any((element.text or "").startswith('"]; <script>') for element in root.iter(f"{SVG}text"))


def test_svg_asks_for_nothing_from_elsewhere() -> None:
    text = svg(layout(graph_of(book().scenarios["hesitant"]), say), say)
    assert re.findall(r"https?://[^\"]*|url\(|@import", text) == ["http://www.w3.org/2000/svg"]


def test_svg_has_a_box_for_each_step_and_marks_the_one_of_the_talk() -> None:
    scenario = book().scenarios["hesitant"]
    root = parsed(svg(layout(graph_of(scenario), say), say, "offer"))
    boxes = {
        element.attrib["data-step"]: element.attrib["class"] for element in root.iter() if "data-step" in element.attrib
    }
    assert boxes.keys() == scenario.steps.keys()
    assert [name for name, kind in boxes.items() if kind.endswith(" here")] == ["offer"]
    assert "the talk is here" in ElementTree.tostring(root, encoding="unicode")


def test_svg_names_and_explains_itself_in_the_readers_language() -> None:
    def asked(phrase: Phrase) -> str:
        return f"<{say(phrase)}>"

    root = parsed(svg(layout(graph_of(book().scenarios["new"]), asked), asked))
    told = {element.text for element in root.iter(f"{SVG}text")}
    assert {"new", "Writes to us for the first time", "<question>", "<to people>", "<sells>"} <= told
    assert root.attrib["aria-label"] == "new Writes to us for the first time"
    assert root.attrib["role"] == "img"
