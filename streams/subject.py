"""One subject under supervision: its fold, and what became new since it was loaded."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from domain.events import Event
from domain.fold import CaseFold, Issue
from domain.judge import verdict_of
from domain.reference import Reference
from domain.verdict import ENGINE_VERSION
from streams.differences import differences
from streams.ports import SubjectState

_ENDED = frozenset(("completed", "not_accepted", "withdrawn", "voided", "merged"))


class _Move(NamedTuple):
    """The events of one recorded instant; None: only time passes, up to that instant."""

    events: Sequence[Event] | None
    instant: int


class _Origin(NamedTuple):
    """Where the moves begin."""

    fold: bytes | None
    issues: tuple[Issue, ...]
    revision: int


class LiveSubject:
    """A fold that is moved on in order of knowledge. A move that fails leaves it as it was before."""

    def __init__(self, subject: str, state: SubjectState | None = None) -> None:
        """Raises what the fold raises when `state` cannot be read; then build it anew from its history."""
        self.subject = subject
        self.reference_position = state.reference_position if state else 0
        self.key = state.key if state else None
        self._origin = _Origin(state.fold, (), state.revision) if state else _Origin(None, (), 0)
        self._moves: list[_Move] = []
        self._begin()

    def _begin(self) -> None:
        origin = self._origin
        self.fold = CaseFold(self.subject) if origin.fold is None else CaseFold.from_bytes(origin.fold)
        self.issues = list(origin.issues)
        """Issued since it was loaded, in order."""
        self.revision = origin.revision
        """How often its history was judged anew with another outcome."""

    def step(self, events: Sequence[Event], reference: Reference, recorded: int) -> None:
        """Take the events of one recorded instant. Raises what a rule raises."""
        self._move(_Move(events, recorded), reference)

    def advance(self, reference: Reference, until: int) -> None:
        """Let time pass up to `until`. Raises what a rule raises."""
        self._move(_Move(None, until), reference)

    def undo(self, reference: Reference) -> None:
        """Take back the last move."""
        self._moves.pop()
        self._restore(reference)

    def replace(self, fold: CaseFold, issued: Sequence[Issue], recorded: int, cause: str) -> None:
        """Go on with a fold made anew from the whole history; `issued` is what was issued until now."""
        self.issues = self._diverge(issued, fold.issued, recorded, cause)
        self.fold = fold
        self._origin = _Origin(fold.to_bytes(), tuple(self.issues), self.revision)
        self._moves.clear()

    def verdict(self, reference: Reference) -> dict[str, Any]:
        """The verdict just after the last that happened, without ledgers. Raises what a rule raises."""
        at = self.fold.position + 1
        return verdict_of(self.fold, reference, at, at, ledger=False)

    def kept(self, verdict: dict[str, Any] | None, *, wakes: bool) -> SubjectState:
        """The state to keep. Without a verdict it counts as open."""
        next_change = self.fold.next_change if wakes else None
        return SubjectState(
            self.subject,
            self.fold.to_bytes(),
            next_change,
            verdict is None or next_change is not None or _is_open(verdict),
            ENGINE_VERSION,
            self.reference_position,
            self.revision,
            self.key,
        )

    def _move(self, move: _Move, reference: Reference) -> None:
        try:
            self._apply(move, reference)
        except Exception:
            self._restore(reference)
            raise
        self._moves.append(move)

    def _apply(self, move: _Move, reference: Reference) -> None:
        issued = self.fold.issued
        count = len(issued)
        if move.events is None:
            self.fold.advance(reference, move.instant)
        else:
            self.fold.step(move.events, reference, move.instant)
        if self.fold.issued is issued:
            self.issues += [self._marked(issue) for issue in issued[count:]]
        else:  # recorded before what was judged already: the fold began anew
            cause = move.events[-1].id if move.events else "reference"
            self.issues += self._diverge(issued, self.fold.issued, move.instant, cause)

    def _restore(self, reference: Reference) -> None:
        moves, self._moves = self._moves, []
        self._begin()
        for move in moves:
            self._move(move, reference)

    def _diverge(
        self, before: Sequence[Issue], after: Sequence[Issue], recorded: int, cause: str
    ) -> list[Issue]:
        if self.revision == 0 and list(after[: len(before)]) == list(before):
            return list(after[len(before) :])
        self.revision += 1
        return [self._marked(issue) for issue in differences(before, after, recorded, cause)]

    def _marked(self, issue: Issue) -> Issue:
        """Once a history was judged anew, ordinals begin anew too; the revision keeps ids apart."""
        return msgspec.structs.replace(issue, id=f"{issue.id}~{self.revision}") if self.revision else issue


def _is_open(verdict: dict[str, Any]) -> bool:
    """Whether later reference data or another engine may still change it."""
    return verdict["status"] not in _ENDED or any(
        clock["state"] in ("pending", "running", "paused")
        or (clock["state"] == "missed" and clock["stopped"] is None)
        for clock in verdict["clocks"].values()
    )
