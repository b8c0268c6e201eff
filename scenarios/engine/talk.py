"""One turn's walk through the scenarios: steps are entered, texts gathered, until something waits or ends.

Everything the bot says in a turn becomes one message. A walk makes at most fifty moves (the checks already forbid loops
that ask nothing); a walk that runs past that goes to a person.
"""

from __future__ import annotations

import re
from datetime import datetime

from scenarios.engine import conditions
from scenarios.engine.context import Context, Slot
from scenarios.engine.effects import Ask, CancelTimers, Choice, Effect, Happen, OpenHandoff, Say, SetTimer, UpdateCard
from scenarios.engine.matching import Candidate
from scenarios.engine.model import END, Book, Handoff, Run, Scenario, Silence, Step, Text
from scenarios.engine.model import Ask as Question
from scenarios.engine.phrases import Phrase, Value, verbatim
from scenarios.engine.segments import LOW_RATING
from scenarios.engine.world import World

__all__ = ["CALL_A_PERSON", "FEEDBACK", "Talk", "button_data"]

MOST_MOVES = 50
PERSON = "person"
AGAIN = "again"
FEEDBACK = "feedback"
"""The scenario that asks for a rating; it runs while the conversation is closed."""

CALL_A_PERSON = Phrase("Talk to a person", "person")
COMING = Phrase("A person will answer you here in about {minutes} minutes.")
CLOSED_NOW = Phrase("We are closed right now and open {opens}. A person will write to you here then.")

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_PRICES = frozenset({"price", "prices", "service_price"})


def button_data(context: Context, key: str) -> str:
    """What a button carries: the conversation, the number of the question, the answer (at most 64 bytes)."""
    return f"{context.conversation}:{context.question}:{key}"


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

    # -- walking ---------------------------------------------------------------------------------

    def begin(self, scenario: str) -> None:
        """Start a scenario from its first step, forgetting where the talk was."""
        self.context.stack = []
        self._leave_question()
        self.context.scenario = scenario
        self.enter(self._scenario.start)

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
            self.say(self._phrase(step.say))

    def enter(self, name: str) -> None:
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
            if step.say is not None:
                self.say(self._phrase(step.say))
            for slot, value in step.set.items():
                self.context.slots[slot] = {"key": value}
            if isinstance(step.wait, Question):
                self._question(step.wait)
                return
            if isinstance(step.wait, Handoff):
                self._handoff(step.wait)
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
            if step.wait.type == "phone":
                self.context.phone = str(slot["key"])
        self._leave_question()
        self.enter(self._next(step, key))

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
            self.say(self._phrase(question.text))
            self._offer(question)

    # -- the present question ----------------------------------------------------------------------

    @property
    def question(self) -> Question | None:
        """What the talk waits for from the customer now."""
        if self.context.holder not in ("bot", "closed") or not self.context.step:
            return None
        scenario = self.book.scenarios.get(self.context.scenario)
        step = scenario.steps.get(self.context.step) if scenario else None
        return step.wait if step is not None and isinstance(step.wait, Question) else None

    def candidates(self) -> list[Candidate]:
        """The answers of the present question, as one may type them."""
        question = self.question
        if question is None:
            return []
        found = [
            Candidate(a.key, self._plain(a.label), self._plain(a.synonyms) if a.synonyms else None)
            for a in question.answers
        ]
        if question.answers_from:
            options = self.world.fact(question.answers_from, self.context)
            if isinstance(options, tuple):
                found += [Candidate(o.key, o.label, verbatim(o.synonyms) if o.synonyms else None) for o in options]
        return found

    def slot_of(self, key: str) -> Slot:
        """What is remembered of a chosen answer: its key and its label."""
        for candidate in self.candidates():
            if candidate.key == key:
                label = candidate.label
                texts = {"texts": dict(label.texts)} if label.texts is not None else {}
                return {"key": key, "id": label.id, "context": label.context, **texts}
        return {"key": key}

    def unclear(self) -> None:
        """Say that the answer was not understood, with the choices again."""
        question = self.question
        if question is None:
            return
        if question.unclear is not None:
            self.say(self._phrase(question.unclear))
            self._offer(question)
        else:
            self.ask_again()

    # -- inside -----------------------------------------------------------------------------------

    @property
    def _scenario(self) -> Scenario:
        return self.book.scenarios[self.context.scenario]

    @property
    def _sore(self) -> bool:
        return self.context.segment == "unhappy" or self.context.complaint

    def _person_step(self) -> Step:
        """The step with the handoff; from a scenario without one (a detour) the nearest that waits behind it."""
        names = [self.context.scenario, *(frame[0] for frame in reversed(self.context.stack)), "new"]
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
            open_conversation(self, "unhappy" if self._sore else self.context.segment)
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
        self.say(self._phrase(question.text))
        self._offer(question)
        lists = question.silent or self._scenario.silent
        for index, silence in enumerate(lists):
            self.effects.append(self._timer(f"q{index}", silence))

    def _timer(self, key: str, silence: Silence) -> SetTimer:
        context = self.context
        data = {
            "conversation": str(context.conversation),
            "question": str(context.question),
            "epoch": str(context.epoch),
            "scenario": context.scenario,
            "step": context.step,
            "index": key[1:],
        }
        return SetTimer(key, self.at + silence.after, data)

    def silence(self, index: int) -> Silence | None:
        """The silence of the present step that a timer means."""
        scenario = self.book.scenarios.get(self.context.scenario)
        step = scenario.steps.get(self.context.step) if scenario else None
        if scenario is None or step is None or not isinstance(step.wait, Question | Handoff):
            return None
        lists = step.wait.silent or (scenario.silent if isinstance(step.wait, Question) else ())
        return lists[index] if index < len(lists) else None

    def _leave_question(self) -> None:
        if self.context.offered or self.question is not None:
            self.effects.append(CancelTimers("q"))
        self.context.offered = []
        self.context.tries = 0

    def _offer(self, question: Question) -> None:
        choices = [Choice(button_data(self.context, c.key), c.label) for c in self.candidates()]
        self.context.offered = [c.data.rsplit(":", 1)[1] for c in choices]
        if self.context.scenario != FEEDBACK and self._offers_person():
            choices.append(Choice(button_data(self.context, PERSON), CALL_A_PERSON))
        self._ask = Ask(tuple(choices), contact=question.type == "phone")

    def _offers_person(self) -> bool:
        names = [self.context.scenario, *(frame[0] for frame in self.context.stack)]
        return any(self.book.scenarios[name].person is not None for name in names)

    def _handoff(self, handoff: Handoff) -> None:
        context = self.context
        if context.holder == "closed":
            open_conversation(self, context.segment)
        again = context.has_topic
        context.stack = []
        context.offered = []
        context.holder = "waiting"
        context.epoch += 1
        context.desk = handoff.desk
        context.agent = context.agent_name = ""
        context.handed_off_at = self.at
        context.has_topic = True
        self.say(self.coming())
        summary = self._phrase(handoff.summary, missing="—") if handoff.summary else None
        self.effects.append(OpenHandoff(handoff.desk, summary, again))
        self.effects.append(Happen("handed_off", handoff.desk, context.segment))
        for index, silence in enumerate(handoff.silent):
            self.effects.append(self._timer(f"h{index}", silence))

    def coming(self) -> Phrase:
        """When a person comes: minutes in opening hours, otherwise when the desk opens."""
        if self.world.open_now:
            return COMING.having(minutes=self.world.wait_minutes)
        return CLOSED_NOW.having(opens=self.world.opens_at)

    def _rated(self, score: int) -> None:
        self.context.last_rating = score
        self.context.complaint = score <= LOW_RATING
        self.effects.append(Happen("rated", str(score), self.context.segment, self.context.agent))
        if self.context.complaint:
            self.context.segment, self.context.segment_reason = "unhappy", "rating"
            self.context.segment_word = str(score)

    # -- texts ------------------------------------------------------------------------------------

    def _plain(self, text: Text) -> Phrase:
        return Phrase(text.id, text.context, text.plural, text.count)

    def _phrase(self, text: Text, missing: str = "") -> Phrase:
        names = set(_PLACEHOLDER.findall(text.id + (text.plural or "")))
        if text.count:
            names.add(text.count)
        if names & _PRICES:
            self.context.price_told = True
        return self._plain(text).having(**{name: self._value(name, missing) for name in names})

    def text(self, text: Text) -> Phrase:
        """A text of the scenario with its values filled in."""
        return self._phrase(text)

    def _value(self, name: str, missing: str) -> Value:
        slot = self.context.slots.get(name)
        if slot is not None:
            if "id" in slot:
                return Phrase(slot["id"], slot.get("context"), texts=slot.get("texts"))
            return str(slot["key"])
        fact = self.world.fact(name, self.context)
        if isinstance(fact, tuple):
            return verbatim(", ".join(option.key for option in fact))
        if fact is None or fact == "":
            return missing
        return fact


def open_conversation(talk: Talk, segment: str, reason: str = "", word: str = "") -> None:
    """A new conversation with the bot begins."""
    context = talk.context
    context.conversation += 1
    context.holder = "bot"
    context.epoch += 1
    context.agent = context.agent_name = context.desk = ""
    context.segment = segment
    if reason:
        context.segment_reason, context.segment_word = reason, word
    context.opened_at = talk.at
    context.handed_off_at = context.replied_at = None
    context.price_told = False
    talk.effects.append(Happen("opened", context.channel, segment))


def forget_answers(context: Context) -> None:
    """A talk that starts anew asks its questions anew; the phone is a fact of the contact and stays."""
    context.slots = {}
    context.stack = []
