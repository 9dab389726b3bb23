"""`sundial import xes|table FILE`: logs and tables of other systems (docs/import-xes.md, docs/import-table.md)."""

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sundial.commands._import_sink import open_sink, show_progress
from sundial.commands._import_table import table

if TYPE_CHECKING:
    from producers.importing import Summary


def register(app: typer.Typer) -> None:
    """Add `sundial import`."""
    group = typer.Typer(help=inspect.getdoc(_about), no_args_is_help=True)
    group.callback()(_about)
    group.command("xes")(xes)
    group.command("table")(table)
    app.add_typer(group, name="import")


def _about() -> None:
    """Import logs and tables of other systems.

    Example: sundial import xes tests/data/sample.xes --data data/sample
    """


def xes(
    file: Annotated[Path, typer.Argument(help="XES log, plain or gzipped.", exists=True, dir_okay=False)],
    data: Annotated[Path | None, typer.Option(help="The data folder; default: the settings'.")] = None,
) -> None:
    """Import an XES event log. A second import of the same log changes nothing.

    Example: sundial import xes tests/data/sample.xes --data data/sample

    Exit codes: 0 everything was taken; 1 events were refused, the rest was taken; 2 nothing was imported.
    """
    from producers.importing import import_xes
    from producers.posting import PostingFailed
    from producers.xes_reader import XesError
    from streams.folder import FolderInUse
    from streams.ports import LogError
    from sundial.data_folder import FolderUnusable
    from sundial.settings import BadSettings, load_settings

    try:
        with open_sink(load_settings(data=data).data) as (sink, floor), show_progress() as progress:
            summary = import_xes(file, sink, floor, progress)
    except XesError as error:
        typer.echo(f"sundial import: {file}: {error}", err=True)
        raise typer.Exit(2) from None
    except (BadSettings, FolderInUse, FolderUnusable, LogError, OSError, PostingFailed) as error:
        typer.echo(f"sundial import: {error}", err=True)
        raise typer.Exit(2) from None
    _tell(file, summary)
    if summary.refused:
        raise typer.Exit(1)


def _tell(file: Path, summary: "Summary") -> None:
    from domain.instants import format_instant

    print(
        f"{file.name}: {summary.cases:,} cases with {summary.activities:,} activities, "
        f"as {summary.events:,} events: {summary.accepted:,} new, {summary.duplicate:,} known already, "
        f"{summary.refused:,} refused."
    )
    for reason in summary.reasons:
        print(f"  refused {reason}")
    if summary.end is not None and summary.begin is not None:
        print(f"The log runs from {format_instant(summary.begin)} to {format_instant(summary.end)}.")
        if summary.accepted:
            print(f"See it as it stood then: sundial serve --clock {format_instant(summary.end)}")
