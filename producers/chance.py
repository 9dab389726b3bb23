"""Repeatable chance: draws that depend on a seed and a name only, on every machine and in every order."""

import math
from collections.abc import Sequence
from random import Random

from domain.instants import MINUTE


def chance_of(*names: object) -> Random:
    """A source of chance of its own for each combination of names."""
    return Random("/".join(str(name) for name in names))


def happens(chance: Random, share: float) -> bool:
    """True in that share of draws."""
    return chance.random() < share


def count_around(chance: Random, mean: float) -> int:
    """A Poisson count."""
    if mean > 50:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    count, product, least = 0, chance.random(), math.exp(-mean)
    while product > least:
        count += 1
        product *= chance.random()
    return count


def minutes(chance: Random, least: float, most: float) -> int:
    """A time between two numbers of minutes, in microseconds."""
    return int(chance.uniform(least, most) * MINUTE)


def pick_weighted(chance: Random, weights: Sequence[float]) -> int:
    """An index, in proportion to the weights."""
    return chance.choices(range(len(weights)), weights)[0]
