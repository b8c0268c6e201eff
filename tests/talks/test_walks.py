"""Walks at random through all scenarios: whatever a customer does, they are answered, and end or reach a person."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.engine.actions import ACTIONS
from scenarios.engine.effects import Do
from scenarios.engine.events import ActionDone
from tests.driver import CHANNELS, LANGUAGES, Desk, questions, said_in
from tests.talks.soundness import assert_sound
from tests.talks.words import GREETING, HESITANT, NONSENSE, STOP, UNHAPPY, WARRANTY

MOST_ANSWERS = 15
"""No customer has to answer more questions than these before the talk ends or a person has it."""

SORRY = "I am truly sorry. This should not have happened, and we will put it right."
TEXTS = [
    *[words[language] for words in (GREETING, HESITANT, NONSENSE, STOP, UNHAPPY, WARRANTY) for language in LANGUAGES],
    *["operator", "/start", "/stats", "//", "1", "2", "5", "⭐⭐", "+998 90 123 45 67", "fridge", "narxi qancha?"],
    *["спасибо", "по-русски", "in english please", "😡", "", "?"],
]
KINDS = ["photo", "voice", "video_note", "document", "contact", "phone", "place", "sticker", "unread"]
MOVES = st.one_of(
    st.tuples(st.just("tap"), st.integers(0, 9)),
    st.tuples(st.just("tap"), st.integers(0, 9)),
    st.tuples(st.just("stale"), st.integers(0, 30)),
    st.tuples(st.just("says"), st.sampled_from(TEXTS)),
    st.tuples(st.just("says"), st.text(max_size=40)),
    st.tuples(st.just("sends"), st.sampled_from(KINDS)),
    st.tuples(st.just("silence"), st.sampled_from([1, 16, 130, 1300])),
    st.tuples(st.just("staff"), st.sampled_from(["says", "/close", "/take", "// note"])),
)
LIVES = [
    {},
    {"resolved": 2, "last_service": "sofa"},
    {"resolved": 1},
    {"last_rating": 1},
    {"complaint": True, "segment": "unhappy"},
    {"hesitated": True},
    {"phone": "+998901234567", "complaint": True},
]


def _move(desk: Desk, kind: str, what: object) -> bool:
    """Make one move; False when it waits for no answer."""
    last = desk.everything_said[-1] if desk.everything_said else None
    if kind == "tap" and last is not None and last.choices:
        desk.customer.taps(last.labels[int(str(what)) % len(last.labels)], of=last)
        return True
    if kind == "stale" and any(said.choices for said in desk.everything_said):
        offered = [said for said in desk.everything_said if said.choices and not said.shares_phone]
        if offered:
            said = offered[int(str(what)) % len(offered)]
            desk.customer.taps(said.labels[0], of=said)
        return False  # the same tap twice is a double tap
    if kind == "sends":
        desk.customer.sends(str(what))
    elif kind == "silence":
        desk.passes(minutes=float(str(what)))
        return False
    elif kind == "staff" and desk.context.has_topic:
        if str(what).startswith("/") and not str(what).startswith("//"):
            desk.agent.commands(str(what))
        else:
            desk.agent.says(str(what))
        return False
    else:
        desk.customer.says(str(what) if kind == "says" else "fridge")
    return True


@settings(max_examples=120, deadline=None)
@given(
    language=st.sampled_from(LANGUAGES),
    channel=st.sampled_from(CHANNELS),
    life=st.sampled_from(LIVES),
    moves=st.lists(MOVES, min_size=1, max_size=14),
)
def test_every_walk_is_answered_soundly_and_ends_or_reaches_a_person(
    language: str, channel: str, life: dict[str, object], moves: list[tuple[str, object]]
) -> None:
    desk = Desk(language, channel, known=life)
    for kind, what in moves:
        before = desk.context
        turns = len(desk.turns)
        expected = _move(desk, kind, what)
        if len(desk.turns) == turns:
            continue
        assert_sound(desk)
        if any(isinstance(effect, Do) for effect in desk.effects):
            # What the desk has done is the answer.
            desk.does()
            assert_sound(desk)
        if expected and before.holder in ("bot", "closed"):
            tapped_twice = desk.effects == [] and desk.context.tapped == before.tapped
            assert desk.said or tapped_twice, f"{kind} {what!r} was not answered"
        if desk.context.holder == "staffed" or (before.holder == "staffed" and kind != "staff"):
            assert desk.is_silent, "the bot talks over a person"
    desk.passes(days=5)
    assert desk.context.holder != "bot", "a silent customer is let go or has a person"


@settings(max_examples=80, deadline=None)
@given(
    language=st.sampled_from(LANGUAGES),
    life=st.sampled_from(LIVES),
    first=st.sampled_from([GREETING, HESITANT, UNHAPPY, WARRANTY]),
    picks=st.lists(st.integers(0, 9), min_size=MOST_ANSWERS, max_size=MOST_ANSWERS),
)
def test_who_answers_every_question_ends_or_reaches_a_person_within_a_few_answers(
    language: str, life: dict[str, object], first: dict[str, str], picks: list[int]
) -> None:
    desk = Desk(language, known=life)
    desk.customer.says(first[language])
    person, more = said_in(language, "Talk to a person", "person"), said_in(language, "More", "list")
    taken: set[tuple[str, str]] = set()
    for pick in picks:
        if desk.context.holder != "bot":
            break
        if doing := next((effect for effect in desk.effects if isinstance(effect, Do)), None):
            outcome, data = ACTIONS[doing.action][0], dict(doing.data)
            desk.happens(ActionDone(desk.number("d"), desk.now, "c1", doing.action, outcome, data, {}))
            continue
        said = desk.everything_said[-1]
        answers = [label for label in said.labels if label not in (person, more)]
        # Who wants another time, or another day, wants it once; nobody turns pages for ever.
        fresh = [label for label in answers if (desk.context.step, label) not in taken] or answers
        if fresh:
            label = fresh[pick % len(fresh)]
            taken.add((desk.context.step, label))
            desk.customer.taps(label, of=said)
        else:
            desk.customer.says("+998 90 123 45 67")
        assert_sound(desk)
        if any(isinstance(effect, Do) for effect in desk.effects):
            desk.does()
            assert_sound(desk)
    assert desk.context.holder in ("waiting", "closed")


@settings(max_examples=80, deadline=None)
@given(
    language=st.sampled_from(LANGUAGES),
    moves=st.lists(MOVES.filter(lambda move: move[0] != "staff"), max_size=12),
)
def test_an_unhappy_customer_is_apologised_to_once_and_sold_nothing_until_a_person_has_them(
    language: str, moves: list[tuple[str, object]]
) -> None:
    desk = Desk(language)
    desk.customer.says(UNHAPPY[language])
    for kind, what in moves:
        if desk.context.holder == "waiting":
            break
        _move(desk, kind, what)
        assert_sound(desk)
        assert desk.context.complaint
        assert not desk.context.price_told
    sorry = [said_in(one, SORRY) for one in LANGUAGES]
    assert sum(said.text.count(one) for said in desk.everything_said for one in sorry) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("scenario", "step"), questions())
def test_every_answer_of_every_question_leads_to_a_sound_message(scenario: str, step: str, language: str) -> None:
    asked = Desk.asking(scenario, step, language)
    asked.customer.says("?")
    for data in asked.bot_said().choices.values() if asked.context.step == step else ():
        desk = Desk.asking(scenario, step, language)
        desk.customer.says("?")
        desk.customer.presses(data, "tapped")
        assert_sound(desk)
        assert desk.said or any(isinstance(effect, Do) for effect in desk.effects)
    for timer_after in (16, 125, 60 * 21):
        desk = Desk.asking(scenario, step, language)
        desk.customer.says("/start" if scenario != "feedback" else "3")
        assert_sound(desk)
        desk.passes(minutes=timer_after)
        assert_sound(desk)


@given(st.one_of(st.sampled_from(TEXTS), st.text(max_size=20)))
@settings(max_examples=40, deadline=None)
def test_the_same_context_and_event_always_give_the_same_answer(text: str) -> None:
    turns = []
    for _ in range(2):
        desk = Desk.asking("new", "hello")
        turns.append(desk.customer.says(text))
    assert turns[0] == turns[1]
