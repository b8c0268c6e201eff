"""How a raw update is handed over, whichever way it came.

Rule: an update is acknowledged to Telegram only after `Receive` said True; until then Telegram delivers it
again.
"""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias

__all__ = ["Receive", "place_of_error", "wait_or_stop"]

Receive: TypeAlias = Callable[[dict[str, Any]], Awaitable[bool]]
"""Takes one raw update; True once it is safely stored, False when there is no room just now. It is called in
the order of the updates and begins at once, so whoever takes them can keep the order of one chat."""


def place_of_error(error: BaseException) -> str:
    """An error's kind and where it was raised. Not its words: a database's repeat what a customer wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + where


async def wait_or_stop(stop: asyncio.Event, seconds: float) -> bool:
    """Wait so long, or until `stop` is set; whether it is."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()
