"""Spans of time as people say them: 40 s, 12 min, 1 h 05 min, 2 d 3 h."""

from __future__ import annotations

from handlers.texts import Texts
from scenarios.engine.phrases import Phrase

__all__ = ["duration_text"]

SECONDS = Phrase("{seconds} s", "duration")
MINUTES = Phrase("{minutes} min", "duration")
HOURS = Phrase("{hours} h {minutes} min", "duration")
DAYS = Phrase("{days} d {hours} h", "duration")

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def duration_text(seconds: float, texts: Texts, language: str) -> str:
    """A span in its two largest units, rounded to the smaller; a negative one is none."""
    whole = max(0, round(seconds))
    if whole < _MINUTE:
        phrase = SECONDS.having(seconds=whole)
    elif whole < _HOUR - _MINUTE // 2:
        phrase = MINUTES.having(minutes=round(whole / _MINUTE))
    elif whole < _DAY - _MINUTE // 2:
        minutes = round(whole / _MINUTE)
        phrase = HOURS.having(hours=minutes // 60, minutes=f"{minutes % 60:02}")
    else:
        hours = round(whole / _HOUR)
        phrase = DAYS.having(days=hours // 24, hours=hours % 24)
    return texts.render(phrase, language)
