"""What the bot makes of a customer's message, in the order of the contract.

Commands, stop, a person; unhappiness; an answer to the question asked; hesitation; detours; unclear. While nobody holds
the conversation only an answer to the rating is taken as one, other words begin a new conversation.
"""

from __future__ import annotations

from scenarios.engine.beginnings import (
    HESITANT,
    LANGUAGE,
    asks_for_languages,
    begin_hesitant,
    begin_unhappy,
    detour_of,
    other_kind,
    start_anew,
    stop,
    to_person,
)
from scenarios.engine.context import Slot
from scenarios.engine.effects import Happen, Watch
from scenarios.engine.events import Content
from scenarios.engine.languages import spoken_name
from scenarios.engine.model import Ask as Question
from scenarios.engine.phrases import Phrase, verbatim
from scenarios.engine.slots import read
from scenarios.engine.slots.phones import phone_in
from scenarios.engine.talk import CALL_A_PERSON, FEEDBACK, PERSON, UNHAPPY, Talk
from scenarios.engine.understanding import Understood
from scenarios.engine.understanding.matching import Candidate, match, names

__all__ = ["BEGINNING", "MANAGER_COMMANDS", "command_of", "hear", "meanwhile", "tried", "wants_person"]

MOST_MISSES = 2
"""The second message that is not understood leads to a person (SCENARIOS: "the second miss")."""

LONGEST_SLOT = 500
SHORT_GREETING = 3
"""Words of a greeting that is nothing but one, where any words could be the answer."""

BEGINNING = frozenset({"start", "menu", "help"})
"""The commands of customers; each begins anew."""

MANAGER_COMMANDS = frozenset(
    [
        "stats",
        "queue",
        "versions",
        "complaints",
        "team",
        "promises",
        "funnel",
        "scenarios",
        "rollout",
        "incident",
        "broadcast",
        "customer",
        "staff",
        "export",
        "audit",
        "as",
        "later",
    ]
)

NOT_FOR_YOU = Phrase(
    "Sorry, only the managers of {business} can use that command. I am glad to help with anything else."
)

ONE_MOMENT = Phrase("One moment, I am just seeing to that.")
SHORT_WISH = 3
"""Words of a "back" or "cancel" that is meant for the bot, and is no part of a story."""


def command_of(text: str) -> str:
    """The name of the command that a text begins with, in small letters; empty when it is none."""
    first = text.split(maxsplit=1)[0] if text.startswith("/") else ""
    return first[1:].split("@", maxsplit=1)[0].casefold()


def wants_person(talk: Talk, text: str, understood: Understood) -> bool:
    """Whether a person is asked for, in any wording or by the button's words."""
    return understood.wants_person or names(text, CALL_A_PERSON, talk.world)


def tried(talk: Talk, command: str) -> bool:
    """Whether this is a manager's command, which a customer has no use for: it is written down who tried."""
    if command not in MANAGER_COMMANDS:
        return False
    talk.effects.append(Watch(f"contact {talk.context.contact}", f"tried /{command}"))
    return True


def hear(talk: Talk, content: Content, understood: Understood) -> None:
    """A message to the bot."""
    context, command = talk.context, command_of(content.text)
    if command in BEGINNING:
        if command == "start":
            context.source = content.text.partition(" ")[2].strip()[:64] or context.source
        start_anew(talk, understood)
    elif tried(talk, command):
        business = talk.world.fact("business", context)
        talk.say(NOT_FOR_YOU.having(business=business if isinstance(business, Phrase) else str(business or "")))
        if not talk.is_doing:
            _go_on(talk, understood)
    elif understood.opt_out:
        stop(talk, understood)
    elif wants_person(talk, content.text, understood):
        if talk.question is not None and talk.question.type == "phone":
            # "Call me at …": the number is not lost on the way to the person.
            context.phone = phone_in(content.text) or context.phone
        to_person(talk, understood)
    elif understood.state == "unhappy" and context.scenario != UNHAPPY and not _rates(talk, content.text):
        begin_unhappy(talk, understood)
    elif talk.is_doing:
        meanwhile(talk, content.text)
    elif understood.wants_language:
        if (key := _language_asked_for(talk, understood.wants_language)) is not None:
            talk.choose(key)
            return
        if talk.question is not None:
            talk.say(verbatim(spoken_name(understood.wants_language)))
        _go_on(talk, understood)
    elif context.holder == "closed" and not _answers_rating(talk, content.text):
        start_anew(talk, understood, content)
    else:
        _answer(talk, content, understood)


def _language_asked_for(talk: Talk, language: str) -> str | None:
    """The answer that names a language, where that is what we ask for."""
    if talk.question is None or talk.question.save != "language":
        return None
    return next((one.key for one in talk.candidates() if one.key == language.casefold()), None)


def meanwhile(talk: Talk, text: str = "") -> None:
    """The customer writes or taps while an action is carried out: what they ask aside is answered at once, the rest by
    the outcome."""
    talk.say(ONE_MOMENT)
    if (detour := detour_of(talk, text)) is not None:
        talk.preface(detour)


def _answer(talk: Talk, content: Content, understood: Understood) -> None:
    question, text = talk.question, content.text.strip()
    if question is None:
        start_anew(talk, understood, content)
        return
    if content.kind != "text" and not text and not _fits(question.type, content):
        talk.say(other_kind(content))
        talk.ask_again()
        return
    if content.kind in ("voice", "video_note"):
        talk.say(other_kind(content))
    candidates = talk.candidates()
    if (key := _matched(talk, candidates, text)) is not None:
        if key == PERSON:
            to_person(talk, understood)
        else:
            talk.choose(key)
    elif _wishes(talk, text, understood):
        return
    elif not candidates and understood.greeting and len(text.split()) <= SHORT_GREETING:
        start_anew(talk, understood)
    elif not candidates and question.type in ("text", "place") and _asks_aside(talk, text):
        talk.aside(detour_of(talk, text) or "")
    elif isinstance(value := _read(talk, question, content), dict):
        talk.answer(str(value["key"]), value)
    elif isinstance(value, Phrase):
        _missed(talk, value)
    elif understood.state == "hesitant" and _may_hesitate(talk):
        begin_hesitant(talk, understood)
    elif (detour := detour_of(talk, text)) is not None:
        talk.aside(detour)
    elif understood.greeting:
        start_anew(talk, understood)
    else:
        _missed(talk)


def _missed(talk: Talk, why: Phrase | None = None) -> None:
    """One more miss; `why` says what is wrong with the answer and asks again by itself."""
    context = talk.context
    context.tries += 1
    if context.tries >= MOST_MISSES:
        talk.effects.append(Happen("missed", context.step, context.segment))
        talk.person()
    else:
        talk.unclear(why)


def _matched(talk: Talk, candidates: list[Candidate], text: str) -> str | None:
    """The answer that a text names: by its number among those that are shown, by its words on any page."""
    if not candidates:
        return None
    shown = talk.shown(candidates)
    offered = [*shown, Candidate(PERSON, CALL_A_PERSON)] if talk.offers_person else shown
    return match(text, offered, talk.world) or (
        match(text, candidates, talk.world) if len(shown) <= len(candidates) and not text.strip().isdecimal() else None
    )


def _wishes(talk: Talk, text: str, understood: Understood) -> bool:
    """Carry out "cancel", "back", "repeat" or "language", when the message says nothing else."""
    if len(text.split()) > SHORT_WISH or talk.context.holder != "bot":
        return False
    if understood.back:
        talk.back()
    elif understood.repeat:
        talk.ask_again()
    elif understood.cancel:
        talk.cancel()
    elif asks_for_languages(talk, text):
        talk.aside(LANGUAGE)
    else:
        return False
    return True


def _may_hesitate(talk: Talk) -> bool:
    """Whether doubts lead to a scenario of their own, and the talk is not there yet."""
    return HESITANT in talk.book.scenarios and talk.context.scenario not in (HESITANT, UNHAPPY)


def _go_on(talk: Talk, understood: Understood) -> None:
    """With the present question; where there is none, from the beginning."""
    if talk.question is not None:
        talk.ask_again()
    else:
        start_anew(talk, understood)


def _rates(talk: Talk, text: str) -> bool:
    """Whether a text is one of the rating's answers, whose labels may sound unhappy themselves."""
    asked = talk.context.scenario == FEEDBACK and talk.question is not None
    return asked and match(text, talk.candidates(), talk.world) is not None


def _answers_rating(talk: Talk, text: str) -> bool:
    if talk.context.scenario != FEEDBACK or talk.question is None:
        return False
    if talk.candidates():
        return _rates(talk, text)
    if talk.question.type == "nps":
        # Whoever writes no number has something else on their mind.
        return isinstance(read(talk.question.type, Content(text=text), talk.world.local, talk.context.language), dict)
    return bool(text.strip())


def _asks_aside(talk: Talk, text: str) -> bool:
    """Whether words that could be an answer in free text are a question of the customer's own."""
    return text.endswith("?") and detour_of(talk, text) is not None


def _fits(kind: str, content: Content) -> bool:
    """Whether this kind of question can be answered by something other than words."""
    if kind == "photo":
        return content.media is not None
    return (kind == "phone" and content.contact is not None) or (kind in ("text", "place") and content.spot is not None)


def _read(talk: Talk, question: Question, content: Content) -> Slot | Phrase | None:
    """What the customer's words, file or place are as a value of the question's type; a phrase when they are none and
    we can say why; None when they are none."""
    if question.answers or question.answers_from:
        return None
    return read(question.type, content, talk.world.local, talk.context.language)
