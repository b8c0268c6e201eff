"""Makes the table in docs/settings.md from .env.example and the defaults: `python -m tests.house.settings_table`."""

from __future__ import annotations

import re
import sys
from dataclasses import fields

from bot.settings import Settings, read_settings
from tests.house.fences import ROOT

__all__ = ["GUIDE", "with_table"]

GUIDE = ROOT / "docs/settings.md"
BEGIN, END = "<!-- made by tests/house/settings_table.py -->\n", "<!-- until here -->"
_EXAMPLE = re.compile(r"((?:# .+\n)+)# (QABUL_\w+)=(.*)\n")


def with_table() -> str:
    """The guide with the table as it has to be."""
    defaults = read_settings({}, terminal=False)
    names = {f"QABUL_{field.name.upper()}": field.name for field in fields(Settings)}
    rows = ["| setting | without it | what it is | such as |", "| --- | --- | --- | --- |"]
    for about, name, example in _EXAMPLE.findall((ROOT / ".env.example").read_text(encoding="utf-8")):
        what = " ".join(line.removeprefix("# ") for line in about.splitlines()).replace("|", "\\|")
        unset = getattr(defaults, names[name])
        shown = f"`{unset}`" if unset not in (None, frozenset()) else "–"
        rows.append(f"| `{name}` | {shown} | {what} | {f'`{example}`' if example else ''} |")
    before, _, rest = GUIDE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n".join(rows) + "\n" + END + after


if __name__ == "__main__":
    GUIDE.write_text(with_table(), encoding="utf-8")
    sys.stdout.write(f"{GUIDE} is made\n")
