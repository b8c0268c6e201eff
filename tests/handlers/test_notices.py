"""Notices: a line to a desk's people where they look, within the group's budget, and the truth when it cannot be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handlers.ports import ChannelDown, Rejected, Unreachable
from handlers.turns import write
from scenarios.engine.context import Context
from scenarios.engine.effects import Notify
from scenarios.engine.events import TimerFired
from scenarios.engine.phrases import verbatim
from scenarios.engine.records import Held, Letter, TopicRow
from tests.handlers.desk import CHAT, TEXTS, Around, letter
from tests.virtual import START, in_virtual_time

PAYLOAD = {"desk": "operations", "text": "A visit is booked.", "name": "Aziza\u202e\nKarimova", "contact": "C"}
MALIKA = ("8", "Malika", "malika")
BOSS = ("1", "Boss", "boss")


def notice(id: str = "n", **payload: str) -> Letter:
    """A notice about a customer."""
    return letter(id, "notify:C", "notify", payload={**PAYLOAD, **payload})


def known(around: Around, thread: int = 9) -> None:
    """The customer has a topic."""
    around.topics.rows["C"] = TopicRow("C", CHAT, thread, "Aziza · C", card="10", card_text="card", times_made=1)
    around.staff.threads.add(thread)


def posted(around: Around) -> list[tuple[Any, ...]]:
    """(thread, text, mentions) of what was posted."""
    return [call[1:] for call in around.staff.did("post")]


@in_virtual_time
async def test_a_notice_stands_in_the_customers_topic_and_calls_who_is_on_duty(around: Around) -> None:
    known(around)
    around.topics.on_duty = [MALIKA]
    async with around.outbox() as outbox:
        await around.sent(outbox, notice())
    ((thread, text, mentions),) = posted(around)
    assert (thread, mentions) == (9, [MALIKA])
    assert text == "🔔 Ustalar va tozalash: A visit is booked.\nAziza Karimova · C"
    assert around.letters.results[-1].kind == "other"


@in_virtual_time
async def test_without_a_topic_it_stands_in_the_general_one_and_makes_none(around: Around) -> None:
    async with around.outbox() as outbox:
        await around.sent(outbox, notice())
    assert [call[:1] for call in posted(around)] == [(0,)]
    assert around.staff.did("create") == []
    assert around.letters.results[-1].kind == "", "what stands in the General topic belongs to no customer"


@in_virtual_time
async def test_a_topic_that_was_deleted_is_not_made_again_for_it(around: Around) -> None:
    known(around)
    around.staff.threads.clear()
    async with around.outbox() as outbox:
        await around.sent(outbox, notice())
    assert [call[0] for call in posted(around)] == [0]
    assert around.staff.did("create") == []


@in_virtual_time
async def test_one_for_the_leads_calls_those_managers_who_are_in_the_group(around: Around) -> None:
    around.topics.on_duty = [MALIKA]
    async with around.outbox() as outbox:
        await around.sent(outbox, notice(desk="leads"))
    ((_, text, mentions),) = posted(around)
    assert mentions == [BOSS]
    assert text.startswith("🔔 Rahbarlarga: A visit is booked.")


@in_virtual_time
async def test_it_waits_for_the_groups_budget_and_for_a_group_that_is_away(around: Around) -> None:
    around.staff.trouble["post"] = [ChannelDown("down")]
    async with around.outbox(desk=around.desk(burst=1)) as outbox:
        took = await around.sent(outbox, notice("a"), notice("b"), notice("c"))
    assert len(posted(around)) == 3
    assert took > 5.0, "one call every three seconds"


@in_virtual_time
async def test_one_that_is_refused_for_good_is_told(around: Around) -> None:
    around.staff.trouble["post"] = [Rejected("400: message is too long")]
    async with around.outbox() as outbox:
        await around.sent(outbox, notice())
    assert [result.letter.op for result in around.refused] == ["notify"]


@in_virtual_time
async def test_a_manager_who_cannot_be_written_to_is_told_of_and_holds_up_nobody(around: Around) -> None:
    around.staff.trouble["post"] = [Unreachable("403: bot can't initiate conversation with a user")]
    to = [letter(f"l{who}", f"telegram:1:{who}", "lead", contact="", payload=PAYLOAD) for who in (70, 71)]
    async with around.outbox() as outbox:
        await around.sent(outbox, to[0])
        await around.sent(outbox, to[1])
    assert [result.letter.id for result in around.refused] == ["l70"]
    assert [call[0] for call in around.staff.did("post")] == [71]


def turn_of(desk: str, staff_chat: int = CHAT) -> list[Letter]:
    """The letters of a notice."""
    context = Context("C", name="Aziza", channel="telegram", address="telegram:1:7")
    event = TimerFired("timer:1", START + timedelta(hours=1), "C", "q0", {})
    effects = [Notify(desk, verbatim("Look."))]
    leads = ("telegram:1:70", "telegram:1:71")
    return list(write(event, Held(context, 0), context, effects, TEXTS, "en", staff_chat, "Desk", leads).letters)


def test_a_notice_for_the_leads_goes_to_each_of_them_too() -> None:
    letters = turn_of("leads")
    assert [(x.op, x.destination, x.contact) for x in letters] == [
        ("notify", "notify:C", "C"),
        ("lead", "telegram:1:70", ""),
        ("lead", "telegram:1:71", ""),
    ]
    assert len({x.id for x in letters}) == 3
    assert [x.op for x in turn_of("sales")] == ["notify"]


def test_without_a_staff_group_the_leads_are_told_all_the_same() -> None:
    assert [x.op for x in turn_of("leads", staff_chat=0)] == ["lead", "lead"]
    assert turn_of("sales", staff_chat=0) == []
