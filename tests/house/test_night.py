"""Dashboard, alerts and the runbook speak of metrics that exist, and say what to do."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from handlers import measures, watch
from tests.handlers.test_measures import METRICS, shown_name

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "deploy/prometheus"
DASHBOARD = json.loads((ROOT / "deploy/grafana/qabul.json").read_text(encoding="utf-8"))
RULES = [
    rule
    for group in yaml.safe_load((PROMETHEUS / "rules.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
QUERIES = [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]
QUERIES += [variable["definition"] for variable in DASHBOARD["templating"]["list"] if "definition" in variable]


def known() -> set[str]:
    """Every series of ours."""
    names = {shown_name(one) for one in METRICS.values()}
    histograms = {
        name for name in names if any(shown_name(x) == name and x._type == "histogram" for x in METRICS.values())
    }
    return (names - histograms) | {f"{name}_{part}" for name in histograms for part in ("bucket", "sum", "count")}


@pytest.mark.parametrize("query", [*QUERIES, *(rule["expr"] for rule in RULES)])
def test_every_metric_that_is_asked_for_exists_and_so_do_its_labels(query: str) -> None:
    assert set(re.findall(r"\bqabul_[a-z_]+", query)) <= known()
    for lanes in re.findall(r'lane=~?"([^"]+)"', query):
        assert [lane for lane in measures.LANES if re.fullmatch(lanes, lane)]
    for kinds in re.findall(r'kind=~?"([^"]+)"', query):
        for kind in kinds.split("|"):
            assert [one for one in watch.KINDS if re.fullmatch(kind, one)], kind


def test_every_metric_but_a_few_is_on_the_dashboard() -> None:
    shown = {name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count") for query in QUERIES
             for name in re.findall(r"\bqabul_[a-z_]+", query)}  # fmt: skip

    assert {shown_name(one) for one in METRICS.values()} - shown == {"qabul_disk_size_bytes"}


@pytest.mark.parametrize("panel", DASHBOARD["panels"], ids=lambda panel: panel["title"])
def test_a_panel_has_a_unit_and_says_what_it_shows(panel: dict[str, object]) -> None:
    if panel["type"] != "row":
        defaults = panel["fieldConfig"]["defaults"]  # type: ignore[index]
        assert defaults["unit"] in ("s", "bytes", "reqps", "none")
        assert panel["description"]
        assert "$instance" in panel["targets"][0]["expr"]  # type: ignore[index]


def test_panels_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_what_to_do_and_where_that_is_written(rule: dict[str, dict[str, str]]) -> None:
    name = str(rule["alert"])
    runbook = (ROOT / "docs/night.md").read_text(encoding="utf-8")

    assert set(rule["annotations"]) == {"summary", "action", "runbook"}
    assert rule["annotations"]["runbook"] == f"docs/night.md#{name.lower()}"
    assert f"\n### {name}\n" in runbook
    assert rule["labels"] == {"severity": "page"}
    assert rule["for"]
    tests = (PROMETHEUS / "rules.test.yml").read_text(encoding="utf-8")
    assert f'alertname="{name}"' in tests or f"alertname: {name}\n" in tests


def test_the_runbook_has_no_alert_that_does_not_exist() -> None:
    headings = re.findall(r"^### (\w+)$", (ROOT / "docs/night.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert headings == [rule["alert"] for rule in RULES]


def test_every_log_line_that_is_documented_is_said_somewhere() -> None:
    text = (ROOT / "docs/logs.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `([^`]+)` \| (\w+) \|", text, re.MULTILINE)
    code = "\n".join(
        path.read_text(encoding="utf-8") for room in ("bot", "handlers") for path in (ROOT / room).rglob("*.py")
    )

    assert len(documented) >= 8
    for event, level in documented:
        assert re.search(rf'_log\.{level}\(\s*"{re.escape(event)}"', code), event


def test_every_kind_of_trouble_stands_in_the_runbook_or_is_told_to_managers_only() -> None:
    paged = {kind for kind in watch.KINDS for rule in RULES
             for kinds in re.findall(r'kind=~?"([^"]+)"', rule["expr"]) if re.fullmatch(kinds, kind)}  # fmt: skip

    # Lateness wakes somebody by the outbox's own figures; quality is no matter for the night.
    assert set(watch.KINDS) - paged == {
        "late_telegram",
        "late_whatsapp",
        "late_staff",
        "group_budget",
        "number_quality",
    }


@pytest.mark.parametrize(
    "command", ["check config prometheus.yml", "check rules rules.yml", "test rules rules.test.yml"]
)
def test_prometheus_own_tool_takes_them(command: str) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not here; it comes with the package prometheus, which .ci/run installs")

    done = subprocess.run([promtool, *command.split()], cwd=PROMETHEUS, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
