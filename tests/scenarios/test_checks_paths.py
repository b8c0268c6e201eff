"""Where a talk can go: each check has wrong texts and right ones."""

from __future__ import annotations

import pytest

from tests.scenarios.books import one, refuses_and_accepts

PERSON = "  help: {handoff: sales, go: end}\n"
OTHER = {
    "b.yaml": "scenario: b\nstart: x\nsilent: [{after: 1 day, go: end}]\n"
    "steps:\n  x: {ask: Phone?, save: phone, go: end}\n"
}

TABLE = [
    (
        "E10",
        one("  first: {say: Hi, go: secnd}\n  second: {say: Hi, go: end}\n"),
        'a.yaml:5:20: error E10: step "secnd" does not exist. Did you mean "second"?',
        one("  first: {say: Hi, go: second}\n  second: {say: Hi, go: end}\n"),
    ),
    (
        "E10",
        one("  first: {ask: Hi, answers: {yes: Sure}, go: {yes: ende}}\n"),
        'a.yaml:5:47: error E10: step "ende"',
        one("  first: {ask: Hi, answers: {yes: Sure}, go: {yes: end}}\n"),
    ),
    (
        "E10",
        one("  first: {ask: Hi, silent: [{after: 2 hours, go: off}], go: end}\n"),
        'a.yaml:5:46: error E10: step "off"',
        one("  first: {ask: Hi, silent: [{after: 2 hours, go: end}], go: end}\n"),
    ),
    (
        "E10",
        one("  first: {say: Hi, go: end}\n", "person: help\n"),
        'a.yaml:4:1: error E10: step "help" does not exist',
        one("  first: {ask: Hi, go: end}\n" + PERSON, "person: help\n"),
    ),
    (
        "E10",
        one("  first: {run: bb, go: end}\n") | OTHER,
        'a.yaml:5:11: error E10: scenario "bb" does not exist',
        one("  first: {run: b, go: end}\n") | OTHER,
    ),
    (
        "E10",
        one("  first: {say: Hi, go: b}\n") | OTHER,
        'step "b" does not exist. "b" is a scenario; use "run: b"',
        one("  first: {run: b, go: end}\n") | OTHER,
    ),
    (
        "E10",
        OTHER | {"start.yaml": "start:\n  - {else: bee}\n"},
        'start.yaml:2:6: error E10: scenario "bee"',
        OTHER | {"start.yaml": "start:\n  - {else: b}\n"},
    ),
    (
        "E10",
        OTHER | {"always.yaml": "always:\n  - {hears: x, run: bee}\n"},
        'always.yaml:2:16: error E10: scenario "bee"',
        OTHER | {"always.yaml": "always:\n  - {hears: x, run: b}\n"},
    ),
    (
        "E11",
        one("  first: {say: Hi, go: end}\n  lost: {say: Hi, go: end}\n"),
        'a.yaml:6:3: warning E11: no step leads to "lost"',
        one("  first: {say: Hi, go: end}\n"),
    ),
    (
        "E12",
        one("  first: {say: Hi}\n"),
        'a.yaml:5:3: error E12: "first" leads nowhere; add "go: <step>" or "go: end"',
        one("  first: {say: Hi, go: end}\n"),
    ),
    (
        "E12",
        one("  first: {ask: Hi, answers: {yes: Sure, no: Never}, go: {yes: end}}\n"),
        'a.yaml:5:41: error E12: answer "no" leads nowhere; add it under "go"',
        one("  first: {ask: Hi, answers: {yes: Sure, no: Never}, go: {yes: end, no: end}}\n"),
    ),
    (
        "E12",
        one("  first: {say: Hi, go: [{if: {visits: 1}, then: end}]}\n"),
        'a.yaml:5:20: error E12: no "else": when no condition holds the talk would stop here',
        one("  first: {say: Hi, go: [{if: {visits: 1}, then: end}, {else: end}]}\n"),
    ),
    (
        "E12",
        OTHER | {"start.yaml": "start:\n  - {if: {name: {known: true}}, then: b}\n"},
        'start.yaml:2:33: error E12: no "else"',
        OTHER | {"start.yaml": "start:\n  - {else: b}\n"},
    ),
    (
        "E13",
        one("  first: {say: Hi, go: second}\n  second: {say: Hm, go: first}\n"),
        "a.yaml:5:3: error E13: these steps would repeat for ever without asking anything: first > second >",
        one("  first: {say: Hi, go: second}\n  second: {ask: Hm, go: first}\n" + PERSON, "person: help\n"),
    ),
    (
        "E13",
        one("  first: {run: b, go: first}\n") | {"b.yaml": "scenario: b\nstart: x\nsteps:\n  x: {say: Hi, go: end}\n"},
        "a.yaml:5:3: error E13: these steps would repeat for ever without asking anything: first > first",
        one("  first: {run: b, go: [{if: {phone: 1}, then: end}, {else: first}]}\n") | OTHER,
    ),
    (
        "E13",
        one("  first: {run: a, go: end}\n"),
        "a.yaml:5:11: error E13: these scenarios would run each other for ever: a > a",
        one("  first: {run: b, go: end}\n") | OTHER,
    ),
    (
        "E14",
        one("  first: {ask: Hi, go: end}\n", "person: first\n"),
        'a.yaml:4:1: error E14: "person" must lead to a step with "handoff"; "first" has none',
        one("  first: {ask: Hi, go: end}\n  sorry: {say: Sorry, go: help}\n" + PERSON, "person: sorry\n"),
    ),
    (
        "E15",
        one(
            "  first: {ask: Hi, go: second}\n  second: {ask: Hm, go: first}\n",
            "silent: [{after: 20 hours, go: second}]\n",
        ),
        'a.yaml:5:3: error E15: from "first" the talk can never end or reach a person',
        one("  first: {ask: Hi, go: second}\n  second: {ask: Hm, go: first}\n"),
    ),
    (
        "E50",
        {"a.yaml": "scenario: a\nstart: x\nsteps:\n  x: {ask: Hi, go: end}\n"},
        'a.yaml:4:7: warning E50: if the customer stays silent here nothing happens; add "silent"',
        one("  first: {ask: Hi, go: end}\n"),
    ),
    (
        "E15",
        one(
            "  first: {handoff: sales, silent: [{after: 5 minutes, go: sorry}], go: end}\n"
            "  sorry: {say: Sorry, go: ask}\n"
            "  ask: {ask: Tomorrow?, answers: {fine: Fine}, silent: [{after: 1 hour, go: end}], go: end}\n"
        ),
        (
            'a.yaml:5:55: error E15: at "first" the people have the talk, and nobody would hear the answer to "ask"; '
            'write "say" here, or lead to another handoff'
        ),
        one(
            "  first: {handoff: sales, silent: [{after: 5 minutes, go: sorry}], go: end}\n"
            "  sorry: {say: Sorry, go: others}\n"
            "  others: {handoff: support, go: end}\n"
        ),
    ),
    (
        "E60",
        one("  first: {handoff: sale, go: end}\n"),
        'a.yaml:5:11: error E60: no desk "sale" is set up. Did you mean "sales"?',
        one("  first: {handoff: sales, go: end}\n"),
    ),
    (
        "E60",
        one("  first: {handoff: sales, silent: [{after: 5 minutes, notify: leeds}], go: end}\n"),
        'a.yaml:5:36: error E60: no desk "leeds" is set up. Did you mean "leads"?',
        one("  first: {handoff: sales, silent: [{after: 5 minutes, notify: leads}], go: end}\n"),
    ),
    (
        "E61",
        one(
            "  first: {say: Sorry, go: upgrade}\n  upgrade:\n    ask: Buy?\n    sells: true\n    go: end\n",
            name="unhappy",
        ),
        'unhappy.yaml:8:5: error E61: "upgrade" sells, and an unhappy customer can get here from "first"',
        one("  first: {say: Sorry, go: end}\n", name="unhappy")
        | {"b.yaml": "scenario: b\nstart: x\nsteps:\n  x: {say: Buy, sells: true, go: end}\n"},
    ),
    (
        "E61",
        one("  first: {run: b, go: end}\n", name="unhappy")
        | {"b.yaml": "scenario: b\nstart: x\nsteps:\n  x: {say: Buy, sells: true, go: end}\n"},
        'b.yaml:4:17: error E61: "x" sells, and an unhappy customer can get here from "first"',
        one("  first: {run: b, go: end}\n", name="unhappy")
        | {"b.yaml": "scenario: b\nstart: x\nsteps:\n  x: {say: Sorry, sells: false, go: end}\n"},
    ),
]


@pytest.mark.parametrize("row", TABLE, ids=[f"{number}-{row[0]}" for number, row in enumerate(TABLE)])
def test_each_check_refuses_the_wrong_text_and_accepts_the_right_one(row):
    refuses_and_accepts(*row)
