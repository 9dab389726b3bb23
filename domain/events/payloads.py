"""The typed view of `data` of each event type (a tagged union; the tag is the event's `type`).

Only fields that decide something are typed; every other field stays in `Event.data` untouched.
"""

from __future__ import annotations

from typing import Any, Literal, cast

import msgspec

from domain.limits import Limit

__all__ = ["EVENT_TYPES", "Payload", "Target"]

Text = str | int


class Payload(msgspec.Struct, frozen=True, omit_defaults=True):
    """Base of all payloads."""


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


class CaseFeeAssessed(Payload, frozen=True, tag_field="__type__", tag="case.fee_assessed"):
    fee_item: Text | None = None
    standard: Any = None
    quantity: Any = None
    amount: Any = None
    receipt_no: Text | None = None
    channel: str | None = None
    outlet: str | None = None
    hall: str | None = None
    window: Text | None = None
    agency: bool | None = None


class CaseFeeCollected(CaseFeeAssessed, frozen=True, tag_field="__type__", tag="case.fee_collected"):
    pass


class CaseFeeRefunded(CaseFeeAssessed, frozen=True, tag_field="__type__", tag="case.fee_refunded"):
    pass


class CaseRejudged(Payload, frozen=True, tag_field="__type__", tag="case.rejudged"):
    by: str | None = None
    reason: str | None = None


class CaseFirstContact(Payload, frozen=True, tag_field="__type__", tag="case.first_contact"):
    officer: Text | None = None
    outcome: str | None = None
    to: str | None = None
    item: str | None = None
    hall: str | None = None


class CaseNoticeIssued(Payload, frozen=True, tag_field="__type__", tag="case.notice_issued"):
    """A notice that is no decision on the case, such as the advance list of all permits needed (`one_list`)."""

    kind: str | None = None
    document_no: Text | None = None
    items: list[Any] | None = None
    hall: str | None = None


class CaseAppointmentBooked(Payload, frozen=True, tag_field="__type__", tag="case.appointment_booked"):
    slot: Any = None
    after_hours: bool | None = None
    refused: bool | None = None
    item: str | None = None
    hall: str | None = None


class CaseAppointmentServed(
    CaseAppointmentBooked, frozen=True, tag_field="__type__", tag="case.appointment_served"
):
    absent: bool | None = None


class AgencyOpened(Payload, frozen=True, tag_field="__type__", tag="agency.opened"):
    agent: Text | None = None
    item: str | None = None
    point: str | None = None
    fee: Any = None
    limit: Limit | None = None


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
    level: Literal["county", "sub_center", "township", "village"] | None = None
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


_KEPT = (
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
    _kept("hall.expected", "hall", "from", "hours"),
)

_DECIDING: tuple[type[Payload], ...] = (
    CaseApplied, CaseMaterialsReceived, CaseCorrectionRequested, CaseCorrectionSubmitted, CaseAccepted,
    CaseNotAccepted, CaseStageStarted, CaseStageCompleted, CaseTransferred, CaseReturned, CaseBranchOpened,
    CaseBranchClosed, CaseForwardedUp, CaseSuperiorReplied, CaseFollowUpRecorded, CaseSuspended, CaseResumed,
    CaseExtended, CaseExtensionRevoked, CaseLimitChanged, CaseDecided, CaseCompleted, CaseWithdrawn, CaseVoided,
    CaseMerged, CaseReopened, CaseDelivered, CaseFeeAssessed, CaseFeeCollected, CaseFeeRefunded, CaseRejudged,
    CaseFirstContact, CaseNoticeIssued, CaseAppointmentBooked, CaseAppointmentServed, AgencyOpened, EventCorrected,
    EventRetracted,
    CalendarPublished, ItemPublished, ItemWithdrawn, HallPublished, ProfilePublished,
)  # fmt: skip

EVENT_TYPES: dict[str, type[Payload]] = {
    str(kind.__struct_config__.tag): kind for kind in (*_DECIDING, *_KEPT)
}
