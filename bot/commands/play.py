"""`qabul scenario play [FILE|NAME]`: talk to the scenarios in the terminal; at the end the talk is a test.

Rule: nothing that comes down the terminal ends in a traceback; the end of the input, /end and Ctrl-C print the test.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from bot.commands.rehearse import the_business
from bot.rehearsal.cases import Given
from bot.rehearsal.ground import Ground
from bot.rehearsal.loading import NothingHere, load_ground
from bot.rehearsal.terminal import TerminalTalk
from bot.rehearsal.writing import CannotWrite, write_test
from handlers.business import BusinessError
from scenarios.engine.reading.issues import hint

__all__ = ["run_play"]

FAILED = 1
WRONG_USE = 2
LANGUAGES = {"uz": "Uzbek", "uz_Cyrl": "Uzbek in Cyrillic", "kk": "Kazakh", "ru": "Russian", "en": "English"}


def run_play(
    given: argparse.Namespace, read: TextIO, out: TextIO, err: TextIO, environ: Mapping[str, str] = os.environ
) -> int:
    """Talks with who sits at the terminal. `given.what` is a scenario's name, its file, or a folder (begins by its
    start.yaml); None is the shipped book. Returns the exit status: 0 well, 1 the scenarios are wrong or the talk
    could not be saved, 2 there is nothing to play."""
    try:
        folder, scenario = _chosen(given.what)
        ground, issues = load_ground(folder, the_business(given.business, folder is None, environ))
    except (NothingHere, BusinessError) as error:
        err.write(f"{error}\n")
        return WRONG_USE
    if ground is None:
        out.writelines(f"{found}\n" for found in issues)
        out.write("The scenarios must be right before they can be played.\n")
        return FAILED
    scenarios = ground.book.scenarios
    if scenario and scenario not in scenarios:
        err.write(f'there is no scenario "{scenario}"; there are {", ".join(scenarios)}.{hint(scenario, scenarios)}\n')
        return WRONG_USE
    spoken = given.language or (scenarios[scenario].texts if scenario else "en")
    talk = TerminalTalk(ground, scenario, Given(channel=given.channel, language=spoken), out)
    _talk(talk, read, out)
    return _end(ground, talk, out, err, given.save)


def _chosen(what: str | None) -> tuple[Path | None, str]:
    """The folder (None: the shipped book) and the scenario (empty: by start.yaml) that somebody names."""
    if what is None:
        return None, ""
    path = Path(what)
    if path.is_dir():
        return path, ""
    if path.suffix == ".yaml":
        if not path.is_file():
            raise NothingHere(f"{path}: there is no such file")
        return path.parent, "" if path.stem == "start" else path.stem
    return None, what


def _talk(talk: TerminalTalk, read: TextIO, out: TextIO) -> None:
    echo = not read.isatty()
    where = f"{talk.given.channel.capitalize()}, in {LANGUAGES[talk.given.language]}"
    out.write(f"You are a customer on {where}. It is {talk.show_clock()}. /help shows what you can do.\n\n")
    talk.begin()
    try:
        while True:
            out.write("> ")
            out.flush()
            line = read.readline()
            if echo:
                out.write(line if line.endswith("\n") else f"{line}\n")
            if not line or not talk.take(line):
                break
    except KeyboardInterrupt:
        pass
    if not echo:
        out.write("\n")


def _end(ground: Ground, talk: TerminalTalk, out: TextIO, err: TextIO, save: Path | None) -> int:
    if not talk.acts:
        return 0
    try:
        test = write_test(ground, talk.talk)
    except CannotWrite as why:
        err.write(f"This talk cannot be written as a test: {why}\n")
        return FAILED
    if save is None:
        out.write("The talk as a test, for a file in the folder tests beside the scenarios:\n\n")
        out.write(test)
        return 0
    try:
        save.parent.mkdir(parents=True, exist_ok=True)
        before = save.read_text("utf-8") if save.exists() else ""
        save.write_text(f"{before.rstrip()}\n\n{test}" if before.strip() else test, "utf-8")
    except OSError as error:
        err.write(f"{save}: cannot be written ({error.strerror})\n")
        return FAILED
    out.write(f"The talk is in {save} now; `qabul scenario test` plays it.\n")
    return 0
