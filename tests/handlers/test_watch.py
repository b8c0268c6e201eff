"""What counts as trouble: tables of facts, and what follows from looks in a row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.trouble import GROUP
from handlers import watch
from handlers.texts import Texts
from handlers.watch import GroupFacts, LaneFacts, NumberFacts, Symptom, TelegramFacts, Watch
from scenarios.engine.phrases import Phrase

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
URL = "https://desk.example/telegram/webhook"


def ago(**time: float) -> datetime:
    return NOW - timedelta(**time)


def said(symptoms: list[Symptom]) -> str:
    return " ".join(Texts({}).render(one.told, "en") for one in symptoms)


@pytest.mark.parametrize(
    ("facts", "kinds"),
    [
        # By webhook: all is well, also with an old error, with a fresh one that went well, with a few on their way.
        (TelegramFacts(URL, URL, 0, "", None, None), []),
        (TelegramFacts(URL, URL, 3, "Connection refused", ago(minutes=6), ago(seconds=20)), []),
        (TelegramFacts(URL, URL, 0, "Connection refused", ago(seconds=5), ago(hours=2)), []),
        (TelegramFacts(URL, URL, 99, "", None, ago(seconds=100)), []),
        # Deaf.
        (TelegramFacts(URL, URL, 3, "Connection refused", ago(minutes=1), ago(seconds=20)), ["errors"]),
        (TelegramFacts(URL, URL, 100, "", None, ago(seconds=1)), ["pending"]),
        (TelegramFacts(URL, URL, 1, "", None, ago(minutes=3)), ["pending"]),
        (TelegramFacts(URL, URL, 1, "", None, None), ["pending"]),
        (TelegramFacts(URL, URL, 300, "Bad Gateway", ago(minutes=1), ago(minutes=9)), ["errors", "pending"]),
        (TelegramFacts("", URL, 7, "", None, ago(seconds=1)), ["address"]),
        (TelegramFacts("https://other.example/x", URL, 0, "", None, None), ["address"]),
        # By polling: no address is right, and what waits is what nobody polls.
        (TelegramFacts("", "", 0, "", None, None), []),
        (TelegramFacts("", "", 12, "", None, ago(seconds=30)), []),
        (TelegramFacts("", "", 12, "", None, ago(minutes=5)), ["pending"]),
        (TelegramFacts("https://other.example/x", "", 0, "", None, NOW), ["address"]),
    ],
)
def test_deafness_on_telegram(facts: TelegramFacts, kinds: list[str]) -> None:
    symptoms = watch.deaf_telegram(facts, NOW)

    assert [one.kind for one in symptoms] == [f"deaf_telegram_{kind}" for kind in kinds]


def test_another_address_is_told_by_its_host_alone() -> None:
    (symptom,) = watch.deaf_telegram(TelegramFacts("https://other.example/secret", URL, 0, "", None, None), NOW)

    assert "other.example" in said([symptom])
    assert "secret" not in said([symptom])


@pytest.mark.parametrize(
    ("lane", "short", "kind", "words"),
    [
        (LaneFacts("customer_telegram", 3, ago(minutes=4)), False, "late_telegram", "Telegram are late. Waiting: 3"),
        (LaneFacts("customer_whatsapp", 3, ago(minutes=4)), True, "late_whatsapp", "the oldest for 4 min"),
        (LaneFacts("topic", 3, ago(minutes=4)), False, "late_staff", "into the staff group are late"),
        (LaneFacts("topic", 3, ago(minutes=4)), True, "group_budget", "about 20 calls a minute"),
        (LaneFacts("topic", 0, ago(seconds=50)), True, None, ""),
        (LaneFacts("customer_telegram", 0, None), False, None, ""),
        (LaneFacts("extra", 30, ago(hours=4)), False, None, ""),
        (LaneFacts("media", 30, ago(hours=4)), False, None, ""),
        (LaneFacts("manager", 30, ago(hours=4)), False, None, ""),
    ],
)
def test_lateness(lane: LaneFacts, short: bool, kind: str | None, words: str) -> None:
    symptoms = watch.late([lane], NOW, short, 20)

    assert [one.kind for one in symptoms] == ([kind] if kind else [])
    assert words in said(symptoms)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (GroupFacts("administrator", topics_right=True, forum=True), ""),
        (GroupFacts("creator", topics_right=True, forum=True), ""),
        (GroupFacts("administrator", topics_right=False, forum=True), "may not manage topics"),
        (GroupFacts("administrator", topics_right=True, forum=False), "topics are switched off"),
        (GroupFacts("member", topics_right=False, forum=True), "no administrator"),
        (GroupFacts("restricted", topics_right=False, forum=True), "no administrator"),
        (GroupFacts("left", topics_right=False, forum=False), "not in the group"),
        (GroupFacts("kicked", topics_right=False, forum=False), "not in the group"),
    ],
)
def test_the_bot_in_its_group(facts: GroupFacts, words: str) -> None:
    symptoms = watch.group_trouble(facts, GROUP)

    assert bool(symptoms) == bool(words)
    assert words in said(symptoms)


@pytest.mark.parametrize(
    ("facts", "kinds"),
    [
        (NumberFacts("GREEN", "CONNECTED"), []),
        (NumberFacts("UNKNOWN", ""), []),
        (NumberFacts("", "PENDING"), []),
        (NumberFacts("YELLOW", "CONNECTED"), ["number_quality"]),
        (NumberFacts("RED", "CONNECTED"), ["number_quality"]),
        (NumberFacts("GREEN", "RESTRICTED"), ["number_status"]),
        (NumberFacts("RED", "FLAGGED"), ["number_quality", "number_status"]),
        (NumberFacts("UNKNOWN", "BANNED"), ["number_status"]),
    ],
)
def test_the_whatsapp_number(facts: NumberFacts, kinds: list[str]) -> None:
    assert [one.kind for one in watch.number_trouble(facts)] == kinds


def test_a_symptom_is_told_after_its_looks_in_a_row_and_over_after_two_without_it() -> None:
    one = Watch()
    symptom = Symptom("deaf_telegram_errors", Phrase("deaf"), 2)

    def look(seen: bool, asked: bool = True) -> tuple[int, list[str], set[str]]:
        judged = one.judge([symptom.kind] if asked else [], [symptom] if seen else [])
        return len(judged.tell), list(judged.over), set(judged.seen)

    assert look(True) == (0, [], set())
    assert look(False) == (0, [], set())
    assert look(True) == (0, [], set())
    assert look(True) == (1, [], {symptom.kind})
    # A look at which nothing could be asked changes nothing.
    assert look(False, asked=False) == (0, [], set())
    assert look(True) == (1, [], {symptom.kind})
    assert look(False) == (0, [], set())
    assert look(False) == (0, [symptom.kind], set())
    assert look(True) == (0, [], set())


def test_every_symptom_is_of_a_kind_that_can_be_over() -> None:
    found = [
        *watch.deaf_telegram(TelegramFacts(URL, URL, 300, "Bad Gateway", NOW, None), NOW),
        *watch.deaf_telegram(TelegramFacts("", URL, 0, "", None, None), NOW),
        *watch.late([LaneFacts(lane, 1, ago(hours=1)) for lane in ("topic", "customer_telegram")], NOW, True, 20),
        *watch.late([LaneFacts(lane, 1, ago(hours=1)) for lane in ("topic", "customer_whatsapp")], NOW, False, 20),
        *watch.group_trouble(GroupFacts("left", topics_right=False, forum=False), GROUP),
        *watch.number_trouble(NumberFacts("RED", "BANNED")),
        *(watch.silent(channel, 60, 25) for channel in ("telegram", "whatsapp")),
    ]

    assert {one.kind for one in found} | {"account_telegram", "account_whatsapp"} == set(watch.KINDS)
