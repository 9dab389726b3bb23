"""What every event log owes its users; each implementation runs the whole suite."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain.events import Event, decode_event
from domain.instants import HOUR, SECOND
from streams.journal import Journal
from streams.ports import EventLog, LogError
from tests.contract.reopening import reopening
from tests.unit.streams.cluster.parts import NOON, an_event
from tests.unit.streams.histories import HandClock

Opened = Callable[[], EventLog]


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOON)


@pytest.fixture(params=["journal"])
def reopen(request: pytest.FixtureRequest, clock: HandClock, tmp_path: Path) -> Iterator[Opened]:
    """Opens the same log again; what was open before is closed."""
    with reopening(lambda: Journal(tmp_path / "journal.db", clock)) as open_again:
        yield open_again


@pytest.fixture
def log(reopen: Opened) -> EventLog:
    return reopen()


def test_an_appended_event_is_read_back_whole_with_its_recorded_time(log: EventLog) -> None:
    data = {"result": "approved", "unknown": {"depth": [1, None, "字"], "big": 2**60, "share": 0.1}}
    [result] = log.append([an_event(1, data=data, traceparent="00-ab", dataschemaversion="7")])
    assert (result.status, result.position, result.reason) == ("accepted", 1, None)
    [record] = log.read(0, 10)
    document = json.loads(record.raw)
    assert document["data"] == data
    assert document["traceparent"] == "00-ab"
    assert document["dataschemaversion"] == "7"
    assert document["recordedtime"] == "2026-03-02T12:00:00Z"
    assert decode_event(record.raw).recorded == record.recorded == NOON


def test_one_call_has_one_recorded_instant_and_the_next_call_a_later_one(
    log: EventLog, clock: HandClock
) -> None:
    log.append([an_event(1), an_event(2)])
    log.append([an_event(3)])
    clock.instant -= HOUR
    log.append([an_event(4)])
    clock.instant = NOON + HOUR
    log.append([an_event(5)])
    assert [r.recorded - NOON for r in log.read(0, 10)] == [0, 0, 1, 2, HOUR]
    assert log.last_recorded() == NOON + HOUR


def test_positions_go_on_after_reopening(reopen: Opened) -> None:
    reopen().append([an_event(1), an_event(2)])
    log = reopen()
    assert (log.end(), log.last_recorded()) == (2, NOON)
    [result] = log.append([an_event(3)])
    assert result.position == 3
    assert [r.recorded - NOON for r in log.read(0, 10)] == [0, 0, 1]


def test_the_same_event_again_is_a_duplicate_wherever_it_comes(reopen: Opened) -> None:
    log = reopen()
    results = log.append([an_event(1), an_event(1)])
    results += log.append([an_event(1, time="2026-03-02T11:30:00Z", receivedtime="2026-03-02T11:31:00Z")])
    results += reopen().append([an_event(1), an_event(2)])
    assert [(r.status, r.position) for r in results] == [
        ("accepted", 1),
        ("duplicate", 1),
        ("duplicate", 1),
        ("duplicate", 1),
        ("accepted", 2),
    ]


def test_another_content_under_the_same_id_is_stored_beside_it(log: EventLog) -> None:
    log.append([an_event(1)])
    changed = an_event(1, data={"result": "refused"})
    assert [r.status for r in log.append([changed])] == ["accepted"]
    assert [(r.status, r.position) for r in log.append([changed, an_event(1)])] == [
        ("duplicate", 2),
        ("duplicate", 1),
    ]


def test_the_same_id_of_another_source_is_another_event(log: EventLog) -> None:
    assert [r.status for r in log.append([an_event(1), an_event(1, source="hall/other")])] == [
        "accepted",
        "accepted",
    ]


def test_reading_never_splits_what_was_recorded_at_one_instant(log: EventLog) -> None:
    for first in (0, 3, 6):
        log.append([an_event(first + n) for n in range(3)])
    assert [r.position for r in log.read(0, 1)] == [1, 2, 3]
    assert [r.position for r in log.read(0, 4)] == [1, 2, 3, 4, 5, 6]
    assert [r.position for r in log.read(6, 100)] == [7, 8, 9]
    assert log.read(9, 100) == []


def test_an_importer_states_the_recorded_instants(log: EventLog) -> None:
    events = [an_event(1), an_event(2), an_event(3)]
    log.append(events, recorded=[NOON - 5 * SECOND, NOON - 5 * SECOND, NOON - SECOND])
    assert [r.recorded - NOON for r in log.read(0, 10)] == [-5 * SECOND, -5 * SECOND, -SECOND]


def test_an_import_from_the_logs_last_instant_is_recorded_just_after_it(
    log: EventLog, clock: HandClock
) -> None:
    log.append([an_event(1)], recorded=[NOON])
    clock.instant += HOUR
    log.append([an_event(2), an_event(3)], recorded=[NOON, NOON + SECOND])
    assert [r.recorded - NOON for r in log.read(0, 10)] == [0, 1, SECOND]


def test_stated_instants_before_the_logs_last_are_refused_and_nothing_is_stored(log: EventLog) -> None:
    log.append([an_event(1)], recorded=[NOON])
    with pytest.raises(LogError, match=r"event 1 .*e3.* lies before the log's last, 2026-03-02T12:00:00Z"):
        log.append([an_event(1), an_event(3)], recorded=[NOON - HOUR, NOON - SECOND])
    assert log.end() == 1


def test_a_stated_instant_after_the_present_is_refused(log: EventLog) -> None:
    with pytest.raises(LogError, match="lies after the present, 2026-03-02T12:00:00Z"):
        log.append([an_event(1)], recorded=[NOON + SECOND])
    assert log.end() == 0


def test_stated_instants_must_not_decrease_nor_be_missing(log: EventLog) -> None:
    with pytest.raises(LogError, match=r"recorded\[1\]"):
        log.append([an_event(1), an_event(2)], recorded=[NOON, NOON - 1])
    with pytest.raises(LogError, match="one instant for each of 2"):
        log.append([an_event(1), an_event(2)], recorded=[NOON])
    assert log.end() == 0


def test_importing_twice_changes_nothing(log: EventLog) -> None:
    events, recorded = [an_event(1), an_event(2)], [NOON - HOUR, NOON]
    log.append(events, recorded)
    before = log.read(0, 10)
    assert {r.status for r in log.append(events, recorded)} == {"duplicate"}
    assert log.read(0, 10) == before


def test_an_event_that_would_name_a_citizen_is_refused_with_the_fields_name(log: EventLog) -> None:
    bad = an_event(1, data={"result": "approved", "materials": [{"id_number": "130533199001011234"}]})
    refused, accepted = log.append([bad, an_event(2)])
    assert (refused.status, refused.position) == ("refused", None)
    assert refused.reason is not None
    assert refused.reason.startswith("data.materials[0].id_number:")
    assert (accepted.status, accepted.position) == ("accepted", 1)
    [beside] = log.append([an_event(3, phone="13800000000")])
    assert beside.reason is not None
    assert beside.reason.startswith("phone:")


def test_a_form_that_was_harmless_may_still_carry_a_name_further_in(log: EventLog) -> None:
    log.append([an_event(1, data={"note": "x"})])
    further_in = an_event(3, data={"note": {"phone": "13800000000"}})
    statuses = [r.status for r in log.append([an_event(2, data={"note": "y"}), further_in])]
    assert statuses == ["accepted", "refused"]


def test_the_history_of_one_subject(log: EventLog) -> None:
    log.append([an_event(1, "a"), an_event(2, "b"), an_event(3, "a")])
    log.append([an_event(4, "a")])
    assert [r.position for r in log.history("a")] == [1, 3, 4]
    assert [r.position for r in log.history("a", until=3)] == [1, 3]
    assert log.history("nobody") == []


def test_reference_events_can_be_read_alone(log: EventLog) -> None:
    hall = an_event(
        1, "weixian", type="hall.published", data={"hall": "weixian", "title": "威县", "phone": "1"}
    )
    log.append([hall, an_event(2), an_event(3, "permit", type="item.published", data={"item": "permit"})])
    assert [r.position for r in log.reference()] == [1, 3]
    assert [r.position for r in log.reference(until=2)] == [1]
    assert [r.position for r in log.reference(after=1)] == [3]


def test_a_correction_of_a_reference_event_is_one_too(log: EventLog) -> None:
    hall = an_event(1, "weixian", type="hall.published", data={"hall": "weixian"})
    undo = an_event(2, "weixian", type="event.retracted", data={"retracts": {"id": "e1"}})
    change = an_event(
        3, "weixian", type="event.corrected", data={"corrects": {"id": "e1"}, "data": {"title": "t"}}
    )
    other = an_event(4, "case-1", type="event.retracted", data={"retracts": {"id": "e9"}})
    log.append([hall, undo])
    log.append([change, other])
    assert [r.is_reference for r in log.read(0, 10)] == [True, True, True, False]


def a_hall(number: int, **fields: object) -> Event:
    return an_event(number, "weixian", type="hall.published", data={"hall": "weixian"}, **fields)


def undoing(number: int, id: str, subject: str = "weixian", source: str = "hall/weixian", **of: str) -> Event:
    data = {"retracts": {"id": id, **of}}
    return an_event(number, subject, type="event.retracted", data=data, source=source)


def referring(log: EventLog, after: int = 0) -> list[tuple[int, str]]:
    """(position, id) of the reference data after a position."""
    return [(r.position, decode_event(r.raw).id) for r in log.reference(after=after)]


def test_a_correction_that_comes_before_its_reference_event_is_reference_data_from_then_on(
    reopen: Opened,
) -> None:
    log = reopen()
    log.append([undoing(1, "e3")])
    log.append([an_event(2)])
    assert referring(log) == []
    log = reopen()
    log.append([a_hall(3)])
    assert referring(log) == referring(log, after=2) == [(3, "e1"), (3, "e3")]
    assert [r.position for r in log.reference(until=2)] == []
    assert [r.is_reference for r in log.read(0, 10)] == [False, False, True]
    log = reopen()
    assert referring(log) == [(3, "e1"), (3, "e3")]


def test_a_correction_that_names_no_source_may_speak_of_the_only_one_that_used_the_id(log: EventLog) -> None:
    log.append([undoing(1, "e3", subject="weixian", source="county")])
    log.append([a_hall(3)])
    log.append([undoing(4, "e3", subject="elsewhere", source="county")])
    assert referring(log) == [(2, "e1"), (2, "e3"), (3, "e4")]


def test_an_id_that_two_sources_used_needs_its_source(log: EventLog) -> None:
    log.append([a_hall(3), a_hall(3, source="other")])
    log.append([undoing(4, "e3", subject="elsewhere", source="county")])
    assert [id for _, id in referring(log)] == ["e3", "e3"]
    log.append([an_event(6, "elsewhere", type="event.retracted", source="county",
                         data={"retracts": {"id": "e3", "source": "other"}})])  # fmt: skip
    assert [id for _, id in referring(log)] == ["e3", "e3", "e6"]


def test_a_case_event_that_a_correction_waited_for_makes_no_reference_data_of_it(log: EventLog) -> None:
    log.append([undoing(1, "e3", subject="case-1", source="county")])
    log.append([an_event(3)])
    log.append([a_hall(3, source="other")])
    assert [id for _, id in referring(log)] == ["e3"]


def test_what_corrects_a_waiting_correction_comes_with_it(log: EventLog) -> None:
    log.append([undoing(1, "e3")])
    log.append([undoing(2, "e1")])
    log.append([a_hall(3)])
    log.append([undoing(4, "e2")])
    assert referring(log) == [(3, "e1"), (3, "e2"), (3, "e3"), (4, "e4")]


def test_the_correction_of_a_correction_that_has_not_come_waits_too(log: EventLog) -> None:
    log.append([undoing(2, "e1")])
    log.append([undoing(1, "e3")])
    log.append([a_hall(3)])
    assert referring(log) == [(3, "e2"), (3, "e1"), (3, "e3")]


def test_a_correction_beside_its_reference_event_is_reference_data_at_once(log: EventLog) -> None:
    log.append([undoing(1, "e3"), a_hall(3)])
    assert referring(log) == [(1, "e1"), (2, "e3")]


def test_a_call_that_is_refused_leaves_nothing_waiting(log: EventLog) -> None:
    with pytest.raises(LogError):
        log.append([undoing(1, "e3"), an_event(2)], recorded=[NOON, NOON + HOUR])
    log.append([a_hall(3)])
    assert referring(log) == [(1, "e3")]


def test_an_import_is_under_way_for_a_moment_after_instants_were_stated(log: EventLog) -> None:
    log.append([an_event(1)])
    assert log.importing() == 0
    log.append([an_event(2)], recorded=[NOON])
    assert 0 < log.importing() < 10


def test_a_subscriber_is_woken_by_what_is_stored_only(log: EventLog) -> None:
    wake = threading.Event()
    log.subscribe(wake)
    log.append([an_event(1)])
    assert wake.is_set()
    wake.clear()
    log.append([an_event(1)])
    assert not wake.is_set()


def test_calls_from_many_threads_keep_their_own_instants_and_lose_nothing(log: EventLog) -> None:
    def produce(thread: int) -> None:
        for call in range(20):
            log.append([an_event(thread * 1000 + call * 2 + n, subject=f"case-{thread}") for n in range(2)])

    threads = [threading.Thread(target=produce, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records = log.read(0, 1000)
    assert [r.position for r in records] == list(range(1, 321))
    assert len({r.recorded for r in records}) == 160
    for first, second in zip(records[::2], records[1::2], strict=True):
        assert (first.recorded, first.subject) == (second.recorded, second.subject)
