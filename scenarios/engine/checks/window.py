"""WhatsApp's 24 hours: what is said later needs a template, and the template must fit the step (E43, E44).

Rule: waiting adds up. A customer who stays silent for 20 hours and then for 20 more is out of reach of free words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from scenarios.engine.checks.subject import Subject, TemplateForm
from scenarios.engine.checks.ways import groups, silences
from scenarios.engine.model import END, Ask, Do, Place, Run, Scenario, Step
from scenarios.engine.reading.issues import Issue, hint, issue
from scenarios.engine.reading.steps import IMPLIED
from scenarios.engine.reading.texts import spoken

__all__ = ["templates", "window"]

WINDOW = timedelta(hours=24)
"""How long after the customer's last message a business may write freely (Cloud API, 2026-01)."""

FOREVER = timedelta(days=36_500)
"""A wait without bound: the steps lead back to each other by silence."""

PERSON = "person"


def window(subject: Subject) -> Iterator[Issue]:
    """E43: words that WhatsApp would not let through any more when their time comes."""
    waited = _waited(subject)
    for scenario in subject.scenarios:
        if "whatsapp" not in scenario.channels:
            continue
        late: dict[Place, tuple[timedelta, timedelta]] = {}
        for step in scenario.steps.values():
            so_far = waited[scenario.name].get(step.name, timedelta())
            for place, after, target, says, template in _timed(scenario, step):
                told = says or (target is not None and _speaks(subject, scenario, target))
                if template is None and told and so_far + after >= WINDOW:
                    late[place] = max(late.get(place, (timedelta(), after)), (so_far + after, after))
        for place, (whole, after) in late.items():
            longer = "" if after >= WINDOW else f", and it can be {_shown(whole)} here"
            text = f"WhatsApp allows free messages only for 24 hours after the customer wrote{longer}"
            yield issue("E43", place, f'{text}; add "whatsapp_template"')


def templates(subject: Subject) -> Iterator[Issue]:
    """E44: a template that is not there, not in a language, or whose buttons answer another question."""
    known = subject.templates
    for scenario in subject.scenarios if known is not None else ():
        for step in scenario.steps.values():
            for place, _, target, _, name in _timed(scenario, step):
                form = known.get(name) if known is not None and name is not None else None
                if name is not None and known is not None and form is None:
                    yield issue("E44", place, f'template "{name}" is not set up for this business.{hint(name, known)}')
                elif name is not None and form is not None:
                    yield from _unfit(subject, scenario, step, target, place, name, form)


def _unfit(
    subject: Subject, scenario: Scenario, step: Step, target: str | None, place: Place, name: str, form: TemplateForm
) -> Iterator[Issue]:
    for language in sorted({scenario.texts, *subject.catalogs} - set(form.languages)):
        yield issue("E44", place, f'template "{name}" is not approved in {language}')
    buttons = frozenset(form.buttons) - {PERSON}
    if target is None:
        asks = [step] if buttons else []
    else:
        asks = [one for one in _at_once(subject, scenario, target) if isinstance(one.wait, Ask)]
        if not asks and buttons:
            yield issue("E44", place, f'template "{name}" has buttons, but nothing is asked at "{target}"')
    for one in asks:
        if not isinstance(one.wait, Ask) or buttons != _answers(one.wait, buttons):
            yield issue("E44", place, f'the buttons of template "{name}" are not the answers of "{one.name}"')


def _answers(ask: Ask, buttons: frozenset[str]) -> frozenset[str]:
    """What the buttons under a question may be; answers that need not be shown (a score of 0 to 10) may be left out."""
    if ask.answers or ask.answers_from is not None:
        return frozenset(answer.key for answer in ask.answers)
    implied = frozenset(IMPLIED.get(ask.type, ()))
    return implied if buttons and not buttons <= implied else buttons & implied


def _timed(scenario: Scenario, step: Step) -> Iterator[tuple[Place, timedelta, str | None, bool, str | None]]:
    """What happens by the clock at a step: place, after how long, where it leads, whether it speaks, its template."""
    if step.later is not None:
        later = step.later
        yield step.places.get("later", later.place), later.after, later.go, False, later.template
    for silence in silences(scenario, step):
        yield silence.place, silence.after, silence.go, silence.say is not None, silence.template


def _waited(subject: Subject) -> Mapping[str, Mapping[str, timedelta]]:
    """How long the customer may have been silent when a step is entered, at most: FOREVER where that has
    no bound."""
    found: dict[str, dict[str, timedelta]] = {}
    entries: dict[str, timedelta] = {}
    for scenario in reversed(subject.run_first):
        edges = {name: list(_passing(subject, scenario, step)) for name, step in scenario.steps.items()}
        whole = dict.fromkeys(scenario.steps, timedelta())
        whole[scenario.start] = entries.get(scenario.name, timedelta())
        order = groups({name: [to for to, _ in edges[name] if to in edges] for name in edges})
        for group in reversed(order):
            inside = frozenset(group)
            grows = any(after and to in inside for name in group for to, after in edges[name])
            longest = FOREVER if grows else max(whole.get(name, timedelta()) for name in group)
            for name in group:
                whole[name] = longest
                for to, after in edges[name]:
                    more = min(longest + after, FOREVER)
                    whole[to] = max(whole.get(to, timedelta()), more)
        found[scenario.name] = whole
        for name, step in scenario.steps.items():
            if isinstance(step.wait, Run):
                other = step.wait.scenario
                entries[other] = max(entries.get(other, timedelta()), whole[name])
    return found


def _passing(subject: Subject, scenario: Scenario, step: Step) -> Iterator[tuple[str, timedelta]]:
    """The ways that a customer goes without a word, and how long each takes."""
    for _, after, target, _, _ in _timed(scenario, step):
        if target is not None and target != END:
            yield target, after
    if subject.asks_nothing(step) or isinstance(step.wait, Do):
        for way in subject.ways(scenario)[step.name]:
            if way.by == "go" and way.to != END:
                yield way.to, timedelta()


def _speaks(subject: Subject, scenario: Scenario, name: str) -> bool:
    """Whether the customer reads something when a step is entered, before anybody is waited for."""
    return any(
        step.say is not None or (step.wait is not None and not isinstance(step.wait, Do | Run))
        for step in _at_once(subject, scenario, name)
    )


def _at_once(subject: Subject, scenario: Scenario, name: str) -> Iterator[Step]:
    """The steps that are walked without waiting from `name` on, with those at which it waits; also of scenarios that
    are run."""
    seen: set[tuple[str, str]] = set()
    waiting = [(scenario, name)]
    for home, here in waiting:
        step = home.steps.get(here)
        if step is None or (home.name, here) in seen:
            continue
        seen.add((home.name, here))
        yield step
        other = subject.book.scenarios.get(step.wait.scenario) if isinstance(step.wait, Run) else None
        if other is not None:
            waiting.append((other, other.start))
        if subject.asks_nothing(step):
            waiting += [(home, way.to) for way in subject.ways(home)[here] if way.by == "go"]


def _shown(span: timedelta) -> str:
    return "any time" if span >= FOREVER else spoken(span)
