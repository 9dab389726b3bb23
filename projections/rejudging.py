"""Judging every subject anew from the journal, and comparing with what the supervisor saved of it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from domain.fold import CaseFold
from domain.instants import format_instant, parse_instant
from domain.judge import verdict_of
from domain.reference import Reference
from domain.subjects.kinds import kind_of
from domain.verdict import ENGINE_VERSION, issue_document
from projections.comparing import in_force, said_before, what_differs
from projections.forwarded import Forwarded, Proofs
from projections.rows import Row
from projections.sink import Batches
from projections.sound import fold_soundly
from streams.ports import EventLog, IssueRow, Record, StateStore, SubjectState

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
    """of the verdict"""
    engine: str


class _Issued:
    """What was issued on a subject before an instant of knowledge, beside what its history issues."""

    def __init__(
        self, said: Sequence[IssueRow], fold: CaseFold, before: int, state: SubjectState | None
    ) -> None:
        if state is not None and state.next_change == before - 1:
            before -= 1  # a timer of the very instant has still to wake
        self.was_judged_anew = state is not None and state.revision > 0
        self.said = said_before(said, before)
        judged = [issue_document(issue) for issue in fold.issued if issue.recorded < before]
        self.differs = what_differs(self.said, judged)


class Rejudging:
    """Compares with what was saved when it was made; what is saved later is carried by the sink."""

    def __init__(self, log: EventLog, state: StateStore, base: Reference) -> None:
        self._state = state
        self._position = state.position()
        self._judged_until = state.judged_until()
        self._last_issue, self._spoken_of = _issues(state)
        self._kept = dict(_kept(state))
        self._dead = {row.letter.subject for row in state.dead_letters(replayed=True)}
        self._forwarded = Forwarded(log, self._position)
        # the log's end is read after what was made from it
        self.end = log.end()
        self.batches = Batches(log, base, until=self.end, signals=state)
        self._last = _EVER

    def forward(self, records: Sequence[Record]) -> None:
        """Take the next records of the log in. All of them, before any subject is judged."""
        self.batches.materials.refresh()
        self._last = records[-1].recorded
        self._forwarded.take(records, self.batches.materials.view)

    def proofs(self) -> Proofs:
        """What `forward` has found out, for other processes that judge some of the cases."""
        return self._forwarded.proofs()

    def believe(self, proofs: Proofs) -> None:
        """Take what another process has found out, in place of `forward`."""
        self.batches.materials.refresh()
        self._last, _ = proofs
        self._forwarded.believe(proofs)

    def judge(self, subject: str) -> Judged:
        """The rows of a case from its whole history, and what differs from what was saved."""
        kept = self._kept.get(subject)
        said = self._state.issues_of(subject)
        if kept is None:
            # corrections alone are no case: they have a state, and no verdict
            alone = self.batches.materials.has_only_orders(subject, self._position)
            return self.judge_other(subject) if alone else self._not_judged(subject, said)
        try:
            fold, verdict = self._verdict(subject, kept.known_at)
        except Exception as error:
            return self._failed(subject, said, error)
        row = self.batches.of_verdict(kept.seq, verdict)
        state = self._state.load([subject]).get(subject)
        issued = _Issued(said, fold, kept.known_at, state)
        differences: list[str] = []
        is_older = kept.engine != ENGINE_VERSION
        if not is_older:
            differences += self._what_differs(kept, verdict)
            differences += self._what_was_not_so(subject, issued, kept.in_force)
        if self._has_unjudged(subject, kept.known_at):
            differences.append("an event of the journal was not judged")
        return self._judged(subject, said, differences, issued.differs is not None, is_older, [row])

    def others(self, subjects: Iterable[str]) -> set[str]:
        """Those of `subjects` that are no cases, and all others that something is forwarded to or was issued on."""
        kept = {subject for subject in self._state.signalled() if kind_of(subject) != "case"}
        issued = {subject for subject in self._spoken_of if kind_of(subject) != "case"}
        forwarded = {subject for subject in self._forwarded.subjects() if kind_of(subject) != "case"}
        return kept | issued | forwarded | {subject for subject in subjects if kind_of(subject) != "case"}

    def judge_other(self, subject: str) -> Judged:
        """What was issued on a subject that is no case, as it was issued, and what differs.

        It has no verdict that was saved: what it is compared with is the fold that the supervisor goes on from.
        """
        said = self._state.issues_of(subject)
        state = self._state.load([subject]).get(subject)
        if state is None or subject in self._dead:
            return self._not_judged(subject, said)
        materials = self.batches.materials
        is_older = state.engine != ENGINE_VERSION
        try:
            # a mirror keeps no folds: there the judge goes on from the history itself
            kept = CaseFold.from_bytes(state.fold) if state.fold else None
            # it may have gone on while the rebuild was under way
            has_gone_on = state.reference_position > self.end or (
                kept is not None and any(event.recorded > self._last for event in kept.events)
            )
            at = self._judged_until - 1 if kept is None else kept.position
            at = min(at, self._last) if has_gone_on else at
            fold = fold_soundly(subject, materials.history(subject), materials.reference, at)
            fold.advance(materials.reference, at + 1)
            now = verdict_of(fold, materials.reference, at + 1, at + 1, ledger=False)
            then = verdict_of(kept or fold, materials.reference, at + 1, at + 1, ledger=False)
        except Exception as error:
            return self._failed(subject, said, error)
        issued = _Issued(said, fold, at + 1, None if has_gone_on else state)
        differences: list[str] = []
        if not is_older:
            if not has_gone_on and now["digest"] != then["digest"]:
                differences.append(
                    f"its state has the digest {then['digest'][:12]}, not {now['digest'][:12]}"
                )
            if state.revision == 0 or not has_gone_on:
                standing = frozenset(finding["id"] for finding in now["findings"])
                differences += self._what_was_not_so(subject, issued, standing)
        return self._judged(subject, said, differences, issued.differs is not None, is_older)

    def _what_was_not_so(self, subject: str, issued: "_Issued", standing: frozenset[str]) -> Iterator[str]:
        """In what the entries issued, and what was forwarded, are not what the journal says."""
        if subject in self._dead:
            return
        if not self._forwarded.is_kept(subject, self._state.signals(subject)):
            yield "what was forwarded to it is not what the journal forwards"
        if issued.differs is not None:
            if not issued.was_judged_anew:
                yield issued.differs
            elif in_force(issued.said) != standing:
                yield "the findings issued are not those in force"

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
            for subject in sorted({*self._kept, *self._spoken_of} - subjects)
        ]

    def _not_judged(self, subject: str, said: Sequence[IssueRow]) -> Judged:
        is_forwarded = subject in self._forwarded.subjects() and kind_of(subject) != "case"
        excused = subject in self._dead or not (is_forwarded or self._has_unjudged(subject, _EVER))
        differences = [] if excused else ["it was never judged"]
        if excused and any(row.seq <= self._last_issue for row in said) and subject not in self._dead:
            differences = ["the journal has nothing for which entries were issued on it"]
        return self._judged(subject, said, differences)

    def _failed(self, subject: str, said: Sequence[IssueRow], error: Exception) -> Judged:
        return self._judged(subject, said, [f"judging it fails: {type(error).__name__}: {error}"])

    def _judged(
        self,
        subject: str,
        said: Sequence[IssueRow],
        differences: Iterable[str],
        is_reissued: bool = False,
        is_older: bool = False,
        case: list[Row] | None = None,
    ) -> Judged:
        named = [Difference(subject, what) for what in differences]
        return Judged(case or [], self._findings(subject, said), named, is_reissued, is_older)

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


def _kept(state: StateStore) -> Iterator[tuple[str, _Kept]]:
    seq = 0
    while rows := state.verdicts(seq, _PAGE):
        for row in rows:
            verdict = msgspec.json.decode(row.document)
            standing = frozenset(finding["id"] for finding in verdict["findings"])
            known_at = parse_instant(verdict["known_at"])
            yield row.subject, _Kept(row.seq, verdict["digest"], known_at, standing, verdict["engine"])
        seq = rows[-1].seq


def _issues(state: StateStore) -> tuple[int, set[str]]:
    """The last sequence number of issues, and the subjects that they are on."""
    seq, subjects = 0, set[str]()
    while rows := state.issues(seq, _PAGE):
        subjects |= {row.subject for row in rows}
        seq = rows[-1].seq
    return seq, subjects
