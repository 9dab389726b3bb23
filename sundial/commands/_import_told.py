"""What an import of a table tells people."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from domain.instants import format_instant

if TYPE_CHECKING:
    from producers.table.importing import TableReport
    from producers.table.mapping import Mapping

_SHOWN: Final = 20


def tell(file: Path, plan: "Mapping", report: "TableReport", dry_run: bool, despite_unknown: bool) -> None:
    """Print the report of an import, or of a dry run."""
    from producers.table.importing import rows_named

    print(f"{file.name} as {plan.source}, one row per {plan.rows}")
    print(
        f"  {report.rows:,} rows: {report.skipped:,} skipped by `where`, {report.without_event:,} say nothing, "
        f"{report.refused_rows:,} refused"
    )
    for held, count in report.nothing_said.items():
        print(f"  {count:>12,} say nothing: {held}")
    left_out = f"; {report.cases_left_out:,} left out for a refused row" if report.cases_left_out else ""
    print(f"  {report.cases:,} cases{left_out}")
    if report.begin is not None and report.end is not None:
        print(f"  from {format_instant(report.begin)} to {format_instant(report.end)}")
    for kind, count in report.types.items():
        print(f"  {count:>12,} {kind}")
    if report.repeated:
        print(f"  {report.repeated:>12,} taken once: given by an earlier row too, word for word")
    for what, names, made in (
        ("halls", report.halls, report.halls_made),
        ("items", report.items, report.items_made),
    ):
        how = "published" if made else f"named, not published: expected in the log already (or `{what}` here)"
        if names:
            print(f"  {len(names):,} {what} {how}: {_some(names)}")
    print("Columns")
    for column in report.columns:
        print(f"  {column.column}: {', '.join(column.uses)}")
        for raw, understood in column.samples:
            print(f"      {raw!r} -> {understood}" if raw != understood else f"      {raw!r}")
    if report.unread:
        print(f"  not read: {_some(report.unread)}")
    if report.refused_rows:
        print("Refused rows")
        for one in report.refusals[:_SHOWN]:
            what = (
                f", {one.column} {one.value!r}" if one.column else (f", {one.value!r}" if one.value else "")
            )
            print(f"  row {one.row}{f' of {one.case}' if one.case else ''}{what}: {one.reason}")
        if report.refused_rows > _SHOWN:
            print(f"  and {report.refused_rows - _SHOWN:,} more: --refused FILE.csv writes all of them")
    if report.doubts:
        print("Taken as they stand, and worth a look")
        for doubt in report.doubts:
            more = ", ..." if doubt.count > len(doubt.rows) else ""
            print(f"  {doubt.count:,} x {doubt.what}: row {', '.join(map(str, doubt.rows))}{more}")
    if report.unknown_rows:
        print(
            f"It cannot be known whose these are: {rows_named(report)}. Any case of this table may lack what was "
            "in there, and be judged wrongly."
        )
    if dry_run and report.unknown_rows and not despite_unknown:
        print("Dry run: nothing was imported, and nothing would be: see above (or --despite-unknown).")
        return
    if dry_run:
        print(f"Dry run: nothing was imported; it would be {report.events:,} events.")
        return
    print(
        f"{report.events:,} events: {report.accepted:,} new, {report.duplicate:,} known already, "
        f"{report.refused:,} refused."
    )
    for reason in report.reasons:
        print(f"  refused {reason}")
    if report.end is not None and report.accepted:
        print(f"See it as it stood then: sundial serve --clock {format_instant(report.end)}")


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
