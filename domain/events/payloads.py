"""The typed view of `data` of each event type (a tagged union; the tag is the event's `type`).

Only fields that decide something are typed; every other field stays in `Event.data` untouched.
"""

from __future__ import annotations

from domain.events.case_payloads import (
    CaseAccepted,
    CaseApplied,
    CaseBranchClosed,
    CaseBranchOpened,
    CaseCompleted,
    CaseCorrectionRequested,
    CaseCorrectionSubmitted,
    CaseDecided,
    CaseDelivered,
    CaseFollowUpRecorded,
    CaseForwardedUp,
    CaseMaterialsReceived,
    CaseMerged,
    CaseNotAccepted,
    CaseReopened,
    CaseReturned,
    CaseStageCompleted,
    CaseStageStarted,
    CaseSuperiorReplied,
    CaseTransferred,
    CaseVoided,
    CaseWithdrawn,
)
from domain.events.kept_payloads import KEPT
from domain.events.limit_payloads import (
    CaseExtended,
    CaseExtensionRevoked,
    CaseLimitChanged,
    CaseResumed,
    CaseSuspended,
)
from domain.events.order_payloads import (
    CaseRejudged,
    EventCorrected,
    EventRetracted,
    Target,
)
from domain.events.payload import Payload
from domain.events.reference_payloads import (
    CalendarPublished,
    HallPublished,
    ItemPublished,
    ItemStage,
    ItemSuspension,
    ItemWithdrawn,
    ProfilePublished,
)
from domain.events.service_payloads import (
    AgencyOpened,
    CaseAppointmentBooked,
    CaseAppointmentServed,
    CaseFeeAssessed,
    CaseFeeCollected,
    CaseFeeRefunded,
    CaseFirstContact,
    CaseFoundOutside,
    CaseNoticeIssued,
)

__all__ = [
    "EVENT_TYPES",
    "AgencyOpened",
    "CalendarPublished",
    "CaseAccepted",
    "CaseApplied",
    "CaseAppointmentBooked",
    "CaseAppointmentServed",
    "CaseBranchClosed",
    "CaseBranchOpened",
    "CaseCompleted",
    "CaseCorrectionRequested",
    "CaseCorrectionSubmitted",
    "CaseDecided",
    "CaseDelivered",
    "CaseExtended",
    "CaseExtensionRevoked",
    "CaseFeeAssessed",
    "CaseFeeCollected",
    "CaseFeeRefunded",
    "CaseFirstContact",
    "CaseFollowUpRecorded",
    "CaseForwardedUp",
    "CaseFoundOutside",
    "CaseLimitChanged",
    "CaseMaterialsReceived",
    "CaseMerged",
    "CaseNotAccepted",
    "CaseNoticeIssued",
    "CaseRejudged",
    "CaseReopened",
    "CaseResumed",
    "CaseReturned",
    "CaseStageCompleted",
    "CaseStageStarted",
    "CaseSuperiorReplied",
    "CaseSuspended",
    "CaseTransferred",
    "CaseVoided",
    "CaseWithdrawn",
    "EventCorrected",
    "EventRetracted",
    "HallPublished",
    "ItemPublished",
    "ItemStage",
    "ItemSuspension",
    "ItemWithdrawn",
    "Payload",
    "ProfilePublished",
    "Target",
]

_DECIDING: tuple[type[Payload], ...] = (
    CaseApplied, CaseMaterialsReceived, CaseCorrectionRequested, CaseCorrectionSubmitted, CaseAccepted,
    CaseNotAccepted, CaseStageStarted, CaseStageCompleted, CaseTransferred, CaseReturned, CaseBranchOpened,
    CaseBranchClosed, CaseForwardedUp, CaseSuperiorReplied, CaseFollowUpRecorded, CaseSuspended, CaseResumed,
    CaseExtended, CaseExtensionRevoked, CaseLimitChanged, CaseDecided, CaseCompleted, CaseWithdrawn, CaseVoided,
    CaseMerged, CaseReopened, CaseDelivered, CaseFeeAssessed, CaseFeeCollected, CaseFeeRefunded, CaseRejudged,
    CaseFirstContact, CaseNoticeIssued, CaseFoundOutside, CaseAppointmentBooked, CaseAppointmentServed, AgencyOpened,
    EventCorrected, EventRetracted,
    CalendarPublished, ItemPublished, ItemWithdrawn, HallPublished, ProfilePublished,
)  # fmt: skip

EVENT_TYPES: dict[str, type[Payload]] = {
    str(kind.__struct_config__.tag): kind for kind in (*_DECIDING, *KEPT)
}
