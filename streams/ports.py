"""The ports of Sundial: the few shapes that the embedded and the cluster parts both have.

Instants are int microseconds UTC. A position is a whole number that grows along the log; 0 is "before the
first record". Everything here is meant to be implemented; nothing here does anything itself.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple, Protocol

from domain.events import Event

AppendStatus = Literal["accepted", "duplicate", "refused"]


MISPLACED: Final = "\0kept/misplaced/"
"""Subjects of a log begin so where an event lies in the partition of another subject."""


class AppendResult(NamedTuple):
    """What became of one event of an append call."""

    id: str
    source: str
    status: AppendStatus
    position: int | None
    """Where it stands in the log; of a duplicate: where the first one stands; None when refused, and while it waits
    in an outbox."""
    reason: str | None
    """Why it was refused, naming the place and what was expected; else None."""


class Record(NamedTuple):
    """One event as it stands in the log."""

    position: int
    recorded: int
    subject: str
    is_reference: bool
    """Whether it says what the judge looks up: a calendar, an item, ..., or a correction of such an event."""
    raw: bytes
    """The event as structured JSON, every field as it was sent, with `recordedtime`."""

    @property
    def is_apart(self) -> bool:
        """Whether it lies where its subject's events do not belong: it is kept under a name apart, and never judged."""
        return self.subject.startswith(MISPLACED)


class LogError(Exception):
    """The log would not take the call as a whole; nothing of it was stored."""


class Intake(Protocol):
    """Where events are handed in: on disk before `append` returns."""

    def append(self, events: Sequence[Event], recorded: Sequence[int] | None = None) -> list[AppendResult]:
        """Store events under one recorded instant, strictly later than the log's last; one result per event.

        Only an importer of history states `recorded`, one instant per event, non-decreasing and not before
        the log's last (LogError otherwise, nothing stored). What is stored already is a duplicate and needs
        no such order, so that importing twice changes nothing.
        """

    def end(self) -> int:
        """The last position. Whatever is appended after this call is recorded after the call."""


class EventLog(Intake, Protocol):
    """Events of all subjects in one order of positions."""

    def read(self, position: int, limit: int) -> list[Record]:
        """Records after `position`, about `limit` of them: a group of one recorded instant is never split."""

    def history(self, subject: str, until: int | None = None) -> list[Record]:
        """All records of one subject in order, up to and including position `until`."""

    def reference(self, until: int | None = None, after: int = 0) -> list[Record]:
        """All records of reference events in order, after position `after`, up to and including `until`.

        A correction that was recorded before the reference event that it speaks of is no reference data until then: it
        comes just before that event, at the event's position, with its own recorded instant.
        """

    def last_recorded(self) -> int | None:
        """The recorded instant of the last record, None in an empty log."""

    def importing(self) -> float:
        """Seconds for which an import of history may still be under way; 0 when there is none.

        While history is read in, its own instants are what passes, not the clock's.
        """

    def subscribe(self, wake: threading.Event) -> None:
        """Set `wake` after every append that stored something."""


class Clock(Protocol):
    """The one clock that all parts share. It never goes back."""

    def now(self) -> int:
        """The present instant."""

    def sleep_until(self, instant: int | None, interrupted: threading.Event) -> None:
        """Return once now() >= instant (None: never), or at once when `interrupted` is or becomes set."""


@dataclass(frozen=True, slots=True)
class SubjectState:
    """What is kept of one subject between two events."""

    subject: str
    fold: bytes
    next_change: int | None
    """The verdict may differ for every instant after this one; None: never without an event."""
    open: bool
    """Whether a change of reference data, or of the engine, may still concern it."""
    engine: str
    """Version of the judging code that made `fold`."""
    reference_position: int
    """Position of the last reference event it was judged with."""
    revision: int = 0
    """How often its history was judged anew with another outcome."""
    key: int | None = None
    """The store's own key of the subject, once it has one."""


@dataclass(frozen=True, slots=True)
class IssueRow:
    """A finding raised, escalated or lifted, in the order in which the supervisor issued it."""

    seq: int
    subject: str
    document: bytes
    """JSON of the issue, instants as RFC 3339, and with `engine`, the version of the judging code that issued it
    (left out by version 1)."""


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """The current verdict of a subject; a newer one takes its place under a new `seq`."""

    seq: int
    subject: str
    document: bytes
    """JSON of the verdict without its ledgers and without `issued`, instants as RFC 3339."""


DeadLetterKind = Literal["decode", "reference", "step", "advance", "verdict"]
"""What failed: reading an event, reading reference data, judging an event, a timer, writing the verdict."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Something that could not be judged: kept with its cause, to be looked at and tried again."""

    position: int | None
    """Position of the event; None when no event but a timer or a sweep failed."""
    subject: str
    kind: DeadLetterKind
    cause: str
    at: int
    """Instant at which it failed."""


@dataclass(frozen=True, slots=True)
class DeadLetterRow:
    """A dead letter as it is kept, under its number."""

    number: int
    letter: DeadLetter
    replayed_at: int | None


@dataclass(slots=True)
class Changes:
    """One run of the supervisor, saved whole or not at all."""

    position: int
    """Everything up to and including this position of the log has been judged."""
    judged_until: int
    """Thresholds before this instant may have been issued; no later event may be recorded before it."""
    subjects: list[SubjectState] = field(default_factory=list)
    issues: list[tuple[str, bytes]] = field(default_factory=list)
    """(subject, document) in the order of issue."""
    verdicts: list[tuple[str, bytes]] = field(default_factory=list)
    """(subject, document), each of a subject in `subjects`."""
    dead_letters: list[DeadLetter] = field(default_factory=list)
    replayed: list[int] = field(default_factory=list)
    """Numbers of dead letters that have been judged after all, at `judged_until`."""
    reconsider: bool = False
    """Whether every open subject counts as judged with no reference data yet."""
    signals: list[tuple[str, int, bytes]] = field(default_factory=list)
    """(subject, recorded instant, event as structured JSON): what is forwarded to subjects that are not its own."""
    forwarded: list[tuple[str, int, bytes]] = field(default_factory=list)
    """The same for subjects that are judged elsewhere: to be sent, not kept."""


class Signals(Protocol):
    """What was forwarded to subjects that are not its own."""

    def signals(self, subject: str) -> list[Record]:
        """All that was forwarded to a subject, in order; positions are 0."""

    def signalled(self) -> list[str]:
        """Every subject to which something was forwarded."""


class Outbox(Signals, Protocol):
    """What the projections read: both lists by their own sequence numbers, at their own pace."""

    def issues(self, after: int, limit: int) -> list[IssueRow]:
        """Issues with seq > after, in order."""

    def verdicts(self, after: int, limit: int) -> list[VerdictRow]:
        """Current verdicts with seq > after, in order; a verdict since replaced is not seen again."""

    def outbox_ends(self) -> tuple[int, int]:
        """The last seq of issues and of verdicts, 0 where there is none."""


class StateStore(Outbox, Protocol):
    """State of all subjects, saved together with what was issued and with the position."""

    def position(self) -> int:
        """The position saved last, 0 at first."""

    def judged_until(self) -> int:
        """The instant saved last, 0 at first."""

    def routed(self) -> int:
        """The position up to which events were forwarded: behind `position` in what an earlier version wrote."""

    def load(self, subjects: Sequence[str]) -> dict[str, SubjectState]:
        """The states of those subjects that have one."""

    def save(self, changes: Changes) -> dict[str, int]:
        """Save everything in one transaction; returns the key of every saved subject (see `timers`)."""

    def timers(self) -> Iterator[tuple[int, int]]:
        """(next_change, key) of every subject that has a next change; keys are small, dense numbers."""

    def subjects(self, keys: Sequence[int]) -> dict[int, str]:
        """The subjects of those keys."""

    def issues_of(self, subject: str) -> list[IssueRow]:
        """Everything issued on one subject, in order."""

    def lagging(self, reference_position: int, engine: str, limit: int) -> list[str]:
        """Open subjects judged with an older reference position or by another engine."""

    def open_subjects(self) -> int:
        """How many subjects are open."""

    def dead_letters(self, *, replayed: bool = False) -> list[DeadLetterRow]:
        """Dead letters by number; those replayed already only when asked for."""


class Store(Protocol):
    """The read side: SQL of the ClickHouse family."""

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Run one statement with `{name:Type}` parameters; its rows."""

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]], token: str) -> None:
        """Insert one batch; the same token again inserts nothing."""
