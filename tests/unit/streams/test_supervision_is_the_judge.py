"""Whatever happens, and however often supervision is cut off, it issues what the pure judge says."""

import random
from pathlib import Path

import msgspec
import pytest

import streams.supervision
from domain.instants import DAY, HOUR, MINUTE, parse_instant
from domain.judge import judge
from streams.journal import Journal
from streams.state import State
from streams.supervision import Supervision
from tests.unit.streams.histories import (
    Hall,
    HandClock,
    base,
    issued_live,
    issued_purely,
    open_hall,
    recorded_events,
)


@pytest.mark.parametrize("seed", range(15))
def test_issued_live_and_issued_purely_agree(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(seed)
    for name, most in (("_RECORDS", 7), ("_SUBJECTS", 3), ("_SWEEP", 2)):
        monkeypatch.setattr(streams.supervision, name, draw.randint(1, most))
    clock, hall = HandClock(), Hall(seed)
    journal, state = Journal(tmp_path / "journal.db", clock), State(tmp_path / "state.db")
    open_hall(journal)
    rate = draw.choice((1, 600, 20_000))  # how far ahead timers are judged
    supervision = Supervision(journal, state, clock, base(), rate=rate)
    for _ in range(60):
        clock.instant += draw.choice((0, 1, MINUTE, HOUR, 5 * HOUR, DAY))
        journal.append(hall.batch(clock.instant))
        for _ in range(draw.choice((0, 1, 2, 50))):
            if not supervision.turn():
                break
        if draw.random() < 0.2:
            supervision = Supervision(journal, state, clock, base(), rate=rate)
    clock.instant += 30 * DAY
    while supervision.turn():
        pass
    assert supervision.lag() == 0
    assert state.dead_letters() == []
    live: dict[str, list[object]] = {}
    for subject, document in issued_live(state):
        live.setdefault(subject, []).append(document)
    pure = {
        subject: issued for subject, issued in issued_purely(journal, clock.instant - 1).items() if issued
    }
    for subject in live.keys() | pure.keys():
        assert live.get(subject, []) == pure.get(subject, []), subject
    assert pure
    assert_verdicts_are_the_judges(journal, state)


def assert_verdicts_are_the_judges(journal: Journal, state: State) -> None:
    reference, subjects = recorded_events(journal)
    rows = state.verdicts(0, 1000)
    assert {row.subject for row in rows} == subjects.keys()
    for row in rows:
        document = msgspec.json.decode(row.document)
        at = parse_instant(document["at"])
        pure = judge(subjects[row.subject], reference, at, at, row.subject, ledger=False)
        del pure["issued"]
        assert document == msgspec.to_builtins(pure)
