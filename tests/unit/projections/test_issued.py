"""What was issued live beside what is computed now."""

from typing import Any

import msgspec
import pytest

import streams.run
import streams.subject
import streams.subjects
import streams.supervision
from api.replay import ReferenceReader, history_of, replay
from domain.instants import DAY, HOUR, MINUTE
from domain.verdict import ENGINE_VERSION
from projections.issued import beside, said_of
from tests.unit.streams.desk import Desk, accepted, completed, desk
from tests.unit.streams.histories import BEGIN, base, event

__all__ = ["desk"]


def both(desk: Desk, known_at: int | None = None) -> dict[str, Any]:
    """What the API says of the two, as known at an instant (now)."""
    said = said_of("case-1", desk.journal, desk.state)
    instant = desk.clock.instant if known_at is None else known_at
    history, known = (
        history_of(desk.journal, desk.state, "case-1"),
        ReferenceReader(desk.journal, base()).current(),
    )
    return beside(said, replay(history, known, instant, instant, "case-1")["issued"], instant)


def short(entries: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["type"].partition(".")[2], one["code"]) for one in entries]


def overdue(desk: Desk) -> None:
    desk.send(accepted())
    desk.clock.instant += 9 * DAY
    desk.run()


def test_the_same_judging_says_what_was_issued(desk: Desk) -> None:
    overdue(desk)
    found = both(desk)
    assert not found["differs"]
    assert short(found["entries"])[-1] == ("raised", "TL-03")
    assert {(one["computed"], one["engine"]) for one in found["entries"]} == {(True, ENGINE_VERSION)}
    assert found["not_issued"] == []


def test_nothing_is_said_of_what_was_issued_after_the_moment_of_knowledge(desk: Desk) -> None:
    overdue(desk)
    assert both(desk, BEGIN + HOUR) == {"differs": False, "entries": [], "not_issued": []}


def test_a_card_that_this_engine_would_not_give_is_marked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An earlier engine raised it; the upgrade took it back, with the new engine as its cause."""
    overdue(desk)
    [row] = [one for one in desk.state.issues_of("case-1") if b'"TL-03"' in one.document]
    groundless = msgspec.json.decode(row.document) | {"id": "x", "finding": "TL-10-x", "code": "TL-10"}
    insert = "INSERT INTO issues (subject, document) VALUES ('case-1', ?)"
    desk.state._writer.execute(insert, (msgspec.json.encode(groundless | {"engine": "before"}),))
    for module in (streams.run, streams.subject, streams.subjects, streams.supervision):
        monkeypatch.setattr(module, "ENGINE_VERSION", "next")
    desk.restart()
    desk.run()
    found = both(desk)
    assert found["differs"]
    marked = [one for one in found["entries"] if not one["computed"]]
    assert short(marked) == [("raised", "TL-10"), ("lifted", "TL-10")]
    assert [one["engine"] for one in marked] == ["before", "next"]
    assert marked[1]["cause"] == "engine next"
    assert found["not_issued"] == []


def test_a_card_that_was_never_given_is_told(desk: Desk) -> None:
    overdue(desk)
    [row] = [one for one in desk.state.issues_of("case-1") if b'"TL-03"' in one.document]
    desk.state._writer.execute("DELETE FROM issues WHERE seq = ?", (row.seq,))
    found = both(desk)
    assert found["differs"]
    assert short(found["not_issued"]) == [("raised", "TL-03")]
    assert all(one["computed"] for one in found["entries"])


def test_an_issue_that_says_nothing_of_its_engine_has_none(desk: Desk) -> None:
    overdue(desk)
    for row in desk.state.issues(0, 100):
        document = msgspec.json.decode(row.document)
        del document["engine"]
        update = "UPDATE issues SET document = ? WHERE seq = ?"
        desk.state._writer.execute(update, (msgspec.json.encode(document), row.seq))
    found = both(desk)
    assert {one["engine"] for one in found["entries"]} == {None}
    assert not found["differs"]


@pytest.mark.parametrize("what", ["an event", "a timer", "a calendar"])
def test_what_the_supervisor_has_not_come_to_yet_is_no_difference(desk: Desk, what: str) -> None:
    overdue(desk)
    if what == "an event":
        desk.clock.instant += MINUTE
        desk.journal.append([completed(at=BEGIN + HOUR)])
    elif what == "a timer":
        desk.send(
            event("s", "case.stage_started", "case-1", desk.clock.instant, stage="x", limit="1 working_day")
        )
        desk.clock.instant += 9 * DAY
    else:
        week = {"mon-fri": ["09:00-12:00", "13:00-20:00"]}
        desk.clock.instant += MINUTE
        desk.journal.append(
            [event("c", "calendar.published", "cn", BEGIN, calendar="cn", zone="Asia/Shanghai", week=week,
                   effective_from="2026-01-01")]
        )  # fmt: skip
    before = both(desk)
    assert not before["differs"]
    desk.run()
    after = both(desk)
    assert not after["differs"]
    assert len(after["entries"]) > len(before["entries"])


def test_history_recorded_behind_what_was_judged_differs_for_good(desk: Desk) -> None:
    """What was issued in the meantime was issued; judged in order it would never have been."""
    desk.clock.instant += 60 * DAY
    desk.journal.append([accepted()], recorded=[BEGIN + DAY])
    desk.journal._import_ends = 0
    desk.run()
    desk.journal.append([completed(at=BEGIN + DAY)], recorded=[BEGIN + DAY + HOUR])
    desk.journal._import_ends = 0
    desk.run()
    found = both(desk)
    assert found["differs"]
    marked = [one for one in found["entries"] if not one["computed"]]
    assert ("raised", "TL-02") in short(marked)
    assert ("lifted", "TL-02") in short(marked)
