"""Which day and what time customers mean: a table of each language, and the turns of the calendar."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from scenarios.engine.understanding.transliteration import to_cyrillic
from tests.scenarios.slots.table import rows, told

ROWS = rows("days_and_times.yaml")


@pytest.mark.parametrize(("language", "kind", "text", "remembered"), ROWS, ids=[f"{r[0]}-{r[1]}-{r[2]}" for r in ROWS])
def test_a_day_and_a_time_are_understood_as_they_are_said(language: str, kind: str, text: str, remembered: str) -> None:
    assert told(kind, text, language) == remembered


@pytest.mark.parametrize(
    ("language", "kind"), [(one, kind) for one in ("en", "ru", "uz", "kk") for kind in ("date", "time")]
)
def test_each_language_has_a_table_worth_its_name(language: str, kind: str) -> None:
    assert Counter((row[0], row[1]) for row in ROWS)[language, kind] >= 50


@pytest.mark.parametrize(("kind", "text", "remembered"), [row[1:] for row in ROWS if row[0] == "uz"])
def test_uzbek_is_the_same_in_both_alphabets_and_without_apostrophes(kind: str, text: str, remembered: str) -> None:
    assert told(kind, to_cyrillic(text), "uz_cyrl") == remembered
    assert told(kind, text.replace("'", ""), "uz") == remembered
    assert told(kind, text.replace("'", "ʻ").upper(), "uz") == remembered


@pytest.mark.parametrize(("kind", "text", "remembered"), [row[1:] for row in ROWS if row[0] == "kk"])
def test_kazakh_is_the_same_in_letters_of_a_russian_keyboard(kind: str, text: str, remembered: str) -> None:
    typed = text.translate(str.maketrans("әіңғүұқөһ", "аинг" + "уукох"))

    assert told(kind, typed, "kk") == remembered


@pytest.mark.parametrize(("kind", "text"), [row[1:3] for row in ROWS])
def test_what_is_understood_does_not_hang_on_the_language_we_believe_in(kind: str, text: str) -> None:
    assert len({told(kind, text, language) for language in ("uz", "uz_Cyrl", "kk", "ru")}) == 1


def at(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo("Asia/Almaty"))


@pytest.mark.parametrize(
    ("now", "kind", "text", "remembered"),
    [
        (at(2026, 12, 31), "date", "tomorrow", "2027-01-01"),
        (at(2026, 12, 31), "date", "послезавтра", "2027-01-02"),
        (at(2026, 12, 31), "date", "1 yanvar", "2027-01-01"),
        (at(2026, 12, 31), "date", "31 декабря", "2026-12-31"),
        (at(2026, 12, 31), "date", "1", "2027-01-01"),
        (at(2026, 12, 31, 23, 30), "time", "через час", "00:30 around on 2027-01-01"),
        (at(2026, 12, 31, 23, 30), "date", "bir soatdan keyin", "2027-01-01 00:30 around"),
        (at(2027, 1, 1), "date", "31 декабря", "PAST_DAY"),
        (at(2027, 1, 1), "date", "1 қаңтар", "2027-01-01"),
        (at(2027, 1, 31), "date", "через месяц", "2027-02-28"),
        (at(2028, 1, 31), "date", "in a month", "2028-02-29"),
        (at(2028, 2, 1), "date", "29 февраля", "2028-02-29"),
        (at(2028, 2, 28), "date", "завтра", "2028-02-29"),
        (at(2027, 2, 28), "date", "ertaga", "2027-03-01"),
        (at(2027, 2, 1), "date", "29-fevral", "NO_SUCH_DAY"),
        (at(2027, 3, 1), "date", "29 ақпан", "2028-02-29"),
        (at(2027, 2, 10), "date", "31 числа", "2027-03-31"),
        (at(2027, 2, 10), "date", "the 30th", "2027-03-30"),
        (at(2027, 4, 30), "date", "31", "2027-05-31"),
        (at(2027, 12, 10), "date", "5-sida", "2028-01-05"),
        (at(2026, 11, 29), "date", "next Monday", "2026-11-30"),
        (at(2026, 11, 29), "date", "в понедельник", "2026-11-30"),
        (at(2026, 11, 29), "date", "в воскресенье", "2026-12-06"),
        (at(2026, 11, 30), "date", "kelasi dushanba", "2026-12-07"),
        (at(2026, 11, 30), "date", "shu hafta juma", "2026-12-04"),
        (at(2026, 11, 24, 17, 59), "date", "сегодня в 6 вечера", "2026-11-24 18:00"),
        (at(2026, 11, 24, 18, 0), "date", "сегодня в 6 вечера", "PAST_TIME"),
        (at(2026, 11, 24, 16, 20), "date", "bugun tushdan keyin", "2026-11-24 17:00 afternoon"),
        (at(2026, 11, 24, 18, 5), "date", "bugun tushdan keyin", "PAST_TIME"),
        (at(2026, 11, 24, 16, 20), "time", "бүгін 3-тен кейін", "17:00 after on 2026-11-24"),
        (at(2026, 11, 24, 16, 20), "time", "в 3", "15:00"),
        (at(2026, 11, 24, 9, 58), "time", "сейчас", "10:00 around on 2026-11-24"),
        (at(2026, 11, 24), "date", "24.11.2027", "2027-11-24"),
        (at(2026, 11, 24), "date", "26.11.2027", "TOO_FAR"),
        (at(2026, 11, 24), "date", "25.11.9999", "TOO_FAR"),
        (at(2026, 11, 24), "date", "25.11.0001", "PAST_DAY"),
        (at(2026, 11, 24), "date", "через 999999999999 лет", "NO_SUCH_DAY"),
    ],
)
def test_months_leap_years_and_years_turn(now: datetime, kind: str, text: str, remembered: str) -> None:
    assert told(kind, text, "ru", now) == remembered


@pytest.mark.parametrize("zone", ["Asia/Tashkent", "Asia/Samarkand", "Asia/Almaty", "Asia/Qyzylorda", "Asia/Aqtau"])
def test_a_day_is_one_by_the_clock_of_the_business_and_no_hour_is_ever_lost(zone: str) -> None:
    for month in range(1, 13):
        now = datetime(2027, month, 28, 23, 50, tzinfo=ZoneInfo(zone))

        day, time = told("date", "завтра в 2 часа дня", "ru", now).split()
        ahead = told("time", "через 20 минут", "ru", now).split()

        assert (datetime.fromisoformat(day).date() - now.date()).days == 1
        assert time == "14:00"
        assert ahead[0] == "00:10"
