"""The card of a contact and the summary of a handoff: what they say, and that they always fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.business import read_business
from handlers.papers.card import card_text
from handlers.papers.labels import cut, one_line, units
from handlers.papers.summary import summary_text
from handlers.texts import Texts, read_catalogs
from scenarios.engine.context import Context
from scenarios.engine.events import Content, Media, SharedContact, Spot
from scenarios.engine.phrases import Phrase, verbatim
from scenarios.engine.records import Line, Version

ROOT = Path(__file__).parents[2]
TEXTS = Texts(read_catalogs(ROOT / "locales"))
ZONE = ZoneInfo("Asia/Tashkent")
BUSINESS = read_business("example", (ROOT / "bot/business/example.yaml").read_text(encoding="utf-8"), ZONE)
NOW = datetime(2026, 11, 24, 7, 4, tzinfo=UTC)
AZIZA = Context(
    "K7XQ2M9A",
    name="Aziza Karimova",
    channel="whatsapp",
    language="uz_Cyrl",
    phone="+998901234567",
    segment="unhappy",
    segment_reason="words",
    segment_word="unhappy: 'dahshat'",
    holder="waiting",
    handed_off_at=NOW,
    desk="support",
)


def card(context: Context, language: str = "en") -> str:
    return card_text(context, BUSINESS, TEXTS, language, context.contact)


def test_a_card_says_who_where_in_what_mood_and_why() -> None:
    text = card(AZIZA)
    for words in ("Aziza Karimova · K7XQ2M9A", "WhatsApp", "Uzbek, Cyrillic letters", "+998901234567", "Support"):
        assert words in text
    assert 'Unhappy: their words: "dahshat"' in text
    assert "Waiting for a person since 24.11.2026 12:04" in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"holder": "bot"}, "🤖 The bot is talking with them"),
        ({"holder": "staffed", "agent_name": "Dilnoza"}, "🟢 Dilnoza has this conversation"),
        ({"holder": "closed"}, "⚪ Closed"),
        ({"last_service": "fridge"}, "Last time: Fridge repair"),
        ({"slots": {"service": {"key": "aircon"}}}, "Now about: Air conditioner cleaning"),
        ({"last_rating": 2}, "Last rating: 2 of 5"),
        ({"complaint": True}, "A complaint is open"),
        ({"source": "instagram"}, "Came from: instagram"),
        ({"reachable": False}, "the customer has blocked the bot"),
        ({"opted_out": True}, "Wants no messages that they did not ask for"),
        ({"name": "", "phone": ""}, "no name · K7XQ2M9A"),
        ({"segment_reason": "rating", "segment_word": "1"}, "the last rating was 1"),
        ({"segment_reason": "", "segment": "vip"}, "Vip"),
        ({"desk": "moon"}, "🗂 moon"),
    ],
)
def test_a_card_tells_what_is_known(change: dict[str, object], words: str) -> None:
    assert words in card(replace(AZIZA, **change))  # type: ignore[arg-type]


def test_a_card_of_somebody_new_has_no_empty_rows() -> None:
    text = card(Context("NEW22222"))
    assert text.splitlines() == ["👤 no name · NEW22222", "💬 ", "☎️ no phone yet", "", "⚪ " + text.split("⚪ ")[1]]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("uz", "Xodimni 24.11.2026 12:04 dan beri kutyapti"),
        ("uz_Cyrl", "Ходимни 24.11.2026 12:04 дан бери кутяпти"),
        ("kk", "Қызметкерді 24.11.2026 12:04 уақыттан бері күтіп отыр"),
        ("ru", "Ждёт человека с 24.11.2026 12:04"),
    ],
)
def test_a_card_speaks_the_staffs_language(language: str, words: str) -> None:
    assert words in card(AZIZA, language)


@given(st.text(max_size=3000), st.text(max_size=3000), st.text(max_size=3000))
def test_a_card_fits_and_keeps_its_rows_whatever_people_are_called(name: str, word: str, source: str) -> None:
    context = replace(AZIZA, name=name * 3, segment_word=word, source=source, agent_name=name, phone=word)
    text = card(context)
    assert units(text) <= 1000
    assert len(text.splitlines()) == len(card(replace(AZIZA, source=source and "x")).splitlines()) or not one_line(
        source
    )


def line(number: int, text: str = "", author: str = "customer", name: str = "Aziza", **more: object) -> Line:
    fields: dict[str, object] = {"content": Content(text=text)} | more
    at = fields.pop("at", NOW + timedelta(minutes=number))
    return Line(f"e:{number}", "K7XQ2M9A", 1, at, "telegram", author, name, **fields)  # type: ignore[arg-type]


def summary(lines: list[Line], said: str = "Fridge, does not cool", language: str = "en") -> str:
    return summary_text(said, verbatim("Support"), lines, TEXTS, language, ZONE)


def test_a_summary_has_the_desk_the_scenarios_words_and_the_last_ten_messages() -> None:
    text = summary([line(number, f"message {number}") for number in range(12)])
    assert text.startswith("🙋 Support: a customer is waiting for a person\n\nFridge, does not cool\n\n")
    assert "message 1\n" not in text
    assert "12:06 Aziza: message 2" in text
    assert text.endswith("12:15 Aziza: message 11")


def test_a_summary_names_files_and_marks_what_is_special() -> None:
    rows = [
        line(1, content=Content("look", Media("photo", "telegram", "r"))),
        line(2, content=Content(media=Media("document", "telegram", "r", "shartnoma.pdf"))),
        line(3, content=Content(spot=Spot(41.3, 69.2))),
        line(4, content=Content(contact=SharedContact("+99890", "Olim"))),
        line(5, content=Content(unread="poll")),
        line(6, "Fridge repair", tapped=True),
        line(7, "old words", versions=(Version("e:7", "new words", NOW),)),
        line(8, "by mistake", deleted=True),
        line(9, "Hello", "bot", "Ozoda Uy"),
        line(10, "", name=""),
    ]
    text = summary(rows)
    for words in (
        "🖼 Photo · look", "📄 File shartnoma.pdf", "📍 Place: 41.300000, 69.200000", "👤 Contact: Olim +99890",
        "cannot read: poll", "👆 Fridge repair", "✏️ new words", "🗑 (deleted) by mistake", "🤖 Ozoda Uy: Hello",
        "Customer: an empty message",
    ):  # fmt: skip
        assert words in text
    assert "old words" not in text


def test_a_message_of_an_earlier_day_has_its_date() -> None:
    text = summary([line(1, "then", at=NOW - timedelta(days=3)), line(2, "now")])
    assert "21.11 12:04 Aziza: then" in text
    assert "\n12:06 Aziza: now" in text


def test_a_summary_without_messages_or_words_is_still_a_call() -> None:
    assert summary([], "") == "🙋 Support: a customer is waiting for a person"


def test_the_oldest_messages_give_way_first() -> None:
    text = summary([line(number, f"{number} " + "word " * 400) for number in range(10)], "short")
    rows = [row for row in text.splitlines() if "Aziza: " in row]
    assert len(rows) == 10
    assert units(rows[0]) < units(rows[-1])
    assert rows[-1].endswith("…")
    assert units(text) <= 4096


@given(
    st.text(max_size=6000),
    st.lists(st.tuples(st.text(max_size=200), st.text(max_size=500), st.integers(1, 300)), max_size=14),
)
def test_a_summary_fits_whatever_comes_in(said: str, spoken: list[tuple[str, str, int]]) -> None:
    lines = [line(number, text * times, name=name * 3) for number, (name, text, times) in enumerate(spoken)]
    text = summary_text(said * 3, Phrase("x" * 9000, texts={}), lines, TEXTS, "uz", ZONE)
    assert len(text.encode("utf-16-le", "surrogatepass")) // 2 <= 4096


@given(st.text(max_size=300), st.integers(0, 120))
def test_a_cut_text_fits_and_a_short_one_stays_as_it_is(text: str, most: int) -> None:
    short = cut(text, most)
    assert units(short) <= most
    assert short == text or units(text) > most
