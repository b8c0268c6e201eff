"""Reading answers at one fixed moment, and telling in a short form what came of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from scenarios.engine.events import Content
from scenarios.engine.phrases import Phrase
from scenarios.engine.slots import clock, days, moments, phones, quantities, read, reckoning, scores

TASHKENT = ZoneInfo("Asia/Tashkent")
NOW = datetime(2026, 11, 24, 12, tzinfo=TASHKENT)
"""A Tuesday."""

HERE = Path(__file__).parent

_PHRASES = {
    value.id: name
    for module in (clock, days, moments, phones, quantities, reckoning, scores)
    for name, value in vars(module).items()
    if isinstance(value, Phrase)
}


def rows(file: str) -> list[tuple[str, str, str, str]]:
    """(language, question, words, remembered) of a table."""
    table = yaml.safe_load((HERE / file).read_text(encoding="utf-8"))
    return [(group, *(str(part) for part in row)) for group, lines in table.items() for row in lines]


def told(kind: str, text: str, language: str = "", now: datetime = NOW) -> str:
    """What is remembered of the words, as the tables write it."""
    return short(read(kind, Content(text), now, "uz_Cyrl" if language == "uz_cyrl" else language))


def short(answer: Any) -> str:
    if answer is None:
        return "-"
    if isinstance(answer, Phrase):
        return _PHRASES[answer.id]
    parts = [answer["key"], answer.get("time_said"), answer.get("span"), answer.get("until")]
    day = answer.get("date_said")
    return " ".join([part for part in parts if part] + (["on", day] if day else []))
