"""The reference data that ships with Sundial, as events known since always."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from domain.events import Event, read_payload
from domain.reference import Reference
from domain.reference_effect import ALWAYS
from sundial.plain_yaml import load_yaml
from sundial.shipped import holiday_sets

__all__ = ["reference_event", "shipped_documents", "shipped_reference"]


@cache
def shipped_documents() -> tuple[tuple[str, dict[str, Any]], ...]:
    """The shipped calendars and profiles: (event type, document)."""
    out: list[tuple[str, dict[str, Any]]] = []
    for folder, kind in (("calendars", "calendar.published"), ("profiles", "profile.published")):
        entries = (files("sundial") / "data" / folder).iterdir()
        for entry in sorted(entries, key=lambda one: one.name):
            if entry.name.endswith(".yaml"):
                out.append((kind, load_yaml(entry.read_text("utf-8"))))
    return tuple(out)


def reference_event(kind: str, document: dict[str, Any], source: str, number: str) -> Event:
    """A reference document as an event known since always."""
    name = str(document[kind.partition(".")[0]])
    return Event(
        number, source, kind, name, ALWAYS, ALWAYS, None, document, read_payload(kind, document), "1", {}
    )


@cache
def shipped_reference() -> Reference:
    """The reference data without anything of a region's own."""
    return Reference(holiday_sets(), shipped_events())


def shipped_events(without: frozenset[tuple[str, str]] = frozenset()) -> list[Event]:
    """The shipped documents as events; `without` names (kind, id) that something else replaces."""
    events: list[Event] = []
    for index, (kind, document) in enumerate(shipped_documents(), 1):
        family = kind.partition(".")[0]
        if (family, document[family]) not in without:
            events.append(reference_event(kind, document, "sundial", f"shipped-{index}"))
    return events
