"""What is published and looked up: calendars, items, halls, profiles."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from domain.events.payload import Payload, Text
from domain.limits import Limit

__all__ = [
    "CalendarPublished",
    "HallPublished",
    "ItemPublished",
    "ItemStage",
    "ItemSuspension",
    "ItemWithdrawn",
    "ProfilePublished",
]


class CalendarPublished(Payload, frozen=True, tag_field="__type__", tag="calendar.published"):
    calendar: str
    version: Text | None = None
    effective_from: str | None = None


class ItemStage(msgspec.Struct, frozen=True):
    stage: str
    limit: Limit | None = None
    mandatory: bool | None = None


class ItemSuspension(msgspec.Struct, frozen=True):
    kind: str
    max: Limit | None = None
    basis: Any = None


class ItemPublished(Payload, frozen=True, tag_field="__type__", tag="item.published"):
    item: str
    version: Text | None = None
    title: str | None = None
    kind: Literal["instant", "promise", "other"] | None = None
    mode: Literal["direct", "promise", "joint", "forward_up", "urgent", "clear_reply"] | None = None
    promised_limit: Limit | None = None
    statutory_limit: Limit | None = None
    promised_text: str | None = None
    statutory_text: str | None = None
    faq: Any = None
    stages: list[ItemStage] | None = None
    suspensions: list[ItemSuspension] | None = None
    materials: list[Any] | None = None
    fees: list[Any] | None = None
    general: bool | None = None
    one_list: bool | None = None
    suspended: bool | None = None
    stationing_due: str | None = None
    references: Any = None
    effective_from: str | None = None


class ItemWithdrawn(Payload, frozen=True, tag_field="__type__", tag="item.withdrawn"):
    item: str
    references: Any = None
    effective_from: str | None = None


class HallPublished(Payload, frozen=True, tag_field="__type__", tag="hall.published"):
    hall: str
    title: str | None = None
    level: Literal["province", "city", "county", "sub_center", "township", "village"] | None = None
    region: Text | None = None
    parent: str | None = None
    calendar: str | None = None
    profile: str | None = None
    effective_from: str | None = None
    board: Any = None
    column: Any = None
    contacts: Any = None


class ProfilePublished(Payload, frozen=True, tag_field="__type__", tag="profile.published"):
    profile: str
    version: Text | None = None
    effective_from: str | None = None
