"""Who and what the local WhatsApp holds: people, their chats, the log of calls, and word of every change.

A person is found by key, phone, business-scoped user id or the Person itself; a message by its id.
"""

from __future__ import annotations

import asyncio
import base64
import re
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from secrets import randbelow, token_bytes
from typing import Any

from . import limits, payloads
from .checks import Reader
from .media import MediaShelf
from .model import Call, ChatMessage, JsonObject, Person, Switches, WrongAct
from .standing import Standing
from .templates import TemplateShelf
from .trouble import Trouble
from .webhook import DELAYS, WebhookSender

PersonRef = Person | str
Listener = Callable[[str, str], None]
USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")


def digits(phone: str) -> str:
    return "".join(one for one in phone if one.isdecimal())


def wa_phone(phone: str) -> str:
    """The number WhatsApp knows somebody by: Mexico's 1 and Brazil's ninth digit are dropped, as `wa_id`
    shows.
    """
    number = digits(phone)
    if number.startswith("521") and len(number) == 13:
        return "52" + number[3:]
    if number.startswith("55") and len(number) == 13 and number[4] == "9" and number[2:4] > "30":
        return number[:4] + number[5:]
    return number


class Registry:
    """The store; `changed` counts changes, `subscribe` and `until` follow them."""

    def __init__(
        self,
        *,
        token: str = "local-whatsapp-token",  # noqa: S107 - the token of a server that exists only on this machine
        phone_number_id: str = "106540352242922",
        waba_id: str = "419561257915477",
        app_id: str = "670843887433847",
        phone: str = "998712000000",
        business_name: str = "Qabul",
        app_secret: str = "local-app-secret",  # noqa: S107
        verify_token: str = "local-verify-token",  # noqa: S107
        webhook_url: str | None = None,
        retry_delays: Sequence[float] = DELAYS,
        webhook_timeout: float = 10.0,
        lanes: int = 8,
        calls_kept: int = 1000,
        messages_kept: int = 5000,
        per_second: float = limits.NUMBER_PER_SECOND,
        clock: Callable[[], float] = time.time,
        switches: Switches | None = None,
    ) -> None:
        self.token, self.phone_number_id, self.waba_id = token, phone_number_id, waba_id
        self.app_id, self.app_secret = app_id, app_secret
        self.phone, self.business_name = phone, business_name
        self.standing = Standing()
        self.date_ahead = 0.0
        self.switches = switches or Switches()
        self.media, self.templates, self.trouble = MediaShelf(), TemplateShelf(), Trouble()
        self.reader = Reader(self.media, self.templates)
        self.pair_rate = limits.PairRate()
        self.number_rate = limits.number_rate(per_second)
        self.management_rate = limits.management_rate(limits.MANAGEMENT_PER_HOUR)
        self.calls: deque[Call] = deque(maxlen=calls_kept)
        self.changed = 0
        self.webhook = WebhookSender(
            lambda updates: payloads.body(waba_id, phone, phone_number_id, updates),
            lambda: self.switches,
            lambda: self.tell("webhook", ""),
            app_secret=app_secret,
            verify_token=verify_token,
            url=webhook_url,
            delays=retry_delays,
            timeout=webhook_timeout,
            lanes=lanes,
        )
        self._clock, self._ahead = clock, 0.0
        self._people: dict[str, Person] = {}
        self._keys: dict[str, str] = {}
        self._chats: dict[str, deque[str]] = {}
        self._messages: dict[str, ChatMessage] = {}
        self._messages_kept = messages_kept
        self._listeners: list[Listener] = []
        self._wake = asyncio.Event()

    def now(self) -> float:
        """Epoch seconds of this world."""
        return self._clock() + self._ahead

    def pass_time(self, seconds: float) -> None:
        """Put the clock forward: windows close, media ids expire, rates recover."""
        self._ahead += seconds
        self.tell("time", "")

    def switch(self, **changes: Any) -> Switches:
        """Change switches by name. Raises TypeError for a name that does not exist."""
        self.switches = replace(self.switches, **changes)
        self.tell("switches", "")
        return self.switches

    def stand(self, **changes: Any) -> Standing:
        """How Meta sees the number, its token and its app, by name. Raises TypeError for a name that does not exist."""
        self.standing = replace(self.standing, **changes)
        self.tell("standing", "")
        return self.standing

    def add_user(
        self,
        name: str,
        phone: str | None = None,
        user_id: str | None = None,
        username: str | None = None,
        phone_visible: bool = True,
    ) -> Person:
        """A new customer. Without a phone, or with `phone_visible` False, webhooks name the user id alone."""
        number = wa_phone(phone) if phone else None
        if number is not None and not 7 <= len(number) <= 15:
            raise ValueError(f"phone {phone!r}: 7 to 15 digits with the country code are needed")
        scoped = user_id or f"UZ.{10**16 + randbelow(9 * 10**16)}"
        if not USER_ID.fullmatch(scoped):
            raise ValueError(f"user_id {scoped!r}: two capitals, a dot and 1 to 128 letters or digits are needed")
        for taken in (number, scoped):
            if taken in self._keys:
                raise ValueError(f"somebody has {taken} already")
        person = Person(
            f"p{len(self._people) + 1}", name, number, scoped, username, phone_visible and number is not None
        )
        self._put(person)
        return person

    def people(self) -> tuple[Person, ...]:
        return tuple(self._people.values())

    def person(self, ref: PersonRef) -> Person:
        """The person as they are now. Raises WrongAct when there is none."""
        found = self.find(ref.key if isinstance(ref, Person) else ref)
        if found is None:
            raise WrongAct(f"There is no person {ref!r} in this WhatsApp; add_user makes one.")
        return found

    def find(self, ref: str) -> Person | None:
        """By key, user id, or phone in any writing."""
        key = ref if ref in self._people else self._keys.get(ref) or self._keys.get(wa_phone(ref))
        return self._people[key] if key is not None else None

    def message(self, message_id: str) -> ChatMessage:
        """Raises WrongAct when there is none."""
        found = self._messages.get(message_id)
        if found is None:
            raise WrongAct(f"There is no message {message_id} in this WhatsApp.")
        return found

    def known(self, message_id: str) -> ChatMessage | None:
        return self._messages.get(message_id)

    def chat(self, user: PersonRef, failed: bool = False) -> list[ChatMessage]:
        """The chat as the phone shows it, oldest first; `failed` adds what never arrived."""
        ids = self._chats.get(self.person(user).key, ())
        return [one for one in map(self._messages.__getitem__, ids) if failed or one.status != "failed"]

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener(what, person key)` on every change; the returned function ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    async def until(self, true: Callable[[], object], timeout: float = 5.0) -> None:
        """Wait until `true()` holds, looked at after every change. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while not true():
                await self._wake.wait()

    def tell(self, what: str, person: str) -> None:
        """Something changed: a message, a person, a call, a delivery."""
        self.changed += 1
        self._wake.set()
        self._wake = asyncio.Event()
        for listener in tuple(self._listeners):
            listener(what, person)

    def log(self, call: Call) -> None:
        self.calls.append(call)
        self.tell("call", "")

    def new_message_id(self, phone: str | None) -> str:
        """A wamid of Meta's shape."""
        inner = b"\x1c\x18\x0b" + (phone or "0").encode() + b"\x15\x02\x00\x11\x18\x12" + token_bytes(12).hex().encode()
        return "wamid." + base64.b64encode(inner).decode()

    def _put(self, person: Person) -> Person:
        self._people[person.key] = person
        self._keys[person.user_id] = person.key
        if person.phone:
            self._keys[person.phone] = person.key
        self.tell("person", person.key)
        return person

    def _store(self, message: ChatMessage) -> None:
        chat = self._chats.setdefault(message.person, deque())
        chat.append(message.id)
        self._messages[message.id] = message
        if len(chat) > self._messages_kept:
            del self._messages[chat.popleft()]
        self.tell("message", message.person)

    def _change(self, message_id: str, **changes: Any) -> ChatMessage:
        message = self._messages[message_id] = replace(self._messages[message_id], **changes)
        self.tell("message", message.person)
        return message

    def describe(self) -> JsonObject:
        """The number and its account, for a page or a log; no secret in it."""
        return {
            "phone": self.phone,
            "phone_number_id": self.phone_number_id,
            "waba_id": self.waba_id,
            "webhook_url": self.webhook.url,
        }
