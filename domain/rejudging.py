"""Closed cases judged anew, by order only: which cases an order speaks of, and the events that carry it out."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from domain.course.draft import CaseDraft
from domain.course.lookup import zone_of
from domain.differences import accepting_hall
from domain.evaluate import Evaluation, evaluate
from domain.events import Event, event_from_mapping
from domain.instants import format_instant, parse_instant
from domain.reference import Reference

__all__ = [
    "ORDERS_SOURCE",
    "Order",
    "OrderedCase",
    "Scope",
    "is_in_scope",
    "ordered",
    "orders_of",
    "other_words",
    "rejudgement",
]

ORDERS_SOURCE: Final = "sundial:rejudge"
"""The source of the events that carry out an order."""


_SAID: Final = ("by", "reason", "from", "to", "hall", "item")
"""What an order says, in the events that carry it out."""


class Scope(NamedTuple):
    """Which closed cases: last closed on a day from `since` on and before `until`, dates YYYY-MM-DD.

    A day is one of the calendar under which the case was held; where that is not known, of Asia/Shanghai.
    """

    since: str
    until: str
    hall: str | None = None
    """only cases that this hall accepted"""
    item: str | None = None


class Order(msgspec.Struct, frozen=True):
    """An order to judge closed cases anew. The same content is the same order, given once."""

    since: str
    until: str
    reason: str
    by: str
    hall: str | None = None
    item: str | None = None
    number: str | None = None
    """the order's number, where it is given one; without, it follows from the content"""

    @property
    def scope(self) -> Scope:
        return Scope(self.since, self.until, self.hall, self.item)

    @property
    def id(self) -> str:
        """Made of the number, else of everything that the order says."""
        content = [self.number] if self.number is not None else [
            self.since, self.until, self.reason, self.by, self.hall, self.item]  # fmt: skip
        return f"order-{sha256(msgspec.json.encode(content)).hexdigest()[:16]}"


class OrderedCase(NamedTuple):
    """A closed case that an order speaks of, and what would come of it."""

    subject: str
    closed: int
    before: Evaluation
    after: Evaluation
    zone: ZoneInfo
    """of the hall that closed it"""

    @property
    def differs(self) -> bool:
        return self.before.signature() != self.after.signature()


def is_in_scope(draft: CaseDraft, reference: Reference, known_at: int, scope: Scope) -> bool:
    """Whether a case is closed, and its last closing lies within the scope."""
    if draft.ended_at is None:
        return False
    view = reference.at(known_at)
    zone = zone_of(draft, view, draft.ended_at)
    since, until = (parse_instant(f"{day}T00:00:00", zone) for day in (scope.since, scope.until))
    if not since <= draft.ended_at < until:
        return False
    if scope.item is not None and draft.item != scope.item:
        return False
    return scope.hall is None or accepting_hall(draft) == scope.hall


def rejudgement(subject: str, order: Order, now: int) -> Event:
    """The event by which an order reaches a case; the same order twice is the same event, told again."""
    data = {
        "by": order.by,
        "reason": order.reason,
        "order": order.id,
        "from": order.since,
        "to": order.until,
        **{
            name: part
            for name, part in (("number", order.number), ("hall", order.hall), ("item", order.item))
            if part is not None
        },
    }
    mapping = {
        "id": f"{order.id}/{subject}",
        "source": ORDERS_SOURCE,
        "type": "case.rejudged",
        "subject": subject,
        "time": format_instant(now),
        "data": data,
    }
    return event_from_mapping(mapping, now)


def ordered(
    subject: str, history: Sequence[Event], reference: Reference, order: Order, now: int
) -> OrderedCase | None:
    """What the order would do to a case at `now`; None where it does not speak of the case, or already has."""
    given = rejudgement(subject, order, now)
    if any(event.identity == given.identity for event in history):
        return None
    before = evaluate(subject, history, reference, now, now)
    closed = before.draft.ended_at
    if closed is None or not is_in_scope(before.draft, reference, now, order.scope):
        return None
    after = evaluate(subject, [*history, given], reference, now, now)
    return OrderedCase(subject, closed, before, after, zone_of(before.draft, reference.at(now), closed))


def other_words(order: Order, history: Sequence[Event]) -> dict[str, str | None] | None:
    """What an earlier order of the same number says, where it does not say the same; the first one stands."""
    said: dict[str, str | None] = {
        "by": order.by,
        "reason": order.reason,
        "from": order.since,
        "to": order.until,
    }
    said |= {name: part for name, part in (("hall", order.hall), ("item", order.item)) if part is not None}
    given = [one for one in history if one.type == "case.rejudged" and one.data.get("order") == order.id]
    for one in sorted(given, key=lambda event: event.recorded):
        told = {name: _text(one.data[name]) for name in _SAID if name in one.data}
        if told != said:
            return told | {"recorded": format_instant(one.recorded)}
    return None


def orders_of(history: Sequence[Event], known_at: int) -> list[dict[str, str | None]]:
    """The orders given on a case that are known at an instant, in order: who, why, when, id and number."""
    return [
        {
            "event": event.id,
            "order": _text(event.data.get("order")),
            "number": _text(event.data.get("number")),
            "by": _text(event.data.get("by")),
            "reason": _text(event.data.get("reason")),
            "time": format_instant(event.time),
            "recorded": format_instant(event.recorded),
        }
        for event in sorted(history, key=lambda one: (one.recorded, one.id))
        if event.type == "case.rejudged" and event.recorded <= known_at
    ]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
