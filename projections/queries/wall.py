"""The wall: everything it shows, in a few statements and one document (docs/design.md)."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from domain.instants import HOUR, format_instant
from domain.reference import View
from projections.metrics import SMALL_SAMPLE
from projections.queries.hall_states import HallWatch, hall_level, hall_state
from projections.queries.metrics import figure
from projections.queries.newest import newest_findings
from streams.ports import Store

__all__ = ["WallFrame", "wall_document"]

_HOURS: Final = 24

_BY_HALL: Final = """
SELECT hall,
       countIf(is_open),
       countIf(is_open AND level = 1),
       countIf(is_open AND level = 2),
       countIf(is_open AND level = 3),
       countIf(is_open AND is_overdue),
       countIf(is_completed AND promise_state = 'met'),
       countIf(is_completed AND promise_state IN ('met', 'missed'))
FROM cases FINAL
WHERE NOT is_voided
GROUP BY hall
"""
_COURSE: Final = """
SELECT hour, sum(accepts), sum(completes)
FROM (
    SELECT intDiv(accepted, {hour:Int64}) AS hour, 1 AS accepts, 0 AS completes
    FROM cases FINAL WHERE NOT is_voided AND accepted > {since:Int64} AND accepted <= {now:Int64}
    UNION ALL
    SELECT intDiv(completed, {hour:Int64}) AS hour, 0 AS accepts, 1 AS completes
    FROM cases FINAL WHERE is_completed AND completed > {since:Int64} AND completed <= {now:Int64}
)
GROUP BY hour
"""
_LEVELS: Final = """
SELECT intDiv(occurred, {hour:Int64}) AS hour, countIf(level = 1), countIf(level = 2), countIf(level = 3)
FROM findings
WHERE type != 'lifted' AND occurred > {since:Int64} AND occurred <= {now:Int64}
GROUP BY hour
"""
_ACTIVITY: Final = """
SELECT hall, max(recorded) AS last, max(position) FROM hall_activity GROUP BY hall
"""
_EXPECTED: Final = "SELECT hall, max(since) FROM expectations GROUP BY hall"


class WallFrame(NamedTuple):
    """What the wall says of itself: its zone and title, and how its clock runs."""

    zone: ZoneInfo
    title: Mapping[str, str]
    """zh and en"""
    clock: Mapping[str, Any]
    """mode and rate"""


def wall_document(store: Store, view: View, now: int, frame: WallFrame) -> dict[str, Any]:
    """The wall as at `now` (instant), with the reference data of then.

    Figures count open matters by the highest finding in force on them (`due_soon`: a warning); `on_time`
    is of all
    completed ones with a promise.
    """
    by_hall = {row[0]: row[1:] for row in store.execute(_BY_HALL)}
    sums = [sum(column) for column in zip(*by_hall.values(), strict=True)] or [0] * 7
    activity = {hall: (recorded, position) for hall, recorded, position in store.execute(_ACTIVITY)}
    last = max((recorded for recorded, _ in activity.values()), default=None)
    ((position,),) = store.execute("SELECT max(position) FROM events")
    return {
        "as_of": format_instant(now),
        "zone": frame.zone.key,
        "clock": dict(frame.clock),
        "last_event": None if last is None else format_instant(last),
        "position": position,
        "title": dict(frame.title),
        "figures": {
            "open": sums[0],
            "due_soon": sums[1],
            "yellow": sums[2],
            "red": sums[3],
            "on_time": figure(sums[5], sums[6]),
        },
        "findings": newest_findings(store, view, now),
        "halls": _halls(store, view, now, by_hall, {hall: heard for hall, (heard, _) in activity.items()}),
        "trend": _trend(store, now),
    }


def _halls(
    store: Store, view: View, now: int, by_hall: Mapping[str, Any], heard: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Every hall that is published or has cases: ranked ones first, then by title."""
    known = view.titles("hall")
    expected: dict[str, int] = dict(store.execute(_EXPECTED))
    rows = []
    for hall in sorted({*known, *by_hall} - {""}):
        open_, _, _, _, overdue, on_time, done = by_hall.get(hall, (0,) * 7)
        last = heard.get(hall)
        watch = HallWatch(hall, last, expected.get(hall))
        rows.append(
            {
                "hall": hall,
                "title": known.get(hall, hall),
                "level": hall_level(hall, view, now),
                "state": hall_state(watch, view, now),
                "last_event": None if last is None else format_instant(last),
                "open": open_,
                "overdue": overdue,
                "on_time": figure(on_time, done),
                "sample_too_small": done < SMALL_SAMPLE,
                "rank": None,
            }
        )
    _rank(rows)
    rows.sort(key=lambda row: (row["rank"] is None, row["rank"] or 0, row["title"]))
    return rows


def _rank(rows: list[dict[str, Any]]) -> None:
    """By on-time rate, best first; equals share a rank, the next is skipped.

    Small samples have none, nor has a silent hall: what it does is not known.
    """
    ranked = [row for row in rows if not row["sample_too_small"] and row["state"] != "silent"]
    for row in ranked:
        row["rank"] = 1 + sum(other["on_time"]["value"] > row["on_time"]["value"] for other in ranked)


def _trend(store: Store, now: int) -> list[dict[str, Any]]:
    """The last 24 full or begun hours, oldest first."""
    first = now // HOUR - _HOURS + 1
    parameters = {"hour": HOUR, "since": first * HOUR - 1, "now": now}
    course = {row[0]: row[1:] for row in store.execute(_COURSE, parameters)}
    levels = {row[0]: row[1:] for row in store.execute(_LEVELS, parameters)}
    names = ("accepted", "completed", "warning", "yellow", "red")
    return [
        {"hour": format_instant(hour * HOUR)}
        | dict(zip(names, (*course.get(hour, (0, 0)), *levels.get(hour, (0, 0, 0))), strict=True))
        for hour in range(first, first + _HOURS)
    ]
