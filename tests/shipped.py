"""What ships with the desk, for tests: book, texts, example business, and how to name a text in a language."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.book import BookKeeper
from handlers.business import Business, read_business
from handlers.texts import Catalog, Texts, read_catalogs
from handlers.world import Moment
from scenarios.engine.events import Topic
from scenarios.engine.model import Ask, Book, Place, Text
from scenarios.engine.phrases import Phrase, verbatim
from scenarios.engine.world import Fact, Option

ZONE = ZoneInfo("Asia/Tashkent")
MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZONE).astimezone(UTC)
"""A moment when the example business is open."""

LANGUAGES = ("uz", "uz_Cyrl", "kk", "ru", "en")
CHANNELS = ("telegram", "whatsapp")
STAFF_CHAT = -1001
TOPIC = Topic(STAFF_CHAT, 77)
CODES = {"uz": "uz", "uz_Cyrl": "uz-Cyrl", "kk": "kk", "ru": "ru", "en": "en"}
"""The language tag of a Telegram client for each of our languages."""

SERVICES = Ask(Text("", Place("", 1, 1)), Place("", 1, 1), answers_from="services")
"""A question for one of the services."""

CALENDAR: dict[str, Fact] = {
    "free_days": (Option("2026-11-24", verbatim("24 November")), Option("2026-11-25", verbatim("25 November"))),
    "free_times": (Option("10:00", verbatim("10:00")), Option("15:00", verbatim("15:00"))),
    "orders": (Option("o1", verbatim("25 November, 15:00")),),
    "has_orders": True,
    "booked": True,
    "next_visit": verbatim("25 November, 15:00"),
    "order_status": verbatim("Fridge repair, 25 November, 15:00."),
}
"""A small calendar: what a test may know instead of the desk's own."""

LOCALES = Path(str(files("locales")))


@cache
def catalogs() -> dict[str, Catalog]:
    """The shipped catalogs."""
    return read_catalogs(LOCALES)


@cache
def texts() -> Texts:
    """The shipped texts."""
    return Texts(catalogs())


@cache
def business() -> Business:
    """The example business."""
    source = files("bot.business").joinpath("example.yaml")
    return read_business("example.yaml", source.read_text(encoding="utf-8"), ZONE)


@cache
def book() -> Book:
    """The shipped book, checked."""
    return BookKeeper(None, business(), LOCALES).book


def moment(at: datetime, shop: Business | None = None, language: str = "uz", wait_minutes: int = 15) -> Moment:
    """The world at that moment."""
    return Moment(at, shop or business(), texts(), language, wait_minutes)


def said_in(language: str, text: str | Phrase, context: str | None = None, **values: str | int | Phrase) -> str:
    """A text of the desk, or of the book by its English words, in a language."""
    phrase = text if isinstance(text, Phrase) else Phrase(text, context)
    return texts().render(phrase.having(**values) if values else phrase, language)


def questions(*scenarios: str) -> list[tuple[str, str]]:
    """All questions of the shipped book, or of those scenarios, as (scenario, step)."""
    return [
        (scenario.name, step_name)
        for scenario in book().scenarios.values()
        if not scenarios or scenario.name in scenarios
        for step_name, one in scenario.steps.items()
        if isinstance(one.wait, Ask)
    ]


def label_of(scenario: str, step_name: str, key: str, language: str) -> str:
    """What stands on the button of an answer."""
    wait = book().scenarios[scenario].steps[step_name].wait
    label = next(answer.label for answer in wait.answers if answer.key == key)
    return said_in(language, Phrase(label.id, label.context))
