"""An event or a timer that crashes a rule, or cannot be read, is set aside, and the rest goes on."""

import pytest

from domain.fold import CaseFold
from domain.instants import DAY, HOUR
from domain.reference import Reference
from streams.flood import TooManyDeadLetters
from tests.unit.streams.desk import Desk, accepted, completed, poison
from tests.unit.streams.histories import BEGIN, event, issued_live


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
