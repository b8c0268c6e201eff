"""Whether a difference is more than chance. The expected values are those of SciPy 1.17 and statsmodels 0.15, written
down once; at run time neither is used."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.engine import significance as s

Shares = tuple[int, int, int, int]


@pytest.mark.parametrize(
    ("shares", "fisher", "z"),
    [
        ((1, 10, 5, 12), 0.16187527642636004, 0.09679099347784229),
        ((8, 10, 1, 10), 0.005477494641581329, 0.0016536951637003395),
        ((0, 15, 4, 12), 0.028205128205128206, 0.015404856093625742),
        ((3, 40, 9, 38), 0.06261588447417099, 0.04768671026769937),
        ((20, 20, 18, 25), 0.012301116668671973, 0.010018641854584445),
        ((30, 100, 45, 110), 0.11368676207021228, 0.09939953216165606),
        ((120, 400, 90, 400), 0.019668324359844575, 0.01592498562756696),
        ((5, 50, 5, 50), 1.0, 1.0),
        ((0, 30, 0, 30), 1.0, 1.0),
    ],
)
def test_shares_are_compared_as_scipy_compares_them(shares: Shares, fisher: float, z: float) -> None:
    assert s.fisher(*shares) == pytest.approx(fisher, rel=1e-9)
    assert s.two_proportions(*shares) == pytest.approx(z, rel=1e-9)


@pytest.mark.parametrize(
    ("successes", "of", "interval"),
    [
        (1, 10, (0.017876213095072896, 0.4041500267952385)),
        (0, 15, (0.0, 0.20388330103584862)),
        (20, 20, (0.8388748419471808, 1.0)),
        (120, 400, (0.25716767195619705, 0.34663724577752153)),
    ],
)
def test_the_interval_of_a_share_is_wilsons(successes: int, of: int, interval: tuple[float, float]) -> None:
    assert s.wilson(successes, of) == pytest.approx(interval, abs=1e-12)


@pytest.mark.parametrize(
    ("shares", "interval"),
    [
        ((56, 70, 48, 80), (-0.33387265403690614, -0.05243147240236498)),
        ((9, 10, 3, 10), (-0.809017973535488, -0.1705227239345029)),
        ((5, 56, 0, 29), (-0.19256001385511165, 0.03813714790353694)),
        ((0, 10, 0, 20), (-0.27753279986288926, 0.1611251580528194)),
        ((10, 10, 0, 20), (-1.0, -0.6790860371419145)),
    ],
)
def test_the_interval_of_a_difference_is_newcombes(shares: Shares, interval: tuple[float, float]) -> None:
    assert s.newcombe(*shares) == pytest.approx(interval, abs=1e-12)


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        ([5, 5, 4, 3, 5, 4, 4, 2, 5, 5], [3, 4, 2, 4, 1, 3, 5, 2, 3, 4, 2], 0.026870349908377004),
        ([5] * 10, [5] * 12, 1.0),
        ([1, 2, 3, 4, 5] * 4, [2, 3, 4, 5, 5] * 5, 0.061851290147536334),
        ([5] * 30 + [4] * 10 + [1] * 5, [5] * 20 + [4] * 10 + [3] * 10 + [1] * 12, 0.0022140429622963384),
    ],
)
def test_ratings_are_compared_as_scipy_compares_them(first: list[int], second: list[int], p: float) -> None:
    assert s.mann_whitney(first, second) == pytest.approx(p, rel=1e-9)
    assert s.mann_whitney(second, first) == pytest.approx(p, rel=1e-9)


def test_how_many_cases_are_needed_is_the_number_of_the_textbooks() -> None:
    # 30 against 40 per cent with 80 per cent power: 356 in each group (Fleiss, Levin, Paik, table A.3, uncorrected).
    assert s.needed(0.3, 0.4) == 356
    assert s.needed(0.4, 0.3) == 356
    assert s.needed(0.2, 0.2) is None


def test_small_expected_numbers_are_compared_exactly_and_large_ones_by_z() -> None:
    assert s.compare_shares(1, 10, 5, 12).test == "fisher"
    large = s.compare_shares(120, 400, 90, 400)
    assert (large.test, large.more_than_chance, large.wanted) == ("z", True, None)
    assert large.difference == pytest.approx(-7.5)
    assert large.low is not None
    assert large.high is not None
    assert large.low < -7.5 < large.high < 0


def test_with_too_few_cases_nothing_is_called_a_difference() -> None:
    found = s.compare_shares(0, 4, 4, 4)
    assert (found.p, found.more_than_chance) == (None, False)
    assert found.wanted == s.FEWEST
    assert s.compare_shares(0, 0, 4, 4).wanted == s.FEWEST
    assert s.compare_ratings([1, 1], [5, 5]).p is None
    assert s.compare_ratings([], [5]).wanted == s.FEWEST


def test_a_difference_that_may_be_chance_tells_how_many_cases_would_show_it() -> None:
    found = s.compare_shares(30, 100, 40, 100)
    assert not found.more_than_chance
    assert found.wanted == 356


@given(st.integers(1, 200), st.integers(1, 200), st.data())
def test_every_comparison_is_a_probability_and_its_interval_holds_the_difference(
    many: int, others: int, data: st.DataObject
) -> None:
    first, second = data.draw(st.integers(0, many)), data.draw(st.integers(0, others))
    found = s.compare_shares(first, many, second, others)
    assert found.low is not None
    assert found.high is not None
    assert -100 <= found.low <= found.difference + 1e-9
    assert found.difference - 1e-9 <= found.high <= 100 + 1e-9
    for p in (s.fisher(first, many, second, others), s.two_proportions(first, many, second, others)):
        assert 0 <= p <= 1


@given(st.lists(st.integers(1, 5), min_size=1, max_size=60), st.lists(st.integers(1, 5), min_size=1, max_size=60))
def test_the_order_of_ratings_does_not_matter(first: list[int], second: list[int]) -> None:
    p = s.mann_whitney(first, second)
    assert 0 <= p <= 1
    assert s.mann_whitney(sorted(first), sorted(second)) == pytest.approx(p)
