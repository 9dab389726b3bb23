"""The mapping of an XES log, on a log of our own making and on the real one where it is there."""

import gzip
import io
from collections import Counter
from pathlib import Path

import pytest

from domain.events import Event
from domain.instants import SECOND, format_instant, parse_instant
from producers.importing import Summary, import_xes
from producers.xes import LogMapping, slug
from producers.xes_reader import XesError, open_log, read_traces
from streams.ports import AppendResult

SAMPLE = Path(__file__).parents[2] / "data" / "sample.xes"
REAL = Path(__file__).parents[4] / "shared" / "data" / "coselog-receipt" / "receipt.xes.gz"


class Taken:
    """A sink in memory that knows duplicates, as the journal does."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.batches: list[list[Event]] = []

    def __call__(self, events: list[Event]) -> list[AppendResult]:
        known = {event.identity for event in self.events}
        self.batches.append(list(events))
        self.events += [event for event in events if event.identity not in known]
        return [
            AppendResult(e.id, e.source, "duplicate" if e.identity in known else "accepted", 1, None)
            for e in events
        ]


def imported(path: Path, floor: int | None = None) -> tuple[Taken, Summary]:
    taken = Taken()
    return taken, import_xes(path, taken, floor, lambda phase, done, whole: None)


def of(taken: Taken, case: str, kind: str) -> list[Event]:
    return [event for event in taken.events if event.subject == case and event.type == kind]


def mapped(text: str) -> list[Event]:
    traces = read_traces(io.BytesIO(text.encode()))
    return [event for trace in traces for event in LogMapping("x").case_events(trace)]


def test_every_case_is_accepted_and_those_with_an_end_are_completed() -> None:
    taken, summary = imported(SAMPLE)
    kinds = Counter(event.type for event in taken.events)
    assert (summary.cases, summary.activities) == (12, 22)
    assert (kinds["case.accepted"], kinds["case.completed"]) == (12, 10)
    assert summary.events == summary.accepted == len(taken.events)
    assert summary.end == parse_instant("2024-03-20T16:00:00+01:00")


def test_reference_data_comes_first() -> None:
    taken, _ = imported(SAMPLE)
    kinds = [event.type.partition(".")[0] for event in taken.events]
    assert kinds[:6] == ["calendar", "profile", "item", "hall", "hall", "hall"]
    assert set(kinds[6:]) == {"case"}
    assert {event.subject for event in taken.events[3:6]} == {"front-office", "experts", "unstated"}


def test_events_are_recorded_in_order_at_their_own_times() -> None:
    taken, _ = imported(SAMPLE)
    recorded = [event.recorded for event in taken.events]
    assert recorded == sorted(recorded)
    assert all(event.recorded == event.time for event in taken.events)


def test_what_is_recorded_before_the_logs_last_is_stated_as_recorded_then() -> None:
    floor = parse_instant("2024-02-01T00:00:00+01:00")
    taken, _ = imported(SAMPLE, floor)
    assert min(event.recorded for event in taken.events) == floor
    assert max(event.recorded for event in taken.events) > floor


def test_the_deadline_is_the_promised_limit() -> None:
    taken, _ = imported(SAMPLE)
    (accepted,) = of(taken, "s-03", "case.accepted")
    assert accepted.data["promised_limit"] == {"until": "2024-01-24T12:00:00Z"}
    assert accepted.data["department"] == "Group 5"
    (without,) = of(taken, "s-06", "case.accepted")
    assert "promised_limit" not in without.data


def test_channels() -> None:
    taken, _ = imported(SAMPLE)
    told = {event.subject: event.data["channel"] for event in taken.events if event.type == "case.accepted"}
    assert (told["s-01"], told["s-02"], told["s-04"], told["s-05"], told["s-11"]) == (
        "online", "window", "mail", "online", "other",
    )  # fmt: skip


def test_a_case_that_ends_before_it_begins_begins_at_its_end() -> None:
    taken, _ = imported(SAMPLE)
    (accepted,), (completed,) = of(taken, "s-07", "case.accepted"), of(taken, "s-07", "case.completed")
    assert accepted.time == completed.time
    assert accepted.data["xes"]["startdate"] == "2024-02-05T00:06:40.010000Z"


def test_an_activity_with_a_start_runs_from_there() -> None:
    taken, _ = imported(SAMPLE)
    started, completed = of(taken, "s-09", "case.stage_started"), of(taken, "s-09", "case.stage_completed")
    assert [completed[0].time - started[0].time, completed[1].time - started[1].time] == [1800 * SECOND, 0]
    assert (len(started), len(completed)) == (3, 3)


def test_an_activity_after_the_end_begins_nothing() -> None:
    taken, _ = imported(SAMPLE)
    assert len(of(taken, "s-08", "case.stage_started")) == 1
    assert len(of(taken, "s-08", "case.stage_completed")) == 3


def test_attributes_without_a_place_are_kept() -> None:
    taken, _ = imported(SAMPLE)
    (accepted,) = of(taken, "s-10", "case.accepted")
    assert accepted.data["xes"]["pages"] == 12
    assert accepted.data["xes"]["urgent"] is False


def test_a_second_import_changes_nothing() -> None:
    taken, first = imported(SAMPLE)
    count = len(taken.events)
    second = import_xes(SAMPLE, taken, None, lambda phase, done, whole: None)
    assert (second.accepted, second.duplicate, len(taken.events)) == (0, first.events, count)


def test_a_gzipped_log_is_the_same_log(tmp_path: Path) -> None:
    packed = tmp_path / "sample.xes.gz"
    packed.write_bytes(gzip.compress(SAMPLE.read_bytes()))
    assert imported(packed)[0].events == imported(SAMPLE)[0].events


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<html></html>", "expected the element <log>"),
        ("no xml at all", "not a whole XES log, after 0 traces"),
        ("<log><trace></trace></log>", "trace 1: expected its id"),
        ('<log><trace><string key="concept:name" value="a"/></trace></log>', "trace 1 (a): expected a date"),
        (
            '<log><trace><date key="startdate" value="soon"/></trace></log>',
            "trace 1, attribute startdate: expected a time",
        ),
        ('<log><trace><string key="concept:name" value="a"/>', "not a whole XES log, after 0 traces"),
    ],
)
def test_what_is_no_log_is_refused_with_the_place(text: str, said: str) -> None:
    with pytest.raises(XesError) as caught:
        mapped(text)
    assert said in str(caught.value)


def test_nothing_is_stored_of_a_broken_file(tmp_path: Path) -> None:
    broken = tmp_path / "broken.xes"
    broken.write_bytes(SAMPLE.read_bytes()[:-200])
    taken = Taken()
    with pytest.raises(XesError):
        import_xes(broken, taken, None, lambda phase, done, whole: None)
    assert taken.events == []


def test_slugs_are_short_and_never_empty() -> None:
    assert slug("Receipt phase (‘WABO’), CoSeLoG") == "receipt-phase-wabo-coselog"
    assert slug("日晷 办件") == "日晷-办件"
    assert slug("()") == "unstated"
    assert len(slug("long " * 50)) <= 60


@pytest.mark.skipif(not REAL.exists(), reason="the real log is not here; see docs/import-xes.md")
def test_the_real_log_by_its_own_attributes() -> None:
    with open_log(REAL)[0] as stream:
        cases = [trace.attributes for trace in read_traces(stream)]
    closed = [case for case in cases if "enddate" in case]
    assert (len(cases), len(closed)) == (1434, 1329)
    assert sum(case["enddate"] > case["deadline"] for case in closed) == 377
    taken, summary = imported(REAL)
    assert summary.end is not None
    assert format_instant(summary.end) == "2012-01-23T14:42:54.644000Z"
    assert summary.activities == 8577
    assert sum("enddate" not in case and case["deadline"] < summary.end for case in cases) == 39
    assert sum(event.type == "case.completed" for event in taken.events) == 1329
