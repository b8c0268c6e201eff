"""Fills a desk's database with years of conversations, as fast as the database takes them.

Rule: rows go through the tables' own definitions (columns and types) and the desk's own codecs, in the order in which
time would have brought them: the lines of one contact lie far apart, as in a real table.
"""

from __future__ import annotations

import itertools
import json
import math
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import asyncpg
from sqlalchemy import Table
from sqlalchemy.schema import CreateIndex, DropIndex

from bot.bench.crowd import FIRST_ID
from bot.bench.vendor import BOT
from scenarios.engine.context import Context, pack
from storage import tables as t
from storage.contacts import ALPHABET, CODE_LENGTH
from storage.database import Database, open_database
from storage.schema import upgrade
from storage.tables import micros

__all__ = ["Filler", "code_of", "fill"]

BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
BETWEEN = 5_000_000
"""Microseconds between one stored message and the next."""
CHUNK = 20_000
TALK = 10
"""Lines of one conversation: five of the customer's, five of the bot's."""
SAID = (
    "Assalomu alaykum, muzlatkichim ishlamayapti, qachon kela olasizlar?",
    "Здравствуйте, сколько стоит чистка дивана и ковра?",
    "Сәлеметсіз бе, кір машинасы су жібермейді",
    "ertaga soat 15:00 dan keyin",
    "Bunyodkor koʻchasi 12, 45-xonadon",
)
ANSWERED = (
    "Assalomu alaykum! Ozoda Uyga xush kelibsiz.\n\nSizga nima xizmat qilaylik?",
    "Чистка диванов и ковров: от 250 000 сум.\nВходит: чистка у вас дома, выведение пятен и сушка.\nПриедем?",
    "Қай күн, қай уақыт сізге ыңғайлы? Мысалы: ертең 15:00-ден кейін.",
    "Xoʻp, shoshilmang. Kerak boʻlsak, istalgan paytda yozing, doim shu yerdaman.",
    "Спасибо! Если это всё, больше ничего писать не нужно.",
)

Tell = Callable[[str], None]


def code_of(number: int) -> str:
    """The code of a made contact: fixed, unlike any other, spread over the index as chance would."""
    number = (number * 2_654_435_761 + 12_345) % len(ALPHABET) ** CODE_LENGTH
    letters = []
    for _ in range(CODE_LENGTH):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


class Filler:
    """Makes the rows of `contacts` people and about `messages` lines."""

    def __init__(self, contacts: int, messages: int) -> None:
        self.contacts, self.messages = contacts, messages
        self._step = next(step for step in range(7_919, 20_000, 2) if math.gcd(step, contacts) == 1)

    def rows(self, table: Table) -> Iterator[tuple[Any, ...]]:
        """The rows of a table, in the order of its columns but for the number that the database gives."""
        makers: dict[str, Callable[[], Iterator[tuple[Any, ...]]]] = {
            "contacts": self._contacts,
            "contexts": self._contexts,
            "addresses": self._addresses,
            "events": self._events,
            "lines": self._lines,
            "letters": self._letters,
            "happenings": self._happenings,
        }
        return makers[table.name]()

    def person(self, number: int) -> int:
        """Their Telegram id."""
        return FIRST_ID + number

    def _contacts(self) -> Iterator[tuple[Any, ...]]:
        for n in range(self.contacts):
            phone = f"+99890{n % 10_000_000:07d}" if n % 3 == 0 else ""
            yield code_of(n), f"Aziza {self.person(n)}", phone, micros(BEGAN) + n * BETWEEN

    def _contexts(self) -> Iterator[tuple[Any, ...]]:
        rounds = max(1, self.messages // self.contacts // TALK)
        blank = Context(
            "CODE", "NAME", channel="telegram", address="ADDRESS", language="uz", conversation=rounds,
            epoch=2 * rounds, segment="new", segment_reason="first", opened_at=BEGAN, heard_at=BEGAN,
            question=3 * rounds,
            slots={"service": {"key": "fridge"}, "when": {"key": "ertaga soat 15:00 dan keyin"}}, price_told=True,
        )  # fmt: skip
        packed = pack(replace(blank, tapped=f"{rounds}:{3 * rounds}:think", tapped_at=BEGAN))
        for n in range(self.contacts):
            code, person = code_of(n), str(self.person(n))
            data = packed.replace("CODE", code).replace("NAME", f"Aziza {person}")
            yield code, 5 * rounds, "closed", 2 * rounds, data.replace("ADDRESS", f"telegram:{BOT}:{person}")

    def _addresses(self) -> Iterator[tuple[Any, ...]]:
        for n in range(self.contacts):
            yield f"telegram:{BOT}:{self.person(n)}", code_of(n), micros(BEGAN) + n * BETWEEN

    def _moments(self) -> Iterator[tuple[int, int, int]]:
        """(number of the line, contact, time) of all lines as time brought them."""
        for number in range(self.messages):
            turn, place = divmod(number, self.contacts)
            yield number, (place * self._step + turn) % self.contacts, micros(BEGAN) + number * BETWEEN

    @staticmethod
    def _event(number: int) -> str:
        return f"tg:{BOT}:{number}:{(micros(BEGAN) + number * BETWEEN) // 1_000_000}"

    def _events(self) -> Iterator[tuple[Any, ...]]:
        for number, n, at in self._moments():
            if number // self.contacts % 2 == 0:
                yield self._event(number), code_of(n), "CustomerSaid", at, ""

    def _lines(self) -> Iterator[tuple[Any, ...]]:
        said = [json.dumps({"text": text}, ensure_ascii=False) for text in SAID]
        answered = [json.dumps({"text": text}, ensure_ascii=False) for text in ANSWERED]
        for number, n, at in self._moments():
            turn, person = number // self.contacts, str(self.person(n))
            event = self._event(number - turn % 2 * self.contacts)
            ours = turn % 2 == 1
            author, name, words = ("bot", "", answered) if ours else ("customer", f"Aziza {person}", said)
            yield (
                f"{event}/{number}", code_of(n), turn // TALK + 1, event, at, "telegram", author, name, "",
                words[number % len(words)], False, person, str(number + 1), "sent" if ours else "", "", False,
            )  # fmt: skip

    def _letters(self) -> Iterator[tuple[Any, ...]]:
        for number, n, at in self._moments():
            if number // self.contacts % 2 == 0:
                continue
            person, text = str(self.person(n)), ANSWERED[number % len(ANSWERED)]
            event = self._event(number - self.contacts)
            choices = [["1:1:book", "Ha, kelinglar"], ["1:1:exact", "Aniq narxi-chi?"], ["1:1:think", "Oʻylab koʻray"]]
            payload = json.dumps({"text": text, "choices": choices}, ensure_ascii=False)
            yield (
                f"{event}/{number}l", code_of(n), f"telegram:{BOT}:{person}", "say", payload, "bot", 1,
                f"{event}/{number}", at, "sent", at, 1, at + 50_000, person, str(number + 1), text, "", "",
            )  # fmt: skip

    def _happenings(self) -> Iterator[tuple[Any, ...]]:
        for number, n, at in self._moments():
            turn = number // self.contacts
            if turn % TALK in (0, TALK - 1):
                kind, value = ("opened", "telegram") if turn % TALK == 0 else ("ended", "hesitant")
                yield kind, code_of(n), turn // TALK + 1, at, "telegram", "new", value, ""


FILLED = (t.contacts, t.contexts, t.addresses, t.events, t.lines, t.letters, t.happenings)


async def fill(url: str, filler: Filler, tell: Tell) -> None:
    """Bring the database to the present schema and fill it; `tell` hears of each table."""
    database = open_database(url)
    try:
        await upgrade(database)
        if database.postgres:
            await _postgres(database, url, filler, tell)
        else:
            _sqlite(url, filler, tell)
    finally:
        await database.close()


def _columns(table: Table) -> list[str]:
    return [column.name for column in table.columns if not column.autoincrement or column.autoincrement == "auto"]


async def _postgres(database: Database, url: str, filler: Filler, tell: Tell) -> None:
    dialect = database.engine.dialect
    connection = await asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://", 1))
    try:
        for table in FILLED:
            tell(f"{table.name} …")
            # Rows first, then the indexes: the same database in a third of the time.
            for index in table.indexes:
                await connection.execute(str(DropIndex(index, if_exists=True).compile(dialect=dialect)))
            rows = filler.rows(table)
            while chunk := list(itertools.islice(rows, CHUNK)):
                await connection.copy_records_to_table(table.name, records=chunk, columns=_columns(table), timeout=600)
            for index in sorted(table.indexes, key=lambda one: str(one.name)):
                await connection.execute(str(CreateIndex(index).compile(dialect=dialect)), timeout=3600)
        tell("vacuum and analyze …")
        await connection.execute("VACUUM ANALYZE", timeout=3600)
        await connection.execute("CHECKPOINT", timeout=3600)
    finally:
        await connection.close()


def _sqlite(url: str, filler: Filler, tell: Tell) -> None:
    with closing(sqlite3.connect(url.partition(":///")[2], isolation_level=None)) as connection:
        for table in FILLED:
            tell(f"{table.name} …")
            columns = _columns(table)
            marks = ", ".join("?" * len(columns))
            sql = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names
            rows = filler.rows(table)
            while chunk := list(itertools.islice(rows, CHUNK)):
                connection.execute("BEGIN")
                connection.executemany(sql, chunk)
                connection.execute("COMMIT")
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
