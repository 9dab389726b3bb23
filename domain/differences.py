"""Two evaluations of one case side by side: findings raised and lifted, due instants that move."""

from __future__ import annotations

from typing import Any

from domain.course.draft import CaseDraft
from domain.course.lookup import holder_at
from domain.evaluate import Evaluation, FindingKey, Standing
from domain.instants import format_instant

__all__ = ["accepting_hall", "due_changes", "finding_changes"]


def accepting_hall(draft: CaseDraft) -> str:
    """The hall that accepted the case (else received it), to which it belongs; empty where none is named."""
    if draft.accepted_at is None:
        return draft.holders[0].hall if draft.holders else ""
    holder = holder_at(draft, draft.accepted_at)
    return holder.hall if holder is not None else ""


def finding_changes(before: Evaluation, after: Evaluation) -> dict[str, list[dict[str, Any]]]:
    """`raised` and `lifted`: what `after` has in force and `before` has not, and the other way round.

    A finding whose level or instant differs is lifted and raised.
    """
    old, new = before.standing, after.standing
    return {
        "raised": [_finding(key, one) for key, one in new.items() if _differs(old.get(key), one)],
        "lifted": [_finding(key, one) for key, one in old.items() if _differs(new.get(key), one)],
    }


def _differs(other: Standing | None, one: Standing) -> bool:
    return other is None or (other.level, other.occurred) != (one.level, one.occurred)


def _finding(key: FindingKey, one: Standing) -> dict[str, Any]:
    return {
        "code": key.code,
        "level": one.level,
        "clock": one.clock,
        "round": key.round,
        "occurred": format_instant(one.occurred),
    }


def due_changes(before: Evaluation, after: Evaluation) -> list[dict[str, Any]]:
    """Clocks whose due instant differs: `clock`, `round`, `before`, `after` (null: it has none)."""
    old, new = _dues(before), _dues(after)
    return [
        {
            "clock": key,
            "round": number,
            "before": _text(old.get((key, number))),
            "after": _text(new.get((key, number))),
        }
        for key, number in dict.fromkeys((*old, *new))
        if old.get((key, number)) != new.get((key, number))
    ]


def _dues(evaluation: Evaluation) -> dict[tuple[str, int], int | None]:
    return {
        (clock.key, clock.round): None if reading is None or clock.pending else reading.due
        for clock, reading in evaluation.readings
    }


def _text(instant: int | None) -> str | None:
    return None if instant is None else format_instant(instant)
