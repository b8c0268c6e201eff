"""The parts of the history document as HTML: head, line, foot, and its style.

Rule: whatever a person wrote goes through `_text` or `_name`, which escape it and isolate its direction. Nothing is
loaded from anywhere, nothing runs: the page's own policy forbids both.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from importlib.resources import files

from babel.dates import format_date

from handlers.papers.history_words import Words
from handlers.papers.labels import CHANNELS, one_line, zone_name
from scenarios.engine.records import Line

__all__ = ["HistoryHead", "Page"]

TICKS = {"": "🕓", "sent": "✓", "delivered": "✓✓", "read": "✓✓", "played": "✓✓"}
LONGEST_VERSION = 200_000
"""Letters of one text; a messenger takes 4096, so nobody meets this, and a page of one text stays readable."""


@dataclass(frozen=True, slots=True)
class HistoryHead:
    """Whose history it is and when it was made. `channel` is the one they wrote on last, `business` the business's
    name in the reader's language."""

    code: str
    name: str
    phone: str
    channel: str
    language: str
    segment: str
    made_at: datetime
    business: str


def _name(text: str, most: int = 200) -> str:
    return f"<bdi>{html.escape(one_line(text, most))}</bdi>"


def _text(text: str) -> str:
    return html.escape(text[:LONGEST_VERSION])


def _phone(phone: str) -> str:
    digits = "".join(ch for ch in phone if ch in "+0123456789")[:20]
    return f'<a href="tel:{digits}">{_name(phone, 32)}</a>'


class Page:
    """Writes one document's parts, which joined in order make it."""

    def __init__(self, head: HistoryHead, words: Words, zone: tzinfo) -> None:
        self._head = head
        self._words = words
        self._zone = zone
        self._day: date | None = None
        self._conversation: int | None = None
        self.count = 0

    def top(self) -> str:
        """Everything before the first line."""
        head, words = self._head, self._words
        style = (files("handlers.papers") / "history.css").read_text(encoding="utf-8")
        facts = (
            (words.code, f"<b>{html.escape(head.code)}</b>"),
            (words.phone, _phone(head.phone) if head.phone else "—"),
            (words.channel, self._badge(head.channel) if head.channel else "—"),
            (words.language, html.escape(words.languages.get(head.language, head.language)) or "—"),
            (words.segment, html.escape(words.segments.get(head.segment, head.segment)) or "—"),
            (words.made, f"{self._clock(head.made_at, with_day=True)} · {html.escape(zone_name(self._zone))}"),
        )
        rows = "".join(f"<div><dt>{html.escape(name)}</dt><dd>{value}</dd></div>" for name, value in facts)
        name = head.name or words.no_name
        return (
            f'<!DOCTYPE html>\n<html lang="{html.escape(words.tag)}">\n<head>\n<meta charset="utf-8">\n'
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
            f"<title>{html.escape(one_line(f'{name} · {head.code} · {words.title}'))}</title>\n"
            f"<style>\n{style}</style>\n</head>\n<body>\n"
            f'<header id="top"><p class="house">{_name(head.business)} · {html.escape(words.title)}</p>'
            f"<h1>{_name(name)}</h1><dl>{rows}</dl>"
            f'<p class="jump"><a href="#end">{html.escape(words.to_end)} ↓</a></p></header>\n<main>\n'
        )

    def line(self, line: Line) -> str:
        """One line, after a separator where a day or a conversation begins."""
        self.count += 1
        local = line.at.astimezone(self._zone)
        parts = []
        if local.date() != self._day:
            parts.append(self._new_day(local.date()))
        if line.conversation != self._conversation:
            self._conversation = line.conversation
            if line.conversation:
                number = self._words.conversation(line.conversation)
                parts.append(f'<p class="talk"><span>{html.escape(number)}</span></p>\n')
        gone = " gone" if line.deleted else ""
        failed = " failed" if line.status == "failed" else ""
        kind = html.escape(line.author, quote=True)
        parts.append(
            f'<article class="{kind}{gone}{failed}"><p class="who">{self._who(line)}</p>'
            f"{self._what(line)}{self._below(line)}</article>\n"
        )
        return "".join(parts)

    def bottom(self) -> str:
        """Everything after the last line."""
        words = self._words
        close = "</section>\n" if self._day is not None else f'<p class="empty">{html.escape(words.empty)}</p>\n'
        back = f'<a href="#top">{html.escape(words.to_top)} ↑</a>' if self._day is not None else ""
        return (
            f'{close}</main>\n<footer id="end"><p>{html.escape(words.counted(self.count))}</p>'
            f'<p class="jump">{back}</p></footer>\n</body>\n</html>\n'
        )

    # -- the parts of a line ----------------------------------------------------------------------------

    def _new_day(self, day: date) -> str:
        before = "</section>\n" if self._day is not None else ""
        self._day = day
        said = html.escape(format_date(day, "full", locale=self._words.locale))
        return f'{before}<section><h2><time datetime="{day:%Y-%m-%d}">{said}</time></h2>\n'

    def _who(self, line: Line) -> str:
        words = self._words
        name = line.name or words.authors.get(line.author, "")
        # Someone without a name is called by what they are, and that once.
        role = words.roles.get(line.author, "") if line.name or line.author == "note" else ""
        tag = f' <span class="role">{html.escape(role)}</span>' if role else ""
        return (
            f'<b dir="auto">{_name(name, 80)}</b>{tag} {self._badge(line.channel)}'
            f' <time datetime="{html.escape(line.at.isoformat())}">{self._clock(line.at)}</time>'
        )

    def _badge(self, channel: str) -> str:
        if not channel:
            return ""
        known = channel if channel in CHANNELS else "other"
        return f'<span class="badge {known}">{html.escape(CHANNELS.get(channel, channel))}</span>'

    def _what(self, line: Line) -> str:
        content, words = line.content, self._words
        parts = []
        if content.media is not None:
            icon, kind = words.media_kind(content.media.kind)
            facts = [f"<b>{html.escape(kind)}</b>"]
            if content.media.name:
                facts.append(_name(content.media.name, 160))
            if size := words.size(content.media.size):
                facts.append(html.escape(size))
            parts.append(f'<p class="part"><span class="icon">{icon}</span> {" · ".join(facts)}</p>')
        if content.contact is not None:
            facts = [f"<b>{html.escape(words.contact)}</b>"]
            if content.contact.name:
                facts.append(_name(content.contact.name, 80))
            facts.append(_phone(content.contact.phone))
            if content.contact.own:
                facts.append(html.escape(words.own_number))
            parts.append(f'<p class="part"><span class="icon">👤</span> {" · ".join(facts)}</p>')
        if content.spot is not None:
            where = f"{content.spot.latitude:.6f}, {content.spot.longitude:.6f}"
            title = f" · {_name(content.spot.title)}" if content.spot.title else ""
            parts.append(
                f'<p class="part"><span class="icon">📍</span> <b>{html.escape(words.place)}</b>{title} · '
                f'<span class="spot">{where}</span></p>'
            )
        if content.unread:
            unread = html.escape(words.unread(one_line(content.unread, 60)))
            parts.append(f'<p class="part"><span class="icon">❔</span> {unread}</p>')
        if line.versions:
            parts.append(self._versions(line))
        elif content.text:
            tapped = "text tapped" if line.tapped else "text"
            parts.append(f'<div class="{tapped}" dir="auto">{_text(content.text)}</div>')
        elif not parts:
            parts.append(f'<p class="part faint">{html.escape(words.nothing)}</p>')
        return "".join(parts)

    def _versions(self, line: Line) -> str:
        """The text as it is now, then every older one with the time it was written."""
        words, told = self._words, [(line.at, line.content.text)]
        told += [(version.at, version.text) for version in line.versions]
        day = line.at.astimezone(self._zone).date()

        def clock(at: datetime) -> str:
            return self._clock(at, with_day=at.astimezone(self._zone).date() != day)

        def shown(text: str) -> str:
            return _text(text) if text else f"<i>{html.escape(words.emptied)}</i>"

        changed, newest = told[-1]
        older = "".join(
            f'<li><time>{clock(at)}</time><div class="old" dir="auto">{shown(text)}</div></li>'
            for at, text in reversed(told[:-1])
        )
        return (
            f'<div class="text" dir="auto">{shown(newest)}</div>'
            f'<div class="versions"><p>✏️ {html.escape(words.changed(clock(changed)))}</p><ol>{older}</ol></div>'
        )

    def _below(self, line: Line) -> str:
        words, marks = self._words, []
        if line.tapped:
            marks.append(f'<span class="mark">👆 {html.escape(words.tapped)}</span>')
        if line.author == "note":
            marks.append(f'<span class="mark">🔒 {html.escape(words.inside)}</span>')
        if line.deleted:
            marks.append(f'<span class="mark bad">🗑 {html.escape(words.deleted)}</span>')
        if line.author in ("bot", "agent"):
            if line.status == "failed":
                marks.append(f'<span class="mark bad">⚠️ {html.escape(words.failed(line.reason))}</span>')
            elif line.status or not line.deleted:
                status = html.escape(words.statuses.get(line.status, line.status))
                seen = " seen" if line.status in ("read", "played") else ""
                marks.append(f'<span class="mark{seen}">{TICKS.get(line.status, "✓")} {status}</span>')
        return f'<p class="below">{" ".join(marks)}</p>' if marks else ""

    def _clock(self, at: datetime, with_day: bool = False) -> str:
        local = at.astimezone(self._zone)
        return f"{local:%d.%m.%Y %H:%M}" if with_day else f"{local:%H:%M}"
