"""How a talk with the bot begins: anew, with an apology, with a person at once; and how a customer stops it.

Rule: an apology is made once for a complaint. `complaint` is true from that apology until the people have solved it.
"""

from __future__ import annotations

from dataclasses import replace

from scenarios.engine.conditions import follow
from scenarios.engine.context import Context
from scenarios.engine.conversations import forget_answers
from scenarios.engine.effects import CancelTimers, Happen
from scenarios.engine.events import Content
from scenarios.engine.phrases import Phrase
from scenarios.engine.segments import segment_of
from scenarios.engine.talk import UNHAPPY, Talk
from scenarios.engine.understanding import Understood
from scenarios.engine.understanding.matching import first_heard, names_one_of
from scenarios.engine.wording import plain

__all__ = [
    "HESITANT",
    "LANGUAGE",
    "asks_for_languages",
    "begin_hesitant",
    "begin_unhappy",
    "detour_of",
    "other_kind",
    "segment",
    "start_anew",
    "stop",
    "to_person",
]

HESITANT = "hesitant"
LANGUAGE = "language"
STOP = "stop"
"""The scenario whose first words are said to who does not want to hear from us any more."""

STOPPED = Phrase("All right, I will not write to you any more. If you need us, just write here.")
CANNOT_LISTEN = Phrase(
    "Sorry, I cannot listen to voice messages. Please write instead, or talk to a person right away."
)
CANNOT_READ = Phrase("Sorry, I cannot open this kind of message. Please write it in words, or talk to a person.")
KEPT = Phrase("Thank you, I have kept this for my colleagues.")


def start_anew(talk: Talk, understood: Understood, content: Content | None = None) -> None:
    """Begin from the first step of the scenario that fits this customer; `content` is what they said, when it may
    itself ask something."""
    context = talk.context
    apologised = context.complaint
    talk.effects.append(CancelTimers("q"))
    _opened(talk)
    if content is not None and content.kind != "text" and not content.text:
        talk.say(other_kind(content))
    segment(talk, understood)
    if content is not None and (detour := detour_of(talk, content.text)) is not None:
        if talk.asks(detour) and context.segment != UNHAPPY:
            talk.begin(detour)
            return
        talk.preface(detour)
    _begin(talk, follow(talk.book.start, context, talk.world) or "new", apologised)


def begin_unhappy(talk: Talk, understood: Understood) -> None:
    """Words of somebody who is unhappy: one apology, and a person beside every further question."""
    context = talk.context
    apologised = context.complaint
    if context.holder == "closed":
        _opened(talk)
    segment(talk, understood)
    _begin(talk, UNHAPPY, apologised)


def begin_hesitant(talk: Talk, understood: Understood) -> None:
    """Words of somebody who weighs; the answers so far are kept."""
    apologised = talk.context.complaint
    segment(talk, understood)
    _begin(talk, UNHAPPY if talk.context.segment == UNHAPPY else HESITANT, apologised)


def to_person(talk: Talk, understood: Understood) -> None:
    """To the people at once, without another question; who is unhappy hears the apology on the way."""
    context = talk.context
    apologised = context.complaint
    if context.holder == "closed":
        _opened(talk)
        segment(talk, understood)
        context.scenario = follow(talk.book.start, context, talk.world) or "new"
    elif understood.state == "unhappy" and context.scenario != UNHAPPY:
        segment(talk, understood)
        context.scenario, context.stack = UNHAPPY, []
    if context.scenario == UNHAPPY and not apologised:
        context.complaint = True
        talk.apologise()
    talk.person()


def stop(talk: Talk, understood: Understood) -> None:
    """No more messages of ours, until the customer writes again. Who asks for a person in the same breath gets one."""
    context = talk.context
    if not context.opted_out:
        talk.effects.append(Happen("opted_out", context.channel, context.segment))
    talk.effects += [CancelTimers("q"), CancelTimers("l:")]
    goodbye = talk.first_words(STOP)
    talk.say(STOPPED if goodbye is None else goodbye)
    if understood.wants_person:
        to_person(talk, understood)
    else:
        if context.holder == "bot":
            context.holder = "closed"
            context.epoch += 1
            talk.effects.append(Happen("ended", "stop", context.segment))
        context.scenario = context.step = ""
        context.offered, context.stack = [], []
    context.opted_out = True


def segment(talk: Talk, understood: Understood) -> None:
    """Which kind of customer this is, now that they said something."""
    context = talk.context
    visits = talk.world.fact("visits", context)
    found = segment_of(context, understood, visits if isinstance(visits, int) else 0)
    context.segment, context.segment_reason, context.segment_word = found.name, found.reason, found.word
    for place, effect in enumerate(talk.effects):
        if isinstance(effect, Happen) and effect.kind == "opened":
            # The conversation began in this very turn: figures count it as what it turned out to be.
            talk.effects[place] = replace(effect, segment=found.name)
    if found.name == UNHAPPY and found.reason == "words" and not context.complaint:
        context.complaint = True
        talk.effects.append(Happen("complained", found.word, UNHAPPY))
    context.hesitated = context.hesitated and found.name == HESITANT


def detour_of(talk: Talk, text: str) -> str | None:
    """The detour that a text asks for."""
    always = talk.book.always
    place = first_heard(text, [plain(detour.hears) for detour in always], talk.world)
    return None if place is None else always[place].run


def asks_for_languages(talk: Talk, text: str) -> bool:
    """Whether the message is the word for "language" and nothing else, which is no answer to any question."""
    lists = (plain(detour.hears) for detour in talk.book.always if detour.run == LANGUAGE)
    return any(names_one_of(text, one, talk.world) for one in lists)


def other_kind(content: Content) -> Phrase:
    """What is said to something that is no words."""
    if content.kind in ("voice", "video_note", "audio"):
        return CANNOT_LISTEN
    return CANNOT_READ if content.kind == "unread" else KEPT


def _opened(talk: Talk) -> None:
    """The customer is with the bot and has answered nothing yet; who writes may be written to again."""
    context: Context = talk.context
    forget_answers(context)
    if context.holder == "closed":
        talk.open(context.segment)
    context.opted_out = False


def _begin(talk: Talk, scenario: str, apologised: bool) -> None:
    if scenario not in talk.book.scenarios:
        # Scenarios of one's own may have none for the unhappy: then a person is for them.
        talk.context.complaint = talk.context.complaint or scenario == UNHAPPY
        talk.person()
        return
    if scenario != UNHAPPY:
        talk.begin(scenario)
        return
    talk.context.complaint = True
    talk.begin(UNHAPPY, quiet=apologised)
