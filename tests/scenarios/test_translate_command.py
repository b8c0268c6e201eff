"""`qabul scenario translate`: files for translators that stay right while the scenarios change."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.__main__ import main
from bot.commands.translate import translate
from bot.folder import read_folder
from handlers.layers import spoken, to_check
from handlers.texts import Catalog, Texts
from scenarios.engine.checks import check_files
from scenarios.engine.phrases import Phrase
from scenarios.engine.reading import read_book

TEA = """\
scenario: tea
about: Somebody would like tea
texts: en
start: which
silent: [{after: 2 hours, go: end}]
steps:
  which:
    # Translators: it is poured in a bowl
    ask: Would you like a bowl of tea, {name}?
    answers:
      green: {label: Green tea, synonyms: "green | kok"}
      black: Black tea
    go: poured
  poured:
    say: {count: visits, one: "{visits} bowl so far.", other: "{visits} bowls so far."}
    go: end
"""
ALWAYS = "always:\n  - {hears: kettle | samovar, run: tea}\n"
FACTS = "facts:\n  visits: {type: number, about: visits so far}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {"tea.yaml": TEA, "always.yaml": ALWAYS, "facts.yaml": FACTS}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(folder: Path) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return translate(folder, out, err), out.getvalue(), err.getvalue()


def po(folder: Path, language: str) -> Path:
    return folder / "translations" / f"{language}.po"


def write(folder: Path, language: str, msgid: str, *forms: str) -> None:
    """Do what a translator does: fill in what stands after msgstr."""
    text = po(folder, language).read_text(encoding="utf-8")
    wanted = "".join(f'msgstr[{n}] "{form}"\n' for n, form in enumerate(forms))
    given = wanted if len(forms) > 1 else f'msgstr "{forms[0]}"\n'
    entry = re.compile(rf'(^msgid "{re.escape(msgid)}"\n(?:msgid_plural ".*"\n)?)(?:msgstr.*\n)+', re.MULTILINE)
    changed, count = entry.subn(lambda found: found[1] + given, text)
    assert count == 1, text
    po(folder, language).write_text(changed, encoding="utf-8")


def change(folder: Path, old: str, new: str) -> None:
    text = (folder / "tea.yaml").read_text(encoding="utf-8")
    assert old in text
    (folder / "tea.yaml").write_text(text.replace(old, new), encoding="utf-8")


def test_a_new_folder_gets_a_file_for_each_language_and_is_told_what_is_missing(folder: Path) -> None:
    status, out, _ = run(folder)
    assert status == 0
    assert sorted(path.name for path in (folder / "translations").iterdir()) == ["kk.po", "ru.po", "uz.po"]
    told = out.splitlines()
    assert told[-1] == f"18 to translate: {folder / 'translations'} has uz, kk, ru."
    asked = next(line for line in told if "ru.po" in line and "bowl of tea" in line)
    number = int(asked.split(":")[1])
    shown = po(folder, "ru").read_text(encoding="utf-8").splitlines()
    assert shown[number - 1].startswith('msgid "Would you like a bowl of tea'), "the line is that of the text"
    assert asked.endswith('not translated yet: "Would you like a bowl of tea, {name}?" (tea.yaml:9)')


def test_translators_see_what_a_text_is_for_and_how_long_it_may_be(folder: Path) -> None:
    run(folder)
    text = po(folder, "uz").read_text(encoding="utf-8")
    assert "#. Translators: it is poured in a bowl\n#. tea > which: the bot asks\n#: tea.yaml:9\n" in text
    assert (
        '#. tea > which: button, WhatsApp shows 20 letters (24 in a list)\n#: tea.yaml:11\nmsgctxt "tea.which"' in text
    )
    assert "#, python-brace-format" in text


def test_running_it_again_changes_nothing_and_nothing_written_is_lost(folder: Path) -> None:
    run(folder)
    write(folder, "ru", "Black tea", "Чёрный чай")
    before = po(folder, "ru").read_bytes()
    run(folder)
    assert po(folder, "ru").read_bytes() == before


def test_a_reworded_text_keeps_its_translation_as_outdated_with_the_text_it_was_made_for(folder: Path) -> None:
    run(folder)
    write(folder, "ru", "Would you like a bowl of tea, {name}?", "Хотите пиалу чая, {name}?")
    change(folder, "Would you like a bowl of tea", "Would you like a big bowl of tea")
    _, out, _ = run(folder)
    assert "the translation is that of an older or a similar text, look at it again" in out
    for _ in range(2):
        text = po(folder, "ru").read_text(encoding="utf-8")
        assert '#| msgid "Would you like a bowl of tea, {name}?"\nmsgid "Would you like a big bowl' in text
        assert "#, fuzzy" in text
        run(folder)
    issues = check_files(read_folder(folder).files, set(), to_check(read_folder(folder).translations))[1]
    assert any(one.code == "E33" and "ru" in one.text for one in issues)


def test_a_review_makes_it_right_again(folder: Path) -> None:
    run(folder)
    write(folder, "ru", "Would you like a bowl of tea, {name}?", "Хотите пиалу чая, {name}?")
    change(folder, "Would you like a bowl of tea", "Would you like a big bowl of tea")
    run(folder)
    path = po(folder, "ru")
    path.write_text(path.read_text(encoding="utf-8").replace("#, fuzzy, python", "#, python"), encoding="utf-8")
    _, out, _ = run(folder)
    assert "older or a similar" not in out
    assert "#|" not in path.read_text(encoding="utf-8")


def test_what_nobody_says_any_more_is_kept_at_the_end_and_comes_back(folder: Path) -> None:
    run(folder)
    write(folder, "kk", "Black tea", "Қара шай")
    change(folder, "      black: Black tea\n", "")
    run(folder)
    assert '#~ msgstr "Қара шай"' in po(folder, "kk").read_text(encoding="utf-8")
    (folder / "tea.yaml").write_text(TEA, encoding="utf-8")
    run(folder)
    with po(folder, "kk").open("rb") as file:
        found = read_po(file)
    assert found.get("Black tea", "tea.which").string == "Қара шай"


def test_what_the_desk_has_translated_itself_need_not_be_translated_again(folder: Path) -> None:
    change(folder, "Would you like a bowl of tea, {name}?", "What is holding you back?")
    _, out, _ = run(folder)
    assert "holding you back" not in out
    assert "holding you back" not in po(folder, "uz").read_text(encoding="utf-8")


def test_what_is_written_in_russian_needs_english_and_of_russian_only_the_forms_that_count(folder: Path) -> None:
    change(folder, "texts: en", "texts: ru")
    change(folder, "Would you like a bowl of tea, {name}?", "Хотите чаю, {name}?")
    (folder / "always.yaml").write_text("texts: ru\nalways:\n  - {hears: чайник, run: tea}\n", encoding="utf-8")
    _, out, _ = run(folder)
    assert out.splitlines()[-1].endswith("has uz, kk, ru, en.")
    with po(folder, "ru").open("rb") as file:
        counted = [message.id for message in read_po(file) if message.id]
    assert counted == [("{visits} bowl so far.", "{visits} bowls so far.")]
    with po(folder, "en").open("rb") as file:
        assert {"Хотите чаю, {name}?", "чайник"} <= {str(message.id) for message in read_po(file)}


def test_what_is_written_in_uzbek_is_read_by_all_and_has_its_cyrillic_letters(folder: Path) -> None:
    change(folder, "texts: en", "texts: uz")
    change(folder, "Would you like a bowl of tea, {name}?", "Choy ichasizmi?")
    run(folder)
    write(folder, "kk", "Choy ichasizmi?", "Шай ішесіз бе?")
    found = read_folder(folder)
    book = read_book(found.files)[0]
    assert book is not None
    texts = Texts(spoken(book, found.translations))
    said = {language: texts.render(Phrase("Choy ichasizmi?"), language) for language in ("uz", "uz_Cyrl", "kk", "ru")}
    assert said == {
        "uz": "Choy ichasizmi?",
        "uz_Cyrl": "Чой ичасизми?",
        "kk": "Шай ішесіз бе?",
        "ru": "Choy ichasizmi?",
    }


def test_the_check_asks_for_the_languages_that_the_scenario_is_not_written_in(folder: Path) -> None:
    change(folder, "texts: en", "texts: kk")
    issues = check_files(read_folder(folder).files, set(), {"uz": Catalog(), "kk": Catalog(), "ru": Catalog()})[1]
    missing = [one.text for one in issues if one.code == "E30" and "bowl of tea" in one.text]
    assert [text.partition(" translation")[0] for text in missing] == ["no en, ru, uz"]
    assert any(one.code == "E32" and one.text.startswith("kk needs 2 plural forms") for one in issues)


@pytest.mark.parametrize(
    ("name", "text", "status", "told"),
    [
        ("tea.yaml", TEA.replace("go: end", "go: {"), 1, "tea.yaml:"),
        ("translations/ru.po", 'oops\nmsgid "a"\nmsgstr "b"\n', 1, "ru.po:1: this is no .po file"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_nothing_is_written(
    name: str, text: str, status: int, told: str, folder: Path
) -> None:
    run(folder)
    (folder / name).write_text(text, encoding="utf-8")
    before = po(folder, "ru").read_bytes()
    found, out, err = run(folder)
    assert (found, told in err, len(err.splitlines())) == (status, True, 1), (out, err)
    assert po(folder, "ru").read_bytes() == before


def test_a_folder_without_scenarios_is_told_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "translate", str(tmp_path)]) == 2
    assert "no scenario file (*.yaml) is here" in capsys.readouterr().err
    assert main(["scenario", "translate", str(tmp_path / "none")]) == 2
    assert "name a folder with scenario files" in capsys.readouterr().err
