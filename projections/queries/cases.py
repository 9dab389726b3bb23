"""The list of cases by current verdict: the most pressing first."""

from typing import Any, Final, NamedTuple

from domain.instants import format_instant
from projections.queries.titles import halls, item_titles
from streams.ports import Store

__all__ = ["CURSOR", "Page", "cases_page"]

CURSOR: Final = (int, int, str)
"""Types of the parts of a cursor: level, next due (microseconds), subject."""

_INSTANTS: Final = (
    "at",
    "received",
    "accepted",
    "completed",
    "next_due",
    "promise_due",
    "statute_due",
    "next_change",
)
_COLUMNS: Final = (
    "subject", "status", "round", "level", "hall", "item", "department", "officer", "kind", "mode", "channel",
    "is_open", "is_voided", "is_overdue", "is_provisional", "promise_clock", "promise_state", "statute_state",
    "zone", "irregularities", "digest", *_INSTANTS,
)  # fmt: skip
_LATER: Final = 2**62

_SQL: Final = """
SELECT __columns__
FROM cases FINAL
WHERE ({status:String} = '' OR status = {status:String} OR ({status:String} = 'open' AND is_open))
  AND ({hall:String} = '' OR hall = {hall:String})
  AND ({item:String} = '' OR item = {item:String})
  AND ({level:Int16} < 0 OR level = {level:Int16})
  AND (NOT {after:UInt8} OR (-level, ifNull(next_due, {later:Int64}), subject)
       > (-{after_level:Int16}, {after_due:Int64}, {after_subject:String}))
ORDER BY level DESC, ifNull(next_due, {later:Int64}), subject
LIMIT {limit:UInt32}
""".replace("__columns__", ", ".join(_COLUMNS))


class Page(NamedTuple):
    """Rows ready for JSON, and the cursor of the page after (None: this is the last)."""

    rows: list[dict[str, Any]]
    next: list[Any] | None


def cases_page(
    store: Store,
    *,
    now: int,
    status: str = "",
    hall: str = "",
    item: str = "",
    level: int | None = None,
    limit: int = 50,
    after: list[Any] | None = None,
) -> Page:
    """Cases by level (highest first), next due, number. `status` is a status of the verdict, or `open`.

    Instants are RFC 3339. `after` is the `next` of the page before.
    """
    above, due, subject = after or (0, 0, "")
    parameters = {
        "status": status,
        "hall": hall,
        "item": item,
        "level": -1 if level is None else level,
        "limit": limit + 1,
        "later": _LATER,
        "after": int(after is not None),
        "after_level": above,
        "after_due": due,
        "after_subject": subject,
    }
    found = [dict(zip(_COLUMNS, row, strict=True)) for row in store.execute(_SQL, parameters)]
    last = found[limit - 1] if len(found) > limit else None
    cursor = (
        [last["level"], _LATER if last["next_due"] is None else last["next_due"], last["subject"]]
        if last
        else None
    )
    titles, items = halls(store, now), item_titles(store, now)
    return Page([_document(row, titles, items) for row in found[:limit]], cursor)


def _document(
    row: dict[str, Any], titles: dict[str, tuple[str, str]], items: dict[str, str]
) -> dict[str, Any]:
    for name in _INSTANTS:
        row[name] = format_instant(row[name]) if row[name] is not None else None
    for name in ("is_open", "is_voided", "is_overdue", "is_provisional"):
        row[name.removeprefix("is_")] = bool(row.pop(name))
    row["hall_title"] = titles[row["hall"]][0] if row["hall"] in titles else None
    row["item_title"] = items.get(row["item"])
    return row
