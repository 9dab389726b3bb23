"""What proposed reference data would do to a case, if it were recorded now. Nothing is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from domain.concern import concerning_events
from domain.course.lookup import zone_of
from domain.differences import accepting_hall, due_changes, finding_changes
from domain.evaluate import evaluate_known
from domain.events import Event
from domain.history import known_history
from domain.reference import Reference

__all__ = ["Impact", "impact"]


class Impact(NamedTuple):
    """A case whose verdict would differ: clocks whose due instant moves, findings raised and lifted."""

    subject: str
    hall: str
    moved: list[dict[str, Any]]
    raised: list[dict[str, Any]]
    lifted: list[dict[str, Any]]
    zone: str
    """of the hall that holds the case"""


def impact(
    subject: str, history: Sequence[Event], reference: Reference, proposed: Reference, now: int
) -> Impact | None:
    """What becomes of the case; None where nothing does.

    `proposed` is the reference data with the proposed events, recorded at `now`. A closed case keeps what was
    known when it closed, as it would live.
    """
    if not concerning_events(history, proposed, now):
        return None
    known = known_history(history, now)
    before = evaluate_known(subject, known, reference, now, now)
    after = evaluate_known(subject, known, proposed, now, now)
    moved, findings = due_changes(before, after), finding_changes(before, after)
    if not moved and not findings["raised"] and not findings["lifted"]:
        return None
    zone = zone_of(after.draft, proposed.at(now), now).key
    return Impact(subject, accepting_hall(after.draft), moved, findings["raised"], findings["lifted"], zone)
