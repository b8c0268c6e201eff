"""Moments as managers read them: day, month and time by the business's clock."""

from __future__ import annotations

from datetime import datetime, tzinfo

from babel.dates import format_datetime

from handlers.papers.labels import locale_of

__all__ = ["moment_text"]


def moment_text(at: datetime, language: str, zone: tzinfo) -> str:
    """24 November, 12:30 in the reader's language."""
    return format_datetime(at.astimezone(zone), "d MMMM, HH:mm", locale=locale_of(language))
