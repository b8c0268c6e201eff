"""The metrics: their names, their table, what labels may be, and what counting costs."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import Counter, Gauge, Histogram

from handlers import measures, watch
from scenarios.engine.records import Letter, Outcome, Result

ROOT = Path(__file__).parents[2]
METRICS = {name: one for name, one in vars(measures).items() if isinstance(one, Counter | Gauge | Histogram)}
AT = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


def shown_name(metric: Counter | Gauge | Histogram) -> str:
    """The name as Prometheus stores it."""
    return f"{metric._name}_total" if isinstance(metric, Counter) else metric._name


def rows() -> list[tuple[str, ...]]:
    """The rows of the table in docs/metrics.md that are about metrics of ours."""
    text = (ROOT / "docs/metrics.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| `qabul_")]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]


def test_the_table_in_the_documentation_is_the_code() -> None:
    expected = [
        (
            f"`{shown_name(one)}`",
            one._type,
            ", ".join(f"`{label}`" for label in one._labelnames),
            one._multiprocess_mode.removeprefix("live") if isinstance(one, Gauge) else "sum",
            one._documentation,
        )
        for one in METRICS.values()
    ]

    assert rows() == expected


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_a_metrics_name_follows_the_conventions(metric: Counter | Gauge | Histogram) -> None:
    name = shown_name(metric)

    assert re.fullmatch(r"qabul_[a-z]+(_[a-z]+)*", name)
    assert not re.search(r"milli|minutes|_ms\b|percent|kilo|mega", name)
    if isinstance(metric, Gauge):
        # Of a process that died only what it had counted is left.
        assert metric._multiprocess_mode.startswith("live")
        assert not name.endswith("_total")
    assert not {"contact", "customer", "phone", "name", "address", "destination"} & set(metric._labelnames)


def _letter(destination: str, contact: str = "C1") -> Letter:
    return Letter(f"{destination}:1", contact, destination, "say", {"text": "Aziza"}, "bot", 0, AT)


def test_labels_are_words_of_ours_whoever_the_letter_is_for_and_whatever_the_vendor_says() -> None:
    for number in range(200):
        phone = f"9989012345{number:02d}"
        letter = _letter(f"whatsapp:1:p:{phone}")
        measures.resulted([Result(letter, "failed", AT, reason=f"{phone} does not exist")])
        measures.resulted([Result(letter, "queued", AT, reason=phone, due=AT)])

    lanes = {measures.lane_of(_letter(f"{kind}:1:2")) for kind in ("telegram", "whatsapp", "topic", "extra", "media")}
    assert lanes | {measures.lane_of(_letter("telegram:1:5", ""))} == set(measures.LANES)
    assert measures.lane_of(_letter("998901234567:1")) == "other"
    samples = [sample for one in METRICS.values() for metric in one.collect() for sample in metric.samples]
    assert not [one for one in samples if "99890" in str(one.labels)]
    assert len([one for one in samples if one.name in ("qabul_refusals_total", "qabul_letter_retries_total")]) < 20


def test_every_kind_of_trouble_has_a_name_for_when_it_is_over() -> None:
    assert all(watch.over(kind).values["what"] for kind in watch.KINDS)


def test_counting_a_message_costs_next_to_nothing() -> None:
    """Measured: 4 to 8 µs on an idle core. The bound is loose, since other tests run beside this one; it is there for a
    label that is looked up anew each time, or worse."""
    letter, outcomes = _letter("telegram:1:2"), [Outcome.RECORDED]
    results = [Result(letter, "sent", AT + timedelta(seconds=0.2))]
    redis, database = measures.REDIS.labels("get"), measures.DATABASE.labels("record")

    def message() -> None:
        measures.arrived("telegram", "CustomerSaid")
        measures.turned("CustomerSaid", 0.004)
        measures.grouped(outcomes)
        measures.resulted(results)
        for child in (redis, redis, database, database, database):
            child.observe(0.002)

    best = min(_seconds_for(message) for _ in range(7))
    sys.stderr.write(f"\ncounting one message: {best * 1e6:.1f} µs\n")
    assert best < 60e-6


def _seconds_for(work: object, times: int = 2_000) -> float:
    assert callable(work)
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) / times


def test_workers_behind_one_port_answer_for_all_of_them(tmp_path: Path) -> None:
    """Each is a process of its own that writes into the directory; whoever is asked adds them up."""
    worker = (
        "from handlers import measures\n"
        "import sys\n"
        "measures.arrived('telegram', 'CustomerSaid')\n"
        "measures.UNDER_WAY.set(3)\n"
        "measures.DATABASE_UP.set(int(sys.argv[1]))\n"
        "measures.DEPTH.labels('topic').set(5 + int(sys.argv[1]))\n"
        "measures.turned('CustomerSaid', 0.002)\n"
    )
    asked = "from bot.web import exposition\nprint(exposition().decode())\n"
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": str(ROOT), "PATH": ""}

    def run(code: str, *arguments: str) -> str:
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    run(worker, "1")
    run(worker, "0")
    figures = run(asked)

    for sample in (
        'qabul_messages_received_total{channel="telegram",kind="CustomerSaid"} 2.0',
        "qabul_turns_under_way 6.0",
        "qabul_database_up 0.0",
        'qabul_outbox_letters{lane="topic"} 5.0',
        'qabul_turn_seconds_count{kind="CustomerSaid"} 2.0',
    ):
        assert sample in figures, figures
