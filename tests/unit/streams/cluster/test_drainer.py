"""The sending side of the outbox: order, the barrier of reference data, failures, marks of an import."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kafka.errors import KafkaTimeoutError, MessageSizeTooLargeError

from domain.instants import HOUR
from streams.cluster.outbox.drainer import Drainer
from streams.cluster.outbox.file import Waiting
from streams.cluster.outbox.outbox import Outbox
from tests.unit.streams.cluster.parts import NOON, Notebook, a_hall, an_event, opened


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    outbox = opened(tmp_path)
    yield outbox
    outbox.close()


@contextmanager
def draining(outbox: Outbox, log: Notebook) -> Iterator[Drainer]:
    drainer = Drainer(outbox, log, "supervision")
    drainer.start()
    yield drainer
    drainer.stop()
    assert not log.open, "the connection was left open"


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


def drained(outbox: Outbox) -> bool:
    return outbox.readings()["backlog_events"] == 0


def test_everything_is_sent_in_order_and_removed(outbox: Outbox) -> None:
    log = Notebook()
    outbox.append([an_event(n, f"case-{n % 3}") for n in range(2500)])
    with draining(outbox, log):
        until(lambda: drained(outbox))
        outbox.append([an_event(9999)])
        until(lambda: drained(outbox))
    assert [key for _, key in log.sent()] == [f"case-{n % 3}" for n in range(2500)] + ["case-1"]
    assert max(map(len, log.calls)) == 1000


def test_reference_data_shares_no_call_with_what_came_before_or_after(outbox: Outbox) -> None:
    log = Notebook()
    outbox.append([an_event(1), an_event(2, "b"), a_hall(3), a_hall(4, title="t"), an_event(5)])
    with draining(outbox, log):
        until(lambda: drained(outbox))
    assert [[record.topic for record in call] for call in log.calls] == [
        ["supervision.events"] * 2,
        ["supervision.reference"] * 2,
        ["supervision.events"],
    ]


def test_reference_data_waits_until_everything_before_it_is_acknowledged(outbox: Outbox) -> None:
    log = Notebook({b"b": KafkaTimeoutError("lost")}, {b"b": KafkaTimeoutError("lost")})
    outbox.append([an_event(1, "a"), an_event(2, "b"), an_event(3, "c"), a_hall(4)])
    with draining(outbox, log):
        until(lambda: drained(outbox))
    assert [key for _, key in log.sent()] == ["a", "b", "c", "b", "b", "weixian"]


def test_a_record_says_what_it_is_and_when_history_was_recorded(outbox: Outbox) -> None:
    log = Notebook()
    outbox.append([an_event(1)], recorded=[NOON - HOUR])
    outbox.append([an_event(2)])
    with draining(outbox, log):
        until(lambda: drained(outbox))
    [first, second] = [record for call in log.calls for record in call if record.value]
    json = ("content-type", b"application/cloudevents+json")
    assert first.headers == [json, ("sundial-recorded", str(NOON - HOUR).encode())]
    assert second.headers == [json]
    assert first.key == b"case-1"


def test_a_failure_is_told_and_mended_without_losing_the_order(outbox: Outbox) -> None:
    log = Notebook(KafkaTimeoutError("no broker"), KafkaTimeoutError("no broker"))
    outbox.append([an_event(1, "a"), an_event(2, "a"), an_event(3, "b")])
    drainer = Drainer(outbox, log, "supervision")
    drainer.start()
    until(lambda: drainer.failures > 0)
    assert "no broker" in (drainer.last_error or "")
    until(lambda: drained(outbox))
    drainer.stop()
    assert (drainer.failures, drainer.last_error) == (0, None)
    assert [key for _, key in log.sent()] == ["a", "a", "b"] * 3


def test_an_event_that_the_broker_would_never_take_is_set_aside_and_the_rest_goes_on(outbox: Outbox) -> None:
    large = MessageSizeTooLargeError("5 MB")
    log = Notebook({b"a": large, b"b": large}, None, {b"b": large}, {b"b": large})
    outbox.append([an_event(1, "a"), an_event(2, "b"), an_event(3, "c"), an_event(4, "b", id="x")])
    with draining(outbox, log):
        until(lambda: drained(outbox))
    assert [key for _, key in log.sent()] == ["a", "b", "c", "b", "a", "b", "b"]
    assert [(s.number, s.subject) for s in outbox.stopped()] == [(2, "b"), (4, "b")]
    assert "MessageSizeTooLargeError" in outbox.stopped()[0].cause


def test_what_nobody_foresaw_is_tried_again_and_stops_nothing(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, looking = Notebook(), outbox.waiting
    failures = [sqlite3.OperationalError("disk I/O error"), RuntimeError("a mistake of ours")]

    def waiting(*asked: int) -> list[Waiting]:
        if failures:
            raise failures.pop()
        return looking(*asked)

    monkeypatch.setattr(outbox, "waiting", waiting)
    outbox.append([an_event(1), an_event(2)])
    with draining(outbox, log) as drainer:
        until(lambda: drained(outbox))
    assert (len(log.sent()), drainer.failures) == (2, 0)


def test_while_the_disk_is_full_sending_goes_on_and_nothing_is_sent_twice(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, removing = Notebook(), outbox.delivered
    full = True

    def delivered(until: int) -> None:
        if full:
            raise sqlite3.OperationalError("database or disk is full")
        removing(until)

    monkeypatch.setattr(outbox, "delivered", delivered)
    outbox.append([an_event(1), an_event(2)])
    with draining(outbox, log):
        until(lambda: len(log.sent()) == 2)
        outbox.append([an_event(3)])
        until(lambda: len(log.sent()) == 3)
        full = False
        outbox.append([an_event(4)])
        until(lambda: drained(outbox))
    assert len(log.sent()) == 4


def test_an_import_is_announced_before_its_first_event_and_its_end_after_the_last(outbox: Outbox) -> None:
    log = Notebook()
    outbox.append([an_event(n, f"case-{n}") for n in range(1500)], recorded=[NOON] * 1500)
    with draining(outbox, log):
        until(lambda: drained(outbox))
        assert log.marks() == [b"under-way"]
        outbox._import_ends = 0.0  # its pause is over
        outbox.append([an_event(5000)])
        until(lambda: len(log.marks()) == 2)
    assert log.marks() == [b"under-way", b"ended"]
    first, last = log.calls[0][0], next(call for call in log.calls if call[0].headers[0][1] == b"ended")[0]
    assert (first.topic, first.key, first.value) == ("supervision.reference", outbox.name.encode(), b"")
    assert last.key == first.key


def test_stopping_does_not_wait_for_a_broker_that_is_away(outbox: Outbox) -> None:
    log = Notebook(*[KafkaTimeoutError("no broker")] * 1000)
    outbox.append([an_event(1)])
    with draining(outbox, log) as drainer:
        until(lambda: drainer.failures > 3)
    assert outbox.readings()["backlog_events"] == 1
