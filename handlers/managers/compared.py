"""/scenarios: the versions of a scenario side by side since the roll-out began, and whether they really differ.

Rule: a difference is never told without its size, its range and the test that was used; with too few conversations it
is said how many are needed instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo

from babel.numbers import format_decimal

from handlers.managers.answers import LONGEST_TEXT
from handlers.managers.changing import Changes
from handlers.managers.times import moment_text
from handlers.papers.labels import cut, locale_of
from handlers.ports import Transcripts
from handlers.texts import Texts
from scenarios.engine.phrases import Phrase
from scenarios.engine.side_by_side import SideBySide, Sums, side_by_side
from scenarios.engine.significance import FEWEST, Comparison

__all__ = ["scenarios_text"]

NOTHING_TRIED = Phrase(
    "No scenario is being tried out: every new conversation gets the same version. "
    "Send me a scenario file, and I show here how the new version does beside the old one."
)
HEAD = Phrase("{scenario}: {current} (now) beside {candidate} (new, {percent} %), since {since}")
CONVERSATIONS = Phrase("Conversations: {first} / {second}, of them under way: {first_open} / {second_open}")
RATING = Phrase("Rating: {first} ({first_count}) / {second} ({second_count})")
NAMES: Mapping[str, Phrase] = {
    "ended_well": Phrase("Ended well by the bot", "measure"),
    "handed_off": Phrase("Handed off to people", "measure"),
    "silent": Phrase("Customer fell silent", "measure"),
}
DIFFERENT = Phrase("{difference} points (95 %: {low} to {high}): more than chance ({test}, {p})")
MAY_BE_CHANCE = Phrase("{difference} points (95 %: {low} to {high}): may be chance ({test}, {p})")
WANTED = Phrase("To be sure of a difference like this, each version needs about {count} conversations.")
TOO_FEW = Phrase("Too few conversations to compare: each version needs at least {count}.")
RATINGS_DIFFER = Phrase("{difference} points of 5: more than chance ({test}, {p})")
RATINGS_ALIKE = Phrase("{difference} points of 5: may be chance ({test}, {p})")
TOO_FEW_RATINGS = Phrase("Too few ratings to compare: each version needs at least {count}.")
LUCK = Phrase(
    "“More than chance” means: if both versions were equal, a difference like this would come by luck less than once "
    "in twenty times. Wait for the number of conversations that you decided upon; do not stop at the first good day."
)
WHAT_NEXT = Phrase("/rollout {scenario} 100% gives the new one to everybody, /rollout {scenario} off ends it.")
TESTS: Mapping[str, Phrase] = {
    "z": Phrase("two-proportion z-test", "statistics"),
    "fisher": Phrase("Fisher's exact test", "statistics"),
    "mann_whitney": Phrase("Mann-Whitney test", "statistics"),
}


async def scenarios_text(
    changes: Changes, transcripts: Transcripts, texts: Texts, language: str, at: datetime, zone: tzinfo
) -> str:
    """The answer to /scenarios."""
    await changes.library.refresh()
    parts = []
    for name, running in sorted(changes.library.state.items()):
        began = changes.began(name, running.candidate)
        if not running.candidate or began is None:
            continue
        cases = await transcripts.cases(began, at)
        files = {book: await changes.library.made_of(book) for book in {case.book for case in cases if case.book}}
        found = side_by_side(cases, name, files, running.current, running.candidate, at)
        head = HEAD.having(
            scenario=name,
            current=running.current[:8],
            candidate=running.candidate[:8],
            percent=running.percent,
            since=moment_text(began, language, zone),
        )
        rows = [texts.render(head, language), *_Told(texts, language).rows(found)]
        parts.append("\n".join([*rows, "", texts.render(WHAT_NEXT.having(scenario=name), language)]))
    if not parts:
        return texts.render(NOTHING_TRIED, language)
    return cut("\n\n".join([*parts, texts.render(LUCK, language)]), LONGEST_TEXT)


class _Told:
    """Words for a comparison."""

    def __init__(self, texts: Texts, language: str) -> None:
        self._texts = texts
        self._language = language

    def rows(self, found: SideBySide) -> list[str]:
        one, other = found.current, found.candidate
        rows = [
            self._said(
                CONVERSATIONS.having(
                    first=one.conversations,
                    second=other.conversations,
                    first_open=one.under_way,
                    second_open=other.under_way,
                )
            )
        ]
        for name, comparison in found.shares.items():
            shares = f"{self._said(NAMES[name])}: {_share(one, name)} / {_share(other, name)}"
            rows += [shares, *self._difference(comparison)]
        rating = RATING.having(
            first=self._mean(one),
            first_count=len(one.ratings),
            second=self._mean(other),
            second_count=len(other.ratings),
        )
        return [*rows, self._said(rating), _in(self._rating(found.ratings))]

    def _difference(self, found: Comparison) -> list[str]:
        if found.p is None or found.low is None or found.high is None:
            return [_in(self._said(TOO_FEW.having(count=found.wanted or FEWEST)))]
        phrase = DIFFERENT if found.more_than_chance else MAY_BE_CHANCE
        told = phrase.having(
            difference=f"{found.difference:+.0f}",
            low=f"{found.low:+.0f}",
            high=f"{found.high:+.0f}",
            test=TESTS[found.test],
            p=_probability(found.p),
        )
        rows = [_in(self._said(told))]
        if found.wanted is not None:
            rows.append(_in(self._said(WANTED.having(count=found.wanted))))
        return rows

    def _rating(self, found: Comparison) -> str:
        if found.p is None:
            return self._said(TOO_FEW_RATINGS.having(count=found.wanted or FEWEST))
        difference = format_decimal(found.difference, "+0.0;-0.0", locale=locale_of(self._language))
        phrase = RATINGS_DIFFER if found.more_than_chance else RATINGS_ALIKE
        return self._said(phrase.having(difference=difference, test=TESTS[found.test], p=_probability(found.p)))

    def _mean(self, sums: Sums) -> str:
        return "–" if sums.rating is None else format_decimal(sums.rating, "0.0", locale=locale_of(self._language))

    def _said(self, phrase: Phrase) -> str:
        return self._texts.render(phrase, self._language)


def _in(row: str) -> str:
    return f"   {row}"


def _share(sums: Sums, name: str) -> str:
    return f"{100 * getattr(sums, name) / sums.settled:.0f} %" if sums.settled else "–"


def _probability(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
