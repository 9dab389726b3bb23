"""The wall: everything it shows, in a few statements and one document (docs/design.md)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from domain.instants import HOUR, format_instant
from domain.reference_view import View
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
       countIf(is_completed AND promise_state IN ('met', 'missed')),
       sumMapIf([intDiv(assumeNotNull(accepted), {hour:Int64})], [1],
                ifNull(accepted > {since:Int64} AND accepted <= {now:Int64}, 0)),
       sumMapIf([intDiv(assumeNotNull(completed), {hour:Int64})], [1],
                is_completed AND ifNull(completed > {since:Int64} AND completed <= {now:Int64}, 0))
FROM cases FINAL
WHERE NOT is_voided AND status != 'not_started'
GROUP BY hall
"""
"""One pass over all cases, for figures, halls and trend: accepted and completed cases by hour come as maps. What was
neither received nor accepted, an agency task above all, is no matter of a citizen."""
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
    hours = _Hours(now)
    found = store.execute(_BY_HALL, hours.parameters)
    by_hall = {row[0]: row[1:8] for row in found}
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
        "trend": hours.trend(found, store.execute(_LEVELS, hours.parameters)),
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


class _Hours:
    """The last 24 full or begun hours, oldest first."""

    def __init__(self, now: int) -> None:
        self._first = now // HOUR - _HOURS + 1
        self.parameters = {"hour": HOUR, "since": self._first * HOUR - 1, "now": now}

    def trend(
        self, by_hall: Sequence[tuple[Any, ...]], levels: Sequence[tuple[Any, ...]]
    ) -> list[dict[str, Any]]:
        """Cases of `_BY_HALL` and findings of `_LEVELS` by hour."""
        accepted, completed = _by_hour(row[8] for row in by_hall), _by_hour(row[9] for row in by_hall)
        found = {row[0]: row[1:] for row in levels}
        rows = []
        for hour in range(self._first, self._first + _HOURS):
            warning, yellow, red = found.get(hour, (0, 0, 0))
            counts = {"accepted": accepted[hour], "completed": completed[hour]}
            counts |= {"warning": warning, "yellow": yellow, "red": red}
            rows.append({"hour": format_instant(hour * HOUR), **counts})
        return rows


def _by_hour(maps: Iterable[tuple[list[int], list[int]]]) -> Counter[int]:
    """Sums of maps that come as (keys, values)."""
    sums: Counter[int] = Counter()
    for keys, values in maps:
        sums.update(dict(zip(keys, values, strict=True)))
    return sums
