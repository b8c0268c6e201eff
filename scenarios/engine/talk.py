"""One turn's walk through the scenarios: steps are entered, texts gathered, until something waits or ends.

Everything the bot says in a turn becomes one message. A walk makes at most fifty moves (the checks already forbid loops
that ask nothing); a walk that runs past that goes to a person.
"""

from __future__ import annotations

from datetime import datetime

from scenarios.engine import conditions
from scenarios.engine.answers import button_data, candidates_of, question_of, slot_of
from scenarios.engine.context import Context, Slot
from scenarios.engine.conversations import open_conversation
from scenarios.engine.effects import Ask, CancelTimers, Choice, Do, Effect, Happen, Say, TellTopic, UpdateCard
from scenarios.engine.events import ActionDone
from scenarios.engine.handoffs import coming, hand_off
from scenarios.engine.matching import Candidate
from scenarios.engine.model import END, Book, Handoff, Run, Scenario, Step, Text
from scenarios.engine.model import Ask as Question
from scenarios.engine.model import Do as DoNow
from scenarios.engine.phrases import Phrase, verbatim
from scenarios.engine.segments import LOW_RATING
from scenarios.engine.silences import timer
from scenarios.engine.wording import tells_price, worded
from scenarios.engine.world import World

__all__ = ["CALL_A_PERSON", "FEEDBACK", "PERSON", "UNHAPPY", "Talk"]

MOST_MOVES = 50
PERSON = "person"
AGAIN = "again"
UNHAPPY = "unhappy"
FEEDBACK = "feedback"
"""The scenario that asks for a rating; it runs while the conversation is closed."""

CALL_A_PERSON = Phrase("Talk to a person", "person")
BETTER = Phrase("What the customer thinks could be better: {words}")


class Talk:
    """A walk over `context` (a draft that the walk changes). `finish` gives the effects in order."""

    def __init__(self, book: Book, context: Context, at: datetime, world: World) -> None:
        self.book = book
        self.context = context
        self.at = at
        self.world = world
        self.effects: list[Effect] = []
        self._parts: list[Phrase] = []
        self._ask = Ask()
        self._moves = 0

    def finish(self) -> list[Effect]:
        """All effects of the turn, what the bot says as one message."""
        if self._parts:
            self.effects.append(Say(tuple(self._parts), self._ask))
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

    # -- walking ---------------------------------------------------------------------------------

    def begin(self, scenario: str, quiet: bool = False) -> None:
        """Start a scenario from its first step, forgetting where the talk was; `quiet` leaves out what that step says
        before it asks (an apology is made once)."""
        self.context.stack = []
        self._leave_question()
        self.context.scenario = scenario
        self.enter(self._scenario.start, quiet)

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
        unhappy = self.book.scenarios.get(UNHAPPY)
        first = unhappy.steps[unhappy.start] if unhappy is not None else None
        if first is not None and first.say is not None:
            self.read_out(first.say)

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
            if step.say is not None and not quiet:
                self.read_out(step.say)
            quiet = False
            for slot, value in step.set.items():
                self.context.slots[slot] = {"key": value}
            if isinstance(step.wait, Question):
                self._question(step.wait)
                return
            if isinstance(step.wait, Handoff):
                self._handoff(step.wait)
                return
            if isinstance(step.wait, DoNow):
                self.effects.append(Do(step.wait.action, self._values(), self._doing()))
                return
            if isinstance(step.wait, Run):
                name = self._run(step.wait.scenario)
                continue
            name = self._next(step, None)

    def answer(self, key: str, slot: Slot) -> None:
        """The present question was answered: save, then leave by its `go`."""
        step = self._scenario.steps[self.context.step]
        if isinstance(step.wait, Question) and step.wait.save:
            self.context.slots[step.wait.save] = slot
            if step.wait.type == "rating" and key.isdigit():
                self._rated(int(key))
            elif step.wait.type == "phone":
                self.context.phone = str(slot["key"])
            elif step.wait.type == "text" and self.context.scenario == FEEDBACK and self.context.has_topic:
                self.effects.append(TellTopic(BETTER.having(words=verbatim(str(slot["key"])))))
        self._leave_question()
        self.enter(self._next(step, key))

    def done(self, event: ActionDone) -> None:
        """An action was carried out: what it found is kept, the step that waits for it is left by its outcome."""
        context = self.context
        if order := event.values.get("order"):
            context.orders = [*(one for one in context.orders if one["id"] != order["id"]), order]
        if event.data != self._doing() or context.holder != "bot":
            return
        for name, value in event.values.items():
            if name != "order":
                context.slots[name] = {"key": value}
        self.enter(self._next(self._scenario.steps[context.step], event.outcome))

    def choose(self, key: str) -> None:
        """One of the present question's choices is the answer."""
        self.answer(key, slot_of(self.candidates(), key))

    def person(self) -> None:
        """To the handoff of the present scenario, whatever was being asked."""
        self.context.stack = []
        self._leave_question()
        self.enter(self._person_step().name)

    def leave_for(self, name: str) -> None:
        """Leave the present question for another step (a silence led there)."""
        self._leave_question()
        self.enter(name)

    def ask_again(self) -> None:
        """The present question once more; its number stays, so older buttons of it still count."""
        question = self.question
        if question is not None:
            self.read_out(question.text)
            self._offer(question)

    # -- the present question ----------------------------------------------------------------------

    @property
    def question(self) -> Question | None:
        """What the talk waits for from the customer now."""
        return question_of(self.book, self.context)

    def candidates(self) -> list[Candidate]:
        """The answers of the present question, as one may type them."""
        question = self.question
        return candidates_of(question, self.context, self.world) if question is not None else []

    @property
    def offers_person(self) -> bool:
        """Whether "Talk to a person" stands beside the answers of the present question."""
        names = [self.context.scenario, *(frame[0] for frame in self.context.stack)]
        return self.context.scenario != FEEDBACK and any(self.book.scenarios[name].person is not None for name in names)

    def unclear(self) -> None:
        """Say that the answer was not understood, with the choices again."""
        question = self.question
        if question is None:
            return
        if question.unclear is not None:
            self.read_out(question.unclear)
            self._offer(question)
        else:
            self.ask_again()

    # -- inside -----------------------------------------------------------------------------------

    @property
    def _scenario(self) -> Scenario:
        return self.book.scenarios[self.context.scenario]

    @property
    def _sore(self) -> bool:
        return self.context.segment == UNHAPPY or self.context.complaint

    def _person_step(self) -> Step:
        """The step with the handoff; from a scenario without one (a detour) the nearest that waits behind it."""
        names = [self.context.scenario, *(frame[0] for frame in reversed(self.context.stack)), "new"]
        for name in names:
            scenario = self.book.scenarios.get(name)
            if scenario is not None and scenario.person is not None:
                self.context.scenario = name
                return scenario.steps[scenario.person]
        raise LookupError("no scenario leads to a person; the checks of the book were not run")

    def _values(self) -> dict[str, str]:
        return {name: str(slot["key"]) for name, slot in self.context.slots.items()}

    def _doing(self) -> dict[str, str]:
        """What an action belongs to: once any of it is another, its outcome leads nowhere any more."""
        context = self.context
        return {"conversation": str(context.conversation), "scenario": context.scenario, "step": context.step}

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
        self._over()
        return None

    def _over(self) -> None:
        context = self.context
        self._leave_question()
        ended = context.scenario
        context.scenario = context.step = ""
        if context.holder == "bot":
            context.holder = "closed"
            context.epoch += 1
            self.effects.append(Happen("ended", ended, context.segment))
            self.effects.append(UpdateCard())

    def _question(self, question: Question) -> None:
        context = self.context
        context.question += 1
        context.tries = 0
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
        choices = [Choice(button_data(self.context, c.key), c.label) for c in self.candidates()]
        self.context.offered = [c.data.rsplit(":", 1)[1] for c in choices]
        if self.offers_person:
            choices.append(Choice(button_data(self.context, PERSON), CALL_A_PERSON))
        self._ask = Ask(tuple(choices), contact=question.type == "phone")

    def _handoff(self, handoff: Handoff) -> None:
        if self.context.holder == "closed":
            self.open(self.context.segment)
        self.say(coming(self.world))
        self.effects += hand_off(self.context, self.at, self.world, handoff)

    def _rated(self, score: int) -> None:
        self.context.last_rating = score
        self.context.complaint = score <= LOW_RATING
        self.effects.append(Happen("rated", str(score), self.context.segment, self.context.agent))
        if self.context.complaint:
            self.context.segment, self.context.segment_reason = UNHAPPY, "rating"
            self.context.segment_word = str(score)
