"""What a customer's message tells: the language, the mood, and whether they want a person, silence, another language.

Rule: one function, `understand`; every label comes with the words that decided. Callers see only `Understood`, so the
inside (word lists with masks and negation today) can be replaced by anything that answers the same questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scenarios.engine.understanding.folding import MAX_READ, fold, tokens
from scenarios.engine.understanding.language import Heard, Language, Script, identify, script_of
from scenarios.engine.understanding.lexicon import Found, lexicon

State = Literal["unhappy", "hesitant", "neutral"]

# Sections of the word lists that ask for a language, and the code they ask for.
_ASKED = {
    "says uz_Cyrl": "uz_Cyrl",
    "says uz_Latn": "uz",
    "says uz": "uz",
    "says kk": "kk",
    "says ru": "ru",
    "says en": "en",
}
_CLAUSE_SIGNS = frozenset(',.;:!?()…—–"«»')
_TRIMMED = '.,;:!?()[]…—–"«»'
# "Not" takes these back; "do not write" and requests for a person have their negations in their own lists.
_NEGATABLE = frozenset({"unhappy", "hesitant", "person"})
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
"""A link, such as a place on a map: its letters are nobody's words."""
_BRIDGE = 3
_LONGEST_QUOTE = 80


@dataclass(frozen=True, slots=True)
class Understood:
    """What one message tells.

    `language` and `script` are None when it says nothing about them ("ok", "+", a name). `wants_language` is a
    language code with "uz_Cyrl" for Uzbek in Cyrillic. `why` holds a short English reason for each label, with the
    customer's own words: it may be shown to staff, never logged.
    """

    language: Language | None
    script: Script | None
    state: State
    wants_person: bool
    opt_out: bool
    greeting: bool
    wants_language: str | None
    cancel: bool
    back: bool
    repeat: bool
    why: tuple[str, ...]


def understand(text: str, prior: str | None = None) -> Understood:
    """Any text, however broken -> what it tells. `prior`: the language code we believe ("uz", "uz_Cyrl", "kk", …)."""
    text = _ADDRESS.sub(" ", text[:MAX_READ])
    message = _Message.of(text)
    found = lexicon().find(message.words)
    if script_of(text) == "cyrl":  # English is never written so, but a folded word may look like it ("сшить")
        found = [phrase for phrase in found if phrase.language != "en"]
    heard = identify(lexicon(), text, message.words, found, prior)
    heard_phrases: dict[str, list[Found]] = {}
    for phrase in found:
        heard_phrases.setdefault(phrase.section, []).append(phrase)
    why: list[str] = []

    def says(label: str, reason: str | None = None) -> bool:
        if label not in heard_phrases:
            return False
        spoken = _standing(message, heard_phrases, label)
        if spoken:
            why.append(f"{reason or label}: '{message.quote(spoken[0])}'")
        return bool(spoken)

    wants_person = says("person", "wants a person")
    opt_out = says("stop", "opt-out")
    unhappy = not _standing(message, heard_phrases, "calm") and says("unhappy")
    hesitant = not unhappy and says("hesitant")
    asked = next((section for section in _ASKED if says(section, f"asks for {_ASKED[section]}")), None)
    return Understood(
        language=heard.language,
        script=heard.script,
        state="unhappy" if unhappy else "hesitant" if hesitant else "neutral",
        wants_person=wants_person,
        opt_out=opt_out,
        greeting=says("greeting"),
        wants_language=_wanted(asked, heard),
        cancel=says("cancel"),
        back=says("back"),
        repeat=says("repeat"),
        why=(*why, *((f"language {heard.language}: {' '.join(heard.because[:4])}",) if heard.because else ())),
    )


def _wanted(asked: str | None, heard: Heard) -> str | None:
    """Who asks for Uzbek in Uzbek, in Cyrillic letters, wants these letters too."""
    if asked == "says uz" and heard.language == "uz" and heard.script == "cyrl":
        return "uz_Cyrl"
    return _ASKED[asked] if asked else None


@dataclass(frozen=True, slots=True)
class _Message:
    """A message as folded words, the places where a clause ends before a word, and the text itself for quotes."""

    words: tuple[str, ...]
    breaks: frozenset[int]
    text: str
    folded: str
    places: tuple[re.Match[str], ...]

    @classmethod
    def of(cls, text: str) -> _Message:
        folded = fold(text)
        places = tokens(folded)
        breaks = frozenset(
            index
            for index in range(1, len(places))
            if not _CLAUSE_SIGNS.isdisjoint(folded[places[index - 1].end() : places[index].start()])
        )
        return cls(tuple(place.group() for place in places), breaks, text, folded, tuple(places))

    def quote(self, phrase: Found) -> str:
        written = tuple(_written(self.text, self.folded, self.places))
        return " ".join(dict.fromkeys(written[phrase.first : phrase.after]))[:_LONGEST_QUOTE]


def _written(text: str, folded: str, places: Sequence[re.Match[str]]) -> Iterator[str]:
    """For each folded word the customer's spelling, where the two can still be laid side by side."""
    chunks = text[:MAX_READ].split()
    keys = folded.split()
    if len(chunks) != len(keys):
        yield from (place.group() for place in places)
        return
    index, end = -1, 0
    for place in places:
        while place.start() >= end:
            index += 1
            end = folded.index(keys[index], end) + len(keys[index])
        yield chunks[index].strip(_TRIMMED)


def _standing(message: _Message, found: Mapping[str, Sequence[Found]], label: str) -> list[Found]:
    """The phrases of a list that are neither inside a phrase of its "not" list nor negated."""
    if label not in found:
        return []
    family = label.split(maxsplit=1)[0]
    masked = {index for phrase in found.get(f"not {family}", ()) for index in range(phrase.first, phrase.after)}
    return [
        phrase
        for phrase in found[label]
        if not masked.issuperset(range(phrase.first, phrase.after))
        and not (family in _NEGATABLE and _negated(message, found, phrase))
    ]


def _negated(message: _Message, found: Mapping[str, Sequence[Found]], phrase: Found) -> bool:
    """A negation next to the phrase, or with only words such as "very" between, in the same clause."""
    before, after, bridge = (
        {spot.first for spot in found.get(section, ())} for section in ("negation before", "negation after", "bridge")
    )
    inside = range(phrase.first, phrase.after)
    if before.isdisjoint(inside):
        for index in range(phrase.first - 1, max(-1, phrase.first - 2 - _BRIDGE), -1):
            if index + 1 in message.breaks:
                break
            if index in before:
                return True
            if index not in bridge:
                break
    if after.isdisjoint(inside):
        for index in range(phrase.after, min(len(message.words), phrase.after + 1 + _BRIDGE)):
            if index in message.breaks:
                break
            if index in after:
                return True
            if index not in bridge:
                break
    return False
