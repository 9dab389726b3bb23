"""The sink: carries what the log and the supervisor hold into the read store, at its own pace.

Supervision never waits for it, and while the read store is away nothing has to be set aside: journal and state
database keep all that was not carried. Where it stands it reads off the tables themselves: of each batch the rows
that tell the position are inserted last, and whole or not at all; the others stand the same insert twice. A batch has
a token made of what is in it, so that one whose answer was lost is sent again, as it was, without harm.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import msgspec
import structlog

from domain.events import InvalidEvent, decode_event
from domain.instants import parse_instant
from domain.reference import Reference
from projections.carried import Standing, await_inserts, insert_batch, standing_of
from projections.case_row import case_row
from projections.materials import Materials
from projections.rows import Row, Zones, activity_row, event_row, issue_row, reference_row
from streams.ports import EventLog, IssueRow, Outbox, Record, Signals, Store, VerdictRow

__all__ = ["AheadOfSource", "Batches", "Sink"]

log = structlog.get_logger(__name__)

EVENTS: Final = 5_000
ISSUES: Final = 1_000
VERDICTS: Final = 1_000
"""Rows of one batch at most."""
PAUSE_SECONDS: Final = 0.1
"""Between two looks for something new."""
LONGEST_BACK_OFF_SECONDS: Final = 30.0


class AheadOfSource(Exception):
    """The read store holds more than journal and state database: it belongs to others."""


class Batches:
    """Makes rows of what is read; the same for the sink and for a rebuild."""

    def __init__(
        self, log: EventLog, base: Reference, until: int | None = None, signals: Signals | None = None
    ) -> None:
        self.materials = Materials(log, base, until, signals)
        self._zones = Zones()

    def of_records(self, records: Sequence[Record]) -> dict[str, list[Row]]:
        """Rows by table, in the order in which they must be inserted."""
        self.materials.refresh()
        tables: dict[str, list[Row]] = {"halls": [], "items": [], "expectations": [], "hall_activity": []}
        activity: dict[str, Row] = {}
        events = []
        for record in records:
            position = record.position
            if record.is_apart:
                events.append(_unjudged(record))
                continue
            try:
                event = decode_event(record.raw)
            except InvalidEvent as error:
                log.error("event_unreadable", position=position, error=str(error))
                events.append(_unjudged(record))
                continue
            place = self.materials.place(position, event)
            zone = (
                self._zones.of(place.hall, self.materials.view(record.recorded), event.time)
                if place.hall
                else None
            )
            events.append(event_row(position, event, place, zone))
            seen = activity_row(position, event, place)
            if seen is not None:
                activity[place.hall] = seen
            published = reference_row(position, event, zone)
            if published is not None:
                tables[published[0]].append(published[1])
        tables["hall_activity"] = list(activity.values())
        tables["events"] = events
        return tables

    def of_issues(self, issues: Sequence[IssueRow]) -> list[Row]:
        """Rows of `findings`."""
        self.materials.refresh()
        return [
            self.of_issue(issue.seq, issue.subject, msgspec.json.decode(issue.document)) for issue in issues
        ]

    def of_issue(self, seq: int, subject: str, issue: Mapping[str, Any]) -> Row:
        """A row of `findings`; `issue` is its JSON."""
        about = self.materials.about(subject, parse_instant(issue["recorded"]))
        events = (event.id for event in self.materials.history(subject))
        return issue_row(seq, subject, issue, about, events)

    def of_verdicts(self, verdicts: Sequence[VerdictRow]) -> list[Row]:
        """Rows of `cases`."""
        self.materials.refresh()
        return [self.of_verdict(row.seq, msgspec.json.decode(row.document)) for row in verdicts]

    def of_verdict(self, revision: int, verdict: Mapping[str, Any]) -> Row:
        """A row of `cases`; `verdict` is its JSON, as saved: made just after the last that it takes in."""
        at, known_at = parse_instant(verdict["at"]), parse_instant(verdict["known_at"])
        evaluation = self.materials.evaluation(verdict["subject"], at, known_at, before=known_at)
        return case_row(revision, verdict, evaluation, self.materials.view(known_at))


class Sink:
    """Runs in a thread of its own: `run`. The other methods may be called from any thread."""

    def __init__(
        self,
        log: EventLog,
        outbox: Outbox,
        store: Store,
        base: Reference,
        suffix: str = "",
        ready: Callable[[], bool] = lambda: True,
    ) -> None:
        """`base` is the reference data known without the log, `suffix` ends the names of the tables to fill.

        Until `ready`, log and outbox are still being filled with what they held before, and nothing is carried.
        Raises AheadOfSource when the read store is of another journal.
        """
        self._ready = ready
        self._suffix = suffix
        self._log = log
        self._outbox = outbox
        self._store = store
        self._base = base
        self._lock = threading.Lock()
        self._is_known = False
        self._under_way: dict[str, int] = {}
        if ready():
            self._begin()
        else:
            self._standing = standing_of(store, suffix)
        self.failures = 0
        """Batches that failed in a row; 0 while all is well."""
        self.last_error: str | None = None

    @property
    def standing(self) -> Standing:
        """How far it has come; changes whenever something new is visible."""
        return self._standing

    def run(self, stop: threading.Event) -> None:
        """Carry until `stop` is set. What fails is tried again after a pause that grows up to half a
        minute.
        """
        while not stop.is_set():
            try:
                moved = self.step()
            except Exception as error:
                self.failures += 1
                self.last_error = str(error)
                pause = min(LONGEST_BACK_OFF_SECONDS, 0.5 * 2.0 ** min(self.failures - 1, 10))
                log.error("sink_failed", error=repr(error)[:500], failures=self.failures, again_in=pause)
                stop.wait(pause)
            else:
                self.failures, self.last_error = 0, None
                stop.wait(0.0 if moved >= VERDICTS else PAUSE_SECONDS)

    def drain(self) -> None:
        """Carry everything that there is when it is called. Raises what the read store raises.

        What comes meanwhile may stay behind: under a steady load an end that moves on would never be reached.
        """
        position, (issues, verdicts) = self._log.end(), self._outbox.outbox_ends()
        while self.step():
            standing = self._standing
            if standing.position >= position and standing.issues >= issues and standing.verdicts >= verdicts:
                return

    def step(self) -> int:
        """Carry one batch of each kind; how many rows that were."""
        with self._lock:
            if not self._is_known:
                if not self._ready():
                    return 0
                self._begin()
            issues = self._issues()
            if issues == ISSUES:  # as the halls close: findings go before everything else
                return issues
            return issues + self._verdicts() + self._records()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Nothing is carried meanwhile; afterwards it goes on from what the tables then hold."""
        with self._lock:
            self._is_known = False
            yield

    def _begin(self) -> None:
        await_inserts(self._store)
        self._batches = Batches(self._log, self._base, signals=self._outbox)
        self._standing = standing_of(self._store, self._suffix)
        if self._standing.position > self._log.end():
            raise AheadOfSource(
                f"the read store holds events up to position {self._standing.position}, the journal only "
                f"{self._log.end()}: it is of another journal; expected an empty read store"
            )
        self._under_way.clear()
        self._is_known = True

    def _issues(self) -> int:
        issues = self._outbox.issues(self._standing.issues, ISSUES)
        if issues:
            last = self._sent("findings", issues[-1].seq)
            issues = [issue for issue in issues if issue.seq <= last]
            self._insert("findings", self._batches.of_issues(issues), [issue.seq for issue in issues])
            self._carried("findings", self._standing._replace(issues=last))
        return len(issues)

    def _verdicts(self) -> int:
        verdicts = self._outbox.verdicts(self._standing.verdicts, VERDICTS)
        if verdicts:  # a row that is there twice is one row by its revision
            self._insert("cases", self._batches.of_verdicts(verdicts), [verdict.seq for verdict in verdicts])
            self._carried("cases", self._standing._replace(verdicts=verdicts[-1].seq))
        return len(verdicts)

    def _records(self) -> int:
        records = self._log.read(self._standing.position, EVENTS)
        if records:
            last = self._sent("events", records[-1].position)
            records = [record for record in records if record.position <= last]
            keys = [record.position for record in records]
            for table, rows in self._batches.of_records(records).items():
                self._insert(table, rows, keys)
            self._carried("events", self._standing._replace(position=last))
        return len(records)

    def _sent(self, table: str, last: int) -> int:
        """The last key of the batch to send: that of the batch whose answer is not known, while there is one."""
        return self._under_way.setdefault(table, last)

    def _carried(self, table: str, standing: Standing) -> None:
        self._under_way.pop(table, None)
        self._standing = standing

    def _insert(self, table: str, rows: Sequence[Row], keys: Sequence[int]) -> None:
        insert_batch(self._store, table, rows, keys, self._suffix)


def _unjudged(record: Record) -> Row:
    """A record that cannot be read, or is kept apart, has a row too, so that positions have no gap."""
    return {
        "position": record.position,
        "recorded": record.recorded,
        "time": record.recorded,
        "received": None,
        "day": None,
        "id": "",
        "source": "",
        "type": "",
        "subject": record.subject,
        "hall": "",
        "item": "",
        "data": record.raw.decode("utf-8", "replace"),
    }
