"""Supervision, one situation at a time."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

import streams.subject
import streams.subjects
import streams.supervision
from domain.events import Event
from domain.fold import CaseFold
from domain.instants import DAY, HOUR, MINUTE, SECOND
from domain.reference import Reference
from streams.flood import TooManyDeadLetters
from streams.journal import Journal
from streams.state import State
from streams.supervision import Supervision
from tests.unit.streams.histories import (
    BEGIN,
    HandClock,
    base,
    event,
    hall,
    issued_live,
    issued_purely,
    item,
    open_hall,
)

DUE = BEGIN + 2 * DAY + 8 * HOUR
"""Wednesday 17:00: two working days after the first morning."""


class Desk:
    """A data folder under a clock that is moved by hand."""

    def __init__(self, folder: Path) -> None:
        self.clock = HandClock()
        self.journal = Journal(folder / "journal.db", self.clock)
        self.state = State(folder / "state.db")
        self.restart()

    def restart(self) -> None:
        self.supervision = Supervision(self.journal, self.state, self.clock, base())

    def run(self) -> None:
        while self.supervision.turn():
            pass

    def send(self, *events: Event) -> None:
        self.journal.append(events)
        self.run()

    def issued(self, subject: str = "case-1") -> list[str]:
        return [
            f"{one['type'].partition('.')[2]} {one['code']}"
            for name, one in issued_live(self.state)
            if name == subject
        ]

    def verdict(self, subject: str = "case-1") -> dict[str, Any]:
        [document] = [row.document for row in self.state.verdicts(0, 1000) if row.subject == subject]
        return msgspec.json.decode(document, type=dict[str, Any])

    def pure(self, subject: str = "case-1") -> list[dict[str, Any]]:
        return issued_purely(self.journal, self.clock.instant - 1)[subject]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    open_hall(desk.journal)
    desk.clock.instant += 3 * HOUR
    desk.run()
    return desk


def accepted(id: str = "e1", subject: str = "case-1", at: int = BEGIN + MINUTE, **data: Any) -> Event:
    return event(id, "case.accepted", subject, at, item="permit", hall="weixian", **data)


def completed(id: str = "e2", subject: str = "case-1", at: int = BEGIN + HOUR, **data: Any) -> Event:
    return event(id, "case.completed", subject, at, **data)


def poison(monkeypatch: pytest.MonkeyPatch, note: str = "poison") -> None:
    """Make a rule crash on events that carry `note`."""
    step = CaseFold.step

    def crashing(self: CaseFold, events: Sequence[Event], reference: Reference, recorded: int) -> None:
        if any(one.data.get("note") == note for one in events):
            raise ZeroDivisionError("a rule divides by nothing")
        step(self, events, reference, recorded)

    monkeypatch.setattr(CaseFold, "step", crashing)


def test_a_finding_is_raised_just_after_the_due_instant_and_not_at_it(desk: Desk) -> None:
    desk.clock.instant += MINUTE
    desk.send(accepted())
    wake = desk.supervision.next_wake()
    while wake is not None and wake <= DUE:  # the warning comes first
        desk.clock.instant = wake
        desk.run()
        wake = desk.supervision.next_wake()
    assert wake == DUE + 1
    desk.clock.instant = DUE
    desk.run()
    assert "raised TL-02" not in desk.issued()
    desk.clock.instant = wake
    desk.run()
    assert desk.issued()[-1] == "raised TL-02"


def test_a_completion_in_the_log_is_never_overtaken_by_its_own_red_card(desk: Desk) -> None:
    desk.clock.instant += MINUTE
    desk.send(accepted())
    desk.clock.instant = DUE - SECOND
    desk.journal.append([completed(at=DUE - MINUTE)])
    desk.clock.instant = DUE + HOUR
    desk.run()
    assert "raised TL-02" not in desk.issued()


def test_what_fell_due_while_nothing_ran_is_caught_up_once_with_its_own_instants(desk: Desk) -> None:
    desk.clock.instant += MINUTE
    desk.send(accepted())
    desk.clock.instant += 20 * DAY
    desk.restart()
    desk.run()
    desk.restart()
    desk.run()
    assert [one for _, one in issued_live(desk.state)] == desk.pure()
    assert {"raised TL-02", "raised TL-03"} <= set(desk.issued())


def test_what_falls_due_within_a_minute_is_judged_ahead_and_then_only_saved(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.send(accepted(), accepted("e9", "case-2"))
    desk.clock.instant = DUE - 30 * SECOND
    desk.run()
    assert "raised TL-02" not in desk.issued()
    with monkeypatch.context() as idle:
        idle.setattr(CaseFold, "advance", poison)
        desk.clock.instant = DUE + 2
        desk.run()
    assert desk.supervision.metrics.foreseen == 2
    assert [one for name, one in issued_live(desk.state) if name == "case-1"] == desk.pure()
    assert desk.verdict()["findings"][0]["code"] == "TL-02"


def test_what_was_judged_ahead_does_not_outlive_an_event(desk: Desk) -> None:
    desk.send(accepted(), accepted("e9", "case-2"))
    desk.clock.instant = DUE - 30 * SECOND
    desk.run()
    desk.send(completed(at=DUE - MINUTE))
    desk.clock.instant = DUE + HOUR
    desk.run()
    assert desk.supervision.metrics.foreseen == 1
    assert "raised TL-02" not in desk.issued()
    assert "raised TL-02" in desk.issued("case-2")


def test_what_was_judged_ahead_does_not_outlive_the_reference_data(desk: Desk) -> None:
    desk.send(accepted())
    desk.clock.instant = DUE - 30 * SECOND
    desk.run()
    desk.send(event("c1", "calendar.published", "cn", BEGIN, calendar="cn", zone="Asia/Shanghai",
                    week={"mon-fri": ["09:00-12:00", "13:00-18:00"]}, effective_from="2026-01-01"))  # fmt: skip
    desk.clock.instant = DUE + 1
    desk.run()
    assert "raised TL-02" not in desk.issued()
    desk.clock.instant = DUE + HOUR + 2
    desk.run()
    assert "raised TL-02" in desk.issued()
    assert [one for _, one in issued_live(desk.state)] == desk.pure()


def test_it_rests_until_a_minute_before_the_next_timer_and_then_looks_ahead(desk: Desk) -> None:
    desk.send(accepted())
    following = (desk.supervision.next_wake() or 0) - 1
    assert desk.supervision.rest_until() == following - MINUTE
    desk.clock.instant = following - MINUTE // 2
    assert desk.supervision.rest_until() == desk.clock.instant + 6 * SECOND
    desk.clock.instant = following - SECOND
    assert desk.supervision.rest_until() == following + 1


def test_events_of_kinds_that_nothing_judges_yet_are_kept(desk: Desk) -> None:
    desk.send(event("l1", "ledger.entry_recorded", "l-1", BEGIN, point="p", number=1), accepted())
    assert desk.supervision.metrics.kept == 1
    assert desk.state.load(["l-1"]) == {}
    assert desk.state.dead_letters() == []
    assert desk.verdict()["status"] == "accepted"


def test_a_poison_event_goes_to_the_dead_letters_and_the_rest_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison(monkeypatch)
    desk.send(accepted())
    desk.send(completed("bad", note="poison"), accepted("e9", "case-2"), completed("e3", at=BEGIN + 2 * HOUR))
    [row] = desk.state.dead_letters()
    bad = next(record for record in desk.journal.read(0, 100) if b'"bad"' in record.raw)
    assert (row.letter.position, row.letter.subject, row.letter.kind) == (bad.position, "case-1", "step")
    assert row.letter.cause.startswith("ZeroDivisionError: a rule divides by nothing")
    assert desk.verdict()["status"] == "completed"
    assert desk.verdict()["clocks"]["promised"]["stopped"] == "2026-03-02T03:00:00Z"
    assert desk.verdict("case-2")["status"] == "accepted"
    assert desk.supervision.lag() == 0


def test_a_dead_letter_is_judged_in_its_place_once_the_rule_is_mended(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        poison(broken)
        desk.send(accepted(), completed(note="poison"))
        desk.clock.instant += 9 * DAY
        desk.run()
        [row] = desk.state.dead_letters()
        assert desk.supervision.replay([row.number]) == [row]
    assert "raised TL-02" in desk.issued()
    assert desk.supervision.replay([row.number]) == []
    assert desk.state.dead_letters() == []
    assert desk.verdict()["status"] == "completed"
    assert desk.verdict()["findings"] == []
    assert desk.issued()[-2:] == ["lifted TL-02", "lifted TL-03"]
    ids = [one["id"] for _, one in issued_live(desk.state)]
    assert len(ids) == len(set(ids))


def test_an_event_that_cannot_be_read_is_a_dead_letter(desk: Desk) -> None:
    desk.journal.append([accepted(), completed(), accepted("e9", "case-2")])
    desk.journal._writer.execute(
        "UPDATE records SET raw = '{\"type\"' WHERE position = ?", (desk.journal.end() - 1,)
    )
    desk.run()
    [row] = desk.state.dead_letters()
    assert row.letter.kind == "decode"
    assert row.letter.cause.startswith("InvalidEvent: $: expected a JSON object")
    assert desk.verdict()["status"] == "accepted"
    assert desk.verdict("case-2")["status"] == "accepted"


def test_a_flood_of_dead_letters_stops_supervision_and_saves_nothing_of_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison(monkeypatch)
    before = desk.state.position()
    desk.journal.append([accepted(f"e{n}", f"case-{n}", note="poison") for n in range(40)])
    with pytest.raises(
        TooManyDeadLetters, match=r"40 of the last \d+ .* could not be judged.*a rule divides"
    ):
        desk.run()
    assert desk.state.position() == before
    assert desk.state.dead_letters() == []


def test_a_timer_that_crashes_a_rule_is_a_dead_letter_and_does_not_come_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.send(accepted(), accepted("e9", "case-2"))
    advance = CaseFold.advance

    def crashing(self: CaseFold, reference: Reference, until: int) -> None:
        if self.subject == "case-1":
            raise ZeroDivisionError("a rule divides by nothing")
        advance(self, reference, until)

    with monkeypatch.context() as broken:
        broken.setattr(CaseFold, "advance", crashing)
        desk.clock.instant += 9 * DAY
        desk.run()
        desk.restart()
        desk.run()
        [row] = desk.state.dead_letters()
        assert (row.letter.position, row.letter.subject, row.letter.kind) == (None, "case-1", "advance")
        assert "raised TL-02" in desk.issued("case-2")
        assert desk.issued("case-1") == []
    assert desk.supervision.replay([row.number]) == []
    assert [one for name, one in issued_live(desk.state) if name == "case-1"] == desk.pure()


def test_reference_data_that_cannot_be_used_is_set_aside(desk: Desk) -> None:
    bad = event("c1", "calendar.published", "cn", BEGIN, calendar="cn", zone="Asia/Nowhere", week={})
    desk.send(bad, accepted())
    [row] = desk.state.dead_letters()
    assert row.letter.kind == "reference"
    assert "zone" in row.letter.cause
    desk.restart()
    desk.clock.instant += 9 * DAY
    desk.run()
    assert "raised TL-02" in desk.issued()


def test_a_change_of_reference_data_is_judged_for_every_open_subject_across_restarts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams.supervision, "_SWEEP", 2)
    cases = [f"case-{n}" for n in range(7)]
    desk.send(
        *(event(f"a-{name}", "case.accepted", name, BEGIN, item="new", hall="weixian") for name in cases)
    )
    assert {desk.verdict(name)["clocks"]["promised"]["state"] for name in cases} == {"pending"}
    desk.clock.instant += HOUR
    desk.journal.append([event("i9", "item.published", "new", BEGIN, item="new", title="新", kind="promise",
                               mode="promise", promised_limit="2 working_day")])  # fmt: skip
    for _ in range(3):
        desk.supervision.turn()
        desk.restart()
    desk.run()
    assert {desk.verdict(name)["clocks"]["promised"]["state"] for name in cases} == {"running"}
    desk.clock.instant += 9 * DAY
    desk.run()
    assert all("raised TL-02" in desk.issued(name) for name in cases)


def test_another_engine_judges_open_subjects_anew_and_issues_the_differences(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.send(accepted(), accepted("e9", "case-2"), completed("e10", "case-2"))
    desk.clock.instant += 9 * DAY
    desk.run()
    before = desk.issued()
    assert "raised TL-02" in before
    mended = CaseFold._evaluate

    def without_tl02(self: CaseFold, *arguments: Any) -> Any:
        evaluation = mended(self, *arguments)
        evaluation.standing = {key: one for key, one in evaluation.standing.items() if key.code != "TL-02"}
        return evaluation

    monkeypatch.setattr(CaseFold, "_evaluate", without_tl02)
    for module in (streams.subject, streams.subjects, streams.supervision):
        monkeypatch.setattr(module, "ENGINE_VERSION", "next")
    desk.restart()
    desk.run()
    assert desk.issued()[len(before) :] == ["lifted TL-02"]
    [*_, (_, lift)] = issued_live(desk.state)
    assert (lift["reason"], lift["cause"]) == ("corrected", "engine next")
    assert desk.state.load(["case-1"])["case-1"].engine == "next"
    again = len(desk.issued())
    desk.restart()
    desk.run()
    assert len(desk.issued()) == again


def test_a_state_that_cannot_be_read_is_made_again_from_the_journal(desk: Desk) -> None:
    desk.send(accepted())
    desk.state._writer.execute("UPDATE folds SET fold = x'00'")
    desk.restart()
    desk.clock.instant += 9 * DAY
    desk.run()
    assert [one for _, one in issued_live(desk.state)] == desk.pure()
    assert desk.state.dead_letters() == []


def test_timers_rest_while_history_is_imported(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.clock.instant += 60 * DAY
    day = BEGIN + DAY
    desk.journal.append([accepted()], recorded=[day])
    monkeypatch.setattr(desk.journal, "importing", lambda: 1.0)
    desk.run()
    desk.journal.append([completed(at=BEGIN + DAY)], recorded=[day + HOUR])
    desk.run()
    monkeypatch.undo()
    desk.run()
    assert desk.issued() == []
    assert [one for _, one in issued_live(desk.state)] == desk.pure()


def test_history_imported_behind_what_is_judged_is_judged_in_its_place(desk: Desk) -> None:
    desk.clock.instant += 60 * DAY
    day = BEGIN + DAY
    desk.journal.append([accepted()], recorded=[day])
    desk.journal._import_ends = 0
    desk.run()
    assert "raised TL-02" in desk.issued()
    desk.journal.append([completed(at=BEGIN + DAY)], recorded=[day + HOUR])
    desk.journal._import_ends = 0
    desk.run()
    assert desk.verdict()["findings"] == []
    assert "lifted TL-02" in desk.issued()


def test_reference_data_imported_behind_what_is_judged_is_judged_in_its_place(desk: Desk) -> None:
    desk.clock.instant += 60 * DAY
    day = BEGIN + DAY
    desk.journal.append([accepted()], recorded=[day])
    desk.journal._import_ends = 0
    desk.run()
    assert "raised TL-02" in desk.issued()
    closed = {f"2026-03-{n:02}": "closed" for n in range(1, 32)} | {
        f"2026-04-{n:02}": "closed" for n in range(1, 31)
    }
    desk.journal.append(
        [event("c1", "calendar.published", "shut", day, calendar="shut", extends="cn", days=closed),
         hall(5, BEGIN, calendar="shut", effective_from="2026-01-01")],
        recorded=[day + HOUR] * 2,
    )  # fmt: skip
    desk.journal._import_ends = 0
    desk.run()
    assert "lifted TL-02" in desk.issued()


def test_a_corrected_item_counts_from_its_knowledge_on(desk: Desk) -> None:
    desk.send(accepted())
    desk.clock.instant += DAY
    desk.send(item(7, BEGIN, promised_limit="9 working_day", version="7", effective_from="2026-01-01"))
    desk.clock.instant += 3 * DAY
    desk.run()
    assert [one for _, one in issued_live(desk.state)] == desk.pure()
