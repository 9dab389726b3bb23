"""Rows of the read store, made of events and issues: pure functions, the same live and in a rebuild."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from domain.calendars import CalendarError
from domain.evaluate import FindingKey, finding_id
from domain.events import Event
from domain.events.payloads import HallPublished, ItemPublished, ItemWithdrawn
from domain.instants import parse_instant, to_datetime
from domain.reference_view import MissingReference, View

__all__ = [
    "NOWHERE",
    "Place",
    "Row",
    "Zones",
    "activity_row",
    "chain_of",
    "event_row",
    "issue_row",
    "local_day",
    "place_of",
    "reference_row",
]

Row = dict[str, Any]

REFERENCE_FAMILIES: Final = ("calendar.", "item.", "hall.", "profile.")
"""Events of these families are about what is looked up, and say nothing of a hall's being at work."""


class Place(NamedTuple):
    """The hall and the item that a subject's events speak of; empty where none was named."""

    hall: str
    item: str


NOWHERE: Final = Place("", "")


def place_of(event: Event, before: Place) -> tuple[Place, Place]:
    """Where an event belongs, and where the subject's next one does that names nothing.

    `before` is what the subject's earlier events (in the order of the log) came to. A transfer belongs to
    the hall
    that gives the matter away; what follows it to the one that takes it.
    """
    data = event.data
    hall = _text(data.get("hall")) or _text(data.get("from_hall")) or before.hall
    item = _text(data.get("item")) or before.item
    return Place(hall, item), Place(_text(data.get("to_hall")) or hall, item)


def event_row(position: int, event: Event, place: Place, zone: ZoneInfo | None) -> Row:
    """A row of `events`. `zone`: of the hall's calendar, None when it is not known."""
    return {
        "position": position,
        "recorded": event.recorded,
        "time": event.time,
        "received": event.received,
        "day": local_day(event.time, zone),
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "subject": event.subject,
        "hall": place.hall,
        "item": place.item,
        "data": msgspec.json.encode(event.data).decode(),
    }


def activity_row(position: int, event: Event, place: Place) -> Row | None:
    """A row of `hall_activity`, or None for an event that does not show a hall at work."""
    if not place.hall or event.type.startswith(REFERENCE_FAMILIES):
        return None
    return {"hall": place.hall, "recorded": event.recorded, "position": position}


def reference_row(position: int, event: Event, zone: ZoneInfo | None) -> tuple[str, Row] | None:
    """(table, row) of an event that says what is shown of halls and items; None for every other."""
    payload, data = event.payload, event.data
    effective = _effective(data.get("effective_from"), event, zone)
    if isinstance(payload, HallPublished):
        return "halls", {
            "hall": payload.hall,
            "position": position,
            "effective": effective,
            "title": payload.title or payload.hall,
            "level": payload.level or "",
            "region": str(payload.region or ""),
            "parent": payload.parent or "",
            "calendar": payload.calendar or "",
        }
    if isinstance(payload, ItemPublished | ItemWithdrawn):
        published = isinstance(payload, ItemPublished)
        return "items", {
            "item": payload.item,
            "position": position,
            "effective": effective,
            "title": (payload.title or payload.item) if isinstance(payload, ItemPublished) else "",
            "kind": (payload.kind or "") if isinstance(payload, ItemPublished) else "",
            "withdrawn": int(not published),
        }
    if event.type == "hall.expected" and isinstance(data.get("hall"), str):
        since = _effective(data.get("from"), event, zone)
        hours = msgspec.json.encode(data.get("hours")).decode()
        return "expectations", {"hall": data["hall"], "position": position, "since": since, "hours": hours}
    return None


def issue_row(
    seq: int, subject: str, issue: Mapping[str, Any], about: Mapping[str, str], events: Iterable[str]
) -> Row:
    """A row of `findings`. `issue` is its JSON; `about` names hall, item, department and officer of the case,
    `events` the ids of its events."""
    return {
        "seq": seq,
        "id": issue["id"],
        "type": issue["type"].removeprefix("finding."),
        "finding": issue["finding"],
        "chain": chain_of(subject, issue, events),
        "subject": subject,
        "code": issue["code"],
        "level": issue["level"],
        "clock": issue["clock"] or "",
        "round": issue["round"],
        "occurred": parse_instant(issue["occurred"]),
        "recorded": parse_instant(issue["recorded"]),
        "reason": issue["reason"] or "",
        "cause": issue["cause"] or "",
        "hall": about["hall"],
        "item": about["item"],
        "department": about["department"],
        "officer": about["officer"],
    }


def chain_of(subject: str, issue: Mapping[str, Any], events: Iterable[str]) -> str:
    """What the entries of one finding share while its level rises and falls (beside the subject): rule, clock or
    event, and round.

    The finding's id has the level in it. That of a rule without a clock is made of one of the case's events, and
    the issue does not say of which, so they are tried.
    """
    code, round_ = issue["code"], issue["round"]
    if issue["clock"]:
        return f"{code}|{issue['clock']}|{round_}"
    for event in events:
        if finding_id(subject, FindingKey(code, event, round_), issue["level"]) == issue["finding"]:
            return f"{code}|event {event}|{round_}"
    return str(issue["finding"])


def local_day(instant: int | None, zone: ZoneInfo | None) -> str | None:
    """The local date of an instant as YYYY-MM-DD; None when either is not known."""
    if instant is None or zone is None:
        return None
    return to_datetime(instant, zone).date().isoformat()


class Zones:
    """The zones of halls' calendars, remembered for the state of the reference data asked for last."""

    def __init__(self) -> None:
        self._view: View | None = None
        self._known: dict[str, ZoneInfo | None] = {}

    def of(self, hall: str, view: View, at: int) -> ZoneInfo | None:
        """The zone of the hall's calendar at an instant; None when hall or calendar are not known."""
        if view is not self._view:
            self._view, self._known = view, {}
        if hall not in self._known:
            self._known[hall] = _zone(hall, view, at)
        return self._known[hall]


def _zone(hall: str, view: View, at: int) -> ZoneInfo | None:
    try:
        return view.calendar(view.hall_calendar(view.hall(hall, at), at)).zone
    except (MissingReference, CalendarError):
        return None


def _effective(stated: object, event: Event, zone: ZoneInfo | None) -> int:
    """The instant from which a publication is shown: as stated, else from its own time."""
    if not isinstance(stated, str):
        return event.time
    try:
        return parse_instant(stated if "T" in stated else f"{stated}T00:00:00", zone or ZoneInfo("UTC"))
    except ValueError:
        return event.time


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
