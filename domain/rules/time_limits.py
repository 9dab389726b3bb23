"""Rules about time that events break outside any clock: TL-09, TL-10; and CA-03, the catalogue's limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from domain.clocks.thresholds import count_of, terms_of
from domain.clocks.timeline import ClockCourse
from domain.course.begin import is_countable
from domain.course.draft import CaseDraft
from domain.course.lawful import extension_faults
from domain.events import Event
from domain.events.payloads import CaseExtended
from domain.rules.found import CaseFacts, CaseRule, Found, joined
from domain.rules.telling import extension_told

__all__ = ["RULES"]


def suspension_without_basis(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """TL-09: a kind that neither the item nor the law allows, or no written notice, or no approver (article 45)."""
    for span in facts.draft.spans:
        if span.faults:
            yield Found(span.event.id, span.start, *joined(span.faults), round=span.round)


def extension_invalid(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """TL-10: without the required approver or notice, over the cap, or a second one (article 42)."""
    draft = facts.draft
    joint = draft.mode == "joint"
    for index, (event, number) in enumerate(draft.extensions):
        payload = extension_told(facts, event)
        earlier = any(_still_counts(draft, other, event) for other, _ in draft.extensions[:index])
        faults = extension_faults(payload, joint, earlier, given["cap_joint" if joint else "cap"])
        if faults:
            yield Found(event.id, event.time, *joined(faults), round=number)


def _still_counts(draft: CaseDraft, earlier: Event, event: Event) -> bool:
    """Whether an earlier extension of the same clock was in force when the later one was granted: one that extended
    nothing, as before the acceptance, never was."""
    one, other = earlier.payload, event.payload
    assert isinstance(one, CaseExtended)
    assert isinstance(other, CaseExtended)
    revoked = any(
        getattr(revocation.payload, "extension", None) in (None, one.extension or earlier.id)
        and earlier.time <= revocation.time <= event.time
        for revocation in draft.revocations
    )
    vain = any(
        (note.event, note.time, note.kind) == (earlier.id, earlier.time, "impossible_order")
        for note in draft.irregularities
    )
    return not revoked and not vain and bool(_clocks(one) & _clocks(other))


def _clocks(payload: CaseExtended) -> frozenset[str]:
    if payload.clock is None:
        return frozenset(("promised", "statutory"))
    return frozenset((payload.clock,) if isinstance(payload.clock, str) else payload.clock)


def catalogue_limit_wrong(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """CA-03: a limit of the item is missing or zero, or the promise falls due after the statutory limit."""
    draft, starts = facts.draft, facts.starts
    event = draft.accepted
    if event is None:
        return
    faults: list[tuple[str, str]] = []
    known = bool(draft.item_version)
    instant = draft.kind == "instant"
    for limit, needed, zh, en in (
        (draft.promised_limit, not instant, "承诺时限", "promised limit"),
        (draft.statutory_limit, True, "法定时限", "statutory limit"),
    ):
        if limit is None:
            if known and needed:
                faults.append((f"事项缺少{zh}", f"the item has no {en}"))
        elif not is_countable(limit, draft.kind):
            faults.append((f"事项{zh}为零", f"the item's {en} is zero"))
    for stage in draft.stages_without_time:
        faults.append((f"事项环节（{stage}）时限为零", f"the item's limit of stage {stage} is zero"))
    promised, statutory = starts.get("promised") or starts.get("instant"), starts.get("statutory")
    if promised is not None and statutory is not None and _first_due(promised) > _first_due(statutory):
        faults.append(("承诺到期晚于法定到期", "the promise falls due after the statutory limit"))
    if faults:
        time = event.time if draft.deemed_at is None else draft.deemed_at
        yield Found(event.id, time, *joined(faults))


def _first_due(course: ClockCourse) -> int:
    """The due instant as it stood at the start: no pause, no decision."""
    settings = course.profile.settings
    stretches = [one for one in course.stretches if one.is_decided(course.start)] or course.stretches[:1]
    return count_of(course.start, stretches, (), terms_of(course.limit, [], settings["mode"]), settings).due


RULES: Final[dict[str, CaseRule]] = {
    "TL-09": suspension_without_basis,
    "TL-10": extension_invalid,
    "CA-03": catalogue_limit_wrong,
}
