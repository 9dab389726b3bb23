"""Reference data that changes or is corrected while cases run: the open ones are judged anew at once."""

from pathlib import Path

import pytest

from domain.events import Event
from domain.instants import DAY, HOUR, MINUTE
from tests.unit.streams.desk import Desk, accepted, completed
from tests.unit.streams.histories import BEGIN, event, hall, issued_live, item, open_hall

MINE = {"promised_limit": "2 working_day", "statutory_limit": "4 working_day"}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Two cases accepted on Monday morning, 2 working days each, one of them completed at once; Monday noon."""
    desk = Desk(tmp_path)
    open_hall(desk.journal)
    profile = event("profile-1", "profile.published", "mine", BEGIN, profile="mine")
    desk.journal.append([profile, hall(1, BEGIN, calendar="cn", profile="mine")])
    desk.clock.instant += 2 * HOUR
    desk.send(accepted("e1", "open"), accepted("e2", "closed"), completed("e3", "closed"))
    desk.clock.instant += HOUR
    desk.run()
    return desk


def due(desk: Desk, subject: str = "open", clock: str = "promised") -> str:
    return str(desk.verdict(subject)["clocks"][clock]["due"])


def closed_day(id: str, day: str, at: int) -> Event:
    return event(id, "calendar.published", "cn", at, calendar="cn", zone="Asia/Shanghai", days={day: "closed"},
                 effective_from="2026-01-01",
                 week={"mon-fri": ["09:00-12:00", "13:00-17:00"]}, holidays="cn-state-council")  # fmt: skip


def corrected(id: str, of: str, at: int, **data: object) -> Event:
    return event(id, "event.corrected", of, at, corrects={"id": of}, data=data)


def agrees(desk: Desk, subject: str) -> None:
    """What was issued live is what the judge says should have been."""
    assert [one for name, one in issued_live(desk.state) if name == subject] == desk.pure(subject)


def test_a_new_closed_day_moves_the_due_instant_of_an_open_case(desk: Desk) -> None:
    assert due(desk) == "2026-03-04T09:00:00Z"
    desk.send(closed_day("closing", "2026-03-03", desk.clock.instant))
    assert due(desk) == "2026-03-05T09:00:00Z"
    assert due(desk, "closed") == "2026-03-04T09:00:00Z"


def test_the_cause_of_what_a_calendar_lifts_is_the_calendar_event(desk: Desk) -> None:
    desk.clock.instant = BEGIN + 3 * DAY
    desk.run()
    assert desk.issued("open")[-1] == "raised TL-02"
    desk.send(closed_day("closing", "2026-03-04", desk.clock.instant))
    lifted = [one for _, one in issued_live(desk.state) if one["type"] == "finding.lifted"][-1]
    assert (lifted["code"], lifted["reason"], lifted["cause"]) == ("TL-02", "corrected", "closing")
    desk.clock.instant += 1
    agrees(desk, "open")


def test_a_correction_of_the_item_in_effect_changes_the_pinned_limit_of_an_open_case(desk: Desk) -> None:
    desk.send(corrected("mend", "item-0", desk.clock.instant, promised_limit="3 working_day"))
    assert due(desk) == "2026-03-05T09:00:00Z"
    assert due(desk, "closed") == "2026-03-04T09:00:00Z"


def test_a_correction_of_the_profile_in_effect_is_the_cause_of_what_it_lifts(desk: Desk) -> None:
    desk.clock.instant = BEGIN + 3 * DAY
    desk.run()
    off = {"TL-02": {"enabled": False}}
    desk.send(corrected("mend", "profile-1", desk.clock.instant, rules=off))
    lifted = [one for _, one in issued_live(desk.state) if one["type"] == "finding.lifted"][-1]
    assert (lifted["code"], lifted["reason"], lifted["cause"]) == ("TL-02", "rule_disabled", "mend")
    desk.clock.instant += 1
    agrees(desk, "open")


def test_a_correction_of_a_version_that_came_later_changes_nothing_for_cases_accepted_before(
    desk: Desk,
) -> None:
    now = desk.clock.instant
    desk.send(item(1, now, effective_from="2026-03-03", version="2"))
    before = desk.verdict("open")["clocks"]
    desk.send(corrected("mend", "item-1", now, promised_limit="9 working_day"))
    assert desk.verdict("open")["clocks"] == before
    assert desk.issued("open") == []


def test_a_retraction_of_the_closed_day_moves_the_due_instant_back(desk: Desk) -> None:
    desk.send(closed_day("closing", "2026-03-03", desk.clock.instant))
    desk.clock.instant += MINUTE
    desk.send(event("undo", "event.retracted", "cn", desk.clock.instant, retracts={"id": "closing"}))
    assert due(desk) == "2026-03-04T09:00:00Z"


def test_a_case_judged_again_before_a_restart_is_not_judged_twice(desk: Desk) -> None:
    desk.clock.instant = BEGIN + 3 * DAY
    desk.run()
    desk.send(closed_day("closing", "2026-03-04", desk.clock.instant))
    said = list(issued_live(desk.state))
    desk.restart()
    desk.run()
    assert list(issued_live(desk.state)) == said


@pytest.mark.parametrize("delivered", [False, True])
def test_the_delivery_of_a_closed_case_follows_the_calendar_until_it_is_delivered(
    desk: Desk, delivered: bool
) -> None:
    """Approved and completed on Monday: ten working days to deliver, until 16 March; delivered on the 17th, or not."""
    desk.send(event("d1", "case.decided", "open", desk.clock.instant, outcome="approve"))
    desk.clock.instant += MINUTE
    desk.send(completed("d2", "open", desk.clock.instant))
    desk.clock.instant = BEGIN + 15 * DAY
    desk.run()
    assert desk.issued("open")[-1] == "raised TL-11"
    said = list(desk.issued("open"))
    if delivered:
        desk.send(event("d3", "case.delivered", "open", desk.clock.instant, mode="mail"))
        desk.clock.instant += MINUTE
        desk.run()
    desk.send(closed_day("closing", "2026-03-10", desk.clock.instant))
    desk.clock.instant += MINUTE
    desk.run()
    assert desk.issued("open") == (said if delivered else [*said, "lifted TL-11"])
    agrees(desk, "open")


def test_an_order_judges_a_closed_case_with_the_calendar_known_then(desk: Desk) -> None:
    desk.clock.instant = BEGIN + 3 * DAY
    desk.run()
    desk.send(completed("late", "open", desk.clock.instant))
    desk.clock.instant += MINUTE
    desk.send(closed_day("closing", "2026-03-04", desk.clock.instant))
    assert desk.issued("open")[-1] == "raised TL-02"
    desk.clock.instant += MINUTE
    desk.send(event("order", "case.rejudged", "open", desk.clock.instant, by="督查室", reason="停电闭厅"))
    last = [one for name, one in issued_live(desk.state) if name == "open"][-1]
    assert (last["type"], last["code"], last["cause"]) == ("finding.lifted", "TL-02", "order")
    desk.clock.instant += 1
    agrees(desk, "open")
