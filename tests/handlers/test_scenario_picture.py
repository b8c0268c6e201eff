"""The picture of a scenario for managers: a PNG that Telegram takes."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from matplotlib.image import imread

from handlers.managers.scenario_picture import KEPT_SECONDS, MOST_SIDES, draw_graph, draw_scenario
from scenarios.engine.graph import graph_of
from scenarios.engine.graph.colours import LIGHT
from scenarios.engine.graph.drawing import TooLarge
from scenarios.engine.graph.layout import layout
from scenarios.engine.model import Scenario
from tests.scenarios.drawings import EVERYTHING, HOSTILE, chain, say, scenario_of
from tests.shipped import book, texts


def size(path: Path) -> tuple[int, int]:
    """Width and height in dots."""
    high, wide, _ = imread(path).shape
    return wide, high


def has(path: Path, colour: str) -> bool:
    """Whether a colour is in the picture, exactly."""
    wanted = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return bool((abs(imread(path)[:, :, :3] - wanted) < 0.002).all(axis=2).any())


@pytest.mark.parametrize("name", ["new", "hesitant", "unhappy", "feedback"])
def test_a_shipped_scenario_becomes_a_sharp_picture_that_telegram_takes(tmp_path: Path, name: str) -> None:
    path = draw_graph(book().scenarios[name], texts(), "uz", tmp_path / "new folder")
    wide, high = size(path)
    assert path.suffix == ".png"
    assert wide + high <= MOST_SIDES
    assert max(wide, high) / min(wide, high) <= 20
    drawn = layout(graph_of(book().scenarios[name]), lambda phrase: texts().render(phrase, "uz"))
    assert wide >= 1.9 * drawn.width, "two dots for one of the drawing"
    for kind in {box.drawn.kind for box in drawn.boxes} - {"begin"}:
        assert has(path, LIGHT[kind]), kind


def test_the_step_of_the_talk_is_marked(tmp_path: Path) -> None:
    found = layout(graph_of(book().scenarios["new"]), say)
    draw_scenario(found, say, tmp_path / "plain.png")
    draw_scenario(found, say, tmp_path / "marked.png", "price")
    assert not has(tmp_path / "plain.png", LIGHT["here"])
    assert has(tmp_path / "marked.png", LIGHT["here"])


@pytest.mark.filterwarnings("error")
def test_any_words_can_be_drawn(tmp_path: Path) -> None:
    text = EVERYTHING.replace("Good day!", repr(f"{HOSTILE} $x^2$ \\frac 北京 🙂".replace("'", "’")))
    draw_graph(scenario_of(text), texts(), "ru", tmp_path)


def test_a_large_scenario_is_drawn_smaller_and_a_huge_one_refused_in_a_sentence(tmp_path: Path) -> None:
    wide, high = size(draw_graph(scenario_of(chain(40, 1)), texts(), "en", tmp_path))
    assert wide + high <= MOST_SIDES
    with pytest.raises(TooLarge, match=r'long is too large for a picture .* and "run" them'):
        draw_graph(scenario_of(chain(400, 1)), texts(), "en", tmp_path)


def test_pictures_of_the_day_before_yesterday_are_removed_and_others_kept(tmp_path: Path) -> None:
    old, other = tmp_path / "scenario-old.png", tmp_path / "stats-old.png"
    for path in (old, other):
        path.write_bytes(b"")
        os.utime(path, (time.time() - KEPT_SECONDS - 60,) * 2)
    small: Scenario = book().scenarios["hours"]
    first = draw_graph(small, texts(), "kk", tmp_path)
    second = draw_graph(small, texts(), "kk", tmp_path)
    assert set(tmp_path.iterdir()) == {other, first, second}


def test_several_threads_may_draw_at_once(tmp_path: Path) -> None:
    found = layout(graph_of(replace(book().scenarios["prices"])), say)
    paths = [tmp_path / f"{number}.png" for number in range(4)]
    threads = [threading.Thread(target=draw_scenario, args=(found, say, path)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({path.read_bytes() for path in paths}) == 1
