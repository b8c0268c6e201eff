"""A step's effects become rows: transcript lines, letters with their final text, timers, happenings, marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from handlers.template_message import packed
from handlers.texts import Texts
from handlers.trial import instead
from scenarios.engine import effects as fx
from scenarios.engine.contents import content_to
from scenarios.engine.context import Context
from scenarios.engine.events import (
    AddressChanged,
    AgentCommanded,
    AgentEdited,
    AgentSaid,
    AgentUnheard,
    ButtonPressed,
    Content,
    CustomerEdited,
    CustomerReacted,
    CustomerSaid,
    Event,
    OwnerSaid,
    TimerFired,
    TrialCommanded,
)
from scenarios.engine.model import LEADS
from scenarios.engine.phrases import Phrase
from scenarios.engine.records import (
    AgentSeen,
    AuditRow,
    Happening,
    Held,
    Letter,
    Line,
    Mark,
    TimerRow,
    Turn,
    Version,
)
from scenarios.engine.trial import HURRIED

__all__ = ["Written", "write"]

PICK = Phrase("Please answer with a number:")
CHOOSE = Phrase("Choose", "list")
SHARE_PHONE = Phrase("Share my number", "button")
FROM_PHONE = Phrase("📱 Answered from the business's phone: {text}")
DELETED = Phrase("🗑 The customer deleted a message; the history still has it.")
EDITED = Phrase("✏️ The customer changed a message: {text}")


@dataclass(slots=True)
class Written:
    """The rows of one turn while they gather."""

    event: Event
    context: Context
    texts: Texts
    staff_language: str
    staff_chat: int
    desk_name: str
    leads: Sequence[str] = ()
    lines: list[Line] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    timers: dict[str, TimerRow] = field(default_factory=dict)
    cancels: list[str] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    audit: list[AuditRow] = field(default_factory=list)
    rewrites: list[Version] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    count: int = 0

    @property
    def now(self) -> datetime:
        """When the event came by the real clock: a manager may have made time pass in a trial."""
        hurried = self.event.data.get(HURRIED) if isinstance(self.event, TimerFired) else None
        return datetime.fromisoformat(hurried) if hurried and self.context.trial else self.event.at

    def next_id(self) -> str:
        """The next row's id: the event's id and a number, the same whenever the turn is written again."""
        self.count += 1
        return f"{self.event.id}:{self.count}"

    def line(self, author: str, name: str, content: Content, **more: Any) -> Line:
        """One more line of the transcript."""
        line = Line(
            id=self.next_id(),
            contact=self.context.contact,
            conversation=self.context.conversation,
            at=more.pop("at", self.event.at),
            channel=more.pop("channel", self.context.channel),
            author=author,
            name=name,
            content=content,
            **more,
        )
        self.lines.append(line)
        if content.media is not None:
            self.letter(f"media:{line.id}", "keep", content_to(content), line=line.id)
        return line

    def letter(
        self, destination: str, op: str, payload: Mapping[str, Any], line: str = "", speaker: str = "desk"
    ) -> None:
        """One more letter."""
        self.letters.append(
            Letter(
                id=self.next_id(),
                contact=self.context.contact,
                destination=destination,
                op=op,
                payload=payload,
                speaker=speaker,
                epoch=self.context.epoch,
                at=self.now,
                line=line,
            )
        )

    def topic(self, op: str, payload: Mapping[str, Any], line: str = "") -> None:
        """One more letter to the contact's topic, if there are people to read it."""
        if self.staff_chat:
            self.letter(f"topic:{self.context.contact}", op, payload, line)


def write(
    event: Event,
    held: Held,
    context: Context,
    effects: list[fx.Effect],
    texts: Texts,
    staff_language: str,
    staff_chat: int,
    desk_name: str,
    leads: Sequence[str] = (),
) -> Turn:
    """The turn that a step's outcome amounts to; `leads` are the chats of the managers."""
    written = Written(event, context, texts, staff_language, staff_chat, desk_name, leads)
    for effect in effects:
        _carry(written, effect)
    seen = None
    if isinstance(event, AgentSaid | AgentCommanded):
        who = event.agent
        seen = AgentSeen(who.id, event.topic.chat, who.name, who.username, who.language, event.at)
    return Turn(
        event=event.id,
        kind=type(event).__name__,
        at=event.at,
        contact=context.contact,
        version=held.version,
        context=context,
        address=_address(event),
        topic=event.topic if isinstance(event, AgentSaid | AgentCommanded | AgentEdited | AgentUnheard) else None,
        lines=tuple(written.lines),
        versions=tuple(written.versions),
        letters=tuple(written.letters),
        timers=tuple(written.timers.values()),
        cancels=tuple(written.cancels),
        happenings=tuple(written.happenings),
        marks=tuple(written.marks),
        audit=tuple(written.audit),
        agent=seen,
        rewrites=tuple(written.rewrites),
        withdrawn=tuple(written.withdrawn),
        timer_done=event.id.removeprefix("timer:") if isinstance(event, TimerFired) else "",
    )


def _address(event: Event) -> str:
    """The customer's best name, which decides whose event it is; nothing for events that come from nobody outside."""
    match event:
        case (
            CustomerSaid()
            | ButtonPressed()
            | CustomerEdited()
            | CustomerReacted()
            | AddressChanged()
            | OwnerSaid()
            | TrialCommanded()
        ):
            return f"{event.sender.channel}:{event.sender.account}:{event.sender.keys[0]}"
    return ""


def _carry(w: Written, effect: fx.Effect) -> None:
    context = w.context
    if context.trial and instead(w, effect):
        return
    match effect:
        case fx.Say():
            _say(w, effect)
        case fx.Hear():
            label = w.texts.render(effect.label, context.language) if effect.label is not None else ""
            w.line(
                "customer",
                context.name,
                replace(effect.content, text=label) if label else effect.content,
                at=effect.sent_at,
                chat=context.address,
                message=effect.message,
                tapped=effect.tapped,
            )
        case fx.KeepVersion():
            w.versions.append(Version(effect.line, effect.text, w.event.at))
        case fx.KeepDeleted():
            w.withdrawn.append(effect.line)
        case fx.Mirror():
            content = content_to(effect.content)
            if effect.edited and effect.content.unread == "deleted":
                content = content_to(Content(text=w.texts.render(DELETED, w.staff_language)))
            elif effect.edited:
                content["text"] = w.texts.render(EDITED.having(text=effect.content.text), w.staff_language)
            w.topic("mirror", content, w.lines[-1].id if w.lines else "")
        case fx.Relay():
            line = w.line("agent", effect.name, effect.content, agent=effect.agent)
            payload = {**content_to(effect.content), "source": effect.message}
            w.letter(context.address, "say", payload, line.id, "agent")
            _mark(w, effect.message, "relayed", line.id)
        case fx.KeepReply():
            channel = w.event.sender.channel if isinstance(w.event, OwnerSaid) else context.channel
            line = w.line(
                "agent",
                effect.name or w.desk_name,
                effect.content,
                at=effect.sent_at,
                message=effect.message,
                channel=channel,
            )
            if context.has_topic:
                content = content_to(effect.content)
                content["text"] = w.texts.render(FROM_PHONE.having(text=effect.content.text), w.staff_language)
                w.topic("mirror", content, line.id)
        case fx.Note():
            line = w.line("note", effect.name, effect.content, agent=effect.agent)
            _mark(w, effect.message, "note", line.id)
        case fx.ChangeSent():
            w.rewrites.append(Version(effect.line, effect.text, w.event.at))
            w.letter(context.address, "edit", {"line": effect.line, "text": effect.text, "source": effect.message})
        case fx.TakeBack():
            w.withdrawn.append(effect.line)
            if isinstance(w.event, AgentEdited):
                # What became a note by an edit is one from now on, for further edits and for replies to it.
                _mark(w, effect.message, "note", effect.line)
            w.letter(context.address, "delete", {"line": effect.line, "source": effect.message})
        case fx.TellTopic():
            text = w.texts.render(effect.phrase, effect.language or w.staff_language)
            w.topic("tell", {"text": text, "mention": effect.mention, "reply_to": effect.reply_to})
        case fx.OpenHandoff():
            _handoff(w, effect)
        case fx.SendHistory():
            w.topic("history", {"until_event": w.event.id})
        case fx.OpenTopic():
            w.topic("open", {})
        case fx.CloseTopic():
            w.topic("close", {})
        case fx.UpdateCard():
            if w.staff_chat and context.has_topic:
                w.letter(f"extra:{context.contact}", "card", {})
        case fx.SetTimer():
            w.timers[effect.key] = TimerRow(w.next_id(), context.contact, effect.key, effect.due, effect.data)
        case fx.CancelTimers():
            w.cancels.append(effect.prefix)
            w.timers = {key: timer for key, timer in w.timers.items() if not key.startswith(effect.prefix)}
        case fx.Do():
            asked = {"action": effect.action, "values": dict(effect.values), "data": dict(effect.data)}
            w.letter(f"do:{context.contact}", "do", {**asked, "trial": context.trial})
        case fx.Notify():
            _notify(w, effect)
        case fx.Happen():
            w.happenings.append(
                Happening(
                    effect.kind,
                    context.contact,
                    context.conversation,
                    w.event.at,
                    context.channel,
                    effect.segment,
                    effect.value,
                    effect.agent,
                )
            )
        case fx.Watch():
            w.audit.append(AuditRow(w.event.at, effect.who, effect.what))


def _say(w: Written, effect: fx.Say) -> None:
    language = w.context.language
    text = "\n\n".join(w.texts.render(part, language) for part in effect.parts)
    choices = [[choice.data, w.texts.render(choice.label, language)] for choice in effect.ask.choices]
    line = w.line("bot", w.desk_name, Content(text=text))
    payload: dict[str, Any] = {"text": text}
    if choices:
        payload["choices"] = choices
        payload["pick"] = w.texts.render(PICK, language)
        payload["list"] = w.texts.render(CHOOSE, language)
    if effect.template is not None and effect.template.form is not None:
        payload["template"] = packed(effect, effect.template.form, effect.template.values, w.texts, language)
        heard = w.context.heard_at
        if heard is not None:
            # The time that a manager made pass in a trial counts as passed.
            heard -= w.event.at - w.now
        payload["heard_at"] = heard.isoformat() if heard is not None else ""
    if effect.ask.contact:
        payload["share"] = w.texts.render(SHARE_PHONE, language)
    w.letter(w.context.address, "say", payload, line.id, "bot")


def _notify(w: Written, effect: fx.Notify) -> None:
    context = w.context
    payload = {
        "desk": effect.desk,
        "text": w.texts.render(effect.phrase, w.staff_language),
        "name": context.name or context.phone or context.channel,
        "contact": context.contact,
    }
    if w.staff_chat:
        w.letter(f"notify:{context.contact}", "notify", payload)
    for lead in w.leads if effect.desk == LEADS and not context.trial else ():
        # One letter each: what one of them cannot get holds up nobody else, and nobody gets it twice.
        w.letters.append(Letter(w.next_id(), "", lead, "lead", payload, "desk", 0, w.event.at))


def _handoff(w: Written, effect: fx.OpenHandoff) -> None:
    summary = w.texts.render(effect.summary, w.staff_language) if effect.summary else ""
    w.topic("open", {})
    w.topic("summary", {"summary": summary, "desk": effect.desk, "until_event": w.event.id, "mention": True})
    w.topic("history", {"until_event": w.event.id})
    if effect.again:
        w.letter(f"extra:{w.context.contact}", "card", {})


def _mark(w: Written, message: str, kind: str, line: str) -> None:
    # An album reaches the step through a timer, which knows the messages but not their group: it is the desk's.
    topic = getattr(w.event, "topic", None)
    chat = topic.chat if topic is not None else w.staff_chat
    w.marks.append(Mark(chat, message, w.context.contact, kind, line))
