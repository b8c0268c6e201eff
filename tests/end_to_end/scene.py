"""Both local messengers, a staff group, customers and one desk between them."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal, cast

from bot.playground import telegram, whatsapp
from tests.end_to_end.desk import DeskProcess, Storage, business_file, until

__all__ = ["Customer", "Inlet", "Scene", "TelegramCustomer", "WhatsAppCustomer", "scene"]

Inlet = Literal["polling", "webhook"]
WEBHOOK_SECRET = "e2e_secret-1"
QUICK = (0.0, *[0.2] * 400)
"""Pauses of a messenger between two tries of a webhook: short, so that a test does not wait for Meta's minutes."""

HELLO = "What can we help you with?"
RECORDED_WITHIN = 0.3
"""Seconds before a kill in which an answered call may not be recorded yet (results are recorded within 20 ms; the
rest is this machine's)."""

READ_WITHIN = 1.0
"""Seconds after a kill in which the local messenger, which shares this process with the test, may still read what the
killed desk had sent."""

PERSON = "I am calling a colleague for you."


class Scene:
    """Everybody who takes part. `change` is set whenever anything happened at a messenger."""

    def __init__(self) -> None:
        self.telegram = telegram.TelegramWorld(poll_pacing=False, webhook_retries=QUICK, calls_kept=100_000)
        self.whatsapp = whatsapp.WhatsAppWorld(
            retry_delays=QUICK, calls_kept=100_000, switches=whatsapp.Switches(pair_rate=False)
        )
        self.change = asyncio.Event()
        self.telegram.subscribe(lambda event, detail: self.change.set())
        self.whatsapp.subscribe(lambda event, detail: self.change.set())
        self.staff_chat = int(self.telegram.make_forum("Reception")["id"])
        self.agent = int(self.telegram.add_user(first_name="Nodira", language_code="en")["id"])
        self.telegram.join(self.staff_chat, self.agent)
        self.longest_call = 0.0
        """Seconds that a messenger takes for a call at most."""
        self.on_whatsapp: list[WhatsAppCustomer] = []
        self.desk: DeskProcess

    def latency(self, seconds: float) -> None:
        """Both messengers take so long for a call."""
        self.telegram.set_latency(seconds)
        self.whatsapp.set_latency(seconds)
        self.longest_call = max(self.longest_call, seconds)

    async def until(self, condition: Callable[[], object], what: str, seconds: float = 20.0) -> None:
        """Wait until a condition on the messengers holds."""
        patience = 4 if self.desk.storage.workers > 1 else 1
        await until(condition, seconds * patience, what, self.desk, self.change)

    def customers(self, number: int, first: int = 0) -> list[TelegramCustomer]:
        """New customers on Telegram."""
        return [TelegramCustomer(self, f"Customer {first + n}") for n in range(number)]

    def whatsapp_customers(self, number: int, first: int = 0) -> list[WhatsAppCustomer]:
        """New customers on WhatsApp."""
        new = [WhatsAppCustomer(self, f"Customer {first + n}", first + n) for n in range(number)]
        self.on_whatsapp += new
        return new

    def group_limit(self, calls: int | None, seconds: float = 3.0, shape: Any = "bucket") -> None:
        """The staff group's flood limit at the messenger."""
        self.telegram.set_flood_limit("group", calls, seconds, shape)

    def topics(self) -> list[dict[str, Any]]:
        """The topics that are there, the General one and deleted ones left out."""
        return [topic for topic in self.telegram.topics(self.staff_chat) if not topic["deleted"]]

    def topic(self, customer: Customer) -> dict[str, Any] | None:
        """The customer's topic."""
        mine = [topic for topic in self.topics() if topic["name"].startswith(f"{customer.name} ·")]
        assert len(mine) <= 1, f"{len(mine)} topics for {customer.name}"
        return mine[0] if mine else None

    def in_topic(self, customer: Customer) -> list[dict[str, Any]]:
        """What the bot wrote into the customer's topic, service messages left out."""
        topic = self.topic(customer)
        if topic is None:
            return []
        bot = self.telegram.bot["id"]
        return [m for m in topic["messages"] if m["from"]["id"] == bot and ("text" in m or "document" in m)]

    def mirrored(self, customer: Customer, words: list[str]) -> list[str]:
        """Those of the words that stand in the topic as lines of their own, in the order in which they stand there."""
        wanted = set(words)
        lines = [line for m in self.in_topic(customer) for line in str(m.get("text", "")).split("\n")]
        return [line for line in lines if line in wanted]

    def has_handoff(self, customer: Customer) -> bool:
        """Whether card, summary and history are in the customer's topic."""
        messages = self.in_topic(customer)
        return (
            any(str(m.get("text", "")).startswith("👤") for m in messages)
            and any("is waiting for a person" in str(m.get("text", "")) for m in messages)
            and any("document" in m for m in messages)
        )

    async def handed_off(self, customers: Sequence[Customer], seconds: float = 60.0) -> None:
        """Wait until everybody's handoff is in its topic, with nobody killed meanwhile: a topic whose maker died is
        waited for by whoever comes next, for longer than the workers live otherwise."""
        await self.desk.spare()
        await self.until(lambda: all(map(self.has_handoff, customers)), "every handoff is in its topic", seconds)
        self.desk.do_not_spare()

    def once(self, texts: list[str]) -> list[str]:
        """What was written, in the order in which each was written first. Nothing stands twice, unless it was under way
        when its sender was killed: that `doubled` tells."""
        return list(dict.fromkeys(texts)) if self.desk.kills else texts

    def doubled(self, away: float = 0.0) -> int:
        """How many messages were sent twice. An AssertionError if one of them was not under way at a kill. `away`: for
        how many seconds the database could record nothing."""
        sent: dict[tuple[object, ...], list[float]] = {}
        for call in self.telegram.calls:
            if call.ok and call.method.lower() in ("sendmessage", "senddocument"):
                given = (call.params.get(name) for name in ("chat_id", "message_thread_id", "text", "caption"))
                sent.setdefault(tuple(given), []).append(call.time)
        for one in self.on_whatsapp:
            for message in self.whatsapp.chat(one.person):
                if message.side == "business":
                    sent.setdefault((one.name, message.text), []).append(message.at)
        again = [(key, at) for key, times in sent.items() for at in sorted(times)[:-1]]
        longest = self.longest_call + RECORDED_WITHIN + READ_WITHIN
        for key, at in again:
            near = [kill for kill in self.desk.kills if at - longest < kill < at + RECORDED_WITHIN + away]
            assert near, f"{key} was sent again though nobody was killed then: {sent[key]}, {self.desk.kills}"
        return len(again)

    def reply(self, customer: Customer, text: str) -> dict[str, Any]:
        """The agent writes into the customer's topic."""
        topic = self.topic(customer)
        assert topic is not None
        return dict(self.telegram.say(self.agent, text, chat=self.staff_chat, thread=topic["thread_id"]))

    def documents(self, customer: Customer) -> int:
        """How many history documents the customer's topic has, not counting those that a kill doubled."""
        found = [m["document"]["file_name"] for m in self.in_topic(customer) if "document" in m]
        return len(self.once(found))

    def history_document(self, customer: Customer) -> str:
        """The newest history document of the customer's topic."""
        documents = [m["document"] for m in self.in_topic(customer) if "document" in m]
        stored = self.telegram.files.by_id(documents[-1]["file_id"])
        assert stored is not None
        return stored.data.decode()


class Customer(ABC):
    """A person on either messenger."""

    name: str
    address: str
    """As DeskProcess.history names it."""

    @abstractmethod
    def says(self, text: str) -> None:
        """Write a text."""

    @abstractmethod
    def taps(self, label: str) -> None:
        """Press the newest button of that label."""

    @abstractmethod
    def heard(self) -> list[str]:
        """What the desk wrote to them, in order."""

    def heard_about(self, words: str) -> list[str]:
        """The desk's messages with these words."""
        return [text for text in self.heard() if words in text]


class TelegramCustomer(Customer):
    """Telegram with an English app."""

    def __init__(self, scene: Scene, name: str) -> None:
        self._world, self.name = scene.telegram, name
        self.id = int(self._world.add_user(first_name=name, language_code="en")["id"])
        self.address = f"telegram:{self.id}"

    def says(self, text: str) -> None:
        self._world.say(self.id, text)

    def taps(self, label: str) -> None:
        for message in reversed(self._world.messages(self.id)):
            rows = message.get("reply_markup", {}).get("inline_keyboard", [])
            if any(button["text"] == label for row in rows for button in row):
                self._world.press(self.id, self.id, message["message_id"], label)
                return
        raise AssertionError(f"{self.name} has no button {label!r}: {self.heard()}")

    def heard(self) -> list[str]:
        bot = self._world.bot["id"]
        return [str(m.get("text", "")) for m in self._world.messages(self.id) if m["from"]["id"] == bot]


class WhatsAppCustomer(Customer):
    """WhatsApp with a visible phone."""

    def __init__(self, scene: Scene, name: str, number: int) -> None:
        self._world, self.name = scene.whatsapp, name
        self.person = self._world.add_user(name, f"99890{number:07d}")
        self.address = f"whatsapp:u:{self.person.user_id}"

    def says(self, text: str) -> None:
        self._world.say(self.person, text)

    def taps(self, label: str) -> None:
        for message in reversed(self._world.chat(self.person)):
            if any(button.title == label for button in message.buttons):
                self._world.press(self.person, message.id, label)
                return
        raise AssertionError(f"{self.name} has no button {label!r}: {self.heard()}")

    def heard(self) -> list[str]:
        return [m.text for m in self._world.chat(self.person) if m.side == "business"]


@asynccontextmanager
async def scene(
    storage: Storage,
    inlet: Inlet = "polling",
    calls: float = 60_000,
    burst: float = 1000,
    with_whatsapp: bool = False,
) -> AsyncIterator[Scene]:
    """A scene with a desk that is not started yet; leaving it checks that no process is left.

    `calls` a minute and `burst` are the desk's budget for the staff group; the messenger itself has no limit there
    until `group_limit` sets one.
    """
    it = Scene()
    it.group_limit(None)
    telegram_runner, telegram_url = await telegram.start(it.telegram)
    whatsapp_runner, whatsapp_url = await whatsapp.start(it.whatsapp)
    settings = {
        "QABUL_TELEGRAM_TOKEN": it.telegram.token,
        "QABUL_TELEGRAM_API_URL": telegram_url,
        "QABUL_STAFF_CHAT_ID": str(it.staff_chat),
        "QABUL_LANGUAGE": "en",
    }
    if with_whatsapp:
        settings |= {
            "QABUL_WHATSAPP_TOKEN": it.whatsapp.token,
            "QABUL_WHATSAPP_PHONE_NUMBER_ID": it.whatsapp.phone_number_id,
            "QABUL_WHATSAPP_APP_SECRET": it.whatsapp.webhook.app_secret,
            "QABUL_WHATSAPP_VERIFY_TOKEN": it.whatsapp.webhook.verify_token,
            "QABUL_WHATSAPP_API_URL": whatsapp_url,
        }
    inlet = cast(Inlet, storage.inlet) if storage.inlet else inlet
    it.desk = desk = DeskProcess(storage, settings)
    desk.environment["QABUL_BUSINESS_FILE"] = str(business_file(desk.folder, calls, burst))
    if inlet == "webhook":
        desk.environment["QABUL_TELEGRAM_WEBHOOK_URL"] = desk.base
        desk.environment["QABUL_TELEGRAM_WEBHOOK_SECRET"] = WEBHOOK_SECRET
    if with_whatsapp:
        it.whatsapp.set_webhook(f"{desk.base}/whatsapp/webhook")
    try:
        yield it
    finally:
        try:
            await desk.end()
        finally:
            it.telegram.clear_trouble()
            await telegram_runner.cleanup()
            await whatsapp_runner.cleanup()
