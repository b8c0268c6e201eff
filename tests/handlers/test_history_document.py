"""The history document: complete, escaped, and written without holding anybody up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from handlers.papers.history import HistoryHead, write_history
from handlers.texts import Texts, read_catalogs
from scenarios.engine.events import Content, Media, SharedContact, Spot
from scenarios.engine.records import Line, Version

TEXTS = Texts(read_catalogs(Path(__file__).parents[2] / "locales"))
ZONE = ZoneInfo("Asia/Tashkent")
START = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
HEAD = HistoryHead("K7XQ2M9A", "Aziza", "+998901234567", "telegram", "uz", "new", START, "Ozoda Uy")

_VOID = {"meta", "br", "img", "link", "input", "hr"}


class Seen(HTMLParser):
    """The document as a browser sees it: elements with their classes, and all text; complains of crossed tags."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.text += data


def line(number: int, author: str = "customer", text: str = "", after: float = 0, **more: object) -> Line:
    fields: dict[str, object] = {"channel": "telegram", "name": "Aziza", "conversation": 1}
    fields |= {"content": Content(text=text)} | more
    at = START + timedelta(minutes=after)
    return Line(id=f"e:{number}", contact="K7XQ2M9A", at=at, author=author, **fields)  # type: ignore[arg-type]


async def read(lines: Sequence[Line]) -> AsyncIterator[Line]:
    for one in lines:
        yield one


async def made(folder: Path, lines: Sequence[Line], language: str = "en", head: HistoryHead = HEAD) -> tuple[str, Seen]:
    path = folder / "history.html"
    assert await write_history(path, read(lines), head, TEXTS, language, ZONE) == len(lines)
    page = path.read_text(encoding="utf-8")
    seen = Seen()
    seen.feed(page)
    seen.close()
    assert not seen.open
    return page, seen


def articles(seen: Seen) -> list[str]:
    return [str(attrs["class"]) for tag, attrs in seen.tags if tag == "article"]


async def test_every_line_says_who_when_on_which_channel_and_what(tmp_path: Path) -> None:
    lines = [
        line(1, text="Assalomu alaykum"),
        line(2, "bot", "Xush kelibsiz", 1, name="Ozoda Uy", status="read"),
        line(3, "agent", "Men Dilnoza", 40, name="Dilnoza", channel="whatsapp", status="delivered"),
        line(4, "note", "skip this", 41, name="Bekzod"),
    ]
    _, seen = await made(tmp_path, lines)
    assert articles(seen) == ["customer", "bot", "agent", "note"]
    for words in (
        "Aziza",
        "Ozoda Uy",
        "Dilnoza",
        "Bekzod",
        "Assalomu alaykum",
        "Xush kelibsiz",
        "Telegram",
        "WhatsApp",
    ):
        assert words in seen.text
    # 18:30 in UTC is 23:30 in Tashkent, and 40 minutes later it is the next day there.
    for words in ("23:30", "23:31", "00:10", "Friday, November 20, 2026", "Saturday, November 21, 2026"):
        assert words in seen.text
    assert "inside only, the customer did not see it" in seen.text
    assert "✓✓ read" in seen.text
    assert "✓✓ delivered" in seen.text


async def test_the_head_says_whose_history_it_is(tmp_path: Path) -> None:
    _, seen = await made(tmp_path, [line(1, text="hi")])
    for words in (
        "K7XQ2M9A",
        "+998901234567",
        "Uzbek",
        "new customer",
        "Ozoda Uy",
        "Asia/Tashkent",
        "20.11.2026 23:30",
    ):
        assert words in seen.text
    assert "1 message in this history." in seen.text


async def test_files_contacts_places_and_unread_kinds_are_named(tmp_path: Path) -> None:
    lines = [
        line(1, content=Content("look", Media("photo", "telegram", "r", size=184_233))),
        line(2, content=Content(media=Media("document", "telegram", "r", "shartnoma.pdf", size=2_411_000))),
        line(3, content=Content(media=Media("hologram", "telegram", "r", size=12))),
        line(4, content=Content(contact=SharedContact("+998901112233", "Olim", own=True))),
        line(5, content=Content(spot=Spot(41.311081, 69.240562, "Chilonzor"))),
        line(6, content=Content(unread="poll")),
        line(7, content=Content()),
    ]
    _, seen = await made(tmp_path, lines)
    for words in (
        "Photo", "184 KB", "look", "shartnoma.pdf", "2.4 MB", "File", "12 B", "+998901112233", "Olim",
        "their own number, confirmed by the messenger", "Chilonzor", "41.311081, 69.240562",
        "A kind of message that the desk cannot read: poll", "an empty message",
    ):  # fmt: skip
        assert words in seen.text


async def test_a_changed_line_shows_every_version_with_its_time(tmp_path: Path) -> None:
    versions = (
        Version("e:1", "second words", START + timedelta(minutes=5)),
        Version("e:1", "third words", START + timedelta(days=2)),
    )
    _, seen = await made(tmp_path, [line(1, text="first words", versions=versions)])
    assert seen.text.index("third words") < seen.text.index("second words") < seen.text.index("first words")
    assert "changed at 22.11.2026 23:30" in seen.text
    assert "23:35" in seen.text


async def test_what_was_taken_back_or_not_delivered_is_kept_and_marked(tmp_path: Path) -> None:
    lines = [
        line(1, "agent", "by mistake", deleted=True, status="sent"),
        line(2, "agent", "too late", status="failed", reason="window"),
        line(3, "agent", "nobody knows why", status="failed", reason="moon"),
        line(4, "customer", "Fridge repair", tapped=True),
        line(5, "agent", "on its way"),
        line(6, "agent", "never sent", deleted=True),
    ]
    _, seen = await made(tmp_path, lines)
    assert articles(seen)[:2] == ["agent gone", "agent failed"]
    for words in (
        "by mistake", "deleted, kept here", "not delivered: WhatsApp's 24 hours were over", "not delivered",
        "tapped a button", "being sent",
    ):  # fmt: skip
        assert words in seen.text
    assert seen.text.count("being sent") == 1


HOSTILE = "</style></title><script>alert(1)</script>\"'<img src=x onerror=alert(1)> &amp; \u202egpj.exe \0 \ud83d"


async def test_nothing_that_people_wrote_becomes_part_of_the_page(tmp_path: Path) -> None:
    head = HistoryHead(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, START, HOSTILE)
    content = Content(
        HOSTILE,
        Media(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, 5),
        SharedContact(HOSTILE, HOSTILE),
        Spot(1, 2, HOSTILE),
        HOSTILE,
    )
    hostile = line(
        1, HOSTILE, name=HOSTILE, channel=HOSTILE, content=content, status=HOSTILE, reason=HOSTILE,
        versions=(Version("e:1", HOSTILE, START),),
    )  # fmt: skip
    bot = line(2, "bot", HOSTILE, name=HOSTILE, status=HOSTILE)
    page, seen = await made(tmp_path, [hostile, bot], head=head)
    assert not {"script", "img", "link", "iframe"} & {tag for tag, _ in seen.tags}
    assert not [name for _, attrs in seen.tags for name in attrs if name.startswith("on")]
    assert seen.text.count("<script>alert(1)</script>") > 5
    assert page.count("</style>") == 1
    assert page.count("</title>") == 1
    assert "\0" not in page


async def test_the_page_loads_nothing_and_runs_nothing(tmp_path: Path) -> None:
    page, seen = await made(tmp_path, [line(1, text="see https://example.com/x.png")])
    assert page.startswith("<!DOCTYPE html>")
    assert "default-src 'none'" in page
    sources = [value for _, attrs in seen.tags for name, value in attrs.items() if name in ("src", "href", "srcset")]
    assert sources
    assert all(str(value).startswith(("#", "tel:")) for value in sources)
    assert "url(" not in page
    assert "@import" not in page
    metas = [attrs for tag, attrs in seen.tags if tag == "meta"]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in metas
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page


async def test_words_of_either_direction_stay_where_they_belong(tmp_path: Path) -> None:
    content = Content("السلام عليكم", Media("document", "telegram", "r", "photo\u202egpj.exe"))
    page, seen = await made(tmp_path, [line(1, name="محمد\u202e", content=content)])
    assert '<div class="text" dir="auto">السلام عليكم</div>' in page
    assert "<bdi>محمد</bdi>" in page
    assert "photo gpj.exe" in seen.text


async def test_a_history_without_lines_says_so(tmp_path: Path) -> None:
    _, seen = await made(tmp_path, [])
    assert "Nothing has been said yet." in seen.text
    assert "0 messages in this history." in seen.text


@pytest.mark.parametrize(
    ("language", "tag", "words"),
    [
        ("uz", "uz", ("Suhbatlar tarixi", "oʻqildi", "2 ta xabar", "juma, 20-noyabr, 2026", "1-suhbat")),
        ("uz_Cyrl", "uz-Cyrl", ("Суҳбатлар тарихи", "ўқилди", "2 та хабар", "1-суҳбат")),
        ("kk", "kk", ("Әңгімелер тарихы", "оқылды", "2 хабар", "20 қараша")),
        ("ru", "ru", ("История разговоров", "прочитано", "2 сообщения.", "20 ноября 2026")),
        ("en", "en", ("History of the conversations", "read", "2 messages", "November 20, 2026")),
    ],
)
async def test_the_document_speaks_the_readers_language(
    tmp_path: Path, language: str, tag: str, words: tuple[str, ...]
) -> None:
    page, seen = await made(tmp_path, [line(1, text="a"), line(2, "bot", "b", status="read")], language)
    assert f'<html lang="{tag}">' in page
    for one in words:
        assert one in seen.text


async def test_a_long_history_is_written_while_it_is_read_and_lets_others_work(tmp_path: Path) -> None:
    many, sizes, turns, done = 30_000, [], 0, False

    async def lines() -> AsyncIterator[Line]:
        for number in range(many):
            if number % 5_000 == 4_999:
                sizes.append(sum(part.stat().st_size for part in tmp_path.glob("*.part")))
            yield line(number, "customer" if number % 2 else "bot", f"message {number}", number * 7)

    async def others() -> None:
        nonlocal turns
        while not done:
            turns += 1
            await asyncio.sleep(0)

    working = asyncio.create_task(others())
    path = tmp_path / "history.html"
    assert await write_history(path, lines(), HEAD, TEXTS, "uz", ZONE) == many
    done = True
    await working
    # Whatever the machine's speed, every portion that is written lets the others have a turn.
    assert turns > 30
    assert sizes == sorted(set(sizes))
    assert sizes[0] > 0
    assert list(tmp_path.iterdir()) == [path]
    page = path.read_text(encoding="utf-8")
    assert page.count("<article ") == many
    assert page.endswith("</html>\n")


async def test_lines_that_cannot_be_read_leave_the_old_document_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "history.html"
    path.write_text("old")

    async def broken() -> AsyncIterator[Line]:
        yield line(1, text="a")
        raise ConnectionError("the database went away")

    with pytest.raises(ConnectionError):
        await write_history(path, broken(), HEAD, TEXTS, "en", ZONE)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
