"""The list of findings, newest first: each by the last that was said of it."""

from typing import Any, Final, Literal, NamedTuple

from domain.instants import format_instant
from domain.registry import rule_of
from projections.queries.titles import halls, item_titles
from streams.ports import Store

__all__ = ["CURSOR", "Findings", "State", "findings_page"]

State = Literal["", "in_force", "lifted"]
CURSOR: Final = (int,)
"""Types of the parts of a cursor: number of the last entry."""

_COLUMNS: Final = (
    "seq", "type", "finding", "code", "level", "subject", "hall", "item", "department", "officer", "clock",
    "round",
    "occurred", "recorded", "reason", "cause",
)  # fmt: skip

_WANTED: Final = """
WITH last AS (
    SELECT __columns__ FROM findings
    WHERE recorded <= {known_at:Int64} AND ({subject:String} = '' OR subject = {subject:String})
    ORDER BY seq DESC LIMIT 1 BY subject, chain
), wanted AS (
    SELECT * FROM last
    WHERE ({code:String} = '' OR code = {code:String})
      AND ({level:Int16} < 0 OR level = {level:Int16})
      AND ({hall:String} = '' OR hall = {hall:String})
      AND ({item:String} = '' OR item = {item:String})
      AND ({state:String} = '' OR (type = 'lifted') = ({state:String} = 'lifted'))
)
SELECT __answer__
""".replace("__columns__", ", ".join(_COLUMNS))
_ROWS: Final = _WANTED.replace(
    "__answer__", "* FROM wanted WHERE seq < {before:UInt64} ORDER BY seq DESC LIMIT {limit:UInt32}"
)
_COUNT: Final = _WANTED.replace("__answer__", "count() FROM wanted")


class Findings(NamedTuple):
    """Rows ready for JSON, how many there are on all pages, and the cursor of the page after."""

    rows: list[dict[str, Any]]
    total: int
    next: list[Any] | None


def findings_page(
    store: Store,
    *,
    now: int,
    known_at: int | None = None,
    code: str = "",
    level: int | None = None,
    hall: str = "",
    item: str = "",
    subject: str = "",
    state: State = "",
    limit: int = 50,
    after: list[Any] | None = None,
) -> Findings:
    """Findings as issued up to `known_at` (instant; None: all), newest entry first.

    An escalation takes the place of what it escalates; a finding raised again after a lift is one finding.
    `recorded` is that of its last entry. `after` is the `next` of the page before.
    """
    parameters = {
        "known_at": 2**62 if known_at is None else known_at,
        "code": code,
        "level": -1 if level is None else level,
        "hall": hall,
        "item": item,
        "subject": subject,
        "state": state,
    }
    page = {"before": after[0] if after else 2**63, "limit": limit + 1}
    found = [dict(zip(_COLUMNS, row, strict=True)) for row in store.execute(_ROWS, parameters | page)]
    ((total,),) = store.execute(_COUNT, parameters)
    cursor = [found[limit - 1]["seq"]] if len(found) > limit else None
    titles, items = halls(store, now), item_titles(store, now)
    return Findings([_document(row, titles, items) for row in found[:limit]], total, cursor)


def _document(
    row: dict[str, Any], titles: dict[str, tuple[str, str]], items: dict[str, str]
) -> dict[str, Any]:
    rule = rule_of(row["code"])
    return {
        "finding": row["finding"],
        "code": row["code"],
        "title": rule.titles(row["level"]),
        "level": row["level"],
        "state": "lifted" if row["type"] == "lifted" else "in_force",
        "subject": row["subject"],
        "hall": row["hall"] or None,
        "hall_title": titles[row["hall"]][0] if row["hall"] in titles else None,
        "item": row["item"] or None,
        "item_title": items.get(row["item"]),
        "department": row["department"] or None,
        "officer": row["officer"] or None,
        "clock": row["clock"] or None,
        "round": row["round"],
        "occurred": format_instant(row["occurred"]),
        "recorded": format_instant(row["recorded"]),
        "reason": row["reason"] or None,
        "cause": row["cause"] or None,
    }
