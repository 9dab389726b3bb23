"""The one entry point of judgement: a pure function of history, reference data, instant and knowledge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.evaluate import Evaluation
from domain.events import Event
from domain.fold import CaseFold, fold_history
from domain.reference import Reference
from domain.verdict import verdict_document

__all__ = ["judge", "verdict_of"]


def judge(
    history: Sequence[Event],
    reference: Reference,
    at: int,
    known_at: int,
    subject: str = "case-1",
    ledger: bool = True,
) -> dict[str, Any]:
    """The verdict on a subject as at `at`, as known at `known_at` (instants in microseconds UTC).

    `history` may be in any order and hold duplicates. The verdict is the document of scenario.md, section 2.
    """
    fold = fold_history(subject, history, reference, known_at)
    return verdict_of(fold, reference, at, known_at, ledger)


def verdict_of(
    fold: CaseFold, reference: Reference, at: int, known_at: int, ledger: bool = True
) -> dict[str, Any]:
    """The verdict of a folded history."""
    evaluation = fold.evaluation(reference, at, known_at)
    following = next_change(fold, evaluation, reference)
    return verdict_document(fold.subject, evaluation, fold.issued_by(reference, known_at), following, ledger)


def next_change(fold: CaseFold, evaluation: Evaluation, reference: Reference) -> int | None:
    """The next instant t such that the verdict may differ for every T > t, without any new event."""
    moments = evaluation.moments
    if not moments or evaluation.surely_changes(moments[0]):
        return moments[0] if moments else None
    before = evaluation.signature()
    for moment in moments:
        after = fold.evaluation(reference, moment + 1, evaluation.known_at)
        if after.signature() != before:
            return moment
    return None
