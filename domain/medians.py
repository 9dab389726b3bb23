"""The median of the working time that an item's normal cases used in a month, for TL-15.

It follows from the log as known at the end of the month, so that it does not matter when, or how often, it is asked
for: the same month gives the same event, which is recorded and read like any other.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from domain.calendars import CalendarError
from domain.clocks.running import Running
from domain.evaluate import evaluate_known
from domain.events import Event, read_payload
from domain.history import known_history
from domain.instants import SECOND, from_datetime
from domain.reference import Reference
from domain.reference_view import MissingReference
from domain.rules.urgent import is_urgent

__all__ = ["SOURCE", "Month", "Used", "county_zone", "median_events", "used_in"]

SOURCE: Final = "sundial:medians"
"""The source of the medians that are computed here."""
_TYPE: Final = "item.median_published"
_DEFAULT_ZONE: Final = ZoneInfo("Asia/Shanghai")


class Month(NamedTuple):
    """A calendar month of a zone: from its first instant to that of the next month."""

    name: str
    """as in 2026-05"""
    begin: int
    end: int

    @staticmethod
    def of(name: str, zone: ZoneInfo) -> Month:
        """The month of a name such as 2026-05. Raises ValueError for any other text."""
        first = datetime.date.fromisoformat(f"{name}-01")
        if name != f"{first:%Y-%m}":
            raise ValueError(name)
        following = (first + datetime.timedelta(days=31)).replace(day=1)
        begin, end = (
            from_datetime(datetime.datetime.combine(day, datetime.time(), zone)) for day in (first, following)
        )
        return Month(name, begin, end)


class Used(NamedTuple):
    """The working time (microseconds) that a case of an item used, pauses left out."""

    item: str
    time: int


def county_zone(reference: Reference, at: int) -> ZoneInfo:
    """The zone in which months begin: that of the calendar of the first hall that has none above it."""
    view = reference.at(at)
    for name in view.root_halls():
        try:
            return view.calendar(view.hall_calendar(view.hall(name, at), at)).zone
        except (MissingReference, CalendarError):
            continue
    return _DEFAULT_ZONE


def used_in(history: Sequence[Event], subject: str, reference: Reference, month: Month) -> Used | None:
    """What a case completed in the month used of its promise, as known at the month's end.

    None for every other case, and for those that say nothing of normal handling: urgent, voided or opened again ones,
    and those without a promise.
    """
    if not any(one.type == "case.completed" for one in history):
        return None
    known = known_history(history, month.end)
    evaluation = evaluate_known(subject, known, reference, month.end, month.end)
    draft = evaluation.draft
    ended = draft.ended_at
    if evaluation.status != "completed" or ended is None or not month.begin <= ended < month.end:
        return None
    if draft.item is None or draft.accepted is None or draft.round != 1:
        return None
    if is_urgent(draft.mode, known.events, draft.accepted.time):
        return None
    reading = next(
        (one for clock, one in evaluation.readings if clock.name == "promised" and one is not None), None
    )
    if reading is None:
        return None
    settings = reading.course.profile.settings
    run = Running(
        reading.course.start, reading.count.run.stretches, reading.pauses, settings["day_end"], settings["closed_start"]
    )  # fmt: skip
    return Used(draft.item, run.open_between(reading.course.start, reading.end))


def median_events(used: Iterable[Used], month: Month, least: int, known: Iterable[Event]) -> list[Event]:
    """The medians to publish of a month, of items with at least so many cases, by item; none that is `known` already.

    Of an even number of cases it is the mean of the two in the middle; it is rounded up to a whole second.
    """
    by_item: dict[str, list[int]] = defaultdict(list)
    for one in used:
        by_item[one.item].append(one.time)
    told = {one.identity for one in known}
    events = [
        _event(item, month, sorted(times)) for item, times in sorted(by_item.items()) if len(times) >= least
    ]
    return [one for one in events if one.identity not in told]


def _event(item: str, month: Month, times: Sequence[int]) -> Event:
    count = len(times)
    twice = times[(count - 1) // 2] + times[count // 2]
    data = {
        "item": item, "month": month.name, "used_seconds": -(-twice // (2 * SECOND)), "cases": count,
    }  # fmt: skip
    return Event(
        f"median/{item}/{month.name}", SOURCE, _TYPE, item, month.end, month.end, None, data,
        read_payload(_TYPE, data), "1", {},
    )  # fmt: skip
