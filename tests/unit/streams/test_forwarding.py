"""Halls, windows and receipts: live supervision says of them what follows from the log alone."""

import random
from pathlib import Path
from typing import Any

import pytest

from domain.instants import DAY, HOUR, MINUTE
from streams.ports import EventLog
from tests.oracle.shared_base import SharedBase
from tests.unit.streams.busy_hall import BusyHall, watched
from tests.unit.streams.desk import Desk, short_runs
from tests.unit.streams.histories import BEGIN, event, issued_live, open_hall


@pytest.mark.parametrize("seed", range(12))
def test_what_is_issued_on_them_follows_from_the_log(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(seed)
    short_runs(draw, monkeypatch)
    county = BusyHall(seed)
    desk = Desk(tmp_path, watched, rate=draw.choice((1, 20_000)))
    desk.live(draw, county.batch, 60, (0, 1, MINUTE, HOUR, 5 * HOUR, DAY, 3 * DAY))
    desk.run(until=desk.clock.instant + 30 * DAY)
    pure = desk.agreed()
    assert any(subject.startswith("hall:") for subject in pure)
    assert any(subject.startswith("ledger:") for subject in pure)
    assert any(one["code"] in ("OW-05", "CA-04") for issued in pure.values() for one in issued)


@pytest.mark.parametrize("seed", range(24))
def test_what_the_shared_base_takes_back_or_corrects_reaches_those_that_were_lent_it(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(seed)
    short_runs(draw, monkeypatch)
    shared = SharedBase(seed, is_terse=True)

    def opening(log: EventLog) -> None:
        open_hall(log)
        log.append(shared.opening(BEGIN))

    desk = Desk(tmp_path, opening)
    desk.live(draw, shared.batch, 40, (0, 1, MINUTE, HOUR, DAY))
    desk.run(until=desk.clock.instant + 30 * DAY)
    pure = desk.agreed()
    assert any(one["code"] == "PR-11" for issued in pure.values() for one in issued)


def test_a_silent_hall_is_found_by_the_clock_alone(tmp_path: Path) -> None:
    desk = Desk(tmp_path, watched)
    desk.run(until=desk.clock.instant + 4 * DAY)
    assert [(name, one["code"]) for name, one in issued_live(desk.state)] == [("hall:weixian", "DQ-01")]
    assert all(not row.subject.startswith("hall:") for row in desk.state.verdicts(0, 100))


def test_a_silent_window_is_found_by_the_clock_alone_until_it_is_named_no_longer(tmp_path: Path) -> None:
    def opening(log: EventLog) -> None:
        watched(log)
        begin: dict[str, Any] = {"hall": "weixian", "from": "2026-03-02"}
        log.append([event("named", "hall.expected", "weixian", BEGIN - HOUR, **begin, windows=["1", "2"])])
        log.append([event("less", "hall.expected", "weixian", BEGIN, **begin, windows=["1"])])

    desk = Desk(tmp_path, opening)
    desk.run(until=desk.clock.instant + 4 * DAY)
    found = {(name, one["code"]) for name, one in issued_live(desk.state)}
    assert found == {("hall:weixian", "DQ-01"), ("window:weixian/1", "DQ-01")}
    desk.agreed()


def test_a_correction_of_a_line_makes_no_case(tmp_path: Path) -> None:
    def opening(log: EventLog) -> None:
        watched(log)
        log.append(
            [
                event("l", "ledger.entry_recorded", "weixian", BEGIN, point="weixian", number=1),
                event("k", "event.corrected", "weixian", BEGIN, corrects={"id": "l"}, data={"number": 2}),
            ]
        )

    desk = Desk(tmp_path, opening)
    desk.run(until=desk.clock.instant + DAY)
    assert desk.state.verdicts(0, 100) == []
    assert {name for name, _ in issued_live(desk.state)} == {"ledger:weixian/2026-03-02"}


def test_what_an_earlier_version_took_without_forwarding_is_forwarded_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path, watched)
    desk.clock.instant += HOUR
    desk.send(event("a", "case.accepted", "c", desk.clock.instant, item="permit", hall="weixian", window="1"))
    with desk.state._write_lock:
        write = desk.state._writer.execute
        write("DELETE FROM signals")
        write("DELETE FROM subjects WHERE subject LIKE 'hall:%' OR subject LIKE 'window:%'")
        write("UPDATE progress SET routed = 0")
    for _ in range(2):
        desk.restart()
    # the hall twice, its being due, two windows, the first case
    assert len(desk.state.signals("hall:weixian")) == 6
    desk.run(until=desk.clock.instant + 8 * DAY)
    live = [one for name, one in issued_live(desk.state) if name == "hall:weixian"]
    assert live == desk.pure("hall:weixian")
