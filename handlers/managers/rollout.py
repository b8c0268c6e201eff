"""/rollout: which version of a scenario new conversations get, shown and changed.

Rule: whatever is asked for, the answer says what runs now and how to go back.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from datetime import datetime, tzinfo

from handlers.managers.answers import Text
from handlers.managers.changing import ALL, Changes, Done, Manager, lacking
from handlers.managers.times import moment_text
from handlers.papers.labels import one_line
from handlers.texts import Texts
from scenarios.engine.phrases import Phrase

__all__ = ["done_text", "rollout_answer"]

_PERCENT = re.compile(r"(\d{1,3})\s*(?:%|foiz|фоиз|пайыз|процент(?:ов|а)?|percent)?", re.IGNORECASE)
OFF = frozenset({"off", "stop", "выкл", "откл", "ochir", "oʻchir", "o'chir", "o‘chir", "өшір", "ўчир"})

EXAMPLE = Phrase(
    "I did not understand that. For example:\n"
    "/rollout – what runs now\n"
    "/rollout new 10% – the version that was sent last goes to a tenth of new conversations\n"
    "/rollout new 100% – to everybody\n"
    "/rollout new off – nobody new gets it"
)
NO_SCENARIO = Phrase('There is no scenario "{name}". There are: {names}')
MEANT = Phrase('There is no scenario "{name}". Did you mean {meant}?')
NOTHING_SENT = Phrase("{scenario}: no other version was sent to me. Send me its file here first ({file}).")

NOTHING_ROLLS = Phrase(
    "Every scenario runs in one version, the same for everybody.\n\nTo try another one: send me its file here."
)
ROLLS = Phrase("What new conversations get:")
SHARED = Phrase("{scenario}: {percent} % get version {candidate}, the others {current} (since {since})")
WAITS = Phrase("{scenario}: version {version} was sent {since}, nobody gets it yet")
HOW_THEY_DO = Phrase("/scenarios shows how they do.")

GIVEN = Phrase(
    "📣 {scenario}: {percent} % of new conversations get version {version} from now on, the others stay with "
    "{current}. Conversations under way go on as they began."
)
EVERYBODY = Phrase(
    "📣 {scenario}: all new conversations get version {version} from now on. Those under way move over where they can."
)
ENDED = Phrase("↩️ {scenario}: nobody new gets version {version} any more; all get {current}.")
TAKEN_BACK = Phrase("↩️ {scenario}: taken back. New conversations get version {current}.")
TAKEN_BACK_SHARED = Phrase(
    "↩️ {scenario}: taken back. {percent} % of new conversations get version {candidate}, the others {current}."
)
ALREADY = Phrase("{scenario}: that is so already. New conversations get version {current}.")
ALREADY_SHARED = Phrase(
    "{scenario}: that is so already. {percent} % of new conversations get version {candidate}, the others {current}."
)
NOBODY = Phrase("{scenario}: there is nothing to take back, all get version {current}.")
GONE = Phrase("That change or version is not known here any more. /rollout shows what runs.")
STILL_UNTRANSLATED = Phrase(
    "{scenario}: version {version} cannot go to customers yet, translations missing: {count}. "
    "Fill in the lists and send them back to me."
)
DOES_NOT_FIT = Phrase(
    "{scenario}: version {version} does not fit what runs now any more: {problem}\nPlease send a corrected file."
)
FIRST = Phrase("{scenario}: nothing ran before this, so there is nothing to go back to.")
LATER = Phrase("{scenario} was changed again since, so this cannot be taken back by itself. /audit shows the changes.")
BUSY = Phrase("Somebody else is changing the scenarios right now. Nothing was changed; please try again in a minute.")

BACK = Phrase("Take back", "managers' button")
TO_ALL = Phrase("Give it to everybody", "managers' button")

_SAID: Mapping[str, Phrase] = {
    "given": GIVEN,
    "everybody": EVERYBODY,
    "off": ENDED,
    "nothing": NOBODY,
    "gone": GONE,
    "later": LATER,
    "first": FIRST,
    "busy": BUSY,
}


async def rollout_answer(
    words: str, changes: Changes, who: Manager, texts: Texts, language: str, at: datetime, zone: tzinfo
) -> Text:
    """The answer to /rollout with these words."""
    await changes.library.refresh()
    if not words.strip():
        return Text(_overview(changes, texts, language, zone))
    name, _, wish = words.strip().partition(" ")
    wish = wish.strip().casefold()
    state = changes.library.state
    scenario = name.casefold().removesuffix(".yaml")
    percent = _PERCENT.fullmatch(wish)
    number = int(percent[1]) if percent is not None else 0
    if wish not in OFF and not 1 <= number <= ALL:
        return Text(texts.render(EXAMPLE, language))
    if scenario not in state:
        near = difflib.get_close_matches(scenario[:32], state, 1)
        shown = one_line(name, 32)
        phrase = (
            MEANT.having(name=shown, meant=near[0])
            if near
            else NO_SCENARIO.having(name=shown, names=", ".join(sorted(state)))
        )
        return Text(texts.render(phrase, language))
    if wish in OFF or number == 0:
        return done_text(await changes.off(scenario, who, at), texts, language)
    version = changes.newest_sent(scenario)
    if not version:
        return Text(texts.render(NOTHING_SENT.having(scenario=scenario, file=f"{scenario}.yaml"), language))
    return done_text(await changes.give(scenario, version, number, who, at), texts, language)


def done_text(done: Done, texts: Texts, language: str) -> Text:
    """What became of a wish, with the button that takes it back where something was changed."""
    running = done.running
    phrase = _SAID.get(done.kind)
    if phrase is None:
        shared = bool(running.candidate)
        match done.kind:
            case "back":
                phrase = TAKEN_BACK_SHARED if shared else TAKEN_BACK
            case "already":
                phrase = ALREADY_SHARED if shared else ALREADY
            case "untranslated":
                phrase = STILL_UNTRANSLATED.having(count=lacking(done.issues).total())
            case _:
                first = done.issues[0]
                told = f"{first.place.file}:{first.place.line}: {one_line(first.text, 250)}"
                phrase = DOES_NOT_FIT.having(problem=told)
    text = texts.render(
        phrase.having(
            scenario=done.scenario,
            version=done.version[:8],
            current=running.current[:8],
            candidate=running.candidate[:8],
            percent=running.percent or done.percent,
        ),
        language,
    )
    buttons = []
    if done.kind == "given":
        buttons.append((f"m:give:{done.change}:{ALL}", texts.render(TO_ALL, language)))
    if done.change and done.kind != "back":
        buttons.append((f"m:back:{done.change}", texts.render(BACK, language)))
    return Text(text, tuple(buttons))


def _overview(changes: Changes, texts: Texts, language: str, zone: tzinfo) -> str:
    rows = []
    for name, running in sorted(changes.library.state.items()):
        mine = [x for x in changes.library.changes if x.scenario == name]
        if running.candidate:
            since = changes.began(name, running.candidate) or mine[-1].at
            rows.append(
                SHARED.having(
                    scenario=name,
                    percent=running.percent,
                    candidate=running.candidate[:8],
                    current=running.current[:8],
                    since=moment_text(since, language, zone),
                )
            )
        elif version := changes.newest_sent(name):
            sent = next(x.at for x in reversed(mine) if x.version == version)
            rows.append(WAITS.having(scenario=name, version=version[:8], since=moment_text(sent, language, zone)))
    if not rows:
        return texts.render(NOTHING_ROLLS, language)
    told = [texts.render(ROLLS, language), "", *(f"• {texts.render(row, language)}" for row in rows), ""]
    return "\n".join([*told, texts.render(HOW_THEY_DO, language)])
