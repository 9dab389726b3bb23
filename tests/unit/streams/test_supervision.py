"""Supervision, one situation at a time."""

from typing import Any

import pytest

import streams.subject
import streams.subjects
import streams.supervision
from domain.fold import CaseFold
from domain.instants import DAY, HOUR, MINUTE, SECOND
from tests.unit.streams.desk import DUE, Desk, accepted, completed, poison
from tests.unit.streams.histories import BEGIN, event, issued_live, item


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


def test_a_corrected_item_counts_from_its_knowledge_on(desk: Desk) -> None:
    desk.send(accepted())
    desk.clock.instant += DAY
    desk.send(item(7, BEGIN, promised_limit="9 working_day", version="7", effective_from="2026-01-01"))
    desk.clock.instant += 3 * DAY
    desk.run()
    assert [one for _, one in issued_live(desk.state)] == desk.pure()
