"""What badges, plates, signs and boards must show of those who serve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from domain.events import Event
from domain.reference_effect import effect_of
from domain.rules.found import Found, joined
from domain.subjects.facts import SubjectFacts

__all__ = ["missing_at_hall", "missing_at_window", "places_of"]

_ON_HALL: Final = ("board", "column", "contacts")
_ON_PERSON: Final = ("badge", "desk_plate")
_PLATES: Final = {
    "sign": ("窗口标识牌", "window sign"),
    "badge": ("胸牌", "badge"),
    "desk_plate": ("桌牌", "desk plate"),
    "board": ("领导公示栏", "board of leaders"),
    "column": ("公开栏", "public column"),
    "contacts": ("承办联系人", "contact"),
}
_FIELDS: Final = {
    "name": "姓名", "post": "职务", "photo": "照片", "phone": "联系电话", "window": "所在窗口", "scope": "业务范围",
    "service_phone": "服务电话", "supervision_phone": "监督电话", "department": "部门", "person": "人员",
    "limit": "时限",
}  # fmt: skip


def missing_at_window(facts: SubjectFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """CA-04: the sign of a window, or badge or desk plate of who sits there, lacks a field (Taojiang, article 7;
    Tengzhou, annex 1, article 4)."""
    window = _last(facts.of_type("window.published"), facts, "sign")
    if window is not None and not window.data.get("closed"):
        yield from _found(facts, window, ("sign",), given)
    yield from _of_people(facts, given)


def missing_at_hall(facts: SubjectFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """CA-04: board, column or contacts of a hall, or badge or desk plate of who has no window, lack a field (Taojiang,
    articles 7, 11 and 13; Zhejiang, annex 1)."""
    published = [
        (plate, event)
        for plate in _ON_HALL
        if (event := _last(facts.of_type("hall.published"), facts, plate)) is not None
    ]
    for event in {one.identity: one for _, one in published}.values():
        yield from _found(facts, event, [plate for plate, one in published if one is event], given)
    yield from _of_people(facts, given)


def places_of(event: Event) -> tuple[str, str] | None:
    """The hall and the window (empty: none) at which a person serves by a `staff.` event; None where it names none."""
    hall, window = str(event.data.get("hall") or ""), str(event.data.get("window") or "")
    if not hall and "/" in window:
        hall, _, window = window.partition("/")
    return (hall, window) if hall else None


def _of_people(facts: SubjectFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    latest = {
        str(one.data.get("person_ref")): one for one in facts.of_type("staff.assigned", "staff.removed")
    }
    for event in latest.values():
        place = places_of(event)
        if event.type == "staff.assigned" and place and "/".join(filter(None, place)) == facts.key:
            yield from _found(facts, event, _ON_PERSON, given)


def _last(events: Iterator[Event], facts: SubjectFacts, plate: str) -> Event | None:
    """The last that says anything of a plate: another version need not repeat it."""
    found = None
    for event in events:
        mine = "/".join(str(event.data[name]) for name in ("hall", "window") if event.data.get(name))
        if plate in event.data and mine == facts.key:
            found = event
    return found


def _found(
    facts: SubjectFacts, event: Event, plates: tuple[str, ...] | list[str], given: Mapping[str, Any]
) -> Iterator[Found]:
    faults = [fault for plate in plates if plate in event.data for fault in _lacking(plate, event, given)]
    if faults:
        since = effect_of(event, facts.zone)
        yield Found(event.id, since, *joined(faults), after=since > event.time)


def _lacking(plate: str, event: Event, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    shown = _shown(event.data[plate])
    for number, fields in enumerate(shown, 1):
        missing = [one for one in given[plate] if one not in fields]
        if missing:
            zh, en = _PLATES[plate]
            if len(shown) > 1:
                zh, en = f"{zh}第 {number} 项", f"{en}, entry {number},"
            yield (
                f"{zh}缺少{'、'.join(_FIELDS.get(one, one) for one in missing)}",
                f"{en} lacks {', '.join(one.replace('_', ' ') for one in missing)}",
            )


def _shown(stated: Any) -> list[set[str]]:
    """The fields that each entry shows: a list of their names, or a mapping in which they are not empty; of several
    persons a list of such."""
    if isinstance(stated, list) and any(isinstance(one, list | dict) for one in stated):
        return [fields for one in stated for fields in _shown(one)]
    if isinstance(stated, dict):
        return [{str(name) for name, value in stated.items() if value not in (None, "", False)}]
    return [{str(one) for one in stated}] if isinstance(stated, list) else [set()]
