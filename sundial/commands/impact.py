"""`sundial impact FILE`: what a proposed calendar, profile, item or hall would do, before it is published."""

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer

if TYPE_CHECKING:
    from domain.events import Event
    from domain.reference import Reference
    from sundial.walking import Cases

_HELP = """Show what proposed reference data would do if it were recorded now. Nothing is done.

FILE (YAML or JSON) holds reference events, or calendar, profile, item or hall documents as a scenario file has them.
A document without `effective_from` that changes a known one would hold from now on. Answers: cases whose due instant
moves, findings raised and lifted, by hall. Works beside a running server, on a folder, or on scenario files.

Example: sundial impact docs/examples/closing.yaml --scenario docs/examples/case.yaml

Exit 0: answered; 2: it cannot be answered, with the place and what was expected there.
"""
_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add `sundial impact`."""
    app.command("impact", help=_HELP)(impact)


def impact(
    file: Annotated[Path, typer.Argument(help="The proposed reference data.", metavar="FILE")],
    data: Annotated[Path | None, typer.Option(help="The data folder; default: the settings'.")] = None,
    scenario: Annotated[
        list[Path] | None, typer.Option(help="Scenario files in place of a folder; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The answer as JSON.")] = False,
    lang: Annotated[Literal["zh", "en"], typer.Option(help="Of clocks, levels and instants.")] = "en",
) -> None:
    from sundial.walking import Unreadable

    try:
        if data is not None and scenario:
            raise Unreadable("expected either --data or --scenario")
        reports = [_report(cases, file) for cases in _sources(data, scenario)]
    except Unreadable as error:
        print(f"sundial impact: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    report = reports[0] if len(reports) == 1 else _together(reports)
    if as_json:
        import json

        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _tell(report, lang)


def _sources(data: Path | None, scenario: list[Path] | None) -> Iterator["Cases"]:
    from sundial.walking import folder_cases, folder_of, scenario_cases

    if scenario:
        yield from scenario_cases(scenario)
        return
    with folder_cases(folder_of(data)) as cases:
        yield cases


def _report(cases: "Cases", file: Path) -> dict[str, Any]:
    from domain.impact import impact
    from domain.instants import format_instant
    from sundial.commands._progress import told
    from sundial.proposal import read_proposal, with_proposal
    from sundial.walking import each

    events = read_proposal(file, cases.now)
    proposed = with_proposal(cases.reference, events, cases.now, file)
    titles = proposed.at(cases.now).titles("hall")
    failed: list[str] = []
    found = [
        {
            "case": one.subject,
            "hall": one.hall,
            "zone": one.zone,
            "moved": one.moved,
            "raised": one.raised,
            "lifted": one.lifted,
        }
        for one in each(
            cases,
            told(cases.histories, cases.count),
            lambda subject, history: impact(subject, history, cases.reference, proposed, cases.now),
            failed,
        )
    ]
    return {
        "now": format_instant(cases.now),
        "proposed": [_proposed(event, cases.reference) for event in events],
        "looked_at": cases.count,
        "totals": _totals(found),
        "halls": _by_hall(found, titles),
        "cases": found,
        "failed": failed,
    }


def _proposed(event: "Event", reference: "Reference") -> dict[str, Any]:
    kind = event.type.partition(".")[0]
    document = {
        "type": event.type,
        "id": event.data.get(kind),
        "effective_from": event.data.get("effective_from"),
    }
    if kind == "event":
        document["target"] = _target(event, reference)
        document["data"] = event.data.get("data")
    return document


def _target(event: "Event", reference: "Reference") -> dict[str, Any]:
    """The event that a correction or retraction speaks of."""
    from domain.orders import spoken_of

    id = spoken_of(event)
    found = next((one for one in reference.events if one.id == id), None)
    if found is None:
        return {"id": id, "type": None, "of": None}
    return {"id": id, "type": found.type, "of": found.data.get(found.type.partition(".")[0])}


def _totals(found: list[dict[str, Any]]) -> dict[str, int]:
    return {
        "cases": len(found),
        "moved": sum(bool(one["moved"]) for one in found),
        "raised": sum(len(one["raised"]) for one in found),
        "lifted": sum(len(one["lifted"]) for one in found),
    }


def _by_hall(found: list[dict[str, Any]], titles: dict[str, str]) -> list[dict[str, Any]]:
    halls: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in found:
        halls[one["hall"]].append(one)
    return [
        {"hall": hall, "title": titles.get(hall, hall), **_totals(some)}
        for hall, some in sorted(halls.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    ]


def _together(reports: list[dict[str, Any]]) -> dict[str, Any]:
    found = [case for report in reports for case in report["cases"]]
    titles = {hall["hall"]: hall["title"] for report in reports for hall in report["halls"]}
    return {
        "now": max(report["now"] for report in reports),
        "proposed": reports[0]["proposed"],
        "looked_at": sum(report["looked_at"] for report in reports),
        "totals": _totals(found),
        "halls": _by_hall(found, titles),
        "cases": found,
        "failed": [one for report in reports for one in report["failed"]],
    }


def _say(one: dict[str, Any]) -> str:
    """What is proposed; of a correction what it corrects, and to what."""
    if "target" not in one:
        since = f"from {one['effective_from']}" if one["effective_from"] else "no date of effect stated"
        return f"{one['type']} {one['id'] or ''} ({since})"
    from domain.telling import told

    target = one["target"]
    of = f" ({target['type']} {target['of'] or ''})" if target["type"] else ""
    data = told(one["data"], "en", ZoneInfo("UTC")) if isinstance(one["data"], dict) else ""
    return f"{one['type']} of {target['id']}{of}{': ' + data if data else ''}"


def _tell(report: dict[str, Any], lang: str) -> None:
    from rich.console import Console
    from rich.table import Table

    from sundial.changes_told import due_words, finding_words

    for one in report["proposed"]:
        print(f"Proposed: {_say(one)}")
    totals = report["totals"]
    print(
        f"As of {report['now']}, {report['looked_at']:,} subjects looked at: {totals['moved']:,} cases would fall due "
        f"at another instant, {totals['raised']:,} findings raised, {totals['lifted']:,} lifted. Nothing was done."
    )
    if report["halls"]:
        table = Table("hall", "title", "cases", "due moves", "raised", "lifted")
        for one in report["halls"]:
            table.add_row(
                one["hall"], one["title"], *(str(one[key]) for key in ("cases", "moved", "raised", "lifted"))
            )
        Console().print(table)
    for one in report["cases"][:_SHOWN]:
        zone = ZoneInfo(one["zone"])
        parts = due_words(one["moved"], zone, lang) + finding_words(one["lifted"], one["raised"], zone, lang)
        print(f"  {one['case']}: {parts[0]}", *parts[1:], sep="\n      ")
    if len(report["cases"]) > _SHOWN:
        print(f"  and {len(report['cases']) - _SHOWN:,} more; see --json")
    for reason in report["failed"][:_SHOWN]:
        print(f"  cannot be judged: {reason}")
