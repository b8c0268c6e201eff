"""What the guide to transcript tests shows is true: its test passes, and it names every line there is."""

from __future__ import annotations

import re

from bot.rehearsal.playing import play
from bot.rehearsal.reading import read_cases
from bot.rehearsal.reading_lines import VERBS
from tests.house.fences import ROOT
from tests.rehearsal.test_shipped import shipped_ground

GUIDE = (ROOT / "docs/transcript-tests.md").read_text(encoding="utf-8")


def test_the_guides_test_passes() -> None:
    (text,) = re.findall(r"(?ms)^```yaml\n(.*?)^```", GUIDE)
    cases, issues = read_cases(shipped_ground(), "guide.yaml", text)
    assert not issues, [str(one) for one in issues]
    assert [str(play(shipped_ground(), case).failure) for case in cases] == ["None"]


def test_the_guide_has_a_row_for_every_line() -> None:
    assert [verb for verb in VERBS if f"| `{verb}: " not in GUIDE] == []
