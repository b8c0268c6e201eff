"""What a turn makes of the talk: begun, answered, led aside, taken back, cancelled, given to a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scenarios.engine import doing, orders
from scenarios.engine.actions import ACTIONS
from scenarios.engine.answered import FEEDBACK, UNHAPPY, keep
from scenarios.engine.answers import (
    CALL_A_PERSON,
    MORE,
    PERSON,
    slot_of,
)
from scenarios.engine.context import Slot
from scenarios.engine.effects import CancelTimers, TellTopic
from scenarios.engine.events import ActionDone
from scenarios.engine.model import Ask as Question
from scenarios.engine.model import Do as DoNow
from scenarios.engine.model import Handoff
from scenarios.engine.passed import Passed
from scenarios.engine.phrases import Phrase
from scenarios.engine.trails import last_of, mark, popped
from scenarios.engine.walk import Walk
from scenarios.engine.wording import worded

__all__ = ["CALL_A_PERSON", "FEEDBACK", "PERSON", "UNHAPPY", "Talk"]

AGAIN = "again"

BEGINS_HERE = Phrase("This is where we began, there is no earlier question.")
ALL_RIGHT = Phrase("All right. Write whenever you need us.")
CANCELLED = Phrase("All right, I have cancelled that. Write whenever you need us.")


class Talk(Walk):
    """The talk of one turn, and what may be done with it."""

    def begin(self, scenario: str, quiet: bool = False) -> None:
        """Start a scenario from its first step, forgetting where the talk was; `quiet` leaves out what that step says
        before it asks (an apology is made once)."""
        self.context.stack, self.context.trail = [], []
        self._leave_question()
        self.context.scenario = scenario
        self.enter(self._scenario.start, quiet)

    def resume(self, scenario: str, step: str, template: str | None) -> None:
        """Go on at a step after a while (a follow-up)."""
        self.context.stack, self.context.trail = [], []
        self._leave_question()
        self.context.scenario = scenario
        self.by_template(template)
        self.enter(step)

    def aside(self, scenario: str) -> None:
        """Walk a detour, then ask the present question again."""
        self.context.stack.append([self.context.scenario, self.context.step, AGAIN])
        self.context.scenario = scenario
        self.enter(self._scenario.start)

    def preface(self, scenario: str) -> None:
        """Say what a detour says before the talk begins, for a first message that already asks."""
        detour = self.book.scenarios[scenario]
        step = detour.steps[detour.start]
        if step.say is not None and step.wait is None and not (step.sells and self._sore):
            self.read_out(step.say)

    def apologise(self) -> None:
        """Say what an unhappy customer hears first, for one who is going to a person straight away."""
        words = self.first_words(UNHAPPY)
        if words is not None:
            self.say(words)

    def first_words(self, scenario: str) -> Phrase | None:
        """What a scenario says before anything else."""
        found = self.book.scenarios.get(scenario)
        first = found.steps[found.start] if found is not None else None
        return worded(first.say, self.context, self.world) if first is not None and first.say is not None else None

    def asks(self, scenario: str) -> bool:
        """Whether a detour is a talk of its own, and not only an answer."""
        return any(
            isinstance(step.wait, Question | Handoff | DoNow) for step in self.book.scenarios[scenario].steps.values()
        )

    def answer(self, key: str, slot: Slot) -> None:
        """The present question was answered: save, then leave by its `go`."""
        step = self._scenario.steps[self.context.step]
        self.passed.append(Passed("answer", self.context.scenario, step.name, key))
        if isinstance(step.wait, Question):
            mark(self.context)
            self.effects += keep(self.context, step.wait, key, slot)
        self._leave_question()
        self.enter(self._next(step, key))

    def may_choose(self, key: str) -> bool:
        """Whether this is an answer to the present question, on whatever page of it."""
        if key.startswith(MORE):
            return key.removeprefix(MORE).isdecimal()
        return key in self.context.offered or any(candidate.key == key for candidate in self.candidates())

    def choose(self, key: str) -> None:
        """One of the present question's choices is the answer, or "More" of them."""
        if key.startswith(MORE):
            self.context.page = int(key.removeprefix(MORE))
            self.ask_again()
            return
        question = self.question
        kind = {"type": question.type} if question is not None else {}
        self.answer(key, {**slot_of(self.candidates(), key), **kind})

    def done(self, event: ActionDone) -> None:
        """An action was carried out: what it found is kept, the step that waits for it is left by its outcome."""
        context, order = self.context, event.values.get("order")
        if order is not None:
            orders.keep(context, order)
        if not self.is_doing or event.data != doing.belongs(context):
            self._done_late(event.outcome, order)
            return
        self.effects.append(doing.ended())
        for name, value in event.values.items():
            if name != "order":
                context.slots[name] = {"key": value}
        self.passed.append(Passed("answer", context.scenario, context.step, event.outcome))
        if event.outcome in ACTIONS.get(event.action, ()):
            self.enter(self._next(self._scenario.steps[context.step], event.outcome))
        else:
            self.not_done()

    def not_done(self) -> None:
        """The action that the talk waits for failed or takes too long: a person sees to it."""
        self.say(doing.NOT_DONE)
        self.person()

    def _done_late(self, outcome: str, order: Mapping[str, Any] | None) -> None:
        """The talk has gone on without the action: who has it now learns what came of it."""
        told = doing.told_late(self.context, outcome, order, self.world)
        if told is None:
            return
        if self.context.has_topic:
            self.effects.append(TellTopic(doing.CARRIED_OUT.having(order=told)))
        if self.context.holder in ("bot", "closed") and self.context.reachable and not self.context.opted_out:
            self.say(told)
            self.ask_again()

    def person(self) -> None:
        """To the handoff of the present scenario, whatever was being asked."""
        self.context.stack, self.context.trail = [], []
        self._leave_question()
        self.enter(self._person_step().name)

    def leave_for(self, name: str) -> None:
        """Leave the present question for another step (a silence led there)."""
        self._leave_question()
        self.enter(name)

    def back(self) -> None:
        """The question before this one once more; its answer is kept until there is another."""
        frame = last_of(self.context)
        scenario = self.book.scenarios.get(frame[0]) if frame is not None else None
        step = scenario.steps.get(frame[1]) if scenario is not None and frame is not None else None
        if step is None or not isinstance(step.wait, Question):
            self.say(BEGINS_HERE)
            self.ask_again()
            return
        self._leave_question()
        popped(self.context)
        self._question(step.wait)

    def cancel(self) -> None:
        """What the customer had begun is given up, with everything that would have followed."""
        self.effects.append(CancelTimers("l:"))
        self.context.stack = []
        self.say(CANCELLED)
        self._over("cancel")

    def leave_kindly(self) -> None:
        """The customer's words ended the talk: they are answered, also where the scenario says nothing."""
        if not self._parts:
            self.say(ALL_RIGHT)

    def unclear(self, why: Phrase | None = None) -> None:
        """Say that the answer was not understood, or `why` it will not do, with the choices again."""
        question = self.question
        if question is None:
            return
        if why is not None:
            self.say(why)
            self._offer(question)
        elif question.unclear is not None:
            self.read_out(question.unclear)
            self._offer(question)
        else:
            self.ask_again()
