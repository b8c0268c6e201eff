"""The business of the demo: the shipped example, in the reader's language for the staff, and open when it is tried.

Rule: nothing else differs from the example, so what the demo shows is what its owner of tomorrow gets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

from handlers.business import read_business

__all__ = ["BUSINESS", "demo_business", "reader_language"]

BUSINESS = "business.yaml"
"""The file's name in the desk's data directory."""

LANGUAGES = ("uz", "kk", "ru", "en")
ALL_DAY = '"0:00-23:59"'


def reader_language(environ: Mapping[str, str]) -> str:
    """What staff and manager of the demo read: QABUL_LANGUAGE, or the language of the terminal, or English."""
    for name in ("QABUL_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if (code := environ.get(name, "")[:2].lower()) in LANGUAGES:
            return code
    return "en"


def demo_business(language: str, now: datetime, zone: ZoneInfo) -> str:
    """The business file. Whoever tries the demo at night would meet a desk that is closed, so then it works all day."""
    text = (files("bot") / "business/example.yaml").read_text("utf-8")
    text = re.sub(r"(?m)^staff_language: \w+$", f"staff_language: {language}", text)
    if not read_business("example.yaml", text, zone).hours.open_at(now):
        text = re.sub(r'(?m)^(  (?:mon|tue|wed|thu|fri|sat|sun): )"[^"]*"', rf"\1{ALL_DAY}", text)
        text = re.sub(r"(?m)^quiet_hours: .*\n", "", text)
        text = re.sub(r"(?m)^holidays:\n(?:  - .*\n)+", "holidays: []\n", text)
    return text
