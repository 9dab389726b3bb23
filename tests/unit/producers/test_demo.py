"""The demo county in one process: history first, then live traffic by its clock."""

import threading
from pathlib import Path

import pytest

from domain.instants import HOUR, MINUTE
from producers import demo
from producers.making import make_event
from producers.playing import play
from streams.clock import ClockSetting, SettingClock
from streams.journal import Journal
from sundial.shipped import holiday_sets


class HandClock:
    """A clock that jumps to wherever somebody waits for, up to `stop_at`."""

    def __init__(self, now: int, stop_at: int, stop: threading.Event) -> None:
        self.instant, self._stop_at, self._stop = now, stop_at, stop

    def now(self) -> int:
        return self.instant

    def sleep_until(self, instant: int | None, interrupted: threading.Event) -> None:
        if instant is None or instant > self._stop_at:
            self._stop.set()
        else:
            self.instant = max(self.instant, instant)


def test_history_ends_at_the_present() -> None:
    past = demo.history(demo.START, holiday_sets())
    assert past[-1].recorded <= demo.START
    assert demo.START - past[-1].recorded < 10 * MINUTE
    assert [event.recorded for event in past] == sorted(event.recorded for event in past)
    assert 10_000 < len(past) < 20_000


def test_live_goes_on_where_history_ends() -> None:
    stop = threading.Event()
    clock = HandClock(demo.START, demo.START + HOUR, stop)
    batches = list(demo.live(clock, holiday_sets(), demo.START, stop))
    events = [event for batch in batches for event in batch]
    assert all(demo.START < event.recorded <= demo.START + HOUR for event in events)
    assert len(events) > 100
    known = {event.identity for event in demo.history(demo.START + HOUR, holiday_sets())}
    assert {event.identity for event in events} <= known


def test_no_event_comes_before_its_time() -> None:
    stop = threading.Event()
    clock = HandClock(demo.START, demo.START + HOUR, stop)
    for batch in play(demo.history(demo.START + HOUR, holiday_sets())[-500:], clock, stop):
        assert all(event.recorded <= clock.now() for event in batch)


def test_running_fills_a_log_and_plays_on(tmp_path: Path) -> None:
    stop = threading.Event()
    clock = HandClock(demo.START, demo.START + 5 * MINUTE, stop)
    journal = Journal(tmp_path / "journal.db", clock)
    demo.run(journal, clock, holiday_sets(), stop)
    filled = journal.end()
    last = journal.last_recorded()
    assert last is not None
    assert demo.START < last <= demo.START + 6 * MINUTE
    stop.clear()
    again = HandClock(last, last + 5 * MINUTE, stop)
    demo.run(journal, again, holiday_sets(), stop)
    assert 0 < journal.end() - filled < 100
    journal.close()


def test_the_demo_is_never_mixed_with_the_events_of_others(tmp_path: Path) -> None:
    clock = SettingClock(ClockSetting("simulated", demo.START, 0, 1), machine=lambda: 0)
    journal = Journal(tmp_path / "journal.db", clock)
    other = make_event("case.withdrawn", "c-1", demo.START, {}, id="e1", source="hall:a")
    journal.append([other])
    with pytest.raises(demo.NotTheDemo, match="expected an empty folder"):
        demo.fill(journal, clock, holiday_sets())
    assert journal.end() == 1
    journal.close()


def test_the_demo_clock_is_inside_opening_hours() -> None:
    clock = SettingClock(ClockSetting("simulated", demo.START, 0, demo.RATE), machine=lambda: 0)
    assert clock.now() == demo.START
