"""The people of the driver: a customer on one address, an agent in the topic, and what the bot said to a customer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scenarios.engine.events import (
    AddressChanged,
    Agent,
    AgentCommanded,
    AgentEdited,
    AgentSaid,
    ButtonPressed,
    Content,
    CustomerEdited,
    CustomerReacted,
    CustomerSaid,
    Media,
    OwnerSaid,
    Sender,
    SharedContact,
    Spot,
    Target,
)
from scenarios.engine.records import Turn
from tests.shipped import TOPIC

if TYPE_CHECKING:
    from tests.driver import Desk


@dataclass(frozen=True)
class BotSaid:
    """One message of the bot: its text, and what may be tapped, as label -> button data."""

    text: str
    choices: dict[str, str]
    shares_phone: bool
    epoch: int
    address: str
    line: str

    @property
    def labels(self) -> list[str]:
        return list(self.choices)


@dataclass
class Customer:
    """A customer on one address."""

    desk: Desk
    channel: str
    name: str
    code: str
    key: str
    sent: list[str] = field(default_factory=list)

    @property
    def sender(self) -> Sender:
        return Sender(self.channel, "acc", (self.key,), self.name, "", self.code)

    @property
    def address(self) -> str:
        return f"{self.channel}:acc:{self.key}"

    def says(self, text: str, album: str = "") -> Turn:
        """The customer writes."""
        return self.sends_content(Content(text=text), album)

    def sends(self, kind: str, caption: str = "", album: str = "") -> Turn:
        """The customer sends a file of that kind, a contact, their own phone (`phone`), a place or something that
        cannot be read (`unread`)."""
        others = {
            "contact": Content(contact=SharedContact("+998901112233", "Someone Else")),
            "phone": Content(contact=SharedContact("998907654321", self.name, own=True)),
            "place": Content(spot=Spot(41.3, 69.24)),
            "unread": Content(unread="poll"),
        }
        media = Media(kind, self.channel, f"ref-{self.desk.count}")
        return self.sends_content(others.get(kind) or Content(text=caption, media=media), album)

    def sends_content(self, content: Content, album: str = "") -> Turn:
        """The customer sends anything."""
        message = self.desk.number("m")
        self.sent.append(message)
        return self.desk.happens(
            CustomerSaid(self.desk.number("e"), self.desk.now, self.sender, content, message, self.desk.now, album)
        )

    def taps(self, label: str, of: BotSaid | None = None) -> Turn:
        """The customer taps a button of the newest message that has it, or of that one. Beside the phone's button a
        choice is a text on Telegram."""
        spoken = of or next((one for one in reversed(self.desk.everything_said) if label in one.choices), None)
        if spoken is None or label not in spoken.choices:
            near = spoken or (self.desk.everything_said or [None])[-1]
            raise AssertionError(f'there is no button "{label}"; there are {near.labels if near else "none"}')
        if spoken.shares_phone and self.channel == "telegram":
            return self.says(label)
        return self.presses(spoken.choices[label], label)

    def presses(self, data: str, label: str = "") -> Turn:
        """The customer presses a button that carries these data."""
        desk = self.desk
        return desk.happens(
            ButtonPressed(desk.number("e"), desk.now, self.sender, data, label, desk.number("m"), desk.now)
        )

    def deletes(self) -> Turn:
        """The customer takes their newest message back, as WhatsApp tells it."""
        return self.edits("", unread="deleted")

    def edits(self, text: str, message: str = "", known: bool = True, unread: str = "") -> Turn:
        """The customer changes their newest message, or that one; `known` False is one that never reached us."""
        message = message or (self.sent[-1] if known else self.desk.number("m"))
        line = next((x for x in self.desk.lines.values() if x.message == message and x.author == "customer"), None)
        return self.desk.happens(
            CustomerEdited(
                self.desk.number("e"),
                self.desk.now,
                self.sender,
                Content(text=text, unread=unread),
                message,
                self.desk.now,
                Target(line.id, "heard") if line else None,
            )
        )

    def reacts(self, emoji: str) -> Turn:
        """The customer puts an emoji on something."""
        return self.desk.happens(CustomerReacted(self.desk.number("e"), self.desk.now, self.sender, emoji, "m1"))

    def blocks(self, blocked: bool = True) -> Turn:
        """The customer blocks the bot, or lets it in again."""
        return self.desk.happens(AddressChanged(self.desk.number("e"), self.desk.now, self.sender, not blocked))

    def is_answered_by_phone(self, text: str) -> Turn:
        """The business answers this address from its own phone."""
        desk = self.desk
        return desk.happens(
            OwnerSaid(desk.number("e"), desk.now, self.sender, Content(text=text), desk.number("m"), desk.now)
        )

    @property
    def tapped(self) -> list[str]:
        """What the history says they tapped."""
        return [line.content.text for line in self.desk.lines.values() if line.tapped]


@dataclass
class Colleague:
    """An agent in the contact's topic."""

    desk: Desk
    id: str
    name: str
    language: str = "en"
    last: str = ""

    @property
    def agent(self) -> Agent:
        return Agent(self.id, self.name, self.name.casefold(), self.language)

    def says(self, text: str = "", reply: str = "", media: str = "", album: str = "", unread: str = "") -> str:
        """The agent writes, sends a file or what nobody can read; gives the message's number."""
        file = Media(media, "telegram", f"ref-{self.desk.count}") if media else None
        content = Content(text, file, unread=unread)
        self.last = self.desk.number("s")
        self.desk.happens(
            AgentSaid(
                self.desk.number("e"),
                self.desk.now,
                TOPIC,
                self.agent,
                content,
                self.last,
                album,
                self.desk.target(reply),
                reply,
            )
        )
        return self.last

    def commands(self, line: str, reply: str = "") -> str:
        """The agent writes a command such as "/close done"; gives the message's number."""
        name, _, rest = line.removeprefix("/").partition(" ")
        self.last = self.desk.number("s")
        target = self.desk.target(reply)
        if name == "undo" and (target is None or target.kind != "relayed"):
            target = self.desk.newest_relayed(self.id)
        self.desk.happens(
            AgentCommanded(
                self.desk.number("e"),
                self.desk.now,
                TOPIC,
                self.agent,
                name,
                rest.strip(),
                self.last,
                line,
                target,
                reply,
            )
        )
        return self.last

    def edits(self, text: str, message: str = "", media: str = "") -> Turn:
        """The agent changes their newest message, or that one."""
        message = message or self.last
        content = Content(text, Media(media, "telegram", "ref") if media else None)
        return self.desk.happens(
            AgentEdited(
                self.desk.number("e"), self.desk.now, TOPIC, self.agent, content, message, self.desk.target(message)
            )
        )
