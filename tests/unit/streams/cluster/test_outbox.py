"""The accepting side of the outbox: on disk, once, in order, and refused with a reason."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.instants import HOUR, SECOND
from streams.cluster.outbox.outbox import Outbox
from streams.cluster.topics import LARGEST_EVENT_BYTES
from streams.ports import LogError
from tests.unit.streams.cluster.parts import NOON, a_hall, an_event, opened
from tests.unit.streams.histories import HandClock

ALL = (0, 1000, 10**9)


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOON)


@pytest.fixture
def outbox(tmp_path: Path, clock: HandClock) -> Iterator[Outbox]:
    outbox = opened(tmp_path, clock)
    yield outbox
    outbox.close()


def test_an_accepted_event_waits_in_order_and_has_no_position_yet(outbox: Outbox) -> None:
    results = outbox.append([an_event(1), an_event(2, "case-2")]) + outbox.append([an_event(3)])
    assert [(r.id, r.status, r.position) for r in results] == [(f"e{n}", "accepted", None) for n in (1, 2, 3)]
    waiting = outbox.waiting(*ALL)
    assert [(w.number, w.subject, w.recorded) for w in waiting] == [
        (1, "case-1", None), (2, "case-2", None), (3, "case-1", None),
    ]  # fmt: skip
    assert b"recordedtime" not in waiting[0].body


def test_what_was_accepted_is_there_after_reopening_and_numbers_go_on(tmp_path: Path) -> None:
    first = opened(tmp_path)
    first.append([an_event(1), an_event(2)])
    name = first.name
    first.delivered(2)
    first.close()
    second = opened(tmp_path)
    second.append([an_event(3)])
    assert [w.number for w in second.waiting(*ALL)] == [3]
    assert (second.end(), second.name) == (3, name)
    second.close()


def test_the_same_event_again_is_a_duplicate_also_once_it_was_delivered(
    tmp_path: Path, outbox: Outbox
) -> None:
    statuses = [r.status for r in outbox.append([an_event(1), an_event(1)])]
    statuses += [r.status for r in outbox.append([an_event(1, receivedtime="2026-03-02T11:31:00Z")])]
    outbox.delivered(1)
    statuses += [r.status for r in outbox.append([an_event(1), an_event(1, source="hall/other")])]
    changed = an_event(1, data={"result": "refused"})
    statuses += [r.status for r in outbox.append([changed, changed])]
    assert statuses == [
        "accepted",
        "duplicate",
        "duplicate",
        "duplicate",
        "accepted",
        "accepted",
        "duplicate",
    ]


def test_only_the_newest_events_are_remembered_but_reference_data_always(tmp_path: Path) -> None:
    outbox = opened(tmp_path, remembered=2)
    outbox.append([a_hall(1), an_event(2), an_event(3), an_event(4)])
    assert outbox.append([an_event(2)])[0].status == "duplicate", "it waits still"
    outbox.delivered(4)
    again = outbox.append([a_hall(1), an_event(2), an_event(3), an_event(4)])
    assert [r.status for r in again] == ["duplicate", "accepted", "duplicate", "duplicate"]
    outbox.close()


def test_what_may_not_enter_is_refused_and_costs_the_good_ones_nothing(outbox: Outbox) -> None:
    named = an_event(1, data={"result": "approved", "phone": "13800000000"})
    large = an_event(2, data={"note": "x" * LARGEST_EVENT_BYTES})
    results = outbox.append([named, large, an_event(3)])
    assert [r.status for r in results] == ["refused", "refused", "accepted"]
    assert (results[1].reason or "").startswith(
        "data: expected an event of at most 8,388,608 bytes, got 8,388,"
    )
    assert [w.number for w in outbox.waiting(*ALL)] == [1]


def test_reference_data_and_its_corrections_go_to_every_partition(outbox: Outbox) -> None:
    undo = an_event(2, "weixian", type="event.retracted", data={"retracts": {"id": "e1"}})
    outbox.append([a_hall(1), undo])
    outbox.delivered(2)
    correction = {"corrects": {"id": "e1"}, "data": {"title": "t"}}
    outbox.append(
        [
            an_event(3, "weixian", type="event.corrected", data=correction),
            an_event(4, "case-1", type="event.retracted", data={"retracts": {"id": "e9"}}),
        ]
    )
    held = {"applicant_ref": "p_1", "material": "licence"}
    outbox.append([an_event(5, "p_1", type="material.held", data=held)])
    broadcast = []
    after = 0
    while round := outbox.waiting(after, 1000, 10**9):
        broadcast += [w.broadcast for w in round]
        after = round[-1].number
    assert broadcast == [True, False, True]


def test_what_is_sent_together_is_of_one_topic_and_not_too_much(outbox: Outbox) -> None:
    outbox.append([an_event(1), an_event(2), a_hall(3), a_hall(4, title="t"), an_event(5)])
    assert [w.number for w in outbox.waiting(0, 1000, 10**9)] == [1, 2]
    assert [w.number for w in outbox.waiting(2, 1000, 10**9)] == [3, 4]
    assert [w.number for w in outbox.waiting(4, 1000, 10**9)] == [5]
    assert [w.number for w in outbox.waiting(0, 1, 10**9)] == [1]
    assert [w.number for w in outbox.waiting(0, 1000, 1)] == [1], "one goes, however large it is"


def test_an_importer_states_the_recorded_instants_in_order(outbox: Outbox, clock: HandClock) -> None:
    outbox.append([an_event(1), an_event(2)], recorded=[NOON - HOUR, NOON - HOUR])
    outbox.append([an_event(3)], recorded=[NOON - HOUR])
    assert [w.recorded for w in outbox.waiting(*ALL)] == [NOON - HOUR, NOON - HOUR, NOON - HOUR + 1]
    with pytest.raises(LogError, match="lies before the log's last"):
        outbox.append([an_event(4), an_event(5)], recorded=[NOON - 2 * HOUR, NOON])
    with pytest.raises(LogError, match="lies after the present"):
        outbox.append([an_event(4)], recorded=[NOON + SECOND])
    outbox.append([an_event(6)])
    with pytest.raises(LogError, match="lies before the log's last"):
        outbox.append([an_event(7)], recorded=[NOON - SECOND])
    assert outbox.end() == 4


def test_an_import_goes_on_until_what_it_stated_was_sent(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox.append([an_event(1)])
    assert not outbox.importing()
    outbox.append([an_event(2)], recorded=[NOON])
    outbox._import_ends = 0.0  # its pause is over
    assert outbox.importing()
    outbox.delivered(2)
    assert not outbox.importing()


def test_the_halls_of_a_case_are_known_from_its_events(outbox: Outbox) -> None:
    outbox.append([an_event(1, type="case.accepted", data={"item": "permit", "hall": "a"})])
    outbox.append([an_event(2, type="case.transferred", data={"from_hall": "a", "to_hall": "b"})])
    assert outbox.holders("case-1") == {"a", "b"}
    assert outbox.holders("case-2") == frozenset()


def test_many_threads_lose_nothing_and_each_keeps_its_own_order(outbox: Outbox) -> None:
    def produce(thread: int) -> None:
        for call in range(25):
            outbox.append([an_event(thread * 1000 + call, subject=f"case-{thread}")])

    threads = [threading.Thread(target=produce, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bodies: dict[str, list[bytes]] = {}
    for waiting in outbox.waiting(*ALL):
        bodies.setdefault(waiting.subject, []).append(waiting.body)
    assert len(bodies) == 8
    for number in range(8):
        expected = [f'"e{number * 1000 + call}"'.encode() for call in range(25)]
        assert all(id in body for id, body in zip(expected, bodies[f"case-{number}"], strict=True))
    assert outbox.readings()["backlog_events"] == 200


def test_backlog_and_age_are_told(outbox: Outbox, clock: HandClock) -> None:
    assert outbox.readings() == {"backlog_events": 0, "oldest_seconds": 0.0, "stopped_events": 0}
    outbox.append([an_event(1)])
    clock.instant += 90 * SECOND
    outbox.append([an_event(2), an_event(3)])
    assert outbox.readings() == {"backlog_events": 3, "oldest_seconds": 90.0, "stopped_events": 0}
    outbox.delivered(1)
    outbox.stop(2, "too large")
    assert outbox.readings() == {"backlog_events": 1, "oldest_seconds": 0.0, "stopped_events": 1}


def test_what_the_broker_would_not_take_is_kept_and_can_be_sent_again(outbox: Outbox) -> None:
    outbox.append([an_event(1), an_event(2)])
    outbox.stop(1, "MessageSizeTooLargeError: 5 MB")
    assert [(s.number, s.subject, s.cause) for s in outbox.stopped()] == [
        (1, "case-1", "MessageSizeTooLargeError: 5 MB")
    ]
    assert outbox.append([an_event(1)])[0].status == "duplicate"
    assert outbox.resend() == 1
    assert [w.number for w in outbox.waiting(*ALL)] == [2, 3]
    assert outbox.stopped() == []
    outbox.append([an_event(3)])
    assert [w.number for w in outbox.waiting(*ALL)] == [2, 3, 4]


def test_a_disk_that_is_nearly_full_refuses_before_sending_is_in_danger(tmp_path: Path) -> None:
    outbox = opened(tmp_path, reserve_bytes=10**15)
    with pytest.raises(LogError, match=r"nothing of this call is stored: the outbox is full: there is"):
        outbox.append([an_event(1)])
    assert outbox.end() == 0
    outbox.close()


FULL = """
import resource, sys
from pathlib import Path
from streams.ports import LogError
from tests.unit.streams.cluster.parts import an_event, opened

outbox = opened(Path(sys.argv[1]))
outbox.append([an_event(0)])
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
count = 1
try:
    while count < 1000:
        outbox.append([an_event(count, data={"note": "x" * 20_000})])
        count += 1
except LogError as error:
    print(count, error)
assert [w.number for w in outbox.waiting(0, 10**6, 10**9)] == list(range(1, count + 1))
"""


def test_a_disk_that_is_full_refuses_the_call_and_keeps_what_was_accepted(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, timeout=60, check=True
    )
    count, _, reason = ran.stdout.partition(" ")
    assert int(count) > 20
    assert reason.startswith("nothing of this call is stored: ")
    reopened = opened(tmp_path)
    assert [w.number for w in reopened.waiting(0, 10**6, 10**9)] == list(range(1, int(count) + 1))
    assert reopened.append([an_event(int(count), data={"note": "x" * 20_000})])[0].status == "accepted"
    reopened.close()
