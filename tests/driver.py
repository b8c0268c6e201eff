"""The driver: a desk without messengers and databases, talked to as customers and agents do.

It is the pure `step` and the corridor's `write` with the shipped book, the shipped texts and the example business.
Between all turns the context goes through its stored form and back, and the clock moves only when a test says so.

    desk = Desk()
    desk.customer.says("hello")
    desk.bot_said("What can we help you with?")
    desk.customer.taps("Fridge repair")
    desk.passes(hours=2)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers.business import Business
from handlers.turns import write
from scenarios.engine.actions import ACTIONS
from scenarios.engine.answers import candidates_of, slot_of
from scenarios.engine.context import Context, pack, unpack
from scenarios.engine.effects import Do, Effect
from scenarios.engine.events import ActionDone, AgentUnheard, Event, NotDelivered, Target, TimerFired
from scenarios.engine.model import Book
from scenarios.engine.phrases import Phrase
from scenarios.engine.records import Held, Letter, Line, Mark, TimerRow, Turn
from scenarios.engine.step import step
from scenarios.engine.world import Fact, World
from tests.people import BotSaid, Colleague, Customer
from tests.shipped import (
    CALENDAR,
    CHANNELS,
    CODES,
    LANGUAGES,
    MONDAY_NOON,
    SERVICES,
    STAFF_CHAT,
    TOPIC,
    ZONE,
    book,
    business,
    catalogs,
    label_of,
    moment,
    questions,
    said_in,
    texts,
)

__all__ = [
    "CHANNELS",
    "LANGUAGES",
    "MONDAY_NOON",
    "ZONE",
    "BotSaid",
    "Colleague",
    "Customer",
    "Desk",
    "book",
    "business",
    "catalogs",
    "label_of",
    "questions",
    "said_in",
]


class Known:
    """A world of which a test knows some facts better."""

    def __init__(self, world: World, facts: Mapping[str, Fact | None]) -> None:
        self.world = world
        self.facts = facts

    def __getattr__(self, name: str) -> Any:
        return getattr(self.world, name)

    def fact(self, name: str, context: Context) -> Fact | None:
        """The test's fact, else the world's."""
        return self.facts[name] if name in self.facts else self.world.fact(name, context)


class Desk:
    """One contact's desk. `turn` is what the newest event amounted to."""

    def __init__(
        self,
        language: str = "en",
        channel: str = "telegram",
        at: datetime = MONDAY_NOON,
        name: str = "Aziza Karimova",
        wait_minutes: int = 15,
        default_language: str = "uz",
        shop: Business | None = None,
        known: Mapping[str, Any] | None = None,
        scenarios: Book | None = None,
        facts: Mapping[str, Fact | None] | None = None,
    ) -> None:
        self.book = scenarios or book()
        self.facts: dict[str, Fact | None] = dict(facts or {})
        self.now = at
        self.business = shop or business()
        self.default_language = default_language
        self.wait_minutes = wait_minutes
        self.count = 0
        self.stored = pack(Context("c1", **(known or {})))
        self.version = 0
        self.turn: Turn | None = None
        self.turns: list[Turn] = []
        self.effects: Sequence[Effect] = ()
        self.timers: dict[str, TimerRow] = {}
        self.marks: dict[str, Mark] = {}
        self.lines: dict[str, Line] = {}
        self.everything_said: list[BotSaid] = []
        self.customer = Customer(self, channel, name, CODES.get(language, language), "p:111")
        self.agent = Colleague(self, "7", "Otabek")
        self.colleague = Colleague(self, "8", "Malika")

    @classmethod
    def asking(cls, scenario: str, step_name: str, language: str = "en", channel: str = "telegram") -> Desk:
        """A desk whose conversation waits at that question, with a service chosen."""
        unhappy = scenario == "unhappy"
        segments = ("new", "hesitant", "repeat", "unhappy")
        known: dict[str, object] = {
            "language": language,
            "channel": channel,
            "address": f"{channel}:acc:p:111",
            "conversation": 1,
            "epoch": 1,
            "question": 1,
            "holder": "closed" if scenario == "feedback" else "bot",
            "has_topic": scenario == "feedback",
            "segment": scenario if scenario in segments else "new",
            "complaint": unhappy,
            "scenario": scenario,
            "step": step_name,
            "slots": {"service": slot_of(candidates_of(SERVICES, Context("c1"), moment(MONDAY_NOON)), "fridge")},
        }
        return cls(language, channel, known=known, facts=CALENDAR)

    # -- what happens ----------------------------------------------------------------------------

    def number(self, prefix: str) -> str:
        """A new number for an event or a message."""
        self.count += 1
        return f"{prefix}{self.count}"

    @property
    def context(self) -> Context:
        """What the desk knows now, from its stored form."""
        return unpack(self.stored)

    def happens(self, event: Event) -> Turn:
        """Walk one event through step and write, and keep what it leaves behind."""
        before = unpack(self.stored)
        world = moment(event.at, self.business, self.default_language, self.wait_minutes)
        context, effects = step(self.book, before, event, Known(world, self.facts) if self.facts else world)
        assert pack(before) == self.stored, "a step must leave the context it was given as it was"
        turn = write(event, Held(before, self.version), context, list(effects), texts(), "en", STAFF_CHAT, "Ozoda Uy")
        self.effects = effects
        self.stored = pack(context)
        assert pack(unpack(self.stored)) == self.stored
        self.version += 1
        self._keep(turn)
        return turn

    def passes(self, **span: float) -> None:
        """Time goes by (as for `timedelta`): the timers that come due fire in their order."""
        until = self.now + timedelta(**span)
        while due := min(
            (x for x in self.timers.values() if x.due <= until), key=lambda x: (x.due, x.key), default=None
        ):
            self.now = max(self.now, due.due)
            self.happens(TimerFired(f"timer:{due.id}", self.now, due.contact, due.key, dict(due.data)))
        self.now = until

    def does(self, outcome: str = "") -> Turn:
        """The action that the newest turn asked for is carried out, by default as well as it can be."""
        do = next(effect for effect in self.effects if isinstance(effect, Do))
        outcome, values = outcome or ACTIONS[do.action][0], do.values
        found: dict[str, Any] = {}
        if outcome == "booked":
            begins = datetime.fromisoformat(f"{values['day']}T{values['hour']}").replace(tzinfo=ZONE).astimezone(UTC)
            service = values.get("service") or self.context.last_service
            found["order"] = {
                "id": self.number("o"),
                "service": service,
                "at": begins.isoformat(),
                "status": "booked",
                "place": values.get("where", ""),
            }
        return self.happens(ActionDone(self.number("done:"), self.now, "c1", do.action, outcome, dict(do.data), found))

    def fires(self, timer: TimerRow) -> Turn:
        """A timer fires late, although it may have been cancelled or replaced."""
        return self.happens(TimerFired(self.number("timer:"), self.now, timer.contact, timer.key, dict(timer.data)))

    def somebody_posts(self, who: str) -> Turn:
        """Something in the topic that no agent can be named for: anonymous, bot or channel."""
        return self.happens(AgentUnheard(self.number("e"), self.now, TOPIC, who, self.number("s")))

    def is_not_delivered(self, line: str, reason: str, code: str = "403", speaker: str = "agent") -> Turn:
        """A message is refused for good."""
        return self.happens(
            NotDelivered(self.number("e"), self.now, "c1", line, reason, code, speaker, self.context.channel)
        )

    def also_on(self, channel: str, code: str = "en") -> Customer:
        """The same customer on another address."""
        return Customer(self, channel, self.customer.name, code, "p:222")

    # -- what was said -----------------------------------------------------------------------------

    def bot_said(self, *parts: str | Phrase) -> BotSaid:
        """The bot's one message of the newest turn; each of the parts is in it."""
        said = self.said
        assert len(said) == 1, f"expected one message of the bot, got {[one.text for one in said]}"
        for part in parts:
            wanted = said_in(self.context.language, part) if isinstance(part, Phrase) else part
            assert wanted in said[0].text, f"expected {wanted!r}, the bot said {said[0].text!r}"
        return said[0]

    @property
    def said(self) -> list[BotSaid]:
        """All messages of the bot in the newest turn."""
        return _spoken(self.turn)

    @property
    def is_silent(self) -> bool:
        """Whether the bot said nothing in the newest turn."""
        return not self.said

    def topic_said(self, *parts: str | Phrase) -> str:
        """What the desk told the topic in the newest turn; each of the parts is in it."""
        told = "\n".join(self.told)
        for part in parts:
            wanted = said_in("en", part) if isinstance(part, Phrase) else part
            assert wanted in told, f"expected {wanted!r}, the topic was told {told!r}"
        return told

    @property
    def told(self) -> list[str]:
        """The lines of the desk itself in the topic, of the newest turn."""
        return [str(letter.payload["text"]) for letter in self.topic_letters("tell")]

    def topic_letters(self, op: str) -> list[Letter]:
        """What the newest turn sends to the topic."""
        assert self.turn is not None
        return [x for x in self.turn.letters if x.destination == "topic:c1" and x.op == op]

    @property
    def mirrored(self) -> list[str]:
        """The customer's words shown in the topic, over all turns."""
        return [
            str(x.payload["text"])
            for turn in self.turns
            for x in turn.letters
            if x.destination == "topic:c1" and x.op == "mirror"
        ]

    @property
    def relayed(self) -> list[str]:
        """The agents' words that went to the customer, over all turns."""
        return [str(x.payload["text"]) for x in self._agents_letters()]

    @property
    def relayed_to(self) -> list[str]:
        """The addresses that the agents' words went to."""
        return [x.destination for x in self._agents_letters()]

    @property
    def notes(self) -> list[str]:
        """What stayed inside."""
        return [line.content.text for line in self.lines.values() if line.author == "note"]

    @property
    def sent_ops(self) -> list[str]:
        """What the newest turn does at the customer's: say, edit, delete."""
        assert self.turn is not None
        return [x.op for x in self.turn.letters if x.destination.startswith(CHANNELS)]

    def happened(self, kind: str) -> list[str]:
        """The values of the facts of that kind, over all turns."""
        return [x.value for turn in self.turns for x in turn.happenings if x.kind == kind]

    @property
    def audit(self) -> list[str]:
        """What was written to the audit log."""
        return [row.what for turn in self.turns for row in turn.audit]

    # -- inside ------------------------------------------------------------------------------------

    def target(self, message: str) -> Target | None:
        """What a message of the topic is to us."""
        mark = self.marks.get(message)
        return Target(mark.line, mark.kind) if mark else None

    def newest_relayed(self, agent: str) -> Target | None:
        """An agent's newest line that was not taken back."""
        lines = [x for x in self.lines.values() if x.author == "agent" and x.agent == agent and not x.deleted]
        return Target(lines[-1].id, "relayed", agent) if lines else None

    def _agents_letters(self) -> list[Letter]:
        return [x for turn in self.turns for x in turn.letters if x.op == "say" and x.speaker == "agent"]

    def _keep(self, turn: Turn) -> None:
        self.turn = turn
        self.turns.append(turn)
        self.lines |= {line.id: line for line in turn.lines}
        for line in turn.withdrawn:
            self.lines[line] = replace(self.lines[line], deleted=True)
        for mark in turn.marks:
            if mark.message not in self.marks or mark.kind == "note":
                self.marks[mark.message] = mark
        self.timers = {
            key: timer
            for key, timer in self.timers.items()
            if timer.id != turn.timer_done and not any(key.startswith(prefix) for prefix in turn.cancels)
        }
        self.timers |= {timer.key: timer for timer in turn.timers}
        self.everything_said += _spoken(turn)


def _spoken(turn: Turn | None) -> list[BotSaid]:
    return [
        BotSaid(
            str(letter.payload["text"]),
            {label: data for data, label in letter.payload.get("choices", [])},
            "share" in letter.payload,
            letter.epoch,
            letter.destination,
            letter.line,
        )
        for letter in (turn.letters if turn is not None else ())
        if letter.op == "say" and letter.speaker == "bot"
    ]
