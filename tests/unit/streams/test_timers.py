"""Timers against the plainest model: a dictionary."""

import random
import sys

import pytest

from streams.timers import Timers


def test_timers_come_in_order_and_only_when_due() -> None:
    timers = Timers([(30, 3), (10, 1), (20, 2)])
    assert timers.next() == 10
    assert timers.due(20, 10) == [(10, 1)]
    assert timers.due(31, 1) == [(20, 2)]
    assert timers.due(31, 10) == [(30, 3)]
    assert timers.next() is None
    assert len(timers) == 0


def test_an_instant_before_1970_is_an_instant() -> None:
    timers = Timers([(-5, 1), (5, 2)])
    assert timers.due(0, 10) == [(-5, 1)]


def test_the_last_word_counts() -> None:
    timers = Timers()
    timers.set(7, 10)
    timers.set(7, 20)
    timers.set(7, 10)
    assert timers.due(100, 10) == [(10, 7)]
    timers.set(7, 10)
    timers.set(7, None)
    assert timers.next() is None


@pytest.mark.parametrize("seed", range(5))
def test_as_a_dictionary_would(seed: int) -> None:
    draw = random.Random(seed)
    timers, model = Timers(), dict[int, int]()
    for _ in range(5000):
        key = draw.randrange(40)
        if draw.random() < 0.85:
            instant = draw.choice([None, draw.randrange(1000)])
            timers.set(key, instant)
            model.pop(key, None)
            if instant is not None:
                model[key] = instant
        else:
            before, limit = draw.randrange(1000), draw.randrange(1, 10)
            taken = timers.due(before, limit)
            expected = sorted(t for t in model.values() if t < before)[:limit]
            assert [t for t, _ in taken] == expected
            for instant, key in taken:
                assert model.pop(key) == instant
        before = draw.randrange(1000)
        assert timers.upcoming(before) == sorted((t, key) for key, t in model.items() if t < before)
        assert len(timers) == len(model)
        assert timers.next() == min(model.values(), default=None)


def test_a_hundred_thousand_timers_are_small() -> None:
    timers = Timers()
    for round_ in range(5):  # stale entries are swept
        for key in range(1, 100_001):
            timers.set(key, 1_790_000_000_000_000 + key * 1000 + round_)
    size = (
        sys.getsizeof(timers._heap) + sum(map(sys.getsizeof, timers._heap)) + sys.getsizeof(timers._instants)
    )
    assert size / 100_000 < 200
