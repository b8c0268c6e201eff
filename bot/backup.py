"""A desk in one file: a tar with its SQLite database as it was at one instant, and its media.

Rule: a backup is whole or it is not there. It is written beside its place and renamed; its last member is the manifest,
without which it is not taken back; on the way back every byte is checked before anything is put in its place.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from storage.schema import known_versions
from storage.snapshot import SnapshotError, becomes_new_desk, check_sqlite, copy_sqlite

__all__ = ["Backup", "read_backup", "write_backup"]

FORMAT = 1
DATABASE, MEDIA, MANIFEST = "qabul.db", "media", "qabul.json"
PIECE = 1024 * 1024
_MEDIA_NAME = re.compile(r"media/([0-9a-f]{2})/([0-9a-f]{62})")


@dataclass(frozen=True, slots=True)
class Backup:
    """What is in a backup: when it was made (UTC), the schema version, how many files, bytes of the whole."""

    made_at: str
    version: str
    files: int
    size: int


def write_backup(database: Path, media: Path, target: Path) -> Backup:
    """Back the database and the media up into `target`, over what stands there. The desk may be at work.

    Raises SnapshotError, or OSError when the place cannot be written to.
    """
    with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=f".{target.name}-") as place:
        copy, made = Path(place) / DATABASE, datetime.now(UTC).isoformat(timespec="seconds")
        version = copy_sqlite(database, copy)
        unfinished = Path(place) / "tar"
        with unfinished.open("xb") as file:
            unfinished.chmod(0o600)
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                tar.add(copy, DATABASE)
                # The database came first: of every file that it knows the bytes were there before.
                files = _add_media(tar, media)
                manifest = {
                    "format": FORMAT,
                    "made_at": made,
                    "version": version,
                    "database": _hash_of(copy),
                    "files": files,
                }
                told = json.dumps(manifest).encode()
                member = tarfile.TarInfo(MANIFEST)
                member.size = len(told)
                tar.addfile(member, io.BytesIO(told))
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
        unfinished.replace(target)
        _sync_folder(target.absolute().parent)
    return Backup(made, version, files, size)


def read_backup(source: Path, database: Path, media: Path) -> Backup:
    """Put a backup back where no desk is: `database` must not exist; files that lie in `media` stay there.

    Raises SnapshotError for a backup that is not whole or too new, FileExistsError when there is a database already.
    """
    for there in (database, *(database.with_name(database.name + end) for end in ("-wal", "-journal"))):
        # A log that is left of another database would be written into this one.
        if there.exists():
            raise FileExistsError(f"there is {there} already: stop the desk and move its data directory away")
    database.parent.mkdir(parents=True, exist_ok=True)
    media.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=database.absolute().parent, prefix=".restoring-") as folder:
        place = Path(folder)
        backup = _unpack(source, place)
        if check_sqlite(place / DATABASE) != backup.version or backup.version not in known_versions():
            raise SnapshotError(f"{source} was made by a newer version ({backup.version}): restore it with that one")
        becomes_new_desk(place / DATABASE)
        for file in sorted((place / MEDIA).glob("*/*")):
            kept = media / file.parent.name / file.name
            kept.parent.mkdir(parents=True, exist_ok=True)
            # The media may lie on another file system than the database.
            shutil.move(file, kept)
        _sync(place / DATABASE)
        (place / DATABASE).replace(database)
        _sync_folder(database.absolute().parent)
    return backup


def _add_media(tar: tarfile.TarFile, media: Path) -> int:
    files = 0
    for file in sorted(media.glob("*/*")):
        name = f"{MEDIA}/{file.parent.name}/{file.name}"
        if _MEDIA_NAME.fullmatch(name):
            tar.add(file, name)
            files += 1
    return files


def _unpack(source: Path, place: Path) -> Backup:
    """Everything into `place`, each file checked against its hash."""
    (place / MEDIA).mkdir()
    manifest: object = None
    database, files = "", 0
    try:
        with source.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as tar:
            for member in tar:
                content = tar.extractfile(member) if member.isreg() else None
                if content is None:
                    raise SnapshotError(f"{source} is no backup of a desk: {member.name!r} does not belong there")
                if member.name == DATABASE:
                    database = _keep(content, place / DATABASE)
                elif member.name == MANIFEST:
                    manifest = json.load(content)
                elif named := _MEDIA_NAME.fullmatch(member.name):
                    target = place / MEDIA / named[1] / named[2]
                    target.parent.mkdir(exist_ok=True)
                    if _keep(content, target) != named[1] + named[2]:
                        raise SnapshotError(f"{source} is damaged: {member.name} is not what it was")
                    files += 1
                else:
                    raise SnapshotError(f"{source} is no backup of a desk: {member.name!r} does not belong there")
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise SnapshotError(f"{source} is no backup of a desk, or it is damaged ({error})") from None
    if not isinstance(manifest, dict):
        raise SnapshotError(f"{source} is not whole: its end is missing")
    if manifest.get("format") != FORMAT:
        raise SnapshotError(f"{source} was made by a newer version: restore it with that one")
    if manifest.get("database") != database or manifest.get("files") != files:
        raise SnapshotError(f"{source} is damaged: what is in it is not what was put in")
    return Backup(str(manifest["made_at"]), str(manifest["version"]), files, source.stat().st_size)


def _keep(content: IO[bytes], target: Path) -> str:
    """Write it down; its hash."""
    digest = hashlib.sha256()
    with target.open("xb") as file:
        while piece := content.read(PIECE):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
