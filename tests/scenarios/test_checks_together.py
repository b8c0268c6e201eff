"""What the checks know beyond one step: scenarios that run each other, whole turns, and every script."""

from __future__ import annotations

import pytest

from scenarios.engine.checks import check_files
from tests.scenarios.books import DESKS, Translated, one, problems

BOOKING = {
    "booking.yaml": "scenario: booking\nstart: x\nsilent: [{after: 2 hours, say: Hm}]\nsteps:\n"
    "  x: {ask: 'When shall we bring {thing}?', save: when, go: end}\n"
}
ASKS = "  first: {ask: What?, save: thing, go: second}\n  second: {run: booking, go: third}\n"
SHOWS = "  third: {say: '{thing} comes {when}', go: end}\n"
UNASKED = 'booking.yaml:5:7: error E21: {thing} may still be unknown here: one can arrive at "x" before it was asked'


def told(files, catalogs=None):
    return [str(found) for found in problems(files, catalogs)]


def test_a_scenario_may_use_what_was_asked_before_it_is_run():
    assert told(one(ASKS + SHOWS) | BOOKING) == []


@pytest.mark.parametrize(
    "more",
    [
        {"start.yaml": "start:\n  - {else: booking}\n"},
        {"always.yaml": "always:\n  - {hears: book, run: booking}\n"},
        {"b.yaml": "scenario: b\nstart: x\nsteps:\n  x: {run: booking, go: end}\n"},
    ],
)
def test_unless_it_also_begins_without_that(more):
    assert told(one(ASKS + SHOWS) | BOOKING | more) == [UNASKED]


def test_what_a_scenario_asked_is_known_behind_it_unless_it_may_not_have_been_asked():
    skips = BOOKING["booking.yaml"].replace("start: x", "start: w") + (
        "  w: {ask: Now?, answers: {a: A, b: B}, go: {a: x, b: end}}\n"
    )
    assert told(one(ASKS + SHOWS) | {"booking.yaml": skips}) == [
        'a.yaml:7:11: error E21: {when} may still be unknown here: one can arrive at "third" before it was asked'
    ]


def test_all_that_is_said_in_one_turn_is_one_message():
    steps = f"  first: {{say: {'x' * 2_000}, go: second}}\n  second: {{say: {'y' * 2_000}, go: third}}\n"
    assert told(one(steps + f"  third: {{ask: {'z' * 92}, go: end}}\n")) == []
    assert told(one(steps + f"  third: {{ask: {'z' * 93}, go: end}}\n")) == [
        "a.yaml:7:11: error E42: en: this message has 4097 letters; a message has at most 4096"
    ]


def test_a_question_in_between_begins_another_message():
    steps = f"  first: {{say: {'x' * 4_000}, go: second}}\n  second: {{ask: Hi, go: third}}\n"
    assert told(one(steps + f"  third: {{say: {'z' * 4_000}, go: end}}\n")) == []


def test_what_a_scenario_says_that_is_run_counts_too():
    other = {"b.yaml": f"scenario: b\nstart: x\nsteps:\n  x: {{say: {'y' * 2_000}, go: end}}\n"}
    steps = f"  first: {{say: {'x' * 2_000}, go: second}}\n  second: {{run: b, go: third}}\n"
    assert told(one(steps + f"  third: {{say: {'z' * 93}, go: end}}\n") | other) == [
        "a.yaml:7:11: error E42: en: this message has 4097 letters; a message has at most 4096"
    ]


def test_what_was_said_into_silence_goes_out_with_the_step_it_leads_to():
    steps = (
        f"  first: {{ask: Hi, silent: [{{after: 2 hours, say: {'x' * 4_000}, go: second}}], go: end}}\n"
        f"  second: {{say: {'y' * 95}, go: end}}\n"
    )
    assert told(one(steps)) == ["a.yaml:6:12: error E42: en: this message has 4097 letters; a message has at most 4096"]


def test_cyrillic_uzbek_is_measured_as_it_is_made():
    files = one("  first: {ask: Hi, answers: {a: Mine, b: B}, go: end}\n")
    latin = Translated({"Hi": "Salom", "Mine": "Juda uzun yozilgan gap", "B": "B"})
    assert [line.split(" ")[3] for line in told(files, {"uz": latin})] == ["uz:", "uz_Cyrl:"]
    short = Translated({"Hi": "Salom", "Mine": "Choʻchqachi shoshdi ch", "B": "B"})
    assert [line.split(" ")[3] for line in told(files, {"uz": short})] == ["uz:"]


def test_a_book_in_russian_needs_english_as_any_other_language():
    files = {name: text.replace("start: first", "start: first\ntexts: ru") for name, text in
             one("  first: {say: Здравствуйте!, go: end}\n").items()}  # fmt: skip
    uz = Translated({"Здравствуйте!": "Assalomu alaykum!"})
    assert told(files, {"uz": uz}) == ['a.yaml:6:11: error E30: no en translation of "Здравствуйте!"']
    assert told(files, {"uz": uz, "en": Translated({"Здравствуйте!": "Hello!"})}) == []


def test_an_answer_of_yes_or_no_meets_conditions_however_they_are_written():
    head = "remember: {sure: yes_no}\n"
    for wanted in ("yes", "true", '"yes"', "false"):
        steps = f"  first: {{ask: Sure?, save: sure, go: [{{if: {{sure: {wanted}}}, then: end}}, {{else: end}}]}}\n"
        assert told(one(steps, head)) == [], wanted
    steps = "  first: {ask: Sure?, save: sure, go: [{if: {sure: perhaps}, then: end}, {else: end}]}\n"
    assert told(one(steps, head)) == ['a.yaml:6:46: error E22: "sure" is never "perhaps"; it can be no, yes.']


def test_facts_of_the_business_file_are_known():
    files = one("  first: {say: 'We have {masters} masters', go: end}\n")
    assert len(check_files(files, DESKS, {})[1]) == 1
    assert check_files(files, DESKS, {}, facts={"masters": "number"})[1] == []
