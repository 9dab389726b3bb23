"""Reading a whole XES log into the event log: in order of time, at its own instants, and only once."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import msgspec

from domain.events import Event
from producers.making import Sink
from producers.spool import Spool
from producers.xes import LogMapping
from producers.xes_reader import open_log, read_traces

Progress = Callable[[str, int, int], None]
"""(phase, done, whole) of the phases `read` (bytes of the file) and `append` (events)."""

_REASONS: Final = 5


class Stored(msgspec.Struct):
    """What an import stored. `begin` and `end` are the instants of the first and last event of what was read."""

    cases: int = 0
    events: int = 0
    accepted: int = 0
    duplicate: int = 0
    refused: int = 0
    reasons: list[str] = []
    begin: int | None = None
    end: int | None = None


class Summary(Stored):
    """What an import of an XES log did."""

    activities: int = 0


def import_xes(path: Path, sink: Sink, floor: int | None, progress: Progress) -> Summary:
    """Read the log at `path` into `sink`; what was recorded before `floor` is stated as recorded at it.

    Nothing reaches the sink unless the whole file can be read. Raises XesError, OSError,
    and what the sink raises.
    """
    summary = Summary()
    spool = Spool()
    try:
        _read(path, spool, summary, progress)
        store(spool.batches(), sink, floor, progress, summary)
    finally:
        spool.close()
    return summary


def store(
    batches: Iterable[list[Event]], sink: Sink, floor: int | None, progress: Progress, summary: Stored
) -> None:
    """Put batches in order of recorded time into `sink`, none of them before `floor`, and count what became of them."""
    done = 0
    for batch in batches:
        for result in sink([_not_before(event, floor) for event in batch]):
            setattr(summary, result.status, getattr(summary, result.status) + 1)
            if result.status == "refused" and len(summary.reasons) < _REASONS:
                summary.reasons.append(f"{result.id}: {result.reason}")
        done += len(batch)
        progress("append", done, summary.events)


def _read(path: Path, spool: Spool, summary: Summary, progress: Progress) -> None:
    whole = path.stat().st_size
    stream, file = open_log(path)
    mapping: LogMapping | None = None
    with file, stream:
        for trace in read_traces(stream):
            mapping = mapping or LogMapping(trace.log or path.name.partition(".")[0])
            events = list(mapping.case_events(trace))
            summary.cases += 1
            summary.activities += len(trace.events)
            summary.events += spool.add(events)
            summary.end = (
                max(event.time for event in events)
                if summary.end is None
                else max(summary.end, *(event.time for event in events))
            )
            progress("read", file.tell(), whole)
    if mapping is not None and mapping.begin is not None:
        summary.begin = mapping.begin
        summary.events += spool.add(mapping.reference_events())


def _not_before(event: Event, floor: int | None) -> Event:
    if floor is None or event.recorded >= floor:
        return event
    return msgspec.structs.replace(event, recorded=floor)
