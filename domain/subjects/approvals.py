"""What approves a change of an item, its exit from the halls, or its staying out of them: dated references."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from domain.events import Event
from domain.reference_effect import date_or_instant, effect_of
from domain.subjects.catalogue import EXEMPTED, PUBLISHED, WITHDRAWN, course_of, label_of, records
from domain.subjects.facts import SubjectFacts

__all__ = ["Approval", "approval_of"]

_KINDS: Final = {"change": PUBLISHED, "withdrawal": WITHDRAWN, "exemption": EXEMPTED}
"""What `item.change_approved` may name as its `kind`, and the event that it then approves."""


class Approval(NamedTuple):
    """What was approved in time."""

    references: frozenset[str]
    """Organ and number of each reference."""
    events: tuple[str, ...]
    """Ids of the events that approve it; one may carry no reference."""


def approval_of(facts: SubjectFacts, event: Event, *, ordered: bool = False) -> Approval:
    """What approves a version, withdrawal or exemption, dated no later than it takes effect.

    An approval that names the `version`, or else the `kind`, is of that one; one that names neither is of what takes
    effect next after its date. References that the event itself carries count as well. Where they must come in
    order, those of an event whose dates go back do not count.
    """
    effect = effect_of(event, facts.zone)
    found: set[str] = set()
    by: list[str] = []
    for one in (event, *(entry.event for entry in records(facts, "stationing", "item.change_approved"))):
        told = _references(facts, one)
        dates = [date for _, date in told] or ([] if one is event else [one.time])
        if ordered and dates != sorted(dates):
            continue
        counted = {date for date in dates if date <= effect and _is_of(facts, one, date, event)}
        found |= {name for name, date in told if date in counted}
        if counted:
            by.append(one.id)
    return Approval(frozenset(found), tuple(by))


def _is_of(facts: SubjectFacts, approval: Event, date: int, event: Event) -> bool:
    """Whether an approval of a date is of an event."""
    if approval is event:
        return True
    halls = {str(one.data["hall"]) for one in (approval, event) if one.data.get("hall")}
    kind, label = approval.data.get("kind"), label_of(approval)
    if kind is not None and _KINDS.get(str(kind)) != event.type:
        return False
    if event.type == EXEMPTED and len(halls) > 1:
        return False
    if label and (kind is None or event.type == PUBLISHED):
        return event.type == PUBLISHED and label == label_of(event)
    acts = [entry.event for entry in (*course_of(facts), *records(facts, "stationing", EXEMPTED))]
    ahead = [
        (effect_of(one, facts.zone), one.time)
        for one in acts
        if effect_of(one, facts.zone) >= date and kind in (None, _kind_of(one))
    ]
    # of all that was told, and of what was announced when it was approved: where both may be meant, both are
    announced = [effect for effect, told in ahead if told <= approval.time]
    nexts = {min(effects) for effects in ([effect for effect, _ in ahead], announced) if effects}
    return effect_of(event, facts.zone) in nexts


def _kind_of(event: Event) -> str:
    return next(kind for kind, type in _KINDS.items() if type == event.type)


def _references(facts: SubjectFacts, event: Event) -> list[tuple[str, int]]:
    """Organ and number of each reference that an event carries, and the instant that it is of.

    `references` is a list of texts, or of mappings with `number`, `organ` and `date`; `reference_no` is a single one.
    One without a date that can be read is of the event's time.
    """
    listed: Any = event.data.get("references")
    entries = listed if isinstance(listed, list | tuple) else [listed, event.data.get("reference_no")]
    out: list[tuple[str, int]] = []
    for one in entries:
        entry = one if isinstance(one, Mapping) else {"number": one}
        number = str(entry.get("number") or "").strip()
        if number:
            name = f"{entry.get('organ') or ''} {number}".strip()
            out.append((name, _dated(facts, entry.get("date"), event.time)))
    return out


def _dated(facts: SubjectFacts, stated: Any, otherwise: int) -> int:
    if stated in (None, ""):
        return otherwise
    try:
        return date_or_instant(str(stated), facts.zone)
    except ValueError:
        return otherwise
