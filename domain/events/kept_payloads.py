"""Events whose fields are kept as sent: none of them is typed, and rules read them from `Event.data`."""

from __future__ import annotations

from typing import Any, cast

import msgspec

from domain.events.payload import Payload

__all__ = ["KEPT"]


def _kept(name: str, *fields: str) -> type[Payload]:
    """A payload whose fields decide nothing yet: typed loosely, kept whole."""
    title = "".join(part.capitalize() for part in name.replace(".", "_").split("_"))
    made: Any = msgspec.defstruct(
        title,
        [(field, Any, None) for field in fields],
        bases=(Payload,),
        module=__name__,
        frozen=True,
        tag_field="__type__",
        tag=name,
    )
    return cast("type[Payload]", made)


KEPT = (
    _kept("agency.handed_over", "agent", "item", "point", "fee"),
    _kept("agency.completed", "agent", "item", "point", "fee"),
    _kept(
        "ledger.entry_recorded",
        "point",
        "day",
        "number",
        "accepted_on",
        "case",
        "item",
        "applicant_ref",
        "state",
        "void",
    ),
    _kept("ledger.sheet_closed", "point", "day", "entries"),
    _kept("material.held", "applicant_ref", "material", "valid_until"),
    _kept(
        "window.published",
        "hall",
        "window",
        "title",
        "kinds",
        "department",
        "items",
        "sign",
        "closed",
        "effective_from",
    ),
    _kept("staff.assigned", "person_ref", "hall", "window", "role", "badge", "desk_plate"),
    _kept("staff.removed", "person_ref", "hall", "window", "role"),
    _kept("authorisation.granted", "officer", "items", "until", "seal"),
    _kept("authorisation.revoked", "officer", "items", "until", "seal"),
    _kept("item.stationed", "item", "hall", "due", "effective_from"),
    _kept("item.exempted", "item", "hall", "references", "effective_from"),
    _kept("item.change_approved", "item", "hall", "kind", "version", "references"),
    _kept("signal.activity", "hall", "window", "case"),
    _kept("item.median_published", "item", "month", "used_seconds", "cases", "effective_from"),
    _kept("guide.published", "item", "version", "online", "fields"),
    _kept("hall.expected", "hall", "from", "hours", "windows"),
)
