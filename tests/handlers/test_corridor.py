"""The corridor: each event once, in order, upon the newest context; refused when there is too much, staff never."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers import corridor as module
from handlers import lanes
from handlers.clock import ANOTHERS_SECONDS, Clock
from handlers.corridor import MOST_IN_A_GROUP, MOST_TRIES, TYPING_AFTER, Corridor
from handlers.lanes import Busy
from handlers.texts import Texts
from scenarios.engine.context import Context
from scenarios.engine.effects import Ask, Effect, Hear, Say
from scenarios.engine.events import (
    Agent,
    AgentCommanded,
    AgentEdited,
    AgentSaid,
    Content,
    CustomerEdited,
    CustomerSaid,
    Event,
    Sender,
    Target,
    TimerFired,
    Topic,
)
from scenarios.engine.model import Book
from scenarios.engine.phrases import verbatim
from scenarios.engine.records import Held, Letter, Outcome, TimerRow, Turn
from tests.fakes import FakeCache, FakeChannel, FakeStore
from tests.virtual import START, in_virtual_time, now, seconds

CHAT = -1001


class Desk:
    """A corridor among recorders; its step counts the contact's events in `question` and answers each."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.store = FakeStore()
        self.cache = FakeCache()
        self.telegram = FakeChannel()
        self.taken: list[Letter] = []
        self.woken: list[str] = []
        self.steps: list[tuple[Event, int]] = []
        self.trouble: dict[str, Exception] = {}
        monkeypatch.setattr(module, "step", self._step)
        self.corridor = self.another()

    def another(self) -> Corridor:
        """One more process."""
        return Corridor(
            store=self.store,
            cache=self.cache,
            texts=Texts({}),
            book_for=self._book_for,
            world=lambda at: None,  # type: ignore[arg-type, return-value]
            take=self.taken.extend,
            wake=self._wake,
            channels={"telegram": self.telegram},
            staff_language="en",
            staff_chat=CHAT,
            desk_name="Desk",
        )

    async def _book_for(self, context: Context, event: Event) -> tuple[Book, Context]:
        return Book({}, (), (), {}), context

    async def _wake(self, destinations: Sequence[str]) -> None:
        self.woken += destinations

    def _step(self, book: object, context: Context, event: Event, world: object) -> tuple[Context, list[Effect]]:
        self.steps.append((event, context.question))
        if event.id in self.trouble:
            raise self.trouble[event.id]
        draft = context.copy()
        draft.question += 1
        draft.address = draft.address or "telegram:1:7"
        effects: list[Effect] = [Say((verbatim(f"answer to {event.id}"),), Ask())]
        if isinstance(event, CustomerSaid):
            effects.insert(0, Hear(event.content, event.message, event.sent_at))
        return draft, effects

    def order(self, contact: str) -> list[str]:
        """The events of a contact as they were recorded."""
        return [turn.event for turn in self.store.turns if turn.contact == contact]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A corridor among recorders."""
    return Desk(monkeypatch)


def said(id: str, key: str = "7") -> CustomerSaid:
    """A customer's message."""
    return CustomerSaid(id, now(), Sender("telegram", "1", (key,)), Content(text=id), id, now())


def agent_said(id: str, thread: int = 9, **more: Any) -> AgentSaid:
    """An agent's message."""
    return AgentSaid(id, now(), Topic(CHAT, thread), Agent("5", "Olim"), Content(text=id), id, **more)


@in_virtual_time
async def test_one_contacts_events_are_recorded_in_the_order_in_which_they_came(desk: Desk) -> None:
    events = [said(f"{n}:{key}", str(key)) for n in range(10) for key in range(5)]
    assert set(await asyncio.gather(*(desk.corridor.receive(one) for one in events))) == {Outcome.RECORDED}
    for key in range(5):
        assert desk.order(f"C{key}") == [f"{n}:{key}" for n in range(10)]
        assert desk.store.contexts[f"C{key}"].context.question == 10
    assert max(desk.store.groups) == 5, "different contacts share commits"
    assert desk.corridor.under_way == 0


@in_virtual_time
async def test_many_contacts_share_a_commit_up_to_the_most(desk: Desk) -> None:
    await asyncio.gather(*(desk.corridor.receive(said(str(n), str(n))) for n in range(120)))
    assert max(desk.store.groups) == MOST_IN_A_GROUP
    assert sum(desk.store.groups) == 120


@in_virtual_time
async def test_a_duplicate_waits_for_the_firsts_commit_and_changes_nothing(desk: Desk) -> None:
    desk.store.takes = 2.0
    ended: dict[str, float] = {}

    async def receive(name: str, event: Event) -> Outcome | None:
        outcome = await desk.corridor.receive(event)
        ended[name] = seconds()
        return outcome

    first = asyncio.create_task(receive("first", said("a")))
    await asyncio.sleep(0.5)
    second = asyncio.create_task(receive("second", said("a")))
    assert await asyncio.gather(first, second) == [Outcome.RECORDED, Outcome.DUPLICATE]
    assert ended["second"] > ended["first"] >= 2
    assert len(desk.store.turns) == 1
    assert [(x.id, x.destination) for x in desk.taken] == [("a:3", "telegram:1:7")]
    assert desk.cache.copies["C7"].version == 1


@in_virtual_time
async def test_only_after_the_commit_the_copy_is_renewed_and_the_letter_handed_over(desk: Desk) -> None:
    desk.store.takes = 2.0
    task = asyncio.create_task(desk.corridor.receive(said("a")))
    await asyncio.sleep(1)
    assert (desk.taken, desk.cache.copies) == ([], {})
    await task
    assert ([x.destination for x in desk.taken], desk.woken) == (["telegram:1:7"], [])
    assert desk.cache.copies["C7"] == desk.store.contexts["C7"]


@in_virtual_time
async def test_a_letter_to_where_another_process_sends_is_looked_for(desk: Desk) -> None:
    desk.store.elsewhere.add("telegram:1:7")
    await desk.corridor.receive(said("a"))
    assert (desk.taken, desk.woken) == ([], ["telegram:1:7"])


@in_virtual_time
async def test_a_turn_upon_a_stale_copy_is_stepped_again_upon_the_databases(desk: Desk) -> None:
    desk.store.contexts["C7"] = Held(Context("C7", question=40), 8)
    desk.cache.copies["C7"] = Held(Context("C7", question=3), 2)
    assert await desk.corridor.receive(said("a")) is Outcome.RECORDED
    assert [question for _, question in desk.steps] == [3, 40]
    assert desk.cache.copies["C7"] == desk.store.contexts["C7"]
    assert (desk.store.contexts["C7"].version, desk.store.contexts["C7"].context.question) == (9, 41)


@in_virtual_time
async def test_two_processes_upon_one_contact_lose_nothing(desk: Desk) -> None:
    other = desk.another()
    events = [said(str(n)) for n in range(12)]
    await asyncio.gather(*((desk.corridor, other)[n % 2].receive(one) for n, one in enumerate(events)))
    assert sorted(desk.order("C7"), key=int) == [str(n) for n in range(12)]
    assert desk.store.contexts["C7"].context.question == 12


@in_virtual_time
async def test_a_context_that_keeps_changing_makes_it_busy_after_the_limit_and_nothing_was_written(desk: Desk) -> None:
    desk.store.stale["a"] = MOST_TRIES
    with pytest.raises(Busy):
        await desk.corridor.receive(said("a"))
    assert desk.store.turns == []
    assert desk.woken == []
    assert len(desk.steps) == MOST_TRIES
    assert await desk.corridor.receive(said("a")) is Outcome.RECORDED
    desk.store.stale["b"] = MOST_TRIES - 1
    assert await desk.corridor.receive(said("b")) is Outcome.RECORDED


@in_virtual_time
async def test_one_bad_turn_in_a_group_harms_nobody_else(desk: Desk) -> None:
    desk.store.bad = {"bad"}
    names = ["a", "bad", "b", "c"]
    found = await asyncio.gather(*(desk.corridor.receive(said(name, name)) for name in names), return_exceptions=True)
    assert [found[0], found[2], found[3]] == [Outcome.RECORDED] * 3
    assert isinstance(found[1], OSError)
    assert sorted(turn.event for turn in desk.store.turns) == ["a", "b", "c"]
    assert desk.store.contexts["Cbad"].version == 0
    assert "Cbad" not in desk.cache.copies
    desk.store.bad = set()
    assert await desk.corridor.receive(said("bad", "bad")) is Outcome.RECORDED


@in_virtual_time
async def test_a_database_that_is_down_is_told_to_the_messenger_and_the_lane_goes_on(desk: Desk) -> None:
    desk.store.bad = {"a"}
    with pytest.raises(OSError, match="refused"):
        await desk.corridor.receive(said("a"))
    assert await desk.corridor.receive(said("b")) is Outcome.RECORDED


@in_virtual_time
async def test_a_step_that_stumbles_harms_only_its_own_event(desk: Desk) -> None:
    desk.trouble["a"] = ZeroDivisionError()
    found = await asyncio.gather(*(desk.corridor.receive(said(name)) for name in ("a", "b")), return_exceptions=True)
    assert isinstance(found[0], ZeroDivisionError)
    assert found[1] is Outcome.RECORDED
    assert desk.corridor.under_way == 0


@in_virtual_time
async def test_when_there_is_too_much_customers_are_refused_after_a_while_and_staff_never(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.corridor._lanes = lanes.Lanes(most=3)
    desk.store.takes = 60.0
    desk.store.topics[CHAT, 9] = "C7"
    full = [asyncio.create_task(desk.corridor.receive(said(str(n), str(n)))) for n in range(3)]
    await asyncio.sleep(1)
    with pytest.raises(Busy):
        await desk.corridor.receive(said("x", "x"))
    assert seconds() == pytest.approx(1 + lanes.LONGEST_WAIT, abs=0.1)
    assert await desk.corridor.receive(agent_said("agent")) is Outcome.RECORDED
    timer = TimerFired("timer:t", now(), "C8", "remind", {})
    assert await desk.corridor.receive(timer) is Outcome.RECORDED
    assert await asyncio.gather(*full) == [Outcome.RECORDED] * 3


@in_virtual_time
async def test_a_staff_message_goes_only_to_the_contact_whose_topic_it_is_at_the_commit(desk: Desk) -> None:
    desk.store.know("A")
    desk.store.know("B")
    desk.store.topics[CHAT, 9] = "A"
    assert await desk.corridor.receive(agent_said("one")) is Outcome.RECORDED
    assert await desk.corridor.receive(agent_said("nobodys", thread=77)) is None
    desk.store.takes = 1.0
    task = asyncio.create_task(desk.corridor.receive(agent_said("two")))
    await asyncio.sleep(0.001)
    desk.store.topics[CHAT, 9] = "B"
    assert await task is Outcome.MOVED
    assert [turn.event for turn in desk.store.turns] == ["one"]


@in_virtual_time
async def test_what_an_event_refers_to_is_looked_up_before_the_step(desk: Desk) -> None:
    desk.store.topics[CHAT, 9] = "C7"
    heard, relayed = Target("L1", "heard"), Target("L2", "relayed", "5")
    desk.store.targets = {("telegram:1:7", "10"): heard, (str(CHAT), "20"): relayed, (str(CHAT), "21"): heard}
    desk.store.relayed["C7", "5"] = "L9"
    topic, agent = Topic(CHAT, 9), Agent("5", "Olim")
    sender = Sender("telegram", "1", ("7",))
    edited = AgentEdited("e2", START, topic, agent, Content(), "20")
    undo = AgentCommanded("c1", START, topic, agent, "undo", "", "30", reply_to="20")
    events: list[Event] = [
        CustomerEdited("e1", START, sender, Content(text="x"), "10", START),
        edited,
        agent_said("s1", reply_to="20"),
        agent_said("s2", reply_to="99"),
        undo,
        replace(undo, id="c2", reply_to="21"),
        replace(undo, id="c3", reply_to="", name="UNDO"),
        replace(undo, id="c4", reply_to="", name="take"),
    ]
    for event in events:
        await desk.corridor.receive(event)
    found = [getattr(event, "target", None) or getattr(event, "reply", None) for event, _ in desk.steps]
    own = Target("L9", "relayed", "5")
    assert found == [heard, relayed, relayed, None, relayed, own, own, None]


@in_virtual_time
async def test_a_slow_turn_shows_that_an_answer_is_coming_and_a_quick_one_does_not(desk: Desk) -> None:
    await desk.corridor.receive(said("quick"))
    await asyncio.sleep(5)
    assert desk.telegram.calls == []
    desk.store.takes = TYPING_AFTER + 0.5
    await desk.corridor.receive(said("slow"))
    assert desk.telegram.calls == [("typing", "7")]
    await desk.corridor.receive(TimerFired("timer:t", now(), "C7", "remind", {}))
    assert len(desk.telegram.calls) == 1


@in_virtual_time
async def test_a_turn_of_nobody_is_recorded_and_its_letters_are_handed_over_once(desk: Desk) -> None:
    from tests.handlers.desk import letter

    turn = Turn("m1", "ManagerAsked", START, letters=(letter("a", "telegram:1:55"),))
    assert await desk.corridor.record_alone(turn) is Outcome.RECORDED
    assert await desk.corridor.record_alone(turn) is Outcome.DUPLICATE
    assert [x.id for x in desk.taken] == ["a"]
    assert desk.woken == []
    desk.store.bad = {"m2"}
    with pytest.raises(OSError, match="refused"):
        await desk.corridor.record_alone(replace(turn, event="m2"))


@in_virtual_time
async def test_idle_waits_for_what_is_under_way(desk: Desk) -> None:
    desk.store.takes = 3.0
    task = asyncio.create_task(desk.corridor.receive(said("a")))
    await asyncio.sleep(0.5)
    await desk.corridor.idle()
    assert seconds() >= 3
    assert await task is Outcome.RECORDED


@in_virtual_time
async def test_a_customer_whom_another_process_joined_to_somebody_is_heard_there_from_then_on(desk: Desk) -> None:
    await desk.corridor.receive(said("a", "7"))
    desk.store.addresses["7"] = "OTHER"
    desk.store.know("OTHER", name="Aziza")
    assert await desk.corridor.receive(said("b", "7")) is Outcome.RECORDED
    assert await desk.corridor.receive(said("c", "7")) is Outcome.RECORDED
    assert desk.order("C7") == ["a"]
    assert desk.order("OTHER") == ["b", "c"]
    assert [turn.address for turn in desk.store.turns] == ["telegram:1:7"] * 3


# -- the clock ---------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_timers_fire_within_a_second_once_and_again_after_trouble(desk: Desk) -> None:
    def timer(id: str, contact: str, after: float) -> TimerRow:
        return TimerRow(id, contact, "remind", START + timedelta(seconds=after), {"n": id})

    desk.store.timers = [timer("a", "A", 5), timer("b", "B", 5), timer("c", "C", 8)]
    desk.store.bad = {"timer:b"}
    fired: dict[str, float] = {}
    record = desk.store.record

    async def recording(turns: Sequence[Turn]) -> Sequence[Outcome]:
        outcomes = await record(turns)
        fired.update({turn.event: seconds() for turn in turns})
        return outcomes

    desk.store.record = recording  # type: ignore[method-assign]
    clocks = [asyncio.create_task(Clock(desk.store, one.receive, now).run()) for one in (desk.corridor, desk.another())]
    await asyncio.sleep(7)
    assert 5 <= fired["timer:a"] < 6
    assert "timer:b" not in fired
    desk.store.bad = set()
    await asyncio.sleep(3)
    assert 7 < fired["timer:b"] < 9
    assert 8 <= fired["timer:c"] < 9
    assert sorted(turn.event for turn in desk.store.turns) == ["timer:a", "timer:b", "timer:c"]
    assert {turn.timer_done for turn in desk.store.turns} == {"a", "b", "c"}
    for clock in clocks:
        clock.cancel()
    await asyncio.gather(*clocks, return_exceptions=True)


@in_virtual_time
async def test_two_processes_share_the_timers_and_one_fires_the_others_when_it_does_not_come_to_them(
    desk: Desk,
) -> None:
    desk.store.timers = [TimerRow(f"{n}", f"C{n}", "remind", START + timedelta(seconds=5), {}) for n in range(10)]
    both = (desk.corridor, desk.another())
    asked: list[list[str]] = [[], []]

    def clock(number: int) -> Clock:
        async def receive(event: Event) -> object:
            asked[number].append(event.id)
            return await both[number].receive(event)

        return Clock(desk.store, receive, now, lambda timer: int(timer) % 2 == number)

    clocks = [asyncio.create_task(clock(number).run()) for number in range(2)]
    await asyncio.sleep(7)
    assert sorted(asked[0]) == [f"timer:{n}" for n in range(0, 10, 2)]
    assert sorted(asked[1]) == [f"timer:{n}" for n in range(1, 10, 2)]
    clocks[1].cancel()
    desk.store.timers.append(TimerRow("11", "C11", "remind", START + timedelta(seconds=8), {}))
    await asyncio.sleep(1 + ANOTHERS_SECONDS - 0.5)
    assert "timer:11" not in desk.store.events
    await asyncio.sleep(1)
    assert desk.order("C11") == ["timer:11"]
    clocks[0].cancel()
    await asyncio.gather(*clocks, return_exceptions=True)


@in_virtual_time
async def test_a_database_that_does_not_tell_the_timers_is_asked_again(desk: Desk) -> None:
    desk.store.timers = [TimerRow("a", "A", "remind", START, {})]
    asked = 0

    async def due(at: datetime, most: int) -> Sequence[TimerRow]:
        nonlocal asked
        asked += 1
        if asked < 4:
            raise OSError("down")
        return [x for x in desk.store.timers if "timer:a" not in desk.store.events]

    desk.store.due_timers = due  # type: ignore[method-assign]
    clock = asyncio.create_task(Clock(desk.store, desk.corridor.receive, now).run())
    await asyncio.sleep(3)
    assert desk.order("A") == ["timer:a"]
    clock.cancel()
    await asyncio.gather(clock, return_exceptions=True)
