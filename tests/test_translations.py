"""Every text of the desk is translated, and the check that says so notices each kind of mistake."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from tests import translations
from tests.translations import ROOT, Key, Source, check, gather

KEPT = "Thank you, I have kept this for my colleagues."
COMING = "A person will answer you here in about {minutes} minutes."
COUNTED = "{count} message in this history."


@pytest.fixture(scope="module")
def sources() -> dict[Key, Source]:
    return gather(ROOT)[0]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A place with the translations of this checkout, to be spoiled."""
    shutil.copytree(ROOT / "locales", tmp_path / "locales", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with the settings of this one; its code is written by the test."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "bot").mkdir()
    return tmp_path


def po(root: Path, language: str, domain: str = "desk") -> Path:
    return root / "locales" / language / "LC_MESSAGES" / f"{domain}.po"


def translate(path: Path, msgid: str, msgstr: str) -> None:
    """Give a text of one line another translation."""
    text = path.read_text(encoding="utf-8")
    entry = re.compile(rf'(^msgid "{re.escape(msgid)}"\nmsgstr )(?:".*"\n)+', re.MULTILINE)
    changed, count = entry.subn(lambda found: f'{found[1]}"{msgstr}"\n', text)
    assert count == 1, f"{path.name} has no single entry for {msgid!r}"
    path.write_text(changed, encoding="utf-8")


def new_problems(sources: dict[Key, Source], root: Path) -> list[str]:
    already = set(check(sources, ROOT))
    return [problem for problem in check(sources, root) if problem not in already]


def test_every_text_is_translated_into_every_language(sources):
    assert [*gather(ROOT)[1], *check(sources, ROOT)] == []


def test_the_command_says_how_many_texts_there_are_and_ends_well(sources, capsys):
    assert translations.main() == 0
    assert capsys.readouterr().out == f"translations: {len(sources)} texts, each in uz, kk, ru\n"


def test_the_command_prints_each_problem_on_one_line_and_fails(sources, copy, monkeypatch, capsys):
    translate(po(copy, "ru"), KEPT, "Спасибо, thanks.")
    monkeypatch.setattr(translations, "gather", lambda root: (sources, ["bot/x.py:1: something\nelse"]))
    monkeypatch.setattr(translations, "check", lambda found, root: check(found, copy))
    assert translations.main() == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "bot/x.py:1: something else"
    wanted = re.compile(r'locales/ru/LC_MESSAGES/desk\.po:\d+: "thanks" has letters that ru does not use: ')
    assert any(wanted.match(line) for line in lines)


@pytest.mark.parametrize(
    ("language", "msgid", "msgstr", "complaint"),
    [
        ("ru", KEPT, "", "not translated into ru"),
        ("kk", KEPT, "   ", "not translated into kk"),
        ("ru", COMING, "Скоро ответим.", "must use the same {words}: missing ['minutes'], unknown []"),
        ("uz", COMING, "{minut} daqiqa", "must use the same {words}: missing ['minutes'], unknown ['minut']"),
        ("uz", KEPT, "Rahmat, saqlab qo'ydim.", '"o\'": write ʻ (U+02BB)'),
        ("uz", KEPT, "Rahmat, saqlab qo‘ydim.", '"o‘": write ʻ (U+02BB)'),
        ("uz", KEPT, "Rahmat, maʻlum.", '"ʻ": write ʻ (U+02BB)'),
        ("uz", KEPT, "Rahmat, qoʼydim.", '"oʼ": write ʻ (U+02BB)'),
        ("uz", KEPT, "Rаhmat.", '"Rаhmat" has letters that uz does not use'),
        ("uz", KEPT, "Rahmat, weekend.", '"weekend" has no Cyrillic spelling yet'),
        ("uz", KEPT, "Rahmat, WhatsAppning.", '"WhatsAppнинг" has no Cyrillic spelling yet'),
        ("ru", KEPT, "Cпасибо.", '"Cпасибо" has letters that ru does not use'),
        ("ru", KEPT, "Рақмет.", '"Рақмет" has letters that ru does not use'),
        ("kk", KEPT, "Рақмет, thanks.", '"thanks" has letters that kk does not use'),
        ("ru", "Share my number", "Отправить мой номер телефона", "has 28 letters; WhatsApp shows at most 20"),
    ],
)
def test_a_bad_translation_is_told_with_its_line(sources, copy, language, msgid, msgstr, complaint):
    path = po(copy, language)
    translate(path, msgid, msgstr)
    [problem] = new_problems(sources, copy)
    file, line, told = problem.split(":", 2)
    assert complaint in told
    assert copy / file == path
    assert f'msgid "{msgid}"' in path.read_text(encoding="utf-8").splitlines()[int(line) - 1 : int(line) + 1]


def test_names_addresses_commands_and_placeholders_keep_their_letters(sources, copy):
    for language in ("uz", "kk", "ru"):
        translate(po(copy, language), COMING, "Telegram: https://example.com/a, @aziza, /take, 7d, {minutes}")
    assert new_problems(sources, copy) == []


def test_a_text_that_is_missing_is_told_with_the_place_that_says_it(sources, copy):
    po(copy, "kk").unlink()
    problems = new_problems(sources, copy)
    place = sources["", KEPT].place
    assert f'{place}: not translated into kk, belongs in locales/kk/LC_MESSAGES/desk.po: "{KEPT}"' in problems


def test_a_translation_older_than_its_text_is_told(sources, copy):
    path = po(copy, "ru")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f'msgid "{KEPT}"', f'#, fuzzy\nmsgid "{KEPT}"'), encoding="utf-8")
    [problem] = new_problems(sources, copy)
    assert "has changed since this was translated (fuzzy)" in problem


@pytest.mark.parametrize("mark", ["", "#~ "])
def test_a_translation_of_what_nobody_says_any_more_is_told(sources, copy, mark):
    with po(copy, "uz").open("a", encoding="utf-8") as file:
        file.write(f'\n{mark}msgid "Long gone"\n{mark}msgstr "Allaqachon yoʻq"\n')
    [problem] = new_problems(sources, copy)
    assert problem.endswith('nobody says this any more, delete it: "Long gone"')


def test_a_text_translated_in_two_files_is_told(sources, copy):
    with po(copy, "ru", "scenarios").open("a", encoding="utf-8") as file:
        file.write(f'\nmsgid "{KEPT}"\nmsgstr "Спасибо."\n')
    [problem] = new_problems(sources, copy)
    assert "translates this already, delete one" in problem


def test_a_missing_plural_form_is_told(sources, copy):
    path = po(copy, "ru", "papers")
    text = path.read_text(encoding="utf-8")
    start = text.index(f'msgid "{COUNTED}"')
    end = text.index("msgstr[2]", start)
    path.write_text(text[:end] + text[text.index("\n", end) + 1 :], encoding="utf-8")
    assert any("not translated into ru" in one or "needs 3 plural forms" in one for one in new_problems(sources, copy))


def test_a_wrong_number_of_plural_forms_in_the_head_of_a_file_is_told(sources, copy):
    path = po(copy, "kk")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("nplurals=2; plural=(n != 1);", "nplurals=3; plural=(n != 1);", 1), encoding="utf-8")
    assert "Plural-Forms must have nplurals=2, not 3" in [one.split(": ", 1)[1] for one in new_problems(sources, copy)]


def test_a_file_that_cannot_be_read_is_told(sources, copy):
    with po(copy, "ru").open("a", encoding="utf-8") as file:
        file.write('\nmsgid "open\nnonsense\n')
    assert any("this is no .po file" in one for one in new_problems(sources, copy))


def test_phrases_are_found_in_all_their_forms(project):
    (project / "bot" / "words.py").write_text(
        'A = Phrase("one")\n'
        'B = Phrase("two", "label")\n'
        'C = Phrase("{n} day", plural="{n} days", count="n")\n'
        'D = Phrase("{n} hour", "label", plural="{n} hours", count="n")\n'
        'E = Phrase(\n    "a long "\n    "text",\n)\n',
        encoding="utf-8",
    )
    sources, problems = gather(project)
    assert problems == []
    assert sources == {
        ("", "one"): Source("bot/words.py:1"),
        ("label", "two"): Source("bot/words.py:2"),
        ("", "{n} day"): Source("bot/words.py:3", "{n} days"),
        ("label", "{n} hour"): Source("bot/words.py:4", "{n} hours"),
        ("", "a long text"): Source("bot/words.py:6"),
    }


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("Phrase(f'{word} here')", "put together while the program runs"),
        ("Phrase(text)", "put together while the program runs"),
        ("Phrase(data['en'])", "put together while the program runs"),
        ("Phrase('two', values={'a': 1}, context='label')", 'pybabel does not see "two" as meant'),
    ],
)
def test_a_phrase_that_translators_would_never_see_is_told(project, code, complaint):
    (project / "bot" / "words.py").write_text(f"\nA = {code}\n", encoding="utf-8")
    assert any(one.startswith("bot/words.py:2: ") and complaint in one for one in gather(project)[1])


@pytest.mark.parametrize("code", ["Phrase(text, texts={})", "Phrase(old.id, old.context)"])
def test_a_phrase_that_needs_no_translator_is_left_alone(project, code):
    (project / "bot" / "words.py").write_text(f"A = {code}\n", encoding="utf-8")
    assert gather(project) == ({}, [])


def test_pybabel_itself_finds_the_same_texts(sources, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    # Without the project installed its extractor has no short name; the file names it in full instead.
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    config = tmp_path / "pyproject.toml"
    config.write_text(settings.replace('"scenario"', '"scenarios.engine.reading.extract:extract"'), encoding="utf-8")
    out = tmp_path / "messages.pot"
    assert not CommandLineInterface().run(["pybabel", "-q", "extract", "-F", str(config), "-o", str(out), "."])
    with out.open("rb") as file:
        template = read_po(file)
    found = {(one.context or "", one.id if isinstance(one.id, str) else one.id[0]) for one in template if one.id}
    assert found == set(sources)
