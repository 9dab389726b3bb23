"""What everything that takes events in owes its users: the journal, and the outbox of the cluster size."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain.instants import HOUR, SECOND
from streams.cluster.outbox.outbox import Outbox
from streams.journal import Journal
from streams.ports import Intake, LogError
from sundial.seeding import seed
from tests.contract.reopening import reopening
from tests.unit.streams.cluster.parts import NOON, a_hall, an_event, opened
from tests.unit.streams.histories import HandClock

Opened = Callable[[], Intake]


@pytest.fixture(params=["journal", "outbox"])
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """Opens the same file again; what was open before is closed."""
    clock = HandClock(NOON)
    journal = request.param == "journal"

    def open_one() -> Journal | Outbox:
        return Journal(tmp_path / "journal.db", clock) if journal else opened(tmp_path, clock)

    with reopening(open_one) as open_again:
        yield open_again


@pytest.fixture
def intake(reopen: Opened) -> Intake:
    return reopen()


def statuses(intake: Intake, *events: object, recorded: list[int] | None = None) -> list[str]:
    return [result.status for result in intake.append(events, recorded)]  # type: ignore[arg-type]


def test_the_same_event_again_is_a_duplicate_wherever_it_comes(reopen: Opened) -> None:
    intake = reopen()
    told = statuses(intake, an_event(1), an_event(1))
    told += statuses(intake, an_event(1, time="2026-03-02T11:30:00Z", receivedtime="2026-03-02T11:31:00Z"))
    told += statuses(reopen(), an_event(1), an_event(2))
    assert told == ["accepted", "duplicate", "duplicate", "duplicate", "accepted"]


def test_another_content_or_another_source_is_another_event(intake: Intake) -> None:
    changed = an_event(1, data={"result": "refused"})
    assert statuses(intake, an_event(1), changed, an_event(1, source="hall/other")) == ["accepted"] * 3
    assert statuses(intake, changed, an_event(1)) == ["duplicate"] * 2


def test_bad_events_are_refused_with_their_place_and_cost_the_good_ones_nothing(intake: Intake) -> None:
    named = an_event(1, data={"result": "approved", "materials": [{"id_number": "130533199001011234"}]})
    office = an_event(2, "hall:weixian")
    results = intake.append([named, office, an_event(3)])
    assert [result.status for result in results] == ["refused", "refused", "accepted"]
    assert [(result.reason or "").partition(":")[0] for result in results] == [
        "data.materials[0].id_number", "subject", "",
    ]  # fmt: skip
    assert intake.end() == 1


def test_an_importer_states_the_recorded_instants_in_order_or_nothing_is_stored(intake: Intake) -> None:
    assert (
        statuses(intake, an_event(1), an_event(2), recorded=[NOON - HOUR, NOON - SECOND]) == ["accepted"] * 2
    )
    for instants, wrong in (
        ([NOON - HOUR, NOON], "lies before the log's last"),
        ([NOON, NOON - SECOND], r"recorded\[1\]"),
        ([NOON, NOON + SECOND], "lies after the present"),
        ([NOON], "one instant for each of 2"),
    ):
        with pytest.raises(LogError, match=wrong):
            intake.append([an_event(3), an_event(4)], recorded=instants)
    assert intake.end() == 2


def test_importing_twice_changes_nothing(intake: Intake) -> None:
    events, recorded = [an_event(1), an_event(2)], [NOON - HOUR, NOON]
    intake.append(events, recorded)
    assert statuses(intake, *events, recorded=recorded) == ["duplicate"] * 2
    assert intake.end() == 2


def test_shipped_reference_data_comes_first_and_once_and_history_may_follow(reopen: Opened) -> None:
    intake = reopen()
    seed(intake)
    shipped = intake.end()
    assert shipped > 0
    intake = reopen()
    seed(intake)
    assert intake.end() == shipped
    assert statuses(intake, a_hall(1), recorded=[NOON - 1000 * HOUR]) == ["accepted"]


def test_a_subscriber_is_woken_by_what_is_stored_only(intake: Intake) -> None:
    assert isinstance(intake, Journal | Outbox)
    wake = threading.Event()
    intake.subscribe(wake)
    intake.append([an_event(1)])
    assert wake.is_set()
    wake.clear()
    intake.append([an_event(1)])
    assert not wake.is_set()
