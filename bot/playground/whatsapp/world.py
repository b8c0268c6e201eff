"""The whole local WhatsApp in one object: people act, the business sends, the webhook hears of it, trouble
can be made.
"""

from __future__ import annotations

from collections.abc import Sequence

from .acts import Acts
from .model import Button, JsonObject
from .sends import Sends
from .standing import callbacks
from .templates import CATEGORIES, Template
from .trouble import How


class WhatsAppWorld(Acts, Sends):
    """Everything that exists, in memory. Give it to `start` to serve it; see Registry for the
    constructor's values.
    """

    async def verify(self) -> bool:
        """Whether the callback passes Meta's GET handshake."""
        return await self.webhook.verify()

    def push_raw(self, body: bytes, sign: bool = True) -> None:
        """Post any bytes to the callback, signed rightly or not at all."""
        self.webhook.push_raw(body, sign)

    def redeliver(self, message_id: str | None = None, last: int = 1, times: int = 1) -> int:
        """Post known bodies again: those with this id, or the last ones."""
        return self.webhook.redeliver(message_id, last, times)

    async def settle(self, timeout: float = 10.0) -> None:
        """Wait until the callback has taken everything. Raises TimeoutError."""
        await self.webhook.settle(timeout)

    def set_webhook(self, url: str | None) -> None:
        self.webhook.url = url
        self.tell("webhook", "")

    def add_template(
        self, name: str, language: str, body: str, *,
        category: str = "UTILITY", status: str = "APPROVED", header: str = "", footer: str = "",
        quick_replies: Sequence[str] = (), contact_request: bool = False,
    ) -> Template:  # fmt: skip
        """A template of the account, with quick reply buttons and the request for the phone if wanted."""
        if category not in CATEGORIES:
            raise ValueError(f"category {category!r}: allowed are {', '.join(CATEGORIES)}")
        buttons = [Button(title, title, "quick_reply") for title in quick_replies]
        if contact_request:
            buttons.append(Button("request_contact_info", "Share contact info", "contact"))
        number = str(10**14 + len(self.templates.all()))
        template = Template(number, name, language, category, body, status, header, footer, tuple(buttons))
        self.templates.add(template)
        return template

    def fail_next(
        self,
        times: int = 1,
        *,
        code: int = 131000,
        status: int | None = None,
        details: str = "Scripted failure.",
        how: How = "error",
        path: str = "",
        person: str = "",
        retry_after: float | None = None,
        done_anyway: bool = False,
    ) -> None:
        """The next calls of the Graph API fail; see Trouble.fail_next."""
        self.trouble.fail_next(
            times, code=code, status=status, details=details, how=how, path=path, person=person,
            retry_after=retry_after, done_anyway=done_anyway,
        )  # fmt: skip

    def set_latency(self, seconds: float, most: float | None = None) -> None:
        """How long every call takes; with `most`, a time between the two."""
        self.trouble.latency = seconds if most is None else (seconds, most)

    def clear_trouble(self) -> None:
        """No latency, no failures, fresh rates."""
        self.trouble.clear()
        for rate in (self.pair_rate, self.number_rate, self.management_rate):
            rate.forget()

    def subscribe_app(self, subscribed: bool = True) -> None:
        """Whether the app hears of the account's messages."""
        self.webhook.subscribed = subscribed
        self.tell("webhook", "")

    def set_date_ahead(self, seconds: float) -> None:
        """The Date header of every answer is so many seconds ahead of this machine's clock."""
        self.date_ahead = seconds

    def account(self) -> JsonObject:
        """Every field of GET /{phone_number_id}."""
        standing = self.standing
        ids = {"PHONE_NUMBER": self.phone_number_id, "WABA": self.waba_id, "BUSINESS": "506914307656634"}
        return {
            "id": self.phone_number_id,
            "verified_name": self.business_name,
            "code_verification_status": standing.code_verification_status,
            "display_phone_number": f"+{self.phone}",
            "quality_rating": standing.quality_rating,
            "platform_type": "CLOUD_API",
            "throughput": {"level": "STANDARD" if self.number_rate.amount <= 80 else "HIGH"},
            "webhook_configuration": callbacks(standing, self.webhook.url or ""),
            "name_status": standing.name_status,
            "status": standing.status,
            "account_mode": "LIVE",
            "whatsapp_business_manager_messaging_limit": standing.messaging_limit,
            "health_status": standing.of_health({**ids, "APP": self.app_id}),
        }

    async def close(self) -> None:
        """End every delivery. The world's people and messages stay readable."""
        await self.webhook.close()
