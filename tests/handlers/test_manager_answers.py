"""What managers are answered: every command, every language, wrong words included."""

from __future__ import annotations

import asyncio
import os
import struct
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from handlers.business import read_business
from handlers.managers.changing import Manager
from handlers.managers.desk import COMMANDS, Answer, History, ManagerDesk, Picture, Text
from handlers.managers.durations import duration_text
from handlers.papers.labels import units
from handlers.texts import Texts, read_catalogs
from scenarios.engine.context import Context
from scenarios.engine.kpi import CaseRow
from scenarios.engine.records import Held, Line, WaitingRow
from tests.handlers.managers_scene import Managers

ROOT = Path(__file__).parents[2]
TEXTS = Texts(read_catalogs(ROOT / "locales"))
ZONE = ZoneInfo("Asia/Tashkent")
BUSINESS = read_business("example", (ROOT / "bot/business/example.yaml").read_text(encoding="utf-8"), ZONE)
WHO = Manager("5", "Rustam")
NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
LANGUAGES = ("uz", "uz_Cyrl", "kk", "ru", "en")


class Facts:
    """A storage that holds what a test puts in."""

    def __init__(self) -> None:
        self.waiting: list[WaitingRow] = []
        self.rows: list[CaseRow] = []
        self.contexts: dict[str, Context] = {}

    async def load(self, contact: str) -> Held:
        return Held(self.contexts[contact], 1)

    def lines(self, contact: str, until_event: str = "", until_line: str = "") -> AsyncIterator[Line]:
        raise AssertionError("answers name a history, they do not read it")

    async def last_lines(self, contact: str, most: int, until_event: str) -> Sequence[Line]:
        raise AssertionError("answers read no lines")

    async def find(self, words: str, most: int) -> Sequence[str]:
        fits = [
            code
            for code, context in self.contexts.items()
            if code == words.upper() or words.casefold() in context.name.casefold()
        ]
        return fits[:most]

    async def waiting_now(self) -> Sequence[WaitingRow]:
        return self.waiting

    async def cases(self, since: datetime, until: datetime) -> Sequence[CaseRow]:
        return [row for row in self.rows if since <= row.opened_at < until]


@pytest.fixture
def facts() -> Facts:
    return Facts()


@pytest.fixture
def desk(facts: Facts, tmp_path: Path) -> ManagerDesk:
    scene = Managers(tmp_path)
    pictures = tmp_path / "pictures"
    return ManagerDesk(facts, facts, TEXTS, BUSINESS, ZONE, pictures, scene.library, scene.desk, asyncio.Lock())


def text_of(answers: list[Answer]) -> str:
    return "\n".join(answer.text for answer in answers if isinstance(answer, Text))


def waiting(contact: str, name: str, ago: timedelta, **more: str) -> WaitingRow:
    fields: Mapping[str, str] = {
        "holder": "waiting", "agent": "", "desk": "sales", "channel": "telegram", "segment": "new"
    } | more  # fmt: skip
    return WaitingRow(contact, name, since=NOW - ago, **fields)


async def test_the_queue_tells_who_waits_how_long_and_who_holds_what(desk: ManagerDesk, facts: Facts) -> None:
    facts.waiting = [
        waiting("K7XQ2M9A", "Aziza", timedelta(minutes=12), segment="unhappy"),
        waiting("B2222222", "Olim", timedelta(hours=2, minutes=5), channel="whatsapp", desk="support"),
        waiting("C2222222", "Zuhra", timedelta(minutes=3), holder="staffed", agent="Dilnoza"),
    ]
    text = text_of(await desk.answer("queue", "", "en", NOW, WHO))
    assert "Waiting for a person: 2" in text
    assert text.index("1. Olim — 2 h 05 min") < text.index("2. 😟 Aziza — 12 min")
    assert "B2222222 · WhatsApp · Support" in text
    assert "Talking with people: 1\n• Dilnoza: Zuhra — 3 min" in text


async def test_an_empty_queue_is_said_kindly(desk: ManagerDesk) -> None:
    assert (
        text_of(await desk.answer("queue", "", "en", NOW, WHO)) == "✅ Nobody is waiting. Everyone has been answered."
    )


async def test_at_night_the_queue_says_when_the_desk_opens(desk: ManagerDesk) -> None:
    night = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    assert "The desk is closed now. It opens tomorrow at 9:00." in text_of(
        await desk.answer("queue", "", "en", night, WHO)
    )


async def test_a_queue_of_hundreds_fits_one_message_and_counts_the_rest(desk: ManagerDesk, facts: Facts) -> None:
    facts.waiting = [waiting(f"W{n:07}", "🙂" * 90, timedelta(minutes=n)) for n in range(300)]
    facts.waiting += [
        waiting(f"S{n:07}", "🙂" * 90, timedelta(minutes=n), holder="staffed", agent="🙃" * 90) for n in range(300)
    ]
    text = text_of(await desk.answer("queue", "", "ru", NOW, WHO))
    assert units(text) <= 4096
    assert text.count("и ещё ") == 2


def cases() -> list[CaseRow]:
    opened = NOW - timedelta(hours=3)
    handed = {
        "handed_off_at": opened + timedelta(minutes=1), "replied_at": opened + timedelta(minutes=7),
        "closed_at": opened + timedelta(minutes=40), "asked_rating": True,
    }  # fmt: skip
    return [
        CaseRow("A", 1, "telegram", "new", opened, ended_at=NOW),
        CaseRow("B", 1, "whatsapp", "unhappy", opened, rating=5, **handed),
        CaseRow("C", 1, "telegram", "repeat", opened, rating=4, **handed),
        CaseRow("D", 1, "telegram", "repeat", opened, **handed),
        CaseRow("E", 1, "telegram", "new", NOW - timedelta(days=6)),
        CaseRow("F", 1, "telegram", "new", NOW - timedelta(days=8), ended_at=NOW),
    ]


async def test_figures_come_with_their_counts_and_a_picture(desk: ManagerDesk, facts: Facts) -> None:
    facts.rows = cases()
    answers = await desk.answer("stats", "", "en", NOW, WHO)
    text = text_of(answers)
    for words in (
        "Figures of the last 7 days, 18.11 – 24.11.2026",
        "Conversations: 5",
        "Answered by the bot alone: 1 (20%)",
        "Handed off to people: 3 (60%)",
        "First response (3 answered of 3 handed off)",
        "by the clock: half within 6 min (median), 9 of 10 within 6 min (p90)",
        "in opening hours: half within 6 min (median)",
        "Until the conversation was closed (3 closed)",
        "Rating: 4.5 of 5 (2 of 3 asked have answered, 67%)",
        "• Telegram: 4 (bot alone 1, people 2), first response 6 min (2), rating 4.0 (1)",
        "unhappy: 1 (bot alone 0, people 1)",
    ):
        assert words in text
    picture = answers[-1]
    assert isinstance(picture, Picture)
    assert picture.caption == "Figures of the last 7 days, 18.11 – 24.11.2026"
    head = picture.path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", head[16:]) == (1200, 900)


@pytest.mark.parametrize(
    ("words", "count"),
    [("today", 4), ("Bugun", 4), ("сегодня", 4), ("7d", 5), ("7 д", 5), ("7", 5), ("30d", 6), ("30 kun", None)],
)
async def test_a_period_is_understood_or_explained(
    desk: ManagerDesk, facts: Facts, words: str, count: int | None
) -> None:
    facts.rows = cases()
    text = text_of(await desk.answer("stats", words, "en", NOW, WHO))
    if count is None:
        assert text == f'❔ I do not know the period "{words}". Write /stats today, /stats 7d or /stats 30d.'
    else:
        assert f"Conversations: {count}\n" in text


async def test_a_time_without_conversations_is_said_without_a_picture(desk: ManagerDesk, tmp_path: Path) -> None:
    answers = await desk.answer("stats", "today", "en", NOW, WHO)
    assert answers == [Text("📊 Figures of today, 24.11.2026\n\nThere was no conversation in this time yet.")]
    assert not (tmp_path / "pictures").exists()


async def test_figures_before_any_answer_say_what_is_missing(desk: ManagerDesk, facts: Facts) -> None:
    facts.rows = [CaseRow("A", 1, "telegram", "", NOW - timedelta(minutes=5), NOW - timedelta(minutes=4))]
    answers = await desk.answer("stats", "today", "en", NOW, WHO)
    text = text_of(answers)
    assert "First response: nothing answered yet (1 handed off)" in text
    assert "none closed yet" in text
    assert "Rating: none yet (0 asked)" in text
    assert "• not known: 1" in text
    assert isinstance(answers[-1], Picture)


async def test_old_pictures_are_removed_when_a_new_one_is_drawn(
    desk: ManagerDesk, facts: Facts, tmp_path: Path
) -> None:
    facts.rows = cases()
    folder = tmp_path / "pictures"
    folder.mkdir()
    old, young = folder / "stats-old.png", folder / "stats-young.png"
    old.touch()
    young.touch()
    os.utime(old, (0, 0))
    await desk.answer("stats", "7d", "en", NOW, WHO)
    assert not old.exists()
    assert young.exists()


@pytest.mark.filterwarnings("error:Glyph")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_picture_has_every_letter_of_its_language(desk: ManagerDesk, facts: Facts, language: str) -> None:
    facts.rows = cases()
    assert isinstance((await desk.answer("stats", "30d", language, NOW, WHO))[-1], Picture)


async def test_one_match_is_shown_with_card_and_history(desk: ManagerDesk, facts: Facts) -> None:
    facts.contexts = {"K7XQ2M9A": Context("K7XQ2M9A", name="Aziza Karimova", channel="telegram")}
    card, history = await desk.answer("customer", "aziza", "en", NOW, WHO)
    assert isinstance(card, Text)
    assert "👤 Aziza Karimova · K7XQ2M9A" in card.text
    assert history == History("K7XQ2M9A", "The whole history of Aziza Karimova", "history-K7XQ2M9A.html")


async def test_several_matches_are_listed_with_codes_to_choose(desk: ManagerDesk, facts: Facts) -> None:
    facts.contexts = {
        f"CODE{n:04}": Context(f"CODE{n:04}", name=f"Aziza {n}", phone=f"+99890{n:07}") for n in range(14)
    }
    answers = await desk.answer("customer", "Aziza", "en", NOW, WHO)
    text = text_of(answers)
    assert len(answers) == 1
    assert "• CODE0000 — Aziza 0 · +998900000000" in text
    assert text.count("•") == 10
    assert "There are more" in text
    assert isinstance((await desk.answer("customer", "code0003", "en", NOW, WHO))[1], History)


async def test_a_code_means_its_contact_even_when_a_name_contains_it(desk: ManagerDesk, facts: Facts) -> None:
    facts.contexts = {"AB345678": Context("AB345678"), "CD345678": Context("CD345678", name="not ab345678")}
    history = (await desk.answer("customer", "ab345678", "en", NOW, WHO))[1]
    assert isinstance(history, History)
    assert (history.contact, history.caption) == ("AB345678", "The whole history of AB345678")


async def test_nobody_found_and_nobody_asked_for_are_explained(desk: ManagerDesk) -> None:
    assert 'I found nobody for "Olim"' in text_of(await desk.answer("customer", " Olim ", "en", NOW, WHO))
    assert "for example /customer Aziza" in text_of(await desk.answer("customer", "  ", "en", NOW, WHO))


async def test_help_lists_the_commands_that_work(desk: ManagerDesk) -> None:
    for language in LANGUAGES:
        text = text_of(await desk.answer("help", "", language, NOW, WHO))
        rows = [row.split()[0] for row in text.splitlines() if row.startswith("/")]
        assert rows == [f"/{name}" for name in COMMANDS]


async def test_an_unknown_command_is_explained_with_the_nearest(desk: ManagerDesk) -> None:
    assert text_of(await desk.answer("stat", "", "en", NOW, WHO)) == "There is no command /stat. Did you mean /stats?"
    assert "There is no command /zzz. /help lists" in text_of(await desk.answer("zzz", "", "en", NOW, WHO))
    assert "/help" in text_of(await desk.answer("", "hello", "en", NOW, WHO))


async def test_a_command_is_known_in_any_spelling(desk: ManagerDesk) -> None:
    assert text_of(await desk.answer("/Queue@ozoda_bot", "", "en", NOW, WHO)).startswith("✅")


async def test_a_language_that_the_desk_does_not_speak_gives_way_to_the_business(desk: ManagerDesk) -> None:
    assert text_of(await desk.answer("queue", "", "fr", NOW, WHO)) == text_of(
        await desk.answer("queue", "", "uz", NOW, WHO)
    )


@pytest.mark.parametrize("language", ["uz", "uz_Cyrl", "kk", "ru"])
async def test_no_answer_is_left_in_english(desk: ManagerDesk, facts: Facts, language: str) -> None:
    facts.rows = cases()
    facts.waiting = [waiting("K7XQ2M9A", "X", timedelta(minutes=2)), waiting("C", "Y", timedelta(2), holder="staffed")]
    facts.contexts = {code: replace(Context(code), name="Ali") for code in ("AAAA2222", "BBBB2222")}
    for command, rest in (
        ("queue", ""), ("stats", "7d"), ("stats", "x"), ("customer", ""), ("customer", "zz"), ("customer", "ali"),
        ("help", ""), ("stat", ""), ("zzz", ""), ("", ""),
    ):  # fmt: skip
        ours = text_of(await desk.answer(command, rest, language, NOW, WHO)).splitlines()
        english = text_of(await desk.answer(command, rest, "en", NOW, WHO)).splitlines()
        same = [row for row in set(ours) & set(english) if sum(ch.isalpha() for ch in row) > 25]
        assert not same


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0 s"), (59.4, "59 s"), (60, "1 min"), (3_569, "59 min"), (3_570, "1 h 00 min"), (3_900, "1 h 05 min"),
        (86_369, "23 h 59 min"), (86_370, "1 d 0 h"), (93_600, "1 d 2 h"),
    ],
)  # fmt: skip
def test_a_span_is_told_in_its_two_largest_units(seconds: float, said: str) -> None:
    assert duration_text(seconds, TEXTS, "en") == said
