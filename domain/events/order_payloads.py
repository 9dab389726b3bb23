"""What speaks of other events: corrections, retractions, orders to judge anew."""

from __future__ import annotations

from typing import Any

import msgspec

from domain.events.payload import Payload

__all__ = [
    "CaseRejudged",
    "EventCorrected",
    "EventRetracted",
    "Target",
]


class CaseRejudged(Payload, frozen=True, tag_field="__type__", tag="case.rejudged"):
    by: str | None = None
    reason: str | None = None


class Target(msgspec.Struct, frozen=True):
    """Which event a correction or a retraction speaks of."""

    id: str
    source: str | None = None


class EventCorrected(Payload, frozen=True, tag_field="__type__", tag="event.corrected"):
    corrects: Target
    time: str | None = None
    data: dict[str, Any] | None = None
    reason: str | None = None


class EventRetracted(Payload, frozen=True, tag_field="__type__", tag="event.retracted"):
    retracts: Target
    reason: str | None = None
