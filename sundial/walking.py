"""Every case of a data folder, or of scenario files, read without a trace: for questions about all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from domain.events import Event
from domain.reference import Reference
from sundial.data_folder import DataFolder

__all__ = ["Cases", "Unreadable", "each", "folder_cases", "folder_of", "scenario_cases"]

T = TypeVar("T")
Histories = Iterable[tuple[str, Sequence[Event]]]


class Unreadable(Exception):
    """What was to be read is not there or not right; the message names it and what was expected."""


@dataclass(frozen=True)
class Cases:
    """What is known of all cases at `now`, the present of the folder (microseconds UTC)."""

    reference: Reference
    now: int
    count: int
    """Subjects, as far as they are known beforehand; for progress only."""
    histories: Histories


def each(
    cases: Cases,
    histories: Histories,
    work: Callable[[str, Sequence[Event]], T | None],
    failed: list[str],
) -> Iterator[T]:
    """What `work` finds of each subject. Events that crash a rule are left out, as they were live (dead letters);
    what fails still goes to `failed` with its cause."""
    from projections.sound import fold_soundly

    for subject, history in histories:
        try:
            found = work(subject, history)
        except Exception:
            try:
                found = work(subject, fold_soundly(subject, history, cases.reference, cases.now).events)
            except Exception as error:
                failed.append(f"{subject}: {error!r}")
                continue
        if found is not None:
            yield found


def folder_of(data: Path | None) -> Path:
    """The data folder named, else that of the settings. Raises Unreadable."""
    from sundial.settings import BadSettings, load_settings

    try:
        return load_settings(data=data).data.absolute()
    except BadSettings as error:
        raise Unreadable(str(error)) from None


@contextmanager
def folder_cases(path: Path) -> Iterator[Cases]:
    """The cases of a data folder, served or not, as its journal holds them at this moment. Raises Unreadable."""
    from projections.sound import JUDGED, grown, readable
    from streams.clock import ClockError
    from streams.reading import NoJournal, ReadJournal
    from sundial.shipped import holiday_sets

    try:
        journal = ReadJournal(DataFolder(path).journal)
    except NoJournal as error:
        raise Unreadable(str(error)) from None
    try:
        reference = grown(Reference(holiday_sets()), journal.reference())
        now = _now(DataFolder(path), journal.last_recorded)
        histories = (
            (subject, events)
            for subject, records in journal.histories()
            if (events := [one for one in readable(records) if one.type.startswith(JUDGED)])
        )
        yield Cases(reference, now, journal.subjects(), histories)
    except (ClockError, NoJournal) as error:
        raise Unreadable(str(error)) from None
    finally:
        journal.close()


def scenario_cases(paths: Sequence[Path]) -> Iterator[Cases]:
    """The cases of each scenario file, as of its latest question. Raises Unreadable."""
    from sundial.scenario import ScenarioError, load_scenario

    for path in paths:
        try:
            scenario = load_scenario(path)
        except ScenarioError as error:
            raise Unreadable(str(error)) from None
        now = max((one.known_at for one in scenario.questions), default=None)
        if now is None:
            now = max((one.recorded for events in scenario.events.values() for one in events), default=0)
        yield Cases(scenario.reference, now, len(scenario.events), list(scenario.events.items()))


def _now(folder: DataFolder, last: int) -> int:
    from streams.clock import ClockSetting, SettingClock, kept_setting
    from streams.folder import owner_of
    from streams.reading import judged_until

    known = max(last, judged_until(folder.state))
    if folder.demo_clock.is_file() and owner_of(folder.path) is None:
        # A demo that rests: its clock goes on where it stood, not where the night has brought it.
        return max(known, int(folder.demo_clock.read_text()))
    return SettingClock(kept_setting(folder.clock) or ClockSetting(), known).now()
