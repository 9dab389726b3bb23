"""What the measurements share: the cases of a synthetic county, rates, and how figures are told."""

import argparse
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from domain.events import Event
from domain.instants import DAY, parse_instant
from domain.reference import Reference
from producers.county import load_county, reference_events
from producers.simulator import traffic
from sundial.reference import shipped_events
from sundial.shipped import holiday_sets

START = parse_instant("2026-03-02T08:00:00+08:00")
CASES_A_DAY = 60
ROUNDS = 9


class County(NamedTuple):
    """A synthetic county: its reference data, its cases' events by case, and the instant they are judged at."""

    reference: Reference
    cases: dict[str, list[Event]]
    until: int


def county_of(days: int) -> County:
    """So many days of its traffic."""
    county, until = load_county(), START + days * DAY
    reference = Reference(holiday_sets(), [*shipped_events(), *reference_events(county, START - DAY)])
    cases: dict[str, list[Event]] = defaultdict(list)
    for event in traffic(county, holiday_sets(), 1, START, until, CASES_A_DAY):
        if event.type.startswith("case."):
            cases[event.subject].append(event)
    return County(reference, cases, until)


def rate(work: Callable[[], object], amount: int) -> float:
    """Amounts per second of processor time, which other programs of the machine do not take from us."""
    return rates({"": work}, amount)[""]


def rates(works: dict[str, Callable[[], object]], amount: int) -> dict[str, float]:
    """The same of several that alternate, so that they share the machine's moods: the median of some rounds."""
    rounds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            begin = time.process_time()
            work()
            rounds[name].append(time.process_time() - begin)
    return {name: amount / statistics.median(taken) for name, taken in rounds.items()}


def tell(
    measure: Callable[[], dict[str, float]],
    about: str | None,
    show: Callable[[dict[str, float]], None] | None = None,
) -> None:
    """Measure, and print the figures as JSON, or by `show`, which is one line for each unless it is given."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    figures = measure()
    if as_json:
        print(json.dumps(figures))
    else:
        (show or _lines)(figures)


def _lines(figures: dict[str, float]) -> None:
    for name, value in figures.items():
        print(f"{name:34} {value:>14,}")
