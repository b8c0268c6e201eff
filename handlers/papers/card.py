"""The card of a contact, pinned in their topic: who, on which channel, in what mood and why, who holds them.

Rule: plain text without relative times, so that a card that is not edited does not become wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlers.business import Business
from handlers.papers.labels import CHANNELS, LANGUAGE_NAMES, SEGMENT_ICONS, SEGMENTS, cut, one_line
from handlers.texts import Texts
from scenarios.engine.context import Context
from scenarios.engine.phrases import Phrase
from scenarios.engine.segments import REASONS

__all__ = ["LONGEST", "card_text"]

LONGEST = 1_000
"""UTF-16 units: a card is read at a glance, and as a caption Telegram takes 1024 (Bot API 10.1)."""

NO_NAME = Phrase("no name", "card")
NO_PHONE = Phrase("no phone yet", "card")
BOT_HAS = Phrase("The bot is talking with them")
WAITING = Phrase("Waiting for a person since {time}")
HELD_BY = Phrase("{name} has this conversation")
CLOSED = Phrase("Closed: nobody is talking with them now")
SERVICE_NOW = Phrase("Now about: {service}")
LAST_SERVICE = Phrase("Last time: {service}")
LAST_RATING = Phrase("Last rating: {score} of 5")
COMPLAINT = Phrase("A complaint is open")
CAME_FROM = Phrase("Came from: {source}")
BLOCKED = Phrase("Cannot be reached here: the customer has blocked the bot")
OPTED_OUT = Phrase("Wants no messages that they did not ask for")

_QUOTED = re.compile(r"^[a-z ]+: '(.*)'$", re.DOTALL)


def card_text(context: Context, business: Business, texts: Texts, language: str, code: str) -> str:
    """The card in a language; `code` is the contact's, by which it can be looked up."""
    return cut("\n".join(_rows(context, business, texts, language, code)), LONGEST)


def _rows(context: Context, business: Business, texts: Texts, language: str, code: str) -> Iterator[str]:
    def said(phrase: Phrase) -> str:
        return texts.render(phrase, language)

    yield f"👤 {one_line(context.name, 100) or said(NO_NAME)} · {code}"
    channel = CHANNELS.get(context.channel, context.channel)
    spoken = LANGUAGE_NAMES.get(context.language)
    yield "💬 " + " · ".join(filter(None, (channel, said(spoken) if spoken else "")))
    yield f"☎️ {one_line(context.phone, 32) or said(NO_PHONE)}"
    if context.segment:
        yield f"{SEGMENT_ICONS.get(context.segment, '🏷')} {_segment(context, texts, language)}"
    yield ""
    yield _holder(context, business, texts, language)
    if context.desk:
        yield f"🗂 {said(business.desks.get(context.desk, Phrase(context.desk, texts={})))}"
    now = business.service(str(context.slots["service"].get("key"))) if "service" in context.slots else None
    if now is not None:
        yield f"🔧 {said(SERVICE_NOW.having(service=now.name))}"
    if context.complaint:
        yield f"❗ {said(COMPLAINT)}"
    last = business.service(context.last_service)
    if last is not None:
        yield f"🧰 {said(LAST_SERVICE.having(service=last.name))}"
    if context.last_rating is not None:
        yield f"⭐ {said(LAST_RATING.having(score=context.last_rating))}"
    if context.source:
        yield f"🔗 {said(CAME_FROM.having(source=one_line(context.source, 64)))}"
    if not context.reachable:
        yield f"🚫 {said(BLOCKED)}"
    if context.opted_out:
        yield f"🔕 {said(OPTED_OUT)}"


def _segment(context: Context, texts: Texts, language: str) -> str:
    """The segment and why; of the words that decided, only the customer's own."""
    name = SEGMENTS.get(context.segment, Phrase(context.segment, texts={}))
    words = texts.render(name, language)
    reason = REASONS.get(context.segment_reason)
    if reason is None:
        return words[:1].upper() + words[1:]
    quoted = _QUOTED.match(context.segment_word)
    word = one_line(quoted.group(1) if quoted else context.segment_word, 80)
    return f"{words[:1].upper()}{words[1:]}: {texts.render(reason.having(word=word), language)}"


def _holder(context: Context, business: Business, texts: Texts, language: str) -> str:
    match context.holder:
        case "bot":
            return f"🤖 {texts.render(BOT_HAS, language)}"
        case "waiting":
            since = context.handed_off_at
            clock = f"{since.astimezone(business.hours.zone):%d.%m.%Y %H:%M}" if since is not None else "—"
            return f"🟡 {texts.render(WAITING.having(time=clock), language)}"
        case "staffed":
            name = one_line(context.agent_name, 64) or "—"
            return f"🟢 {texts.render(HELD_BY.having(name=name), language)}"
    return f"⚪ {texts.render(CLOSED, language)}"
