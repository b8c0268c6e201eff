"""/help, and what is said to a command that does not exist."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from handlers.papers.labels import one_line
from handlers.texts import Texts
from scenarios.engine.phrases import Phrase

__all__ = ["COMMANDS", "help_text", "unknown_text"]

COMMANDS = ("queue", "stats", "customer", "as", "later", "rollout", "scenarios", "versions", "audit", "help")
"""The commands that work for managers."""

HELP = Phrase(
    "What you can ask me:\n"
    "/queue – who is waiting for a person, how long, and who is talking with whom\n"
    "/stats 7d – figures with a picture: today, 7d or 30d\n"
    "/customer Aziza – a customer's card and whole history, by name, phone or code\n"
    "/as customer – try the desk as a customer would; /as manager ends it\n"
    "/later – let time pass in such a trial\n"
    "/rollout new 10% – give the newest version of a scenario to a tenth of new conversations; 100%, off\n"
    "/scenarios – how the new version of a scenario does beside the old one\n"
    "/versions – which version of each scenario runs, and where conversations stand\n"
    "/audit – who changed what, with a button that takes it back\n"
    "/help – this list\n\n"
    "To change what the bot says, send me a scenario file here: I check it and show it as a picture."
)
UNKNOWN = Phrase("There is no command /{command}. /help lists what you can ask.")
PERHAPS = Phrase("There is no command /{command}. Did you mean /{meant}?")
NO_COMMAND = Phrase("I answer managers' commands here. /help lists them.")


def help_text(texts: Texts, language: str) -> str:
    """The commands that work, with one example each."""
    return texts.render(HELP, language)


def unknown_text(command: str, texts: Texts, language: str, known: Sequence[str] = COMMANDS) -> str:
    """That there is no such command, with the nearest one if one is near."""
    if not command:
        return texts.render(NO_COMMAND, language)
    near = difflib.get_close_matches(command.casefold()[:32], known, 1)
    said = one_line(command, 32)
    phrase = PERHAPS.having(command=said, meant=near[0]) if near else UNKNOWN.having(command=said)
    return texts.render(phrase, language)
