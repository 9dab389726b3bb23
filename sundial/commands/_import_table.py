"""`sundial import table FILE --mapping MAP.yaml`: any table of cases, as docs/import-table.md says."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sundial.commands._import_sink import open_sink, show_progress

if TYPE_CHECKING:
    from producers.table.importing import Reading
    from producers.table.mapping import Mapping


def table(
    file: Annotated[
        Path, typer.Argument(help="CSV, XLSX or XES; CSV and XES also gzipped.", exists=True, dir_okay=False)
    ],
    mapping: Annotated[
        Path, typer.Option(help="What the columns mean (YAML or JSON).", exists=True, dir_okay=False)
    ],
    data: Annotated[Path | None, typer.Option(help="The data folder; default: the settings'.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would be imported; no data folder is touched.")
    ] = False,
    refused: Annotated[
        Path | None, typer.Option(help="Write every refused row with its reason to this CSV file.")
    ] = None,
    despite_unknown: Annotated[
        bool,
        typer.Option(
            "--despite-unknown", help="Go on where it cannot be known which cases lack a refused row."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Import a table of cases by a mapping. A second import of the same table changes nothing.

    A case with a refused row is left out whole: with a hole in its history it would be judged wrongly. Where the
    row does not even tell its case, any case may have the hole: nothing is imported then, unless --despite-unknown
    says so, and the report names those rows.

    Example: sundial import table tests/data/tables/fines.csv --mapping tests/data/tables/fines.yaml --dry-run

    Exit codes: 0 everything was taken; 1 rows or events were refused, the rest was taken; 2 the mapping, the
    file or the data folder cannot be used, or it cannot be known whose rows were refused: nothing was imported.
    """
    from producers.posting import PostingFailed
    from producers.table.errors import MappingError, TableError, UnknownRows
    from producers.table.importing import Reading
    from producers.table.mapping import parse_mapping
    from streams.folder import FolderInUse
    from streams.ports import LogError
    from sundial.data_folder import FolderUnusable
    from sundial.scenario_source import Reader, ScenarioError
    from sundial.settings import BadSettings, load_settings

    try:
        source = Reader(str(mapping), mapping.read_text("utf-8"))
        try:
            plan = parse_mapping(source.document)
            with show_progress() as progress:
                reading = Reading(file, plan, time.time_ns() // 1_000, progress)
                try:
                    if refused is not None:
                        _write_refused(refused, reading)
                    if not dry_run:
                        if not despite_unknown:
                            reading.check()
                        with open_sink(load_settings(data=data).data) as (sink, floor):
                            reading.store(sink, floor, progress, despite_unknown=despite_unknown)
                finally:
                    reading.close()
        except MappingError as error:
            source.fail(error.path, error.expected)
    except TableError as error:
        raise _failed(f"{file}: {error}") from None
    except UnknownRows as error:
        raise _failed(
            f"{file}: {error}. Nothing was imported. Put the rows right (--dry-run shows them, --refused FILE.csv "
            "writes them), or go on without them by --despite-unknown."
        ) from None
    except (ScenarioError, UnicodeDecodeError) as error:
        raise _failed(str(error)) from None
    except (BadSettings, FolderInUse, FolderUnusable, LogError, OSError, PostingFailed) as error:
        raise _failed(str(error)) from None
    if as_json:
        print(_json(file, plan, reading, dry_run))
    else:
        from sundial.commands._import_told import tell

        tell(file, plan, reading.report, dry_run, despite_unknown)
    if dry_run and reading.report.unknown_rows and not despite_unknown:
        raise typer.Exit(2)
    if reading.report.refused_rows or reading.report.refused:
        raise typer.Exit(1)


def _failed(message: str) -> typer.Exit:
    typer.echo(f"sundial import: {message}", err=True)
    return typer.Exit(2)


def _write_refused(path: Path, reading: "Reading") -> None:
    import csv

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("row", "case", "column", "value", "reason"))
        writer.writerows(reading.refusals())


def _json(file: Path, plan: "Mapping", reading: "Reading", dry_run: bool) -> str:
    import msgspec

    from domain.instants import format_instant

    document: dict[str, Any] = {
        "file": file.name,
        "source": plan.source,
        "dry_run": dry_run,
        **msgspec.to_builtins(reading.report),
    }
    for name in ("begin", "end"):
        document[name] = format_instant(document[name]) if document[name] is not None else None
    document["refusals"] = [one._asdict() for one in reading.report.refusals]
    return msgspec.json.encode(document).decode()
