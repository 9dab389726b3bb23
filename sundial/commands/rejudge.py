"""`sundial rejudge`: closed cases judged anew, by order."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer

if TYPE_CHECKING:
    from domain.events import Event
    from domain.rejudging import Order, OrderedCase

_HELP = """Judge closed cases anew, with the reference data known now. Open cases need no order.

Every case whose last closing lies on a day from FROM on and before TO gets a `case.rejudged` event that says who
ordered it and why. Both verdicts stay readable: `known_at` before the order shows the old one. The same order given
twice does nothing twice; cases recorded in the meantime are added. Works beside a running server.

Example: sundial rejudge --from 2026-03-01 --to 2026-04-01 --reason "停电闭厅一天" --by 督查室 --dry-run

Exit 0: done; 1: some events were refused; 2: it cannot be done, with the reason.
"""
_BATCH = 500


class _Refused(Exception):
    """It cannot be done; the message says why."""


def register(app: typer.Typer) -> None:
    """Add `sundial rejudge`."""
    app.command("rejudge", help=_HELP)(rejudge)


def rejudge(
    since: Annotated[str, typer.Option("--from", help="First day of closing, such as 2026-03-01.")],
    until: Annotated[str, typer.Option("--to", help="The day after the last.")],
    reason: Annotated[str, typer.Option(help="Why; it stands in every case.")],
    by: Annotated[str | None, typer.Option(help="Who orders it; default: the user of this system.")] = None,
    hall: Annotated[str | None, typer.Option(help="Only cases that this hall accepted.")] = None,
    item: Annotated[str | None, typer.Option(help="Only cases of this item.")] = None,
    number: Annotated[
        str | None, typer.Option("--order", help="The order's number; default: made of its content.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="The data folder; default: the settings'.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would come of it; do nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
    lang: Annotated[Literal["zh", "en"], typer.Option(help="Of levels and instants.")] = "en",
) -> None:
    from domain.rejudging import Order
    from streams.folder import FolderInUse
    from sundial.commands._appending import NotAppended
    from sundial.walking import Unreadable, folder_of

    try:
        for name, text in (("--from", since), ("--to", until)):
            _date(name, text)
        if not since < until:
            raise _Refused(f"--to: expected a day after --from {since}, got {until}")
        if not reason.strip():
            raise _Refused("--reason: expected a text; it stands in every case")
        order = Order(since, until, reason.strip(), by or _user(), hall, item, number)
        folder = folder_of(data)
        now, cases = _speaks_of(folder, order)
        refused: list[str] = []
        if cases and not dry_run:
            cases, refused = _give(folder, order, cases, now)
    except (FolderInUse, NotAppended, Unreadable, _Refused) as error:
        print(f"sundial rejudge: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    report = _report(order, cases, refused, dry_run=dry_run)
    if as_json:
        import json

        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _tell(report, lang)
    if refused:
        raise typer.Exit(1)


def _date(name: str, text: str) -> None:
    from datetime import date

    try:
        if date.fromisoformat(text).isoformat() == text:
            return
    except ValueError:
        pass
    raise _Refused(f"{name}: expected a date such as 2026-03-01, got {text!r}")


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise _Refused("--by: this system does not say who you are; expected a name") from None


def _speaks_of(folder: Path, order: "Order") -> tuple[int, list["OrderedCase"]]:
    """The present of the folder, and the cases that the order speaks of and has not reached yet."""
    from domain.rejudging import ordered, other_words
    from sundial.commands._progress import told
    from sundial.walking import each, folder_cases

    with folder_cases(folder) as cases:
        _check(order, cases.reference, cases.now)
        failed: list[str] = []
        others: list[dict[str, str | None]] = []

        def look(subject: str, history: Sequence["Event"]) -> "OrderedCase | None":
            other = other_words(order, history)
            if other is not None:
                others.append(other)
            return ordered(subject, history, cases.reference, order, cases.now)

        found = list(each(cases, told(cases.histories, cases.count), look, failed))
        if others:
            raise _Refused(_given_already(order, min(others, key=lambda one: str(one["recorded"]))))
        for reason in failed:
            print(f"sundial rejudge: cannot be judged, and is left out: {reason}", file=sys.stderr)
        return cases.now, found


def _given_already(order: "Order", other: dict[str, str | None]) -> str:
    scope = "".join(f", {name} {other[name]}" for name in ("hall", "item") if other.get(name))
    return (
        f"--order: {order.number} was given on {other['recorded']} in other words, which stand: by {other['by']}, "
        f"{other['reason']}, closed from {other['from']} and before {other['to']}{scope}; expected the same words, "
        "or another number"
    )


def _check(order: "Order", reference: Any, now: int) -> None:
    view = reference.at(now)
    for kind, name in (("hall", order.hall), ("item", order.item)):
        if name is not None and not view.knows(kind, name):
            raise _Refused(f"--{kind}: {name!r} is not known here; expected one of the published {kind}s")


def _give(
    folder: Path, order: "Order", cases: Sequence["OrderedCase"], now: int
) -> tuple[list["OrderedCase"], list[str]]:
    """Append the events: the cases but for those that the same order, given beside this one, has reached meanwhile,
    and why some were refused."""
    from domain.rejudging import rejudgement
    from sundial.commands._appending import appending

    reached: list[OrderedCase] = []
    refused: list[str] = []
    with appending(folder, now) as append:
        for start in range(0, len(cases), _BATCH):
            some = cases[start : start + _BATCH]
            answers = append([rejudgement(one.subject, order, now) for one in some])
            for one, (status, reason) in zip(some, answers, strict=True):
                if status != "duplicate":
                    reached.append(one)
                if status == "refused":
                    refused.append(reason)
    return reached, refused


def _report(
    order: "Order", cases: Sequence["OrderedCase"], refused: list[str], *, dry_run: bool
) -> dict[str, Any]:
    from domain.differences import finding_changes
    from domain.instants import format_instant

    return {
        "order": order.id,
        "number": order.number,
        "by": order.by,
        "reason": order.reason,
        "from": order.since,
        "to": order.until,
        "dry_run": dry_run,
        "cases": len(cases),
        "refused": refused,
        "differ": [
            {
                "case": one.subject,
                "closed": format_instant(one.closed),
                "zone": one.zone.key,
                **finding_changes(one.before, one.after),
            }
            for one in cases
            if one.differs
        ],
    }


def _tell(report: dict[str, Any], lang: str) -> None:
    from sundial.changes_told import finding_words

    does = "would be judged anew" if report["dry_run"] else "judged anew"
    name = f"{report['number']} ({report['order']})" if report["number"] else report["order"]
    print(f"Order {name} by {report['by']}: {report['reason']}")
    print(f"{report['cases']:,} closed cases {does}; the verdict of {len(report['differ']):,} differs.")
    for one in report["differ"][:20]:
        changes = finding_words(one["lifted"], one["raised"], ZoneInfo(one["zone"]), lang)
        print(f"  {one['case']}: {'; '.join(changes) or 'its clocks only'}")
    if len(report["differ"]) > 20:
        print(f"  and {len(report['differ']) - 20:,} more; see --json")
    for reason in report["refused"]:
        print(f"  refused {reason}")
