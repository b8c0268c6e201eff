"""The staff's half: what an agent's message, command or edit does to a conversation.

A plain message goes to the customer at once, whoever holds the conversation; hints follow, they never hold it back. A
note, a command and a reply to a note stay inside.
"""

from __future__ import annotations

import difflib

from scenarios.engine.albums import AlbumItem, collect, pending, reword
from scenarios.engine.effects import (
    CancelTimers,
    ChangeSent,
    CloseTopic,
    Happen,
    KeepReply,
    KeepVersion,
    Mirror,
    Note,
    OpenTopic,
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
from scenarios.engine.inside import is_inside, mistaken_command, unmarked
from scenarios.engine.languages import from_code
from scenarios.engine.phrases import Phrase, verbatim
from scenarios.engine.talk import FEEDBACK, Talk

__all__ = ["COMMANDS", "HELP", "album_came", "commanded", "edited", "owner_said", "said", "undelivered", "unheard"]

COMMANDS = ("take", "note", "history", "undo", "close", "help")
"""The commands that work in a topic."""

OTHER_SERVICE = "other"
"""The business file's word for whatever is not on the list: nothing that could be had again."""

OWN_PHONE = "phone"
"""The agent that an answer from the business's own phone counts for."""

HELP = Phrase(
    "A plain message here goes to the customer at once.\n"
    "// text – a note that stays inside; so does a reply to a note\n"
    "/take – you look after this customer\n"
    "/note called, no answer – a note\n"
    "/history – the whole history as a document\n"
    "/undo – take back your last message to the customer\n"
    "/close fridge repaired – close; the customer is asked for a rating\n"
    "/help – this list"
)
HELD_BY = Phrase("Your message was sent. {name} is looking after this customer.")
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
CANNOT_GO = Phrase(
    "This was not sent to the customer: this kind of message cannot be passed on. Write it in words, or send a file."
)
NOTE_STAYS = Phrase("This stays a note; write a new message to answer the customer.")
NOTHING_TO_UNDO = Phrase("You have not sent the customer anything that could be taken back.")
NOT_AS_COMMAND = Phrase(
    "A command works only as a new message. Nothing was changed: the customer still sees what you wrote before."
)
ANONYMOUS = Phrase("it was written as an anonymous admin")
OTHER_BOT = Phrase("it was written by another bot")
CHANNEL = Phrase("it was written in the name of a channel")

REASONS = {
    "blocked": Phrase("Not delivered: the customer has blocked the bot. Call them or write on another channel."),
    "window": Phrase(
        "Not delivered: WhatsApp allows free messages only for 24 hours after the customer wrote. "
        "Call them, or wait until they write."
    ),
    "unreachable": Phrase(
        "Not delivered: the customer cannot be reached here ({code}). Call them or use another channel."
    ),
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
    album_came(talk, [AlbumItem(event.content, event.message, event.agent.id, event.agent.name, inside)])


def album_came(talk: Talk, items: list[AlbumItem]) -> None:
    """An agent's message, or all items of an album: one marked item keeps the whole album inside.

    What looks like a command, but in other letters or with something glued to it, is explained and never relayed.
    """
    inside = any(item.inside or is_inside(item.content) for item in items)
    mistaken = "" if inside else next(filter(None, (mistaken_command(item.content) for item in items)), "")
    if mistaken:
        talk.effects.append(TellTopic(_no_such(mistaken), reply_to=items[0].message))
        items = [item for item in items if item.content.kind != "text"]
    if inside or mistaken:
        for item in items:
            talk.effects.append(Note(unmarked(item.content), item.agent, item.agent_name, item.message))
    else:
        for item in items:
            if not _can_go(item):
                talk.effects.append(TellTopic(CANNOT_GO, reply_to=item.message))
        if going := [item for item in items if _can_go(item)]:
            _relay(talk, going)


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
        _tell(talk, event, _no_such(event.name))


def edited(talk: Talk, event: AgentEdited) -> None:
    """An agent changed a message: a relayed one changes at the customer's, a note stays a note."""
    target, text = event.target, event.content.text
    if reword(talk.context, event.message, event.content):
        return
    if target is None or target.kind not in ("relayed", "note"):
        return
    if target.kind == "note":
        talk.effects.append(KeepVersion(target.line, unmarked(event.content).text))
        if not is_inside(event.content):
            talk.effects.append(_told(event, NOTE_STAYS))
    elif is_inside(event.content):
        talk.effects.append(KeepVersion(target.line, text))
        talk.effects.append(TakeBack(target.line, event.message))
    elif mistaken_command(event.content):
        talk.effects.append(_told(event, NOT_AS_COMMAND))
    else:
        talk.effects.append(KeepVersion(target.line, text))
        talk.effects.append(ChangeSent(target.line, text, event.message))


def owner_said(talk: Talk, event: OwnerSaid) -> None:
    """The business answered from its own phone: that takes the conversation as an agent's answer does."""
    context = talk.context
    if not context.address:
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


def _can_go(item: AlbumItem) -> bool:
    """Whether anything of a message can be sent on: a poll or a dice has neither words nor a file."""
    return item.content.kind != "unread" or bool(item.content.text.strip())


def _relay(talk: Talk, items: list[AlbumItem]) -> None:
    context, first = talk.context, items[0]
    if context.holder != "staffed" or context.agent == OWN_PHONE:
        _hold(talk, first.agent, first.agent_name)
    if context.replied_at is None:
        context.replied_at = talk.at
        talk.effects.append(Happen("replied", "", context.segment, first.agent))
    talk.effects += [Relay(item.content, item.agent, item.agent_name, item.message) for item in items]
    if context.agent != first.agent:
        talk.effects.append(TellTopic(HELD_BY.having(name=context.agent_name), reply_to=first.message))


def _hold(talk: Talk, agent: str, name: str) -> None:
    context = talk.context
    if context.holder == "closed":
        talk.open(context.segment)
        talk.effects.append(OpenTopic())
    if context.holder != "waiting":
        # Taken out of a question. Where a handoff led here, its step says what follows once the people have finished.
        context.scenario = context.step = ""
    context.holder = "staffed"
    context.epoch += 1
    context.agent, context.agent_name = agent, name
    context.stack, context.offered = [], []
    talk.effects.append(CancelTimers("q"))
    talk.effects.append(CancelTimers("h"))
    talk.effects.append(Happen("taken", "", context.segment, agent))
    talk.effects.append(UpdateCard())


def _take(talk: Talk, event: AgentCommanded) -> None:
    context = talk.context
    if context.holder == "staffed" and context.agent != OWN_PHONE:
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
    _flush(talk)
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
    service = str(context.slots["service"]["key"]) if "service" in context.slots else OTHER_SERVICE
    if service != OTHER_SERVICE:
        context.last_service = service
    follows = talk.settle()
    context.stack, context.trail, context.offered = [], [], []
    if not follows:
        context.slots = {}
    context.scenario = context.step = ""
    if FEEDBACK in talk.book.scenarios and not context.opted_out:
        talk.effects.append(Happen("asked_rating", "", context.segment, event.agent.id))
        talk.begin(FEEDBACK)


def _flush(talk: Talk) -> None:
    """Albums that are still gathering when a conversation is closed reach their reader before."""
    items = pending(talk.context, "agent")
    if items:
        album_came(talk, items)
    talk.effects += [Mirror(item.content) for item in pending(talk.context, "customer")]


def _no_such(name: str) -> Phrase:
    near, command = difflib.get_close_matches(name.casefold(), COMMANDS, 1), name[:32]
    return PERHAPS.having(command=command, meant=near[0]) if near else NO_SUCH_COMMAND.having(command=command)


def _tell(talk: Talk, event: AgentCommanded, phrase: Phrase) -> None:
    talk.effects.append(_told(event, phrase))


def _told(event: AgentCommanded | AgentEdited, phrase: Phrase) -> TellTopic:
    """An answer to an agent, in their own language where the desk speaks it."""
    return TellTopic(phrase, reply_to=event.message, language=from_code(event.agent.language) or "")
