"""The one function that decides: a context and an event give a new context and a list of effects.

Pure: no clock, no chance, no network, no language. The same arguments always give the same answer, so a turn that lost
a race is simply stepped again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from scenarios.engine import albums, customer, staff, trial
from scenarios.engine.context import Context
from scenarios.engine.doing import DOING, belongs
from scenarios.engine.effects import Effect, Happen, Notify, SetTimer, TellTopic, UpdateCard
from scenarios.engine.events import (
    ActionDone,
    AddressChanged,
    AgentCommanded,
    AgentEdited,
    AgentSaid,
    AgentUnheard,
    ButtonPressed,
    CustomerEdited,
    CustomerReacted,
    CustomerSaid,
    Event,
    NotDelivered,
    OwnerSaid,
    TimerFired,
    TrialCommanded,
)
from scenarios.engine.followups import follow_up
from scenarios.engine.lapsed import is_stale, let_go
from scenarios.engine.model import Book
from scenarios.engine.passed import Passed
from scenarios.engine.phrases import Phrase
from scenarios.engine.silences import FOLLOW_UP, for_customer, is_over, silence_of, timer
from scenarios.engine.talk import Talk
from scenarios.engine.world import World

__all__ = ["step"]

SILENCE = "silence"
"""The value of an `ended` that came because the customer stayed silent."""

STILL_WAITING = Phrase("The customer is still waiting for an answer.")
WAITS_FOR_US = Phrase("{name} is still waiting for an answer from us.")
SILENT = Phrase("{name} does not answer any more.")


def step(
    book: Book, context: Context, event: Event, world: World, passed: list[Passed] | None = None
) -> tuple[Context, Sequence[Effect]]:
    """What the desk does about `event`. `context` is left as it was; `passed` is told what the turn went through."""
    draft = context.copy()
    talk = Talk(book, draft, event.at, world)
    if is_stale(draft, event.at):
        let_go(talk)
    match event:
        case CustomerSaid():
            customer.said(talk, event)
        case ButtonPressed():
            customer.pressed(talk, event)
        case CustomerEdited():
            customer.edited(talk, event)
        case CustomerReacted():
            customer.reacted(talk, event)
        case AddressChanged():
            customer.reachable(talk, event)
        case AgentSaid():
            staff.said(talk, event)
        case AgentCommanded():
            staff.commanded(talk, event)
        case AgentEdited():
            staff.edited(talk, event)
        case AgentUnheard():
            staff.unheard(talk, event)
        case OwnerSaid():
            staff.owner_said(talk, event)
        case NotDelivered():
            staff.undelivered(talk, event)
        case TimerFired():
            _fired(talk, event)
        case ActionDone():
            talk.done(event)
        case TrialCommanded():
            trial.commanded(talk, event)
        case _:
            assert_never(event)
    if isinstance(event, CustomerSaid | ButtonPressed) and context.holder == "bot" and draft.holder == "closed":
        talk.leave_kindly()
    if draft.trial:
        trial.pretend(talk)
    if (draft.conversation, draft.question, draft.step) != (context.conversation, context.question, context.step):
        draft.asked_at = event.at
    effects = trial.shown(talk.finish()) if draft.trial else talk.finish()
    _count(effects, context, draft, event)
    if passed is not None:
        passed += talk.passed
    if draft.has_topic and _shown(draft) != _shown(context) and UpdateCard() not in effects:
        effects.append(UpdateCard())
    return draft, effects


def _fired(talk: Talk, event: TimerFired) -> None:
    if event.key.startswith("album:"):
        items = albums.collected(talk.context, event.key)
        if not items:
            return
        if event.key.startswith("album:agent:"):
            staff.album_came(talk, items)
        else:
            customer.album_came(talk, items)
    elif event.key == DOING:
        if talk.is_doing and event.data == belongs(talk.context):
            talk.not_done()
    elif event.key.startswith(FOLLOW_UP):
        follow_up(talk, event)
    else:
        _silence(talk, event)


def _silence(talk: Talk, event: TimerFired) -> None:
    """Whoever we waited for stayed silent; a timer of what is over does nothing."""
    context, key = talk.context, event.key
    if is_over(talk.book, context, key, event.data):
        return
    silence = silence_of(talk.book, context, event.data)
    if silence is None:
        return
    if for_customer(key) and (until := talk.world.quiet_until(talk.at)) is not None:
        # Nobody is woken by us: what would be said now is said in the morning.
        talk.effects.append(SetTimer(key, until, event.data))
        return
    talk.passed.append(Passed("silence", context.scenario, context.step, event.data.get("index", "")))
    if for_customer(key):
        context.hesitated = context.hesitated or context.price_told
    elif not talk.world.open_now:
        # The people's time is working time: they are waited for again when the desk opens.
        talk.effects.append(timer(context, talk.at, talk.world, key, silence))
        return
    talk.by_template(silence.template)
    if silence.say is not None and context.reachable and not context.opted_out:
        talk.read_out(silence.say)
    if not for_customer(key):
        talk.effects.append(TellTopic(STILL_WAITING, mention=True))
    if silence.notify is not None and silence.notify != context.desk:
        phrase = WAITS_FOR_US if context.holder == "waiting" else SILENT
        talk.effects.append(Notify(silence.notify, phrase.having(name=context.name)))
    if silence.go is not None:
        talk.leave_for(silence.go)


def _count(effects: list[Effect], before: Context, after: Context, event: Event) -> None:
    """What figures need to know beside what the talk tells: which scenario a conversation came to, and that it was
    silence that ended it."""
    if isinstance(event, TimerFired) and for_customer(event.key):
        for place, effect in enumerate(effects):
            if isinstance(effect, Happen) and effect.kind == "ended":
                effects[place] = replace(effect, value=SILENCE)
    walks = (after.conversation, after.scenario)
    if after.scenario and walks != (before.conversation, before.scenario):
        effects.append(Happen("walked", after.scenario, after.segment))


def _shown(context: Context) -> tuple[object, ...]:
    """What of a context the card shows."""
    return (
        context.name,
        context.language,
        context.channel,
        context.segment,
        context.segment_reason,
        context.holder,
        context.agent,
        context.phone,
        context.last_rating,
        context.complaint,
        context.reachable,
    )
