"""The customer's half: what a message, a tap or an edit does to the conversation.

Every message is kept. While people hold the conversation it goes to them and the bot says nothing but times; otherwise
the bot answers it.
"""

from __future__ import annotations

from datetime import timedelta

from scenarios.engine.albums import AlbumItem, collect, pending
from scenarios.engine.answering import BEGINNING, MANAGER_COMMANDS, command_of, hear, meanwhile, tried, wants_person
from scenarios.engine.beginnings import segment, start_anew, to_person
from scenarios.engine.context import Context
from scenarios.engine.effects import CancelTimers, Happen, Hear, KeepDeleted, KeepVersion, Mirror, TellTopic, UpdateCard
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
from scenarios.engine.handoffs import coming
from scenarios.engine.languages import from_code
from scenarios.engine.phrases import Phrase
from scenarios.engine.slots.phones import phone_in
from scenarios.engine.talk import CALL_A_PERSON, PERSON, Talk
from scenarios.engine.understanding import Understood, understand

__all__ = ["MANAGER_COMMANDS", "album_came", "edited", "pressed", "reachable", "reacted", "said"]

DOUBLE_TAP = timedelta(seconds=10)
LONGEST_NAME = 200

REACTED = Phrase("The customer reacted: {emoji}")
BLOCKED_US = Phrase("The customer has blocked the bot: messages here no longer reach them. Call them instead.")
BACK_AGAIN = Phrase("The customer can be reached here again.")
ASKS_TO_STOP = Phrase("The customer asks us not to write to them any more.")


def said(talk: Talk, event: CustomerSaid) -> None:
    """A customer wrote."""
    context, content = talk.context, event.content
    understood = understand(content.text, context.language or None)
    _meet(context, event.sender, understood, talk.world.default_language, content)
    talk.effects.append(Hear(content, event.message, event.sent_at))
    context.heard_at = event.at
    if event.album:
        collect(talk, event.album, "customer", content, event.message)
        return
    if _with_people(context):
        # An album that is still gathering came first.
        talk.effects += [Mirror(item.content) for item in pending(context, "customer")]
    _taken_in(talk, content, understood)


def album_came(talk: Talk, items: list[AlbumItem]) -> None:
    """All items of a customer's album are there: the people see each, the bot answers once."""
    texts = [item.content.text for item in items if item.content.text]
    understood = understand("\n".join(texts), talk.context.language or None)
    if _with_people(talk.context):
        talk.effects += [Mirror(item.content) for item in items[:-1]]
        _taken_in(talk, items[-1].content, understood)
    else:
        _taken_in(talk, Content(text="\n".join(texts), media=items[0].content.media), understood)


def pressed(talk: Talk, event: ButtonPressed) -> None:
    """A customer tapped a button: an answer only if it belongs to the question that is open now. A person is called
    by the button of any question."""
    context = talk.context
    _meet(context, event.sender, None, talk.world.default_language, Content())
    if event.data == context.tapped and context.tapped_at and abs(event.at - context.tapped_at) < DOUBLE_TAP:
        return
    context.tapped, context.tapped_at = event.data, event.at
    context.heard_at = event.at
    conversation, question, key = ([*event.data.split(":", 2), "", "", ""])[:3]
    present = conversation == str(context.conversation) and question == str(context.question)
    label = None if event.label else _label(talk, key, present)
    if event.label or label is not None:
        talk.effects.append(Hear(Content(text=event.label), event.message, event.sent_at, tapped=True, label=label))
    if _with_people(context):
        if event.label:
            talk.effects.append(Mirror(Content(text=event.label)))
        if key == PERSON and context.holder == "waiting":
            talk.say(coming(talk.world))
    elif key == PERSON:
        to_person(talk, understand("", context.language or None))
    elif present and talk.question is not None and talk.may_choose(key):
        talk.choose(key)
    elif talk.question is not None:
        talk.ask_again()
    elif talk.is_doing:
        meanwhile(talk)
    else:
        start_anew(talk, understand("", context.language or None))


def edited(talk: Talk, event: CustomerEdited) -> None:
    """A customer changed a message: a new version beside the old; one we never saw is a message."""
    gone = event.content.unread == "deleted"
    if event.target is None:
        if gone:
            # Taken back before we ever saw it: there is nothing to keep and nothing to answer.
            return
        said(talk, CustomerSaid(event.id, event.at, event.sender, event.content, event.message, event.sent_at))
        return
    line = event.target.line
    talk.effects.append(KeepDeleted(line) if gone else KeepVersion(line, event.content.text))
    if talk.context.has_topic:
        talk.effects.append(Mirror(event.content, edited=True))


def reacted(talk: Talk, event: CustomerReacted) -> None:
    """An emoji on a message: shown to the people when they have a topic, no answer of the bot."""
    if event.emoji and talk.context.has_topic:
        talk.effects.append(TellTopic(REACTED.having(emoji=event.emoji)))


def reachable(talk: Talk, event: AddressChanged) -> None:
    """The customer blocked us, or let us in again, where we would write to them now."""
    context = talk.context
    elsewhere = context.address and context.address != address_of(event.sender)
    if context.reachable == event.reachable or elsewhere:
        return
    context.reachable = event.reachable
    if not event.reachable:
        talk.effects.append(CancelTimers("q"))
    if context.has_topic:
        talk.effects.append(TellTopic(BACK_AGAIN if event.reachable else BLOCKED_US))
        talk.effects.append(UpdateCard())


def _taken_in(talk: Talk, content: Content, understood: Understood) -> None:
    if _with_people(talk.context):
        _to_people(talk, content, understood)
    else:
        hear(talk, content, understood)


def _to_people(talk: Talk, content: Content, understood: Understood) -> None:
    context = talk.context
    talk.effects.append(Mirror(content))
    if tried(talk, command_of(content.text)):
        return
    if understood.opt_out and not context.opted_out:
        context.opted_out = True
        talk.effects.append(Happen("opted_out", context.channel, context.segment))
        talk.effects.append(TellTopic(ASKS_TO_STOP))
    if understood.state == "unhappy":
        segment(talk, understood)
    if context.holder == "waiting" and wants_person(talk, content.text, understood):
        talk.say(coming(talk.world))


def _meet(context: Context, sender: Sender, understood: Understood | None, default: str, content: Content) -> None:
    """Learn what the message tells of its writer: name, address, phone, language and script."""
    context.name = (sender.name or context.name or sender.username)[:LONGEST_NAME]
    context.channel, context.address = sender.channel, address_of(sender)
    context.phone = context.phone or sender.phone
    if content.contact is not None and content.contact.own:
        context.phone = phone_in(content.contact.phone) or context.phone
    context.reachable = True
    if understood is not None and understood.wants_language:
        context.language, context.language_chosen = understood.wants_language, True
    if context.language_chosen:
        return
    heard: str | None = None
    command = command_of(content.text)
    if command == "start":
        heard = from_code(sender.language_code)
    elif understood is not None and understood.language is not None and command not in BEGINNING | MANAGER_COMMANDS:
        cyrillic_uzbek = understood.language == "uz" and understood.script == "cyrl"
        heard = "uz_Cyrl" if cyrillic_uzbek else understood.language
    context.language = heard or context.language or from_code(sender.language_code) or default


def _with_people(context: Context) -> bool:
    return context.holder in ("waiting", "staffed")


def _label(talk: Talk, key: str, present: bool) -> Phrase | None:
    """What a button said, where the vendor does not tell: known for the question that is open."""
    if key == PERSON:
        return CALL_A_PERSON
    labels = {candidate.key: candidate.label for candidate in talk.candidates()} if present else {}
    return labels.get(key)
