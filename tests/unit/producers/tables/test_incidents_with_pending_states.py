"""Incidents, one row per change of state: pauses, a reopening, and what the judge thinks of them."""

from typing import Any

import pytest

from tests.unit.producers.tables.reading import Read, judged, levels, sample


@pytest.fixture(scope="module")
def incidents() -> Read:
    return sample("incidents")


@pytest.fixture(scope="module")
def verdicts(incidents: Read) -> dict[str, dict[str, Any]]:
    return judged(incidents, "2026-03-09T12:00:00Z")


def test_a_pending_state_stops_the_clock(verdicts: dict[str, dict[str, Any]]) -> None:
    """8 working hours from Monday 9:00, waiting from 12:00 to Tuesday 11:00: 5 hours are left, to 16:00."""
    clock = verdicts["INC1"]["clocks"]["promised"]
    assert (clock["state"], clock["due"]) == ("met", "2026-03-03T15:00:00Z")
    assert (clock["used_seconds"], clock["paused_seconds"]) == (8 * 3600, 9 * 3600)
    assert levels(verdicts["INC1"]) == []


def test_a_reopened_incident_goes_on_where_it_stopped(verdicts: dict[str, dict[str, Any]]) -> None:
    """4 working hours, 1 used before the pending states; 3 are left on Tuesday from 9:00: due at 12:00."""
    clock = verdicts["INC2"]["clocks"]["promised"]
    assert verdicts["INC2"]["round"] == 2
    assert (clock["state"], clock["due"]) == ("missed", "2026-03-03T11:00:00Z")
    assert clock["over_seconds"] == 3600
    assert levels(verdicts["INC2"]) == [("TL-02", 2)]


def test_a_cancelled_incident_is_withdrawn(verdicts: dict[str, dict[str, Any]]) -> None:
    assert verdicts["INC3"]["status"] == "withdrawn"
    assert verdicts["INC3"]["voided"] is True


def test_nothing_is_irregular(verdicts: dict[str, dict[str, Any]]) -> None:
    assert {case: verdict["irregularities"] for case, verdict in verdicts.items()} == {
        "INC1": [], "INC2": [], "INC3": [],
    }  # fmt: skip


def test_a_case_with_an_unknown_state_is_left_out_whole(incidents: Read) -> None:
    assert [one[:3] for one in incidents.reasons] == [
        (20, "incident_state", "On Holiday"),
        (22, "priority", "4 - Low"),
    ]
    assert incidents.report.cases_left_out == 2
    assert {case for case, _, _ in incidents.told} == {"INC1", "INC2", "INC3"}
