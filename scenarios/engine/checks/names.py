"""What texts and conditions speak of: known names, values that are set, conditions that can hold (E20 to E22,
E60).

Rule: a customer never reads a hole in a sentence, and no line of if/then/else is written in vain.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from scenarios.engine.checks.subject import Subject
from scenarios.engine.checks.values import DESK_VALUES, Values, slots
from scenarios.engine.model import LEADS, Ask, Branch, Condition, Handoff, Place, Scenario, Test
from scenarios.engine.reading.issues import Issue, hint, issue
from scenarios.engine.reading.texts import Use, lone_brace, placeholders, uses

__all__ = ["desks", "never_true", "unknown_names", "unset_values"]


def unknown_names(subject: Subject) -> Iterator[Issue]:
    """E20: a name that is neither remembered nor known from outside."""
    facts = subject.book.facts
    by_family: dict[str, frozenset[str]] = {}
    for scenario in subject.scenarios:
        if scenario.name in subject.opaque:
            continue
        family = subject.families[scenario.name]
        known = by_family.get(family[0].name) or frozenset(facts.keys() | DESK_VALUES | slots(family))
        by_family[family[0].name] = known
        for use in uses(scenario):
            for name in placeholders(use.text):
                if name not in known:
                    yield _unknown(use.text.place, f"{{{name}}}" if name != use.text.count else name, name, known)
            if brace := lone_brace(use.text):
                text = f'this "{brace}" has no other half; customers would read it. Write {{name}}, without a space'
                yield issue("E20", use.text.place, text)
            count = facts.get(use.text.count or "")
            if count is not None and count.type != "number":
                text = f'"{count.name}" is {count.type}; a text can only count a number'
                yield issue("E20", use.text.place, text)
        for test in _tests(scenario):
            if test.name not in known:
                yield _unknown(test.place, test.name, test.name, known)
        for step in scenario.steps.values():
            source = step.wait.answers_from if isinstance(step.wait, Ask) else None
            place = step.places.get("answers", step.place)
            if source is not None and source not in facts:
                yield _unknown(place, source, source, facts.keys())
            elif source is not None and facts[source].type != "choices":
                text = f'"{source}" is {facts[source].type}; "from" needs a fact of the type choices'
                yield issue("E20", place, text)
    for test in _branch_tests(subject.book.start):
        if test.name not in facts.keys() | DESK_VALUES:
            yield _unknown(test.place, test.name, test.name, facts.keys() | DESK_VALUES)


def unset_values(subject: Subject) -> Iterator[Issue]:
    """E21: a remembered value that a text shows where one may arrive before it is known."""
    by_family: dict[str, frozenset[str]] = {}

    def remembered(scenario: Scenario) -> frozenset[str]:
        family = subject.families[scenario.name]
        if family[0].name not in by_family:
            by_family[family[0].name] = slots(family) - subject.book.facts.keys() - DESK_VALUES
        return by_family[family[0].name]

    for scenario in subject.scenarios:
        arrivals = subject.arrivals(scenario)
        told: set[tuple[Place, str]] = set()
        for use in _shown(scenario):
            step = use.step
            if step is None or step.name not in arrivals:
                continue
            known = arrivals[step.name] | (0 if use.kind == "say" else subject.bits(step.set))
            for name in placeholders(use.text):
                unset = name in remembered(scenario) and not known & subject.bits((name,))
                if unset and (use.text.place, name) not in told:
                    told.add((use.text.place, name))
                    where = f'one can arrive at "{step.name}" before it was asked'
                    yield issue("E21", use.text.place, f"{{{name}}} may still be unknown here: {where}")


def never_true(subject: Subject) -> Iterator[Issue]:
    """E22: a condition that no value can meet."""
    by_family: dict[str, Values] = {}
    for scenario in subject.scenarios:
        if scenario.name in subject.opaque:
            continue
        family = subject.families[scenario.name]
        values = by_family.get(family[0].name) or Values(subject, family)
        by_family[family[0].name] = values
        for step in scenario.steps.values():
            if step.later is not None and step.later.unless is not None:
                yield from _never_holds(values, step.later.unless)
            yield from _never(values, step.go if isinstance(step.go, tuple) else ())
    yield from _never(Values(subject, ()), subject.book.start)


def desks(subject: Subject) -> Iterator[Issue]:
    """E60: a desk that the business file does not have. The people who lead can always be told."""
    for scenario in subject.scenarios:
        named = [(one.place, one.notify) for one in scenario.silent]
        for step in scenario.steps.values():
            if step.notify is not None:
                named.append((step.notify.place, step.notify.desk))
            if isinstance(step.wait, Handoff) and step.wait.desk not in subject.desks:
                yield _no_desk(step.wait.place, step.wait.desk, subject.desks)
            if isinstance(step.wait, Ask | Handoff):
                named += [(one.place, one.notify) for one in step.wait.silent]
        for place, desk in named:
            if desk is not None and desk != LEADS and desk not in subject.desks:
                yield _no_desk(place, desk, subject.desks | {LEADS})


def _no_desk(place: Place, desk: str, known: Set[str]) -> Issue:
    return issue("E60", place, f'no desk "{desk}" is set up.{hint(desk, known)}')


def _unknown(place: Place, shown: str, name: str, known: Set[str]) -> Issue:
    return issue("E20", place, f'nothing called "{shown}" is known.{hint(name, known)}')


def _tests(scenario: Scenario) -> Iterator[Test]:
    for step in scenario.steps.values():
        if step.later is not None:
            yield from _flat(step.later.unless)
        if isinstance(step.go, tuple):
            yield from _branch_tests(step.go)


def _branch_tests(branches: tuple[Branch, ...]) -> Iterator[Test]:
    for branch in branches:
        yield from _flat(branch.condition)


def _flat(condition: Condition | None) -> Iterator[Test]:
    if condition is not None:
        yield from condition.tests
        for one in condition.any:
            yield from _flat(one)


def _shown(scenario: Scenario) -> Iterator[Use]:
    """The texts that customers read, the file's own `silent` at each question for which it holds."""
    for use in uses(scenario):
        if use.step is not None and use.kind not in ("summary", "notify"):
            yield use
        elif use.kind == "silence":
            for step in scenario.steps.values():
                if isinstance(step.wait, Ask) and not step.wait.silent:
                    yield Use(use.text, use.kind, use.role, step)


def _never(values: Values, branches: tuple[Branch, ...]) -> Iterator[Issue]:
    for branch in branches:
        if branch.condition is not None:
            yield from _never_holds(values, branch.condition)


def _never_holds(values: Values, condition: Condition) -> Iterator[Issue]:
    wrong: set[str] = set()
    for test in condition.tests:
        text = values.refused(test)
        if text is not None:
            wrong.add(test.name)
            yield issue("E22", test.place, text)
    for name in dict.fromkeys(test.name for test in condition.tests):
        together = [test for test in condition.tests if test.name == name]
        if name not in wrong and values.contradict(together):
            yield issue("E22", together[0].place, f'no value of "{name}" meets all of this at once')
    for one in condition.any:
        yield from _never_holds(values, one)
