"""/stats: the figures of a period in words, each with the number of cases it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from babel.numbers import format_decimal, format_percent

from handlers.managers.durations import duration_text
from handlers.papers.labels import CHANNELS, SEGMENT_ICONS, SEGMENTS, locale_of, one_line
from handlers.texts import Texts
from scenarios.engine.kpi import Figures, Group, Ratings, Spread
from scenarios.engine.phrases import Phrase

__all__ = ["Period", "caption_text", "period_of", "stats_text", "unknown_period_text"]

TODAY = Phrase("today", "period")
TITLE_TODAY = Phrase("Figures of today, {day}")
TITLE_DAYS = Phrase("Figures of the last {days} days, {first} – {last}")
UNKNOWN = Phrase('I do not know the period "{words}". Write /stats today, /stats 7d or /stats 30d.')
NONE = Phrase("There was no conversation in this time yet.")

CONVERSATIONS = Phrase("Conversations: {count}", "figure")
BOT_ALONE = Phrase("Answered by the bot alone: {count} ({share})")
HANDED_OFF = Phrase("Handed off to people: {count} ({share})")
UNDER_WAY = Phrase("Still going, or left by the customer: {count} ({share})")
STEPPED_IN = Phrase("Of these, people stepped in unasked: {count}")

FIRST_RESPONSE = Phrase("First response ({count} answered of {handoffs} handed off)")
NO_FIRST_RESPONSE = Phrase("First response: nothing answered yet ({handoffs} handed off)")
RESOLUTION = Phrase("Until the conversation was closed ({count} closed)")
NO_RESOLUTION = Phrase("Until the conversation was closed: none closed yet")
BY_CLOCK = Phrase("by the clock: half within {median} (median), 9 of 10 within {p90} (p90)")
OPEN_HOURS = Phrase("in opening hours: half within {median} (median), 9 of 10 within {p90} (p90)")

RATING = Phrase("Rating: {average} of 5 ({count} of {asked} asked have answered, {rate})")
NO_RATING = Phrase("Rating: none yet ({asked} asked)")

NPS = Phrase("Would recommend us: {score} (from -100 to 100; {count} answered)")

BY_CHANNEL = Phrase("By channel")
BY_SEGMENT = Phrase("By kind of customer")
GROUP = Phrase("{name}: {count} (bot alone {alone}, people {people})")
GROUP_FIRST = Phrase("first response {time} ({count})")
GROUP_RATING = Phrase("rating {average} ({count})")
UNKNOWN_GROUP = Phrase("not known", "group")

DEFINITIONS = Phrase(
    "A conversation counts on the day it began. First response: from the handoff to a person's first message. "
    "Closed: from the first message to /close."
)

SPANS = (7, 30)
DEFAULT_SPAN = 7


@dataclass(frozen=True, slots=True)
class Period:
    """[since, until) in UTC-comparable times, `days` of them local days, today included."""

    since: datetime
    until: datetime
    days: int

    @property
    def by_hour(self) -> bool:
        """One day is told hour by hour."""
        return self.days == 1


def period_of(words: str, now: datetime, zone: tzinfo, texts: Texts) -> Period | None:
    """The period that is meant: nothing is 7 days, "today" in any of our languages, 7d, 30d. None for anything else."""
    said = words.strip().casefold()
    if not said:
        days = DEFAULT_SPAN
    elif said == "1d" or said in {word.casefold() for word in texts.readings(TODAY)}:
        days = 1
    else:
        number = said.rstrip("dкдk. ").strip() if said[:1].isdigit() else ""
        if number not in {str(span) for span in SPANS}:
            return None
        days = int(number)
    local = now.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return Period(midnight - timedelta(days=days - 1), now, days)


def unknown_period_text(words: str, texts: Texts, language: str) -> str:
    """What to write instead."""
    return "❔ " + texts.render(UNKNOWN.having(words=one_line(words, 40)), language)


def caption_text(period: Period, texts: Texts, language: str, zone: tzinfo) -> str:
    """What the figures are of, on one line."""
    first, last = period.since.astimezone(zone), period.until.astimezone(zone)
    if period.by_hour:
        return texts.render(TITLE_TODAY.having(day=f"{last:%d.%m.%Y}"), language)
    phrase = TITLE_DAYS.having(days=period.days, first=f"{first:%d.%m}", last=f"{last:%d.%m.%Y}")
    return texts.render(phrase, language)


def stats_text(found: Figures, period: Period, texts: Texts, language: str, zone: tzinfo) -> str:
    """The figures as a message."""
    title = f"📊 {caption_text(period, texts, language, zone)}"
    if not found.count.conversations:
        return f"{title}\n\n{texts.render(NONE, language)}"
    return "\n".join([title, "", *_Said(found, texts, language).rows()])


class _Said:
    """The rows of the message."""

    def __init__(self, found: Figures, texts: Texts, language: str) -> None:
        self._found = found
        self._texts = texts
        self._language = language
        self._locale = locale_of(language)

    def rows(self) -> Iterator[str]:
        found, count = self._found, self._found.count
        yield "💬 " + self._say(CONVERSATIONS.having(count=count.conversations))
        yield "🤖 " + self._say(BOT_ALONE.having(count=count.bot_alone, share=self._share(count.bot_alone)))
        yield "🙋 " + self._say(HANDED_OFF.having(count=count.handed_off, share=self._share(count.handed_off)))
        if found.stepped_in:
            yield "     " + self._say(STEPPED_IN.having(count=found.stepped_in))
        if count.under_way:
            yield "💭 " + self._say(UNDER_WAY.having(count=count.under_way, share=self._share(count.under_way)))
        yield ""
        yield from self._first_response()
        yield ""
        yield from self._resolution()
        yield ""
        yield from self._rating(found.ratings)
        if found.recommendations.score is not None:
            score = f"{found.recommendations.score:+.0f}"
            yield "💚 " + self._say(NPS.having(score=score, count=found.recommendations.count))
        yield from self._groups("📱 " + self._say(BY_CHANNEL), found.channels, self._channel)
        yield from self._groups("👥 " + self._say(BY_SEGMENT), found.segments, self._segment)
        yield ""
        yield "ℹ️ " + self._say(DEFINITIONS)

    def _first_response(self) -> Iterator[str]:
        found = self._found
        handoffs = found.count.handed_off - found.stepped_in
        if not found.first_response.count:
            yield "⏱ " + self._say(NO_FIRST_RESPONSE.having(handoffs=handoffs))
            return
        yield "⏱ " + self._say(FIRST_RESPONSE.having(count=found.first_response.count, handoffs=handoffs))
        yield from self._spreads(found.first_response, found.first_response_open)

    def _resolution(self) -> Iterator[str]:
        found = self._found
        if not found.resolution.count:
            yield "🏁 " + self._say(NO_RESOLUTION)
            return
        yield "🏁 " + self._say(RESOLUTION.having(count=found.resolution.count))
        yield from self._spreads(found.resolution, found.resolution_open)

    def _spreads(self, clock: Spread, worked: Spread) -> Iterator[str]:
        for phrase, spread in ((BY_CLOCK, clock), (OPEN_HOURS, worked)):
            if spread.median is not None and spread.p90 is not None:
                median, p90 = self._time(spread.median), self._time(spread.p90)
                yield "     " + self._say(phrase.having(median=median, p90=p90))

    def _rating(self, ratings: Ratings) -> Iterator[str]:
        if ratings.average is None or ratings.response_rate is None:
            yield "⭐ " + self._say(NO_RATING.having(asked=ratings.asked))
            return
        rate = self._percent(ratings.response_rate)
        average = self._number(ratings.average)
        yield "⭐ " + self._say(RATING.having(average=average, count=ratings.count, asked=ratings.asked, rate=rate))
        yield "     " + " · ".join(f"{score}★ {many}" for score, many in reversed(list(enumerate(ratings.each, 1))))

    def _groups(self, title: str, groups: tuple[Group, ...], name: Callable[[str], str]) -> Iterator[str]:
        yield ""
        yield title
        for group in groups:
            count = group.count
            row = GROUP.having(
                name=name(group.name), count=count.conversations, alone=count.bot_alone, people=count.handed_off
            )
            parts = [self._say(row)]
            if group.first_response.median is not None:
                time = self._time(group.first_response.median)
                parts.append(self._say(GROUP_FIRST.having(time=time, count=group.first_response.count)))
            if group.ratings.average is not None:
                average = self._number(group.ratings.average)
                parts.append(self._say(GROUP_RATING.having(average=average, count=group.ratings.count)))
            yield "• " + ", ".join(parts)

    def _channel(self, name: str) -> str:
        return CHANNELS.get(name, name) or self._say(UNKNOWN_GROUP)

    def _segment(self, name: str) -> str:
        if name not in SEGMENTS:
            return name or self._say(UNKNOWN_GROUP)
        return f"{SEGMENT_ICONS[name]} {self._say(SEGMENTS[name])}"

    def _say(self, phrase: Phrase) -> str:
        return self._texts.render(phrase, self._language)

    def _time(self, seconds: float) -> str:
        return duration_text(seconds, self._texts, self._language)

    def _share(self, part: int) -> str:
        return self._percent(part / self._found.count.conversations)

    def _percent(self, share: float) -> str:
        return format_percent(share, locale=self._locale)

    def _number(self, number: float) -> str:
        return format_decimal(number, "0.0", locale=self._locale)
