"""An XES log of finished and running cases as case events; the mapping is documented in docs/import-xes.md.

A log says when a case was begun (`startdate`), promised (`deadline`) and ended (`enddate`), and which
activities were done in between. It says nothing of calendars and statutory limits, so the calendar is an
assumption and the profile asks for no statutory limit and no delivery.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from domain.events import Event
from domain.instants import SECOND, format_instant
from producers.making import make_event
from producers.xes_reader import Moment, Trace, XesError

CALENDAR: Final = "nl-office"
PROFILE: Final = "xes-import"
UNSTATED: Final = "unstated"
_CHANNELS: Final = {"internet": "online", "e-mail": "online", "desk": "window", "post": "mail"}
_MAPPED: Final = frozenset(("concept:name", "enddate", "deadline", "department", "group", "responsible"))


class LogMapping:
    """What is the same for all cases of one log, and which halls have been met so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.key = slug(name)
        self.source = f"xes:{self.key}"
        self.halls: dict[str, str] = {}
        self.begin: int | None = None

    def case_events(self, trace: Trace) -> Iterator[Event]:
        """The events of one case, not in order of time. Raises XesError naming trace and attribute."""
        attributes = trace.attributes
        case = _case_id(trace)
        starts = [value for name in ("startdate", "enddate") if (value := _date(trace, name)) is not None]
        moments = [_timestamp(trace, index) for index in range(len(trace.events))]
        begin = min(starts or moments, default=None)
        if begin is None:
            raise XesError(
                f"trace {trace.number} ({case}): expected a date `startdate`, or an event with time:timestamp"
            )
        self.begin = begin if self.begin is None else min(begin, self.begin)
        hall = str(attributes.get("department", UNSTATED))
        self.halls[slug(hall)] = hall
        deadline = _date(trace, "deadline")
        yield self._event(
            "case.accepted",
            case,
            begin,
            "accepted",
            {
                "item": self.key,
                "hall": slug(hall),
                "department": attributes.get("group"),
                "officer": attributes.get("responsible"),
                "kind": "promise",
                "channel": _channel(attributes.get("channel")),
                "promised_limit": {"until": format_instant(deadline)} if deadline is not None else None,
                "xes": _rest(attributes),
            },
        )
        end = _date(trace, "enddate")
        yield from self._activities(case, trace, moments, end)
        if end is not None:
            yield self._event(
                "case.completed", case, end, "completed", {"officer": attributes.get("responsible")}
            )

    def _activities(self, case: str, trace: Trace, moments: list[int], end: int | None) -> Iterator[Event]:
        """Activities as stages. Most logs say when one was done, not since when: a stage of no length.

        One done after the end of the case begins nothing; its completion shows as an event after the end.
        """
        running: set[str] = set()
        for index, (activity, time) in enumerate(zip(trace.events, moments, strict=True), 1):
            stage = str(activity.get("concept:name", UNSTATED))
            transition = str(activity.get("lifecycle:transition", "complete")).lower()
            data = {
                "stage": stage,
                "department": activity.get("org:group"),
                "officer": activity.get("org:resource"),
            }
            begins = transition == "start" or (transition == "complete" and stage not in running)
            if begins and (end is None or time <= end):
                yield self._event("case.stage_started", case, time, f"{index}/started", data)
                running.add(stage)
            if transition == "complete":
                yield self._event("case.stage_completed", case, time, f"{index}/completed", data)
                running.discard(stage)

    def reference_events(self) -> list[Event]:
        """Calendar, profile, halls and item, recorded a second before the first case; after all cases."""
        if self.begin is None:
            return []
        at = self.begin - SECOND
        rows: list[tuple[str, str, dict[str, Any]]] = [
            ("calendar.published", CALENDAR, {
                "calendar": CALENDAR, "zone": "Europe/Amsterdam", "week": {"mon-fri": ["09:00-17:00"]}}),
            ("profile.published", PROFILE, {
                "profile": PROFILE, "extends": "statute", "rules": {"CA-03": {"enabled": False}},
                "clocks": {"delivery": {"limit": None, "levels": []}}}),
            ("item.published", self.key, {
                "item": self.key, "version": "1", "title": self.name, "kind": "promise", "mode": "direct"}),
        ]  # fmt: skip
        for hall, title in sorted(self.halls.items()):
            data = {"hall": hall, "title": title, "level": "county", "calendar": CALENDAR, "profile": PROFILE}
            rows.append(("hall.published", hall, data))
        return [
            make_event(kind, subject, at, data, id=f"{kind}/{subject}", source=self.source)
            for kind, subject, data in rows
        ]

    def _event(self, kind: str, case: str, time: int, what: str, data: dict[str, Any]) -> Event:
        return make_event(kind, case, time, data, id=f"{case}/{what}", source=self.source)


@lru_cache(maxsize=1_024)
def slug(text: str) -> str:
    """A short id made of a title: lower case, words joined by hyphens, at most 60 characters."""
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-")[:60].strip("-") or UNSTATED


def _case_id(trace: Trace) -> str:
    case = trace.attributes.get("concept:name")
    if case is None or case == "":
        raise XesError(f"trace {trace.number}: expected its id in the attribute concept:name")
    return str(case)


def _date(trace: Trace, name: str) -> int | None:
    value = trace.attributes.get(name)
    if value is None or isinstance(value, Moment):
        return value
    raise XesError(
        f"trace {trace.number} ({_case_id(trace)}), attribute {name}: expected a date, got {value!r}"
    )


def _timestamp(trace: Trace, index: int) -> int:
    value = trace.events[index].get("time:timestamp")
    if isinstance(value, Moment):
        return value
    raise XesError(
        f"trace {trace.number} ({_case_id(trace)}), event {index + 1}: expected a date time:timestamp"
    )


def _channel(text: Any) -> str | None:
    return None if text is None else _CHANNELS.get(str(text).lower(), "other")


def _rest(attributes: dict[str, Any]) -> dict[str, Any]:
    """Attributes without a field of their own, kept as they are; dates as RFC 3339."""
    return {
        key: format_instant(value) if isinstance(value, Moment) else value
        for key, value in attributes.items()
        if key not in _MAPPED
    }
