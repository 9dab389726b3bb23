"""The read store made anew from the journal, by the same domain code, and compared before it is put in place.

Live supervision is lenient, a rebuild is strict: where the journal, judged from its beginning, says something else
than what the supervisor saved, nothing is exchanged and the places are named. It may be interrupted at any point;
until the exchange the live tables stay as they are.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Final, NamedTuple

import msgspec

from domain.reference import Reference
from projections.carried import insert_batch, standing_of
from projections.rejudging import Difference, Judged, Rejudging
from projections.rows import Row
from projections.schema import TABLES
from projections.sink import EVENTS, Sink
from projections.tables import SUFFIX, discard_copies, exchange, make_copies
from streams.ports import EventLog, StateStore, Store

__all__ = ["Cancelled", "Counted", "Judging", "Outcome", "Report", "cases_of", "judge_cases", "rebuild"]

_ROWS: Final = 1_000
_NAMED: Final = 20

Progress = Callable[[str, int, int], None]
"""(phase, done, whole) of the phases `kafka` (records), `events` (positions of the log) and `cases`."""


class Cancelled(Exception):
    """The rebuild was stopped before the exchange; the live tables are as they were."""


class Outcome(msgspec.Struct):
    """What came of judging some subjects anew."""

    cases: int = 0
    findings: int = 0
    different: int = 0
    differences: list[Difference] = []
    """The first twenty of them."""
    reissued: int = 0
    older: int = 0


Judging = Callable[[Rejudging, Progress], Outcome]
"""Judges every case, and fills `cases` and `findings` of the copies with what comes of it, elsewhere."""


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
    judging: Judging | None = None,
    goes_on: bool = False,
) -> Report:
    """Fill copies of all tables from `log`, compare them with `state`, and put them in place.

    `live` is the sink that fills the tables meanwhile, None when nothing does. `judging` judges the cases in place of
    this thread. With `goes_on` the copies are there already and are filled further; a rebuild that is stopped leaves
    them. Raises Cancelled once `stop` is set, and what log and stores raise.
    """
    if not goes_on:
        make_copies(store, TABLES)
    is_left = False
    try:
        report = Report()
        rejudging = Rejudging(log, state, base)
        _fill_events(log, store, rejudging, report, progress, stop)
        _fill_cases(store, rejudging, report, progress, stop, judging)
        _go_on(stop)
        if not report.different:
            with nullcontext() if live is None else live.paused():
                _put_in_place(log, state, store, base, report)
        return report
    except Cancelled:
        is_left = goes_on
        raise
    finally:
        if not is_left:
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
    filled = standing_of(store, SUFFIX).position
    while position < end:
        _go_on(stop)
        progress("events", position, end)
        records = [record for record in log.read(position, EVENTS) if record.position <= end]
        missing = [record for record in records if record.position > filled]
        rejudging.forward(records)
        for table, rows in rejudging.batches.of_records(missing).items() if missing else ():
            _insert(store, table, rows, [record.position for record in missing])
        report.events += len(records)
        position = records[-1].position
    progress("events", end, end)


def _fill_cases(
    store: Store,
    rejudging: Rejudging,
    report: Report,
    progress: Progress,
    stop: threading.Event,
    judging: Judging | None,
) -> None:
    found = set(cases_of(store))
    others = rejudging.others(found)
    cases = sorted(found - others)
    if judging is None:
        judged = judge_cases(store, rejudging, cases, progress, stop)
    else:
        judged = judging(rejudging, progress)
    rest = Outcome()
    findings: list[Row] = []
    for subject in sorted(others):
        _go_on(stop)
        findings += _noted(rest, rejudging.judge_other(subject))
    _note(rest, rejudging.unknown(found | others))
    _flush_findings(store, findings, rest)
    report.others = len(others)
    for one in (judged, rest):
        report.cases += one.cases
        report.findings += one.findings
        report.reissued += one.reissued
        report.older += one.older
        report.different += one.different
        report.differences += one.differences[: _NAMED - len(report.differences)]
    progress("cases", len(cases), len(cases))


def judge_cases(
    store: Store, rejudging: Rejudging, cases: Sequence[str], progress: Progress, stop: threading.Event
) -> Outcome:
    """Judge cases anew, and fill `cases` and `findings` of the copies with what comes of it. Raises Cancelled."""
    outcome = Outcome()
    rows: list[Row] = []
    findings: list[Row] = []
    for number, subject in enumerate(cases):
        _go_on(stop)
        if number % 50 == 0:
            progress("cases", number, len(cases))
        judged = rejudging.judge(subject)
        rows += judged.case
        findings += _noted(outcome, judged)
        if len(rows) >= _ROWS:
            outcome.cases += _flush(store, "cases", "revision", rows)
    outcome.cases += _flush(store, "cases", "revision", rows)
    _flush_findings(store, findings, outcome)
    return outcome


def cases_of(store: Store, part: int = 0, parts: int = 1) -> list[str]:
    """The subjects with events of their own in the copy of the events; one part of them."""
    wanted = {"part": part, "parts": parts}
    return [subject for (subject,) in store.execute(_SUBJECTS, wanted)]


_SUBJECTS: Final = """
SELECT DISTINCT subject FROM events_rebuilt
WHERE (type LIKE 'case.%' OR type LIKE 'agency.%' OR type LIKE 'event.%')
  AND cityHash64(subject) % {parts:UInt32} = {part:UInt32}
ORDER BY subject
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


def _noted(outcome: Outcome, judged: Judged) -> list[Row]:
    """Count a subject; its rows of `findings`."""
    outcome.reissued += judged.is_reissued
    outcome.older += judged.is_older
    _note(outcome, judged.differences)
    return judged.findings


def _note(outcome: Outcome, differences: list[Difference]) -> None:
    outcome.different += len(differences)
    outcome.differences += differences[: _NAMED - len(outcome.differences)]


def _flush_findings(store: Store, findings: list[Row], outcome: Outcome) -> None:
    findings.sort(key=lambda row: int(row["seq"]))
    for start in range(0, len(findings), _ROWS):
        outcome.findings += _flush(store, "findings", "seq", findings[start : start + _ROWS])


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
