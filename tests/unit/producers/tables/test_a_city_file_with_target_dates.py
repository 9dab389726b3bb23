"""City requests, one row per case, with a target date: what the judge thinks of them."""

from typing import Any

import pytest

from tests.unit.producers.tables.reading import Read, judged, levels, sample


@pytest.fixture(scope="module")
def city() -> Read:
    return sample("city-311")


@pytest.fixture(scope="module")
def verdicts(city: Read) -> dict[str, dict[str, Any]]:
    return judged(city, "2025-03-13T00:00:00-04:00")


@pytest.mark.parametrize(
    ("case", "status", "due", "expected"),
    [
        ("311-1001", "completed", "2025-03-06T14:15:00Z", []),
        ("311-1002", "completed", "2025-03-07T15:00:00Z", [("TL-02", 2)]),
        ("311-1003", "completed", "2025-03-10T04:30:00Z", []),
        ("311-1004", "accepted", "2025-03-12T12:00:00Z", [("TL-02", 2)]),
    ],
    ids=["a day early", "a second late", "to the second, over a clock change", "open after its target"],
)
def test_late_is_after_the_target(
    verdicts: dict[str, dict[str, Any]], case: str, status: str, due: str, expected: list[tuple[str, int]]
) -> None:
    assert verdicts[case]["status"] == status
    assert verdicts[case]["clocks"]["promised"]["due"] == due
    assert levels(verdicts[case]) == expected
    assert verdicts[case]["irregularities"] == []


def test_without_a_target_there_is_no_promised_clock(verdicts: dict[str, dict[str, Any]]) -> None:
    assert verdicts["311-1005"]["clocks"] == {}
    assert levels(verdicts["311-1005"]) == []


def test_rows_are_skipped_or_refused_with_their_reason(city: Read) -> None:
    assert (city.report.rows, city.report.skipped, city.report.refused_rows) == (8, 1, 2)
    assert city.reasons == [
        (8, "Created Date", "03/09/2025 02:30:00 AM",
         "the clock of America/New_York shows this time never (expected `clock_change` to settle it)"),
        (9, "Created Date", "03/10/2025 25:00:00 AM", "expected a time like %m/%d/%Y %I:%M:%S %p"),
    ]  # fmt: skip


def test_halls_and_items_are_published_as_the_rows_name_them(city: Read) -> None:
    made = {
        (one.type, one.subject): one.data["title"] for one in city.events if one.type[:4] in ("hall", "item")
    }
    assert made["hall.published", "DOT"] == "Department of Transportation"
    assert made["item.published", "street-light-condition"] == "Street Light Condition"
    assert city.report.halls == ["DOT", "DSNY"]


def test_what_has_no_field_of_its_own_is_kept_and_the_rest_left(city: Read) -> None:
    accepted = next(one for one in city.events if one.subject == "311-1001")
    assert accepted.data["table"] == {"Borough": "QUEENS"}
    assert accepted.data["channel"] == "online"
