"""Whether two groups differ by more than chance: shares by Fisher or z, ratings by Mann and Whitney.

Every function is the textbook's, named with its source; none rounds, and none draws random numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

__all__ = [
    "Comparison",
    "compare_ratings",
    "compare_shares",
    "fisher",
    "mann_whitney",
    "needed",
    "newcombe",
    "two_proportions",
    "wilson",
]

CONFIDENCE = 0.95
CHANCE = 0.05
"""A difference is called more than chance when chance alone would give it, or a larger one, less often than this."""

POWER = 0.8
FEW_EXPECTED = 5.0
"""Below this expected count the normal distribution is a poor guide and Fisher's exact test is used (Cochran 1954)."""

FEWEST = 10
"""With fewer cases in one of the groups no test is made: whatever it said would be luck."""

_NORMAL = NormalDist()
_ROUNDING = 1e-7
"""Tables as likely as the one seen count as such although their computed probabilities differ in the last digits."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two groups compared: the second minus the first.

    For shares `difference`, `low` and `high` are in percentage points; for ratings `difference` is that of the means,
    in points of the scale, and `low` and `high` are None. `p` is None when there are too few cases; `wanted` is then,
    or when the difference may be chance, how many cases each group needs for a difference like this one, None if no
    number helps (there is no difference). `test` names what was used: fisher, z, mann_whitney or nothing.
    """

    difference: float
    low: float | None
    high: float | None
    p: float | None
    test: str
    wanted: int | None = None

    @property
    def more_than_chance(self) -> bool:
        """Whether the difference is hardly chance."""
        return self.p is not None and self.p < CHANCE


def compare_shares(first: int, of_first: int, second: int, of_second: int) -> Comparison:
    """Two shares, `first` of `of_first` and `second` of `of_second`; either group may be empty."""
    if not of_first or not of_second:
        return Comparison(0.0, None, None, None, "", FEWEST)
    one, other = first / of_first, second / of_second
    low, high = newcombe(first, of_first, second, of_second)
    difference, low, high = (100 * value for value in (other - one, low, high))
    wanted = needed(one, other)
    if min(of_first, of_second) < FEWEST:
        return Comparison(difference, low, high, None, "", max(wanted or 0, FEWEST))
    pooled = (first + second) / (of_first + of_second)
    expected = min(pooled, 1 - pooled) * min(of_first, of_second)
    if expected < FEW_EXPECTED:
        p, test = fisher(first, of_first, second, of_second), "fisher"
    else:
        p, test = two_proportions(first, of_first, second, of_second), "z"
    return Comparison(difference, low, high, p, test, None if p < CHANCE else wanted)


def compare_ratings(first: Sequence[int], second: Sequence[int]) -> Comparison:
    """Two groups of ratings; either may be empty."""
    if not first or not second:
        return Comparison(0.0, None, None, None, "", FEWEST)
    difference = sum(second) / len(second) - sum(first) / len(first)
    if min(len(first), len(second)) < FEWEST:
        return Comparison(difference, None, None, None, "", FEWEST)
    return Comparison(difference, None, None, mann_whitney(first, second), "mann_whitney")


def wilson(successes: int, of: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The interval of a share, 0 to 1. E. B. Wilson, "Probable inference, the law of succession, and statistical
    inference", JASA 22 (1927), 209-212. Raises ValueError when there are no cases."""
    if of < 1:
        raise ValueError("a share needs at least one case")
    z = _NORMAL.inv_cdf(0.5 + confidence / 2)
    share = successes / of
    middle = share + z * z / (2 * of)
    spread = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    whole = 1 + z * z / of
    low = 0.0 if successes == 0 else (middle - spread) / whole
    high = 1.0 if successes == of else (middle + spread) / whole
    return low, high


def newcombe(
    first: int, of_first: int, second: int, of_second: int, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """The interval of the second share minus the first, -1 to 1. R. G. Newcombe, "Interval estimation for the
    difference between independent proportions", Statistics in Medicine 17 (1998), 873-890, method 10."""
    one, other = first / of_first, second / of_second
    low_one, high_one = wilson(first, of_first, confidence)
    low_other, high_other = wilson(second, of_second, confidence)
    below = math.hypot(other - low_other, high_one - one)
    above = math.hypot(high_other - other, one - low_one)
    return other - one - below, other - one + above


def two_proportions(first: int, of_first: int, second: int, of_second: int) -> float:
    """The two-sided p of the pooled z test of two shares (Fleiss, Levin, Paik, "Statistical Methods for Rates and
    Proportions", 3rd ed. 2003, 3.1, without the correction for continuity)."""
    pooled = (first + second) / (of_first + of_second)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / of_first + 1 / of_second))
    if not spread:
        return 1.0
    return _two_sided((second / of_second - first / of_first) / spread)


def fisher(first: int, of_first: int, second: int, of_second: int) -> float:
    """The two-sided p of Fisher's exact test: the probability of all tables with these margins that are not more likely
    than the one seen (R. A. Fisher, "The logic of inductive inference", JRSS 98 (1935), 39-54)."""
    successes, total = first + second, of_first + of_second

    def chance(of_them: int) -> float:
        return math.exp(
            _log_choose(of_first, of_them) + _log_choose(of_second, successes - of_them) - _log_choose(total, successes)
        )

    seen = chance(first) * (1 + _ROUNDING)
    possible = range(max(0, successes - of_second), min(successes, of_first) + 1)
    return min(1.0, math.fsum(p for one in possible if (p := chance(one)) <= seen))


def mann_whitney(first: Sequence[float], second: Sequence[float]) -> float:
    """The two-sided p that two groups are of one kind, by the ranks of their values, with corrections for ties and for
    continuity. H. B. Mann, D. R. Whitney, "On a test of whether one of two random variables is stochastically larger
    than the other", Annals of Mathematical Statistics 18 (1947), 50-60; ties: M. Hollander, D. A. Wolfe,
    "Nonparametric Statistical Methods", 2nd ed. 1999, 4.1. Both groups need at least one value."""
    counts: dict[float, list[int]] = {}
    for group, values in enumerate((first, second)):
        for value in values:
            counts.setdefault(value, [0, 0])[group] += 1
    many, others, total = len(first), len(second), len(first) + len(second)
    ranked = ties = 0.0
    before = 0
    for value in sorted(counts):
        here, there = counts[value]
        equal = here + there
        ranked += here * (before + (equal + 1) / 2)
        ties += equal**3 - equal
        before += equal
    u = ranked - many * (many + 1) / 2
    variance = many * others / 12 * (total + 1 - ties / (total * (total - 1)))
    if variance <= 0:
        return 1.0
    distance = max(0.0, abs(u - many * others / 2) - 0.5)
    return _two_sided(distance / math.sqrt(variance))


def needed(one: float, other: float, power: float = POWER) -> int | None:
    """How many cases each of two groups of equal size needs, so that such a difference of shares is told from chance
    `power` of the time; None for equal shares. Fleiss, Levin, Paik (2003), formula 4.14."""
    if one == other:
        return None
    mean = (one + other) / 2
    at_chance = _NORMAL.inv_cdf(1 - CHANCE / 2) * math.sqrt(2 * mean * (1 - mean))
    at_power = _NORMAL.inv_cdf(power) * math.sqrt(one * (1 - one) + other * (1 - other))
    return math.ceil(((at_chance + at_power) / (other - one)) ** 2)


def _two_sided(z: float) -> float:
    return math.erfc(abs(z) / math.sqrt(2))


def _log_choose(of: int, some: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(some + 1) - math.lgamma(of - some + 1)
