"""Corrections and retractions: which of them are in effect, on what, and with what content.

An order speaks of one event, which may itself be an order: a correction of a correction changes what the first one
says from the moment it is known, a retraction takes an order back. Orders that end up speaking of one another in a
circle say nothing that could be carried out: none of them has effect. Everything follows from what is known; the
sequence in which orders were recorded matters only among those that speak of the same event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import msgspec

from domain.events import Event, InvalidEvent, read_payload
from domain.events.payloads import EventCorrected, EventRetracted
from domain.instants import parse_instant

__all__ = [
    "Identity",
    "Order",
    "Orders",
    "changed_by",
    "is_order",
    "related",
    "resolve",
    "spoken_of",
    "versions",
    "with_source",
]

Identity = tuple[str, str]
"""Source and id."""


class Order(NamedTuple):
    """A correction or retraction in effect: as it counts now, and when the last that made it so was recorded."""

    event: Event
    known: int


class Orders(NamedTuple):
    """What is in effect, and what cannot be."""

    of: dict[Identity, list[Order]]
    """by the event each speaks of, in the order in which they apply"""
    circles: list[list[Event]]
    """orders that speak of one another"""
    invalid: list[tuple[Event, InvalidEvent]]
    """corrections of orders that would make no valid order of them"""


class _Named:
    """Finds the event that an order speaks of among those that are known."""

    def __init__(self, known: Iterable[Identity]) -> None:
        self.known = set(known)
        self._by_id: dict[str, list[Identity]] = {}
        for identity in self.known:
            self._by_id.setdefault(identity[1], []).append(identity)

    def target(self, order: Event) -> Identity:
        """The identity an order speaks of; a source left out is its own, or the only one that used the id."""
        payload = order.payload
        assert isinstance(payload, EventCorrected | EventRetracted)
        target = payload.corrects if isinstance(payload, EventCorrected) else payload.retracts
        if target.source is not None:
            return (target.source, target.id)
        if (order.source, target.id) in self.known:
            return (order.source, target.id)
        same = self._by_id.get(target.id, [])
        return same[0] if len(same) == 1 else (order.source, target.id)


def is_order(event: Event) -> bool:
    """Whether an event is a correction or retraction."""
    return event.type.startswith("event.")


def spoken_of(event: Event) -> str | None:
    """The id of the event that a correction or retraction speaks of; None for any other event."""
    payload = event.payload
    if isinstance(payload, EventCorrected):
        return payload.corrects.id
    return payload.retracts.id if isinstance(payload, EventRetracted) else None


def _in_recorded_order(orders: Iterable[Event]) -> list[Event]:
    """In the order in which orders that speak of the same event apply."""
    return sorted(orders, key=lambda one: (one.recorded, one.source, one.id))


def resolve(orders: Iterable[Event], known: Iterable[Identity]) -> Orders:
    """What orders do to the events of `known`, their own among them; each id once."""
    waiting = {order.identity: order for order in _in_recorded_order(orders)}
    if not waiting:
        return Orders({}, [], [])
    named = _Named(known)
    aims = {identity: named.target(order) for identity, order in waiting.items()}
    tangled: list[set[Identity]] = []
    for count in range(len(waiting) + 3):
        says, circling, invalid = _carried_out(waiting, aims)
        following = {one: named.target(order.event) for one, order in says.items()}
        if following == aims:
            break
        if count > len(
            waiting
        ):  # what one of them speaks of hangs, by way of others, on what it does to itself
            tangled += map(set, _circles(circling, aims))
            tangled.append({one for one in waiting if aims.get(one) != following.get(one)})
        aims = following
    else:
        loose = _joined(tangled)
        found = resolve((order for one, order in waiting.items() if one not in loose), named.known)
        circle = [order for one, order in waiting.items() if one in loose]
        return found._replace(circles=[circle, *found.circles])
    of: dict[Identity, list[Order]] = {}
    for one, order in says.items():
        if one not in circling:
            of.setdefault(aims[one], []).append(order)
    return Orders(of, [[waiting[one] for one in circle] for circle in _circles(circling, aims)], invalid)


def changed_by(event: Event, correction: EventCorrected) -> Event:
    """The event with its time and fields of its data replaced. Raises InvalidEvent if that is no valid event.

    Of a correction, the fields that it corrects are fields of its data, too: those left out stay as it has them.
    """
    changes: dict[str, Any] = {}
    if correction.time is not None:
        try:
            changes["time"] = parse_instant(correction.time)
        except ValueError as error:
            raise InvalidEvent("data.time", str(error)) from None
    if correction.data:
        data = {**event.data, **correction.data}
        inner, before = data.get("data"), event.data.get("data")
        if isinstance(event.payload, EventCorrected) and isinstance(inner, dict) and isinstance(before, dict):
            data["data"] = {**before, **inner}
        changes["data"] = data
        changes["payload"] = read_payload(event.type, data)
    return msgspec.structs.replace(event, **changes)


def with_source(order: Event, known: Iterable[Identity]) -> Event:
    """The order with the source of the event that it speaks of, by what is known, where it leaves it out."""
    name = "corrects" if isinstance(order.payload, EventCorrected) else "retracts"
    target = order.data.get(name)
    if not isinstance(target, dict) or target.get("source") is not None:
        return order
    data = {**order.data, name: {**target, "source": _Named(known).target(order)[0]}}
    return msgspec.structs.replace(order, data=data, payload=read_payload(order.type, data))


def related(order: Event, history: Sequence[Event]) -> tuple[list[Event], list[Event]]:
    """The events that an order may have to do with, by way of others, and all orders that have to do with those."""
    links: dict[str, set[str]] = {}
    orders = [one for one in history if is_order(one)]
    for one in orders:
        for name in _may_speak_of(one):
            links.setdefault(one.id, set()).add(name)
            links.setdefault(name, set()).add(one.id)
    found, rest = {order.id}, [order.id]
    while rest:
        new = links.get(rest.pop(), set()) - found
        found |= new
        rest += new
    roots = [one for one in history if one.id in found and not is_order(one)]
    return roots, [one for one in orders if one.id in found]


def _may_speak_of(order: Event) -> Iterator[str]:
    """The ids of what an order speaks of, or makes another speak of."""
    for content in (order.data, order.data.get("data")):
        for name in ("corrects", "retracts"):
            target = content.get(name) if isinstance(content, dict) else None
            if isinstance(target, dict) and isinstance(target.get("id"), str):
                yield target["id"]


def versions(event: Event, orders: Sequence[Event], known: Iterable[Identity]) -> list[Event]:
    """What an event was, at one moment of knowledge or another, by orders that have to do with it."""
    out = [event]
    known = set(known)
    ordered = _in_recorded_order(orders)
    for count in range(1, len(ordered) + 1):
        now = event
        for order, _ in resolve(ordered[:count], known).of.get(event.identity, ()):
            if isinstance(order.payload, EventCorrected):
                with suppress(InvalidEvent):
                    now = changed_by(now, order.payload)
        if now not in out[-1:]:
            out.append(now)
    return out


def _carried_out(
    orders: dict[Identity, Event], aims: dict[Identity, Identity]
) -> tuple[dict[Identity, Order], set[Identity], list[tuple[Event, InvalidEvent]]]:
    """One round: orders that speak of what `aims` says, applied to one another from the outside in.

    Returns what each that is not taken back says, those that are in a circle, and corrections that failed.
    """
    speaking: dict[Identity, list[Identity]] = {}
    open_: dict[Identity, int] = dict.fromkeys(orders, 0)
    for one in orders:
        target = aims.get(one)
        if target in open_:
            speaking.setdefault(target, []).append(one)
            open_[target] += 1
    says: dict[Identity, Order] = {}
    invalid: list[tuple[Event, InvalidEvent]] = []

    def settle(one: Identity, by: Iterable[Identity]) -> None:
        order = _ordered(orders[one], [says[other] for other in by if other in says], invalid)
        if order is not None:
            says[one] = order

    ready = [one for one, count in open_.items() if not count]
    while ready:
        one = ready.pop()
        settle(one, speaking.get(one, ()))
        del open_[one]
        target = aims.get(one)
        if target in open_:
            open_[target] -= 1
            if not open_[target]:
                ready.append(target)
    circling = set(open_)
    for one in open_:  # what speaks of a circle from outside can open it
        settle(one, [other for other in speaking[one] if other not in circling])
    return {one: says[one] for one in orders if one in says}, circling, invalid


def _ordered(order: Event, by: Sequence[Order], invalid: list[tuple[Event, InvalidEvent]]) -> Order | None:
    """An order as others leave it; None if it is taken back."""
    if any(isinstance(other.event.payload, EventRetracted) for other in by):
        return None
    known = order.recorded
    for other in by:
        assert isinstance(other.event.payload, EventCorrected)
        try:
            order = changed_by(order, other.event.payload)
        except InvalidEvent as error:
            invalid.append((other.event, error))
        else:
            known = max(known, other.known)
    return Order(order, known)


def _joined(sets: Sequence[set[Identity]]) -> set[Identity]:
    """The last set, with every other that has a member in common with it."""
    out = set(sets[-1])
    for one in (*sets, *sets):
        if one & out:
            out |= one
    return out


def _circles(circling: set[Identity], aims: dict[Identity, Identity]) -> list[list[Identity]]:
    out: list[list[Identity]] = []
    seen: set[Identity] = set()
    for one in aims:
        if one in circling and one not in seen:
            circle = [one]
            while aims[circle[-1]] != one:
                circle.append(aims[circle[-1]])
            seen.update(circle)
            out.append(circle)
    return out
