"""The read store as at another instant, as known at another: every subject judged anew for that moment.

The rows lie in tables in memory, and the same queries are asked of them. A moment costs about a second for three
thousand cases; the last few are kept.
"""

import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from domain.events import Event
from domain.fold import Issue
from domain.instants import format_instant, parse_instant
from domain.orders import spoken_of
from domain.reference import Reference
from domain.subjects.kinds import kind_of
from domain.verdict import verdict_document
from projections.case_row import about, case_row
from projections.materials import Materials
from projections.rows import issue_row
from projections.sound import fold_soundly
from streams.ports import EventLog, Signals, Store

__all__ = ["MOST_CASES", "PastStore", "Pasts", "TooManyCases"]

MOST_CASES: Final = 30_000
"""More would keep the asker waiting for longer than ten seconds."""
_KEPT: Final = 3
_ROWS: Final = 2_000
_PREFIX: Final = "past_"

_SUBJECTS: Final = """
SELECT DISTINCT subject FROM events
WHERE (type LIKE 'case.%' OR type LIKE 'agency.%' OR type LIKE 'event.%') AND recorded <= {known_at:Int64}
ORDER BY subject LIMIT {most:UInt32}
"""
_KEPT_SECONDS: Final = 3_600.0
_LEFT_OVER: Final = """
SELECT name FROM system.tables
WHERE database = currentDatabase() AND startsWith(name, {prefix:String})
  AND (NOT {shared:UInt8} OR metadata_modification_time < now() - INTERVAL 1 DAY)
"""
_COPY: Final = "CREATE TABLE [name]_[table] ENGINE = Memory AS SELECT * FROM [table] LIMIT 0"
_FROM: Final = {
    "events": "(SELECT * FROM events WHERE recorded <= {past_known_at:Int64} AND time <= {past_at:Int64})",
    "hall_activity": """(
        SELECT hall, recorded, position FROM events
        WHERE hall != '' AND NOT match(type, '^(calendar|item|hall|profile)[.]')
          AND recorded <= {past_known_at:Int64} AND recorded <= {past_at:Int64}
    )""",
}
_TABLE: Final = re.compile(r"\bFROM (cases FINAL|events|findings|hall_activity)\b")


class TooManyCases(Exception):
    """More cases than can be judged while somebody waits."""


class PastStore:
    """A `Store` to be read: `cases` and `findings` of then, `events` less what had not happened or was not known."""

    def __init__(self, store: Store, name: str, at: int, known_at: int) -> None:
        self._store = store
        self._from = _FROM | {"cases FINAL": f"{name}_cases", "findings": f"{name}_findings"}
        self._then = {"past_at": at, "past_known_at": known_at}

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """See `Store.execute`."""
        statement = _TABLE.sub(lambda found: f"FROM {self._from[found[1]]}", sql)
        return self._store.execute(statement, {**(params or {}), **self._then})

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]], token: str) -> None:
        """The past cannot be written."""
        raise TypeError("a past moment is read only")


class Pasts:
    """Past moments of one read store; from any thread, one asker at a time."""

    def __init__(
        self, store: Store, log: EventLog, base: Reference, signals: Signals, *, shared: bool = False
    ) -> None:
        """`base` is the reference data that is known without the log, `signals` what was forwarded to subjects.

        `shared`: other processes make past moments in this store too, under names of their own.
        """
        self._store = store
        self._signals = signals
        self._materials = Materials(log, base, signals=signals)
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[int, int, int], tuple[str, float]] = OrderedDict()
        self._names = f"{_PREFIX}{secrets.token_hex(4)}_" if shared else _PREFIX
        self._count = 0
        for (name,) in store.execute(_LEFT_OVER, {"prefix": _PREFIX, "shared": int(shared)}):
            store.execute(f"DROP TABLE {name} SYNC")

    @contextmanager
    def moment(self, at: int, known_at: int) -> Iterator[PastStore]:
        """The read store as at `at`, as known at `known_at` (instants). Raises TooManyCases."""
        with self._lock:
            ((position,),) = self._store.execute("SELECT max(position) FROM events")
            key = (at, known_at, position)
            now = time.monotonic()
            for old in [one for one, (_, made) in self._kept.items() if now - made > _KEPT_SECONDS]:
                self._drop(self._kept.pop(old)[0])
            if key not in self._kept:
                self._kept[key] = self._make(at, known_at), now
            name, _ = self._kept[key]
            self._kept.move_to_end(key)
            while len(self._kept) > _KEPT:
                self._drop(self._kept.popitem(last=False)[1][0])
            yield PastStore(self._store, name, at, known_at)

    def _make(self, at: int, known_at: int) -> str:
        found = self._store.execute(_SUBJECTS, {"known_at": known_at, "most": MOST_CASES + 1})
        subjects = {subject for (subject,) in found}
        # halls, receipts and the like: they have findings, and no row of their own
        subjects |= {subject for subject in self._signals.signalled() if kind_of(subject) != "case"}
        if len(subjects) > MOST_CASES:
            raise TooManyCases(f"more than {MOST_CASES:,} cases are known at that moment")
        self._materials.refresh()
        self._count += 1
        name = f"{self._names}{self._count}"
        try:
            for table in ("cases", "findings"):
                self._store.execute(_COPY.replace("[name]", name).replace("[table]", table))
            self._fill(name, sorted(subjects), at, known_at)
        except BaseException:
            self._drop(name)
            raise
        return name

    def _fill(self, name: str, subjects: Sequence[str], at: int, known_at: int) -> None:
        findings: list[tuple[str, Mapping[str, Any], Mapping[str, str], Sequence[str]]] = []
        for start in range(0, len(subjects), _ROWS):
            rows = []
            for number, subject in enumerate(subjects[start : start + _ROWS], start):
                evaluation = self._materials.evaluation(subject, at, known_at)
                verdict = verdict_document(subject, evaluation, [], None, with_ledger=False)
                history = self._materials.history(subject)
                if kind_of(subject) == "case" and _is_told(history, known_at):
                    rows.append(case_row(number, verdict, evaluation, self._materials.view(known_at)))
                if verdict["findings"]:
                    known, said = about(evaluation.draft), self._said(subject, known_at)
                    events = [event.id for event in history]
                    findings += [(subject, _entry(one, said), known, events) for one in verdict["findings"]]
            self._store.insert(f"{name}_cases", rows, f"{name}:{start}")
        findings.sort(key=lambda one: tuple(parse_instant(one[1][name]) for name in ("recorded", "occurred")))
        made = [issue_row(seq, *one) for seq, one in enumerate(findings, 1)]
        for start in range(0, len(made), _ROWS):
            self._store.insert(f"{name}_findings", made[start : start + _ROWS], f"{name}:findings:{start}")

    def _said(self, subject: str, known_at: int) -> dict[str, Issue]:
        """The last raise or escalation of each finding of a case that was issued up to `known_at`."""
        reference = self._materials.reference
        fold = fold_soundly(subject, self._materials.history(subject), reference, known_at)
        return {
            one.finding: one for one in fold.issued_by(reference, known_at) if one.type != "finding.lifted"
        }

    def _drop(self, name: str) -> None:
        for table in ("cases", "findings"):
            self._store.execute(f"DROP TABLE IF EXISTS {name}_{table} SYNC")


def _is_told(history: Sequence[Event], known_at: int) -> bool:
    """Whether something is known of a case; corrections that came before it are none."""
    return any(event.recorded <= known_at and spoken_of(event) is None for event in history)


def _entry(finding: Mapping[str, Any], said: Mapping[str, Issue]) -> dict[str, Any]:
    """A finding in force as the entry that says so; what was never issued says when it occurred."""
    issue = said.get(finding["id"])
    return {
        "id": finding["id"],
        "type": "finding.raised",
        "finding": finding["id"],
        "code": finding["code"],
        "level": finding["level"],
        "clock": finding["clock"],
        "round": finding["round"],
        "occurred": finding["occurred"],
        "recorded": finding["occurred"] if issue is None else format_instant(issue.recorded),
        "reason": None,
        "cause": None if issue is None else issue.cause,
    }
