"""Whatever a file holds, the reader and the checks come back with an answer."""

from __future__ import annotations

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.engine.reading import read_book
from tests.scenarios.books import FACTS, HESITANT, HESITANT_FACTS, problems


def told(files: dict[str, str]) -> list[str]:
    return [str(found) for found in read_book(files)[1]]


def test_deep_nesting_is_refused_and_exhausts_nothing():
    for text in (
        "a: " + "[" * 100_000,
        "a: " + "{a: " * 20_000,
        "\n".join(" " * n + "a:" for n in range(300)),
        "- " * 20_000,
    ):
        found = told({"a.yaml": text})
        assert len(found) == 1
        assert "E01" in found[0]


def test_a_huge_file_is_refused_before_it_is_parsed():
    assert "at most" in told({"a.yaml": "#" * 600_000})[0]


def test_copies_of_copies_are_refused():
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert all(" E01: " in line for line in told({"a.yaml": bomb}))


WORDS = [
    *[
        "scenario",
        "start",
        "person",
        "silent",
        "remember",
        "steps",
        "say",
        "set",
        "ask",
        "save",
        "answers",
        "unclear",
        "handoff",
        "summary",
        "run",
        "go",
        "sells",
        "if",
        "then",
        "else",
        "any",
        "from",
        "label",
        "after",
        "known",
        "end",
        "count",
        "one",
        "other",
        "first",
        "true",
        "1",
        "always",
        "hears",
        "facts",
        "type",
        "not",
        "at_least",
    ],
    "2 hours",
]


PIECES = st.sampled_from(
    [
        ": ",
        "\n",
        "\n  ",
        "\n    ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "#",
        '"',
        "'",
        "&a ",
        "*a",
        "|\n",
        "!",
        "\t",
        "---",
        "{x}",
        "\x00",
        "\udc80",
        "ў",
        "é",
        "\u2028",
        "<<",
        "?",
        "~",
        ">",
    ]
)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(["a.yaml", "start.yaml", "always.yaml", "facts.yaml", "-.yaml", "x"]),
    st.lists(st.one_of(st.sampled_from(WORDS), PIECES, st.text(max_size=4)), max_size=40).map("".join),
)
def test_no_text_crashes_the_reader(file, text):
    book, issues = read_book({file: text})
    assert book is not None or issues


EDITS = st.lists(
    st.tuples(st.integers(0, len(HESITANT)), st.integers(0, 30), st.one_of(st.sampled_from(WORDS), PIECES)),
    min_size=1,
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(EDITS)
def test_no_slip_of_the_hand_in_a_good_file_crashes_the_reader_or_the_checks(edits):
    text = HESITANT
    for start, length, piece in edits:
        text = text[:start] + piece + text[start + length :]
    for found in problems({"hesitant.yaml": text, "facts.yaml": HESITANT_FACTS}):
        assert 1 <= found.place.line <= text.count("\n") + text.count("\u2028") + 1


TREES = st.recursive(
    st.one_of(st.sampled_from(WORDS), st.integers(-3, 99), st.booleans(), st.none(), st.just("{name}, {x}")),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(WORDS), inner, max_size=5)),
    max_leaves=30,
)


@settings(max_examples=400, deadline=None)
@given(TREES, TREES, st.booleans())
def test_no_tree_of_known_words_crashes_the_reader_or_the_checks(steps, silent, flow):
    tree = {
        "scenario": "a",
        "start": "first",
        "person": "first",
        "silent": silent,
        "steps": {"first": steps, "ask": steps},
    }
    problems({"a.yaml": yaml.safe_dump(tree, default_flow_style=flow), "facts.yaml": FACTS})
    problems({"start.yaml": yaml.safe_dump({"start": steps}), "always.yaml": yaml.safe_dump({"always": silent})})
