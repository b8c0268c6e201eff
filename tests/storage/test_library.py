"""The library gives every turn its book: what runs now, a share, or the version a talk has to finish on."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.engine.context import Context
from scenarios.engine.phrases import Phrase
from scenarios.engine.rollouts import Change
from storage.database import Database
from tests.storage.shelves import LATER, TALK, Process, change, folder, po

REWORDED = TALK.replace("What would you like?", "And what shall it be?")
SHORTER = TALK.replace(", green: Green", "")


def asks(book: object) -> str:
    """The first question of a book."""
    return str(book.scenarios["new"].steps["first"].wait.text.id)  # type: ignore[attr-defined]


@pytest.fixture
async def desk(db: Database, tmp_path: Path) -> Process:
    process = Process(db, folder(tmp_path / "book"))
    await process.starts()
    return process


async def test_a_context_is_on_its_book_before_the_step(desk: Process) -> None:
    book, context = await desk.library.book_for(Context("A"), desk.says())
    assert book is desk.library.newest
    assert context.book == book.version
    assert (await desk.library.book_for(context, desk.says()))[1] is context, "nothing is copied when nothing changes"


async def test_what_runs_now_costs_no_question_to_the_database(desk: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    context = await desk.opened("A")
    for name in ("newest", "changes", "book", "files", "texts"):
        monkeypatch.setattr(desk.versions, name, None)
    book, same = await desk.library.book_for(context, desk.says())
    assert (book, same) == (desk.library.newest, context)
    assert (await desk.library.book_for(Context("B"), desk.says()))[0] is book


async def test_a_talk_moves_to_a_reworded_question(desk: Process) -> None:
    context = await desk.opened("A")
    change(desk.path, "new", "What would you like?", "And what shall it be?")
    await desk.looks()
    book, moved = await desk.library.book_for(context, desk.says())
    assert (book, asks(book)) == (desk.library.newest, "And what shall it be?")
    assert (moved.book, moved.step) == (book.version, "first")


async def test_a_talk_finishes_on_its_version_when_its_answer_is_gone_in_every_process(
    desk: Process, other: Database
) -> None:
    context = await desk.opened("A")
    change(desk.path, "new", ", green: Green", "")
    await desk.looks()
    late = Process(other, desk.path)
    await late.starts()
    for process in (desk, late):
        book, same = await process.library.book_for(context, process.says())
        assert (book.version, same) == (context.book, context)
        assert "green" in str(book.scenarios["new"].steps["first"].wait)
        answered = same.copy()
        answered.step = "second"
        book, moved = await process.library.book_for(answered, process.says())
        assert book is process.library.newest, "at its next question it moves on"
        assert moved.book == book.version


async def test_a_process_that_is_behind_never_takes_a_talk_back(desk: Process, other: Database) -> None:
    behind = Process(other, desk.path)
    await behind.starts()
    change(desk.path, "new", "What would you like?", "And what shall it be?")
    await desk.looks()
    context = await desk.opened("A")
    book, same = await behind.library.book_for(context, behind.says())
    assert (asks(book), same) == ("And what shall it be?", context)
    assert behind.library.newest.version == context.book


async def test_a_share_of_new_conversations_gets_the_candidate_and_keeps_it(desk: Process, other: Database) -> None:
    await desk.rolls_out("new", REWORDED, 30)
    people = [f"C{number}" for number in range(200)]
    contexts = {who: await desk.opened(who) for who in people}
    got = {who for who, context in contexts.items() if context.book != desk.library.newest.version}
    assert 30 < len(got) < 90
    second = Process(other, desk.path)
    await second.starts()
    for who, context in contexts.items():
        assert (await second.opened(who)).book == context.book, "every process decides the same"
    await desk.rolls_out("new", REWORDED, 100)
    for who in people:
        book, _ = await desk.library.book_for(contexts[who], desk.says())
        assert book is desk.library.newest, "and all of it is all of them"


async def test_an_open_conversation_stays_in_its_share_while_the_share_grows(desk: Process) -> None:
    await desk.rolls_out("new", REWORDED, 1)
    contexts = [await desk.opened(f"C{number}") for number in range(60)]
    outside = [one for one in contexts if one.book == desk.library.newest.version]
    await desk.rolls_out("new", REWORDED, 99)
    for context in outside:
        book, _ = await desk.library.book_for(context, desk.says())
        assert asks(book) == "What would you like?"


async def test_two_shares_at_once_are_put_together(desk: Process) -> None:
    await desk.rolls_out("new", REWORDED, 50)
    prices = (desk.path / "prices.yaml").read_text(encoding="utf-8").replace("little", "very little")
    await desk.rolls_out("prices", prices, 50)
    books = {(await desk.opened(f"C{number}")).book for number in range(60)}
    assert len(books) == 4


async def test_the_folder_does_not_undo_a_roll_out_and_a_start_does_not_either(desk: Process, other: Database) -> None:
    await desk.rolls_out("new", REWORDED, 100)
    change(desk.path, "prices", "little", "very little")
    await desk.looks()
    assert asks(desk.library.newest) == "And what shall it be?"
    again = Process(other, desk.path)
    await again.starts()
    assert asks(again.library.newest) == "And what shall it be?"
    change(desk.path, "new", "What would you like?", "Well?")
    await desk.looks()
    assert asks(desk.library.newest) == "Well?", "who changes the file itself means it"


async def test_what_was_taken_back_runs_as_before(desk: Process) -> None:
    before = desk.library.newest.version
    change(desk.path, "new", "What would you like?", "And what shall it be?")
    await desk.looks()
    newest = desk.library.changes[-1]
    assert await desk.versions.publish(
        desk.library.seen, [], {}, [Change(0, desk.now, "7", "back", "new", undoes=newest.id)], desk.now
    )
    await desk.library.refresh()
    assert desk.library.newest.version == before
    await desk.looks(3)
    assert desk.library.newest.version == before, "the folder says nothing new"


async def test_a_trial_stays_on_its_book_whatever_runs(desk: Process) -> None:
    sent = await desk.publisher.check({"new.yaml": REWORDED})
    rows = [Change(0, desk.now, "7", "sent", "new", sent.made_of["new"])]
    await desk.versions.publish(desk.library.seen, sent.stored, {}, rows, desk.now)
    draft = await desk.library.compose(sent.made_of)
    trial = Context("M", trial=True, book=draft.version)
    change(desk.path, "new", "What would you like?", "Well?")
    await desk.looks()
    for context in (trial, Context("M", trial=True, book=draft.version, holder="bot", scenario="new", step="first")):
        book, same = await desk.library.book_for(context, desk.says())
        assert (asks(book), same) == ("And what shall it be?", context)
    assert asks(desk.library.newest) == "Well?", "nobody else has it"


async def test_a_talk_on_scenarios_that_are_not_kept_goes_on_where_it_can(desk: Process) -> None:
    there = Context("A", holder="bot", scenario="new", step="first", book="gone")
    book, moved = await desk.library.book_for(there, desk.says())
    assert (book, moved.step) == (desk.library.newest, "first")
    gone = Context("A", holder="bot", scenario="new", step="gone", book="")
    assert (await desk.library.book_for(gone, desk.says()))[1].step == ""


async def test_a_follow_up_whose_step_is_gone_is_finished_by_the_version_that_promised_it(desk: Process) -> None:
    change(desk.path, "new", "  to_people:\n", LATER)
    change(desk.path, "new", "person: to_people", "person: people")
    await desk.looks()
    promised = desk.library.newest
    data = {
        "conversation": "1",
        "scenario": "new",
        "step": "to_people",
        "set": desk.now.isoformat(),
        "book": promised.version,
    }
    context = Context("A", conversation=1, book=promised.version)
    change(desk.path, "new", "I will ask again tomorrow.", "Until tomorrow.")
    await desk.looks()
    book, _ = await desk.library.book_for(context, desk.fired("A", "l:new.to_people", data))
    assert book is desk.library.newest, "it is there under its name"
    (desk.path / "new.yaml").write_text(TALK, encoding="utf-8")
    await desk.looks()
    book, moved = await desk.library.book_for(context, desk.fired("A", "l:new.to_people", data))
    assert (book.version, moved.book) == (promised.version, promised.version)
    assert (await desk.library.book_for(context, desk.says()))[0] is desk.library.newest


async def test_texts_of_every_version_are_said_in_the_right_language(desk: Process, other: Database) -> None:
    translations = desk.path / "translations"
    translations.mkdir()
    said = [
        ("Tell me more.", "Ещё"),
        ("You are next.", "Скоро"),
        ("It costs little.", "Мало"),
        ("price | cost", "цена"),
    ]
    first = po(("What would you like?", "Что?"), *said, labels={"Red": "Красный", "Green": "Зелёный"})
    (translations / "ru.po").write_text(first, encoding="utf-8")
    await desk.looks()
    assert desk.texts.render(Phrase("What would you like?"), "ru") == "Что?"
    second = po(("Well?", "Ну?"), *said, labels={"Red": "Алый"})
    (translations / "ru.po").write_text(second, encoding="utf-8")
    (desk.path / "new.yaml").write_text(SHORTER.replace("What would you like?", "Well?"), encoding="utf-8")
    await desk.looks()
    late = Process(other, desk.path)
    await late.starts()
    for process in (desk, late):
        assert asks(process.library.newest) == "Well?"
        old = [Phrase("What would you like?"), Phrase("Green", "new.first")]
        assert [process.texts.render(phrase, "ru") for phrase in old] == ["Что?", "Зелёный"], "of the version before"
        new = [Phrase("Well?"), Phrase("Red", "new.first")]
        assert [process.texts.render(phrase, "ru") for phrase in new] == ["Ну?", "Алый"], "as it was translated last"
