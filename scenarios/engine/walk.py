"""One turn's walk through the scenarios: steps are entered, texts gathered, until something waits or ends.

Everything the bot says in a turn becomes one message. A walk makes at most fifty moves (the checks already forbid loops
that ask nothing); a walk that runs past that goes to a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from scenarios.engine import conditions, doing
from scenarios.engine.answered import UNHAPPY
from scenarios.engine.answers import (
    CALL_A_PERSON,
    PERSON,
    button_data,
    candidates_of,
    offers_person,
    page_of,
    question_of,
)
from scenarios.engine.context import Context
from scenarios.engine.conversations import open_conversation
from scenarios.engine.effects import (
    Ask,
    CancelTimers,
    Choice,
    Effect,
    Happen,
    Notify,
    Say,
    SetTimer,
    Template,
    UpdateCard,
)
from scenarios.engine.handoffs import coming, hand_off
from scenarios.engine.model import END, Book, Handoff, Run, Scenario, Step, Text
from scenarios.engine.model import Ask as Question
from scenarios.engine.model import Do as DoNow
from scenarios.engine.passed import Passed
from scenarios.engine.phrases import Phrase, Value
from scenarios.engine.silences import FOLLOW_UP, follow_up_timer, timer
from scenarios.engine.understanding.matching import Candidate
from scenarios.engine.wording import tells_price, worded, worded_value
from scenarios.engine.world import World

__all__ = ["Walk"]

MOST_MOVES = 50
AGAIN = "again"

_SAID_TOGETHER = {"time": ("date", "time_said"), "date": ("time", "date_said")}
"""Type of a question -> the type of the slot that may have answered it already, and under which name."""

HAVE_A_LOOK = Phrase("Please have a look at this customer: {name}.")


class Walk:
    """A walk over `context` (a draft that the walk changes). `finish` gives the effects in order."""

    def __init__(self, book: Book, context: Context, at: datetime, world: World) -> None:
        self.book = book
        self.context = context
        self.at = at
        self.world = world
        self.effects: list[Effect] = []
        self.passed: list[Passed] = []
        self._parts: list[Phrase] = []
        self._ask = Ask()
        self._template: Template | None = None
        self._moves = 0
        self._answers: tuple[Question, list[Candidate]] | None = None

    def finish(self) -> list[Effect]:
        """All effects of the turn, what the bot says as one message."""
        if self._parts:
            self.effects.append(Say(tuple(self._parts), self._ask, self._template))
            self._parts = []
        return self.effects

    def say(self, phrase: Phrase) -> None:
        """One more paragraph of the turn's message."""
        self._parts.append(phrase)

    def read_out(self, text: Text) -> None:
        """One more paragraph: a text of the scenario with its values."""
        if tells_price(text):
            self.context.price_told = True
        self.say(worded(text, self.context, self.world))

    def open(self, segment: str) -> None:
        """A new conversation with the bot begins."""
        self.effects.append(open_conversation(self.context, self.at, segment))

    def by_template(self, name: str | None) -> None:
        """What is said now comes after a silence so long that WhatsApp may take only this template."""
        if name is not None:
            form = self.world.template(name)
            values = form.values if form is not None else ()
            self._template = Template(name, form, {value: self.value(value) for value in values})

    def enter(self, name: str, quiet: bool = False) -> None:
        """Enter a step of the present scenario and go on until something waits or ends."""
        while True:
            if name == END:
                frame = self._back()
                if frame is None:
                    return
                name = frame
                continue
            self._moves += 1
            step = self._scenario.steps[name]
            if self._moves > MOST_MOVES or (step.sells and self._sore):
                step = self._person_step()
            self.context.step = step.name
            self._on_entry(step, quiet)
            quiet = False
            if isinstance(step.wait, Question):
                if self._is_answered(step.wait):
                    name = self._next(step, None)
                    continue
                self._question(step.wait)
                return
            if isinstance(step.wait, Handoff):
                self._handoff(step.wait)
                return
            if isinstance(step.wait, DoNow):
                self.effects += doing.begin(self.context, self.at, step.wait.action)
                return
            if isinstance(step.wait, Run):
                name = self._run(step.wait.scenario)
                continue
            name = self._next(step, None)

    def settle(self) -> bool:
        """The people have finished: what stands behind the handoff may still be said, set and followed up. Whether a
        follow-up will come of it, which needs what the customer answered. Behind a question that the people closed
        nothing happens: it was not answered."""
        scenario = self.book.scenarios.get(self.context.scenario)
        step = scenario.steps.get(self.context.step) if scenario is not None else None
        if step is None or not isinstance(step.wait, Handoff):
            return False
        for _ in range(MOST_MOVES):
            name = self._next(step, None)
            if scenario is None or name == END or scenario.steps[name].wait is not None:
                break
            step = scenario.steps[name]
            self.context.step = name
            # Who asked us not to write hears nothing that they did not ask for.
            self._on_entry(step, quiet=self.context.opted_out)
        return any(isinstance(effect, SetTimer) and effect.key.startswith(FOLLOW_UP) for effect in self.effects)

    def ask_again(self) -> None:
        """The present question once more; its number stays, so older buttons of it still count."""
        question = self.question
        if question is not None:
            self.read_out(question.text)
            self._offer(question)

    @property
    def question(self) -> Question | None:
        """What the talk waits for from the customer now."""
        return question_of(self.book, self.context)

    def candidates(self) -> list[Candidate]:
        """The answers of the present question, as one may type them."""
        question = self.question
        if question is None:
            return []
        if self._answers is None or self._answers[0] is not question:
            self._answers = question, candidates_of(question, self.context, self.world)
        return self._answers[1]

    @property
    def offers_person(self) -> bool:
        """Whether "Talk to a person" stands beside the answers of the present question."""
        return offers_person(self.book, self.context)

    def shown(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Those of the answers that the present message shows."""
        return page_of(candidates, self.context.page, self.offers_person)

    def value(self, name: str) -> Value:
        """What is known under a name, to be said."""
        return worded_value(name, self.context, self.world)

    def _on_entry(self, step: Step, quiet: bool) -> None:
        """What a step does before it waits: say, set, later, notify."""
        self.passed.append(Passed("step", self.context.scenario, step.name))
        if step.say is not None and not quiet:
            self.read_out(step.say)
        for slot, value in step.set.items():
            self.context.slots[slot] = {"key": value}
        if step.later is not None:
            self.effects.append(follow_up_timer(self.context, self.at, step.later))
        if step.notify is not None:
            text = step.notify.text
            phrase = (
                worded(text, self.context, self.world, missing="—")
                if text
                else HAVE_A_LOOK.having(name=self.context.name)
            )
            self.effects.append(Notify(step.notify.desk, phrase))

    @property
    def is_doing(self) -> bool:
        """Whether the talk waits for an action of the desk."""
        scenario = self.book.scenarios.get(self.context.scenario) if self.context.holder == "bot" else None
        step = scenario.steps.get(self.context.step) if scenario is not None else None
        return step is not None and isinstance(step.wait, DoNow)

    @property
    def _scenario(self) -> Scenario:
        return self.book.scenarios[self.context.scenario]

    @property
    def _sore(self) -> bool:
        return self.context.segment == UNHAPPY or self.context.complaint

    def _person_step(self) -> Step:
        """The step with the handoff; from a scenario without one (a detour) the nearest that waits behind it."""
        behind = (frame[0] for frame in reversed(self.context.stack))
        names = [self.context.scenario, *behind, "new", *self.book.scenarios]
        for name in names:
            scenario = self.book.scenarios.get(name)
            if scenario is not None and scenario.person is not None:
                self.context.scenario = name
                return scenario.steps[scenario.person]
        raise LookupError("no scenario leads to a person; the checks of the book were not run")

    def _next(self, step: Step, answer: str | None) -> str:
        if step.go is None:
            return END
        if isinstance(step.go, str):
            return step.go
        if isinstance(step.go, tuple):
            return conditions.follow(step.go, self.context, self.world) or END
        return step.go.get(answer or "", END)

    def _run(self, scenario: str) -> str:
        if self.context.holder == "closed":
            # Only the rating runs while nobody holds the conversation; whatever follows it is a new one.
            self.open(UNHAPPY if self._sore else self.context.segment)
        if scenario == "hesitant" and self.context.segment in ("new", "repeat"):
            self.context.segment, self.context.segment_reason, self.context.segment_word = "hesitant", "thinks", ""
        self.context.stack.append([self.context.scenario, self.context.step])
        self.context.scenario = scenario
        return self._scenario.start

    def _back(self) -> str | None:
        """Leave a scenario: the step to go on with, or None when the talk waits again or is over."""
        while self.context.stack:
            scenario, step, *again = self.context.stack.pop()
            self.context.scenario, self.context.step = scenario, step
            if again:
                self.ask_again()
                return None
            follows = self._next(self._scenario.steps[step], None)
            if follows != END:
                return follows
        self._over(self.context.scenario)
        return None

    def _over(self, ended: str) -> None:
        context = self.context
        self._leave_question()
        context.scenario = context.step = ""
        if context.holder == "bot":
            context.holder = "closed"
            context.epoch += 1
            self.effects.append(Happen("ended", ended, context.segment))
            self.effects.append(UpdateCard())

    def _is_answered(self, question: Question) -> bool:
        """Whether the customer has named the time together with the day, or the day with the time: it is not asked for
        again, and kept as if it had been."""
        if question.type not in _SAID_TOGETHER or question.answers or question.answers_from or not question.save:
            return False
        other, part = _SAID_TOGETHER[question.type]
        for slot in self.context.slots.values():
            if slot.get("type") == other and (key := slot.pop(part, None)):
                self.context.slots[question.save] = {"key": key, "type": question.type}
                return True
        return False

    def _question(self, question: Question) -> None:
        context = self.context
        context.question += 1
        context.tries = context.page = 0
        if question.type == "nps":
            context.nps_asked_at = self.at
        self.read_out(question.text)
        self._offer(question)
        for index, silence in enumerate(question.silent or self._scenario.silent):
            self.effects.append(timer(context, self.at, self.world, f"q{index}", silence))

    def _leave_question(self) -> None:
        if self.context.offered or self.question is not None:
            self.effects.append(CancelTimers("q"))
        self.context.offered = []
        self.context.tries = 0

    def _offer(self, question: Question) -> None:
        choices = [Choice(button_data(self.context, c.key), c.label) for c in self.shown(self.candidates())]
        self.context.offered = [c.data.split(":", 2)[2] for c in choices]
        if self.offers_person:
            choices.append(Choice(button_data(self.context, PERSON), CALL_A_PERSON))
        self._ask = Ask(tuple(choices), contact=question.type == "phone")

    def _handoff(self, handoff: Handoff) -> None:
        if self.context.holder == "closed":
            self.open(self.context.segment)
        self.say(coming(self.world))
        self.effects += hand_off(self.context, self.at, self.world, handoff)
