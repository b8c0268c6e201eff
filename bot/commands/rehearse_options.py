"""The options of `qabul scenario test` and `play`: nothing here is slow to import, every `qabul --help` reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

__all__ = ["add_rehearsals"]


def add_rehearsals(kinds: Any) -> None:
    """Add `test` and `play` to the commands of `qabul scenario`."""
    test = kinds.add_parser(
        "test",
        help="run the transcript tests of scenarios",
        description="Run the transcript tests in DIR/tests; those of the shipped scenarios without DIR.",
    )
    test.add_argument("directory", nargs="?", metavar="DIR", type=Path)
    test.add_argument("--coverage", action="store_true", help="list the steps, answers, silences never tried")
    test.add_argument(
        "--record", metavar="FILE.md", type=Path, help="write all talks in all languages, to be read through"
    )
    test.add_argument("--business", metavar="FILE", type=Path, help="the business file (default: as the desk has it)")
    play = kinds.add_parser(
        "play",
        help="talk to a scenario in the terminal; the talk is printed as a test",
        description="Talk to a scenario in the terminal as a customer would. At the end the talk is printed as a test.",
    )
    play.add_argument("what", nargs="?", metavar="FILE", help="a scenario's file or name, or a folder (default: ours)")
    play.add_argument("--language", choices=("uz", "uz_Cyrl", "kk", "ru", "en"), help="what the customer speaks")
    play.add_argument("--channel", choices=("telegram", "whatsapp"), default="telegram", help="where they write")
    play.add_argument("--business", metavar="FILE", type=Path, help="the business file (default: as the desk has it)")
    play.add_argument("--save", metavar="FILE", type=Path, help="add the test to this file instead of printing it")
