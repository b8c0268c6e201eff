"""Who is alive: what a dead process held is free at once, what a living one holds stays."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from sqlalchemy import text

from storage.database import Database, open_database
from storage.outbox import Outbox
from storage.owners import LOCK_CLASS, Owner
from storage.schema import upgrade
from tests.servers import Databases
from tests.storage.rows import NOW, later

PROCESS = """
import asyncio, sys
from datetime import datetime
from storage.database import open_database
from storage.outbox import Outbox
from storage.owners import Owner

async def main():
    database = open_database(sys.argv[1])
    rows = Outbox(database)
    owner = Owner(database, rows)
    await owner.arrive()
    now = datetime.fromisoformat(sys.argv[2])
    print(await rows.claim(["telegram:1:7"], owner.name, now, now.replace(year=2099)), flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def arrived(database: Database) -> tuple[Owner, Outbox]:
    """A sender with a name."""
    rows = Outbox(database)
    owner = Owner(database, rows)
    await owner.arrive()
    return owner, rows


async def test_on_sqlite_whatever_was_held_is_free_at_arrival_because_nobody_else_can_live(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    path = tmp_path / "desk.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    database = open_database(f"sqlite+aiosqlite:///{path}")
    rows = Outbox(database)
    await rows.claim(["a", "b"], "a dead one", NOW, later(10**6))
    owner, _ = await arrived(database)
    assert await owner.still_here()
    assert await rows.claim(["a", "b"], owner.name, NOW, later(30)) == ["a", "b"]
    assert await owner.bury() == 0
    assert await rows.claim(["a"], "another", NOW, later(30)) == []
    await owner.leave()
    await database.close()


async def test_a_killed_processs_claims_are_buried_and_the_livings_are_not(migrated_postgres: str) -> None:
    mine = open_database(migrated_postgres)
    owner, rows = await arrived(mine)
    await rows.claim(["mine"], owner.name, NOW, later(10**6))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROCESS, migrated_postgres, NOW.isoformat()),
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        said = await asyncio.wait_for(process.stdout.readline(), 30)
        assert said.strip() == b"['telegram:1:7']"
        assert await owner.bury() == 0, "it lives"
        assert await rows.claim(["telegram:1:7"], owner.name, NOW, later(30)) == []
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
        async with asyncio.timeout(10):
            while not await owner.bury():  # noqa: ASYNC110 - a server has no event
                await asyncio.sleep(0.01)
        assert await rows.claim(["telegram:1:7", "mine"], owner.name, NOW, later(30)) == ["mine", "telegram:1:7"]
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await rows.release(["telegram:1:7", "mine"], owner.name)
        await owner.leave()
        await mine.close()


async def test_a_killed_connection_loses_the_name_and_its_owner_notices(migrated_postgres: str) -> None:
    first, second = open_database(migrated_postgres), open_database(migrated_postgres)
    one, rows = await arrived(first)
    two, _ = await arrived(second)
    await rows.claim(["a"], one.name, NOW, later(10**6))
    assert await one.still_here()
    assert await two.bury() == 0
    async with second.engine.connect() as connection:
        kill = (
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = :c AND objid = :n"
        )
        assert (await connection.execute(text(kill), {"c": LOCK_CLASS, "n": int(one.name)})).scalar_one()
    async with asyncio.timeout(10):
        while not await two.bury():  # noqa: ASYNC110 - a server has no event
            await asyncio.sleep(0.01)
    noticed = False
    try:
        await one.still_here()
    except Exception:  # noqa: BLE001 - whatever the driver says, it must say it
        noticed = True
    assert noticed
    # It takes a name again and goes on.
    await one.leave()
    await one.arrive()
    assert await one.still_here()
    assert await rows.claim(["a"], one.name, NOW, later(30)) == ["a"]
    assert await two.bury() == 0
    for owner, database in ((one, first), (two, second)):
        await owner.leave()
        await database.close()


async def test_what_one_process_is_enough_for_is_exactly_ones_and_goes_over_when_it_leaves(
    migrated_postgres: str, databases: Databases
) -> None:
    # Another desk in the same server is nobody of ours.
    foreign_url = databases.create()
    foreign = open_database(foreign_url)
    await upgrade(foreign)
    stranger, _ = await arrived(foreign)
    mine = [open_database(migrated_postgres) for _ in range(3)]
    owners = [(await arrived(database))[0] for database in mine]
    for owner in owners:
        await owner.bury()
        assert owner.processes == 3
    works = [f"timer {n}" for n in range(60)]
    share = {work: [owner.name for owner in owners if owner.mine(work)] for work in works}
    assert all(len(names) == 1 for names in share.values())
    assert {name for (name,) in share.values()} == {owner.name for owner in owners}
    await owners[0].leave()
    async with asyncio.timeout(10):
        while owners[1].processes != 2 or owners[2].processes != 2:
            await owners[1].bury()
            await owners[2].bury()
    assert all(owners[1].mine(work) != owners[2].mine(work) for work in works)
    for owner in (*owners[1:], stranger):
        await owner.leave()
    for database in (*mine, foreign):
        await database.close()
    databases.drop(foreign_url)


async def test_whoever_leaves_is_not_counted_among_the_living_though_the_process_goes_on(
    migrated_postgres: str,
) -> None:
    first, second = open_database(migrated_postgres), open_database(migrated_postgres)
    one, rows = await arrived(first)
    two, _ = await arrived(second)
    await rows.claim(["left"], one.name, NOW, later(10**6))
    await one.leave()
    async with asyncio.timeout(10):
        while not await two.bury():  # noqa: ASYNC110 - a server has no event
            await asyncio.sleep(0.01)
    await two.leave()
    await first.close()
    await second.close()
