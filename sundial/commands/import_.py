"""`sundial import xes FILE`: a log of finished and running cases, as docs/import-xes.md maps it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from producers.importing import Progress, Summary
    from producers.making import Sink


def register(app: typer.Typer) -> None:
    """Add `sundial import`."""
    group = typer.Typer(help="Import logs of other systems.", no_args_is_help=True)
    group.callback()(_about)
    group.command("xes")(xes)
    app.add_typer(group, name="import")


def _about() -> None:
    """Import logs of other systems."""


def xes(
    file: Annotated[Path, typer.Argument(help="XES log, plain or gzipped.", exists=True, dir_okay=False)],
    data: Annotated[Path | None, typer.Option(help="The data folder; default: the settings'.")] = None,
) -> None:
    """Import an XES event log. A second import of the same log changes nothing."""
    from producers.importing import import_xes
    from producers.posting import PostingFailed
    from producers.xes_reader import XesError
    from streams.folder import FolderInUse
    from streams.ports import LogError
    from sundial.data_folder import FolderUnusable
    from sundial.settings import BadSettings, load_settings

    try:
        with _sink(load_settings(data=data).data) as (sink, floor), _progress() as progress:
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


@contextmanager
def _sink(path: Path) -> Iterator[tuple["Sink", int | None]]:
    """The event log of a data folder, and its last recorded instant where it is opened here.

    A folder that is being served is written through the process that serves it.
    """
    from sundial.data_folder import DataFolder

    folder = DataFolder.make(path)
    url = _served_at(folder.path)
    if url is not None:
        from producers.posting import history_or_now

        yield history_or_now(url, _tell_known_now), None
        return
    from streams.clock import ClockSetting, SettingClock
    from streams.folder import FolderLock
    from streams.journal import Journal
    from sundial.seeding import seed

    lock = FolderLock(folder.path)
    journal = Journal(folder.journal, SettingClock(ClockSetting()))
    try:
        seed(journal)  # before any history, so that shipped reference data is known from its first day on
        yield (
            lambda batch: journal.append(batch, [event.recorded for event in batch]),
            journal.last_recorded(),
        )
    finally:
        journal.close()
        lock.release()


def _judged_until(path: Path) -> int:
    """Up to where this folder has been supervised: nothing can become known before that any more."""
    from streams.state import State

    state = State(path)
    try:
        return state.judged_until()
    finally:
        state.close()


def _tell_known_now(reason: str) -> None:
    typer.echo(
        f"These events are recorded as known from now on, not from their own times: {reason}", err=True
    )


def _served_at(folder: Path) -> str | None:
    from streams.folder import owner_of

    owner = owner_of(folder)
    return owner.address if owner is not None else None


@contextmanager
def _progress() -> Iterator["Progress"]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:8}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks = {"read": bar.add_task("Reading", total=None), "append": bar.add_task("Storing", total=None)}
        yield lambda phase, done, whole: bar.update(tasks[phase], completed=done, total=whole)


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
