"""What each event of a case does, one function an event type. They only write the draft."""

from __future__ import annotations

from typing import Any, Final

from domain.clocks.timeline import Pause
from domain.course.begin import begin_acceptance, begin_case, count_deeming, name_pending, reopen
from domain.course.decisions import on_extended, on_extension_revoked, on_limit_changed
from domain.course.draft import CaseDraft, Holder
from domain.course.opposed import name_contradiction
from domain.course.parts import (
    on_branch_closed,
    on_branch_opened,
    on_forwarded_up,
    on_resumed,
    on_returned,
    on_stage_completed,
    on_stage_started,
    on_superior_replied,
    on_suspended,
)
from domain.course.starting import Handler, limit_of, start_clock
from domain.events import Event
from domain.reference_view import MissingReference, View

__all__ = ["HANDLERS"]


def _take_item(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    if payload.item is not None:
        draft.item = payload.item
    if payload.hall is not None and (not draft.holders or draft.holders[-1].hall != payload.hall):
        draft.holders.append(Holder(event.time, payload.hall, event.id))
    name_pending(draft, view, event)


def on_received(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    """Receipt is the earlier of application and receipt of materials."""
    if draft.accepted_at is not None:
        return
    if draft.receipt is not None:
        if draft.item is None and payload.item is not None:
            draft.item = payload.item
            name_pending(draft, view, event)
        return
    _take_item(draft, view, event, payload)
    draft.kind = draft.kind or getattr(payload, "kind", None)
    draft.mode = draft.mode or getattr(payload, "mode", None)
    draft.receipt = event
    begin_acceptance(draft, view, event)


def on_accepted(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    if draft.accepted_at is not None:
        if draft.formal:
            draft.irregular(
                event,
                "second_acceptance",
                "重复受理，以时间在先者为准",
                "accepted before; the first acceptance counts",
            )
            return
        draft.formal = True
        draft.stop(draft.running("acceptance"), event)
        return
    draft.formal = True
    draft.stop(draft.running("acceptance"), event)
    _take_item(draft, view, event, payload)
    if payload.calendar is not None:
        if draft.holders:
            last = draft.holders[-1]
            if last.begin == event.time:
                last.calendar = payload.calendar
            else:
                draft.holders.append(Holder(event.time, last.hall, event.id, payload.calendar))
        else:
            draft.holders.append(Holder(event.time, "", event.id, payload.calendar))
    begin_case(draft, view, event, event.time, event.time)


def on_not_accepted(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    """Ends a case that nobody accepted, deemed accepted or not; what was accepted formally cannot be refused again."""
    if draft.formal:
        draft.irregular(
            event,
            "refused_after_acceptance",
            "正式受理之后又不予受理，不予采用",
            "the case had been accepted formally; it cannot be refused acceptance, and goes on",
        )
        return
    apply_end(draft, event, "not_accepted")


def on_correction_requested(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    """Before acceptance the notice is the decision: the acceptance clock stops until the materials come."""
    if draft.accepted_at is None:
        draft.stop(draft.running("acceptance"), event)
    if draft.correction_since is not None:
        return
    draft.correction_since = event
    draft.correction = start_clock(
        draft,
        view,
        event,
        "correction",
        "correction",
        limit_of(draft, view, event, "correction", payload.within),
    )
    if (
        draft.accepted_at is not None
        and draft.profile is not None
        and draft.profile.settings["correction_pauses"]
    ):
        draft.correction_pause = len(draft.other_pauses)
        draft.other_pauses.append(Pause(event.time, None, event.id, "correction"))


def on_correction_submitted(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    draft.correction_since = None
    if draft.correction is not None:
        draft.stop([draft.correction], event)
        draft.correction = None
    if draft.correction_pause is not None:
        index = draft.correction_pause
        draft.other_pauses[index] = draft.other_pauses[index]._replace(end=event.time)
        draft.correction_pause = None
    if draft.accepted_at is None:
        draft.stop(draft.running("acceptance"), event)
        draft.receipt = event
        begin_acceptance(draft, view, event)


def on_transferred(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    holder = draft.holders[-1].hall if draft.holders else ""
    if payload.from_hall is not None and holder and payload.from_hall != holder:
        draft.irregular(
            event,
            "not_the_holder",
            f"移出大厅 {payload.from_hall} 并非当时的承办大厅 {holder}",
            f"hall {payload.from_hall} did not hold the case, {holder} did",
        )
    if payload.to_hall is not None:
        draft.holders.append(Holder(event.time, payload.to_hall, event.id))
        try:
            view.hall_calendar(view.hall(payload.to_hall, event.time), event.time)
            count_deeming(draft, view)
        except MissingReference as error:
            draft.missing(event, error.kind, error.name)


def on_decided(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    if draft.accepted_at is None:
        draft.waiting.append(event)
        return
    draft.decisions.append(event)
    if "decided" in draft.closed_keys:
        draft.irregular(
            event,
            "closed_twice",
            "重复作出决定，以时间在先者为准",
            "decided before; the first decision counts",
        )
        return
    draft.closed_keys.add("decided")
    draft.stop(draft.running("statutory"), event)
    if payload.outcome == "approve":
        start_clock(
            draft, view, event, "delivery", "delivery", limit_of(draft, view, event, "delivery", None)
        )


def on_completed(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    if draft.accepted_at is None:
        draft.waiting.append(event)
        return
    if _is_paused(draft):
        draft.irregular(
            event,
            "completed_while_suspended",
            "暂停期间办结，暂停至此结束",
            "completed while suspended; the suspension ends here",
        )
    name_contradiction(draft, event, payload)
    apply_end(draft, event, "completed")


def _is_paused(draft: CaseDraft) -> bool:
    """Whether a suspension, a correction or a superior organ holds the case."""
    ignored = draft.profile is not None and draft.profile.settings["unlawful_suspension"] == "ignored"
    return any(span.end is None and not (ignored and span.faults) for span in draft.spans) or any(
        pause.end is None for pause in draft.other_pauses
    )


def on_ended(status: str) -> Handler:
    def handle(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
        apply_end(draft, event, status)

    return handle


def on_merged(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    """A case that is merged into another goes on there; into itself it cannot be merged."""
    if payload.into == draft.subject:
        draft.irregular(
            event, "merged_into_itself", "案件不能并入其自身，不予采用", "a case cannot be merged into itself"
        )
        return
    apply_end(draft, event, "merged")


def apply_end(draft: CaseDraft, event: Event, status: str) -> None:
    """The end of the case: completion and non-acceptance end clocks, the others stop them."""
    if status == "voided" and draft.ended is not None:
        draft.status_at_end = "voided"
        return
    ends = status in ("completed", "not_accepted")
    clocks = [clock for clock in draft.running() if not (ends and clock.name == "delivery")]
    draft.stop(clocks, event, "ended" if ends else "stopped")
    for span in draft.spans:
        if span.end is None:
            span.end = event.time
    draft.other_pauses = [p if p.end is not None else p._replace(end=event.time) for p in draft.other_pauses]
    draft.correction_pause = draft.superior_pause = draft.correction = draft.correction_since = None
    draft.open_since.clear()
    draft.ended, draft.ended_at, draft.status_at_end = event, event.time, status
    draft.closings[draft.round] = event


def on_reopened(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    draft.decisions = []
    if draft.ended is None:
        draft.irregular(event, "impossible_order", "案件未结束，不能重新办理", "the case has not ended")
        return
    draft.closed_keys.discard("decided")
    reopen(draft, view, event)


def on_delivered(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    draft.stop(draft.running("delivery"), event)


def on_rejudged(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    draft.rejudged = event


HANDLERS: Final[dict[str, Handler]] = {
    "case.applied": on_received,
    "case.materials_received": on_received,
    "case.accepted": on_accepted,
    "case.not_accepted": on_not_accepted,
    "case.correction_requested": on_correction_requested,
    "case.correction_submitted": on_correction_submitted,
    "case.stage_started": on_stage_started,
    "case.stage_completed": on_stage_completed,
    "case.returned": on_returned,
    "case.transferred": on_transferred,
    "case.branch_opened": on_branch_opened,
    "case.branch_closed": on_branch_closed,
    "case.forwarded_up": on_forwarded_up,
    "case.superior_replied": on_superior_replied,
    "case.suspended": on_suspended,
    "case.resumed": on_resumed,
    "case.extended": on_extended,
    "case.extension_revoked": on_extension_revoked,
    "case.limit_changed": on_limit_changed,
    "case.decided": on_decided,
    "case.completed": on_completed,
    "case.withdrawn": on_ended("withdrawn"),
    "case.voided": on_ended("voided"),
    "case.merged": on_merged,
    "case.reopened": on_reopened,
    "case.delivered": on_delivered,
    "case.rejudged": on_rejudged,
}
