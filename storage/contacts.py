"""Who is who: contacts by the vendors' names for them, their contexts, and what a vendor's message is to us."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from scenarios.engine.context import Context, pack, unpack
from scenarios.engine.events import Sender, Target
from scenarios.engine.records import Held
from storage import tables as t
from storage.database import Database, packed, storable, storable_json
from storage.tables import micros

__all__ = ["Contacts", "new_code"]

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8
REMEMBERED = 50_000
"""Addresses kept in memory. Another process may give one to another contact; a turn that was made upon what was
remembered is stale then."""


def new_code() -> str:
    """A contact's id, short enough to be read out: eight letters and digits without look-alikes."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def _keys(sender: Sender) -> list[str]:
    return [storable(f"{sender.channel}:{sender.account}:{key}") for key in sender.keys]


def _blank(contact: str, sender: Sender) -> dict[str, object]:
    context = Context(contact, name=sender.name, phone=sender.phone)
    return {"contact": contact, "version": 0, "holder": "closed", "epoch": 0, "data": storable_json(pack(context))}


class Contacts:
    """Look-ups around contacts."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._known: OrderedDict[str, str] = OrderedDict()

    def known(self, sender: Sender) -> str | None:
        """The contact of a sender that this process has met already."""
        found = {self._known.get(key) for key in _keys(sender)}
        return found.pop() if len(found) == 1 else None

    async def whose(self, sender: Sender) -> str | None:
        """The contact of a sender by their best name, none when we never met them."""
        if (known := self.known(sender)) is not None:
            return known
        async with self._db.reading() as connection:
            query = select(t.addresses.c.contact).where(t.addresses.c.key == _keys(sender)[0])
            found = (await connection.execute(query)).scalar_one_or_none()
        return None if found is None else str(found)

    def forget(self, sender: Sender) -> None:
        """This sender is looked up in the database the next time."""
        for key in _keys(sender):
            self._known.pop(key, None)

    async def find_contact(self, sender: Sender, at: datetime) -> str:
        """The contact of this sender, made at the first sight of them.

        A sender with several names (a WhatsApp user id and a phone) is one contact: the first name that is known
        decides, and the others come to mean the same contact.
        """
        return self.known(sender) or (await self.find_contacts([(sender, at)]))[0]

    async def find_contacts(self, senders: Sequence[tuple[Sender, datetime]]) -> list[str]:
        """The contacts of many senders at once, each made at the first sight."""
        asked = [{"key": key} for sender, _ in senders for key in _keys(sender)]
        sql = f"SELECT a.key, a.contact FROM {self._db.rows({'key': 'text'})} AS r JOIN addresses a ON a.key = r.key"

        async def known(connection: AsyncConnection) -> dict[str, str]:
            rows = await connection.execute(self._db.statement(sql), {"rows": packed(asked)})
            return {row.key: row.contact for row in rows}

        met = await self._db.read(known)
        new = [one for one in senders if met.keys().isdisjoint(_keys(one[0]))]
        if new:
            met |= await self._db.write(lambda connection: self._make(connection, new))
        contacts = []
        for sender, at in senders:
            keys = _keys(sender)
            found = {met.get(key) for key in keys}
            contact = found.pop() if len(found) == 1 else None
            if contact is None:
                # Some of the names are new, or were two people's so far, or another process has just made one of them.
                contact = await self._resolve(keys, sender, at)
                met |= dict.fromkeys(keys, contact)
            self._known.update(dict.fromkeys(keys, contact))
            contacts.append(contact)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return contacts

    async def _make(self, connection: AsyncConnection, senders: Sequence[tuple[Sender, datetime]]) -> dict[str, str]:
        """New contacts in one transaction; the addresses that are theirs now."""
        made = {new_code(): one for one in senders}
        rows = [
            {"id": contact, "name": sender.name, "phone": sender.phone, "made_at": micros(at)}
            for contact, (sender, at) in made.items()
        ]
        await self._db.insert(connection, t.contacts, rows)
        await self._db.insert(connection, t.contexts, [_blank(contact, one[0]) for contact, one in made.items()])
        addresses = {
            key: {"key": key, "contact": contact, "made_at": micros(at)}
            for contact, (sender, at) in made.items()
            for key in _keys(sender)
        }
        # One order for all processes, so that two transactions never wait for each other in a circle.
        rows = [addresses[key] for key in sorted(addresses)]
        won = await self._db.insert_new(connection, t.addresses, rows, "key")
        theirs = {key: str(addresses[key]["contact"]) for key in won}
        # Those that got none of their addresses were made by another process at the same instant.
        for contact in made.keys() - set(theirs.values()):
            await connection.execute(t.contexts.delete().where(t.contexts.c.contact == contact))
            await connection.execute(t.contacts.delete().where(t.contacts.c.id == contact))
        return theirs

    async def _resolve(self, keys: list[str], sender: Sender, at: datetime) -> str:
        async with self._db.writing() as connection:
            for _ in range(3):
                rows = await connection.execute(
                    select(t.addresses.c.key, t.addresses.c.contact).where(t.addresses.c.key.in_(keys))
                )
                found = {row.key: row.contact for row in rows}
                contact = next((found[key] for key in keys if key in found), "") or new_code()
                missing = [
                    {"key": key, "contact": contact, "made_at": micros(at)} for key in keys if found.get(key) is None
                ]
                if not found:
                    made = {"id": contact, "name": sender.name, "phone": sender.phone, "made_at": micros(at)}
                    await self._db.insert(connection, t.contacts, [made])
                    await self._db.insert(connection, t.contexts, [_blank(contact, sender)])
                others = [key for key in keys if key in found and found[key] != contact]
                if others:
                    # One message that carries two names proves that they are one person: the best name decides.
                    await connection.execute(
                        t.addresses.update().where(t.addresses.c.key.in_(others)).values(contact=contact)
                    )
                if not missing:
                    return contact
                new = await self._db.insert_new(connection, t.addresses, missing, "key")
                if found or len(new) == len(missing):
                    return contact
                # Another process made this address at the same instant; ours is taken out and theirs is used.
                await connection.execute(t.addresses.delete().where(t.addresses.c.contact == contact))
                await connection.execute(t.contexts.delete().where(t.contexts.c.contact == contact))
                await connection.execute(t.contacts.delete().where(t.contacts.c.id == contact))
        raise RuntimeError("an address could not be given to a contact after three tries")

    async def link(self, before: Sender, after: Sender, at: datetime) -> None:
        """The vendor says that a person goes by another name from now on: it means the same contact."""
        contact = await self.find_contact(before, at)
        keys = _keys(after)
        rows = [{"key": key, "contact": contact, "made_at": micros(at)} for key in keys]
        async with self._db.writing() as connection:
            conflict = "ON CONFLICT (key) DO UPDATE SET contact = excluded.contact"
            await self._db.insert(connection, t.addresses, rows, conflict)
        self._known.update(dict.fromkeys(keys, contact))

    async def load(self, contact: str) -> Held:
        """The context from the database. Raises LookupError for a contact that does not exist."""
        held = (await self.load_many([contact]))[0]
        if held is None:
            raise LookupError(f"contact {contact} is not in the database")
        return held

    async def load_many(self, contacts: Sequence[str]) -> list[Held | None]:
        """Contexts from the database, None for a contact that does not exist."""
        sql = (
            "SELECT c.contact, c.data, c.version "
            f"FROM {self._db.rows({'contact': 'text'})} AS r JOIN contexts c ON c.contact = r.contact"
        )
        asked = packed([{"contact": contact} for contact in contacts])

        async def found(connection: AsyncConnection) -> dict[str, Held]:
            rows = await connection.execute(self._db.statement(sql), {"rows": asked})
            return {row.contact: Held(unpack(row.data), row.version) for row in rows}

        held = await self._db.read(found)
        return [held.get(contact) for contact in contacts]

    async def contact_of_topic(self, chat: int, thread: int) -> str | None:
        """Whose topic this is."""
        async with self._db.reading() as connection:
            query = select(t.topics.c.contact).where(and_(t.topics.c.chat == chat, t.topics.c.thread == thread))
            return (await connection.execute(query)).scalar_one_or_none()

    async def target(self, chat: str, message: str) -> Target | None:
        """What a message in a staff group or a customer's chat is to us."""
        async with self._db.reading() as connection:
            if chat.lstrip("-").isdigit():
                query = select(t.topic_messages.c.kind, t.topic_messages.c.line).where(
                    and_(t.topic_messages.c.chat == int(chat), t.topic_messages.c.message == message)
                )
                row = (await connection.execute(query)).first()
                if row is not None:
                    return Target(row.line, row.kind)
            lines = select(t.lines.c.id, t.lines.c.author, t.lines.c.agent).where(t.lines.c.message == message)
            if chat.startswith("whatsapp:"):
                # WhatsApp's message ids are unique, while a person may be named by phone here and by user id there.
                lines = lines.where(t.lines.c.channel == "whatsapp")
            else:
                lines = lines.where(t.lines.c.chat == chat)
            line = (await connection.execute(lines)).first()
        if line is None:
            return None
        kinds = {"customer": "heard", "bot": "said", "agent": "relayed", "note": "note"}
        return Target(line.id, kinds.get(line.author, "other"), line.agent)

    async def last_relayed(self, contact: str, agent: str) -> str | None:
        """The agent's newest line to this customer that was not taken back."""
        async with self._db.reading() as connection:
            query = (
                select(t.lines.c.id)
                .where(t.lines.c.contact == contact, t.lines.c.author == "agent", t.lines.c.agent == agent)
                .where(t.lines.c.deleted.is_(False))
                .order_by(t.lines.c.seq.desc())
                .limit(1)
            )
            return (await connection.execute(query)).scalar_one_or_none()

    async def adopt_topic(self, contact: str, chat: int, thread: int) -> bool:
        """Take a topic that was made just before a crash; False when the contact has one already."""
        async with self._db.writing() as connection:
            sql = self._db.statement(
                "UPDATE topics SET thread = :thread, making = NULL, times_made = times_made + 1 "
                "WHERE contact = :contact AND chat = :chat AND thread IS NULL AND making IS NOT NULL"
            )
            result = await connection.execute(sql, {"thread": thread, "contact": contact, "chat": chat})
            return result.rowcount == 1
