"""The customer's half: what a customer's message, tap or silence does.

The order of understanding is the contract's: commands, stop, a person; unhappiness; an answer to the question asked;
hesitation; detours; unclear. While people hold the conversation the bot only says times, and the words go to them.
"""

from __future__ import annotations

from datetime import timedelta

from scenarios.engine.albums import AlbumItem, collect
from scenarios.engine.conditions import follow
from scenarios.engine.context import Context
from scenarios.engine.effects import CancelTimers, Happen, Hear, KeepVersion, Mirror, TellTopic, UpdateCard, Watch
from scenarios.engine.events import (
    AddressChanged,
    ButtonPressed,
    Content,
    CustomerEdited,
    CustomerReacted,
    CustomerSaid,
    Sender,
    address_of,
)
from scenarios.engine.languages import from_code, spoken_name
from scenarios.engine.matching import hears, match
from scenarios.engine.phrases import Phrase, verbatim
from scenarios.engine.segments import segment_of
from scenarios.engine.talk import FEEDBACK, PERSON, Talk, forget_answers, open_conversation
from scenarios.engine.understanding import Understood, understand

__all__ = ["MANAGER_COMMANDS", "album_came", "edited", "pressed", "reachable", "reacted", "said"]

MOST_MISSES = 2
"""The second message that is not understood leads to a person (SCENARIOS: "the second miss")."""

DOUBLE_TAP = timedelta(seconds=10)
LONGEST_SLOT = 500

MANAGER_COMMANDS = frozenset(
    [
        "stats",
        "queue",
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
    ]
)

CANNOT_LISTEN = Phrase("I cannot listen to voice messages, sorry. Please write it, or talk to a person right away.")
KEPT = Phrase("Thank you, I have kept that for our people.")
NOT_FOR_YOU = Phrase("That command is for the managers of {business}. I can help you with everything else here.")
STOPPED = Phrase("All right, I will not write to you any more. Write here any time you need us.")
CANNOT_READ = Phrase("I cannot open this kind of message. Please write it in words, or talk to a person.")
REACTED = Phrase("The customer reacted: {emoji}")
BLOCKED_US = Phrase("The customer has blocked the bot: messages here no longer reach them. Call them instead.")
BACK_AGAIN = Phrase("The customer can be reached here again.")


def said(talk: Talk, event: CustomerSaid) -> None:
    """A customer wrote."""
    context, content = talk.context, event.content
    understood = understand(content.text, context.language or None)
    _meet(context, event.sender, understood, talk.world.default_language, content.text)
    talk.effects.append(Hear(content, event.message, event.sent_at))
    context.heard_at = event.at
    if event.album:
        collect(talk, event.album, "customer", content, event.message)
    else:
        taken_in(talk, content, understood)


def taken_in(talk: Talk, content: Content, understood: Understood) -> None:
    """What the desk does with a customer's words, once they are kept."""
    if talk.context.holder in ("waiting", "staffed"):
        _to_people(talk, content, understood)
    else:
        _to_bot(talk, content, understood)


def album_came(talk: Talk, items: list[AlbumItem]) -> None:
    """All items of a customer's album are there: the people see each, the bot answers once."""
    texts = [item.content.text for item in items if item.content.text]
    understood = understand("\n".join(texts), talk.context.language or None)
    if talk.context.holder in ("waiting", "staffed"):
        for item in items[:-1]:
            talk.effects.append(Mirror(item.content))
        taken_in(talk, items[-1].content, understood)
    else:
        taken_in(talk, Content(text="\n".join(texts), media=items[0].content.media), understood)


def pressed(talk: Talk, event: ButtonPressed) -> None:
    """A customer tapped a button: an answer only if it belongs to the question that is open now."""
    context = talk.context
    _meet(context, event.sender, None, talk.world.default_language, "")
    if event.data == context.tapped and context.tapped_at and event.at - context.tapped_at < DOUBLE_TAP:
        return
    context.tapped, context.tapped_at = event.data, event.at
    context.heard_at = event.at
    label = event.label
    talk.effects.append(Hear(Content(text=label), event.message, event.sent_at, tapped=True))
    if context.holder in ("waiting", "staffed"):
        talk.effects.append(Mirror(Content(text=label)))
        return
    conversation, question, key = ([*event.data.split(":", 2), "", "", ""])[:3]
    present = conversation == str(context.conversation) and question == str(context.question)
    if key == PERSON and context.holder == "bot":
        talk.person()
    elif present and talk.question is not None and key in context.offered:
        talk.answer(key, talk.slot_of(key))
    elif talk.question is not None:
        talk.ask_again()
    else:
        _start_anew(talk, understand("", context.language or None))


def edited(talk: Talk, event: CustomerEdited) -> None:
    """A customer changed a message: a new version beside the old; one we never saw is a message."""
    if event.target is None:
        said(talk, CustomerSaid(event.id, event.at, event.sender, event.content, event.message, event.sent_at))
        return
    talk.effects.append(KeepVersion(event.target.line, event.content.text))
    if talk.context.has_topic:
        talk.effects.append(Mirror(event.content, edited=True))


def reacted(talk: Talk, event: CustomerReacted) -> None:
    """An emoji on a message: shown to the people when they have a topic, no answer of the bot."""
    if event.emoji and talk.context.has_topic:
        talk.effects.append(TellTopic(REACTED.having(emoji=event.emoji)))


def reachable(talk: Talk, event: AddressChanged) -> None:
    """The customer blocked us, or let us in again."""
    context = talk.context
    if context.reachable == event.reachable:
        return
    context.reachable = event.reachable
    if not event.reachable:
        talk.effects.append(CancelTimers("q"))
    if context.has_topic:
        talk.effects.append(TellTopic(BACK_AGAIN if event.reachable else BLOCKED_US))
        talk.effects.append(UpdateCard())


def _meet(context: Context, sender: Sender, understood: Understood | None, default: str, text: str) -> None:
    """Learn what the message tells of its writer: name, address, language and script."""
    context.name = sender.name or context.name or sender.username
    context.channel, context.address = sender.channel, address_of(sender)
    context.phone = context.phone or sender.phone
    context.reachable = True
    if context.language_chosen:
        return
    heard: str | None = None
    if understood is not None and understood.language is not None and not text.startswith("/"):
        cyrillic_uzbek = understood.language == "uz" and understood.script == "cyrl"
        heard = "uz_Cyrl" if cyrillic_uzbek else understood.language
    if text.split(" ", 1)[0].split("@", maxsplit=1)[0] == "/start":
        heard = from_code(sender.language_code)
    context.language = heard or context.language or from_code(sender.language_code) or default


def _to_people(talk: Talk, content: Content, understood: Understood) -> None:
    context = talk.context
    talk.effects.append(Mirror(content))
    if understood.opt_out and not context.opted_out:
        _stop(talk)
    elif context.holder == "waiting" and understood.wants_person:
        talk.say(talk.coming())


def _to_bot(talk: Talk, content: Content, understood: Understood) -> None:
    context = talk.context
    command, _, _ = content.text.partition(" ")
    command = command.split("@")[0].casefold() if command.startswith("/") else ""
    if command in ("/start", "/menu", "/help"):
        if command == "/start":
            context.source = content.text.partition(" ")[2][:64] or context.source
        _start_anew(talk, understood)
    elif command.removeprefix("/") in MANAGER_COMMANDS and command:
        talk.effects.append(Watch(f"contact {context.contact}", f"tried {command}"))
        talk.say(NOT_FOR_YOU.having(business=str(talk.world.fact("business", context) or "")))
        talk.ask_again()
    elif understood.opt_out:
        _stop(talk)
    elif understood.wants_person:
        _person(talk, understood)
    elif understood.wants_language:
        _change_language(talk, understood.wants_language, understood)
    elif understood.state == "unhappy" and context.scenario != "unhappy" and not _answers_rating(talk, content.text):
        _unhappy(talk, understood)
    elif context.holder == "closed" and not _answers_rating(talk, content.text):
        _start_anew(talk, understood, content)
    else:
        _answered(talk, content, understood)


def _answered(talk: Talk, content: Content, understood: Understood) -> None:
    context, question, text = talk.context, talk.question, content.text.strip()
    if question is None:
        _start_anew(talk, understood, content)
        return
    candidates = talk.candidates()
    if content.kind != "text" and not text and not _fits(question.type, content):
        _other_kind(talk, content)
    elif candidates and (key := match(text, candidates, talk.world)) is not None:
        talk.answer(key, talk.slot_of(key))
    elif not candidates and understood.greeting and len(text.split()) <= 3:
        _start_anew(talk, understood)
    elif not candidates and question.type == "text" and _asks_aside(talk, text):
        talk.aside(_detour(talk, text) or "")
    elif not candidates and (words := _read(question.type, content)) is not None:
        talk.answer(words, {"key": words})
    elif understood.state == "hesitant" and context.scenario not in ("hesitant", "unhappy"):
        _segment(talk, understood)
        talk.begin("hesitant")
    elif (detour := _detour(talk, text)) is not None:
        talk.aside(detour)
    elif understood.greeting:
        _start_anew(talk, understood)
    else:
        context.tries += 1
        if context.tries >= MOST_MISSES:
            talk.effects.append(Happen("missed", context.step, context.segment))
            talk.person()
        else:
            talk.unclear()


def _answers_rating(talk: Talk, text: str) -> bool:
    """While nobody holds the conversation only an answer to the rating is taken as one; other words begin anew."""
    question = talk.question
    if talk.context.scenario != FEEDBACK or question is None:
        return False
    candidates = talk.candidates()
    return match(text, candidates, talk.world) is not None if candidates else bool(text.strip())


def _start_anew(talk: Talk, understood: Understood, content: Content | None = None) -> None:
    """Begin from the first step of the scenario that fits this customer."""
    context = talk.context
    forget_answers(context)
    talk.effects.append(CancelTimers("q"))
    if context.holder == "closed":
        open_conversation(talk, context.segment)
    context.opted_out = False
    if content is not None and content.kind != "text" and not content.text:
        talk.say(_word_for(content))
    _segment(talk, understood)
    if content is not None and (detour := _detour(talk, content.text)) is not None:
        talk.preface(detour)
    talk.begin(_scenario_for(talk))


def _person(talk: Talk, understood: Understood) -> None:
    context = talk.context
    if context.holder == "closed":
        forget_answers(context)
        open_conversation(talk, context.segment)
        _segment(talk, understood)
        context.scenario = _scenario_for(talk)
    elif understood.state == "unhappy" and context.scenario != "unhappy":
        _segment(talk, understood)
        context.scenario, context.stack = "unhappy", []
    talk.person()


def _unhappy(talk: Talk, understood: Understood) -> None:
    context = talk.context
    if context.holder == "closed":
        forget_answers(context)
        open_conversation(talk, "unhappy")
    _segment(talk, understood)
    if not context.complaint:
        context.complaint = True
        talk.effects.append(Happen("complained", context.segment_word, "unhappy"))
    talk.begin("unhappy")


def _segment(talk: Talk, understood: Understood) -> None:
    context = talk.context
    visits = talk.world.fact("visits", context)
    found = segment_of(context, understood, visits if isinstance(visits, int) else 0)
    context.segment, context.segment_reason, context.segment_word = found.name, found.reason, found.word
    if found.name == "unhappy" and found.reason == "words" and not context.complaint:
        context.complaint = True
        talk.effects.append(Happen("complained", found.word, "unhappy"))
    context.hesitated = context.hesitated and found.name == "hesitant"


def _scenario_for(talk: Talk) -> str:
    return follow(talk.book.start, talk.context, talk.world) or "new"


def _stop(talk: Talk) -> None:
    context = talk.context
    context.opted_out = True
    talk.effects.append(Happen("opted_out", context.channel, context.segment))
    talk.effects.append(CancelTimers("q"))
    talk.say(STOPPED)
    if context.holder == "bot":
        context.holder = "closed"
        context.epoch += 1
        context.scenario = context.step = ""
        context.offered, context.stack = [], []
        talk.effects.append(Happen("ended", "stop", context.segment))


def _change_language(talk: Talk, language: str, understood: Understood) -> None:
    context = talk.context
    context.language, context.language_chosen = language, True
    if talk.question is None:
        _start_anew(talk, understood)
        return
    talk.say(verbatim(spoken_name(language)))
    talk.ask_again()


def _asks_aside(talk: Talk, text: str) -> bool:
    """Whether words that could be an answer in free text are a question of the customer's own."""
    return text.endswith("?") and _detour(talk, text) is not None


def _detour(talk: Talk, text: str) -> str | None:
    for detour in talk.book.always:
        if hears(text, Phrase(detour.hears.id, detour.hears.context), talk.world):
            return detour.run
    return None


def _other_kind(talk: Talk, content: Content) -> None:
    talk.say(_word_for(content))
    talk.ask_again()


def _word_for(content: Content) -> Phrase:
    if content.kind in ("voice", "video_note", "audio"):
        return CANNOT_LISTEN
    return CANNOT_READ if content.kind == "unread" else KEPT


def _fits(kind: str, content: Content) -> bool:
    return (kind == "phone" and content.contact is not None) or (kind == "text" and content.spot is not None)


def _read(kind: str, content: Content) -> str | None:
    """The customer's words as a value of that type; None when they are none."""
    if kind == "phone":
        raw = content.contact.phone if content.contact else content.text
        digits = "".join(ch for ch in raw if ch.isdigit())
        return f"+{digits}" if 9 <= len(digits) <= 15 else None
    if content.spot is not None:
        return content.spot.title or f"{content.spot.latitude:.5f}, {content.spot.longitude:.5f}"
    return content.text.strip()[:LONGEST_SLOT] or None
