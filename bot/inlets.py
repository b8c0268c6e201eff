"""How each messenger's deliveries reach the reception: routes for webhooks, work for long polling and set-up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog
from aiohttp import web

from bot.channels.telegram.calls import TelegramApi
from bot.channels.telegram.facts import me_facts
from bot.channels.telegram.parse import parse
from bot.channels.telegram.polling import poll
from bot.channels.telegram.send import TelegramChannel
from bot.channels.telegram.setup import SetUp, set_up
from bot.channels.telegram.webhook import PATH as TELEGRAM_PATH
from bot.channels.telegram.webhook import webhook_handler
from bot.channels.whatsapp import arrivals as wa
from bot.channels.whatsapp.send import WhatsAppChannel
from bot.channels.whatsapp.webhook import WhatsAppWebhook
from bot.reception import Reception
from bot.settings import Settings
from handlers.ports import SendError
from handlers.tracing import VIA
from storage.cache import RedisCache
from storage.owners import Owner

__all__ = ["Inlet", "TelegramDoor", "set_up_telegram", "telegram_inlet", "whatsapp_inlet"]

LEASE_SECONDS = 15.0
RENEW_SECONDS = 5.0
"""Long polling is one process's work at a time; another takes over when its lease runs out."""

NAME_PAUSE = 5.0
POLLING = "polling"
_log = structlog.get_logger()


@dataclass(slots=True)
class Inlet:
    """Routes to mount and work to run until the desk stops."""

    routes: list[web.AbstractRouteDef] = field(default_factory=list)
    works: dict[str, Coroutine[Any, Any, None]] = field(default_factory=dict)


class TelegramDoor:
    """Takes raw updates, whichever way they came."""

    def __init__(self, settings: Settings, api: TelegramApi, channel: TelegramChannel, reception: Reception) -> None:
        self._api = api
        self._channel = channel
        self._reception = reception
        self._staff = frozenset() if settings.staff_chat_id is None else frozenset({settings.staff_chat_id})
        self._managers = settings.manager_ids
        self._name = ""
        self._via = "polling" if settings.telegram_webhook_url is None else "webhook"
        self._answers: set[asyncio.Task[None]] = set()

    async def receive(self, update: dict[str, Any]) -> bool:
        """Carry one update to its commit; True once it is stored."""
        VIA.set(self._via)
        arrivals = parse(update, self._api.bot_id, self._staff, self._managers, datetime.now(UTC), self._name)
        stored = True
        for arrival in arrivals:
            stored = await self._reception.arrived(arrival) and stored
        callback = update.get("callback_query")
        if stored and isinstance(callback, dict) and isinstance(callback.get("id"), str):
            # Only the spinner on the button; the press itself is committed already.
            task = asyncio.create_task(self._channel.answer_callback(callback["id"]), name="callback")
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)
        return stored

    async def learn_name(self) -> None:
        """Ask for the bot's own username, by which commands for other bots are told apart."""
        while not self._name:
            try:
                self._name = (await me_facts(self._api)).username
            except SendError as error:
                _log.warning("Telegram does not say who the bot is", reason=error.reason)
                await asyncio.sleep(NAME_PAUSE)


def telegram_inlet(
    settings: Settings,
    api: TelegramApi,
    channel: TelegramChannel,
    reception: Reception,
    cache: RedisCache,
    owner: Owner,
    stop: asyncio.Event,
    sets_up: bool = True,
) -> Inlet:
    """Telegram by webhook when an address is set, otherwise by long polling; `sets_up`: webhook and menus too."""
    door = TelegramDoor(settings, api, channel, reception)
    inlet = Inlet(works={"telegram-name": door.learn_name()})
    if sets_up:
        inlet.works["telegram-set-up"] = set_up_telegram(settings, stop)
    if settings.telegram_webhook_secret is not None and settings.telegram_webhook_url is not None:
        inlet.routes.append(web.post(TELEGRAM_PATH, webhook_handler(settings.telegram_webhook_secret, door.receive)))
    elif settings.is_on_sqlite:
        inlet.works["telegram-polling"] = poll(api, door.receive, stop)
    else:
        inlet.works["telegram-polling"] = _poll_in_turn(api, door, cache, owner, stop)
    return inlet


def whatsapp_inlet(settings: Settings, channel: WhatsAppChannel, reception: Reception) -> list[web.AbstractRouteDef]:
    """WhatsApp's webhook."""
    assert settings.whatsapp_phone_number_id is not None
    assert settings.whatsapp_app_secret is not None
    assert settings.whatsapp_verify_token is not None
    hook = WhatsAppWebhook(
        settings.whatsapp_phone_number_id,
        settings.whatsapp_app_secret,
        settings.whatsapp_verify_token,
        receive=(receive := _by_webhook(reception)),
        receipt=receive,
        heard=channel.heard,
    )
    return list(hook.routes())


def _by_webhook(reception: Reception) -> Callable[[wa.Arrival], Awaitable[bool]]:
    async def receive(arrival: wa.Arrival) -> bool:
        VIA.set("webhook")
        return await reception.arrived(arrival)

    return receive


async def set_up_telegram(settings: Settings, stop: asyncio.Event) -> None:
    """Tell Telegram where updates go and which commands there are, until it took or refused that or we are to stop."""
    assert settings.telegram_token is not None
    wanted = SetUp(
        token=settings.telegram_token,
        api_url=settings.telegram_api_url,
        webhook_url=settings.telegram_webhook_url,
        webhook_secret=settings.telegram_webhook_secret,
        staff_chats=[settings.staff_chat_id] if settings.staff_chat_id is not None else [],
        managers=sorted(settings.manager_ids),
        language=settings.language,
    )
    await set_up(wanted, stop)


async def _poll_in_turn(
    api: TelegramApi, door: TelegramDoor, cache: RedisCache, owner: Owner, stop: asyncio.Event
) -> None:
    """Poll while this process has the lease; without Redis whoever polls goes on."""
    polling: asyncio.Task[None] | None = None
    ours = asyncio.Event()
    try:
        while not stop.is_set():
            has = await cache.lease(POLLING, owner.name, LEASE_SECONDS)
            if has and (polling is None or polling.done()):
                ours = asyncio.Event()
                polling = asyncio.create_task(poll(api, door.receive, ours), name="telegram-poll")
            elif not has and cache.up and polling is not None:
                ours.set()
                await asyncio.wait({polling})
                polling = None
            if not has and await _freed(cache, owner):
                continue
            await asyncio.sleep(RENEW_SECONDS if has else 1.0)
    finally:
        ours.set()
        if polling is not None:
            await asyncio.wait({polling})
        await cache.end_lease(POLLING, owner.name)


async def _freed(cache: RedisCache, owner: Owner) -> bool:
    """Take the lease from a process that died, so that nobody waits for its end; whether there was one."""
    holder = await cache.lease_holder(POLLING)
    try:
        if holder is None or holder in await owner.alive():
            return False
    except Exception as error:  # noqa: BLE001 - without the database nobody is called dead
        _log.info("whether the poller lives cannot be told now", error=type(error).__name__)
        return False
    await cache.end_lease(POLLING, holder)
    return True
