"""Walk through a case's events in their lawful order and write what they amount to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from domain.course.begin import begin_case, pending_clocks
from domain.course.draft import CaseDraft, ClockDraft, Holder
from domain.course.handlers import HANDLERS
from domain.course.parts import MATCHING
from domain.course.preceded import name_unknown_stages, name_unpreceded
from domain.events import Event
from domain.history import phase_of
from domain.reference_view import View

__all__ = ["replay"]

_AFTER_END = frozenset(("case.delivered", "case.reopened", "case.rejudged"))
_BEGINNINGS = 4
_BEFORE_THE_CASE = frozenset(("material.held",))
"""What is told in a case's history and may be years older than the case."""


def replay(subject: str, events: Sequence[Event], at: int, view_of: Callable[[int], View]) -> CaseDraft:
    """The draft of a case as at `at`, from its events up to then, in order of application.

    `view_of` gives the reference data that a round is judged with.
    """
    draft = CaseDraft(subject)
    first_hall = next(_halls(events, at), None)
    if first_hall is not None:
        first = next((one for one in events if one.type not in _BEFORE_THE_CASE), events[0])
        draft.holders.append(Holder(first.time, first_hall, first.id))
    deferred: list[Event] = []
    late: list[Event] = []
    moment: int | None = None
    for event in events:
        if event.time > at:
            break
        if deferred and (event.time != moment or phase_of(event.type) > _BEGINNINGS):
            deferred = _retry(draft, deferred, view_of)
        if late and event.time != moment:
            late = _too_late(draft, late)
        moment = event.time
        _deem(draft, event.time, view_of)
        handler = HANDLERS.get(event.type)
        if handler is None:
            continue
        if draft.ended is not None and _is_after_end(draft, event):
            late.append(event)
            continue
        since = MATCHING.get(event.type)
        if since is not None and not _is_last_submission(draft, event):
            begun = since(draft, event.payload)
            if begun is None or begun >= event.time:
                deferred.append(event)
                continue
        handler(draft, view_of(draft.round), event, event.payload)
        if late and draft.ended is None:
            deferred += _begin_anew(draft, late, view_of)
            late = []
    _too_late(draft, late)
    _retry(draft, deferred, view_of)
    _deem(draft, at, view_of)
    _finish(draft, view_of)
    name_unpreceded(draft, events, at)
    name_unknown_stages(draft, events, at)
    return draft


def _is_last_submission(draft: CaseDraft, event: Event) -> bool:
    """Whether more materials come after a correction, and before any decision: the last submission is the receipt."""
    return (
        event.type == "case.correction_submitted"
        and draft.accepted_at is None
        and draft.correction_since is None
        and draft.receipt is not None
        and draft.receipt.type == "case.correction_submitted"
    )


def _halls(events: Sequence[Event], at: int) -> Iterator[str]:
    """The halls that the events up to `at` name as theirs, in order; of an agency task its point."""
    for event in events:
        if event.time > at:
            return
        named = "point" if event.type.startswith("agency.") else "hall"
        hall = getattr(event.payload, named, None)
        if type(hall) is str:
            yield hall


def _is_after_end(draft: CaseDraft, event: Event) -> bool:
    if event.type == "case.voided":
        return draft.status_at_end in ("voided", "withdrawn", "merged")
    return event.type not in _AFTER_END


def _too_late(draft: CaseDraft, late: list[Event]) -> list[Event]:
    """Events after the end of the case, at whose instant it was not reopened."""
    for event in late:
        draft.irregular(event, "event_after_end", "案件结束后仍有事件", "the case had ended")
    return []


def _begin_anew(draft: CaseDraft, late: list[Event], view_of: Callable[[int], View]) -> list[Event]:
    """What happens at the instant of a reopening, after an earlier end, belongs to the new round. The ends of what
    begins then are left over."""
    ends: list[Event] = []
    for event in late:
        ends_case = phase_of(event.type) > _BEGINNINGS
        if ends_case or event.time == draft.closings[draft.round - 1].time:
            _too_late(draft, [event])
        elif event.type in MATCHING:
            ends.append(event)
        else:
            HANDLERS[event.type](draft, view_of(draft.round), event, event.payload)
    return ends


def _retry(draft: CaseDraft, deferred: list[Event], view_of: Callable[[int], View]) -> list[Event]:
    """Ends that found nothing begun before: they close what begins at the same instant, or are irregular."""
    for event in deferred:
        if MATCHING[event.type](draft, event.payload) is not None:
            HANDLERS[event.type](draft, view_of(draft.round), event, event.payload)
        else:
            _unmatched(draft, event)
    return []


def _unmatched(draft: CaseDraft, event: Event) -> None:
    payload = event.payload
    if event.type == "case.resumed":
        if any(span.end == event.time for span in draft.spans):
            return  # the same resumption, told by another source
        draft.irregular(
            event, "resume_before_suspension", "恢复之前没有暂停", "nothing was suspended before it"
        )
        return
    key = (
        f"stage:{getattr(payload, 'stage', '')}"
        if event.type == "case.stage_completed"
        else f"branch:{getattr(payload, 'branch', '')}"
    )
    if event.type in ("case.stage_completed", "case.branch_closed") and key in draft.closed_keys:
        draft.irregular(
            event, "closed_twice", "重复关闭，以时间在先者为准", "closed before; the first closing counts"
        )
    else:
        draft.irregular(
            event, "impossible_order", "结束了并未开始的事项", "it ends something that had not begun"
        )


def _deem(draft: CaseDraft, until: int, view_of: Callable[[int], View]) -> None:
    """No decision in time: the case is deemed accepted, its clocks start at receipt (Licensing Law, article 32)."""
    if draft.accepted_at is not None or draft.ended is not None or draft.receipt is None:
        return
    clock = _deciding(draft)
    if clock is None or clock.deemed is None or clock.deemed >= until:
        return
    draft.deemed_at = clock.deemed
    receipt = draft.receipt
    view = view_of(draft.round)
    begin_case(draft, view, receipt, clock.start, clock.deemed)
    waiting, draft.waiting = draft.waiting, []
    for event in waiting:
        if event.time < clock.start or draft.ended is not None:
            draft.waiting.append(event)
            continue
        HANDLERS[event.type](draft, view, event, event.payload)
    if clock.stop is not None:
        clock.stop = None  # a completion is no decision on acceptance: that clock was missed and runs on


def _deciding(draft: CaseDraft) -> ClockDraft | None:
    running = draft.running("acceptance")
    return running[-1] if running else None


def _finish(draft: CaseDraft, view_of: Callable[[int], View]) -> None:
    for event in draft.waiting:
        if event.type == "case.completed":
            draft.irregular(
                event, "completion_before_acceptance", "受理之前办结", "completed before any acceptance"
            )
        elif event.type == "case.decided":
            draft.irregular(event, "impossible_order", "受理之前作出决定", "decided before any acceptance")
        else:
            draft.irregular(
                event,
                "impossible_order",
                "没有可延长或变更的时限",
                "there is no running clock that it changes",
            )
    draft.clocks += pending_clocks(draft, view_of(draft.round))
