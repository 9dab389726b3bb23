"""Metrics by hall, item, day or county: every formula of `projections.metrics`, from current verdict rows.

A case belongs to the hall that accepted it and to the local day of its end, or to today while it is open.
"""

from datetime import date
from typing import Any, Final, Literal

from projections.metrics import METRICS, TIMELY_MICROSECONDS, Metric
from projections.queries.titles import halls, item_titles
from streams.ports import Store

__all__ = ["SCOPES", "Scope", "figure", "metrics_by"]

Scope = Literal["hall", "item", "day", "county"]
SCOPES: Final = ("hall", "item", "day", "county")

_COUNTS: Final = {
    "accepted": "is_accepted AND NOT is_voided",
    "completed": "is_completed AND NOT is_voided",
    "open": "is_open",
    "not_accepted": "status = 'not_accepted'",
    "voided": "status = 'voided'",
    "withdrawn": "status = 'withdrawn'",
    "merged": "status = 'merged'",
}
"""Numbers of cases; voided, withdrawn and merged ones stand beside every rate, never inside."""

_KEYS: Final[dict[Scope, tuple[str, str]]] = {
    "hall": ("hall", "hall"),
    "item": ("item", "item"),
    "day": ("ifNull(toString(if(is_open, {today:Date}, day)), '')", "ifNull(toString(day), '')"),
    "county": ("'county'", "'county'"),
}
"""The key of a row: over `cases`, over `events`."""

_CASES: Final = """
WITH current AS (
    SELECT * EXCEPT (clocks, findings) FROM cases FINAL
    WHERE ({hall:String} = '' OR hall = {hall:String}) AND ({item:String} = '' OR item = {item:String})
      AND if(is_open, {today:Date}, ifNull(day, {today:Date})) BETWEEN {since:Date} AND {until:Date}
      AND status != 'not_started' -- an agency task is no matter of a citizen
)
SELECT __key__ AS key, __columns__
FROM current GROUP BY key ORDER BY key
"""
_EVENTS: Final = """
SELECT __key__ AS key, __columns__
FROM events
WHERE type LIKE 'case.%' AND ({hall:String} = '' OR hall = {hall:String})
  AND ({item:String} = '' OR item = {item:String})
  AND ifNull(day, {today:Date}) BETWEEN {since:Date} AND {until:Date}
GROUP BY key ORDER BY key
"""


def metrics_by(
    store: Store,
    scope: Scope,
    *,
    now: int,
    today: date,
    since: date | None = None,
    until: date | None = None,
    hall: str = "",
    item: str = "",
) -> list[dict[str, Any]]:
    """One row per hall, item or local day that has cases or events, or one for the county.

    `{"key", "title", "counts": {...}, "<metric>": {"value", "numerator", "denominator"}, ...}`. `now`
    (instant) and
    `today` (its date in the county's zone) place open cases; `since` and `until` are days, both included.
    """
    parameters = {
        "hall": hall,
        "item": item,
        "today": today.isoformat(),
        "since": (since or date(1970, 1, 1)).isoformat(),
        "until": (until or date(2149, 6, 6)).isoformat(),
        "timely": TIMELY_MICROSECONDS,
    }
    over_cases, over_events = _KEYS[scope]
    titles = _titles(store, scope, now)
    rows: dict[str, dict[str, Any]] = {}
    for key, found in _ask(store, _CASES, over_cases, "cases", parameters).items():
        rows[key] = found
    for key, found in _ask(store, _EVENTS, over_events, "events", parameters).items():
        rows.setdefault(key, _nothing()).update(found)
    nothing = _nothing()
    return [{"key": key, "title": titles.get(key, key), **nothing, **rows[key]} for key in sorted(rows)]


def figure(numerator: float, denominator: float) -> dict[str, Any]:
    """A share or mean with its parts; no value where the denominator is 0."""
    value = numerator / denominator if denominator else None
    return {"value": value, "numerator": numerator, "denominator": denominator}


def _ask(
    store: Store, sql: str, key: str, table: str, parameters: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    wanted = [metric for metric in METRICS if metric.table == table]
    columns = [column for metric in wanted for column in (_numerator(metric), metric.denominator)]
    if table == "cases":
        columns += [f"countIf({condition})" for condition in _COUNTS.values()]
    statement = sql.replace("__key__", key).replace("__columns__", ", ".join(columns))
    found: dict[str, dict[str, Any]] = {}
    for row in store.execute(statement, parameters):
        values = iter(row[1:])
        document: dict[str, Any] = {}
        figures = {metric.name: _figure(metric, next(values), next(values)) for metric in wanted}
        if table == "cases":
            document["counts"] = dict(zip(_COUNTS, values, strict=True))
        found[row[0]] = document | figures
    return found


def _numerator(metric: Metric) -> str:
    if metric.share is None:
        return metric.numerator
    above, below = metric.share
    rank = f"intDiv({above} * length({metric.numerator}) + {below - 1}, {below})"
    return f"arrayElement({metric.numerator}, {rank})"


def _figure(metric: Metric, numerator: Any, denominator: Any) -> dict[str, Any]:
    if metric.share is None:
        return figure(numerator or 0, denominator or 0)
    above, below = metric.share
    rank = -(-above * denominator // below)
    return {"value": numerator if denominator else None, "numerator": rank, "denominator": denominator}


def _nothing() -> dict[str, Any]:
    empty = {metric.name: {"value": None, "numerator": 0, "denominator": 0} for metric in METRICS}
    return {"counts": dict.fromkeys(_COUNTS, 0)} | empty


def _titles(store: Store, scope: Scope, now: int) -> dict[str, str]:
    if scope == "hall":
        return {hall: title for hall, (title, _) in halls(store, now).items()}
    return item_titles(store, now) if scope == "item" else {}
