"""Which events are reference data, and what each speaks of: a kind and a name in it."""

from __future__ import annotations

from typing import Final

from domain.events import Event

__all__ = ["RECORDED", "VERSIONED", "is_reference", "reference_name"]

VERSIONED: Final = frozenset(
    ("calendar.published", "item.published", "item.withdrawn", "hall.published", "profile.published")
)
"""Kept in versions by date of effect, under the field named like their family."""
RECORDED: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "window.published": ("window", ("hall", "window")),
    "staff.assigned": ("staff", ("person_ref",)),
    "staff.removed": ("staff", ("person_ref",)),
    "authorisation.granted": ("authorisation", ("officer",)),
    "authorisation.revoked": ("authorisation", ("officer",)),
    "item.stationed": ("stationing", ("item",)),
    "item.exempted": ("stationing", ("item",)),
    "item.change_approved": ("stationing", ("item",)),
    "item.median_published": ("median", ("item",)),
    "guide.published": ("guide", ("item",)),
    "hall.expected": ("expected", ("hall",)),
}
"""Kept as they are told: under which kind, and the fields that make the name (joined by a slash)."""


def is_reference(event: Event) -> bool:
    """Whether an event belongs to the reference data that every subject is judged with."""
    return event.type in VERSIONED or event.type in RECORDED


def reference_name(event: Event) -> tuple[str, str]:
    """What a reference event speaks of: (kind, name). Fields that are not given count as empty."""
    recorded = RECORDED.get(event.type)
    if recorded is not None:
        kind, fields = recorded
        return kind, "/".join(str(event.data.get(field) or "") for field in fields)
    kind = event.type.partition(".")[0]
    return kind, str(event.data.get(kind))
