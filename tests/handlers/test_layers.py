"""Catalogs one upon the other: what was published last is said, a draft only where nothing else is known."""

from __future__ import annotations

from handlers.layers import layered, over
from handlers.texts import Catalog, Texts, read_catalog
from scenarios.engine.phrases import Phrase
from scenarios.engine.rollouts import StoredFile
from tests.shipped import catalogs


def file(version: str, **said: str) -> StoredFile:
    """A version of a file whose texts are translated into Russian."""
    return StoredFile("new", version, "", {"ru": [("", source, (form,)) for source, form in said.items()]})


def catalog(**said: str) -> Catalog:
    return Catalog({("", source): (form,) for source, form in said.items()})


def test_the_later_one_wins_and_a_draft_fills_only_gaps() -> None:
    found = layered(
        {"ru": catalog(a="shipped", b="shipped", c="shipped")},
        [file("1", b="first", d="first"), file("2", b="second")],
        [file("9", a="draft", d="draft", e="draft")],
    )
    assert {key[1]: forms[0] for key, forms in found["ru"].forms.items()} == {
        "a": "shipped", "b": "second", "c": "shipped", "d": "first", "e": "draft",
    }  # fmt: skip


def test_the_shipped_catalogs_are_left_as_they_are() -> None:
    shipped = {"ru": catalog(a="shipped")}
    layered(shipped, [file("1", a="first", b="first")], [file("2", c="draft")])
    over(shipped, {"ru": catalog(a="folder")})
    assert shipped["ru"].forms == {("", "a"): ("shipped",)}


def test_plural_forms_are_numbered_as_the_desk_numbers_them() -> None:
    files = [StoredFile("new", "1", "", {"ru": [("", "{n} day", ("день", "дня", "дней"))]})]
    own = {"ru": Catalog({("", "{n} day"): ("день", "дня", "дней")})}
    for found in (layered(catalogs(), files), layered(catalogs(), [], files), over(own, catalogs())):
        phrase = Phrase("{n} day", plural="{n} days", count="n")
        assert [Texts(found).render(phrase.having(n=n), "ru") for n in (1, 3, 5, 21)] == ["день", "дня", "дней", "день"]


def test_a_translation_that_the_folder_marks_as_outdated_is_none() -> None:
    data = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n#, fuzzy\nmsgid "a"\nmsgstr "x"\n'
    found = over({"ru": catalog(a="shipped")}, {"ru": read_catalog(data.encode())})["ru"]
    assert found.lookup("a", None) is None
    assert found.fuzzy("a", None)
