"""The demo county: some weeks of history up to its present, then live traffic in the same process.

Its clock begins on a Wednesday morning inside opening hours and runs 20 times as fast as life, whenever it
is started, so that the wall is never asleep at the first look: about an event a second, and a working day in
24 minutes.
"""

import threading
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Final

from domain.calendars import HolidaySet
from domain.events import Event, decode_event
from domain.instants import DAY, HOUR, parse_instant
from producers.county import SOURCE, load_county, reference_events
from producers.making import in_batches
from producers.playing import play
from producers.simulator import Silence, traffic
from streams.ports import Clock, EventLog

START: Final = parse_instant("2026-06-24T09:50:00+08:00")
"""Where the demo's clock begins: a Wednesday, two working days after the Dragon Boat holiday."""
RATE: Final = 20.0
BEGIN: Final = START // DAY * DAY - 21 * DAY - 8 * HOUR
"""Where its history begins: local midnight, three weeks before."""
SEED: Final = 20260624
CASES_PER_DAY: Final = 130.0
SILENCE: Final = Silence("zx-09", parse_instant("2026-06-22T14:20:00+08:00"))
"""A township center whose line is dead since the afternoon before."""


def history(now: int, holidays: Mapping[str, HolidaySet]) -> list[Event]:
    """Reference data and every event recorded up to `now`, in order of recorded time, to be stated."""
    past = takewhile(lambda event: event.recorded <= now, _traffic(holidays))
    return [*reference_events(load_county(), BEGIN - 1), *past]


def live(
    clock: Clock, holidays: Mapping[str, HolidaySet], after: int, stop: threading.Event
) -> Iterator[list[Event]]:
    """Batches of the events recorded after `after`, each at its time by `clock`, until `stop` is set."""
    return play((event for event in _traffic(holidays) if event.recorded > after), clock, stop)


class NotTheDemo(Exception):
    """A log that holds events of others."""


def fill(log: EventLog, clock: Clock, holidays: Mapping[str, HolidaySet]) -> None:
    """Put history up to the clock's present into a log that has none; best before supervision begins.

    Raises NotTheDemo for a log that holds other events, so that real and played matters are never mixed.
    """
    if not _holds_the_county(log):
        for past in in_batches(history(clock.now(), holidays)):
            log.append(past, [event.recorded for event in past])


def run(log: EventLog, clock: Clock, holidays: Mapping[str, HolidaySet], stop: threading.Event) -> None:
    """Fill the log if it must be, then play on from where it ends until `stop` is set."""
    fill(log, clock, holidays)
    for batch in live(clock, holidays, log.last_recorded() or BEGIN, stop):
        log.append(batch)


def _holds_the_county(log: EventLog) -> bool:
    if any(decode_event(record.raw).source == SOURCE for record in log.history(load_county().halls[0].hall)):
        return True
    if any(not record.is_reference for record in log.read(0, 1_000)):
        raise NotTheDemo("this data folder holds events of others; expected an empty folder for the demo")
    return False


def _traffic(holidays: Mapping[str, HolidaySet]) -> Iterator[Event]:
    return traffic(load_county(), holidays, SEED, BEGIN, None, CASES_PER_DAY, SILENCE)
