"""Who and what a case is about, by the latest event known that says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.events import Event
from domain.reference import Reference

__all__ = ["case_facts"]

_FACTS = (
    "item",
    "hall",
    "department",
    "officer",
    "window",
    "kind",
    "mode",
    "channel",
    "applicant_ref",
    "receipt_no",
)


def case_facts(history: Sequence[Event], reference: Reference, known_at: int) -> dict[str, Any]:
    """Item, hall, officer and the like as known at an instant (microseconds UTC), with titles of item and hall."""
    facts: dict[str, Any] = dict.fromkeys(_FACTS)
    for event in sorted(history, key=lambda event: (event.time, event.recorded)):
        if event.recorded > known_at or event.type.startswith("event."):
            continue
        facts.update({name: event.data[name] for name in _FACTS if isinstance(event.data.get(name), str)})
        if event.type == "case.transferred":
            moved = {name: event.data.get(f"to_{name}") for name in ("hall", "department", "officer")}
            facts.update({name: value for name, value in moved.items() if isinstance(value, str)})
    view = reference.at(known_at)
    facts["item_title"] = view.titles("item").get(facts["item"] or "")
    facts["hall_title"] = view.titles("hall").get(facts["hall"] or "")
    return facts
