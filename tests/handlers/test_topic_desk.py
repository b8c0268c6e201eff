"""The staff group: one topic per contact, made once, made again when it is gone, and no customer's word lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from handlers.ports import ChannelDown, GroupMoved, Rejected, Throttled, TopicGone, Unreachable
from handlers.topics import ADOPTION_SECONDS
from scenarios.engine.records import Letter, TopicRow
from tests.handlers.desk import CHAT, Around, letter
from tests.virtual import START, in_virtual_time, now, seconds


def mirror(id: str, contact: str = "C", **payload: object) -> Letter:
    """A customer's words for the topic."""
    return letter(
        id, f"topic:{contact}", "mirror", contact, payload={"text": id, "unread": "", **payload}, line=f"L{id}"
    )


def known(around: Around, contact: str = "C", thread: int = 9, **more: object) -> TopicRow:
    """A contact that has a topic with a card."""
    kept = {"card": "10", "card_text": "card", "times_made": 1, **more}
    row = TopicRow(contact, CHAT, thread, f"Aziza · {contact}", **kept)  # type: ignore[arg-type]
    around.topics.rows[contact] = row
    around.staff.threads.add(thread)
    around.store.know(contact, name="Aziza")
    return row


def shown(around: Around) -> list[str]:
    """What stands in the topics, the cards left out."""
    cards = {row.card_text for row in around.topics.kept}
    return [call[2] for call in around.staff.did("post") if call[2] not in cards]


@in_virtual_time
async def test_the_first_words_make_the_topic_with_a_pinned_card_and_a_name_that_carries_the_code(
    around: Around,
) -> None:
    around.store.know("C", name="Aziza")
    async with around.outbox() as outbox:
        await around.sent(outbox, mirror("hello"), mirror("again"))
        await around.until(lambda: bool(around.staff.did("pin")))
    assert around.staff.did("create") == [(CHAT, "Aziza · C")]
    assert shown(around) == ["hello", "again"]
    row = around.topics.rows["C"]
    assert (row.thread in around.staff.threads, row.making, row.times_made) == (True, None, 1)
    assert around.staff.did("pin") == [(CHAT, row.card)]
    assert around.staff.did("document") == [], "a new topic needs no history"
    assert {(x.chat, x.kind) for x in around.letters.results} == {(str(CHAT), "heard")}


@in_virtual_time
async def test_a_topic_is_made_once_however_many_processes_have_letters_for_it(around: Around) -> None:
    async with around.outbox("1") as one, around.outbox("2") as two:
        for n in range(20):
            places = around.letters.add(mirror(f"w{n}"), letter(f"c{n}", "extra:C", "card"))
            await (one, two)[n % 2].wake(places)
            await (two, one)[n % 2].wake(places)
            await asyncio.sleep(0.05)
        await around.until(around.all_done)
    assert len(around.staff.did("create")) == 1
    assert "\n".join(shown(around)).split("\n") == [f"w{n}" for n in range(20)]


@in_virtual_time
async def test_a_topic_made_just_before_a_crash_is_adopted(around: Around) -> None:
    around.topics.rows["C"] = TopicRow("C", CHAT, None, "Aziza · C", making=START)
    async with around.outbox() as outbox:
        await outbox.wake(around.letters.add(mirror("hello")))
        await asyncio.sleep(1)
        # Its creation message comes in.
        around.staff.threads.add(77)
        around.topics.rows["C"] = replace(around.topics.rows["C"], thread=77, making=None, times_made=1)
        await around.until(around.all_done, 10)
    assert around.staff.did("create") == []
    assert [call[1] for call in around.staff.did("post")] == [77, 77]
    assert around.topics.rows["C"].card


@in_virtual_time
async def test_one_that_never_tells_of_itself_is_made_again_after_a_while(around: Around) -> None:
    around.topics.rows["C"] = TopicRow("C", CHAT, None, "Aziza · C", making=START)
    async with around.outbox() as outbox:
        took = await around.sent(outbox, mirror("hello"))
    assert ADOPTION_SECONDS <= took < ADOPTION_SECONDS + 2
    assert len(around.staff.did("create")) == 1


@in_virtual_time
async def test_a_creation_whose_answer_was_lost_is_adopted_and_not_made_twice(around: Around) -> None:
    around.staff.trouble["create"] = [ChannelDown("timeout")]
    async with around.outbox() as outbox:
        await outbox.wake(around.letters.add(mirror("hello")))
        await around.until(
            lambda: around.topics.rows.get("C") is not None and around.topics.rows["C"].making is not None
        )
        await asyncio.sleep(1)
        around.staff.threads.add(77)
        around.topics.rows["C"] = replace(around.topics.rows["C"], thread=77, making=None, times_made=1)
        await around.until(around.all_done, 20)
    assert around.staff.did("create") == []
    assert shown(around) == ["hello"]


@in_virtual_time
async def test_a_deleted_topic_is_made_again_with_card_and_history_and_the_letter_is_not_lost(around: Around) -> None:
    known(around)
    around.staff.threads.clear()
    async with around.outbox() as outbox:
        await around.sent(outbox, mirror("hello"), mirror("more"))
    kinds = [call[0] for call in around.staff.calls if call[0] != "pin"]
    assert kinds == ["create", "post", "document", "post", "post"]
    assert shown(around) == ["hello", "more"]
    assert around.transcripts.asked == [("C", "", "Lhello")], "the history ends before what is about to be shown"
    row = around.topics.rows["C"]
    assert (row.times_made, bool(row.card), bool(row.card_text)) == (2, True, True)


@in_virtual_time
async def test_a_topic_that_is_deleted_again_while_its_history_is_sent_is_made_once_more(around: Around) -> None:
    known(around)
    around.staff.threads.clear()
    around.staff.trouble["document"] = [TopicGone("gone")]
    async with around.outbox() as outbox:
        await around.sent(outbox, mirror("hello"))
    assert len(around.staff.did("create")) == 2
    assert shown(around) == ["hello"]


@in_virtual_time
async def test_an_interrupted_card_is_finished_by_the_next_letter(around: Around) -> None:
    around.staff.trouble["post"] = [ChannelDown("502")]
    async with around.outbox() as outbox:
        await around.sent(outbox, mirror("hello"))
    assert len(around.staff.did("create")) == 1
    assert shown(around) == ["hello"]
    assert around.topics.rows["C"].card


@pytest.mark.parametrize(
    "error",
    [
        Unreachable("403: bot was kicked from the supergroup chat"),
        Rejected("400: not enough rights to manage topics"),
    ],
)
def test_trouble_of_the_whole_group_is_told_and_the_customers_words_are_kept(around: Around, error: Exception) -> None:
    @in_virtual_time
    async def run() -> None:
        known(around)
        around.staff.trouble["all"] = error
        async with around.outbox() as outbox:
            await outbox.wake(around.letters.add(mirror("hello"), mirror("more")))
            await asyncio.sleep(3600)
            assert set(around.letters.status.values()) == {"queued"}
            del around.staff.trouble["all"]
            await around.until(around.all_done, 70)
        assert shown(around) == ["hello", "more"]
        assert set(around.troubles) == {error.args[0]}
        assert around.refused == []

    run()


@in_virtual_time
async def test_a_group_that_got_another_id_is_followed_and_told(around: Around) -> None:
    known(around)
    around.staff.trouble["post"] = [GroupMoved("moved", -2002)]
    async with around.outbox() as outbox:
        await around.sent(outbox, mirror("hello"))
        around.store.know("D", name="Bek")
        await around.sent(outbox, mirror("new", "D"))
    assert around.topics.moved == [(CHAT, -2002)]
    assert around.staff.did("post")[0][:3] == (-2002, 9, "hello")
    assert around.staff.did("create") == [(-2002, "Bek · D")]
    assert len(around.troubles) == 1
    assert "-2002" in around.troubles[0]


@in_virtual_time
async def test_a_group_that_says_slow_down_is_left_alone_as_long_as_it_said(around: Around) -> None:
    known(around)
    known(around, "D", 8)
    around.staff.trouble["post"] = [Throttled("429", 35)]
    async with around.outbox() as outbox:
        await around.sent(outbox, mirror("hello"))
        await around.sent(outbox, mirror("other", "D"))
    assert min(around.staff.at) >= 35
    assert shown(around) == ["hello", "other"]


@in_virtual_time
async def test_words_are_joined_only_when_calls_are_short_and_never_with_what_is_no_text(around: Around) -> None:
    known(around)
    desk = around.desk(burst=3, per_minute=6)
    async with around.outbox(desk=desk) as outbox:
        await around.sent(outbox, mirror("1"), mirror("2"), mirror("3"))
        assert shown(around) == ["1", "2", "3"]
        photo = {"kind": "photo", "channel": "telegram", "ref": "r"}
        crowd = [mirror("4"), mirror("5"), mirror("6"), mirror("photo", media=photo), mirror("7"), mirror("8")]
        await around.sent(outbox, *crowd)
    texts = shown(around)[3:]
    assert "\n".join(texts).split("\n") == ["4", "5", "6", "7", "8"]
    assert len(texts) < 5
    kinds = [call[0] for call in around.staff.calls[3:] if call[0] in ("post", "content")]
    assert kinds.count("content") == 1
    together = {x.message for x in around.letters.results if x.letter.id in ("5", "6")}
    assert len(together) == 1, "what went together has one message in the topic"


@in_virtual_time
async def test_joined_words_never_exceed_what_one_message_takes(around: Around) -> None:
    desk = around.desk()
    desk._budget.short = True
    first = mirror("a" * 2000)
    assert [x.id for x in desk.joined(first, [mirror("b" * 2000), mirror("c" * 2000)])] == ["b" * 2000]
    # Telegram counts UTF-16 units: an emoji is two.
    assert not desk.joined(first, [mirror("😀" * 1100)])
    assert not desk.joined(first, [letter("t", "topic:C", "tell"), mirror("b")])
    assert not desk.joined(mirror("x", unread="poll"), [mirror("b")])
    desk._budget.short = False
    assert not desk.joined(first, [mirror("b")])


@in_virtual_time
async def test_new_topics_go_before_words_and_words_before_the_rest(around: Around) -> None:
    for n in (0, 2):
        known(around, f"K{n}", 50 + n)
    around.store.know("N", name="New")
    async with around.outbox(desk=around.desk(burst=1, per_minute=20)) as outbox:
        await around.sent(outbox, mirror("first", "K0"))
        letters = [
            letter("tell", "topic:K0", "tell", "K0", payload={"text": "tell"}),
            mirror("words", "K2"),
            mirror("new", "N"),
        ]
        await around.sent(outbox, *letters)
    order = [call[3] if call[0] == "post" else call[0] for call in around.staff.calls[1:] if call[0] != "pin"]
    card = around.topics.rows["N"].card_text
    order = ["card" if one == card else one for one in order]
    assert order.index("create") == 0
    assert order.index("card") < order.index("words") < order.index("tell")


@in_virtual_time
async def test_statuses_are_shown_as_reactions_when_calls_are_left_and_a_newer_one_replaces_an_older(
    around: Around,
) -> None:
    desk = around.desk(burst=5, per_minute=6)
    await asyncio.gather(*(desk._budget.call(CHAT, 1) for _ in range(5)))  # type: ignore[arg-type]
    for message in ("1", "2", "1"):
        desk.leftovers.show_status(message, "delivered")
    desk.leftovers.show_status("1", "read")
    desk.leftovers.show_status("3", "sent")
    desk.leftovers.show_status("", "read")
    await around.until(lambda: not desk.leftovers._tasks)
    assert [call[1:] for call in around.staff.did("react")] == [("2", "👌"), ("1", "👀")]
    assert min(around.staff.at) > 40, "only above the reserve"


@in_virtual_time
async def test_a_reaction_that_is_refused_is_left_and_a_slow_group_is_obeyed(around: Around) -> None:
    desk = around.desk()
    around.staff.trouble["react"] = [Rejected("400: message to react not found"), Throttled("429", 20)]
    for message in ("1", "2", "3"):
        desk.leftovers.show_status(message, "read")
    await around.until(lambda: not desk.leftovers._tasks)
    assert "3" in [call[1] for call in around.staff.did("react")]
    assert min(around.staff.at) >= 20


@in_virtual_time
async def test_the_card_is_edited_when_it_says_something_else_and_only_then(around: Around) -> None:
    around.store.know("C", name="Aziza", holder="bot")
    async with around.outbox() as outbox:
        await around.sent(outbox, mirror("hello"))
        await around.sent(outbox, letter("c1", "extra:C", "card"))
        assert around.staff.did("edit") == []
        around.store.know("C", name="Aziza Karimova", holder="waiting", phone="998901234567")
        await around.sent(outbox, letter("c2", "extra:C", "card"), letter("c3", "extra:C", "card"))
    ((_, message, text),) = around.staff.did("edit")
    row = around.topics.rows["C"]
    assert (message, text) == (row.card, row.card_text)
    assert "Karimova" in text


@in_virtual_time
async def test_a_handoff_calls_those_on_duty_or_else_the_admins(around: Around) -> None:
    known(around)
    summary = letter(
        "s", "topic:C", "summary", payload={"summary": "wants a price", "desk": "sales", "until_event": "E"}
    )
    async with around.outbox() as outbox:
        await around.sent(outbox, summary)
        around.topics.on_duty = [("5", "Olim", "olim")]
        await around.sent(outbox, replace(summary, id="s2"))
        around.topics.on_duty = []
        around.staff.trouble["admins"] = [ChannelDown("502")]
        await around.sent(outbox, replace(summary, id="s3"))
    assert [call[3] for call in around.staff.did("post")] == [[("1", "Boss", "boss")], [("5", "Olim", "olim")], []]
    assert "wants a price" in around.staff.did("post")[0][2]


@in_virtual_time
async def test_what_telegram_does_not_take_is_told_in_words(around: Around) -> None:
    known(around)
    around.staff.trouble["content"] = [Rejected("400: wrong file identifier")]
    photo = {"kind": "photo", "channel": "telegram", "ref": "r"}
    async with around.outbox() as outbox:
        await around.sent(outbox, mirror("look", media=photo))
    (text,) = shown(around)
    assert "wrong file identifier" in text
    assert text.endswith("look")


@in_virtual_time
async def test_topics_are_opened_and_closed_only_when_they_are_not(around: Around) -> None:
    known(around, closed=True)
    async with around.outbox() as outbox:
        for n, op in enumerate(("open", "open", "close", "open")):
            await around.sent(outbox, letter(f"o{n}", "topic:C", op, payload={}))
    kinds = [call[0] for call in around.staff.calls]
    assert kinds == ["reopen", "close", "reopen"]
    assert around.topics.rows["C"].closed is False


@in_virtual_time
async def test_a_name_longer_than_telegram_takes_is_cut_and_keeps_the_code(around: Around) -> None:
    around.store.know("CODE2345", name="Я" * 300)
    async with around.outbox() as outbox:
        await around.sent(outbox, mirror("hi", "CODE2345"))
    ((_, name),) = around.staff.did("create")
    assert len(name) <= 128
    assert name.endswith("· CODE2345")


@in_virtual_time
async def test_a_letter_to_a_topic_that_nobody_understands_is_refused_and_the_next_goes(around: Around) -> None:
    known(around)
    async with around.outbox() as outbox:
        await around.sent(outbox, letter("odd", "topic:C", "sing"), mirror("hello"))
    assert [(x.letter.id, x.reason) for x in around.refused] == [("odd", "rejected")]
    assert shown(around) == ["hello"]
    assert now() > START
    assert seconds() < 5


@in_virtual_time
async def test_a_name_of_signs_that_count_double_never_takes_the_code_away(around: Around) -> None:
    around.store.know("MYCODE42", name="😀" * 58 + " · THEIRS77" + "X" * 90)
    async with around.outbox() as outbox:
        await around.sent(outbox, mirror("hello", "MYCODE42"))
    ((_, name),) = around.staff.did("create")
    assert name.endswith(" · MYCODE42")
    assert len(name.encode("utf-16-le")) // 2 in (127, 128)


@in_virtual_time
async def test_what_nobody_can_read_is_named_in_the_peoples_language(around: Around) -> None:
    known(around)
    async with around.outbox() as outbox:
        await around.sent(outbox, mirror("a", text="", unread="poll"), mirror("b", unread="order"))
    assert shown(around) == [
        "❔ Tizim oʻqiy olmaydigan xabar turi: poll",
        "❔ Tizim oʻqiy olmaydigan xabar turi: order\nb",
    ]


@in_virtual_time
async def test_a_command_of_the_general_topic_is_answered_there(around: Around) -> None:
    answer = letter("help", f"telegram:1:{CHAT}", "general", "", payload={"text": "Commands work inside topics."})
    async with around.outbox() as outbox:
        await around.sent(outbox, answer)
    assert around.staff.did("post") == [(CHAT, 0, "Commands work inside topics.", [])]
    assert around.refused == []
