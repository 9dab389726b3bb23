"""What moves the limits of a case: suspensions, extensions, changes."""

from __future__ import annotations

from typing import Any, Literal

from domain.events.payload import Payload, Text
from domain.limits import Limit

__all__ = [
    "CaseExtended",
    "CaseExtensionRevoked",
    "CaseLimitChanged",
    "CaseResumed",
    "CaseSuspended",
]


class CaseSuspended(Payload, frozen=True, tag_field="__type__", tag="case.suspended"):
    kind: str | None = None
    span: str | None = None
    basis: Any = None
    approver: Text | None = None
    approved_limit: Limit | None = None
    notice_no: Text | None = None


class CaseResumed(Payload, frozen=True, tag_field="__type__", tag="case.resumed"):
    kind: str | None = None
    span: str | None = None


class CaseExtended(Payload, frozen=True, tag_field="__type__", tag="case.extended"):
    limit: Limit
    extension: str | None = None
    clock: str | list[str] | None = None
    approver: Text | None = None
    approver_rank: Literal["officer", "department_head", "organ_head", "government_head"] | None = None
    reason: str | None = None
    notice_no: Text | None = None


class CaseExtensionRevoked(Payload, frozen=True, tag_field="__type__", tag="case.extension_revoked"):
    extension: str | None = None
    reason: str | None = None


class CaseLimitChanged(Payload, frozen=True, tag_field="__type__", tag="case.limit_changed"):
    limit: Limit
    clock: str | list[str] | None = None
    reason: str | None = None
    approver: Text | None = None
