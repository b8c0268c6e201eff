"""What the desk decided for one contact, as plain values for the page: read from its storage, in everybody's words.

Rule: nothing is guessed. Segment, scenario, holder, letters and timers are what the desk stored; what was understood
of the newest message is asked of the same pure function that the desk asked. Codes become words on the page; phrases of
the desk come in all its languages, so that the page may speak its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.playground.telegram.refusals import Json
from handlers.business import Business
from handlers.texts import Texts
from scenarios.engine.context import Context
from scenarios.engine.graph import graph_of
from scenarios.engine.graph.drawing import TooLarge
from scenarios.engine.graph.layout import layout
from scenarios.engine.graph.svg import svg
from scenarios.engine.model import Book, Scenario
from scenarios.engine.phrases import Phrase
from scenarios.engine.records import TimerRow
from scenarios.engine.segments import REASONS
from scenarios.engine.silences import is_over, silence_of
from scenarios.engine.understanding import Understood, understand
from scenarios.engine.wording import plain
from storage.decisions import Decided, Waiting

__all__ = ["Budget", "Reader"]

LANGUAGES = ("en", "uz", "kk", "ru")
"""What the page speaks."""

TEXT_SHOWN = 120
JUST_NOW = timedelta(seconds=1.5)
"""A letter this young is on its way and waits for nothing."""

Budget = tuple[float, float]
"""(calls that the staff group may still get, seconds for which Telegram told the desk to pause)."""


class Reader:
    """Puts a contact's state into plain values, with the desk's own texts."""

    def __init__(self, texts: Texts, business: Business) -> None:
        self._texts, self._business = texts, business

    def read(
        self, found: Decided, book: Book, version: str, budget: Budget | None, working: bool, now: datetime
    ) -> Json:
        """One contact, by the book that its talk is on; `version` is that of the talk's scenario in it, empty when it
        is not known. `working` says whether the desk is alive."""
        context = found.context
        scenario = book.scenarios.get(context.scenario)
        return {
            "contact": context.contact,
            "thread": found.thread,
            "version": found.version,
            "language": context.language,
            "language_chosen": context.language_chosen,
            "segment": context.segment,
            "reason": self._reason(context),
            "scenario": context.scenario,
            "scenario_version": version,
            "about": scenario.about if scenario else "",
            "step": context.step,
            "holder": context.holder,
            "agent": context.agent_name,
            "desk": self._desk(context.desk),
            "epoch": context.epoch,
            "conversation": context.conversation,
            "slots": {name: self._slot(slot) for name, slot in context.slots.items()},
            "heard": _heard(found),
            "waiting": [
                self._letter(place, one, found, budget, working, now) for place, one in enumerate(found.waiting)
            ],
            "waiting_in_all": found.waiting_in_all,
            "budget": self._budget(budget),
            "timers": [self._timer(book, context, one) for one in found.timers],
            "happened": [{"kind": kind, "value": value, "at": at.timestamp()} for kind, value, at in found.happened],
        }

    def graph(self, scenario: Scenario, language: str) -> str | None:
        """The picture of a scenario as SVG without its style; None when it is too large or the page speaks no such
        language. Blocks."""
        if language not in LANGUAGES:
            return None

        def say(phrase: Phrase) -> str:
            return self._texts.render(phrase, language)

        try:
            return svg(layout(graph_of(scenario), say), say, styled=False)
        except TooLarge:
            return None

    def _everywhere(self, phrase: Phrase) -> Mapping[str, str]:
        return {language: self._texts.render(phrase, language) for language in LANGUAGES}

    def _reason(self, context: Context) -> Mapping[str, str] | None:
        phrase = REASONS.get(context.segment_reason)
        if phrase is None:
            return None
        # The engine keeps "unhappy: 'words'"; what a person wants to read are the words.
        word = context.segment_word.partition(": ")[2].strip("'") or context.segment_word
        return self._everywhere(Phrase(phrase.id, phrase.context, values={"word": word}))

    def _desk(self, key: str) -> Mapping[str, str] | None:
        desk = self._business.desks.get(key)
        return self._everywhere(desk) if desk is not None else None

    def _slot(self, slot: Mapping[str, object]) -> str:
        return str(slot.get("key", ""))[:TEXT_SHOWN]

    def _letter(
        self, place: int, one: Waiting, found: Decided, budget: Budget | None, working: bool, now: datetime
    ) -> Json:
        letter = one.letter
        due = letter.due or letter.at
        text = letter.payload.get("text") or letter.payload.get("content", {}).get("text", "")
        return {
            "op": letter.op,
            "to": letter.destination.partition(":")[0],
            "text": " ".join(str(text).split())[:TEXT_SHOWN],
            "why": _why(place, one, found, budget, working, now),
            "until": due.timestamp() if due > now else 0,
            "attempts": letter.attempts,
            "code": one.code[:TEXT_SHOWN],
            "at": letter.at.timestamp(),
        }

    def _budget(self, budget: Budget | None) -> Json | None:
        if budget is None:
            return None
        business = self._business
        return {
            "left": max(0, int(budget[0])),
            "of": int(business.burst),
            "per_minute": int(business.calls_per_minute),
            "paused": budget[1],
        }

    def _timer(self, book: Book, context: Context, timer: TimerRow) -> Json:
        silence = silence_of(book, context, timer.data)
        says = None
        if silence is not None and silence.say is not None:
            says = self._everywhere(plain(silence.say))
        waits_for = "album" if timer.key.startswith("album:") else "people" if timer.key.startswith("h") else "customer"
        return {
            "id": timer.id,
            "for": waits_for,
            "due": timer.due.timestamp(),
            "says": says,
            "goes": (silence.go or "") if silence is not None else "",
            "over": timer.key[:1] in ("q", "h") and is_over(book, context, timer.key, timer.data),
        }


def _why(place: int, one: Waiting, found: Decided, budget: Budget | None, working: bool, now: datetime) -> str:
    """dead, asked_to_wait, down, behind, later, budget, sending or soon: the first that holds."""
    letter = one.letter
    waits = (letter.due or letter.at) > now
    if not working:
        return "dead"
    if waits and one.reason == "throttled":
        return "asked_to_wait"
    if waits and one.reason:
        return "down"
    if any(before.letter.destination == letter.destination for before in found.waiting[:place]):
        return "behind"
    if waits:
        return "later"
    to_staff = letter.destination.startswith(("topic:", "extra:"))
    if to_staff and budget is not None and now - letter.at > JUST_NOW and (budget[0] < 1 or budget[1] > 0):
        return "budget"
    if to_staff and letter.destination.startswith("extra:") and now - letter.at > JUST_NOW:
        # Reactions and card edits only use what is left over.
        return "leftover"
    return "sending" if one.held else "soon"


def _heard(found: Decided) -> Json | None:
    content = found.heard
    if content is None:
        return None
    kind = content.media.kind if content.media is not None else "contact" if content.contact is not None else "text"
    kind = "location" if content.spot is not None else "other" if content.unread else kind
    told: Json = {"kind": kind, "text": content.text[:TEXT_SHOWN], "tapped": found.tapped}
    told["at"] = found.heard_at.timestamp() if found.heard_at is not None else 0
    if content.text and not found.tapped:
        told["understood"] = _understood(understand(content.text, found.context.language or None))
    return told


def _understood(one: Understood) -> Json:
    flags = ("wants_person", "opt_out", "greeting", "cancel", "back", "repeat")
    return {
        "language": one.language or "",
        "script": one.script or "",
        "state": one.state,
        "wants_language": one.wants_language or "",
        "flags": [name for name in flags if getattr(one, name)],
        "because": [word.strip("'") for label, _, word in map(_parted, one.why) if not label.startswith("language ")],
    }


def _parted(reason: str) -> tuple[str, str, str]:
    """A reason such as "wants a person: 'operator kerak'" in its parts; of a language the words are folded ones."""
    return reason.partition(": ")
