"""Files that managers send: wrong ones of every kind, right ones, those that only lack translations."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from handlers.managers.answers import File, Picture
from handlers.managers.sent import LONGEST_FILE, may_be_sent
from handlers.texts import Catalog, read_catalog
from tests.handlers.managers_scene import HELLO, NEW, Managers, buttons, text_of

RLO = "\u202e"
LANGUAGES = ("uz", "uz_Cyrl", "kk", "ru", "en")


@pytest.fixture
async def scene(tmp_path: Path) -> Managers:
    return await Managers(tmp_path).opens()


async def test_a_wrong_file_is_told_with_its_places_and_nothing_is_kept(scene: Managers) -> None:
    before = len(scene.shelf.journal)
    answers = await scene.sends(("new.yaml", NEW.replace("start: hello", "start: helo", 1)))
    text = text_of(answers)
    assert text.startswith("✋ new.yaml: this cannot be used yet. Mistakes: 1.")
    assert 'Did you mean "hello"?' in text
    assert "new.yaml:" in text
    assert "customers notice nothing" in text
    assert not buttons(answers)
    assert len(answers) == 1
    assert len(scene.shelf.journal) == before


async def test_a_wrong_file_is_not_told_of_its_missing_translations_among_the_mistakes(scene: Managers) -> None:
    wrong = NEW.replace(HELLO, "What is broken?").replace("start: hello", "start: helo", 1)
    text = text_of(await scene.sends(("new.yaml", wrong)))
    assert text.startswith("✋ new.yaml: this cannot be used yet. Mistakes: 1.")
    assert "What is broken?" not in text


@pytest.mark.parametrize("name", ["new.ru.po", "ru.po", "ru (1).po"])
async def test_a_list_is_taken_as_the_bot_or_the_command_for_translators_calls_it(scene: Managers, name: str) -> None:
    await scene.sends(("new.yaml", NEW.replace(HELLO, "What is broken?")))
    text = text_of(await scene.sends((name, 'msgid "What is broken?"\nmsgstr "Что сломалось?"\n')))
    assert "not translated yet: Kazakh 1, Uzbek 1" in text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_at_most_ten_mistakes_are_told_and_how_many_more_in_every_language(
    scene: Managers, language: str
) -> None:
    wrong = "scenario: new\nabout: x\nstart: a\nsteps:\n" + "".join(f"  s{n}:\n    sya: x\n" for n in range(30))
    text = text_of(await scene.sends(("new.yaml", wrong), language=language))
    assert text.count("new.yaml:") - 1 == 10
    assert len(text) < 4096
    english = "named in English" in text or "inglizcha" in text or "инглизча" in text or "ағылшынша" in text
    assert (english or "по-английски" in text) == (language != "en")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("new.yaml", b"\xff\xfe\x00scenario", "is no text that I can read"),
        ("new.yaml", ("# " + "ш" * (LONGEST_FILE + 1)).encode(), "is too large"),
        ("new.yaml", b"", "cannot be used yet"),
        ("new.yaml", b"!!python/object/apply:os.system ['true']", "cannot be used yet"),
        ("new.yaml", b"a: &a [x,x]\nb: &b [*a,*a]\nscenario: [*b,*b]", "cannot be used yet"),
        ("new.yaml", b"scenario: new\nsteps: {" * 3000, "cannot be used yet"),
        ("new.yaml", f"scenario: {RLO}new\nstart: x".encode(), "cannot be used yet"),
        ("../../etc/passwd.yaml", b"hello", "passwd.yaml"),
        ("new.po", b'msgid "a"\nmsgstr "b"\n', "does not say which language"),
        ("new.ru.po", b"\xff\xfe", "line 1"),
        ("new.ru.po", b'msgid "a\nmsgstr "b"', "cannot be read, line"),
        ("new.ru.po", b'msgid "nobody says this"\nmsgstr "x"\n', "no scenario that waits for translations"),
        ("photo.png", b"x", "I can only take scenario files"),
    ],
)
async def test_what_is_no_scenario_is_refused_with_what_to_do(
    scene: Managers, name: str, data: bytes, words: str
) -> None:
    before = len(scene.shelf.journal)
    answers = await scene.sends((name, data))
    assert words in text_of(answers)
    assert RLO not in text_of(answers)
    assert len(scene.shelf.journal) == before


async def test_a_right_file_comes_with_its_picture_and_what_can_be_done(scene: Managers) -> None:
    answers = await scene.sends(("new (2).yaml", NEW.replace("after: 2 hours", "after: 3 hours")))
    assert text_of(answers).startswith("✅ new.yaml: everything is right.")
    row = scene.shelf.journal[-1]
    assert (row.kind, row.scenario, row.who) == ("sent", "new", "manager 5 Rustam")
    assert buttons(answers) == {
        "Try it on me": f"m:try:{row.id}",
        "Give it to 10 %": f"m:give:{row.id}:10",
        "Give it to everybody": f"m:give:{row.id}:100",
        "Take back": f"m:undo:{row.id}",
    }
    assert isinstance(answers[-1], Picture)
    assert answers[-1].path.read_bytes() == b"drawn"
    assert scene.shelf.audit[-1].who == "manager 5 Rustam"
    assert scene.library.state["new"].current != row.version


async def test_what_runs_already_is_not_taken_again(scene: Managers) -> None:
    before = len(scene.shelf.journal)
    answers = await scene.sends(("new.yaml", "# only a comment is new\n" + NEW))
    assert "exactly what runs now" in text_of(answers)
    assert len(scene.shelf.journal) == before


async def test_an_untranslated_file_may_be_tried_and_comes_with_lists_to_fill_in(scene: Managers) -> None:
    changed = NEW.replace(HELLO, "What is broken?")
    answers = await scene.sends(("new.yaml", changed))
    assert "not translated yet: Kazakh 1, Russian 1, Uzbek 1" in text_of(answers)
    assert list(buttons(answers)) == ["Try it on me"]
    assert await scene.desk.book_of(buttons(answers)["Try it on me"]) is not None
    lists = {one.name: one.path.read_text("utf-8") for one in answers if isinstance(one, File)}
    assert set(lists) == {"new.uz.po", "new.kk.po", "new.ru.po"}
    assert lists["new.ru.po"].count("msgid ") == 2, "the head, and only what is missing"
    assert "new > hello" in lists["new.ru.po"]

    refused = await scene.presses(f"m:give:{scene.shelf.journal[-1].id}:10")
    assert "translations missing: 3." in refused.text
    for code, left in (("ru", 2), ("kk", 1)):
        said = lists[f"new.{code}.po"].replace(
            'msgid "What is broken?"\nmsgstr ""', 'msgid "What is broken?"\nmsgstr "Не?"'
        )
        told = await scene.sends((f"new.{code} (1).po", said))
        assert len([one for one in told if isinstance(one, File)]) == left
    said = lists["new.uz.po"].replace('msgid "What is broken?"\nmsgstr ""', 'msgid "What is broken?"\nmsgstr "Nima?"')
    answers = await scene.sends(("new.uz.po", said))
    assert "everything is right" in text_of(answers)
    given = await scene.presses(buttons(answers)["Give it to everybody"])
    assert "all new conversations get version" in given.text


@pytest.mark.parametrize(
    ("name", "head", "told"),
    [
        ("new (2).yaml", "scenario: new\n", "new.yaml"),
        ("new (2).yaml", "scenaro: new\nstart: hello\n", "new.yaml"),
        ("what.yaml", "# start\n\nstart: nonsense\n", "start.yaml"),
        ("ALWAYS (1).yml", "alwys: []\n", "always.yaml"),
    ],
)
async def test_a_file_is_known_by_what_it_says_of_itself(scene: Managers, name: str, head: str, told: str) -> None:
    assert text_of(await scene.sends((name, head))).startswith(f"✋ {told}: this cannot be used yet")


async def test_lists_are_for_the_scenarios_that_their_names_say(scene: Managers) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    said = f'{head}msgid "{HELLO}"\nmsgstr "Чем помочь?"\n'
    assert text_of(await scene.sends(("any (1).ru.po", said))).startswith("new.yaml: the translations are taken over")


async def test_files_that_need_each_other_are_checked_together(scene: Managers) -> None:
    other = "scenario: extra\nabout: x\nstart: a\nsteps:\n  a:\n    say: Hello\n    go: end\n"
    calls = NEW.replace("steps:\n", "steps:\n  aside:\n    run: extra\n    go: end\n", 1)
    assert "cannot be used yet" in text_of(await scene.sends(("new.yaml", calls)))
    answers = await scene.sends(("new.yaml", calls), ("extra.yaml", other))
    assert "cannot be used yet" not in text_of(answers)
    labels = list(buttons(answers))
    assert [label for label in labels if label.startswith("extra: ")]
    assert [label for label in labels if label.startswith("new: ")]


async def test_translations_of_what_runs_are_taken_over_at_once(scene: Managers) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    answers = await scene.sends(("new.ru.po", f'{head}msgid "{HELLO}"\nmsgstr "Чем помочь?"\n'))
    assert "the translations are taken over" in text_of(answers)
    assert scene.shelf.journal[-1].kind == "texts"
    assert scene.texts.render(_phrase(HELLO), "ru") == "Чем помочь?"


def test_only_scenarios_and_lists_are_taken_for_files_of_ours() -> None:
    assert [name for name in ("a.yaml", "a.YML", "b.ru.po", "c.png", "yaml", "") if may_be_sent(name)] == [
        "a.yaml", "a.YML", "b.ru.po",
    ]  # fmt: skip


def _phrase(text: str):  # type: ignore[no-untyped-def]
    from scenarios.engine.phrases import Phrase

    return Phrase(text)


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("Content-Type: text/plain; charset=zip", "is not a text encoding"),
        ("Content-Type: text/plain; charset=nonsense", "unknown encoding: nonsense"),
        ("Plural-Forms: nplurals=1000; plural=n;", "no language has 1000 plural forms"),
        ("Plural-Forms: nplurals=0; plural=0;", "no language has 0 plural forms"),
    ],
)
async def test_a_list_that_says_nonsense_of_itself_is_refused(scene: Managers, head: str, why: str) -> None:
    text = 'msgid "one"\nmsgid_plural "many"\nmsgstr[0] "x"\nmsgstr[1] "y"\n'
    told = text_of(await scene.sends(("new.ru.po", f'msgid ""\nmsgstr "{head}\\n"\n\n{text}')))
    assert "new.ru.po cannot be read, line 1" in told
    assert why in told


async def test_customers_do_not_wait_while_a_list_is_read(scene: Managers, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[threading.Thread] = []

    def slowly(data: bytes) -> Catalog:
        threads.append(threading.current_thread())
        return read_catalog(data)

    monkeypatch.setattr("handlers.managers.sent.read_catalog", slowly)
    await scene.sends(("new.ru.po", 'msgid "a"\nmsgstr "b"\n'))
    assert threads
    assert threading.main_thread() not in threads
