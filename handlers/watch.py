"""What is trouble: facts that were gathered become symptoms, and symptoms that stay become something to tell.

Pure: `bot/watchdog.py` gathers, asks here, and tells. A symptom names its kind (one of KINDS), says what a manager is
to be told, and how many looks in a row it must be seen first, so that a passing error wakes nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scenarios.engine.phrases import Phrase

__all__ = [
    "CHANNELS",
    "KINDS",
    "LATE",
    "GroupFacts",
    "Judgement",
    "LaneFacts",
    "NumberFacts",
    "Symptom",
    "TelegramFacts",
    "Watch",
    "deaf_telegram",
    "group_trouble",
    "late",
    "number_trouble",
    "over",
    "silent",
]

LATE = timedelta(minutes=1)
"""A letter that may go and is still not sent after this is late."""

FRESH_ERROR = timedelta(minutes=5)
MANY_PENDING = 100
"""Updates that wait at Telegram: more than a webhook's connections and a poll take at once."""

UNHEARD = timedelta(minutes=2)
GOOD_LOOKS = 2
"""So many looks without a symptom before it is called over."""

ADDRESS = Phrase(
    "⚠️ Telegram does not deliver to this desk: it has another address for the bot ({where}). Customers' messages wait "
    "there. Please restart the desk, and make sure that no other program uses this bot's token."
)
NOWHERE = Phrase("none", "address")
UNREACHED = Phrase(
    "⚠️ Telegram cannot deliver to the desk: {error}. Waiting there: {pending}. Please check the desk's public address, "
    "its certificate and what stands in front of it."
)
PILED_UP = Phrase(
    "⚠️ Messages pile up at Telegram because the desk does not take them. Waiting there: {pending}. If it does not pass "
    "in a few minutes, please restart the desk."
)
SILENT = Phrase(
    "⚠️ Unusually quiet: nobody has written on {channel} for {minutes} minutes. At this hour of the week usually about "
    "{usual} people begin a conversation in that time. Please write to the business yourself to see whether it arrives."
)
LATE_CUSTOMERS = Phrase(
    "⚠️ Answers to customers on {channel} are late. Waiting: {late}, the oldest for {minutes} min. Nothing is lost, and "
    "the desk goes on trying."
)
LATE_STAFF = Phrase(
    "⚠️ Messages into the staff group are late. Waiting: {late}, the oldest for {minutes} min. Nothing is lost, and the "
    "desk goes on trying."
)
SHORT = Phrase(
    "⚠️ More is happening than Telegram lets the bot write into the staff group (about {calls} calls a minute). "
    "Waiting: {late}, the oldest for {minutes} min. Customers get their answers all the same, and nothing is lost."
)
NOT_THERE = Phrase("the bot is not in the group any more")
NO_ADMIN = Phrase("the bot is no administrator there any more")
NO_TOPICS_RIGHT = Phrase("the bot may not manage topics there any more")
NO_FORUM = Phrase("topics are switched off there")
QUALITY = Phrase(
    "⚠️ WhatsApp rates the quality of your number {quality}: customers block it or report its messages. Please write "
    "only to people who expect it; otherwise Meta limits the number."
)
LOW = Phrase("low", "quality")
MIDDLING = Phrase("medium", "quality")
STATUS = Phrase(
    "⚠️ Meta has restricted your WhatsApp number ({status}). Please look into WhatsApp Manager what it asks for."
)
OVER = Phrase("✅ All right again: {what}.")

CHANNELS = {"telegram": "Telegram", "whatsapp": "WhatsApp"}
"""The channels as people write them."""

NAMES = {
    "deaf_telegram_address": Phrase("messages from Telegram"),
    "deaf_telegram_errors": Phrase("messages from Telegram"),
    "deaf_telegram_pending": Phrase("messages from Telegram"),
    "silent_telegram": Phrase("customers on Telegram"),
    "silent_whatsapp": Phrase("customers on WhatsApp"),
    "late_telegram": Phrase("answers to customers on Telegram"),
    "late_whatsapp": Phrase("answers to customers on WhatsApp"),
    "late_staff": Phrase("messages into the staff group"),
    "group_budget": Phrase("messages into the staff group"),
    "group": Phrase("the staff group"),
    "account_telegram": Phrase("the bot's account at Telegram"),
    "account_whatsapp": Phrase("the account at WhatsApp"),
    "number_quality": Phrase("the quality of the WhatsApp number"),
    "number_status": Phrase("the WhatsApp number"),
}
KINDS = tuple(NAMES)


@dataclass(frozen=True, slots=True)
class TelegramFacts:
    """How Telegram delivers: its address for us and the one it should have ("" for polling), what waits there, its last
    failure, and when a customer on Telegram was last heard (None: never)."""

    address: str
    wanted: str
    pending: int
    error: str
    error_at: datetime | None
    heard_at: datetime | None


@dataclass(frozen=True, slots=True)
class LaneFacts:
    """The unsent letters of a lane that are late, and since when the oldest waits."""

    lane: str
    late: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """The bot in the staff group: Telegram's word for its standing, whether it may manage topics, whether the group has
    topics at all."""

    standing: str
    topics_right: bool
    forum: bool


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """Meta's words for the quality and the status of the WhatsApp number; "" for what it does not tell."""

    quality: str
    status: str


@dataclass(frozen=True, slots=True)
class Symptom:
    """A sign of trouble: what to tell once it was seen `looks` times in a row."""

    kind: str
    told: Phrase
    looks: int = 1


def deaf_telegram(facts: TelegramFacts, now: datetime) -> list[Symptom]:
    """Whether Telegram's messages arrive."""
    if facts.address != facts.wanted:
        where = facts.address.split("/")[2] if facts.address.count("/") > 2 else NOWHERE
        return [Symptom("deaf_telegram_address", ADDRESS.having(where=where), 2)]
    found = []
    if facts.error and facts.error_at is not None and facts.pending and now - facts.error_at < FRESH_ERROR:
        told = UNREACHED.having(error=facts.error, pending=facts.pending)
        found.append(Symptom("deaf_telegram_errors", told, 2))
    unheard = facts.heard_at is None or now - facts.heard_at > UNHEARD
    if facts.pending >= MANY_PENDING or (facts.pending and unheard):
        # A few that wait are on their way; they are a sign only while nothing at all arrives.
        looks = 2 if facts.pending >= MANY_PENDING else 4
        found.append(Symptom("deaf_telegram_pending", PILED_UP.having(pending=facts.pending), looks))
    return found


def silent(channel: str, minutes: int, usual: int) -> Symptom:
    """Nobody writes where people always write (`scenarios/engine/silence.py` is the rule)."""
    told = SILENT.having(channel=CHANNELS.get(channel, channel), minutes=minutes, usual=usual)
    return Symptom(f"silent_{channel}", told)


def late(lanes: Iterable[LaneFacts], now: datetime, short: bool, calls: int) -> list[Symptom]:
    """Letters that should have gone; `short`: the staff group's budget is used up, `calls` a minute is what it has."""
    found = []
    for lane in lanes:
        if not lane.late or lane.oldest is None:
            continue
        named = {"late": lane.late, "minutes": int((now - lane.oldest).total_seconds() // 60)}
        if lane.lane == "topic":
            kind, told = ("group_budget", SHORT.having(calls=calls)) if short else ("late_staff", LATE_STAFF)
            found.append(Symptom(kind, told.having(**named)))
        elif lane.lane.startswith("customer_"):
            channel = lane.lane.removeprefix("customer_")
            told = LATE_CUSTOMERS.having(channel=CHANNELS.get(channel, channel), **named)
            found.append(Symptom(f"late_{channel}", told))
    return found


def group_trouble(facts: GroupFacts, told: Phrase) -> list[Symptom]:
    """Whether the bot can work in the staff group; `told` says {what} it cannot."""
    if facts.standing in ("left", "kicked"):
        what = NOT_THERE
    elif facts.standing not in ("administrator", "creator"):
        what = NO_ADMIN
    elif not facts.forum:
        what = NO_FORUM
    elif not facts.topics_right:
        what = NO_TOPICS_RIGHT
    else:
        return []
    return [Symptom("group", told.having(what=what))]


def number_trouble(facts: NumberFacts) -> list[Symptom]:
    """Whether the WhatsApp number may go on speaking."""
    found = []
    quality = {"RED": LOW, "YELLOW": MIDDLING}.get(facts.quality.upper())
    if quality is not None:
        found.append(Symptom("number_quality", QUALITY.having(quality=quality)))
    if facts.status.upper() in (
        "RESTRICTED",
        "BLOCKED",
        "FLAGGED",
        "BANNED",
        "RATE_LIMITED",
        "DISCONNECTED",
        "DELETED",
    ):
        found.append(Symptom("number_status", STATUS.having(status=facts.status.upper())))
    return found


def over(kind: str) -> Phrase:
    """What managers are told when a trouble is over."""
    return OVER.having(what=NAMES[kind])


@dataclass(frozen=True, slots=True)
class Judgement:
    """What follows from a look: troubles to tell, kinds that are over, and the kinds that are seen now."""

    tell: Sequence[Symptom]
    over: Sequence[str]
    seen: frozenset[str]


@dataclass(slots=True)
class Watch:
    """Remembers the looks before."""

    seen: dict[str, int] = field(default_factory=dict)
    good: dict[str, int] = field(default_factory=dict)

    def judge(self, asked: Iterable[str], symptoms: Sequence[Symptom]) -> Judgement:
        """What follows from a look. `asked` are the kinds that could be looked at: of others nothing is known, and they
        are neither seen nor over."""
        found: Mapping[str, Symptom] = {one.kind: one for one in symptoms}
        ended = []
        for kind in asked:
            if kind in found:
                self.seen[kind], self.good[kind] = self.seen.get(kind, 0) + 1, 0
            else:
                self.seen[kind], self.good[kind] = 0, self.good.get(kind, 0) + 1
                if self.good[kind] >= GOOD_LOOKS:
                    ended.append(kind)
        tell = [one for one in symptoms if self.seen.get(one.kind, 0) >= one.looks]
        return Judgement(tell, ended, frozenset(one.kind for one in tell))
