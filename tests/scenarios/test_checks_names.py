"""What texts and conditions speak of: each check has wrong texts and right ones."""

from __future__ import annotations

import pytest

from tests.scenarios.books import FACTS, one, refuses_and_accepts

ASK = "  first: {ask: Hm?, save: pick, answers: {yes: Sure, no: Never}, go: second}\n"
OTHER = {
    "b.yaml": "scenario: b\nstart: x\nsilent: [{after: 1 day, go: end}]\n"
    "steps:\n  x: {ask: Phone?, save: phone, go: end}\n"
}

TABLE = [
    (
        "E20",
        one("  first: {say: 'It costs {prise}', go: end}\n"),
        'a.yaml:5:11: error E20: nothing called "{prise}" is known. Did you mean "price"?',
        one("  first: {say: 'It costs {price}, {name}, {business}', go: end}\n"),
    ),
    (
        "E20",
        one("  first: {say: 'Dear {first name}', go: end}\n"),
        'error E20: nothing called "{first name}" is known',
        one("  first: {say: 'Dear {name}', go: end}\n"),
    ),
    (
        "E20",
        one("  first: {say: 'Dear {name, hello', go: end}\n"),
        'a.yaml:5:11: error E20: this "{" has no other half; customers would read it',
        one("  first: {say: 'Dear {name}, hello', go: end}\n"),
    ),
    (
        "E20",
        one("  first: {say: {count: visits, one: '{visits} visit', other: 'visits} visits'}, go: end}\n"),
        'error E20: this "}" has no other half',
        one("  first: {say: {count: visits, one: '{visits} visit', other: '{visits} visits'}, go: end}\n"),
    ),
    (
        "E20",
        one("  first: {say: Hi, go: [{if: {visit: 1}, then: end}, {else: end}]}\n"),
        'a.yaml:5:31: error E20: nothing called "visit" is known. Did you mean "visits"?',
        one("  first: {say: Hi, go: [{if: {visits: 1}, then: end}, {else: end}]}\n"),
    ),
    (
        "E20",
        one("  first: {ask: Hi, answers: {from: service}, go: end}\n"),
        'a.yaml:5:20: error E20: nothing called "service"',
        one("  first: {ask: Hi, answers: {from: services}, go: end}\n"),
    ),
    (
        "E20",
        one("  first: {ask: Hi, answers: {from: price}, go: end}\n"),
        'error E20: "price" is text; "from" needs a fact',
        one("  first: {ask: Hi, answers: {from: services}, go: end}\n"),
    ),
    (
        "E20",
        one("  first: {say: {count: price, one: a, other: b}, go: end}\n"),
        'error E20: "price" is text; a text can only',
        one("  first: {say: {count: visits, one: a, other: b}, go: end}\n"),
    ),
    (
        "E20",
        OTHER | {"start.yaml": "start:\n  - {if: {phone: 1}, then: b}\n  - {else: b}\n"},
        "start.yaml:2:11: error E20: ",
        OTHER | {"start.yaml": "start:\n  - {if: {visits: 1}, then: b}\n  - {else: b}\n", "facts.yaml": FACTS},
    ),
    (
        "E21",
        one(
            "  first: {ask: Hi, answers: {a: A, b: B}, go: {a: phone, b: done}}\n"
            "  phone: {ask: Number?, save: phone, go: done}\n"
            "  done: {say: 'We call {phone}', go: end}\n"
        ),
        'a.yaml:7:10: error E21: {phone} may still be unknown here: one can arrive at "done" before',
        one(
            "  first: {ask: Hi, answers: {a: A, b: B}, go: {a: phone, b: check}}\n"
            "  phone: {ask: Number?, save: phone, go: done}\n"
            "  check: {say: Hm, go: [{if: {phone: {known: false}}, then: end}, {else: done}]}\n"
            "  done: {say: 'We call {phone}', go: end}\n"
        ),
    ),
    (
        "E21",
        one("  first: {ask: Hi, save: city, unclear: 'Not {city}', go: end}\n"),
        "a.yaml:5:32: error E21: {city} may",
        one("  first: {ask: Hi, save: city, go: second}\n  second: {say: 'In {city}', go: end}\n"),
    ),
    (
        "E21",
        one(
            "  first: {ask: Hi, save: city, go: second}\n  second: {say: 'In {city}', go: end}\n",
            "silent: [{after: 20 hours, go: second}]\n",
        ),
        "a.yaml:6:12: error E21: {city} may",
        one("  first: {ask: Hi, save: city, go: second}\n  second: {say: 'In {city}', go: end}\n"),
    ),
    (
        "E21",
        one("  first: {run: b, go: second}\n  second: {say: '{phone}', go: end}\n")
        | {
            "b.yaml": "scenario: b\nstart: x\nsilent: [{after: 1 day, go: end}]\nsteps:\n"
            "  x: {ask: H, answers: {a: A, b: B}, go: {a: y, b: end}}\n"
            "  y: {ask: P, save: phone, go: end}\n"
        },
        "a.yaml:6:12: error E21: {phone} may",
        one("  first: {run: c, go: second}\n  second: {say: '{phone}', go: end}\n")
        | {
            "c.yaml": "scenario: c\nstart: x\nperson: h\nsilent: [{after: 20 hours, say: Hm}]\nsteps:\n"
            "  x: {ask: P, save: phone, go: end}\n  h: {handoff: sales, go: end}\n"
        },
    ),
    (
        "E22",
        one(ASK + "  second: {say: Hi, go: [{if: {pick: yess}, then: end}, {else: end}]}\n"),
        'a.yaml:6:32: error E22: "pick" is never "yess"; it can be no, yes. Did you mean "yes"?',
        one(ASK + "  second: {say: Hi, go: [{if: {pick: yes}, then: end}, {else: end}]}\n"),
    ),
    (
        "E22",
        one(ASK + "  second: {say: Hi, go: [{if: {open_now: maybe}, then: end}, {else: end}]}\n"),
        'error E22: "open_now" is never "maybe"; it can be false, true.',
        one(ASK + "  second: {say: Hi, go: [{if: {open_now: yes}, then: end}, {else: end}]}\n"),
    ),
    (
        "E22",
        one(ASK + "  second: {say: Hi, go: [{if: {visits: many}, then: end}, {else: end}]}\n"),
        'error E22: "visits" is a number and never "many"',
        one(ASK + "  second: {say: Hi, go: [{if: {visits: 2}, then: end}, {else: end}]}\n"),
    ),
    (
        "E22",
        one(ASK + "  second: {say: Hi, go: [{if: {price: {at_least: 2}}, then: end}, {else: end}]}\n"),
        'error E22: "price" is a text; "at_least" needs a number',
        one(ASK + "  second: {say: Hi, go: [{if: {price: {known: false}}, then: end}, {else: end}]}\n"),
    ),
    (
        "E22",
        one(ASK + "  second: {say: Hi, go: [{if: {visits: {at_least: 3, less_than: 3}}, then: end}, {else: end}]}\n"),
        'a.yaml:6:32: error E22: no value of "visits" meets all of this at once',
        one(ASK + "  second: {say: Hi, go: [{if: {visits: {at_least: 3, at_most: 3}}, then: end}, {else: end}]}\n"),
    ),
    (
        "E22",
        one(
            "  first: {ask: Hi, save: stars, go: [{if: {stars: {more_than: 5}}, then: end}, {else: end}]}\n",
            "remember: {stars: rating}\n",
        ),
        'error E22: "stars" is never more than 5; it can be 1, 2, 3, 4, 5.',
        one(
            "  first: {ask: Hi, save: stars, go: [{if: {stars: {more_than: 4}}, then: end}, {else: end}]}\n",
            "remember: {stars: rating}\n",
        ),
    ),
]


@pytest.mark.parametrize("row", TABLE, ids=[f"{number}-{row[0]}" for number, row in enumerate(TABLE)])
def test_each_check_refuses_the_wrong_text_and_accepts_the_right_one(row):
    refuses_and_accepts(*row)
