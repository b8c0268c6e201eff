"""How fast one chat may be written to: a burst, then a steady rate. One process sends a chat's letters at a time, so
its own clock is enough."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict

__all__ = ["Pace"]

RATES = {"telegram": (20.0, 1.0), "whatsapp": (40.0, 1 / 6)}
"""(burst, messages per second) to one person. Telegram: about one a second, short bursts allowed (Bot FAQ, 2026);
WhatsApp: one per 6 s, a burst of 45 (Meta, throughput page, 2026)."""

REMEMBERED = 10_000


class Pace:
    """Waits before a message to a chat that has had many lately."""

    def __init__(self) -> None:
        self._tokens: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._accounts: dict[str, float] = {}

    async def wait(self, account: str, destination: str) -> None:
        """Until this account and this chat may be used."""
        while (pause := self._accounts.get(account, 0.0) - time.monotonic()) > 0:  # noqa: ASYNC110 - a time, not an event
            await asyncio.sleep(pause)
        rate = RATES.get(destination.split(":", 1)[0])
        if rate is None:
            return
        burst, per_second = rate
        now = time.monotonic()
        tokens, at = self._tokens.pop(destination, (burst, now))
        tokens = min(burst, tokens + (now - at) * per_second) - 1
        self._tokens[destination] = (tokens, now)
        while len(self._tokens) > REMEMBERED:
            self._tokens.popitem(last=False)
        if tokens < 0:
            await asyncio.sleep(-tokens / per_second)

    def pause(self, account: str, seconds: float) -> None:
        """The messenger told this account to slow down."""
        self._accounts[account] = max(self._accounts.get(account, 0.0), time.monotonic() + seconds)
