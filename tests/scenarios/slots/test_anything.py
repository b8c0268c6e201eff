"""No text breaks a parser, whatever its length: what is remembered is always of its type."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scenarios.engine.context import Slot
from scenarios.engine.events import Content, Spot
from scenarios.engine.phrases import Phrase
from scenarios.engine.slots import phone_in, read, said
from tests.scenarios.slots.table import NOW, TASHKENT, rows

KINDS = ("text", "phone", "number", "date", "time", "yes_no", "place", "photo", "rating", "nps")
LANGUAGES = ("uz", "uz_Cyrl", "kk", "ru", "en", "")
ANY_TEXT = st.text(st.characters(exclude_categories=()))
WORDS = sorted({word for row in rows("days_and_times.yaml") for word in row[2].split()})
SPOKEN = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
SIGNS = st.text("0123456789.,:-/ +–adгч№", max_size=40)
MOMENTS = st.builds(
    lambda day, minute: datetime.combine(day, time(minute // 60, minute % 60), TASHKENT),
    st.dates(date(2000, 1, 1), date(2200, 1, 1)),
    st.integers(0, 24 * 60 - 1),
)

FORMS = {
    "phone": r"\+?\d{7,15}",
    "number": r"-?\d+(\.\d+)?",
    "date": r"\d{4}-\d\d-\d\d",
    "time": r"([01]\d|2[0-3]):[0-5]\d",
    "yes_no": "yes|no",
    "rating": "[1-5]",
    "nps": "[0-9]|10",
    "text": r"(?s).{1,500}",
    "place": r"(?s).{1,500}",
}


def checked(kind: str, answer: Slot | Phrase | None) -> Slot | None:
    """The slot of an answer that is one, after looking whether it is of its type and can be said."""
    if not isinstance(answer, dict):
        assert answer is None or isinstance(answer, Phrase)
        return None
    assert answer["type"] == kind
    assert re.fullmatch(FORMS[kind], answer["key"])
    said(answer)
    return answer


@given(st.sampled_from(KINDS), ANY_TEXT | SPOKEN | SIGNS, MOMENTS, st.sampled_from(LANGUAGES))
@example("date", "\ud800", NOW, "uz")
@example("number", "²½ ٣ 5/0", NOW, "en")
@example("time", "24:60 0:00 99", NOW, "ru")
@example("date", "00.00.0000 0000-00-00 99 99 9999", NOW, "")
def test_any_text_at_any_moment_is_an_answer_a_reason_or_nothing(
    kind: str, text: str, now: datetime, language: str
) -> None:
    checked(kind, read(kind, Content(text), now, language))


@given(SPOKEN | SIGNS, MOMENTS)
def test_a_day_is_never_past_nor_more_than_a_year_ahead(text: str, now: datetime) -> None:
    for kind, name in (("date", "key"), ("time", "date_said")):
        slot = checked(kind, read(kind, Content(text), now, "uz"))
        if slot is not None and name in slot:
            ahead = date.fromisoformat(slot[name]) - now.date()
            assert timedelta(0) <= ahead <= timedelta(days=366)


@given(SPOKEN | SIGNS, MOMENTS)
def test_a_time_of_today_is_never_past(text: str, now: datetime) -> None:
    slot = checked("time", read("time", Content(text), now, "ru"))
    if slot is not None and slot.get("date_said") == now.date().isoformat():
        assert slot["key"] >= f"{now:%H:%M}"


@given(st.dates(date(2026, 11, 24), date(2027, 11, 24)), st.times())
def test_a_day_and_a_time_in_figures_come_back_as_they_were_written(day: date, hour: time) -> None:
    written = f"{day:%d.%m.%Y} {hour:%H:%M}"

    slot = read("date", Content(written), NOW.replace(hour=0), "ru")

    if isinstance(slot, dict):
        assert slot["key"] == day.isoformat()
        assert slot["time_said"] == f"{hour:%H:%M}"
    else:
        assert day == NOW.date()


@given(st.dates(date(2026, 11, 24), date(2027, 8, 20)), st.sampled_from(["en", "ru", "uz", "kk"]))
def test_a_day_as_we_say_it_is_understood(day: date, language: str) -> None:
    phrase = said({"key": day.isoformat(), "type": "date"})
    assert isinstance(phrase, Phrase)
    assert phrase.texts is not None

    slot = read("date", Content(phrase.texts[language]), NOW, language)

    assert isinstance(slot, dict)
    assert slot["key"] == day.isoformat()


@given(st.decimals(-(10**9), 10**9, places=2, allow_nan=False))
def test_a_number_in_figures_comes_back_as_it_is(number: object) -> None:
    slot = read("number", Content(str(number)), NOW, "ru")

    assert isinstance(slot, dict)
    assert float(slot["key"]) == float(str(number))


@given(st.integers(10**9, 10**15 - 1))
def test_a_number_with_its_country_comes_back_in_any_writing(number: int) -> None:
    digits = str(number)
    spaced = " ".join(re.findall("..?", digits))

    assert phone_in(f"+{digits}") == f"+{digits}"
    assert phone_in(f"call +{spaced}!") == f"+{digits}"


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_point_that_was_shared_reads_the_same_when_it_is_typed(latitude: float, longitude: float) -> None:
    shared = read("place", Content(spot=Spot(latitude, longitude)), NOW, "kk")
    assert isinstance(shared, dict)

    assert read("place", Content(shared["key"]), NOW, "kk") == shared


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "unit",
    [
        "1 ",
        "3 da ",
        "soat ",
        "10-",
        "12.",
        "15:",
        "not ",
        "ertaga ",
        "next ",
        "через ",
        "с 3 до 5 ",
        "+9 9-",
        "двадцать ",
        "a",
        "ﷺ",
        "👍",
        "\x00",
    ],
)
def test_a_message_of_any_length_is_read(kind: str, unit: str) -> None:
    for length in (4_096, 100_000):
        checked(kind, read(kind, Content((unit * length)[:length]), NOW, "uz"))
