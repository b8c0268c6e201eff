"""A manager tries the desk as a customer would: the same steps, but nobody else notices.

Rule: nothing of a trial is counted, booked or shown to staff; what would have been is told to the manager instead, and
every conversation begins with how to come back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

from scenarios.engine import staff
from scenarios.engine.actions import ACTIONS
from scenarios.engine.context import Context
from scenarios.engine.effects import CancelTimers, Do, Effect, Happen, Say
from scenarios.engine.events import ActionDone, Agent, AgentCommanded, Sender, Topic, TrialCommanded, address_of
from scenarios.engine.phrases import Phrase
from scenarios.engine.talk import Talk

__all__ = ["ACCOUNT", "HURRIED", "as_customer", "commanded", "pretend", "shown"]

ACCOUNT = "trial"
"""The account of all trials: the customer that a manager plays is nobody who ever wrote to us."""

HURRIED = "hurried_at"
"""In the data of a timer that a manager made come due: when that was by the real clock (ISO 8601)."""

MOST_ACTIONS = 10
PHONE = "+998901234567"
"""WhatsApp always tells a customer's phone; in a trial it is the example number of our questions."""

BANNER = Phrase("🧪 You are trying this as a customer: /later lets time pass, /as manager brings you back.")


def as_customer(sender: Sender, channel: str) -> Sender:
    """Who a manager is while they try the desk as a customer of that channel."""
    return replace(sender, channel=channel, account=ACCOUNT, phone=PHONE if channel == "whatsapp" else "")


def commanded(talk: Talk, event: TrialCommanded) -> None:
    """A trial begins, ends, or is closed as staff would close it."""
    context = talk.context
    if event.command == "close":
        who = Agent(event.sender.keys[0], event.sender.name, "", event.reader)
        staff.commanded(talk, AgentCommanded(event.id, event.at, Topic(0, 0), who, "close", event.rest, ""))
        return
    # Old buttons of an earlier trial must not count as answers of this one: the counters go on.
    kept = (context.conversation, context.question, context.epoch + 1)
    _forget(context)
    context.conversation, context.question, context.epoch = kept
    context.trial = True
    talk.effects.append(CancelTimers(""))
    if event.command == "begin":
        context.trial_reader, context.book = event.reader, event.book
        context.name = event.sender.name
        context.channel, context.address = event.sender.channel, address_of(event.sender)
        context.phone, context.heard_at = event.sender.phone, event.at


def pretend(talk: Talk) -> None:
    """What the desk would do goes well without being done: no visit is booked for a trial."""
    for _ in range(MOST_ACTIONS):
        asked = next((effect for effect in talk.effects if isinstance(effect, Do)), None)
        if asked is None:
            return
        talk.effects.remove(asked)
        outcome = ACTIONS[asked.action][0]
        contact = talk.context.contact
        talk.done(ActionDone("", talk.at, contact, asked.action, outcome, dict(asked.data), {}))


def shown(effects: Sequence[Effect]) -> list[Effect]:
    """The effects of a turn; the first answer of a conversation says how to come back."""
    if not any(isinstance(effect, Happen) and effect.kind == "opened" for effect in effects):
        return list(effects)
    found = list(effects)
    for place, effect in enumerate(found):
        if isinstance(effect, Say):
            found[place] = replace(effect, parts=(BANNER, *effect.parts))
            break
    return found


def _forget(context: Context) -> None:
    fresh = Context(context.contact)
    for one in fields(Context):
        setattr(context, one.name, getattr(fresh, one.name))
