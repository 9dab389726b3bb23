"""What approves a change of an item, its exit from the halls, or its staying out of them: dated references."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from domain.events import Event
from domain.reference import ALWAYS, date_or_instant, effect_of
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
        after = ALWAYS if one is event else _earliest(facts, one, event, effect)
        if after is None:
            continue
        told = _references(facts, one)
        dates = [date for _, date in told] or ([] if one is event else [one.time])
        if ordered and dates != sorted(dates):
            continue
        found |= {name for name, date in told if after < date <= effect}
        if any(after < date <= effect for date in dates):
            by.append(one.id)
    return Approval(frozenset(found), tuple(by))


def _earliest(facts: SubjectFacts, approval: Event, event: Event, effect: int) -> int | None:
    """The instant after which an approval must be dated to be of this event; None where it is of another."""
    halls = {str(one.data["hall"]) for one in (approval, event) if one.data.get("hall")}
    if event.type == EXEMPTED and len(halls) > 1:
        return None
    kind = approval.data.get("kind")
    if kind is not None and _KINDS.get(str(kind)) != event.type:
        return None
    if label_of(approval) and (kind is None or event.type == PUBLISHED):
        same = event.type == PUBLISHED and label_of(approval) == label_of(event)
        return ALWAYS if same else None
    acts = [entry.event for entry in (*course_of(facts), *records(facts, "stationing", EXEMPTED))]
    effects = [effect_of(one, facts.zone) for one in acts if kind is None or one.type == event.type]
    return max((one for one in effects if one < effect), default=ALWAYS)


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
