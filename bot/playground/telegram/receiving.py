"""How the bot gets its updates: getUpdates or a webhook, never both. Switching follows the server: setting
a webhook ends a waiting poll, and polling with a webhook set is a conflict."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from yarl import URL

from bot.playground.telegram.forms import Form
from bot.playground.telegram.refusals import WEBHOOK_ACTIVE, ApiError, Json, bad, too_many_requests
from bot.playground.telegram.sending import Handler
from bot.playground.telegram.webhook import WebhookSettings
from bot.playground.telegram.world import TelegramWorld

DEFAULT_CONNECTIONS = 40


@dataclass(frozen=True, slots=True)
class Described:
    """A result that comes with a sentence beside it, as setWebhook's does."""

    result: object
    description: str


class Receiving:
    """Bot API methods about updates. `webhook_pause` are the seconds between two changes of the webhook."""

    def __init__(self, world: TelegramWorld, webhook_pause: float = 1.0) -> None:
        self._world = world
        self._pause = webhook_pause
        self._last_change = -webhook_pause

    def methods(self) -> dict[str, Handler]:
        """Handlers by lower-case method name."""
        return {
            "getupdates": self._get_updates,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._webhook_info,
        }

    async def _get_updates(self, form: Form) -> list[Json]:
        if self._world.webhook.settings.url:
            raise ApiError(409, WEBHOOK_ACTIVE)
        queue = self._world.updates
        queue.allow(form.get("allowed_updates"))
        return await queue.poll(form.integer("offset"), form.integer("limit", 100), form.integer("timeout"))

    async def _set_webhook(self, form: Form) -> Described:
        url = form.text("url").strip()
        if not url:
            return await self._delete_webhook(form)
        if not re.match(r"https?://[^\s/]+", url) or URL(url).host is None:
            raise bad("invalid webhook URL specified")
        secret = form.text("secret_token")
        if len(secret) > 256:
            raise bad("secret token is too long")
        if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
            raise bad("secret token contains unallowed characters")
        connections = max(1, min(form.integer("max_connections", DEFAULT_CONNECTIONS), 100))
        settings = WebhookSettings(url, secret, connections)
        queue = self._world.updates
        queue.allow(form.get("allowed_updates"))
        if form.flag("drop_pending_updates"):
            queue.drop_all()
        elif settings == self._world.webhook.settings:
            return Described(True, "Webhook is already set")
        self._pace()
        queue.end_poll()
        await self._world.webhook.set(settings)
        self._world.changed("webhook", {"url": url})
        return Described(True, "Webhook was set")

    def _pace(self) -> None:
        now = time.monotonic()
        if now < self._last_change + self._pause:
            raise too_many_requests(1)
        self._last_change = now

    async def _delete_webhook(self, form: Form) -> Described:
        if form.flag("drop_pending_updates"):
            self._world.updates.drop_all()
        if not self._world.webhook.settings.url:
            return Described(True, "Webhook is already deleted")
        await self._world.webhook.set(WebhookSettings())
        self._world.changed("webhook", {"url": ""})
        return Described(True, "Webhook was deleted")

    def _webhook_info(self, _: Form) -> Json:
        webhook = self._world.webhook
        info: Json = {
            "url": webhook.settings.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._world.updates.pending),
        }
        if webhook.settings.url:
            info["max_connections"] = webhook.settings.max_connections
            info["ip_address"] = "127.0.0.1"
            if webhook.last_error is not None:
                info["last_error_date"], info["last_error_message"] = webhook.last_error
        if self._world.updates.allowed:
            info["allowed_updates"] = list(self._world.updates.allowed)
        return info
