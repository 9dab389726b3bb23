"""What the judge thinks of an imported log, as at the log's end."""

from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.events import Event
from domain.instants import parse_instant, to_datetime
from domain.judge import judge
from producers.importing import import_xes
from streams.ports import AppendResult
from sundial.reference import shipped_reference

SAMPLE = Path(__file__).parents[2] / "data" / "sample.xes"
REAL = Path(__file__).parents[4] / "shared" / "data" / "coselog-receipt" / "receipt.xes.gz"
ZONE = ZoneInfo("Europe/Amsterdam")


def judged(path: Path) -> dict[str, dict[str, Any]]:
    """The verdict on every case of a log at the log's end."""
    events: list[Event] = []

    def take(batch: list[Event]) -> list[AppendResult]:
        events.extend(batch)
        return []

    end = import_xes(path, take, None, lambda phase, done, whole: None).end
    assert end is not None
    cases: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.type.startswith("case."):
            cases[event.subject].append(event)
    reference = shipped_reference().with_events(one for one in events if not one.type.startswith("case."))
    return {case: judge(history, reference, end, end, case, False) for case, history in cases.items()}


def levels(verdict: dict[str, Any]) -> list[tuple[str, int]]:
    return [(finding["code"], finding["level"]) for finding in verdict["findings"]]


def local_date(text: str) -> date:
    return to_datetime(parse_instant(text), ZONE).date()


@pytest.fixture(scope="module")
def sample() -> dict[str, dict[str, Any]]:
    return judged(SAMPLE)


@pytest.mark.parametrize(
    ("case", "status", "expected"),
    [
        ("s-01", "completed", []),
        ("s-02", "completed", [("TL-02", 2)]),
        ("s-03", "completed", [("TL-02", 2)]),
        ("s-04", "accepted", [("TL-02", 2)]),
        ("s-05", "accepted", []),
        ("s-06", "completed", []),
        ("s-07", "completed", []),
        ("s-08", "completed", []),
        ("s-09", "completed", []),
        ("s-10", "completed", []),
        ("s-11", "completed", [("TL-02", 2)]),
        ("s-12", "completed", []),
    ],
)
def test_late_is_after_the_deadline(
    sample: dict[str, dict[str, Any]], case: str, status: str, expected: list[tuple[str, int]]
) -> None:
    assert sample[case]["status"] == status
    assert levels(sample[case]) == expected


def test_only_activities_after_the_end_are_irregular(sample: dict[str, dict[str, Any]]) -> None:
    told = {case: [one["kind"] for one in verdict["irregularities"]] for case, verdict in sample.items()}
    assert {case: kinds for case, kinds in told.items() if kinds} == {
        "s-07": ["event_after_end"],
        "s-08": ["event_after_end", "event_after_end"],
        "s-12": ["event_after_end"],
    }


def test_a_case_without_a_deadline_has_no_promised_clock(sample: dict[str, dict[str, Any]]) -> None:
    assert "promised" not in sample["s-06"]["clocks"]


@pytest.mark.skipif(not REAL.exists(), reason="the real log is not here; see docs/import-xes.md")
def test_the_real_log() -> None:
    verdicts = judged(REAL)
    assert Counter(verdict["status"] for verdict in verdicts.values()) == {"completed": 1329, "accepted": 105}
    late = {case: verdict for case, verdict in verdicts.items() if levels(verdict) == [("TL-02", 2)]}
    assert Counter(verdict["status"] for verdict in late.values()) == {"completed": 377, "accepted": 39}
    raised = Counter(
        issue["code"]
        for verdict in verdicts.values()
        for issue in verdict["issued"]
        if issue["type"] == "finding.raised"
    )
    assert raised["TL-02"] == 377 + 39
    clocks = [verdict["clocks"]["promised"] for verdict in late.values() if verdict["status"] == "completed"]
    assert sum(local_date(clock["stopped"]) > local_date(clock["due"]) for clock in clocks) == 309
