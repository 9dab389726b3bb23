"""`sundial medians`: the median working time of each item's normal cases of a month, computed and published."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from domain.events import Event

_HELP = """Publish the median working time of each item's normal cases of a month, with which TL-15 judges urgent ones.

The medians follow from what was known at the end of the month; a month is published once, however often this is
run. Works beside a running server. Run it every day, or on the first of each month.

Example: sundial medians --data data --month 2026-05 --dry-run

Exit 0: done; 1: some events were refused; 2: it cannot be done, with the reason.
"""
_LEAST = 30
"""Local default, no published basis: as TL-15's parameter `cases`."""


def register(app: typer.Typer) -> None:
    """Add `sundial medians`."""
    app.command("medians", help=_HELP)(medians)


def medians(
    month: Annotated[
        str | None, typer.Option(help="Such as 2026-05; default: the last that has ended.")
    ] = None,
    least: Annotated[int, typer.Option(min=1, help="Items with fewer cases are left out.")] = _LEAST,
    data: Annotated[Path | None, typer.Option(help="The data folder; default: the settings'.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be published.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    from streams.folder import FolderInUse
    from sundial.commands._appending import NotAppended, appending
    from sundial.walking import Unreadable, folder_of

    try:
        folder = folder_of(data)
        name, now, events = _events(folder, month, least)
        refused: list[str] = []
        if events and not dry_run:
            with appending(folder, now) as append:
                refused = [one.reason for one in append(events) if one.status == "refused"]
    except (FolderInUse, NotAppended, Unreadable) as error:
        print(f"sundial medians: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    report: dict[str, Any] = {
        "month": name,
        "dry_run": dry_run,
        "published": [{key: one.data[key] for key in ("item", "used_seconds", "cases")} for one in events],
        "refused": refused,
    }
    if as_json:
        import json

        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _tell(report)
    if refused:
        raise typer.Exit(1)


def _events(folder: Path, month: str | None, least: int) -> tuple[str, int, list["Event"]]:
    """The month's name, the present of the folder, and what is to be published."""
    from domain.medians import county_zone, median_events, used_in
    from sundial.commands._progress import told
    from sundial.walking import each, folder_cases

    with folder_cases(folder) as cases:
        wanted = _month(month, county_zone(cases.reference, cases.now), cases.now)
        failed: list[str] = []
        used = list(
            each(
                cases,
                told(cases.histories, cases.count),
                lambda subject, history: used_in(history, subject, cases.reference, wanted),
                failed,
            )
        )
        for reason in failed:
            print(f"sundial medians: cannot be judged, and is left out: {reason}", file=sys.stderr)
        return wanted.name, cases.now, median_events(used, wanted, least, cases.reference.events)


def _month(stated: str | None, zone: Any, now: int) -> Any:
    from datetime import timedelta

    from domain.instants import to_datetime
    from domain.medians import Month
    from sundial.walking import Unreadable

    today = to_datetime(now, zone)
    name = stated or f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"
    try:
        month = Month.of(name, zone)
    except ValueError:
        raise Unreadable(f"--month: expected a month such as 2026-05, got {name!r}") from None
    if month.end > now:
        raise Unreadable(f"--month: {name} has not ended; it is {today:%Y-%m-%d} in this folder")
    return month


def _tell(report: dict[str, Any]) -> None:
    does = "would be published" if report["dry_run"] else "published"
    print(f"{report['month']}: {len(report['published']):,} medians {does}.")
    for one in report["published"]:
        print(f"  {one['item']}: {one['used_seconds'] / 3600:.2f} working hours, {one['cases']:,} cases")
    for reason in report["refused"]:
        print(f"  refused {reason}")
