"""History that is imported while others are supervised already."""

import pytest

from domain.instants import DAY, HOUR
from tests.unit.streams.desk import Desk, accepted, completed
from tests.unit.streams.histories import BEGIN, event, hall, issued_live


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
