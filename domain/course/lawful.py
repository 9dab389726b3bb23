"""Which suspensions and extensions the law allows (Administrative Licensing Law, articles 42 and 45)."""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec

from domain.events import Event
from domain.events.payloads import CaseExtended, CaseSuspended, ItemPublished
from domain.events.values import is_blank
from domain.limits import Limit

__all__ = [
    "LEGAL_KINDS",
    "extension_faults",
    "is_same_extension",
    "suspension_faults",
    "together",
]

LEGAL_KINDS: Final = frozenset(
    (
        "hearing",
        "tender",
        "auction",
        "inspection",
        "testing",
        "quarantine",
        "appraisal",
        "expert_review",
        "public_notice",
    )
)
"""Article 45, and public notice (provincial procedure rules)."""

Fault = tuple[str, str]
Told = TypeVar("Told", CaseSuspended, CaseExtended)


def together(first: Told, second: Told) -> Told:
    """What two sources tell of one decision: what the first leaves out the second adds."""
    told = msgspec.structs.asdict(second)
    added = {name: told[name] for name, value in msgspec.structs.asdict(first).items() if is_blank(value)}
    return msgspec.structs.replace(first, **added)


def is_same_extension(one: Event, other: Event) -> bool:
    """Whether two sources tell of one extension: of one instant, of one name or none, as long, of the same clocks."""
    said, again = one.payload, other.payload
    assert isinstance(said, CaseExtended)
    assert isinstance(again, CaseExtended)
    return (one.time, said.extension, said.limit, said.clock) == (
        other.time, again.extension, again.limit, again.clock,
    ) and one.source != other.source  # fmt: skip


def suspension_faults(
    payload: CaseSuspended, item: ItemPublished | None, corrections_pause: bool
) -> list[Fault]:
    """What a suspension lacks, as (zh, en): a lawful kind, a written notice, an approver."""
    faults: list[Fault] = []
    listed = {one.kind for one in (item.suspensions or ())} if item is not None else set()
    lawful = (
        payload.kind in LEGAL_KINDS
        or payload.kind in listed
        or (corrections_pause and payload.kind == "correction")
    )
    if not lawful:
        named = payload.kind or "none"
        faults.append(
            (
                f"暂停事由（{named}）既不在事项目录内，也不在法定情形内",
                f"kind {named} is neither in the item's list nor in the law",
            )
        )
    if is_blank(payload.notice_no):
        faults.append(("无书面告知", "no written notice"))
    if is_blank(payload.approver):
        faults.append(("无批准人", "no approver"))
    return faults


def extension_faults(payload: CaseExtended, joint: bool, earlier: bool, cap: Limit) -> list[Fault]:
    """What an extension lacks, as (zh, en): the approver's rank, a notice, the cap of days, being the first."""
    faults: list[Fault] = []
    ranks = ("government_head",) if joint else ("organ_head", "government_head")
    if payload.approver_rank not in ranks:
        faults.append(
            (
                "未经本级人民政府负责人批准" if joint else "未经行政机关负责人批准",
                f"not approved by the {'government' if joint else 'organ'} head",
            )
        )
    if is_blank(payload.notice_no):
        faults.append(("未告知申请人延长理由", "no notice to the applicant"))
    if _longer(payload.limit, cap):
        faults.append((f"延长超过 {cap.amount} 个工作日", f"longer than {cap.amount} working days"))
    if earlier:
        faults.append(("再次延长", "a second extension"))
    return faults


def _longer(limit: Limit, cap: Limit) -> bool:
    """Days and calendar days compare as working days; a month is longer than any cap."""
    if not limit.is_days:
        return False
    return limit.amount * (30 if limit.unit == "month" else 1) > cap.amount
