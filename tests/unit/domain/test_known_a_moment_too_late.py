"""Reference data recorded in the microsecond after a deadline: it was not known when the deadline passed."""

from domain.events import Event, event_from_mapping
from domain.fold import fold_history
from domain.instants import DAY, format_instant, parse_instant
from domain.reference import Reference
from sundial.reference import shipped_events
from sundial.shipped import holiday_sets

MONDAY = parse_instant("2026-03-02T10:00:00+08:00")
DUE = parse_instant("2026-03-03T17:00:00+08:00")
HALL = {
    "hall": "weixian",
    "title": "威县",
    "level": "county",
    "region": "130533",
    "calendar": "cn",
    "profile": "statute",
}
ITEM = {"item": "permit", "title": "许可", "kind": "promise", "mode": "promise", "promised_limit": "1 working_day",
        "statutory_limit": "20 working_day"}  # fmt: skip


def told(id: str, type: str, subject: str, at: int, **data: object) -> Event:
    mapping = {"id": id, "source": "hall", "type": type, "subject": subject, "time": format_instant(at)}
    return event_from_mapping(mapping | {"data": data}, recorded=at)


def issued(corrected_at: int) -> list[tuple[str, int]]:
    longer = {"corrects": {"id": "i"}, "data": {"promised_limit": "5 working_day"}}
    reference = [
        told("h", "hall.published", "weixian", MONDAY - DAY, **HALL),
        told("i", "item.published", "permit", MONDAY - DAY, **ITEM),
        told("k", "event.corrected", "permit", corrected_at, **longer),
    ]
    known = Reference(holiday_sets(), [*shipped_events(frozenset()), *reference])
    accepted = told("a", "case.accepted", "c", MONDAY, item="permit", hall="weixian")
    fold = fold_history("c", [accepted], known, DUE + 60_000_000)
    return [(one.type, one.recorded) for one in fold.issued if one.code == "TL-02"]


def test_the_finding_is_raised_at_the_deadline_and_lifted_a_microsecond_later() -> None:
    assert issued(DUE + 1) == [("finding.raised", DUE), ("finding.lifted", DUE + 1)]


def test_known_at_the_deadline_itself_nothing_is_raised() -> None:
    assert issued(DUE) == []
