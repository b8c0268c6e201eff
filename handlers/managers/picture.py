"""The picture of the figures: how many conversations when, how fast people answered, what ratings came.

Rule: it is drawn through matplotlib's objects, never through pyplot, whose state all threads share; `draw` blocks for
about a second and belongs into a thread. Sized for a phone: few letters, large ones.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.numbers import format_decimal

from handlers.managers.durations import duration_text
from handlers.papers.labels import locale_of
from handlers.texts import Texts
from scenarios.engine.kpi import Figures, Slice
from scenarios.engine.phrases import Phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw"]

INCHES, DOTS = (12.0, 9.0), 100
KEPT_SECONDS = 48 * 3_600
"""A picture is removed after two days: the outbox gives up on sending it after one."""

INK, FAINT, GRID = "#17202b", "#5b6776", "#dfe4ea"
BOT, PEOPLE, OTHERS = "#3f83d6", "#f08a3c", "#c9d1da"
SCORES = ("#c8442f", "#e08a4b", "#e6c14a", "#8fbf5f", "#3d9a5b")
MOST_LABELS = 10

CONVERSATIONS = Phrase("Conversations: {count}", "figure")
BY_BOT = Phrase("bot alone", "legend")
BY_PEOPLE = Phrase("handed off to people", "legend")
BY_NOBODY = Phrase("still going or left", "legend")
FIRST_RESPONSE = Phrase("First response")
HALF = Phrase("half within {time}", "chart")
MOST = Phrase("9 of 10 within {time} ({count} answers)", "chart")
MINUTES = Phrase("minutes", "axis")
NOTHING = Phrase("nothing yet", "chart")
RATINGS = Phrase("Ratings", "chart")
RATING = Phrase("{average} of 5, {count} of {asked} answered", "chart")


def draw(
    found: Figures, slices: Sequence[Slice], by_hour: bool, texts: Texts, language: str, title: str, folder: Path
) -> Path:
    """Draw the picture into `folder` (made if missing) and tell its path; old pictures there are removed."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    with rc_context(
        {"font.family": "DejaVu Sans", "font.size": 15, "text.parse_math": False, "axes.unicode_minus": False}
    ):
        figure = Figure(figsize=INCHES, dpi=DOTS, facecolor="white")
        FigureCanvasAgg(figure)
        figure.text(0.075, 0.937, title, fontsize=23, fontweight="bold", color=INK)
        _Drawn(found, slices, by_hour, texts, language).all(
            figure.add_axes((0.075, 0.535, 0.88, 0.285)),
            figure.add_axes((0.075, 0.06, 0.40, 0.30)),
            figure.add_axes((0.585, 0.06, 0.37, 0.30)),
        )
        path = folder / f"stats-{secrets.token_hex(8)}.png"
        figure.savefig(path)
    return path


def _sweep(folder: Path) -> None:
    limit = time.time() - KEPT_SECONDS
    for old in folder.glob("stats-*.png"):
        if old.stat().st_mtime < limit:
            old.unlink(missing_ok=True)


class _Drawn:
    """Fills the three charts."""

    def __init__(self, found: Figures, slices: Sequence[Slice], by_hour: bool, texts: Texts, language: str) -> None:
        self._found = found
        self._slices = slices
        self._by_hour = by_hour
        self._texts = texts
        self._language = language
        self._locale = locale_of(language)

    def all(self, conversations: Axes, response: Axes, ratings: Axes) -> None:
        for axes in (conversations, response, ratings):
            for side in ("top", "right", "left"):
                axes.spines[side].set_visible(False)
            axes.spines["bottom"].set_color(GRID)
            axes.tick_params(colors=FAINT, length=0, labelsize=14)
            axes.set_axisbelow(True)
        self._conversations(conversations)
        self._response(response)
        self._ratings(ratings)

    def _conversations(self, axes: Axes) -> None:
        places = range(len(self._slices))
        alone = [one.count.bot_alone for one in self._slices]
        people = [one.count.handed_off for one in self._slices]
        others = [one.count.under_way for one in self._slices]
        totals = [one.count.conversations for one in self._slices]
        both = [a + b for a, b in zip(alone, people, strict=True)]
        axes.bar(places, alone, 0.72, color=BOT, label=self._say(BY_BOT))
        axes.bar(places, people, 0.72, bottom=alone, color=PEOPLE, label=self._say(BY_PEOPLE))
        if any(others):
            axes.bar(places, others, 0.72, bottom=both, color=OTHERS, label=self._say(BY_NOBODY))
        if len(totals) <= MOST_LABELS or self._by_hour:
            for place, total in enumerate(totals):
                if total:
                    axes.text(place, total, str(total), ha="center", va="bottom", color=INK, fontsize=14)
        self._count_axis(axes, max(totals))
        self._places(axes)
        self._title(axes, self._say(CONVERSATIONS.having(count=self._found.count.conversations)), 34)
        axes.legend(
            loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=3, frameon=False, fontsize=15, labelcolor=INK,
            handlelength=1.0, handleheight=1.0, columnspacing=1.4, borderaxespad=0.1,
        )  # fmt: skip

    def _response(self, axes: Axes) -> None:
        spread = self._found.first_response
        self._title(axes, self._say(FIRST_RESPONSE), 54)
        if spread.median is None or spread.p90 is None:
            self._empty(axes)
            return
        half, most = (duration_text(seconds, self._texts, self._language) for seconds in (spread.median, spread.p90))
        told = self._say(MOST.having(time=most, count=spread.count))
        self._under_title(axes, f"{self._say(HALF.having(time=half))}\n{told}")
        minutes = [(one.first_response.median or 0.0) / 60 for one in self._slices]
        axes.bar(range(len(minutes)), minutes, 0.72, color=PEOPLE)
        axes.yaxis.grid(True, color=GRID)
        axes.set_ylim(0, max(minutes) * 1.15 or 1)
        axes.locator_params(axis="y", nbins=4)
        axes.set_ylabel(self._say(MINUTES), color=FAINT, fontsize=14)
        self._places(axes, narrow=True)

    def _ratings(self, axes: Axes) -> None:
        ratings = self._found.ratings
        self._title(axes, self._say(RATINGS), 54)
        if ratings.average is None:
            self._empty(axes)
            return
        average = format_decimal(ratings.average, "0.0", locale=self._locale)
        told = self._say(RATING.having(average=average, count=ratings.count, asked=ratings.asked))
        self._under_title(axes, told)
        axes.barh(range(1, 6), ratings.each, 0.7, color=SCORES)
        for score, many in enumerate(ratings.each, 1):
            axes.text(many + max(ratings.each) * 0.02, score, str(many), va="center", color=INK, fontsize=14)
        axes.set_yticks(range(1, 6), [f"{score} ★" for score in range(1, 6)])
        axes.set_xticks([])
        axes.set_xlim(0, max(ratings.each) * 1.12)
        axes.spines["bottom"].set_visible(False)

    # -- what charts share ------------------------------------------------------------------------------

    def _title(self, axes: Axes, text: str, above: float) -> None:
        axes.annotate(
            text, (0, 1), (0, above), "axes fraction", "offset points",
            fontsize=18, fontweight="bold", color=INK, va="bottom",
        )  # fmt: skip

    def _under_title(self, axes: Axes, text: str) -> None:
        axes.annotate(
            text, (0, 1), (0, 51), "axes fraction", "offset points",
            fontsize=14, color=FAINT, va="top", linespacing=1.3,
        )  # fmt: skip

    def _empty(self, axes: Axes) -> None:
        axes.text(0.5, 0.5, self._say(NOTHING), transform=axes.transAxes, ha="center", va="center", color=FAINT)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines["bottom"].set_visible(False)

    def _count_axis(self, axes: Axes, most: int) -> None:
        from matplotlib.ticker import MaxNLocator

        axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
        axes.yaxis.grid(True, color=GRID)
        axes.set_ylim(0, max(1, most) * 1.15)

    def _places(self, axes: Axes, narrow: bool = False) -> None:
        """The days or hours under the bars, as many as can be read."""
        count = len(self._slices)
        wide = 4 if narrow else 8
        every = max(1, -(-count // wide)) if count > wide else 1
        shown = list(range(count - 1, -1, -every))[::-1]
        axes.set_xticks(shown, [self._place(self._slices[index], narrow) for index in shown])
        axes.set_xlim(-0.6, max(count, 1) - 0.4)

    def _place(self, one: Slice, narrow: bool) -> str:
        if self._by_hour:
            return f"{one.start:%H:%M}"
        pattern = "dd.MM" if narrow or len(self._slices) > MOST_LABELS else "EEE d"
        return format_date(one.start.date(), pattern, locale=self._locale)

    def _say(self, phrase: Phrase) -> str:
        return self._texts.render(phrase, self._language)
