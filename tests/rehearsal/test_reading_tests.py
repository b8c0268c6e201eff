"""A mistake in a test file is told with its place, all of them at once, and never ends in a traceback."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rehearsal.shop import read

GOOD = "- test: T\n  scenario: shop\n  chat:\n    - bot: hello\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- tst: T\n", '1:3: "tst" is not a word I know here. Did you mean "test"?'),
        ("- test: T\n", '1:3: a test needs "chat"'),
        ("- chat: [{bot: hello}]\n", '1:3: a test needs "test"'),
        (
            "- test: T\n  scenario: shopp\n  chat: [{bot: hello}]\n",
            '2:13: there is no scenario "shopp". Did you mean "shop"?',
        ),
        ("- test: T\n  with: {chanel: x}\n  chat: [{bot: hello}]\n", '2:10: nothing called "chanel" is known.'),
        (
            "- test: T\n  with: {channel: sms}\n  chat: [{bot: hello}]\n",
            '2:19: "sms" is not possible here; it can be telegram, whatsapp.',
        ),
        ("- test: T\n  with: {language: fr}\n  chat: [{bot: hello}]\n", '2:20: "fr" is not possible here'),
        ("- test: T\n  with: {at: noon}\n  chat: [{bot: hello}]\n", '2:14: "noon" is no moment; write for example'),
        ("- test: T\n  with: {at: monday 25:00}\n  chat: [{bot: hello}]\n", '2:14: "monday 25:00" is no moment'),
        ("- test: T\n  with: {at: 2026-02-30 10:00}\n  chat: [{bot: hello}]\n", "2:14: "),
        ("- test: T\n  with: {visits: many}\n  chat: [{bot: hello}]\n", '2:18: "visits" is a number; this is "many"'),
        ("- test: T\n  with: {open_now: perhaps}\n  chat: [{bot: hello}]\n", '2:20: "open_now" is true or false'),
        ("- test: T\n  with: {services: a}\n  chat: [{bot: hello}]\n", '2:20: "services" is a list'),
        (
            "- test: T\n  with: {what: repair}\n  chat: [{bot: hello}]\n",
            '2:10: "what" is an answer, and nothing was asked',
        ),
        (
            "- test: T\n  scenario: shop\n  with: {what: repairs}\n  chat: [{bot: hello}]\n",
            '3:16: "what" is never "repairs"; it can be repair, advice. Did you mean "repair"?',
        ),
        ("- test: T\n  chat: [{bott: hello}]\n", '2:11: "bott" is not a word I know here. Did you mean "bot"?'),
        ("- test: T\n  chat: [{bot: hello, customer: hi}]\n", "2:10: a line of a chat has one of bot, customer, taps"),
        ("- test: T\n  chat: [{bot: hello, of: hello}]\n", '2:23: "of" does not belong to "bot"'),
        ("- test: T\n  chat: [{taps: x, of: helo}]\n", '2:24: there is no step "helo". Did you mean "hello"?'),
        ("- test: T\n  chat: [{wait: two hours}]\n", '2:17: "two hours" is not a time span; write for example'),
        ("- test: T\n  chat: [{staff: sale}]\n", '2:18: no desk "sale" is set up; there are sales, operations'),
        ("- test: T\n  chat: [{notify: boss}]\n", '2:19: no desk "boss" is set up'),
        ("- test: T\n  chat: [{does: book}]\n", '2:17: "book" is not possible here; it can be book_visit'),
        (
            "- test: T\n  chat: [{does: book_visit, outcome: lost}]\n",
            '2:38: "lost" is not possible here; it can be booked',
        ),
        ("- test: T\n  chat: [{shares: money}]\n", '2:19: "money" is not possible here; it can be '),
        ("- test: T\n  chat: [{shares: {money: 5}}]\n", '2:20: "money" is nothing to share; it can be contact'),
        ("- test: T\n  chat: [{remembers: {wat: x}}]\n", '2:23: no scenario remembers anything as "wat".'),
        ("- test: T\n  chat: [{facts: {visit: 1}}]\n", '2:19: there is no fact "visit". Did you mean "visits"?'),
        ("- test: T\n  chat: [{ends: false}]\n", '2:17: "false" is not possible here; it can be true.'),
        ("- test: T\n  chat: [{bot: }]\n", '"bot" needs a text'),
        (GOOD + GOOD, "5:3: a test of this name stands in line 1 already"),
        ("test: T\n", "1:1: a file of tests must be a list"),
        ("- test: T: x\n", '1:10: a text that contains ": " must be in quotes'),
        ("- test: {a\n", "1:9: "),
        ("- &a b\n", "1:3: "),
    ],
)
def test_a_mistake_is_told_with_line_and_column(text: str, told: str) -> None:
    names, issues = read(text)
    assert names == []
    assert any(told in f"{one.place.line}:{one.place.column}: {one.text}" for one in issues), [str(i) for i in issues]


def test_all_mistakes_of_a_file_come_at_once_in_order() -> None:
    _, issues = read("- test: T\n  scenario: no\n  chat:\n    - bott: x\n    - wait: long\n    - staff: none\n")
    assert [one.place.line for one in issues] == [2, 4, 5, 6]


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n"])
def test_an_empty_file_says_that_it_is_empty_or_has_no_test(text: str) -> None:
    assert read(text)[0] == []


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_any_text_at_all_is_read_or_refused_with_places(text: str) -> None:
    names, issues = read(text)
    assert not (names and issues)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from([*GOOD.split("\n"), "    - wait: 1 day", "  - x", "{", "- - -", "with: a", ""]), max_size=12
    )
)
def test_lines_in_any_order_are_read_or_refused(lines: list[str]) -> None:
    read("\n".join(lines))
