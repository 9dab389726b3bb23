"""`sundial whatif`: a period's history judged under another profile or calendar, with a picture."""

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from domain.reference import Reference
    from sundial.walking import Cases

_HELP = """Judge a period's history as if another profile, or another calendar, had held all along.

All cases accepted on a day from FROM on and before TO, closed ones too; by default those of the last 365 days. Every
case is judged as if the profile had been in effect at its acceptance, all else as it was known. Nothing is done.

Example: sundial whatif --profile two-colour --from 2026-01-01 --to 2026-07-01 -o report.html

Exit 0: answered; 2: it cannot be answered, with what was expected.
"""


def register(app: typer.Typer) -> None:
    """Add `sundial whatif`."""
    app.command("whatif", help=_HELP)(whatif)


def whatif(
    profile: Annotated[
        str | None, typer.Option(help="Id of a known profile, or a file with one.", metavar="ID|FILE")
    ] = None,
    calendar: Annotated[
        Path | None, typer.Option(help="A file with a calendar, in place of the one of that id.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="First day of acceptance, such as 2026-01-01.")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", help="The day after the last.")] = None,
    data: Annotated[Path | None, typer.Option(help="The data folder; default: the settings'.")] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write the report here, as one HTML file.")
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of the report: zh or en.")] = "zh",
    as_json: Annotated[bool, typer.Option("--json", help="The differences as JSON.")] = False,
) -> None:
    from sundial.walking import Unreadable, folder_cases, folder_of

    try:
        if lang not in ("zh", "en"):
            raise Unreadable(f"--lang: expected zh or en, got {lang!r}")
        if profile is None and calendar is None:
            raise Unreadable("expected --profile or --calendar, or both")
        with folder_cases(folder_of(data)) as cases:
            report = _report(cases, profile, calendar, since, until)
        if output is not None:
            from sundial.whatif_report import html

            output.write_text(html(report, lang), "utf-8")
    except Unreadable as error:
        print(f"sundial whatif: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    except OSError as error:
        print(f"sundial whatif: {output}: cannot be written: {error.strerror}", file=sys.stderr)
        raise typer.Exit(2) from None
    if as_json:
        import json

        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _tell(report)
        if output is not None:
            print(f"The report: {output}")


def _report(
    cases: "Cases", profile: str | None, calendar: Path | None, since: str | None, until: str | None
) -> dict[str, Any]:
    from zoneinfo import ZoneInfo

    from domain.instants import format_instant, parse_instant, to_datetime
    from domain.registry import rule_of
    from domain.whatif import Sums, compare
    from sundial.commands._progress import told
    from sundial.settings import load_settings
    from sundial.walking import each

    zone = ZoneInfo(load_settings().zone)
    today = to_datetime(cases.now, zone).date()
    last = _day("--to", until) if until else today + timedelta(days=1)
    first = _day("--from", since) if since else last - timedelta(days=365)
    _check_period(first, last)
    begin, end = (parse_instant(f"{day.isoformat()}T00:00:00", zone) for day in (first, last))
    alternative, named = _alternative(cases.reference, profile, calendar, cases.now)
    sums, failed = Sums(), list[str]()
    for pair in each(
        cases,
        told(cases.histories, cases.count),
        lambda subject, history: compare(
            subject, history, cases.reference, alternative, cases.now, begin, end
        ),
        failed,
    ):
        sums.add(pair)
    document = sums.document()
    view = cases.reference.at(cases.now)
    titles = view.titles("hall")
    for one in document["findings"]:
        one["title"] = rule_of(one["code"]).titles(one["level"])
    for hall in document["halls"]:
        hall["title"] = titles.get(hall["hall"], hall["hall"])
    return {
        "now": format_instant(cases.now),
        "from": first.isoformat(),
        "to": last.isoformat(),
        "zone": zone.key,
        **named,
        **document,
        "failed": failed,
    }


def _day(name: str, text: str) -> date:
    from sundial.walking import Unreadable

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unreadable(f"{name}: expected a date such as 2026-03-01, got {text!r}") from None


def _check_period(first: date, last: date) -> None:
    from sundial.walking import Unreadable

    if not first < last:
        raise Unreadable(f"--to: expected a day after --from {first}, got {last}")


def _alternative(
    reference: "Reference", profile: str | None, calendar: Path | None, now: int
) -> tuple["Reference", dict[str, Any]]:
    from domain.alternative import AlternativeReference, profile_named
    from domain.calendars import CalendarError
    from domain.profile_document import ProfileError
    from domain.reference_view import MissingReference
    from sundial.proposal import read_document
    from sundial.walking import Unreadable

    view = reference.at(now)
    found = document = None
    try:
        if profile is not None:
            told = None
            if not view.knows("profile", profile):
                if not Path(profile).is_file():
                    known = ", ".join(sorted(view.titles("profile")))
                    raise Unreadable(f"--profile: expected a file, or one of {known}; got {profile!r}")
                told = read_document(Path(profile), "profile")
            found = profile_named(reference, str(told["profile"]) if told else profile, now, told)
        if calendar is not None:
            document = read_document(calendar, "calendar")
            name = str(document["calendar"])
            if not view.knows("calendar", name):
                known = ", ".join(sorted(view.titles("calendar")))
                raise Unreadable(f"--calendar: {calendar}: expected one of the ids {known}; got {name!r}")
        other = AlternativeReference(reference, found, document)
        if document is not None:
            other.at(now).calendar(str(document["calendar"]))
    except (CalendarError, ProfileError, MissingReference) as error:
        raise Unreadable(f"--profile or --calendar: {error}") from None
    return other, {
        "profile": None if found is None else {"id": found.id, "version": found.version},
        "calendar": None if document is None else {"id": document["calendar"], "file": str(calendar)},
    }


def _tell(report: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    what = " and ".join(
        f"{kind} {report[kind]['id']}" for kind in ("profile", "calendar") if report[kind] is not None
    )
    print(f"Under {what}: {report['cases']:,} cases accepted from {report['from']} to before {report['to']};")
    print(f"the verdict of {report['differ']:,} differs.")
    console = Console()
    table = Table("rule", "level", "before", "after")
    for one in report["findings"]:
        table.add_row(one["code"], str(one["level"]), f"{one['before']:,}", f"{one['after']:,}")
    console.print(table)
    table = Table("hall", "promise before", "after", "statute before", "after")
    for one in [{"title": "all halls", **report["on_time"]}, *report["halls"]]:
        rates = [_rate(one[clock][side]) for clock in ("promise", "statute") for side in ("before", "after")]
        table.add_row(one["title"], *rates)
    console.print(table)
    for reason in report["failed"][:20]:
        print(f"  cannot be judged: {reason}")


def _rate(rate: dict[str, int]) -> str:
    whole = rate["denominator"]
    return f"{rate['numerator'] / whole:.1%} ({rate['numerator']:,}/{whole:,})" if whole else "-"
