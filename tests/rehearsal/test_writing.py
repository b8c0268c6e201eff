"""A talk that was had is written as a test that passes, whatever was done in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rehearsal.acts import Act, CannotAct, act
from bot.rehearsal.cases import Agent, Closes, Customer, Does, Given, Shares, Taps, Wait
from bot.rehearsal.desk import RehearsedDesk
from bot.rehearsal.playing import play
from bot.rehearsal.reading import read_cases
from bot.rehearsal.writing import CannotWrite, Talk, write_test
from bot.rehearsal.written_yaml import as_yaml
from scenarios.engine.model import Place
from tests.rehearsal.shop import ground

HERE = Place("", 1, 1)
ACTS: st.SearchStrategy[Act] = st.one_of(
    st.sampled_from(["repair", "advice", "person", "good", "bad"]).map(lambda key: Taps(HERE, key)),
    st.sampled_from(["repair", "advice"]).map(lambda key: Taps(HERE, key, "hello")),
    st.sampled_from(
        ["price?", "operator", "tomorrow", "+998 90 123 45 67", "back", "cancel", "/start", "terrible!"]
    ).map(lambda text: Customer(HERE, text)),
    st.text(max_size=12).map(lambda text: Customer(HERE, text)),
    st.sampled_from(["contact", "place", "photo", "voice", "unread"]).map(lambda what: Shares(HERE, what)),
    st.sampled_from([1, 20, 125, 1500, 3000]).map(lambda minutes: Wait(HERE, timedelta(minutes=minutes))),
    st.sampled_from(["Good day", "// a note", "/take"]).map(lambda text: Agent(HERE, text)),
    st.just(Closes(HERE, "done")),
    st.sampled_from(["booked", "taken"]).map(lambda outcome: Does(HERE, "book_visit", outcome)),
)


@settings(max_examples=150, deadline=None)
@given(
    scenario=st.sampled_from(["shop", ""]),
    channel=st.sampled_from(["telegram", "whatsapp"]),
    tried=st.lists(ACTS, min_size=1, max_size=10),
)
def test_any_talk_is_written_as_a_test_that_passes(scenario: str, channel: str, tried: list[Act]) -> None:
    begun = Given(channel=channel)
    desk = RehearsedDesk(ground(), begun)
    if scenario:
        desk.begin(scenario)
    acts = []
    for one in tried:
        try:
            act(desk, one)
        except CannotAct:
            continue
        acts.append(one)
    if not desk.news:
        with pytest.raises(CannotWrite):
            write_test(ground(), Talk("Any talk", scenario, begun, acts))
        return
    text = write_test(ground(), Talk("Any talk", scenario, begun, acts))
    cases, issues = read_cases(ground(), "t.yaml", text)
    assert not issues
    assert play(ground(), cases[0]).failure is None


def test_a_written_talk_reads_as_somebody_would_write_it() -> None:
    acts = [Taps(HERE, "repair"), Customer(HERE, "tomorrow: at 3"), Does(HERE, "book_visit", "booked")]
    text = write_test(ground(), Talk("A repair", "shop", Given(), [*acts, Wait(HERE, timedelta(days=2, hours=1))]))
    assert text == (
        "- test: A repair\n"
        "  scenario: shop\n"
        "  with: {channel: telegram, language: en, name: Aziza}\n"
        "  chat:\n"
        "    - bot: hello\n"
        "    - taps: repair\n"
        "    - bot: when\n"
        '    - customer: "tomorrow: at 3"\n'
        "    - does: book_visit\n"
        "      outcome: booked\n"
        "    - bot: done\n"
        "    - notify: operations\n"
        "    - wait: 49 hours\n"
        "    - bot: how_was_it\n"
    )


def test_who_taps_what_is_not_there_is_told_so() -> None:
    with pytest.raises(CannotWrite, match="there is no button"):
        write_test(ground(), Talk("Not there", "shop", Given(), [Taps(HERE, "nothing")]))


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(), st.sampled_from(["yes", "No", "1", "1.5", "2026-11-25", "a: b", "#1", "- x", "é", "👩‍🔧", "\u202e"])
    )
)
def test_any_words_are_written_so_that_they_are_read_as_they_were(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    for shape in (text, [text, "x"], {"k": text}):
        assert yaml.safe_load(f"a: {as_yaml(shape)}")["a"] == shape
