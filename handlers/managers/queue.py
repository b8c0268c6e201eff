"""/queue: who waits for a person now and how long, and who holds what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.business import Business
from handlers.managers.answers import LONGEST_TEXT
from handlers.managers.durations import duration_text
from handlers.papers.labels import CHANNELS, SEGMENT_ICONS, one_line, units
from handlers.texts import Texts
from scenarios.engine.phrases import Phrase
from scenarios.engine.records import WaitingRow

__all__ = ["queue_text"]

WAITING = Phrase("Waiting for a person: {count}")
NOBODY_WAITS = Phrase("Nobody is waiting. Everyone has been answered.")
HELD = Phrase("Talking with people: {count}")
NOBODY_HELD = Phrase("Nobody is talking with a person now.")
AND_MORE = Phrase("and {count} more", plural="and {count} more", count="count")
CLOSED_NOW = Phrase("The desk is closed now. It opens {opens}.")

_ROOM_FOR_MORE = 100


def queue_text(rows: Sequence[WaitingRow], business: Business, texts: Texts, language: str, now: datetime) -> str:
    """The queue in one message, the longest wait first; what does not fit is counted."""
    waiting = sorted((row for row in rows if row.holder == "waiting"), key=lambda row: row.since)
    held = sorted((row for row in rows if row.holder == "staffed"), key=lambda row: (row.agent.casefold(), row.since))

    def said(phrase: Phrase) -> str:
        return texts.render(phrase, language)

    def about(row: WaitingRow) -> str:
        name = one_line(row.name, 64) or row.contact
        icon = SEGMENT_ICONS["unhappy"] + " " if row.segment == "unhappy" else ""
        desk = said(business.desks.get(row.desk, Phrase(row.desk, texts={}))) if row.desk else ""
        where = " · ".join(filter(None, (row.contact, CHANNELS.get(row.channel, row.channel), desk)))
        waited = duration_text((now - row.since).total_seconds(), texts, language)
        return f"{icon}{name} — {waited}\n     {where}"

    parts = []
    if not business.hours.open_at(now):
        parts.append("🌙 " + said(CLOSED_NOW.having(opens=business.hours.opens(now))))
    room = (LONGEST_TEXT - 600) // 2
    if waiting:
        entries = [f"{place}. {about(row)}" for place, row in enumerate(waiting, 1)]
        parts.append(_listed("⏳ " + said(WAITING.having(count=len(waiting))), entries, room, texts, language))
    else:
        parts.append("✅ " + said(NOBODY_WAITS))
    if held:
        entries = [f"• {one_line(row.agent, 64) or '—'}: {about(row)}" for row in held]
        parts.append(_listed("🟢 " + said(HELD.having(count=len(held))), entries, room, texts, language))
    elif waiting:
        parts.append(said(NOBODY_HELD))
    return "\n\n".join(parts)


def _listed(head: str, entries: Sequence[str], room: int, texts: Texts, language: str) -> str:
    rows, used = [head], units(head)
    for index, entry in enumerate(entries):
        used += units(entry) + 1
        if used > room - _ROOM_FOR_MORE:
            rows.append(texts.render(AND_MORE.having(count=len(entries) - index), language))
            break
        rows.append(entry)
    return "\n".join(rows)
