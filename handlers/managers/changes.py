"""What managers are told when the scenarios change: refused with the reasons, or in use and for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers.papers.labels import cut
from handlers.texts import Texts
from scenarios.engine.phrases import Phrase
from scenarios.engine.reading.issues import Issue
from scenarios.engine.rollouts import Change

__all__ = ["in_use_text", "refused_text"]

MOST_SHOWN = 5
LONGEST_PROBLEM = 400

REFUSED = Phrase(
    "⚠️ The changed scenarios cannot be used yet, something in them is wrong. "
    "Customers are answered as before, by the last good version."
)
MORE = Phrase("And {count} more of the kind.", plural="And {count} more of the kind.", count="count")
IN_USE = Phrase("✅ The changed scenarios are in use: {files}.")
TAKEN_OUT = Phrase("Taken out: {files}.")
FINISHING = Phrase(
    "These conversations finish as they began, because their question is gone or is another one now: {where}."
)


def refused_text(issues: Sequence[Issue], texts: Texts, language: str) -> str:
    """Why changed files are not used: the first problems with their places, and how many more there are."""
    shown = [cut(f"{x.place.file}:{x.place.line}: {x.text}", LONGEST_PROBLEM) for x in issues[:MOST_SHOWN]]
    parts = [texts.render(REFUSED, language), "\n".join(shown)]
    if len(issues) > MOST_SHOWN:
        parts.append(texts.render(MORE.having(count=len(issues) - MOST_SHOWN), language))
    return "\n\n".join(parts)


def in_use_text(
    changes: Sequence[Change], finishing: Mapping[tuple[str, str], int], texts: Texts, language: str
) -> str:
    """Which files are in use as they are now, and how many talks stay behind, by (scenario, step)."""
    files = sorted({f"{one.scenario}.yaml" for one in changes if one.version})
    gone = sorted({f"{one.scenario}.yaml" for one in changes if not one.version})
    parts = [texts.render(IN_USE.having(files=", ".join(files)), language)] if files else []
    if gone:
        parts.append(texts.render(TAKEN_OUT.having(files=", ".join(gone)), language))
    if finishing:
        where = ", ".join(f"{scenario}.{step} ({count})" for (scenario, step), count in sorted(finishing.items()))
        parts.append(texts.render(FINISHING.having(where=cut(where, 1_000)), language))
    return "\n\n".join(parts)
