"""A data folder with a small history: a hall whose calendar was corrected after two cases had closed."""

from pathlib import Path

from domain.events import Event
from domain.instants import DAY, HOUR, MINUTE, parse_instant
from streams.embedded import Embedded
from sundial.seeding import seed
from tests.unit.streams.histories import base, event

MONDAY = parse_instant("2026-03-02T10:00:00+08:00")
NOW = parse_instant("2026-03-20T10:00:00+08:00")
LATE = parse_instant("2026-03-10T10:00:00+08:00")
"""A day after the promise of five working days fell due, on Monday 9 March 17:00."""


def town(id: str, at: int, *closed: str) -> Event:
    return event(id, "calendar.published", "town", at, calendar="town", extends="cn", zone="Asia/Shanghai",
                 effective_from="2026-01-01", days=dict.fromkeys(closed, "closed"))  # fmt: skip


def story() -> list[Event]:
    """In order of what happened: `late` and `quick` closed, `open` still open; then Friday 6 March is closed."""
    hall = {"hall": "weixian", "title": "威县", "level": "county", "region": "130533", "calendar": "town"}
    item = {"item": "permit", "title": "许可", "kind": "promise", "mode": "promise",
            "promised_limit": "5 working_day", "statutory_limit": "20 working_day"}  # fmt: skip
    begun = [
        event(f"a-{name}", "case.accepted", name, MONDAY + number, item="permit", hall="weixian")
        for number, name in enumerate(("late", "open", "quick"))
    ]
    return [
        event("h", "hall.published", "weixian", MONDAY - DAY, **hall),
        event("i", "item.published", "permit", MONDAY - DAY, **item),
        town("t1", MONDAY - DAY),
        *begun,
        event("c-quick", "case.completed", "quick", MONDAY + HOUR),
        event("c-late", "case.completed", "late", LATE),
        town("t2", LATE + DAY, "2026-03-06"),
    ]


def make(path: Path) -> Path:
    """The folder, recorded as it happened and judged up to Friday 20 March, its clock standing there."""
    embedded = Embedded(path, base(), start=NOW)
    seed(embedded.journal)
    events = story()
    embedded.journal.append(events, [max(one.time, MONDAY - DAY) + MINUTE for one in events])
    embedded.journal.importing = lambda: 0.0  # type: ignore[method-assign]
    while embedded.supervision.turn():
        pass
    embedded.close()
    return path
