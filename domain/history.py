"""A subject's events as known at a moment: one event per id, corrections and retractions applied, in lawful order."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Final, NamedTuple

from domain.events import Event, InvalidEvent, canonical_content
from domain.events.payloads import EventCorrected, EventRetracted
from domain.instants import MINUTE
from domain.orders import Orders, changed_by, is_order, resolve

__all__ = ["FUTURE_TOLERANCE", "Irregularity", "Known", "known_history", "orders_by_target", "phase_of"]

FUTURE_TOLERANCE: Final = 5 * MINUTE
"""An event further ahead of its recorded time than this is set aside."""

_PHASES: Final = {
    "case.applied": 0, "case.materials_received": 0, "case.accepted": 1,
    "case.resumed": 2, "case.correction_submitted": 2, "case.stage_completed": 2, "case.branch_closed": 2,
    "case.superior_replied": 2,
    "case.transferred": 3, "case.returned": 3, "case.extended": 3, "case.extension_revoked": 3,
    "case.limit_changed": 3,
    "case.suspended": 4, "case.correction_requested": 4, "case.stage_started": 4, "case.branch_opened": 4,
    "case.forwarded_up": 4,
    "case.decided": 5,
    "case.not_accepted": 6, "case.completed": 6, "case.withdrawn": 6, "case.voided": 6, "case.merged": 6,
    "case.reopened": 7,
    "case.delivered": 8,
}  # fmt: skip


class Irregularity(NamedTuple):
    """Something that cannot be as it is told; `time` is when it shows, `event` the id of the event."""

    time: int
    event: str
    kind: str
    text_zh: str
    text_en: str


class Known(NamedTuple):
    """What is known: events in order of application, and irregularities of the record itself."""

    events: list[Event]
    irregularities: list[Irregularity]
    firm: dict[tuple[str, str], int]
    """of events set aside until a correction: the instant at which they came to count"""


def phase_of(event_type: str) -> int:
    """Order of application among events of one instant (time.md, "Clocks")."""
    return _PHASES.get(event_type, 4)


def _order(event: Event) -> tuple[int, int, int, str, str]:
    return (event.time, _PHASES.get(event.type, 4), event.recorded, event.source, event.id)


def known_history(events: Iterable[Event], known_at: int) -> Known:
    """The history as known at `known_at`, in the order in which it is applied."""
    known = [event for event in events if event.recorded <= known_at]
    plain = True
    for event in known:
        if event.time - event.recorded > FUTURE_TOLERANCE or event.type.startswith("event."):
            plain = False
            break
    if plain and len({event.identity for event in known}) == len(known):
        known.sort(key=_order)
        return Known(known, [], {})
    return _settle(known)


def _settle(known: list[Event]) -> Known:
    irregularities: list[Irregularity] = []
    first: dict[tuple[str, str], Event] = {}
    for event in sorted(known, key=lambda one: (one.recorded, canonical_content(one))):
        earlier = first.setdefault(event.identity, event)
        if earlier is not event and canonical_content(earlier) != canonical_content(event):
            irregularities.append(
                Irregularity(
                    event.time, event.id, "id_reused",
                    "同一来源以同一编号报送了不同内容，以先记录者为准",
                    "the same source used this id for a different event; the earliest recorded counts",
                )
            )  # fmt: skip
    base = [event for event in first.values() if not is_order(event)]
    orders = resolve((event for event in first.values() if is_order(event)), first)
    irregularities += _of_orders(orders, first)
    out: list[Event] = []
    firm: dict[tuple[str, str], int] = {}
    for event in base:
        mine = orders.of.get(event.identity, ())
        if any(isinstance(order.event.payload, EventRetracted) for order in mine):
            continue
        corrected, tested_at = event, event.recorded
        for order in mine:
            assert isinstance(order.event.payload, EventCorrected)
            try:
                corrected = changed_by(corrected, order.event.payload)
            except InvalidEvent as error:
                irregularities.append(_invalid(order.event, error))
                continue
            tested_at = max(event.recorded, order.known)
        if corrected.time - tested_at > FUTURE_TOLERANCE:
            irregularities.append(
                Irregularity(
                    tested_at, event.id, "future_event",
                    "发生时间晚于记录时间五分钟以上，暂不采用，待更正",
                    "its time is more than five minutes after it was recorded; set aside until corrected",
                )
            )  # fmt: skip
            continue
        if tested_at != event.recorded and event.time - event.recorded > FUTURE_TOLERANCE:
            firm[event.identity] = tested_at
        out.append(corrected)
    out.sort(key=_order)
    return Known(out, irregularities, firm)


def orders_by_target(events: Iterable[Event], known_at: int) -> dict[tuple[str, str], list[Event]]:
    """The corrections and retractions in effect, as known at `known_at`, by the event that each speaks of."""
    first: dict[tuple[str, str], Event] = {}
    known = (event for event in events if event.recorded <= known_at)
    for event in sorted(known, key=lambda one: (one.recorded, canonical_content(one))):
        first.setdefault(event.identity, event)
    orders = resolve((event for event in first.values() if is_order(event)), first)
    return {identity: [order.event for order in some] for identity, some in orders.of.items()}


def _of_orders(orders: Orders, known: Container[tuple[str, str]]) -> Iterator[Irregularity]:
    """Corrections and retractions that cannot be carried out."""
    for identity, some in orders.of.items():
        if identity not in known:
            for order, _ in some:
                yield Irregularity(
                    order.time, order.id, "missing_reference",
                    "所更正或撤回的事件不存在", "the event that it corrects or retracts is not known",
                )  # fmt: skip
    for circle in orders.circles:
        names = sorted(order.id for order in circle)
        for order in circle:
            yield Irregularity(
                max(one.time for one in circle), order.id, "circular_orders",
                f"更正或撤回相互指向（{'、'.join(names)}），均不生效",
                f"corrections or retractions that speak of one another ({', '.join(names)}): none has effect",
            )  # fmt: skip
    for order, error in orders.invalid:
        yield _invalid(order, error)


def _invalid(order: Event, error: InvalidEvent) -> Irregularity:
    return Irregularity(
        order.time, order.id, "impossible_order",
        f"更正后的内容无效：{error}", f"what it would make of the event is not valid: {error}",
    )  # fmt: skip
