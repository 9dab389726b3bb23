"""An agency task is a subject of its own: it is supervised live, and its rows are made, as a case's are."""

from pathlib import Path

import msgspec
import pytest

from domain.instants import DAY
from projections.sound import fold_soundly
from streams.journal import Journal
from streams.judging import is_judged
from streams.state import State
from streams.supervision import Supervision
from sundial.seeding import seed
from tests.unit.streams.histories import BEGIN, HandClock, base, event, hall, issued_live, item


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def test_a_fee_on_an_agency_task_is_issued_live(tmp_path: Path, clock: HandClock) -> None:
    journal, state = Journal(tmp_path / "journal.db", clock), State(tmp_path / "state.db")
    rules = {"FE-06": {"enabled": True}}
    journal.append(
        [
            hall(profile="mine"),
            item(),
            event("p1", "profile.published", "mine", BEGIN, profile="mine", rules=rules),
        ]
    )
    seed(journal)
    supervision = Supervision(journal, state, clock, base())
    clock.instant += DAY
    task = event("a1", "agency.opened", "task-1", clock.instant, item="permit", point="weixian", fee=5)
    journal.append([task])
    while supervision.turn():
        pass
    [(subject, issued)] = issued_live(state)
    assert (subject, issued["type"], issued["code"], issued["level"]) == (
        "task-1",
        "finding.raised",
        "FE-06",
        3,
    )


def test_the_makers_of_rows_take_the_same_events() -> None:
    events = [
        event("a1", "agency.opened", "task-1", BEGIN, point="weixian"),
        event("l1", "ledger.entry_recorded", "task-1", BEGIN, point="weixian", number=1),
    ]
    fold = fold_soundly(
        "task-1", [msgspec.structs.replace(one, recorded=BEGIN) for one in events], base(), BEGIN
    )
    assert [one.id for one in fold.events] == [one.id for one in events if is_judged(one)] == ["a1"]
