"""WhatsApp's 24 hours and its templates, and talks that wait while files change."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from scenarios.engine.checks import check_files
from tests.scenarios.books import DESKS, Translated, one


@dataclass(frozen=True)
class Form:
    languages: frozenset[str]
    buttons: tuple[str, ...] = ()


ALL = frozenset({"en", "uz", "kk", "ru"})
TEMPLATES = {
    "come_back": Form(ALL, ("yes", "no")),
    "hello_again": Form(ALL),
    "half": Form(frozenset({"en", "uz"})),
}
TARGET = "  second: {ask: Still there?, answers: {yes: Sure, no: Never}, go: end}\n"
FREE = "error E43: WhatsApp allows free messages only for 24 hours after the customer wrote"
ADD = 'add "whatsapp_template"'
LATER = "  first: {say: Hi, later: {in: 2 days, go: second, whatsapp_template: NAME}, go: end}\n" + TARGET


def told(files, live=None, templates=TEMPLATES, catalogs=None):
    return [str(found) for found in check_files(files, DESKS, catalogs or {}, templates=templates, live=live or {})[1]]


WINDOW = [
    (
        one("  first: {say: Hi, later: {in: 2 days, go: second}, go: end}\n" + TARGET),
        f"a.yaml:5:20: {FREE}; {ADD}",
    ),
    (
        one("  first: {ask: Hi, silent: [{after: 1 day, say: Hm}], go: end}\n"),
        f"a.yaml:5:29: {FREE}; {ADD}",
    ),
    (
        one(
            "  first: {ask: Hi, silent: [{after: 20 hours, go: second}], go: end}\n"
            "  second: {ask: Hm, silent: [{after: 5 hours, say: Bye}], go: end}\n"
        ),
        f"a.yaml:6:30: {FREE}, and it can be 25 hours here; {ADD}",
    ),
    (
        one("  first: {ask: Hi, silent: [{after: 20 hours, go: first}, {after: 21 hours, go: end}], go: end}\n"),
        f"a.yaml:5:47: {FREE}, and it can be any time here; {ADD}",
    ),
    (
        one("  first: {ask: Hi, silent: [{after: 20 hours, go: second}], go: end}\n  second: {run: b, go: end}\n")
        | {"b.yaml": "scenario: b\nstart: x\nsteps:\n  x: {ask: Hm, silent: [{after: 4 hours, say: Bye}], go: end}\n"},
        f"b.yaml:4:25: {FREE}, and it can be 1 day here; {ADD}",
    ),
]


@pytest.mark.parametrize(("files", "expected"), WINDOW)
def test_words_that_would_come_too_late_need_a_template(files, expected):
    assert told(files) == [expected]


@pytest.mark.parametrize(
    "files",
    [
        one(LATER.replace("NAME", "come_back")),
        one("  first: {say: Hi, later: {in: 2 days, go: second}, go: end}\n" + TARGET, "channels: [telegram]\n"),
        one("  first: {ask: Hi, silent: [{after: 23 hours, say: Hm}, {after: 3 days, go: end}], go: end}\n"),
        one(
            "  first: {ask: Hi, silent: [{after: 20 hours, go: end}], go: second}\n"
            "  second: {ask: Hm, silent: [{after: 20 hours, say: Bye}], go: end}\n"
        ),
        one(
            "  first: {say: Hi, later: {in: 2 days, go: second}, go: end}\n"
            "  second: {notify: sales, go: [{if: {visits: 1}, then: end}, {else: end}]}\n"
        ),
    ],
)
def test_words_in_time_and_templates_and_silence_are_right(files):
    assert told(files) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("come_bak", 'template "come_bak" is not set up for this business. Did you mean "come_back"?'),
        ("hello_again", 'the buttons of template "hello_again" are not the answers of "second"'),
    ],
)
def test_a_template_that_does_not_fit_is_told(name, expected):
    assert told(one(LATER.replace("NAME", name))) == [f"a.yaml:5:20: error E44: {expected}"]


def test_a_template_must_be_approved_in_every_language_of_the_desk():
    steps = "  first: {ask: Hi, silent: [{after: 2 days, say: Hm, whatsapp_template: half}], go: end}\n"
    catalogs = {code: Translated({"Hi": "a", "Hm": "b"}) for code in ("uz", "kk", "ru")}
    assert told(one(steps), catalogs=catalogs) == [
        'a.yaml:5:29: error E44: template "half" is not approved in kk',
        'a.yaml:5:29: error E44: template "half" is not approved in ru',
    ]


def test_buttons_where_nothing_is_asked_are_told():
    steps = "  first: {say: Hi, later: {in: 2 days, go: second, whatsapp_template: come_back}, go: end}\n"
    assert told(one(steps + "  second: {say: Bye, go: end}\n")) == [
        'a.yaml:5:20: error E44: template "come_back" has buttons, but nothing is asked at "second"'
    ]


def test_templates_are_not_looked_at_where_the_business_is_not_known():
    assert told(one(LATER.replace("NAME", "whatever")), templates=None) == []


def test_talks_that_wait_at_a_step_that_is_gone_are_told():
    steps = "  first: {ask: Hi, was: [begin], go: end}\n"
    live = {("a", "barrier"): 12, ("a", "begin"): 3, ("a", "first"): 5, ("gone", "x"): 1, ("a", "old"): 0}
    gone, stays = told(one(steps), live=live)
    assert gone.startswith(
        'a.yaml:4:1: warning E70: 12 live talks wait at "barrier", which is gone; they will finish on'
    )
    assert gone.endswith('on the old version (or write "was: [barrier]" at its successor)')
    assert stays.startswith(
        'gone.yaml:1:1: warning E70: 1 live talk waits at "x" of "gone", which is gone; it will finish'
    )
