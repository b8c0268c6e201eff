"""What the bot tells Telegram once at its start: where updates go, and which commands its menus show.

Rule: nothing here is needed to serve customers, so it runs beside the desk, is tried again when Telegram does
not answer, and a refusal costs a line in the log. aiogram is used here and imported by the call, since that
takes seconds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.channels.telegram.arrivals import ALLOWED_UPDATES
from bot.channels.telegram.commands import CUSTOMERS, LANGUAGES, MANAGERS, STAFF, Menu
from bot.channels.telegram.receiving import wait_or_stop
from bot.channels.telegram.webhook import PATH
from bot.secret import Secret, without_secrets

if TYPE_CHECKING:
    from aiogram import Bot
    from aiogram.types import BotCommandScopeUnion

__all__ = ["SetUp", "set_up"]

CONNECTIONS: Final = 40
"""How many updates Telegram delivers side by side; its own default (Bot API, November 2026)."""
FIRST_PAUSE: Final = 2.0
LONGEST_PAUSE: Final = 60.0
CALL_SECONDS: Final = 10

_log = logging.getLogger(__name__)

Step = Callable[["Bot"], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class SetUp:
    """What to set up, and at which server. `webhook_url` is the public base; without it the webhook is taken
    away. `language` is what people with other languages see."""

    token: Secret
    api_url: str
    webhook_url: str | None
    webhook_secret: Secret | None
    staff_chats: Collection[int]
    managers: Collection[int]
    language: str = "uz"


async def set_up(wanted: SetUp, stop: asyncio.Event) -> bool:
    """Carry out every step until Telegram took or refused it; whether all were taken. Never raises for what
    Telegram or the network does."""
    # In a thread: the import takes seconds, which customers would have to wait.
    await asyncio.to_thread(_import_aiogram)
    from aiogram.exceptions import (
        AiogramError,
        ClientDecodeError,
        TelegramNetworkError,
        TelegramRetryAfter,
        TelegramServerError,
        TelegramUnauthorizedError,
    )

    passing = (TelegramNetworkError, TelegramServerError, ClientDecodeError)
    taken, pause = True, FIRST_PAUSE
    async with _bot(wanted) as bot:
        steps = _steps(wanted)
        while steps and not stop.is_set():
            name, step = steps[0]
            try:
                await step(bot)
            except TelegramRetryAfter as error:
                await wait_or_stop(stop, float(error.retry_after))
                continue
            except passing as error:
                _log.warning("%s is tried again in %.0f s: %s", name, pause, _words(error, wanted))
                await wait_or_stop(stop, pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            except TelegramUnauthorizedError:
                _log.warning("%s was refused: look at QABUL_TELEGRAM_TOKEN", name)
                return False
            except AiogramError as error:
                taken = False
                _log.warning("%s was refused: %s", name, _words(error, wanted))
                steps = [other for other in steps if other[0] != name]
            else:
                del steps[0]
            pause = FIRST_PAUSE
    return taken and not steps


def _import_aiogram() -> None:
    import aiogram.client.session.aiohttp
    import aiogram.client.telegram
    import aiogram.types  # noqa: F401 - they are wanted by the code that runs after this


@asynccontextmanager
async def _bot(wanted: SetUp) -> AsyncIterator[Bot]:
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    session = AiohttpSession(api=TelegramAPIServer.from_base(wanted.api_url), timeout=CALL_SECONDS)
    bot = Bot(wanted.token.reveal(), session=session)
    try:
        yield bot
    finally:
        await session.close()


def _steps(wanted: SetUp) -> list[tuple[str, Step]]:
    from aiogram.types import BotCommandScopeAllPrivateChats, BotCommandScopeChat

    steps: list[tuple[str, Step]] = [_receiving(wanted)]
    steps += _menus("the customers' menu", CUSTOMERS, BotCommandScopeAllPrivateChats(), wanted.language)
    for chat in sorted(wanted.staff_chats):
        steps += _menus(f"the menu of staff group {chat}", STAFF, BotCommandScopeChat(chat_id=chat), wanted.language)
    for person in sorted(wanted.managers):
        scope = BotCommandScopeChat(chat_id=person)
        steps += _menus(f"the menu of manager {person}", MANAGERS, scope, wanted.language)
    return steps


def _receiving(wanted: SetUp) -> tuple[str, Step]:
    if wanted.webhook_url is None:
        return "deleteWebhook", lambda bot: bot.delete_webhook()
    url = wanted.webhook_url.rstrip("/") + PATH
    secret = wanted.webhook_secret.reveal() if wanted.webhook_secret else None
    return "setWebhook", lambda bot: bot.set_webhook(
        url, max_connections=CONNECTIONS, allowed_updates=list(ALLOWED_UPDATES), secret_token=secret
    )


def _menus(name: str, menu: Menu, scope: BotCommandScopeUnion, language: str) -> list[tuple[str, Step]]:
    """A menu in every language, first the one for people whose language we do not speak."""
    return [
        (name, _menu(menu, scope, language, None)),
        *((name, _menu(menu, scope, code, code)) for code in LANGUAGES),
    ]


def _menu(menu: Menu, scope: BotCommandScopeUnion, language: str, code: str | None) -> Step:
    from aiogram.types import BotCommand

    commands = [BotCommand(command=name, description=words[language]) for name, words in menu.items()]
    return lambda bot: bot.set_my_commands(commands, scope=scope, language_code=code)


def _words(error: Exception, wanted: SetUp) -> str:
    """An error in one line, without the token that a URL in it may carry."""
    line = " ".join(str(error).replace(wanted.token.reveal(), "(hidden)").split())
    return f"{type(error).__name__}: {without_secrets(line)[:200]}"
