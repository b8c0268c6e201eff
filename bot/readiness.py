"""Whether a desk may be sent customers: its stores answer and are of its version."""

from __future__ import annotations

import asyncio

from bot.ground import Ground
from storage.schema import newest_version, present_version

__all__ = ["why_not_ready"]

SECONDS = 2.0


async def why_not_ready(ground: Ground) -> str:
    """The reason in one line, or nothing."""
    try:
        async with asyncio.timeout(SECONDS):
            if await present_version(ground.database) != newest_version():
                return "the database needs `qabul migrate`"
    except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
        return f"the database does not answer ({type(error).__name__})"
    try:
        async with asyncio.timeout(SECONDS):
            await ground.cache.ping()
    except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
        return f"Redis does not answer ({type(error).__name__})"
    return ""
