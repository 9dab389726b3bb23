"""The supervisor's thread on a data folder: it wakes at once, stops calmly and outlives a full disk."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.fold import CaseFold
from domain.instants import DAY, HOUR, MINUTE, SECOND
from streams.embedded import Embedded
from streams.folder import FolderInUse, owner_of
from streams.ports import Changes
from tests.unit.streams.histories import BEGIN, base, event, issued_live, issued_purely, open_hall

DUE = BEGIN + 2 * DAY + 8 * HOUR
"""When a case accepted on the first morning is due."""


def until(true: Callable[[], Any], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


def codes(embedded: Embedded) -> list[str]:
    return [document["code"] for _, document in issued_live(embedded.state)]


def accepted(subject: str = "case-1") -> list[Any]:
    return [event(f"e-{subject}", "case.accepted", subject, BEGIN, item="permit", hall="weixian")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a case that falls due at DUE, under a clock that has just begun."""
    embedded = Embedded(tmp_path, base(), start=BEGIN)
    open_hall(embedded.journal)
    embedded.journal.append(accepted())
    embedded.close()
    return tmp_path


@pytest.fixture
def shortly_before(folder: Path) -> Iterator[Embedded]:
    """The same folder, half a second before the case is due."""
    embedded = Embedded(folder, base(), start=DUE - SECOND // 2)
    yield embedded
    embedded.close()


def test_a_finding_is_on_disk_within_a_moment_of_the_due_instant(shortly_before: Embedded) -> None:
    shortly_before.start()
    until(lambda: "TL-02" in codes(shortly_before))
    durations = shortly_before.supervision.metrics.due_to_finding
    assert sum(durations.counts) == 1
    assert durations.longest_seconds < 0.5


def test_what_is_appended_is_judged_at_once(shortly_before: Embedded) -> None:
    shortly_before.start()
    until(lambda: shortly_before.supervision.lag() == 0)
    time.sleep(0.05)
    begun = time.monotonic()
    shortly_before.journal.append(accepted("case-2"))
    until(lambda: shortly_before.supervision.lag() == 0)
    assert time.monotonic() - begun < 0.3


def test_two_retractions_of_each_other_stop_nothing(shortly_before: Embedded) -> None:
    shortly_before.start()
    shortly_before.journal.append(
        [
            event("r1", "event.retracted", "case-1", DUE - DAY, retracts={"id": "r2"}),
            event("r2", "event.retracted", "case-1", DUE - DAY, retracts={"id": "r1"}),
        ]
    )
    until(lambda: shortly_before.supervision.lag() == 0)
    until(lambda: "TL-02" in codes(shortly_before))
    assert shortly_before.supervisor.hanging(time.monotonic()) is None


def test_a_run_that_does_not_end_is_told_by_others(shortly_before: Embedded) -> None:
    shortly_before.start()
    until(lambda: shortly_before.supervision.lag() == 0)
    hung, go_on = threading.Event(), threading.Event()

    def hang() -> None:
        hung.set()
        go_on.wait()

    asking = threading.Thread(target=shortly_before.supervisor._ask, args=(hang,))
    asking.start()
    try:
        hung.wait()
        shortly_before.journal.append(accepted("case-2"))
        assert shortly_before.supervisor.hanging(time.monotonic()) is None
        told = shortly_before.supervisor.hanging(time.monotonic() + 61)
        assert told is not None
        assert "1 events wait to be judged" in told
    finally:
        go_on.set()
        asking.join()
    until(lambda: shortly_before.supervision.lag() == 0)
    until(lambda: shortly_before.supervisor.hanging(time.monotonic() + 61) is None)


def test_a_restart_goes_on_where_it_stopped(folder: Path) -> None:
    for start in (BEGIN + DAY, DUE + DAY, DUE + 9 * DAY):
        embedded = Embedded(folder, base(), start=start)
        embedded.start()
        until(lambda: embedded.supervision.lag() == 0)  # noqa: B023
        until(lambda: (embedded.supervision.next_wake() or start + DAY) > start)  # noqa: B023
        embedded.close()
    assert owner_of(folder) is None
    embedded = Embedded(folder, base())
    live = [document for _, document in issued_live(embedded.state)]
    assert live == issued_purely(embedded.journal, embedded.clock.now())["case-1"]
    embedded.close()


def test_a_folder_that_could_not_be_opened_is_given_back(folder: Path) -> None:
    with pytest.raises(ValueError, match="lies before"):
        Embedded(folder, base(), start=BEGIN - DAY)
    embedded = Embedded(folder, base())
    with pytest.raises(FolderInUse):
        Embedded(folder, base())
    embedded.close()


def test_a_disk_that_is_full_for_a_while_loses_nothing(
    shortly_before: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    save, full = shortly_before.state.save, [True]

    def saving(changes: Changes) -> dict[str, int]:
        if full[0]:
            raise sqlite3.OperationalError("database or disk is full")
        return save(changes)

    monkeypatch.setattr(shortly_before.state, "save", saving)
    shortly_before.start()
    until(lambda: shortly_before.supervisor.failure)
    assert shortly_before.supervisor.failure == "OperationalError: database or disk is full"
    full[0] = False
    until(lambda: "TL-02" in codes(shortly_before))
    assert shortly_before.supervisor.failure is None


def test_a_flood_stops_the_thread_and_says_why(
    shortly_before: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crashing(*arguments: object) -> None:
        raise ZeroDivisionError("a rule divides by nothing")

    shortly_before.start()
    until(lambda: shortly_before.supervision.lag() == 0)
    monkeypatch.setattr(CaseFold, "step", crashing)
    for n in range(30):
        shortly_before.journal.append(accepted(f"bad-{n}"))
    until(lambda: not shortly_before.supervisor.is_running())
    assert shortly_before.supervisor.failure is not None
    assert "a rule divides by nothing" in shortly_before.supervisor.failure
    assert shortly_before.supervision.lag() > 0


def test_dead_letters_are_replayed_while_it_runs(
    shortly_before: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = CaseFold.step

    def crashing(self: CaseFold, *arguments: Any) -> None:
        if self.subject == "bad":
            raise ZeroDivisionError("a rule divides by nothing")
        step(self, *arguments)

    shortly_before.start()
    with monkeypatch.context() as broken:
        broken.setattr(CaseFold, "step", crashing)
        shortly_before.journal.append(accepted("bad"))
        until(shortly_before.dead_letters)
    [row] = shortly_before.dead_letters()
    assert shortly_before.supervisor.replay([row.number]) == []
    assert shortly_before.dead_letters() == []
    assert [row.subject for row in shortly_before.state.verdicts(0, 10)][-1] == "bad"
    readings = shortly_before.readings()
    assert (readings["dead_letters"], readings["lag_events"], readings["clock_rate"]) == (0, 0, 1)
    assert 0 <= readings["last_event_age_seconds"] < MINUTE / SECOND
