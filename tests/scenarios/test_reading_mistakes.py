"""What is wrong with how a scenario file is written is told in plain words, with its place."""

from __future__ import annotations

import pytest
import yaml

from scenarios.engine.reading import nodes, read_book


def told(files: dict[str, str]) -> list[str]:
    return [str(found) for found in read_book(files)[1]]


SYNTAX = [
    ("say: Sorry: I did not", '5:15: error E01: a text that contains ": " must be in quotes'),
    ("say: {price}, what now?", '5:10: error E01: a text that starts with "{" must be in quotes'),
    ("say: {price}", '5:10: error E01: a text that starts with "{" must be in quotes'),
    ("say: {{price}}", '5:11: error E01: a text that starts with "{" must be in quotes'),
    ("say: [a] b", '5:10: error E01: a text that starts with "[" must be in quotes'),
    (
        'say: "Yes" he said',
        "5:10: error E01: a text with quotation marks at its start must be in quotes as a whole",
    ),
    ('say: "Yes', "5:10: error E01: this quotation mark is never closed"),
    ("say: *bold*", '5:10: error E01: a text that starts with "*" must be in quotes'),
    (
        "say: *bold",
        (
            '5:10: error E01: "*bold" copies another part, which is not used here; '
            'write it out, or put a text that starts with "*" in quotes'
        ),
    ),
    (
        "say: &x Hello",
        (
            '5:10: error E01: "&x" marks a part for copying, which is not used here; '
            'leave it out, or put a text that starts with "&" in quotes'
        ),
    ),
    ("say: !new Hello", '5:10: error E01: a text that starts with "!" must be in quotes'),
    ("say: @name hello", '5:10: error E01: a text that starts with "@" must be in quotes'),
    (
        "say: a\n    ask What now?",
        (
            "6:5: error E01: here a colon is missing, with a space behind it; "
            "a text that goes on from the line above must be in quotes"
        ),
    ),
    ("say: a\n    say: b", '6:5: error E01: "say" stands here twice; take one out, or give it another name'),
    (
        "ask: A?\n    answers: {b: B, b: C}",
        '6:21: error E01: "b" stands here twice; take one out, or give it another name',
    ),
    ("\tsay: a", "5:5: error E01: here is a tab; indent with spaces"),
    (
        "ask: Hm?\n    silent: [{after: 2 hours, say: No, thanks}]",
        '6:40: error E01: a text that contains "," must be in quotes here, before "thanks"',
    ),
    ("say: a\x00b", "5:11: error E01: the character U+0000 cannot stand in a scenario; delete it"),
    ("say: a\udcffb", "5:11: error E01: this is not UTF-8; save the file with the encoding UTF-8"),
]


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize(("line", "expected"), SYNTAX)
def test_a_mistake_of_syntax_is_told_in_plain_words(line, expected, loader, monkeypatch):
    monkeypatch.setattr(nodes, "LOADER", getattr(yaml, loader))
    files = {"a.yaml": f"scenario: a\nstart: first\nsteps:\n  first:\n    {line}\n    go: end\n"}
    assert told(files) == [f"a.yaml:{expected}"]


SHAPES = [
    (
        "    say: Hi\n    uncler: Hm\n",
        '6:5: error E02: "uncler" is not a word I know here. Did you mean "unclear"?',
    ),
    (
        "    ask: Hi\n    silent: [{after: two days, go: end}]\n",
        '6:22: error E02: "two days" is not a time span; write for example "15 minutes", "2 hours"',
    ),
    (
        "    ask: Hi\n    silent: [{after: 0 hours, go: end}]\n",
        '6:22: error E02: "0 hours" is not a time span',
    ),
    (
        "    ask: Hi\n    silent: [{after: 2 hours}]\n",
        '6:14: error E02: an item of "silent" needs "say", "go"',
    ),
    ("    ask: Hi\n    silent: []\n", '6:13: error E02: "silent" must be a list'),
    (
        "    later: {in: 2 days}\n",
        '5:5: error E02: "later" needs "in" and "go", for example "later: {in: 2 days, go: ...}"',
    ),
    ("    notify: {text: Hello}\n", '5:5: error E02: "notify" needs a "desk"'),
    ("    say:\n", '5:5: error E02: "say" needs a text'),
    (
        "    say: Hi\n    save: phone\n",
        '6:5: error E02: "save" belongs to "ask", and there is none in "first"',
    ),
    ("    say: Hi\n    summary: Hm\n", '6:5: error E02: "summary" belongs to "handoff"'),
    (
        "    ask: Hi\n    answers: {Yes: Sure}\n",
        '6:15: error E02: the answer "Yes" must be 1 to 24 of a-z, 0-9 and _',
    ),
    ("    ask: Hi\n    answers: {person: Sure}\n", '6:15: error E02: "person" is what the choice'),
    ("    ask: Hi\n    answers: {}\n", '6:14: error E02: "answers" is empty'),
    ("    ask: Hi\n    answers: {a: {lable: X}}\n", '6:18: error E01: a text that starts with "{"'),
    ("    sells: maybe\n", '5:12: error E02: "sells" must be true or false'),
    ("    set: {x: [1]}\n", '5:14: error E02: say what "x" is set to'),
    (
        "    say: {count: visits, one: a}\n",
        '5:5: error E02: a text that counts needs "count", "one" and "other"; "other"',
    ),
    ("    ask: Hi\n    save: color\n", '5:5: error E02: "color" is remembered as a choice; add "answers"'),
    ("    ask: Hi\n    save: any\n", '6:11: error E02: "any" has a meaning of its own'),
]


@pytest.mark.parametrize(("step", "expected"), SHAPES)
def test_a_wrong_shape_is_told_with_its_place(step, expected):
    text = f"scenario: a\nstart: first\nsteps:\n  first:\n{step}    go: end\nremember: {{color: choice}}\n"
    found = told({"a.yaml": text})
    assert len(found) == 1, found
    assert found[0].startswith(f"a.yaml:{expected}")


GO = [
    ("go: {yes: end}", 'error E02: "go" can name steps for answers only where the question has "answers"'),
    ("go: {if: {visits: 1}, then: end}", "error E02: write if/then/else as a list"),
    ("go: [{else: end}, {if: {visits: 1}, then: end}]", 'error E02: "else" must be the last line'),
    ("go: [{if: {visits: 1}}, {else: end}]", 'error E02: a line here has "if" and "then", or "else" alone'),
    ("go: [{if: {}, then: end}, {else: end}]", "error E02: the condition is empty"),
    (
        "go: [{if: {visits: {at_leest: 1}}, then: end}, {else: end}]",
        'error E02: "at_leest" is not a word I know',
    ),
    (
        "go: [{if: {visits: {at_least: many}}, then: end}, {else: end}]",
        'error E02: "at_least" needs a number',
    ),
    (
        "go: [{if: {visits: {known: perhaps}}, then: end}, {else: end}]",
        'error E02: "known" must be true or false',
    ),
    ("go: [{if: {visits: }, then: end}, {else: end}]", 'error E02: say what "visits" is compared with'),
    ("go: []", 'error E02: "go" must be a list'),
    ("go:", 'error E02: "go" needs one word'),
]


@pytest.mark.parametrize(("line", "expected"), GO)
def test_a_wrong_way_out_is_told(line, expected):
    found = told({"a.yaml": f"scenario: a\nstart: first\nsteps:\n  first:\n    say: Hi\n    {line}\n"})
    assert len(found) == 1, found
    assert expected in found[0]


FILES = [
    (
        "a.yaml",
        "scenario: b\nstart: x\nsteps:\n  x: {say: Hi, go: end}\n",
        'a.yaml:1:1: error E02: this file is called "a.yaml"; write "scenario: a"',
    ),
    ("a.yaml", "scenario: a\nsteps:\n  x: {say: Hi, go: end}\n", 'a.yaml:1:1: error E02: "start" is missing'),
    (
        "a.yaml",
        "scenario: a\nstart: end\nsteps:\n  end: {say: Hi, go: end}\n",
        'a.yaml:4:3: error E02: "end" ends',
    ),
    (
        "A-1.yaml",
        "scenario: A-1\nstart: x\nsteps:\n  x: {say: Hi, go: end}\n",
        "A-1.yaml:1:1: error E02: a scenario file",
    ),
    (
        "a.yaml",
        "scenario: a\nstart: x\nchannels: [sms]\nsteps:\n  x: {say: Hi, go: end}\n",
        "a.yaml:3:12: error E02: ",
    ),
    (
        "a.yaml",
        "scenario: a\nstart: x\nremember: {d: day}\nsteps:\n  x: {say: Hi, go: end}\n",
        'a.yaml:3:15: error E02: "day" is not possible here;',
    ),
    ("a.yaml", "", "a.yaml:1:1: error E02: this file is empty"),
    ("a.yaml", "- x\n", "a.yaml:1:1: error E02: a scenario must be written as names with values"),
    ("a.yaml", "scenario: a\n---\nscenario: b\n", "a.yaml:2:1: error E01: one file is one scenario"),
    (
        "facts.yaml",
        "facts:\n  x: {type: money}\n",
        'facts.yaml:2:13: error E02: "money" is not possible here',
    ),
    ("facts.yaml", "facts:\n  x: {about: y}\n", 'facts.yaml:2:3: error E02: the fact "x" needs a "type"'),
    ("always.yaml", "always:\n  - {hears: x}\n", 'always.yaml:2:5: error E02: an item of "always" needs'),
    ("start.yaml", "begin: x\n", 'start.yaml:1:1: error E02: "begin" is not a word I know here'),
]


@pytest.mark.parametrize(("file", "text", "expected"), FILES)
def test_a_wrong_file_is_told(file, text, expected):
    found = told({file: text})
    assert len(found) == 1, found
    assert found[0].startswith(expected)


def test_a_file_with_a_mistake_of_syntax_is_told_of_nothing_else():
    found = told({"a.yaml": "scenario: b\nstrt: x\nsteps:\n  x: {say: Hi}\n  x: {sy: Hi}\n"})
    assert [line.split(" ")[2] for line in found] == ["E01:"]


def test_all_mistakes_of_all_files_are_told_at_once():
    found = told({"a.yaml": "scenario: a\nstrt: x\nsteps:\n  x: {say: Hi, gp: end}\n", "b.yaml": "scenario: 'b\n"})
    assert [line.split(":")[0] for line in found] == ["a.yaml", "a.yaml", "a.yaml", "b.yaml"]


def test_two_waits_in_one_step_are_refused():
    found = told({"a.yaml": "scenario: a\nstart: x\nsteps:\n  x:\n    ask: Hi\n    handoff: sales\n    go: end\n"})
    assert found == [
        ('a.yaml:6:5: error E03: a step can wait for one thing only, "x" has ask and handoff; split it in two steps')
    ]


@pytest.mark.parametrize(("line", "dropped"), [("ask: Call #1 or #2?", "#1 or #2?"), ("ask: #1 or #2?", "#1 or #2?")])
def test_a_text_that_yaml_would_cut_is_told(line, dropped):
    found = told({"a.yaml": f"scenario: a\nstart: x\nsteps:\n  x:\n    {line}\n    go: end\n"})
    assert found == [
        f'a.yaml:5:5: error E06: everything after "#" is dropped here ("{dropped}"); put the text in quotes'
    ]


def test_what_is_noticed_at_the_end_of_a_file_is_told_of_its_last_line():
    assert told({"a.yaml": "scenario: a\nstart: x\nsteps"}) == [
        (
            "a.yaml:3:1: error E01: here a colon is missing, with a space behind it; "
            "a text that goes on from the line above must be in quotes"
        )
    ]
