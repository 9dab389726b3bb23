"""Helpers: tables and mappings written as texts, what comes of them, and what the judge thinks of it."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from domain.events import Event
from domain.instants import format_instant, parse_instant
from domain.judge import judge
from producers.table.importing import Reading, TableReport
from producers.table.mapping import Mapping, parse_mapping
from streams.ports import AppendResult
from sundial.plain_yaml import load_yaml
from sundial.reference import shipped_reference

SAMPLES = Path(__file__).parents[3] / "data" / "tables"
PRESENT = parse_instant("2026-11-01T00:00:00Z")

ONE_PER_CASE = """
name: requests
rows: case
times: {zone: Asia/Shanghai, format: "%Y-%m-%d %H:%M"}
case: {column: id}
events:
  - {type: case.accepted, time: {column: begun}, data: {item: permit, hall: h}}
  - {type: case.completed, time: {column: ended}}
"""
"""Columns id, begun, ended."""

ONE_PER_EVENT = """
name: acts
rows: event
times: {zone: Asia/Shanghai, format: "%Y-%m-%d %H:%M"}
case: {column: id}
events:
  - {type: case.accepted, when: {what: [begin]}, time: {column: at}, data: {item: permit, hall: h}}
  - {type: case.fee_collected, when: {what: [pay]}, time: {column: at}, data: {amount: {column: yuan, as: number}}}
  - {type: case.completed, when: {what: [end]}, time: {column: at}}
"""
"""Columns id, what, at, yuan."""

STATES = """
name: states
rows: state
times: {zone: Asia/Shanghai, format: "%Y-%m-%d %H:%M"}
case: {column: id}
states:
  column: state
  time: {column: at}
  meaning: {new: open, work: open, wait: pause, vendor: {pause: vendor}, done: end, closed: end,
            gone: {end: case.withdrawn}, noise: skip}
  begin: {data: {item: permit, hall: h}}
"""
"""Columns id, state, at."""


def mapping_of(text: str) -> Mapping:
    return parse_mapping(load_yaml(text))


def nothing(phase: str, done: int, whole: int) -> None:
    """No progress is shown."""


class Read:
    """A table that was read whole."""

    def __init__(self, path: Path, mapping: Mapping, latest: int = PRESENT) -> None:
        reading = Reading(path, mapping, latest, nothing)
        try:
            self.report: TableReport = reading.report
            self.events: list[Event] = list(reading.events())
            self.refusals = list(reading.refusals())
            self.taken: list[Event] = []
            reading.store(self._take, None, nothing, despite_unknown=True)
        finally:
            reading.close()

    def _take(self, batch: Any) -> list[AppendResult]:
        self.taken.extend(batch)
        return [AppendResult(one.id, one.source, "accepted", 1, None) for one in batch]

    @property
    def told(self) -> list[tuple[str, str, str]]:
        """(case, type, time) of the events of cases."""
        return [
            (one.subject, one.type, format_instant(one.time))
            for one in self.events
            if one.type[:5] == "case."
        ]

    @property
    def reasons(self) -> list[tuple[int, str, str, str]]:
        """(row, column, value, reason) of the refusals."""
        return [(one.row, one.column, one.value, one.reason) for one in self.refusals]


def read(folder: Path, mapping: str, rows: str, **file: Any) -> Read:
    """The rows, written with commas, read by a mapping."""
    path = folder / file.get("name", "table.csv")
    path.write_bytes(rows.strip().encode(file.get("encoding", "utf-8")) + b"\n")
    return Read(path, mapping_of(mapping))


def judged(read: Read, at: str) -> dict[str, dict[str, Any]]:
    """The verdict on every case as at an instant."""
    cases: dict[str, list[Event]] = defaultdict(list)
    for event in read.events:
        if event.type.startswith("case."):
            cases[event.subject].append(event)
    reference = shipped_reference().with_events(
        one for one in read.events if not one.type.startswith("case.")
    )
    instant = parse_instant(at)
    return {case: judge(history, reference, instant, instant, case, False) for case, history in cases.items()}


def levels(verdict: dict[str, Any]) -> list[tuple[str, int]]:
    return [(finding["code"], finding["level"]) for finding in verdict["findings"]]


def sample(name: str, file: str | None = None) -> Read:
    """One of the sample tables, by its sample mapping."""
    return Read(SAMPLES / (file or f"{name}.csv"), mapping_of((SAMPLES / f"{name}.yaml").read_text("utf-8")))
