"""The installation that is looked at: its settings, its messengers, and answers that several checks share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TypeVar

import aiohttp

from bot.channels.telegram.calls import TelegramApi
from bot.channels.whatsapp.graph import Graph
from bot.settings import Reading

__all__ = ["ASK_SECONDS", "Installation", "present"]

ASK_SECONDS = 6.0
"""How long one question to somebody else's server may take."""

T = TypeVar("T")


def present() -> datetime:
    """The time of this machine, UTC."""
    return datetime.now(UTC)


class Installation:
    """`async with`: open while checks look. `now` is this machine's clock."""

    def __init__(self, reading: Reading, now: Callable[[], datetime] = present) -> None:
        self.reading = reading
        self.settings = reading.settings
        self.now = now
        self._asked: dict[str, asyncio.Task[Any]] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Installation:
        settings, timeout = self.settings, aiohttp.ClientTimeout(total=ASK_SECONDS)
        self.web = await self._stack.enter_async_context(aiohttp.ClientSession(timeout=timeout))
        self.telegram: TelegramApi | None = None
        if settings.telegram_token is not None:
            self.telegram = TelegramApi(self.web, settings.telegram_api_url, settings.telegram_token)
        self.graph: Graph | None = None
        if settings.whatsapp_token is not None and settings.whatsapp_phone_number_id is not None:
            self.graph = Graph(
                settings.whatsapp_token, settings.whatsapp_phone_number_id, settings.whatsapp_api_url, ASK_SECONDS
            )
            self._stack.push_async_callback(self.graph.close)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._asked.values():
            task.cancel()
        await asyncio.gather(*self._asked.values(), return_exceptions=True)
        await self._stack.aclose()

    async def once(self, what: str, ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The answer to a question that several checks have, asked once; every one of them meets its error."""
        task = self._asked.get(what)
        if task is None:
            task = self._asked[what] = asyncio.create_task(ask(), name=what)
        # A check that runs out of time must not take the answer away from the others.
        shielded: Awaitable[T] = asyncio.shield(task)
        return await shielded

    def without_own_secrets(self, text: str) -> str:
        """A text with every secret of the settings hidden, wherever it came from."""
        settings = self.settings
        secrets = (
            settings.telegram_token,
            settings.telegram_webhook_secret,
            settings.whatsapp_token,
            settings.whatsapp_app_secret,
            settings.whatsapp_verify_token,
        )
        for secret in secrets:
            if secret is not None:
                text = text.replace(secret.reveal(), str(secret))
        return text
