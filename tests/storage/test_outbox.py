"""The outbox's rows: one sender at a time per destination, and a result only under the claim that sent it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from scenarios.engine.events import Target
from scenarios.engine.records import Letter, Outcome, Receipt, Result, Version
from storage.contacts import Contacts
from storage.database import Database
from storage.outbox import Outbox
from storage.posting import Claimer
from storage.receipts import Receipts
from storage.recording import Recording
from storage.transcripts import Transcripts
from tests.storage.rows import NOW, contact, later, letter, line, post, recorded, turn

A, B = "telegram:1:7", "telegram:1:8"


def result(one: Letter, status: str = "sent", seconds: float = 0, **more: object) -> Result:
    """What became of a letter."""
    return Result(one, status, later(seconds), **more)  # type: ignore[arg-type]


async def test_a_destination_is_one_owners_until_it_is_released_or_expires(db: Database) -> None:
    rows = Outbox(db)
    assert sorted(await rows.claim([A, B, A], "me", NOW, later(30))) == [A, B]
    assert await rows.claim([A, B], "you", NOW, later(30)) == []
    assert await rows.claim([A], "me", NOW, later(40)) == [A], "one's own claim is renewed by claiming"
    await rows.release([A], "you")
    assert await rows.claim([A], "you", NOW, later(30)) == [], "only the holder can release"
    await rows.release([A], "me")
    assert await rows.claim([A, B], "you", NOW, later(30)) == [A]
    assert await rows.claim([A, B], "she", later(31), later(60)) == [A, B], "what was not renewed is free"


async def test_a_renewed_claim_lasts_longer(db: Database) -> None:
    rows = Outbox(db)
    await rows.claim([A], "me", NOW, later(30))
    await rows.claim([B], "you", NOW, later(30))
    await rows.renew("me", later(60))
    assert await rows.claim([A, B], "she", later(40), later(90)) == [B]


async def test_of_two_owners_that_ask_at_once_exactly_one_wins_each_destination(db: Database, other: Database) -> None:
    places = [f"telegram:1:{n}" for n in range(40)]
    doors = {"me": Outbox(db), "you": Outbox(other)}
    won = await asyncio.gather(
        *(
            doors[who].claim(places if n % 2 else places[::-1], who, NOW, later(30))
            for n, who in enumerate([*doors] * 3)
        )
    )
    mine, yours = {key for found in won[::2] for key in found}, {key for found in won[1::2] for key in found}
    assert mine | yours == set(places)
    assert not mine & yours


async def test_a_letter_comes_with_its_claim_where_nobody_sends_and_nothing_older_waits(db: Database) -> None:
    recording = Recording(db, Claimer(lambda: "me", lambda: NOW, timedelta(seconds=30)))
    rows = Outbox(db)
    await rows.claim([B], "you", NOW, later(30))
    await post(db, letter("old", destination="topic:C"))
    places = (A, A, B, "topic:C")
    new = [letter(f"{n}", destination=place, payload={"text": "a\x00\ud800"}) for n, place in enumerate(places)]
    (done,) = await recording.record([turn("E", letters=tuple(new))])
    assert [x.id for x in done.letters] == ["0", "1"]
    assert list(done.letters) == await rows.unsent({A: 0}, 9), "as it is stored"
    assert await rows.claim([A], "you", later(29), later(60)) == []
    assert await rows.standing(["0", "1"], "me") == {}
    (more,) = await recording.record([turn("F", letters=(letter("4", destination=A),))])
    assert more.letters == (), "behind what waits already it is found in its order"
    (again,) = await recording.record([turn("F", letters=(letter("4", destination=A),))])
    assert (again.outcome, again.letters) == (Outcome.DUPLICATE, ())


async def test_a_letter_that_was_changed_before_it_is_sent_does_not_stand_as_recorded(db: Database) -> None:
    who = await contact(db)
    rows = Outbox(db)
    await post(db, letter("P", who, line="L"), letter("Q", who, line="M"), lines=[line("L", who), line("M", who)])
    await rows.claim([A], "me", NOW, later(30))
    assert await rows.standing(["P", "Q"], "me") == {}
    await recorded(db, turn("E", await Contacts(db).load(who), rewrites=(Version("L", "new words", NOW),)))
    found = await rows.standing(["P", "Q"], "me")
    assert {one: x.payload["text"] for one, x in found.items()} == {"P": "new words"}


async def test_a_change_is_not_forgotten_when_a_try_has_to_be_made_again(db: Database) -> None:
    who = await contact(db)
    rows = Outbox(db)
    one = letter("P", who, line="L")
    await post(db, one, lines=[line("L", who)])
    await rows.claim([A], "me", NOW, later(30))
    await recorded(db, turn("E", await Contacts(db).load(who), rewrites=(Version("L", "new words", NOW),)))
    await rows.mark([result(one, "queued", due=later(2), reason="throttled")], "me")
    assert (await rows.standing(["P"], "me"))["P"].payload["text"] == "new words"


async def test_a_message_taken_back_while_it_was_under_way_is_known_to_be_there(db: Database) -> None:
    who = await contact(db)
    rows = Outbox(db)
    one = letter("P", who, line="L")
    await post(db, one, lines=[line("L", who)])
    await rows.claim([A], "me", NOW, later(30))
    await recorded(db, turn("E", await Contacts(db).load(who), withdrawn=("L",)))
    await rows.mark([result(one, chat="7", message="55")], "me")
    assert await rows.sent_as("L") == ("sent", A, "7", "55", "", False)


async def test_only_what_is_done_with_and_not_claimed_anew_is_given_back(db: Database) -> None:
    rows = Outbox(db)
    await rows.claim(["old", "waits", "yours"], "me", NOW, later(30))
    await rows.claim(["anew"], "me", NOW, later(31))
    await rows.release(["yours"], "me")
    await rows.claim(["yours"], "you", NOW, later(30))
    await post(db, letter("a", destination="waits"))
    assert await rows.retire(["old", "waits", "anew", "yours", "unknown"], "me", later(30)) == ["old"]
    assert await rows.claim(["old", "waits", "anew", "yours"], "she", NOW, later(30)) == ["old"]


async def test_nothing_asked_for_nothing_claimed(db: Database) -> None:
    rows = Outbox(db)
    assert await rows.claim([], "me", NOW, later(30)) == []
    await rows.release([], "me")
    assert await rows.unsent({}, 9) == []
    assert await rows.standing([], "me") == {}
    assert await rows.mark([], "me") == []


async def test_unsent_letters_come_in_order_beyond_what_was_read_and_not_more_than_asked_for(db: Database) -> None:
    rows = Outbox(db)
    await post(db, *(letter(f"{n}", destination=(A, B, "telegram:1:9")[n % 3]) for n in range(30)))
    found = await rows.unsent({A: 0, B: 0}, 100)
    assert [x.id for x in found] == [str(n) for n in range(30) if n % 3 != 2]
    assert [x.id for x in await rows.unsent({A: 0, B: 0}, 3)] == ["0", "1", "3"]
    after = next(x.seq for x in found if x.id == "6")
    assert [x.id for x in await rows.unsent({A: after, B: found[-1].seq}, 100)] == [str(n) for n in range(9, 30, 3)]
    first = found[0]
    assert replace(first, seq=0) == letter("0", destination=A, due=NOW)


async def test_the_sweep_finds_what_is_due_and_held_by_nobody(db: Database) -> None:
    rows = Outbox(db)
    await post(
        db,
        letter("a", destination=A),
        letter("a2", destination=A),
        letter("b", destination=B, due=later(10)),
        letter("c", destination="topic:C"),
    )
    await rows.claim(["topic:C"], "me", NOW, later(30))
    assert await rows.waiting(NOW, 9) == [A]
    assert sorted(await rows.waiting(later(10), 9)) == [A, B]
    assert sorted(await rows.waiting(later(31), 9)) == [A, B, "topic:C"]
    assert len(await rows.waiting(later(31), 2)) == 2


async def test_what_was_sent_is_sent_and_any_other_result_counts_only_under_the_senders_claim(db: Database) -> None:
    rows = Outbox(db)
    await post(db, letter("P", line="L"), lines=[line("L")])
    (one,) = await rows.unsent({A: 0}, 9)
    sent = result(one, chat="7", message="100", text="P")
    failed = result(one, "failed", reason="blocked")
    await rows.mark([failed], "me")
    assert (await rows.standing(["P"], "nobody"))["P"].status == "queued", "never claimed"
    await rows.claim([A], "me", NOW, later(30))
    await rows.claim([A], "you", later(31), later(60))
    await rows.mark([failed, result(one, "queued", due=later(99))], "me")
    assert (await rows.standing(["P"], "nobody"))["P"].status == "queued", "the claim went to another"
    assert [x.status async for x in Transcripts(db).lines("C")] == [""]
    await rows.mark([sent], "me")
    assert await rows.sent_as("L") == ("sent", A, "7", "100", "P", False)
    assert [(x.status, x.chat, x.message) async for x in Transcripts(db).lines("C")] == [("sent", "7", "100")]
    await rows.mark([result(one, "failed", reason="blocked")], "you")
    assert (await rows.standing(["P"], "nobody"))["P"].status == "sent", "what is sent stays sent"


async def test_a_later_try_counts_and_waits_for_its_time(db: Database) -> None:
    rows = Outbox(db)
    await post(db, letter("P"))
    await rows.claim([A], "me", NOW, later(30))
    for n in range(3):
        (one,) = await rows.unsent({A: 0}, 9)
        assert one.attempts == n
        await rows.mark([result(one, "queued", due=later(n + 5), reason="gave_up", code="502" * 500)], "me")
    (one,) = await rows.unsent({A: 0}, 9)
    assert (one.due, one.attempts) == (later(7), 3)
    await rows.release([A], "me")
    assert await rows.waiting(later(6.9), 9) == []
    assert await rows.waiting(later(7), 9) == [A]


async def test_one_success_makes_what_the_same_account_tries_again_due_now(db: Database) -> None:
    rows = Outbox(db)
    places = (A, B, "telegram:12:7", "whatsapp:1:7")
    await post(db, *(letter(key, destination=key) for key in places), letter("new", destination=A, due=later(60)))
    await rows.claim(places, "me", NOW, later(30))
    letters = [x for x in await rows.unsent(dict.fromkeys(places, 0), 9) if x.id != "new"]
    await rows.mark([result(one, "queued", due=later(60), reason="gave_up") for one in letters], "me")
    assert sorted(await rows.wake_account("telegram:1:", later(1))) == [A, B]
    due = {x.id: x.due for x in await rows.unsent(dict.fromkeys(places, 0), 9)}
    assert due == {A: later(1), B: later(1), "telegram:12:7": later(60), "whatsapp:1:7": later(60), "new": later(60)}
    assert await rows.wake_account("telegram:1:", later(1)) == []


async def test_a_letters_standing_tells_who_holds_the_conversation_now(db: Database) -> None:
    who = await contact(db)
    await post(db, letter("P", who), letter("nobodys", ""))
    rows = Outbox(db)
    standing = (await rows.standing(["P"], "nobody"))["P"]
    assert (standing.status, standing.holder, standing.epoch) == ("queued", "closed", 0)
    await recorded(db, turn("E", await Contacts(db).load(who), change={"holder": "staffed", "epoch": 3}))
    found = await rows.standing(["P", "nobodys", "unknown"], "nobody")
    assert (found["P"].holder, found["P"].epoch) == ("staffed", 3)
    assert (found["nobodys"].holder, found["nobodys"].epoch) == ("", 0)
    assert found["unknown"].status == "gone"


async def test_a_receipt_that_came_before_its_message_is_matched_when_the_message_is_known(db: Database) -> None:
    rows, receipts = Outbox(db), Receipts(db)
    place = "whatsapp:1:p:7"
    await post(db, letter("P", destination=place, line="L", payload={"text": "P", "source": "44"}), lines=[line("L")])
    for status in ("read", "delivered"):
        assert await receipts.raise_status("whatsapp", "wamid.1", status, NOW, "", "") is None
    await rows.claim([place], "me", NOW, later(30))
    (one,) = await rows.unsent({place: 0}, 9)
    early = await rows.mark([result(one, chat="7", message="wamid.1", text="P")], "me")
    assert [(x.line, x.status, x.source) for x in early] == [("L", "delivered", "44"), ("L", "read", "44")]
    assert [x.status async for x in Transcripts(db).lines("C")] == ["read"]
    assert await receipts.raise_status("whatsapp", "wamid.1", "delivered", NOW, "", "") is None


async def test_what_was_written_into_a_staff_group_is_marked_with_its_kind(db: Database) -> None:
    rows = Outbox(db)
    place = "topic:C"
    await post(db, letter("P", destination=place, op="mirror", line="L"), letter("Q", destination=place, op="tell"))
    await rows.claim([place], "me", NOW, later(30))
    one, two = await rows.unsent({place: 0}, 9)
    await rows.mark(
        [result(one, chat="-1001", message="5", kind="heard"), result(two, chat="-1001", message="6", kind="other")],
        "me",
    )
    door = Contacts(db)
    assert await door.target("-1001", "5") == Target("L", "heard")
    assert await door.target("-1001", "6") == Target("", "other")


async def test_a_line_that_was_changed_at_the_customers_is_known_with_its_new_text(db: Database) -> None:
    rows = Outbox(db)
    media = {"kind": "photo", "channel": "telegram", "ref": "r"}
    await post(db, letter("P", line="L", payload={"text": "old", "media": media}), lines=[line("L")])
    await post(db, letter("D", line="", op="edit", payload={"line": "L", "text": "new"}))
    await rows.claim([A], "me", NOW, later(30))
    say, edit = await rows.unsent({A: 0}, 9)
    assert await rows.sent_as("L") == ("queued", A, "", "", "", True)
    await rows.mark([result(say, chat="7", message="100", text="old")], "me")
    await rows.mark([result(edit, text="new")], "me")
    assert await rows.sent_as("L") == ("sent", A, "7", "100", "new", True)
    assert await rows.sent_as("unknown") is None


async def test_a_refusal_shows_on_its_line(db: Database) -> None:
    rows = Outbox(db)
    await post(db, letter("P", line="L"), lines=[line("L")])
    await rows.claim([A], "me", NOW, later(30))
    (one,) = await rows.unsent({A: 0}, 9)
    assert await rows.mark([result(one, "failed", reason="blocked", code="403")], "me") == []
    assert [(x.status, x.reason) async for x in Transcripts(db).lines("C")] == [("failed", "blocked")]
    assert await rows.unsent({A: 0}, 9) == []


async def test_the_dead_owners_claims_are_freed_and_the_livings_stay(db: Database) -> None:
    rows = Outbox(db)
    for who, key in (("1", A), ("2", B)):
        await rows.claim([key], who, NOW, later(30))
    assert await rows.bury(["1", "3"]) == 1
    assert await rows.claim([A, B], "3", NOW, later(30)) == [A]


async def test_the_depth_tells_how_many_wait_and_since_when(db: Database) -> None:
    rows = Outbox(db)
    assert await rows.depth() == (0, None)
    await post(db, letter("a", at=later(5)), letter("b", at=later(2)))
    assert await rows.depth() == (2, later(2))


async def test_a_receipt_says_whom_and_what_it_is_about(db: Database) -> None:
    rows = Outbox(db)
    place = "whatsapp:1:p:7"
    await post(
        db, letter("P", destination=place, line="L", speaker="agent", payload={"source": "44"}), lines=[line("L")]
    )
    await rows.claim([place], "me", NOW, later(30))
    (one,) = await rows.unsent({place: 0}, 9)
    await rows.mark([result(one, message="wamid.1")], "me")
    assert await Receipts(db).raise_status("whatsapp", "wamid.1", "failed", NOW, "window", "131047") == Receipt(
        "C", "L", "agent", "whatsapp", "failed", "44", "window", "131047"
    )


async def test_the_history_shows_what_the_customer_read_when_a_template_went_instead(db: Database) -> None:
    who = await contact(db)
    held = await Contacts(db).load(who)
    payload = {"text": "Did you decide?", "template": {"text": "Hello, Aziza! Have you decided?"}, "heard_at": ""}
    said = letter("l", who, payload=payload, line="L")
    spoken = line("L", who, "Did you decide?", author="bot")
    await recorded(db, turn("e", held, letters=(said,), lines=(spoken,)))
    rows = Outbox(db)
    await rows.claim([said.destination], "me", NOW, later(30))
    await rows.mark([Result(said, "sent", NOW, "7", "100", "Hello, Aziza! Have you decided?")], "me")
    (shown,) = [one async for one in Transcripts(db).lines(who)]
    assert shown.content.text == "Hello, Aziza! Have you decided?"
    assert (shown.status, shown.message) == ("sent", "100")
