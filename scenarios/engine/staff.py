"""The staff's half: what an agent's message, command or edit does to a conversation.

A plain message goes to the customer at once, whoever holds the conversation; hints follow, they never hold it back. A
note, a command and a reply to a note stay inside.
"""

from __future__ import annotations

import difflib

from scenarios.engine.albums import AlbumItem, collect
from scenarios.engine.effects import (
    CancelTimers,
    ChangeSent,
    CloseTopic,
    Happen,
    KeepReply,
    KeepVersion,
    Note,
    Relay,
    SendHistory,
    TakeBack,
    TellTopic,
    UpdateCard,
)
from scenarios.engine.events import (
    AgentCommanded,
    AgentEdited,
    AgentSaid,
    AgentUnheard,
    Content,
    NotDelivered,
    OwnerSaid,
    address_of,
)
from scenarios.engine.phrases import Phrase, verbatim
from scenarios.engine.talk import FEEDBACK, Talk, open_conversation

__all__ = ["COMMANDS", "HELP", "album_came", "commanded", "edited", "owner_said", "said", "undelivered", "unheard"]

COMMANDS = ("take", "note", "history", "undo", "close", "help")
"""The commands that work in a topic."""

INSIDE = "//"
OWN_PHONE = "phone"
"""The agent that an answer from the business's own phone counts for."""

HELP = Phrase(
    "A plain message here goes to the customer at once.\n"
    "// text – a note that stays inside; so does a reply to a note\n"
    "/take – the conversation is yours\n"
    "/note called, no answer – a note\n"
    "/history – the whole history as a document\n"
    "/undo – take back your last message to the customer\n"
    "/close fridge repaired – close; the customer is asked for a rating\n"
    "/help – this list"
)
HELD_BY = Phrase("{name} holds this conversation; your message was sent.")
ALREADY_TAKEN = Phrase("Already taken by {name}.")
ALREADY_YOURS = Phrase("This conversation is already yours.")
TAKEN = Phrase("{name} has taken the conversation.")
ALREADY_CLOSED = Phrase("This conversation is already closed.")
CLOSED = Phrase("{name} closed the conversation.")
CLOSED_BECAUSE = Phrase("{name} closed the conversation: {reason}")
NO_SUCH_COMMAND = Phrase(
    "There is no command /{command}, and nothing was sent to the customer. /help lists the commands."
)
PERHAPS = Phrase("There is no command /{command}, and nothing was sent to the customer. Did you mean /{meant}?")
EMPTY_NOTE = Phrase("Write the note after the command, for example: /note called, no answer")
NOT_RELAYED = Phrase("This was not sent to the customer: {who}. Write from your own account.")
NOTE_STAYS = Phrase("This stays a note; write a new message to answer the customer.")
NOTHING_TO_UNDO = Phrase("You have sent the customer nothing that could be taken back.")
ANONYMOUS = Phrase("it was written as an anonymous admin")
OTHER_BOT = Phrase("it was written by another bot")
CHANNEL = Phrase("it was written in the name of a channel")

REASONS = {
    "blocked": Phrase("Not delivered: the customer has blocked the bot. Call them or write on another channel."),
    "window": Phrase(
        "Not delivered: WhatsApp allows free messages only for 24 hours after the customer wrote. "
        "Call them, or wait until they write."
    ),
    "unreachable": Phrase("Not delivered: this address cannot be reached ({code}). Call them or use another channel."),
    "rejected": Phrase("Not delivered: the messenger refused the message ({code}). Write it differently or call them."),
    "too_big": Phrase("Not delivered: the file is too big for this channel. Send it smaller or as a link."),
    "gave_up": Phrase("Not delivered: the messenger did not answer for a long time ({code}). Please send it again."),
    "late": Phrase("Not sent: by then a person was already talking with the customer."),
    "edit": Phrase("WhatsApp cannot change or delete what was sent: the customer still sees the old text."),
}
"""Why a message did not arrive and what to do, by the kind of refusal."""


def said(talk: Talk, event: AgentSaid) -> None:
    """An agent wrote in the topic."""
    inside = event.reply is not None and event.reply.kind == "note"
    if event.album:
        collect(talk, event.album, "agent", event.content, event.message, event.agent.id, event.agent.name, inside)
        return
    item = AlbumItem(event.content, event.message, event.agent.id, event.agent.name, inside)
    album_came(talk, [item])


def album_came(talk: Talk, items: list[AlbumItem]) -> None:
    """An agent's message, or all items of an album: one marked item keeps the whole album inside."""
    inside = any(item.inside or item.content.text.lstrip().startswith(INSIDE) for item in items)
    if inside:
        for item in items:
            talk.effects.append(Note(_unmarked(item.content), item.agent, item.agent_name, item.message))
        return
    for item in items:
        _relay(talk, item)


def commanded(talk: Talk, event: AgentCommanded) -> None:
    """An agent gave a command; what is not one is explained and never relayed."""
    name = event.name.casefold()
    if event.reply is not None and event.reply.kind == "note" and name not in COMMANDS:
        talk.effects.append(Note(Content(text=event.text), event.agent.id, event.agent.name, event.message))
    elif name == "take":
        _take(talk, event)
    elif name == "close":
        _close(talk, event)
    elif name == "note":
        if event.rest.strip():
            talk.effects.append(Note(Content(text=event.rest.strip()), event.agent.id, event.agent.name, event.message))
        else:
            _tell(talk, event, EMPTY_NOTE)
    elif name == "history":
        talk.effects.append(SendHistory())
    elif name == "undo":
        if event.reply is not None and event.reply.kind == "relayed":
            talk.effects.append(TakeBack(event.reply.line, event.message))
        else:
            _tell(talk, event, NOTHING_TO_UNDO)
    elif name == "help":
        _tell(talk, event, HELP)
    else:
        near = difflib.get_close_matches(name, COMMANDS, 1)
        command = event.name[:32]
        _tell(
            talk,
            event,
            PERHAPS.having(command=command, meant=near[0]) if near else NO_SUCH_COMMAND.having(command=command),
        )


def edited(talk: Talk, event: AgentEdited) -> None:
    """An agent changed a message: a relayed one changes at the customer's, a note stays a note."""
    target, text = event.target, event.content.text
    if target is None or target.kind not in ("relayed", "note"):
        return
    if target.kind == "note":
        talk.effects.append(KeepVersion(target.line, _unmarked(event.content).text))
        if not text.startswith(INSIDE):
            talk.effects.append(TellTopic(NOTE_STAYS, reply_to=event.message, language=event.agent.language))
    elif text.lstrip().startswith(INSIDE):
        talk.effects.append(KeepVersion(target.line, text))
        talk.effects.append(TakeBack(target.line, event.message))
    else:
        talk.effects.append(KeepVersion(target.line, text))
        talk.effects.append(ChangeSent(target.line, text, event.message))


def owner_said(talk: Talk, event: OwnerSaid) -> None:
    """The business answered from its own phone: that takes the conversation as an agent's answer does."""
    context = talk.context
    context.channel, context.address = event.sender.channel, address_of(event.sender)
    if context.holder != "staffed":
        _hold(talk, OWN_PHONE, "")
    if context.replied_at is None:
        context.replied_at = talk.at
        talk.effects.append(Happen("replied", "", context.segment, OWN_PHONE))
    talk.effects.append(KeepReply(event.content, context.agent_name, event.message, event.sent_at))


def unheard(talk: Talk, event: AgentUnheard) -> None:
    """Something that nobody can be named for: it is not relayed, and the topic says so."""
    who = {"anonymous": ANONYMOUS, "bot": OTHER_BOT}.get(event.who, CHANNEL)
    talk.effects.append(TellTopic(NOT_RELAYED.having(who=who), reply_to=event.message))


def undelivered(talk: Talk, event: NotDelivered) -> None:
    """A message was refused for good: the people read why and what to do."""
    if event.reason == "blocked":
        talk.context.reachable = False
    if event.speaker == "agent" or talk.context.has_topic:
        phrase = REASONS.get(event.reason, REASONS["rejected"]).having(code=event.code)
        talk.effects.append(TellTopic(phrase))
    if event.reason == "blocked" and talk.context.has_topic:
        talk.effects.append(UpdateCard())


def _relay(talk: Talk, item: AlbumItem) -> None:
    context = talk.context
    if context.holder != "staffed":
        _hold(talk, item.agent, item.agent_name)
    elif context.agent != item.agent:
        talk.effects.append(TellTopic(HELD_BY.having(name=context.agent_name), reply_to=item.message))
    if context.replied_at is None:
        context.replied_at = talk.at
        talk.effects.append(Happen("replied", "", context.segment, item.agent))
    talk.effects.append(Relay(item.content, item.agent, item.agent_name, item.message))


def _hold(talk: Talk, agent: str, name: str) -> None:
    context = talk.context
    if context.holder == "closed":
        open_conversation(talk, context.segment)
    context.holder = "staffed"
    context.epoch += 1
    context.agent, context.agent_name = agent, name
    context.scenario = context.step = ""
    context.stack, context.offered = [], []
    talk.effects.append(CancelTimers("q"))
    talk.effects.append(CancelTimers("h"))
    talk.effects.append(Happen("taken", "", context.segment, agent))
    talk.effects.append(UpdateCard())


def _take(talk: Talk, event: AgentCommanded) -> None:
    context = talk.context
    if context.holder == "staffed":
        mine = context.agent == event.agent.id
        _tell(talk, event, ALREADY_YOURS if mine else ALREADY_TAKEN.having(name=context.agent_name))
        return
    _hold(talk, event.agent.id, event.agent.name)
    _tell(talk, event, TAKEN.having(name=event.agent.name))


def _close(talk: Talk, event: AgentCommanded) -> None:
    context = talk.context
    if context.holder == "closed":
        _tell(talk, event, ALREADY_CLOSED)
        talk.effects.append(CloseTopic())
        return
    reason = event.rest.strip()[:200]
    told = (
        CLOSED_BECAUSE.having(name=event.agent.name, reason=verbatim(reason))
        if reason
        else CLOSED.having(name=event.agent.name)
    )
    context.agent, context.agent_name = event.agent.id, event.agent.name
    context.holder = "closed"
    context.epoch += 1
    context.resolved += 1
    context.complaint = False
    context.hesitated = False
    context.albums = {}
    talk.effects.append(CancelTimers(""))
    talk.effects.append(Happen("closed", reason, context.segment, event.agent.id))
    _tell(talk, event, told)
    talk.effects.append(UpdateCard())
    talk.effects.append(CloseTopic())
    if "service" in context.slots:
        context.last_service = str(context.slots["service"]["key"])
    context.slots, context.stack = {}, []
    if FEEDBACK in talk.book.scenarios and not context.opted_out:
        talk.effects.append(Happen("asked_rating", "", context.segment, event.agent.id))
        talk.begin(FEEDBACK)


def _tell(talk: Talk, event: AgentCommanded, phrase: Phrase) -> None:
    talk.effects.append(TellTopic(phrase, reply_to=event.message, language=event.agent.language))


def _unmarked(content: Content) -> Content:
    text = content.text.lstrip()
    return Content(text.removeprefix(INSIDE).strip(), content.media, content.contact, content.spot, content.unread)
