"""A synthetic county in a data folder: its journal, judged by the supervision of `sundial serve`."""

import time
from pathlib import Path
from typing import NamedTuple

from domain.instants import DAY
from domain.reference import Reference
from producers.county import load_county, reference_events
from streams.journal import Journal
from streams.state import State
from streams.supervision import Supervision
from sundial.seeding import seed
from sundial.shipped import holiday_sets
from tests.bench.county import START
from tests.bench.county_in_kafka import traffic_of
from tests.unit.streams.histories import HandClock


class Judged(NamedTuple):
    """What the read store is made of."""

    journal: Journal
    state: State
    base: Reference

    def close(self) -> None:
        self.journal.close()
        self.state.close()


def judged_county(folder: Path, days: int) -> Judged:
    """So many days of traffic, judged as they were recorded."""
    clock = HandClock(START - 2 * DAY)
    journal, state = Journal(folder / "journal.db", clock), State(folder / "state.db")
    seed(journal)
    clock.instant = START - DAY
    journal.append(reference_events(load_county(), START - DAY))
    clock.instant = START + days * DAY
    events = traffic_of(days)
    for first in range(0, len(events), 1_000):
        some = events[first : first + 1_000]
        journal.append(some, [event.recorded for event in some])
    judged = Judged(journal, state, Reference(holiday_sets()))
    supervision = Supervision(journal, state, clock, judged.base)
    while supervision.turn() or journal.importing():
        time.sleep(0)
    return judged
