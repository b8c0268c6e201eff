"""What the bot tells Telegram once at its start: where updates go, and which commands its menus show.

Rule: nothing here is needed to serve customers, so it runs beside the desk, is tried again when Telegram does
not answer, and a refusal costs a line in the log.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from bot.channels.telegram.arrivals import ALLOWED_UPDATES
from bot.channels.telegram.calls import TelegramApi
from bot.channels.telegram.commands import CUSTOMERS, LANGUAGES, MANAGERS, STAFF, Menu
from bot.channels.telegram.receiving import wait_or_stop
from bot.channels.telegram.webhook import PATH
from bot.secret import Secret, without_secrets
from handlers.ports import ChannelDown, Rejected, SendError, Throttled

__all__ = ["SetUp", "set_up"]

CONNECTIONS: Final = 40
"""How many updates Telegram delivers side by side; its own default (Bot API, November 2026)."""
FIRST_PAUSE: Final = 2.0
LONGEST_PAUSE: Final = 60.0

_log = logging.getLogger(__name__)


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


@dataclass(frozen=True, slots=True)
class Step:
    """One call; when it is refused, the others of the same name are not tried."""

    name: str
    method: str
    parameters: Mapping[str, Any]


async def set_up(wanted: SetUp, stop: asyncio.Event) -> bool:
    """Carry out every step until Telegram took or refused it; whether all were taken. Never raises for what
    Telegram or the network does."""
    taken, pause = True, FIRST_PAUSE
    steps = _steps(wanted)
    async with aiohttp.ClientSession() as session:
        api = TelegramApi(session, wanted.api_url, wanted.token)
        while steps and not stop.is_set():
            step = steps[0]
            try:
                await api.call(step.method, step.parameters)
            except Throttled as error:
                await wait_or_stop(stop, error.retry_after)
                continue
            except ChannelDown as error:
                _log.warning("%s is tried again in %.0f s: %s", step.name, pause, without_secrets(error.code))
                await wait_or_stop(stop, pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            except SendError as error:
                if isinstance(error, Rejected) and error.account:
                    _log.warning("%s was refused: look at QABUL_TELEGRAM_TOKEN", step.name)
                    return False
                taken = False
                _log.warning("%s was refused: %s", step.name, without_secrets(error.code)[:200])
                steps = [other for other in steps if other.name != step.name]
            else:
                del steps[0]
            pause = FIRST_PAUSE
    return taken and not steps


def _steps(wanted: SetUp) -> list[Step]:
    steps = [_receiving(wanted)]
    steps += _menus("the customers' menu", CUSTOMERS, {"type": "all_private_chats"}, wanted.language)
    for chat in sorted(wanted.staff_chats):
        steps += _menus(f"the menu of staff group {chat}", STAFF, {"type": "chat", "chat_id": chat}, wanted.language)
    for person in sorted(wanted.managers):
        scope = {"type": "chat", "chat_id": person}
        steps += _menus(f"the menu of manager {person}", MANAGERS, scope, wanted.language)
    return steps


def _receiving(wanted: SetUp) -> Step:
    if wanted.webhook_url is None:
        return Step("deleteWebhook", "deleteWebhook", {})
    parameters = {
        "url": wanted.webhook_url.rstrip("/") + PATH,
        "max_connections": CONNECTIONS,
        "allowed_updates": list(ALLOWED_UPDATES),
        "secret_token": wanted.webhook_secret.reveal() if wanted.webhook_secret else None,
    }
    return Step("setWebhook", "setWebhook", parameters)


def _menus(name: str, menu: Menu, scope: Mapping[str, Any], language: str) -> list[Step]:
    """A menu in every language, first the one for people whose language we do not speak."""

    def step(words: str, code: str | None) -> Step:
        commands = [{"command": command, "description": said[words]} for command, said in menu.items()]
        return Step(name, "setMyCommands", {"commands": commands, "scope": scope, "language_code": code})

    return [step(language, None), *(step(code, code) for code in LANGUAGES)]
