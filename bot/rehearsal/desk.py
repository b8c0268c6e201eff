"""A desk without messengers and databases on which one talk is played: the pure step, and the rows it amounts to.

Rule: what goes on here is what would go on in the running desk (the context goes through its stored form between any
two turns, timers fire in their order); only the clock stands still until somebody waits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.rehearsal.carrying import found_by
from bot.rehearsal.cases import Given
from bot.rehearsal.ground import Ground
from bot.rehearsal.news import BotSaid, Button, Doing, HandedOver, News, Notified, Relayed, ToldTopic, roles_of
from bot.rehearsal.supposed import Supposed, first_open
from handlers.turns import write
from handlers.world import Moment
from scenarios.engine import effects as fx
from scenarios.engine.context import Context, pack, unpack
from scenarios.engine.events import (
    ActionDone,
    Agent,
    AgentCommanded,
    AgentSaid,
    ButtonPressed,
    Content,
    CustomerSaid,
    Event,
    Media,
    Sender,
    SharedContact,
    Spot,
    TimerFired,
    Topic,
)
from scenarios.engine.passed import Passed
from scenarios.engine.records import Held, TimerRow, Turn
from scenarios.engine.step import step
from scenarios.engine.talk import FEEDBACK, UNHAPPY, Talk
from scenarios.engine.world import Fact

__all__ = ["A_MONDAY_NOON", "RehearsedDesk"]

A_MONDAY_NOON = datetime(2026, 11, 23, 12)  # noqa: DTZ001 - the zone is the business's
SEGMENTS = ("new", "hesitant", "repeat", "unhappy")
STAFF_CHAT = -1001
TOPIC = Topic(STAFF_CHAT, 77)
COLLEAGUE = Agent("7", "Otabek", "otabek")
A_PHONE = "+998901234567"
A_PLACE = "41.311081,69.240562"
ANOTHERS_PHONE = "+998901112233"


class RehearsedDesk:
    """The desk of one contact. `news` is everything that came to people, `passed` every step, answer and silence that
    the talk went through; both only grow."""

    def __init__(self, ground: Ground, given: Given, language_stays: bool = False) -> None:
        self.ground, self.given = ground, given
        self.facts: dict[str, Fact | None] = dict(given.facts)
        self.now = self._first_moment()
        self.news: list[News] = []
        self.passed: list[Passed] = []
        self.timers: dict[str, TimerRow] = {}
        self.doing: list[Doing] = []
        self._count = 0
        self._key = "p:998901234567" if given.channel == "whatsapp" else "u:111"
        phone = A_PHONE if given.channel == "whatsapp" and given.phone is None else given.phone or ""
        self._phone = phone if given.channel == "whatsapp" else ""
        context = Context(
            "c1",
            name=given.name,
            channel=given.channel,
            address=f"{given.channel}:desk:{self._key}",
            language=given.language,
            language_chosen=language_stays,
            phone=phone,
            segment=str(given.facts.get("segment") or ""),
            slots={name: dict(slot) for name, slot in given.slots.items()},
        )
        self._stored = pack(context)

    # -- what is so now --------------------------------------------------------------------------------------------

    @property
    def context(self) -> Context:
        """What the desk knows now."""
        return unpack(self._stored)

    def world(self, at: datetime) -> Supposed:
        """The world at that moment."""
        ground = self.ground
        moment = Moment(at, ground.business, ground.texts, self.given.language, ground.business.wait_minutes)
        return Supposed(moment, self.facts)

    @property
    def newest(self) -> BotSaid | None:
        """The newest message of the bot that has buttons; None when there is none."""
        return next((one for one in reversed(self.news) if isinstance(one, BotSaid) and one.buttons), None)

    # -- what people do --------------------------------------------------------------------------------------------

    def begin(self, scenario: str) -> None:
        """The talk stands at the beginning of that scenario; feedback begins when people close a conversation."""
        context = self.context
        if scenario == FEEDBACK:
            context.holder, context.has_topic = "staffed", True
            context.conversation, context.epoch = 1, 3
            context.agent, context.agent_name = COLLEAGUE.id, COLLEAGUE.name
            context.segment = context.segment or "new"
            self._stored = pack(context)
            self.closes("")
            return
        segment = scenario if scenario in SEGMENTS else context.segment or self._segment(context)
        context.complaint = context.complaint or scenario == UNHAPPY
        event = self._said(Content(text="/start"))
        before = self.context
        talk = Talk(self.ground.book, context, self.now, self.world(self.now))
        talk.open(segment)
        talk.begin(scenario)
        self._carry(event, before, context, talk.finish(), talk.passed)

    def says(self, text: str) -> None:
        """The customer writes."""
        self.happens(self._said(Content(text=text)))

    def shares(self, what: str, value: str = "") -> None:
        """The customer sends what is no words (see `cases.Shares`). Raises ValueError for a place that is none."""
        match what:
            case "contact":
                content = Content(contact=SharedContact(value or A_PHONE, self.given.name, own=True))
            case "other_contact":
                content = Content(contact=SharedContact(value or ANOTHERS_PHONE, "Someone"))
            case "place":
                latitude, _, longitude = (value or A_PLACE).partition(",")
                content = Content(spot=Spot(float(latitude), float(longitude)))
            case "unread":
                content = Content(unread="poll")
            case _:
                content = Content(text=value, media=Media(what, self.given.channel, f"file-{self._count}"))
        self.happens(self._said(content))

    def taps(self, button: Button) -> None:
        """The customer taps. Beside the phone's button a choice is a text on Telegram."""
        said = next((one for one in self.news if isinstance(one, BotSaid) and button in one.buttons), None)
        if said is not None and said.asks_phone and self.given.channel == "telegram":
            self.says(button.label)
            return
        number = self._number("e")
        self.happens(
            ButtonPressed(number, self.now, self._sender(), button.data, button.label, self._number("m"), self.now)
        )

    def agent_says(self, text: str) -> None:
        """A person of the staff writes in the topic, a command too."""
        name, _, rest = text.removeprefix("/").partition(" ")
        message = self._number("s")
        if text.startswith("/") and not text.startswith("//"):
            self.happens(AgentCommanded(self._number("e"), self.now, TOPIC, COLLEAGUE, name, rest.strip(), message))
        else:
            self.happens(AgentSaid(self._number("e"), self.now, TOPIC, COLLEAGUE, Content(text=text), message))

    def closes(self, reason: str) -> None:
        """The staff close the conversation."""
        self.agent_says(f"/close {reason}".strip())

    def comes_of(self, doing: Doing, outcome: str, finds: Mapping[str, object]) -> None:
        """An action that was at work is done; without `finds` it found what it would have found in life."""
        self.doing.remove(doing)
        business, context = self.ground.business, self.context
        finds = finds or found_by(outcome, context, doing.values, business, self.now)
        self.happens(
            ActionDone(self._number("do"), self.now, "c1", doing.action, outcome, dict(doing.data), dict(finds))
        )

    def passes(self, span: timedelta) -> None:
        """Time goes by: the timers that come due fire in their order."""
        until = self.now + span
        while due := min(
            (x for x in self.timers.values() if x.due <= until), key=lambda x: (x.due, x.key), default=None
        ):
            self.fires(due)
        self.now = until

    def fires(self, due: TimerRow) -> None:
        """One timer comes due; the clock goes on to it."""
        self.now = max(self.now, due.due)
        self.happens(TimerFired(f"timer:{due.id}", self.now, due.contact, due.key, dict(due.data)))

    # -- inside ----------------------------------------------------------------------------------------------------

    def happens(self, event: Event) -> None:
        """Walk one event through step and write, and keep what comes of it."""
        before, passed = self.context, list[Passed]()
        context, effects = step(self.ground.book, before, event, self.world(event.at), passed)
        self._carry(event, before, context, effects, passed)

    def _carry(
        self,
        event: Event,
        before: Context,
        context: Context,
        effects: Sequence[fx.Effect],
        passed: Sequence[Passed],
    ) -> None:
        texts, language = self.ground.texts, self.given.language
        name = texts.render(self.ground.business.name, language)
        turn = write(event, Held(before, 0), context, list(effects), texts, language, STAFF_CHAT, name)
        self._stored = pack(context)
        self.passed += passed
        self._keep_timers(turn)
        present = [(before.scenario, before.step), (context.scenario, context.step)]
        spoken = iter([x for x in turn.letters if x.op == "say" and x.speaker == "bot"])
        for effect in effects:
            match effect:
                case fx.Say():
                    self.news.append(self._heard(effect, next(spoken).payload, context, passed, present))
                case fx.OpenHandoff():
                    summary = texts.render(effect.summary, language) if effect.summary is not None else ""
                    self.news.append(HandedOver(self.now, effect.desk, summary))
                case fx.Notify():
                    self.news.append(Notified(self.now, effect.desk, texts.render(effect.phrase, language)))
                case fx.Do():
                    doing = Doing(self.now, effect.action, effect.values, dict(effect.data))
                    self.doing.append(doing)
                    self.news.append(doing)
                case fx.Relay():
                    self.news.append(Relayed(self.now, effect.content.text))
                case fx.TellTopic():
                    self.news.append(ToldTopic(self.now, texts.render(effect.phrase, language), effect.mention))

    def _heard(
        self,
        effect: fx.Say,
        payload: Mapping[str, object],
        context: Context,
        passed: Sequence[Passed],
        present: list[tuple[str, str]],
    ) -> BotSaid:
        texts, language = self.ground.texts, context.language
        buttons = [
            Button(texts.render(choice.label, language), choice.data.rsplit(":", 1)[-1], choice.data)
            for choice in effect.ask.choices
        ]
        return BotSaid(
            self.now,
            language,
            str(payload["text"]),
            tuple(texts.render(part, language) for part in effect.parts),
            tuple(buttons),
            roles_of(self.ground.book, effect.parts, passed, present),
            (context.scenario, context.step),
            effect.ask.contact,
            effect.template.name if effect.template is not None else "",
            tuple(texts.render(part, self._written_in(context, language)) for part in effect.parts),
        )

    def _written_in(self, context: Context, language: str) -> str:
        """The language of the scenario's file."""
        scenario = self.ground.book.scenarios.get(context.scenario)
        return language if scenario is None else scenario.texts

    def _keep_timers(self, turn: Turn) -> None:
        self.timers = {
            key: timer
            for key, timer in self.timers.items()
            if timer.id != turn.timer_done and not any(key.startswith(prefix) for prefix in turn.cancels)
        }
        self.timers |= {timer.key: timer for timer in turn.timers}

    def _first_moment(self) -> datetime:
        zone = self.ground.business.hours.zone
        wanted = self.given.at or A_MONDAY_NOON
        at = wanted.replace(tzinfo=wanted.tzinfo or zone).astimezone(UTC)
        return at if self.given.at is not None else first_open(self.ground.business, at)

    def _segment(self, context: Context) -> str:
        visits = self.world(self.now).fact("visits", context)
        return "repeat" if isinstance(visits, int) and visits > 0 else "new"

    def _number(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self._count}"

    def _sender(self) -> Sender:
        given = self.given
        code = given.language.replace("_", "-")
        return Sender(given.channel, "desk", (self._key,), given.name, "", code, self._phone)

    def _said(self, content: Content) -> CustomerSaid:
        return CustomerSaid(self._number("e"), self.now, self._sender(), content, self._number("m"), self.now)
