"""Whatever happens, and however often supervision is cut off, it issues what the pure judge says."""

import random
from pathlib import Path

import msgspec
import pytest

from domain.instants import DAY, HOUR, MINUTE, parse_instant
from domain.judge import judge
from streams.journal import Journal
from streams.state import State
from tests.unit.streams.desk import Desk, short_runs
from tests.unit.streams.histories import Hall, open_hall, recorded_events


@pytest.mark.parametrize("seed", range(15))
def test_issued_live_and_issued_purely_agree(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(seed)
    short_runs(draw, monkeypatch)
    hall = Hall(seed)
    rate = draw.choice((1, 600, 20_000))  # how far ahead timers are judged
    desk = Desk(tmp_path, open_hall, rate)
    desk.live(draw, hall.batch, 60, (0, 1, MINUTE, HOUR, 5 * HOUR, DAY), rate)
    desk.run(until=desk.clock.instant + 30 * DAY)
    assert desk.supervision.lag() == 0
    assert desk.agreed()
    assert_verdicts_are_the_judges(desk.journal, desk.state)


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
