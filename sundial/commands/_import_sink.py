"""Where an import goes: the data folder, or the server that has it open; and its progress on the screen."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

if TYPE_CHECKING:
    from producers.importing import Progress
    from producers.making import Sink


_PHASES: Final = {"read": "Reading", "append": "Storing"}


@contextmanager
def open_sink(path: Path) -> Iterator[tuple["Sink", int | None]]:
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


def _tell_known_now(reason: str) -> None:
    typer.echo(
        f"These events are recorded as known from now on, not from their own times: {reason}", err=True
    )


def _served_at(folder: Path) -> str | None:
    from streams.folder import owner_of

    owner = owner_of(folder)
    return owner.address if owner is not None else None


@contextmanager
def show_progress() -> Iterator["Progress"]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:8}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks: dict[str, TaskID] = {}

        def show(phase: str, done: int, whole: int) -> None:
            if phase not in tasks:
                tasks[phase] = bar.add_task(_PHASES[phase], total=None)
            bar.update(tasks[phase], completed=done, total=whole)

        yield show
