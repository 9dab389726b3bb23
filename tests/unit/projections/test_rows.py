"""Events and issues as rows."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.evaluate import FindingKey, finding_id
from domain.events import Event
from domain.instants import DAY, parse_instant
from projections.rows import (
    NOWHERE,
    Place,
    activity_row,
    chain_of,
    event_row,
    issue_row,
    local_day,
    place_of,
    reference_row,
)
from tests.unit.streams.histories import BEGIN, event, hall, item

ZONE = ZoneInfo("Asia/Shanghai")


def places(*events: Event) -> list[Place]:
    out, before = [], NOWHERE
    for one in events:
        place, before = place_of(one, before)
        out.append(place)
    return out


def test_an_event_belongs_to_what_its_subject_named_last() -> None:
    accepted = event("1", "case.accepted", "c", BEGIN, hall="weixian", item="permit")
    completed = event("2", "case.completed", "c", BEGIN)
    assert places(accepted, completed) == [Place("weixian", "permit")] * 2


def test_a_transfer_belongs_to_who_gives_and_the_rest_to_who_takes() -> None:
    accepted = event("1", "case.accepted", "c", BEGIN, hall="weixian", item="permit")
    transferred = event("2", "case.transferred", "c", BEGIN, from_hall="weixian", to_hall="town")
    completed = event("3", "case.completed", "c", BEGIN)
    assert [place.hall for place in places(accepted, transferred, completed)] == [
        "weixian",
        "weixian",
        "town",
    ]


def test_an_event_of_nowhere_stays_there() -> None:
    assert places(event("1", "case.completed", "c", BEGIN)) == [NOWHERE]


def test_an_event_row_tells_the_local_day() -> None:
    night = parse_instant("2026-03-02T23:30:00+08:00")
    one = event("1", "case.accepted", "c", night, hall="weixian", extra_field=[1, "二"])
    row = event_row(7, one, Place("weixian", ""), ZONE)
    assert (row["position"], row["day"], row["hall"]) == (7, "2026-03-02", "weixian")
    assert row["data"] == '{"hall":"weixian","extra_field":[1,"二"]}'
    assert event_row(7, one, NOWHERE, None)["day"] is None


@pytest.mark.parametrize(
    ("text", "day"), [("2026-03-02T15:59:59Z", "2026-03-02"), ("2026-03-02T16:00:00Z", "2026-03-03")]
)
def test_a_day_begins_at_local_midnight(text: str, day: str) -> None:
    assert local_day(parse_instant(text), ZONE) == day


def test_only_work_shows_a_hall_at_work() -> None:
    assert activity_row(1, event("1", "case.completed", "c", BEGIN), Place("weixian", "")) is not None
    assert activity_row(1, event("1", "case.completed", "c", BEGIN), NOWHERE) is None
    assert activity_row(1, hall(), Place("weixian", "")) is None


def test_what_is_shown_of_halls_and_items() -> None:
    table, row = reference_row(3, hall(), ZONE) or ("", {})
    assert (table, row["hall"], row["title"], row["level"], row["region"]) == (
        "halls",
        "weixian",
        "威县",
        "county",
        "130533",
    )
    table, row = reference_row(4, item(effective_from="2026-03-05"), ZONE) or ("", {})
    assert (table, row["title"], row["kind"], row["withdrawn"]) == ("items", "许可", "promise", 0)
    assert row["effective"] == parse_instant("2026-03-05T00:00:00+08:00")
    table, row = reference_row(
        5, event("e", "hall.expected", "weixian", BEGIN, hall="weixian", hours="cn"), ZONE
    ) or ("", {})
    assert (table, row["since"], row["hours"]) == ("expectations", BEGIN, '"cn"')
    assert reference_row(6, event("e", "case.completed", "c", BEGIN), ZONE) is None


def issue(**changed: Any) -> dict[str, Any]:
    return {
        "id": "i", "type": "finding.raised", "finding": "TL-02-abc", "code": "TL-02", "level": 2, "clock": "promised",
        "round": 1, "occurred": "2026-03-02T01:00:00Z", "recorded": "2026-03-02T02:00:00Z", "reason": None,
        "cause": None,
    } | changed  # fmt: skip


def test_an_issue_row() -> None:
    about = {"hall": "weixian", "item": "permit", "department": "", "officer": ""}
    row = issue_row(9, "c", issue(), about, [])
    assert (row["seq"], row["type"], row["occurred"], row["recorded"]) == (
        9,
        "raised",
        BEGIN,
        BEGIN + DAY // 24,
    )
    assert (row["reason"], row["cause"], row["hall"]) == ("", "", "weixian")


def test_levels_of_one_clock_are_one_chain_and_rounds_are_others() -> None:
    first = chain_of("c", issue(code="TL-08", level=2, finding="TL-08-a"), [])
    assert chain_of("c", issue(code="TL-08", level=3, finding="TL-08-b"), []) == first
    assert chain_of("c", issue(code="TL-08", level=2, finding="TL-08-c", round=2), []) != first


def test_levels_of_a_rule_without_a_clock_are_one_chain_per_event() -> None:
    def of(event_id: str, level: int) -> str:
        finding = finding_id("c", FindingKey("TL-09", event_id, 1), level)
        return chain_of("c", issue(code="TL-09", clock=None, level=level, finding=finding), ["e1", "e2"])

    assert of("e1", 2) == of("e1", 3)
    assert of("e1", 2) != of("e2", 2)
    assert (
        chain_of("c", issue(clock=None, finding="of an event that is gone"), ["e1"])
        == "of an event that is gone"
    )
