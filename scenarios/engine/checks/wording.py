"""Plain words in everything that people read (W62).

Rule: a customer is spoken to as a neighbour, in each language by its own measure.
"""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.engine.checks.plain_words import MOST_WORDS, long_sentences, office_phrases
from scenarios.engine.checks.readings import CYRILLIC, Readings
from scenarios.engine.checks.subject import Subject
from scenarios.engine.reading.issues import Issue, issue
from scenarios.engine.reading.texts import uses

__all__ = ["plain_words"]

NOT_OURS = frozenset({"synonyms", "hears"})
"""Texts that are in the words of customers."""


def plain_words(subject: Subject) -> Iterator[Issue]:
    """W62: office language, and sentences too long for a phone."""
    for scenario in subject.scenarios:
        reads = Readings(subject, scenario)
        for use in uses(scenario):
            # Cyrillic Uzbek is made from the Latin: it would be told twice.
            for language in reads.languages if use.kind not in NOT_OURS else ():
                for form in reads(language, use.text) if language != CYRILLIC else ():
                    for found in office_phrases(form, language):
                        spoken = f': "{found.spoken}"' if found.spoken else ""
                        text = f'"{found.words}" is office language; say it as you would to a neighbour{spoken}'
                        yield issue("W62", use.text.place, f"{language}: {text}")
                    for count in long_sentences(form):
                        text = f"a sentence of {count} words; split it, {MOST_WORDS} are the most"
                        yield issue("W62", use.text.place, f"{language}: {text}")
