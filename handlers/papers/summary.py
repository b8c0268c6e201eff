"""The message of a handoff: what the scenario summarised, then the last messages.

Rule: it always fits one message. The oldest messages are shortened first, then left out, the summary last.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from handlers.papers.labels import TAKEN_BACK, cut, in_short, speaker, text_now, units
from handlers.texts import Texts
from scenarios.engine.phrases import Phrase
from scenarios.engine.records import Line

__all__ = ["LONGEST", "summary_text"]

LONGEST = 3_400
"""UTF-16 units. Telegram takes 4096 (Bot API 10.1); the rest is for the names of those who are called by it."""

MOST_LINES = 10
LONG_SUMMARY = 1_400
LONG_LINE = 600
SHORT_LINE = 80

WANTED = Phrase("{desk}: a customer is waiting for a person")
LAST_MESSAGES = Phrase("The last messages:")

_AUTHOR_ICONS = {"bot": "🤖 ", "agent": "👩‍💼 ", "note": "📝 "}


def summary_text(summary: str, desk: Phrase, lines: Sequence[Line], texts: Texts, language: str, zone: tzinfo) -> str:
    """The message; `lines` in order, of which the last ten are shown, with local times."""
    head = f"🙋 {cut(texts.render(WANTED.having(desk=desk), language), 200)}"
    if summary.strip():
        head += "\n\n" + cut(summary.strip(), LONG_SUMMARY)
    shown = lines[-MOST_LINES:]
    if not shown:
        return head
    head += f"\n\n💬 {texts.render(LAST_MESSAGES, language)}"
    last_day = shown[-1].at.astimezone(zone).date()
    written = []
    for line in shown:
        at = line.at.astimezone(zone)
        when = f"{at:%H:%M}" if at.date() == last_day else f"{at:%d.%m %H:%M}"
        who = _AUTHOR_ICONS.get(line.author, "") + speaker(line, texts, language)
        written.append((f"{when} {who}: ", _said(line, texts, language)))
    room = LONGEST - units(head)
    return "\n".join([head, *_fitted(written, room)])


def _said(line: Line, texts: Texts, language: str) -> str:
    words = in_short(line.content, text_now(line), texts, language)
    if line.deleted:
        return f"🗑 ({texts.render(TAKEN_BACK, language)}) {words}"
    return f"👆 {words}" if line.tapped else f"✏️ {words}" if line.versions else words


def _fitted(written: Sequence[tuple[str, str]], room: int) -> list[str]:
    """The lines in the room there is: the oldest give way first, down to a short form, then whole."""
    rows = [start + cut(said, LONG_LINE) for start, said in written]
    for index, (start, said) in enumerate(written):
        over = _length(rows) - room
        if over <= 0:
            return rows
        had = units(rows[index]) - units(start)
        rows[index] = start + cut(said, max(SHORT_LINE, min(had, had - over)))
    while rows and _length(rows) > room:
        del rows[0]
    return rows


def _length(rows: Sequence[str]) -> int:
    return sum(units(row) + 1 for row in rows)
