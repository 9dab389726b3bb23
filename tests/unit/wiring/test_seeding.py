"""Shipped reference data stands in every log, once, before any history."""

from pathlib import Path

from domain.events import decode_event
from domain.reference import Reference
from streams.clock import ClockSetting, SettingClock
from streams.journal import Journal
from sundial.seeding import seed
from sundial.shipped import holiday_sets


def test_a_new_log_knows_it_since_always(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db", SettingClock(ClockSetting()))
    seed(journal)
    assert journal.last_recorded() == 0
    end = journal.end()
    seed(journal)
    assert journal.end() == end
    view = Reference.of((decode_event(record.raw) for record in journal.reference()), holiday_sets()).at(0)
    assert view.knows("calendar", "cn")
    assert {"statute", "hunan-2018", "jiangsu-2013", "augurit", "two-colour"} <= set(view.titles("profile"))
