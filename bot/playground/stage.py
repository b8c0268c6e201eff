"""The scene of the demo: a business with a staff group, a manager and customers on both local messengers.

Rule: a stage only acts as people do on their own devices; what the desk makes of it is the desk's business.
A chat is named by a key: `tg:ID` and `wa:KEY` are customers, `topic:THREAD` the staff group (1 is General),
`manager` the manager's chat with the bot. In a topic `who` says which agent acts. What a messenger does not
let a person do raises ValueError, a chat, person or message that is not there LookupError.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.playground.telegram import TelegramWorld
from bot.playground.telegram.refusals import Json
from bot.playground.whatsapp import WhatsAppWorld

Channel = Literal["telegram", "whatsapp"]
LANGUAGES = ("uz", "uz_Cyrl", "kk", "ru", "en")
STAFF_CHAT_ID = -1_002_190_000_001
GROUP_TITLE = "Ozoda Uy – reception"
CUSTOMERS_AT_MOST = 500
NAME_CHARACTERS = 64
_FIRST_CUSTOMERS: tuple[tuple[str, Channel, str], ...] = (
    ("Aziza", "telegram", "uz"),
    ("Айгүл", "whatsapp", "kk"),
    ("Дмитрий", "telegram", "ru"),
    ("Grace", "telegram", "en"),
)
# Media kinds as Telegram names them -> as WhatsApp does; what is not here WhatsApp's app cannot send.
_WHATSAPP_KINDS = {
    "photo": "image", "video": "video", "voice": "audio", "audio": "audio", "document": "document",
    "sticker": "sticker",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer's phone. `ref` is the Telegram user id or the key in the local WhatsApp, `phone` digits
    with the country code."""

    key: str
    name: str
    channel: Channel
    language: str
    phone: str
    ref: int | str


@dataclass(frozen=True, slots=True)
class StaffMember:
    """An agent or the manager, a Telegram user."""

    key: str
    name: str
    user_id: int


@dataclass(frozen=True, slots=True)
class TelegramPlace:
    """Who acts, in which Telegram chat (None: the own private chat with the bot) and in which topic."""

    user_id: int
    chat_id: int | None
    thread: int | None


class Stage:
    """The people of the demo over two worlds. The URLs are the bases under which the worlds are served; `language` is
    what staff and manager read, and the first customer writes."""

    def __init__(
        self,
        telegram: TelegramWorld,
        whatsapp: WhatsAppWorld,
        telegram_url: str,
        whatsapp_url: str,
        language: str = "uz",
    ) -> None:
        self.telegram, self.whatsapp = telegram, whatsapp
        self._telegram_url, self._whatsapp_url, self._language = telegram_url, whatsapp_url, language
        self._customers: dict[str, Customer] = {}
        self.tapped: dict[tuple[str, str], str] = {}
        """The button that a customer tapped last under a message, by chat and message: their phone shows it."""
        self.group_id = int(telegram.make_forum(GROUP_TITLE, STAFF_CHAT_ID)["id"])
        # One administrator and one plain member: Telegram lets only the first write into a closed topic.
        self.agents = (
            self._agent(400_000_011, "nodira", "Nodira", "administrator"),
            self._agent(400_000_012, "timur", "Timur", "member"),
        )
        rustam = telegram.add_user(400_000_020, "Rustam", username="rustam_manager", language_code=language)
        self.manager = StaffMember("rustam", "Rustam", int(rustam["id"]))
        # A manager once pressed Start: the bot may write first.
        telegram.chats[self.manager.user_id].started = True
        for name, messenger, writes in sorted(_FIRST_CUSTOMERS, key=lambda one: one[2] != language):
            self.add_customer(name, messenger, writes)

    def _agent(self, number: int, key: str, name: str, status: str) -> StaffMember:
        user = self.telegram.add_user(number, name, username=f"{key}_desk", language_code=self._language)
        self.telegram.join(self.group_id, user, status)
        return StaffMember(key, name, number)

    def settings(self) -> dict[str, str]:
        """The QABUL_* variables with which the desk serves this scene."""
        return {
            "QABUL_TELEGRAM_TOKEN": self.telegram.token,
            "QABUL_TELEGRAM_API_URL": self._telegram_url,
            "QABUL_STAFF_CHAT_ID": str(self.group_id),
            "QABUL_MANAGER_IDS": str(self.manager.user_id),
            "QABUL_WHATSAPP_TOKEN": self.whatsapp.token,
            "QABUL_WHATSAPP_PHONE_NUMBER_ID": self.whatsapp.phone_number_id,
            "QABUL_WHATSAPP_APP_SECRET": self.whatsapp.webhook.app_secret,
            "QABUL_WHATSAPP_VERIFY_TOKEN": self.whatsapp.webhook.verify_token,
            "QABUL_WHATSAPP_API_URL": self._whatsapp_url,
        }

    def customers(self) -> tuple[Customer, ...]:
        """All customers, the first ones first."""
        return tuple(self._customers.values())

    def customer(self, key: str) -> Customer:
        """Raises LookupError when there is none."""
        if key not in self._customers:
            raise LookupError(f"there is no customer {key!r}")
        return self._customers[key]

    def add_customer(self, name: str, channel: str, language: str) -> Customer:
        """A new phone; `language` is what its owner writes: uz, uz_Cyrl, kk, ru or en.

        The language reaches the desk only as Telegram's language code, which knows no script.
        """
        name = " ".join(name.split())
        if not 1 <= len(name) <= NAME_CHARACTERS:
            raise ValueError(f"a name has 1-{NAME_CHARACTERS} characters, this one {len(name)}")
        if language not in LANGUAGES:
            raise ValueError(f"language {language!r}: use one of {', '.join(LANGUAGES)}")
        number = len(self._customers) + 1
        if number > CUSTOMERS_AT_MOST:
            raise ValueError(f"the playground holds {CUSTOMERS_AT_MOST} customers: start it anew")
        # 11 digits in Kazakhstan, 12 in Uzbekistan: numbers as phones there have them.
        phone = f"7701{5_550_000 + number}" if language == "kk" else f"99890{1_110_000 + number}"
        if channel == "telegram":
            user_id = int(self.telegram.add_user(first_name=name, language_code=language[:2])["id"])
            customer = Customer(f"tg:{user_id}", name, "telegram", language, phone, user_id)
        elif channel == "whatsapp":
            person = self.whatsapp.add_user(name, phone)
            customer = Customer(f"wa:{person.key}", name, "whatsapp", language, phone, person.key)
        else:
            raise ValueError(f"channel {channel!r}: use telegram or whatsapp")
        self._customers[customer.key] = customer
        return customer

    def place(self, chat: str, who: str = "") -> TelegramPlace:
        """Where an act on Telegram happens and by whom; WhatsApp's chats are no place here."""
        kind, _, rest = chat.partition(":")
        if chat == "manager":
            return TelegramPlace(self.manager.user_id, None, None)
        if kind == "topic" and rest.isascii() and rest.isdecimal():
            agent = next((one for one in self.agents if one.key == who), None)
            if agent is None:
                raise LookupError(f"there is no agent {who!r}")
            return TelegramPlace(agent.user_id, self.group_id, int(rest))
        customer = self.customer(chat)
        if isinstance(customer.ref, str):
            raise ValueError("WhatsApp has no such act")
        return TelegramPlace(customer.ref, None, None)

    def _whatsapp_person(self, chat: str) -> str | None:
        """The person's key in the local WhatsApp, None for everybody else."""
        return str(self.customer(chat).ref) if chat.startswith("wa:") else None

    def say(self, chat: str, text: str, who: str = "", reply_to: str | None = None) -> None:
        """Write a text."""
        if person := self._whatsapp_person(chat):
            self.whatsapp.say(person, text, reply_to)
            return
        place = self.place(chat, who)
        self.telegram.say(place.user_id, text, place.chat_id, place.thread, _number(reply_to))

    def tap(self, chat: str, message: str, button: str, who: str = "") -> None:
        """Tap a button under a message or choose a row of its list, by its id or its label."""
        if person := self._whatsapp_person(chat):
            self.whatsapp.press(person, message, button)
        else:
            place = self.place(chat, who)
            self.telegram.press(place.user_id, place.chat_id, _number(message) or 0, button)
        self.tapped[chat, message] = button

    def share_contact(self, chat: str) -> None:
        """A customer shares the own phone number, as the button for that does."""
        customer = self.customer(chat)
        if isinstance(customer.ref, str):
            self.whatsapp.share_contact(customer.ref)
        else:
            self.telegram.share_contact(customer.ref, "+" + customer.phone)

    def send_media(
        self, chat: str, kind: str, data: bytes, file_name: str, mime_type: str, caption: str = "",
        who: str = "", reply_to: str | None = None,
    ) -> None:  # fmt: skip
        """Send a photo, video, voice, audio, document or sticker (Telegram: also video_note, animation)."""
        if not data:
            raise ValueError("the file is empty")
        if person := self._whatsapp_person(chat):
            if kind not in _WHATSAPP_KINDS:
                raise ValueError(f"media kind {kind!r}: use one of {', '.join(_WHATSAPP_KINDS)}")
            self.whatsapp.send_media(
                person, _WHATSAPP_KINDS[kind], data, mime_type, caption, file_name, kind == "voice", reply_to
            )
            return
        place = self.place(chat, who)
        self.telegram.send_media(
            place.user_id, kind, data, file_name, mime_type, caption or None, place.chat_id, place.thread,
            reply_to=_number(reply_to),
        )  # fmt: skip

    def send_location(
        self, chat: str, latitude: float, longitude: float, who: str = "", reply_to: str | None = None
    ) -> None:
        """Send a place on the map; `reply_to` answers WhatsApp's request for one."""
        if person := self._whatsapp_person(chat):
            self.whatsapp.send_location(person, latitude, longitude, reply_to=reply_to)
            return
        place = self.place(chat, who)
        self.telegram.send_location(place.user_id, latitude, longitude, place.chat_id, place.thread)

    def edit(self, chat: str, message: str, text: str, who: str = "") -> None:
        """Change the text or caption of an own message (WhatsApp tells coexisting numbers of it)."""
        if person := self._whatsapp_person(chat):
            self.whatsapp.edit(person, message, text)
            return
        if not text.strip():
            raise ValueError("a message cannot be edited into nothing")
        place = self.place(chat, who)
        self.telegram.edit(place.user_id, place.chat_id, _number(message) or 0, text)

    def delete(self, chat: str, message: str, who: str = "") -> None:
        """Take an own message back. Telegram tells the bot nothing."""
        if person := self._whatsapp_person(chat):
            self.whatsapp.revoke(person, message)
            return
        place = self.place(chat, who)
        chat_id = place.user_id if place.chat_id is None else place.chat_id
        found = self.telegram.chats[chat_id].messages.get(_number(message) or 0)
        if found is None or found["from"]["id"] != place.user_id:
            raise LookupError("only an own message can be deleted, and only once")
        self.telegram.delete_message(place.user_id, place.chat_id, int(found["message_id"]))

    def react(self, chat: str, message: str, emoji: str | None, who: str = "") -> None:
        """Put a reaction on a message, or take it away with None."""
        if person := self._whatsapp_person(chat):
            self.whatsapp.react(person, message, emoji)
            return
        place = self.place(chat, who)
        self.telegram.react(place.user_id, place.chat_id, _number(message) or 0, emoji)

    def block(self, chat: str, blocked: bool = True) -> None:
        """A customer blocks the business, or no longer."""
        customer = self.customer(chat)
        if isinstance(customer.ref, str):
            self.whatsapp.block(customer.ref, blocked)
        elif blocked:
            self.telegram.block(customer.ref)
        else:
            self.telegram.unblock(customer.ref)

    def read(self, chat: str) -> None:
        """A customer looks at the chat: WhatsApp tells the business, Telegram never tells a bot."""
        if person := self._whatsapp_person(chat):
            self.whatsapp.read(person)

    def close_topic(self, chat: str, closed: bool, who: str) -> None:
        """An agent closes or reopens a topic by hand, in Telegram's own menu."""
        place = self._topic(chat, who)
        self.telegram.close_topic(place.user_id, self.group_id, place.thread or 0, closed)

    def delete_topic(self, chat: str, who: str) -> None:
        """An administrator deletes a topic by hand; the bot is not told."""
        self.telegram.delete_topic(self.group_id, self._topic(chat, who).thread or 0)

    def _topic(self, chat: str, who: str) -> TelegramPlace:
        place = self.place(chat, who)
        if place.chat_id is None:
            raise LookupError(f"{chat!r} is no topic")
        if self.telegram.group(place.chat_id).members.get(place.user_id) != "administrator":
            raise ValueError("only administrators can close, reopen or delete a topic")
        return place

    def about(self) -> Json:
        """Who is on the stage besides customers, for the page."""
        return {
            "business": self.whatsapp.business_name,
            "bot": self.telegram.bot["first_name"],
            "group": GROUP_TITLE,
            "agents": [{"key": one.key, "name": one.name, "id": str(one.user_id)} for one in self.agents],
            "manager": {"name": self.manager.name, "id": str(self.manager.user_id)},
        }


def _number(message: str | None) -> int | None:
    """A Telegram message id as the page names it."""
    if message is None:
        return None
    if not (message.isascii() and message.isdecimal()):
        raise LookupError(f"there is no message {message!r}")
    return int(message)
