"""A case as one row, by situation. The hall is open 09:00-12:00 and 13:00-17:00; 2 March 2026 is a Monday."""

from typing import Any

import pytest

from domain.evaluate import evaluate
from domain.events import Event
from domain.instants import parse_instant
from domain.judge import judge
from domain.reference import Reference
from projections.case_row import case_row
from projections.rows import Row
from sundial.reference import shipped_reference
from tests.unit.streams.histories import event, hall, item

HOUR = 3600.0
DAY = 7 * HOUR
MIDNIGHT = parse_instant("2026-01-01T00:00:00+08:00")


def at(text: str) -> int:
    return parse_instant(f"2026-03-{text}:00+08:00")


def happened(what: str, when: str, /, **data: Any) -> Event:
    return event(f"{what}-{when}", f"case.{what}", "c", at(when), **data)


def row_of(*events: Event, now: str, reference: Reference | None = None) -> Row:
    import msgspec

    known = [msgspec.structs.replace(one, recorded=one.time) for one in events]
    published = [
        msgspec.structs.replace(one, recorded=MIDNIGHT) for one in (hall(time=MIDNIGHT), item(time=MIDNIGHT))
    ]
    reference = reference or shipped_reference().with_events(published)
    moment = at(now)
    verdict = judge(known, reference, moment, moment, "c", ledger=False)
    return case_row(1, verdict, evaluate("c", known, reference, moment, moment), reference.at(moment))


ACCEPTED = happened(
    "accepted", "02T10:00", item="permit", hall="weixian", department="住建局", officer="p-7", window="W3"
)


def test_an_open_case() -> None:
    row = row_of(ACCEPTED, now="02T11:00")
    assert (row["hall"], row["item"], row["department"], row["officer"], row["window"], row["kind"]) == (
        "weixian", "permit", "住建局", "p-7", "W3", "promise")  # fmt: skip
    assert (row["status"], row["is_open"], row["is_accepted"], row["is_completed"]) == ("accepted", 1, 1, 0)
    assert (row["promise_clock"], row["promise_due"]) == ("promised", at("04T17:00"))
    assert (row["statute_due"], row["next_due"]) == (at("06T17:00"), at("04T17:00"))
    assert (row["day"], row["completed"], row["handling_seconds"]) == (None, None, None)
    assert row["zone"] == "Asia/Shanghai"


def test_a_case_completed_on_time() -> None:
    row = row_of(ACCEPTED, happened("completed", "04T10:00"), now="09T10:00")
    assert (row["is_completed"], row["is_overdue"], row["promise_state"], row["statute_state"]) == (
        1,
        0,
        "met",
        "met",
    )
    assert (row["day"], row["completed"]) == ("2026-03-04", at("04T10:00"))
    assert row["handling_seconds"] == 2 * DAY
    assert row["promise_given"] == 6 * HOUR + 2 * DAY
    assert row["promise_used"] == row["statute_used"] == 2 * DAY
    assert row["statute_given"] == 6 * HOUR + 4 * DAY


def test_early_is_an_earlier_day_than_the_promise_fell_due() -> None:
    assert row_of(ACCEPTED, happened("completed", "04T10:00"), now="09T10:00")["is_early"] == 0
    assert row_of(ACCEPTED, happened("completed", "03T16:59"), now="09T10:00")["is_early"] == 1
    assert row_of(ACCEPTED, now="09T10:00")["is_early"] is None


def test_a_late_case_is_overdue_open_or_completed() -> None:
    assert row_of(ACCEPTED, now="05T10:00")["is_overdue"] == 1
    row = row_of(ACCEPTED, happened("completed", "05T10:00"), now="09T10:00")
    assert (row["is_overdue"], row["promise_state"], row["statute_state"], row["level"]) == (
        1,
        "missed",
        "met",
        2,
    )
    assert row["is_warned"] == 1


def test_a_warning_that_was_lifted_is_still_a_warning_reached() -> None:
    limits = {"promised_limit": "5 working_day", "statutory_limit": "20 working_day"}
    accepted = happened("accepted", "02T10:00", item="permit", hall="weixian", **limits)
    row = row_of(accepted, happened("completed", "06T10:00"), now="09T10:00")
    assert (row["is_warned"], row["level"], row["promise_state"]) == (1, 0, "met")


def test_pauses_are_working_time_beside_the_handling_time() -> None:
    paused = happened("suspended", "02T16:00", kind="hearing", approver="a", notice_no="1")
    resumed = happened("resumed", "03T10:00", kind="hearing")
    row = row_of(ACCEPTED, paused, resumed, happened("completed", "04T10:00"), now="09T10:00")
    assert (row["paused_seconds"], row["handling_seconds"]) == (2 * HOUR, 2 * DAY - 2 * HOUR)
    assert row["span_seconds"] == 2 * DAY


def test_a_suspended_case_has_no_due() -> None:
    paused = happened("suspended", "02T16:00", kind="hearing", approver="a", notice_no="1")
    row = row_of(ACCEPTED, paused, now="20T10:00")
    assert (row["status"], row["is_open"], row["promise_due"], row["next_due"]) == (
        "suspended",
        1,
        None,
        None,
    )


@pytest.mark.parametrize("ending", ["withdrawn", "voided", "merged"])
def test_a_voided_case_is_beside_every_rate(ending: str) -> None:
    row = row_of(ACCEPTED, happened(ending, "03T10:00"), now="09T10:00")
    assert (row["status"], row["is_voided"], row["is_completed"], row["is_open"]) == (ending, 1, 0, 0)
    assert (row["is_early"], row["is_same_day"], row["handling_seconds"]) == (None, None, None)
    assert row["day"] == "2026-03-03"


def test_a_case_voided_after_its_completion_is_no_longer_completed() -> None:
    row = row_of(ACCEPTED, happened("completed", "03T10:00"), happened("voided", "05T10:00"), now="09T10:00")
    assert (row["is_voided"], row["is_completed"], row["is_early"]) == (1, 0, None)


@pytest.mark.parametrize(("done", "same"), [("02T16:00", 1), ("03T09:30", 0)])
def test_an_instant_case_done_on_the_day_of_its_acceptance(done: str, same: int) -> None:
    accepted = happened("accepted", "02T10:00", item="permit", hall="weixian", kind="instant", mode="direct")
    row = row_of(accepted, happened("completed", done), now="09T10:00")
    assert (row["promise_clock"], row["is_same_day"]) == ("instant", same)


def test_the_day_of_completion_is_that_of_the_hall() -> None:
    row = row_of(ACCEPTED, happened("completed", "04T00:30"), now="09T10:00")
    assert row["day"] == "2026-03-04"


def test_a_received_case() -> None:
    applied = happened("applied", "02T10:00", item="permit", hall="weixian", channel="online")
    row = row_of(applied, now="02T11:00")
    assert (row["status"], row["is_open"], row["is_accepted"], row["channel"]) == ("received", 1, 0, "online")
    assert (row["received"], row["accepted"], row["hall"]) == (at("02T10:00"), None, "weixian")


def test_a_case_refused_at_the_door() -> None:
    applied = happened("applied", "02T10:00", item="permit", hall="weixian", channel="online")
    row = row_of(applied, happened("not_accepted", "03T10:00", reason="x"), now="09T10:00")
    assert (row["status"], row["is_open"], row["is_accepted"], row["is_voided"]) == ("not_accepted", 0, 0, 0)
    assert row["day"] == "2026-03-03"


def test_a_transferred_case_belongs_to_the_hall_that_accepted_it() -> None:
    moved = happened("transferred", "03T10:00", from_hall="weixian", to_hall="elsewhere")
    assert row_of(ACCEPTED, moved, now="03T11:00")["hall"] == "weixian"


def test_a_hall_that_is_not_known_gives_no_day_and_no_zone() -> None:
    accepted = happened("accepted", "02T10:00", item="permit", hall="nowhere")
    row = row_of(accepted, happened("completed", "04T10:00"), now="09T10:00")
    assert (row["hall"], row["zone"], row["day"], row["is_early"]) == ("nowhere", "", None, None)
    assert (row["promise_clock"], row["handling_seconds"]) == ("", None)
    assert row["irregularities"] >= 1


def test_an_absolute_promise_is_early_to_the_instant() -> None:
    until = {"until": "2026-03-04T12:00:00+08:00"}
    accepted = happened("accepted", "02T10:00", item="permit", hall="weixian", promised_limit=until)
    assert row_of(accepted, happened("completed", "04T11:59"), now="09T10:00")["is_early"] == 1
    row = row_of(accepted, happened("completed", "04T12:00"), now="09T10:00")
    assert (row["is_early"], row["promise_state"]) == (0, "met")
    assert row["handling_seconds"] == 6 * HOUR + DAY + 3 * HOUR
