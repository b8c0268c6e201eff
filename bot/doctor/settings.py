"""Settings: can they be read, and is a messenger on?"""

from __future__ import annotations

from bot.doctor.findings import Check, Finding, failure, ok
from bot.doctor.installation import Installation

__all__ = ["CHECKS", "NO_MESSENGER"]

NO_MESSENGER = "no messenger is set up: set QABUL_TELEGRAM_TOKEN or QABUL_WHATSAPP_TOKEN, or try `qabul demo`"


async def _settings(here: Installation) -> Finding:
    if here.reading.mistakes:
        return failure("; ".join(here.reading.mistakes), "correct them in the environment or in .env")
    settings = here.settings
    if settings.telegram_token is None and settings.whatsapp_token is None:
        found, _, todo = NO_MESSENGER.partition(": ")
        return failure(found, todo)
    messengers = [
        name
        for name, token in (("Telegram", settings.telegram_token), ("WhatsApp", settings.whatsapp_token))
        if token is not None
    ]
    database = "SQLite" if settings.is_on_sqlite else "PostgreSQL"
    redis = "the embedded Redis" if settings.redis_url is None else "Redis"
    return ok(f"{' and '.join(messengers)} on {database} with {redis}")


CHECKS = (Check("settings", _settings),)
