"""The newest findings in force, with the time that is left or over."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from domain.calendars import Calendar, CalendarError
from domain.instants import SECOND, format_instant, parse_instant
from domain.reference_view import View
from domain.registry import rule_of
from projections.queries.hall_states import hall_calendar
from streams.ports import Store

__all__ = ["newest_findings"]

_SHOWN: Final = 12
"""So many of each level, so that the few reds are not crowded out by many warnings."""
_LOOKED_AT: Final = 2_000
"""So many last entries of each level are looked through for findings in force."""

_LEVELS: Final = (0, 1, 2, 3)
_LAST: Final = """
(SELECT seq, type, chain, finding, code, level, subject, hall, item, clock, round, occurred, recorded
FROM findings WHERE level = {level} ORDER BY seq DESC LIMIT {looked_at:UInt32})
"""
_NEWEST: Final = """
SELECT finding, code, level, subject, hall, item, clock, round, occurred, recorded
FROM (SELECT * FROM (__last__) ORDER BY seq DESC LIMIT 1 BY subject, chain)
WHERE type != 'lifted' AND level > 0
ORDER BY seq DESC LIMIT {shown:UInt32} BY level
""".replace("__last__", "UNION ALL".join(_LAST.replace("{level}", str(level)) for level in _LEVELS))
"""Level by level, so that each stops reading once it has enough; one pass over all reads the whole table."""
_CLOCKS: Final = """
SELECT subject, at, round, clocks FROM cases FINAL WHERE subject IN {subjects:Array(String)}
"""
_WORKING: Final = ("working_day", "working_hour", "working_minute")


def newest_findings(store: Store, view: View, now: int) -> list[dict[str, Any]]:
    """The newest findings in force of each level, newest first, ready for JSON.

    `remaining_seconds` or `over_seconds` is open time of the hall's calendar for limits of working time (then
    `open_day_seconds` says how long a working day is), else elapsed time.
    """
    found = store.execute(_NEWEST, {"looked_at": _LOOKED_AT, "shown": _SHOWN})
    subjects = sorted({row[3] for row in found})
    cases = {row[0]: row[1:] for row in store.execute(_CLOCKS, {"subjects": subjects})} if subjects else {}
    titles, items = view.titles("hall"), view.titles("item")
    rows = []
    for finding, code, level, subject, hall, item, clock, round_, occurred, recorded in found:
        at, current, clocks = cases.get(subject, (now, round_, "{}"))
        key = clock if round_ == current else f"{clock}@{round_}"
        state = msgspec.json.decode(clocks).get(key)
        rule = rule_of(code)
        rows.append(
            {
                "finding": finding,
                "code": code,
                "title": rule.titles(level),
                "level": level,
                "subject": subject,
                "hall": hall or None,
                "hall_title": titles.get(hall),
                "item": item or None,
                "item_title": items.get(item),
                "occurred": format_instant(occurred),
                "recorded": format_instant(recorded),
                "due": state["due"] if state else None,
                "clock": clock or None,
                "clock_state": state["state"] if state else None,
                **_time_left(state, at, hall_calendar(hall, view, now), now),
            }
        )
    return rows


def _time_left(
    state: Mapping[str, Any] | None, at: int, calendar: Calendar | None, now: int
) -> dict[str, float | None]:
    """Seconds left until due, or over since then. `state` is the clock as at `at`; pauses are never over time."""
    times: dict[str, float | None] = {
        "remaining_seconds": None,
        "over_seconds": None,
        "open_day_seconds": None,
    }
    if not state or not state["due"]:
        return times
    due = parse_instant(state["due"])
    is_working = (state["limit"] or {}).get("unit") in _WORKING
    counted = calendar if is_working else None
    if state["stopped"] or state["state"] == "paused" or at > now:
        if state["over_seconds"]:
            times["over_seconds"] = state["over_seconds"]
    elif now > due:
        times["over_seconds"] = state["over_seconds"] + _between(max(at, due), now, counted)
    else:
        times["remaining_seconds"] = _between(now, due, counted)
    if counted is not None:
        times["open_day_seconds"] = counted.nominal_day(counted.day_of(min(now, due))) / SECOND
    return times


def _between(begin: int, end: int, calendar: Calendar | None) -> float:
    try:
        span = end - begin if calendar is None else calendar.open_between(begin, end)
    except CalendarError:
        span = end - begin
    return span / SECOND
