"""What the events of a case say, from application to delivery."""

from __future__ import annotations

from typing import Any, Literal

from domain.events.payload import Payload, Text
from domain.limits import Limit

__all__ = [
    "CaseAccepted",
    "CaseApplied",
    "CaseBranchClosed",
    "CaseBranchOpened",
    "CaseCompleted",
    "CaseCorrectionRequested",
    "CaseCorrectionSubmitted",
    "CaseDecided",
    "CaseDelivered",
    "CaseFollowUpRecorded",
    "CaseForwardedUp",
    "CaseMaterialsReceived",
    "CaseMerged",
    "CaseNotAccepted",
    "CaseReopened",
    "CaseReturned",
    "CaseStageCompleted",
    "CaseStageStarted",
    "CaseSuperiorReplied",
    "CaseTransferred",
    "CaseVoided",
    "CaseWithdrawn",
]


class CaseApplied(Payload, frozen=True, tag_field="__type__", tag="case.applied"):
    item: str | None = None
    hall: str | None = None
    channel: str | None = None
    applicant_ref: str | None = None
    kind: str | None = None
    mode: str | None = None


class CaseMaterialsReceived(Payload, frozen=True, tag_field="__type__", tag="case.materials_received"):
    item: str | None = None
    hall: str | None = None
    receipt_no: Text | None = None
    materials: list[Any] | None = None
    complete: bool | None = None


class CaseCorrectionRequested(Payload, frozen=True, tag_field="__type__", tag="case.correction_requested"):
    document_no: Text | None = None
    round: int | None = None
    materials: list[Any] | None = None
    within: Limit | None = None
    kind: str | None = None


class CaseCorrectionSubmitted(Payload, frozen=True, tag_field="__type__", tag="case.correction_submitted"):
    materials: list[Any] | None = None


class CaseAccepted(Payload, frozen=True, tag_field="__type__", tag="case.accepted"):
    item: str | None = None
    hall: str | None = None
    window: Text | None = None
    department: Text | None = None
    officer: Text | None = None
    kind: Literal["instant", "promise", "other"] | None = None
    mode: Literal["direct", "promise", "joint", "forward_up", "urgent", "clear_reply"] | None = None
    document_no: Text | None = None
    seal: Text | None = None
    signed_at: str | None = None
    promised_limit: Limit | None = None
    statutory_limit: Limit | None = None
    calendar: str | None = None
    profile: str | None = None


class CaseNotAccepted(Payload, frozen=True, tag_field="__type__", tag="case.not_accepted"):
    reason: str | None = None
    basis: Any = None
    remedy: str | None = None
    document_no: Text | None = None


class CaseStageStarted(Payload, frozen=True, tag_field="__type__", tag="case.stage_started"):
    stage: str
    department: Text | None = None
    officer: Text | None = None
    limit: Limit | None = None


class CaseStageCompleted(Payload, frozen=True, tag_field="__type__", tag="case.stage_completed"):
    stage: str
    department: Text | None = None
    officer: Text | None = None
    opinion: str | None = None
    result: str | None = None
    seal: Text | None = None
    signed_at: str | None = None


class CaseTransferred(Payload, frozen=True, tag_field="__type__", tag="case.transferred"):
    from_hall: str | None = None
    to_hall: str | None = None
    from_department: Text | None = None
    to_department: Text | None = None
    to_officer: Text | None = None
    carrier: str | None = None


class CaseReturned(Payload, frozen=True, tag_field="__type__", tag="case.returned"):
    to_stage: str | None = None
    reason: str | None = None


class CaseBranchOpened(Payload, frozen=True, tag_field="__type__", tag="case.branch_opened"):
    branch: str
    department: Text | None = None
    lead: Any = None
    limit: Limit | None = None
    notice_no: Text | None = None


class CaseBranchClosed(Payload, frozen=True, tag_field="__type__", tag="case.branch_closed"):
    branch: str


class CaseForwardedUp(Payload, frozen=True, tag_field="__type__", tag="case.forwarded_up"):
    organ: str | None = None
    limit: Limit | None = None


class CaseSuperiorReplied(Payload, frozen=True, tag_field="__type__", tag="case.superior_replied"):
    organ: str | None = None


class CaseFollowUpRecorded(Payload, frozen=True, tag_field="__type__", tag="case.follow_up_recorded"):
    organ: str | None = None
    outcome: str | None = None


class CaseDecided(Payload, frozen=True, tag_field="__type__", tag="case.decided"):
    outcome: Literal["approve", "refuse"] | None = None
    decision_no: Text | None = None
    reason: str | None = None
    basis: Any = None
    remedy: str | None = None
    officer: Text | None = None
    seal: Text | None = None
    signed_at: str | None = None


class CaseCompleted(Payload, frozen=True, tag_field="__type__", tag="case.completed"):
    result: str | None = None
    certificate_no: Text | None = None
    hall: str | None = None
    window: Text | None = None


class CaseWithdrawn(Payload, frozen=True, tag_field="__type__", tag="case.withdrawn"):
    reason: str | None = None


class CaseVoided(Payload, frozen=True, tag_field="__type__", tag="case.voided"):
    reason: str | None = None


class CaseMerged(Payload, frozen=True, tag_field="__type__", tag="case.merged"):
    reason: str | None = None
    into: str | None = None


class CaseReopened(Payload, frozen=True, tag_field="__type__", tag="case.reopened"):
    reason: str | None = None


class CaseDelivered(Payload, frozen=True, tag_field="__type__", tag="case.delivered"):
    mode: str | None = None
    receiver: str | None = None
    waybill: Text | None = None
    certificate_no: Text | None = None
    hall: str | None = None
    window: Text | None = None
