"""Judging every case anew from the journal, and comparing with what the supervisor saved of it."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from domain.fold import CaseFold
from domain.instants import format_instant, parse_instant
from domain.judge import verdict_of
from domain.reference import Reference
from domain.subjects.kinds import kind_of
from domain.verdict import ENGINE_VERSION, issue_document
from projections.rows import Row
from projections.sink import Batches
from projections.sound import fold_soundly
from streams.ports import EventLog, IssueRow, StateStore

__all__ = ["Difference", "Judged", "Rejudging"]

_PAGE: Final = 1_000
_EVER: Final = -(2**62)


class Difference(NamedTuple):
    """A subject on which the journal and the supervisor do not agree, and in what."""

    subject: str
    what: str


class Judged(NamedTuple):
    """Rows made of one subject."""

    case: list[Row]
    findings: list[Row]
    differences: list[Difference]
    is_reissued: bool
    """What was issued came about in another way than by judging once in order: the history was judged anew."""
    is_older: bool
    """An earlier engine judged it, so verdicts cannot be compared."""


class _Kept(NamedTuple):
    seq: int
    digest: str
    known_at: int
    in_force: frozenset[str]
    engine: str


class Rejudging:
    """Compares with what was saved when it was made; what is saved later is carried by the sink."""

    def __init__(self, log: EventLog, state: StateStore, base: Reference) -> None:
        self._state = state
        self._position = state.position()
        self._last_issue = _last_issue(state)
        self._kept = dict(_kept(state))
        self._dead = {row.letter.subject for row in state.dead_letters(replayed=True)}
        # the log's end is read after what was made from it
        self.end = log.end()
        self.batches = Batches(log, base, until=self.end, signals=state)

    def judge(self, subject: str) -> Judged:
        """The subject's rows from its whole history, and what differs from what was saved."""
        kept = self._kept.get(subject)
        said = self._state.issues_of(subject)
        if kept is None:
            return self._not_judged(subject, said)
        try:
            fold, verdict = self._verdict(subject, kept.known_at)
        except Exception as error:
            failed = Difference(subject, f"judging it fails: {type(error).__name__}: {error}")
            return Judged([], self._findings(subject, said), [failed], is_reissued=False, is_older=False)
        row = self.batches.of_verdict(kept.seq, verdict)
        issues = [issue_document(issue) for issue in fold.issued]
        is_reissued = issues != [_content(one) for one in said[: len(issues)]]
        is_older = kept.engine != ENGINE_VERSION
        differences = []
        if not is_older:
            differences = [Difference(subject, what) for what in self._what_differs(kept, verdict)]
            if is_reissued and _in_force(said, kept.known_at) != kept.in_force:
                differences.append(Difference(subject, "the findings issued are not those in force"))
        if self._has_unjudged(subject, kept.known_at):
            differences.append(Difference(subject, "an event of the journal was not judged"))
        return Judged([row], self._findings(subject, said), differences, is_reissued, is_older)

    def _verdict(self, subject: str, known_at: int) -> tuple[CaseFold, dict[str, Any]]:
        """The fold up to just before `known_at`, and its verdict just after the last that happened."""
        materials = self.batches.materials
        fold = fold_soundly(subject, materials.history(subject), materials.reference, known_at - 1)
        fold.advance(materials.reference, known_at)
        at = fold.position + 1
        return fold, verdict_of(fold, materials.reference, at, at, ledger=False)

    def _what_differs(self, kept: _Kept, verdict: dict[str, Any]) -> Iterator[str]:
        if parse_instant(verdict["known_at"]) != kept.known_at:
            yield f"the verdict saved is as at {format_instant(kept.known_at)}, not {verdict['known_at']}"
        elif verdict["digest"] != kept.digest:
            yield f"the verdict saved has the digest {kept.digest[:12]}, not {verdict['digest'][:12]}"

    def unknown(self, subjects: set[str]) -> list[Difference]:
        """Subjects that the supervisor has judged and the journal does not hold."""
        return [
            Difference(subject, "the journal has no event of it")
            for subject in self._kept
            if subject not in subjects
        ]

    def others(self) -> list[Row]:
        """Rows of what was issued on subjects that are no cases, as it was issued."""
        rows: list[Row] = []
        seq = 0
        while issues := self._state.issues(seq, _PAGE):
            rows += [
                self.batches.of_issue(one.seq, one.subject, msgspec.json.decode(one.document))
                for one in issues
                if kind_of(one.subject) != "case" and one.seq <= self._last_issue
            ]
            seq = issues[-1].seq
        return rows

    def _not_judged(self, subject: str, said: Sequence[IssueRow]) -> Judged:
        excused = subject in self._dead or not self._has_unjudged(subject, _EVER)
        differences = [] if excused else [Difference(subject, "it was never judged")]
        return Judged([], self._findings(subject, said), differences, is_reissued=False, is_older=False)

    def _findings(self, subject: str, said: Sequence[IssueRow]) -> list[Row]:
        return [
            self.batches.of_issue(row.seq, subject, msgspec.json.decode(row.document))
            for row in said
            if row.seq <= self._last_issue
        ]

    def _has_unjudged(self, subject: str, known_at: int) -> bool:
        """Whether the supervisor has passed over an event of the subject."""
        if subject in self._dead:
            return False
        return self.batches.materials.has_records(subject, known_at - 1, self._position)


def _content(said: IssueRow) -> dict[str, Any]:
    """What was issued, whichever engine did so."""
    document: dict[str, Any] = msgspec.json.decode(said.document)
    document.pop("engine", None)
    return document


def _in_force(said: Sequence[IssueRow], known_at: int) -> frozenset[str]:
    """Ids of the findings in force by what was issued up to an instant."""
    last: dict[Any, dict[str, Any]] = {}
    for row in said:
        issue = msgspec.json.decode(row.document)
        if parse_instant(issue["recorded"]) > known_at:
            continue
        if issue["type"] == "finding.lifted":
            last = {key: one for key, one in last.items() if one["finding"] != issue["finding"]}
        else:
            key = (issue["code"], issue["clock"], issue["round"]) if issue["clock"] else issue["finding"]
            last[key] = issue
    return frozenset(issue["finding"] for issue in last.values())


def _kept(state: StateStore) -> Iterator[tuple[str, _Kept]]:
    seq = 0
    while rows := state.verdicts(seq, _PAGE):
        for row in rows:
            verdict = msgspec.json.decode(row.document)
            in_force = frozenset(finding["id"] for finding in verdict["findings"])
            known_at = parse_instant(verdict["known_at"])
            yield row.subject, _Kept(row.seq, verdict["digest"], known_at, in_force, verdict["engine"])
        seq = rows[-1].seq


def _last_issue(state: StateStore) -> int:
    seq = 0
    while rows := state.issues(seq, _PAGE):
        seq = rows[-1].seq
    return seq
