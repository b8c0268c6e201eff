"""Days and times in the words of the reader: short enough for a list of choices, and as one may type them."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache

from babel.dates import format_date

from handlers.texts import Texts
from scenarios.engine.phrases import Phrase, verbatim
from scenarios.engine.world import Option

__all__ = ["day_option", "day_words", "moment_words", "short_words", "time_option"]

LANGUAGES = ("uz", "kk", "ru", "en")
_DATE = {"uz": "d-MMMM"}
"""Uzbek writes the day as an ordinal, 25-noyabr."""

TODAY = Phrase("Today, {date}", "day")
TOMORROW = Phrase("Tomorrow, {date}", "day")
# Translators: what customers type for these days, slang too, separated by " | "
SAID_TODAY = Phrase("today", "said of a day")
SAID_TOMORROW = Phrase("tomorrow", "said of a day")
SAID_NEXT = Phrase("the day after tomorrow", "said of a day")


def day_words(day: date, today: date, texts: Texts) -> Phrase:
    """A day as a label of at most 24 letters, "Tomorrow, 25 November"."""
    whole = {0: TODAY, 1: TOMORROW}.get((day - today).days)
    said = {}
    for language in LANGUAGES:
        words = _date(day, language)
        if whole is not None:
            said[language] = texts.render(whole.having(date=words), language)
        else:
            weekday = format_date(day, "EEEE", locale=language)
            said[language] = f"{weekday[:1].upper()}{weekday[1:]}, {words}"
    return _in_all(said)


def moment_words(at: datetime, today: date, texts: Texts) -> Phrase:
    """A day with its time, for a sentence: "Tomorrow, 25 November, 15:00"."""
    return _with_time(day_words(at.date(), today, texts), at.time())


def short_words(at: datetime) -> Phrase:
    """A day with its time, without the weekday: "25 November, 15:00"."""
    said = {language: _date(at.date(), language) for language in LANGUAGES}
    return _with_time(_in_all(said), at.time())


# The same few days are offered to everybody until midnight.
@lru_cache(maxsize=512)
def day_option(day: date, today: date, texts: Texts) -> Option:
    """A day as a choice."""
    ahead = (day - today).days
    spoken = {0: SAID_TODAY, 1: SAID_TOMORROW, 2: SAID_NEXT}.get(ahead)
    known = [] if spoken is None else list(texts.readings(spoken))
    if ahead < 7:
        known += [format_date(day, "EEEE", locale=language) for language in LANGUAGES]
    known += [_date(day, language) for language in LANGUAGES]
    known += [f"{day.day} {format_date(day, 'MMMM', locale='uz')}", f"{day:%d.%m}", f"{day.day}.{day.month}"]
    return Option(day.isoformat(), day_words(day, today, texts), " | ".join(dict.fromkeys(known)))


def time_option(clock: time, others: list[time]) -> Option:
    """A time of the day as a choice; `others` are the times that are offered beside it."""
    said = f"{clock:%H:%M}"
    known = [f"{clock.hour}:{clock:%M}", f"{clock:%H.%M}", f"{clock:%H} {clock:%M}"]
    if clock.minute == 0:
        known.append(str(clock.hour))
        twelve = clock.hour - 12
        if twelve > 0 and all(other.hour != twelve for other in others):
            known += [
                f"{twelve} da",
                f"soat {twelve}",
                f"в {twelve}",
                f"сағат {twelve}",
                f"{twelve} pm",
                f"{twelve} дня",
            ]
        known += [f"{clock.hour} da", f"soat {clock.hour}", f"в {clock.hour}", f"сағат {clock.hour}"]
    return Option(said, verbatim(said), " | ".join(dict.fromkeys(known)))


def _date(day: date, language: str) -> str:
    return format_date(day, _DATE.get(language, "d MMMM"), locale=language)


def _with_time(day: Phrase, clock: time) -> Phrase:
    said = {language: f"{words}, {clock:%H:%M}" for language, words in (day.texts or {}).items()}
    return _in_all(said)


def _in_all(said: dict[str, str]) -> Phrase:
    english = said["en"]
    return Phrase(english, texts=said)
