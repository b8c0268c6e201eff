"""The messengers that the settings turn on, opened."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import aiohttp

from bot.channels.telegram.calls import TelegramApi
from bot.channels.telegram.send import TelegramChannel
from bot.channels.telegram.staff import TelegramStaff
from bot.channels.whatsapp.send import WhatsAppChannel
from bot.settings import Settings
from bot.trial_look import WhatsAppLook
from handlers.ports import Channel
from scenarios.engine.trial import ACCOUNT

__all__ = ["Messengers", "open_messengers"]

CONNECTIONS = 128
"""To one messenger: letters go side by side, and files beside them."""


@dataclass(slots=True)
class Messengers:
    """What is on; `channels` are those towards customers by name."""

    api: TelegramApi | None = None
    telegram: TelegramChannel | None = None
    staff: TelegramStaff | None = None
    whatsapp: WhatsAppChannel | None = None
    channels: dict[str, Channel] = field(default_factory=dict)


async def open_messengers(settings: Settings, path: Callable[[str], str], stack: AsyncExitStack) -> Messengers:
    """Open them; `path` says where the file of a hash lies, `stack` closes them."""
    opened = Messengers()
    if settings.telegram_token is not None:
        connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=30)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        opened.api = TelegramApi(session, settings.telegram_api_url, settings.telegram_token)
        opened.telegram = TelegramChannel(opened.api, path)
        opened.staff = TelegramStaff(opened.api, path)
        opened.channels["telegram"] = opened.telegram
        # A manager who tries the desk as a WhatsApp customer reads what WhatsApp would show in their Telegram chat.
        opened.channels[f"whatsapp:{ACCOUNT}"] = WhatsAppLook(opened.telegram)
    if settings.whatsapp_token is not None and settings.whatsapp_phone_number_id is not None:
        opened.whatsapp = WhatsAppChannel(
            settings.whatsapp_token, settings.whatsapp_phone_number_id, settings.whatsapp_api_url, path
        )
        stack.push_async_callback(opened.whatsapp.close)
        opened.channels["whatsapp"] = opened.whatsapp
    return opened
