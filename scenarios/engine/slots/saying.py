"""How a remembered answer is said, in each language: "Wednesday, 25 November", "chorshanba, 25-noyabr", "yes"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from scenarios.engine.context import Slot
from scenarios.engine.phrases import Phrase, Value, verbatim
from scenarios.engine.slots.phones import spoken_phone
from scenarios.engine.slots.places import spoken_place

__all__ = ["said", "spoken_day", "spoken_weekday"]

YES = Phrase("Yes", "answer")
NO = Phrase("No", "answer")

WEEKDAYS: Mapping[str, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "ru": ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
    "uz": ("dushanba", "seshanba", "chorshanba", "payshanba", "juma", "shanba", "yakshanba"),
    "kk": ("дүйсенбі", "сейсенбі", "сәрсенбі", "бейсенбі", "жұма", "сенбі", "жексенбі"),
}
MONTHS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "ru": (
        "января", "февраля", "марта", "апреля", "мая", "июня",
        "июля", "августа", "сентября", "октября", "ноября", "декабря",
    ),
    "uz": (
        "yanvar", "fevral", "mart", "aprel", "may", "iyun",
        "iyul", "avgust", "sentyabr", "oktyabr", "noyabr", "dekabr",
    ),
    "kk": (
        "қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым",
        "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан",
    ),
}  # fmt: skip
_DAY: Mapping[str, Callable[[int, str], str]] = {
    "en": lambda day, month: f"{day} {month}",
    "ru": lambda day, month: f"{day} {month}",
    "uz": lambda day, month: f"{day}-{month}",
    "kk": lambda day, month: f"{day} {month}",
}
SPANS: Mapping[str, Mapping[str, str]] = {
    "morning": {"en": "in the morning", "ru": "утром", "uz": "ertalab", "kk": "таңертең"},
    "noon": {"en": "around noon", "ru": "в обед", "uz": "tushda", "kk": "түсте"},
    "afternoon": {"en": "in the afternoon", "ru": "после обеда", "uz": "tushdan keyin", "kk": "түстен кейін"},
    "evening": {"en": "in the evening", "ru": "вечером", "uz": "kechqurun", "kk": "кешке"},
    "night": {"en": "late in the evening", "ru": "поздно вечером", "uz": "kech tunda", "kk": "түнде"},
    "after": {"en": "after {time}", "ru": "после {time}", "uz": "{time} dan keyin", "kk": "сағат {time} өткен соң"},
    "before": {"en": "before {until}", "ru": "до {until}", "uz": "{until} gacha", "kk": "сағат {until} болғанша"},
    "between": {"en": "{time}–{until}", "ru": "{time}–{until}", "uz": "{time}–{until}", "kk": "{time}–{until}"},
    "around": {"en": "around {time}", "ru": "около {time}", "uz": "{time} atrofida", "kk": "{time} шамасында"},
}


def said(slot: Slot) -> Value | None:
    """The words for a remembered answer of a type; None where its key is said as it is."""
    kind, key = slot.get("type"), str(slot.get("key", ""))
    match kind:
        case "date":
            return spoken_day(date.fromisoformat(key))
        case "time":
            return _spoken_time(slot)
        case "yes_no":
            return YES if key == "yes" else NO
        case "number":
            return _spoken_number(key)
        case "phone":
            return verbatim(spoken_phone(key))
        case "place":
            return verbatim(spoken_place(slot))
        case _:
            return None


def spoken_day(day: date) -> Phrase:
    """A day with its weekday."""
    texts = {
        language: f"{WEEKDAYS[language][day.weekday()]}, {put(day.day, MONTHS[language][day.month - 1])}"
        for language, put in _DAY.items()
    }
    return _by_language(texts)


def spoken_weekday(weekday: int) -> Phrase:
    """The name of a weekday (Monday is 0)."""
    texts = {language: names[weekday] for language, names in WEEKDAYS.items()}
    return _by_language(texts)


def _by_language(texts: Mapping[str, str]) -> Phrase:
    english = texts["en"]
    return Phrase(english, texts=texts)


def _spoken_time(slot: Slot) -> Value:
    span = SPANS.get(str(slot.get("span", "")))
    if span is None:
        return str(slot["key"])
    texts = {
        language: words.replace("{time}", str(slot["key"])).replace("{until}", str(slot.get("until", "")))
        for language, words in span.items()
    }
    return _by_language(texts)


def _spoken_number(key: str) -> Value:
    """With a comma, as three of our four languages write it, and in groups of three digits."""
    whole, _, part = key.partition(".")
    grouped = f"{int(whole):,}".replace(",", "\u00a0") if len(whole) > 4 else whole
    if not part:
        return grouped
    texts = {language: f"{grouped}{'.' if language == 'en' else ','}{part}" for language in WEEKDAYS}
    return _by_language(texts)
