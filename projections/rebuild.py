"""The read store made anew from the journal, by the same domain code, and compared before it is put in place.

Live supervision is lenient, a rebuild is strict: where the journal, judged from its beginning, says something else
than what the supervisor saved, nothing is exchanged and the places are named. It may be interrupted at any point;
until the exchange the live tables stay as they are.
"""

import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Final, NamedTuple

import msgspec

from domain.reference import Reference
from projections.carried import insert_batch
from projections.rejudging import Difference, Rejudging
from projections.rows import Row
from projections.schema import TABLES
from projections.sink import EVENTS, Sink
from projections.tables import SUFFIX, discard_copies, exchange, make_copies
from streams.ports import EventLog, StateStore, Store

__all__ = ["Cancelled", "Counted", "Report", "rebuild"]

_ROWS: Final = 1_000
_NAMED: Final = 20

Progress = Callable[[str, int, int], None]
"""(phase, done, whole) of the phases `events` (positions of the log) and `cases`."""


class Cancelled(Exception):
    """The rebuild was stopped before the exchange; the live tables are as they were."""


class Counted(NamedTuple):
    """Rows of a table: in the live one, in the rebuilt one."""

    table: str
    live: int
    rebuilt: int


class Report(msgspec.Struct):
    """What a rebuild found. The tables were exchanged only if no subject differs."""

    events: int = 0
    cases: int = 0
    others: int = 0
    """Halls, windows, items, receipts and ledger sheets, judged by what the journal forwards to them."""
    findings: int = 0
    different: int = 0
    differences: list[Difference] = []
    """The first twenty of them."""
    reissued: int = 0
    """Subjects whose history was judged anew in its time: what was issued then stands, as it was issued."""
    older: int = 0
    """Subjects last judged by an earlier engine: there is nothing to compare them with."""
    tables: list[Counted] = []
    healed: int = 0
    """Cases whose live row was missing, superfluous, or not the verdict."""
    exchanged: bool = False


def rebuild(
    log: EventLog,
    state: StateStore,
    store: Store,
    base: Reference,
    *,
    live: Sink | None,
    progress: Progress,
    stop: threading.Event,
) -> Report:
    """Fill copies of all tables from `log`, compare them with `state`, and put them in place.

    `live` is the sink that fills the tables meanwhile, None when nothing does. Raises Cancelled once `stop` is set,
    and what log and stores raise.
    """
    make_copies(store, TABLES)
    try:
        report = Report()
        rejudging = Rejudging(log, state, base)
        _fill_events(log, store, rejudging, report, progress, stop)
        _fill_cases(store, rejudging, report, progress, stop)
        _go_on(stop)
        if not report.different:
            with nullcontext() if live is None else live.paused():
                _put_in_place(log, state, store, base, report)
        return report
    finally:
        discard_copies(store, TABLES)


def _fill_events(
    log: EventLog,
    store: Store,
    rejudging: Rejudging,
    report: Report,
    progress: Progress,
    stop: threading.Event,
) -> None:
    end, position = rejudging.end, 0
    while position < end:
        _go_on(stop)
        progress("events", position, end)
        records = [record for record in log.read(position, EVENTS) if record.position <= end]
        for table, rows in rejudging.rows_of(records).items():
            _insert(store, table, rows, [record.position for record in records])
        report.events += len(records)
        position = records[-1].position
    progress("events", end, end)


def _fill_cases(
    store: Store, rejudging: Rejudging, report: Report, progress: Progress, stop: threading.Event
) -> None:
    found = {subject for (subject,) in store.execute(_SUBJECTS)}
    others = rejudging.others(found)
    subjects = [*sorted(found - others), *sorted(others)]
    cases: list[Row] = []
    findings: list[Row] = []
    for number, subject in enumerate(subjects):
        _go_on(stop)
        if number % 50 == 0:
            progress("cases", number, len(subjects))
        judged = rejudging.judge_other(subject) if subject in others else rejudging.judge(subject)
        cases += judged.case
        findings += judged.findings
        report.reissued += judged.is_reissued
        report.older += judged.is_older
        _note(report, judged.differences)
        if len(cases) >= _ROWS:
            report.cases += _flush(store, "cases", "revision", cases)
    report.cases += _flush(store, "cases", "revision", cases)
    _note(report, rejudging.unknown(set(subjects)))
    report.others = len(others)
    findings.sort(key=lambda row: int(row["seq"]))
    for start in range(0, len(findings), _ROWS):
        report.findings += _flush(store, "findings", "seq", findings[start : start + _ROWS])
    progress("cases", len(subjects), len(subjects))


_SUBJECTS: Final = """
SELECT DISTINCT subject FROM events_rebuilt
WHERE type LIKE 'case.%' OR type LIKE 'agency.%' OR type LIKE 'event.%'
"""
_HEALED: Final = """
SELECT count()
FROM (SELECT subject, digest FROM cases FINAL) AS live
FULL OUTER JOIN (SELECT subject, digest FROM cases_rebuilt FINAL) AS made ON live.subject = made.subject
WHERE live.digest != made.digest OR live.subject != made.subject
"""


def _put_in_place(log: EventLog, state: StateStore, store: Store, base: Reference, report: Report) -> None:
    """Carry what came meanwhile, count, exchange."""
    Sink(log, state, store, base, SUFFIX).drain()
    report.tables = [Counted(table, _count(store, table), _count(store, table + SUFFIX)) for table in TABLES]
    ((report.healed,),) = store.execute(_HEALED)
    exchange(store, TABLES)
    report.exchanged = True


def _go_on(stop: threading.Event) -> None:
    if stop.is_set():
        raise Cancelled("the rebuild was stopped; the read store is as it was")


def _note(report: Report, differences: list[Difference]) -> None:
    report.different += len(differences)
    report.differences += differences[: _NAMED - len(report.differences)]


def _flush(store: Store, table: str, key: str, rows: list[Row]) -> int:
    count = len(rows)
    if rows:
        _insert(store, table, rows, [row[key] for row in rows])
        rows.clear()
    return count


def _insert(store: Store, table: str, rows: list[Row], keys: list[int]) -> None:
    insert_batch(store, table, rows, keys, SUFFIX)


def _count(store: Store, table: str) -> int:
    final = "" if table.startswith(("events", "findings")) else "FINAL"
    ((count,),) = store.execute(f"SELECT count() FROM {table} {final}")  # noqa: S608 - our own names
    return int(count)
