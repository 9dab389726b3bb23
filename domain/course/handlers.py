"""What each event of a case does, one function an event type. They only write the draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from domain.clocks.timeline import Change, Pause
from domain.course.begin import begin_acceptance, begin_case, continue_run, name_pending, new_clock, reopen
from domain.course.draft import CaseDraft, ClockDraft, Holder, SpanDraft
from domain.course.lawful import suspension_faults
from domain.course.lookup import item_at, profile_at
from domain.events import Event
from domain.limits import Limit
from domain.profiles import Profile
from domain.reference import MissingReference, View

__all__ = ["HANDLERS", "MATCHING", "apply_end"]

Handler = Callable[[CaseDraft, View, Event, Any], None]


def _profile(draft: CaseDraft, view: View, at: int) -> Profile | None:
    if draft.profile is not None:
        return draft.profile
    try:
        return profile_at(draft, view, at)
    except MissingReference:
        return None


def _limit_of(draft: CaseDraft, view: View, event: Event, name: str, stated: Limit | None) -> Limit | None:
    """A limit the event gives, else the profile's."""
    if stated is not None:
        return stated
    profile = _profile(draft, view, event.time)
    return profile.limits.get(name) if profile is not None else None


def _start(
    draft: CaseDraft, view: View, event: Event, name: str, key: str, limit: Limit | None
) -> ClockDraft | None:
    """Start a clock that has a limit; a clock without one does not exist."""
    if limit is None or (limit.is_zero and limit.unit != "working_day"):
        return None
    clock = new_clock(draft, name, key, event, limit)
    clock.profile = _profile(draft, view, event.time)
    clock.pending = clock.profile is None
    draft.clocks.append(clock)
    return clock


def _take_item(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    if payload.item is not None:
        draft.item = payload.item
    if payload.hall is not None and (not draft.holders or draft.holders[-1].hall != payload.hall):
        draft.holders.append(Holder(event.time, payload.hall, event.id))
    name_pending(draft, view, event)


def on_received(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    """Receipt is the earlier of application and receipt of materials."""
    if draft.accepted_at is not None or draft.receipt is not None:
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
    apply_end(draft, event, "not_accepted")


def on_correction_requested(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    """Before acceptance the notice is the decision: the acceptance clock stops until the materials come."""
    if draft.accepted_at is None:
        draft.stop(draft.running("acceptance"), event)
    if draft.correction_since is not None:
        return
    draft.correction_since = event
    draft.correction = _start(
        draft,
        view,
        event,
        "correction",
        "correction",
        _limit_of(draft, view, event, "correction", payload.within),
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
        draft.receipt = event
        begin_acceptance(draft, view, event)


def on_stage_started(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    key = f"stage:{payload.stage}"
    if key in draft.open_since:
        return
    draft.open_since[key] = event.time
    limit = payload.limit
    if limit is None:
        item = item_at(draft, view, draft.accepted_at if draft.accepted_at is not None else event.time)
        stages = item.stages or [] if item is not None else []
        limit = next((one.limit for one in stages if one.stage == payload.stage), None)
    earlier = draft.last(key)
    clock = _start(draft, view, event, "stage", key, _limit_of(draft, view, event, "stage", limit))
    draft.closed_keys.discard(key)
    if clock is None or earlier is None or clock.profile is None:
        return
    setting = "stage_on_return" if earlier.round == draft.round else "on_reopen"
    if (
        clock.profile.settings[setting] in ("accumulate", "resume")
        and clock.profile.settings["stage_on_return"] == "accumulate"
    ):
        continue_run(clock, earlier, event)


def on_stage_completed(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    key = f"stage:{payload.stage}"
    draft.open_since.pop(key, None)
    draft.closed_keys.add(key)
    draft.stop(draft.running(key), event)


def on_returned(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    """Ends the running stage; the stage returned to begins with its own event."""
    for key in [key for key in draft.open_since if key.startswith("stage:")]:
        del draft.open_since[key]
    draft.stop(draft.running("stage"), event)


def on_transferred(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    if payload.to_hall is not None:
        draft.holders.append(Holder(event.time, payload.to_hall, event.id))
        try:
            view.hall_calendar(view.hall(payload.to_hall, event.time), event.time)
        except MissingReference as error:
            draft.irregular(
                event,
                "missing_reference",
                f"缺少参照数据：{error.kind} {error.name}",
                f"{error.kind} {error.name} is not known",
            )


def on_branch_opened(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    key = f"branch:{payload.branch}"
    if key in draft.open_since:
        return
    draft.open_since[key] = event.time
    draft.closed_keys.discard(key)
    _start(draft, view, event, "branch", key, _limit_of(draft, view, event, "branch", payload.limit))


def on_branch_closed(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    key = f"branch:{payload.branch}"
    draft.open_since.pop(key, None)
    draft.closed_keys.add(key)
    draft.stop(draft.running(key), event)


def on_forwarded_up(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    """The local clocks wait while the superior organ decides; its own clock runs."""
    draft.stop(draft.running("forward"), event)
    if draft.superior_pause is not None:
        return
    _start(
        draft, view, event, "superior", "superior", _limit_of(draft, view, event, "superior", payload.limit)
    )
    draft.superior_pause = len(draft.other_pauses)
    draft.other_pauses.append(Pause(event.time, None, event.id, "superior"))


def on_superior_replied(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    draft.stop(draft.running("superior"), event)
    if draft.superior_pause is not None:
        index = draft.superior_pause
        draft.other_pauses[index] = draft.other_pauses[index]._replace(end=event.time)
        draft.superior_pause = None


def on_suspended(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    at = draft.accepted_at if draft.accepted_at is not None else event.time
    item = item_at(draft, view, at)
    profile = _profile(draft, view, event.time)
    faults = suspension_faults(payload, item, bool(profile and profile.settings["correction_pauses"]))
    key = payload.span if payload.span is not None else event.id
    same = next(
        (span for span in draft.spans if span.start == event.time and span.kind == payload.kind), None
    )
    if same is not None:
        same.keys |= {key, event.id}
        same.faults = min(same.faults, faults, key=len)
        if payload.span is not None and same.key == same.event.id:
            same.key = payload.span
            if same.clock is not None:
                same.clock.key = f"suspension:{payload.span}"
        return
    if any(span.end is None and key in span.keys for span in draft.spans):
        return
    limit = payload.approved_limit
    if limit is None and item is not None:
        limit = next((one.max for one in item.suspensions or () if one.kind == payload.kind), None)
    span = SpanDraft(key, payload.kind, event.time, event, draft.round, faults, {key})
    span.clock = _start(
        draft,
        view,
        event,
        "suspension",
        f"suspension:{key}",
        _limit_of(draft, view, event, "suspension", limit),
    )
    draft.spans.append(span)


def on_resumed(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    for span in _resumable(draft, payload):
        span.end = event.time
        if span.clock is not None:
            draft.stop([span.clock], event)


def _resumable(draft: CaseDraft, payload: Any) -> list[SpanDraft]:
    """The open spans a resume closes: its own, else all of its kind, else all."""
    spans = [span for span in draft.spans if span.end is None]
    if payload.span is not None:
        return [span for span in spans if payload.span in span.keys]
    if payload.kind is not None:
        return [span for span in spans if span.kind == payload.kind]
    return spans


_EXTENDED_BY_DEFAULT = ("promised", "instant", "statutory")


def _clocks_named(draft: CaseDraft, named: str | list[str] | None) -> list[ClockDraft]:
    names = _EXTENDED_BY_DEFAULT if named is None else (named,) if isinstance(named, str) else tuple(named)
    latest: dict[str, ClockDraft] = {}
    for clock in draft.clocks:
        if clock.started and (clock.name in names or clock.key in names) and clock.round == draft.round:
            latest[clock.key] = clock
    return [clock for clock in latest.values() if clock.stop is None]


def on_extended(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    draft.extensions.append((event, draft.round))
    clocks = _clocks_named(draft, payload.clock)
    for clock in clocks:
        clock.changes.append(
            Change(event.time, "extend", payload.limit, payload.extension or event.id, event.id)
        )
    if not clocks:
        draft.irregular(
            event, "impossible_order", "没有可延长的时限", "there is no running clock that it extends"
        )


def on_extension_revoked(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    revoked = False
    for clock in draft.clocks:
        mine = [
            one
            for one in clock.changes
            if one.kind == "extend" and payload.extension in (None, one.extension)
        ]
        if mine and clock.stop is None:
            clock.changes.append(Change(event.time, "revoke", None, mine[-1].extension, event.id))
            revoked = True
    draft.revocations.append(event)
    if not revoked:
        draft.irregular(
            event, "impossible_order", "没有可撤销的延长", "there is no extension that it revokes"
        )


def on_limit_changed(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    clocks = _clocks_named(draft, payload.clock if payload.clock is not None else ["promised", "instant"])
    for clock in clocks:
        clock.changes.append(Change(event.time, "limit", payload.limit, "", event.id))
    if not clocks:
        draft.irregular(
            event, "impossible_order", "没有可变更的时限", "there is no running clock that it changes"
        )


def on_decided(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    if draft.accepted_at is None:
        draft.waiting.append(event)
        return
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
        _start(draft, view, event, "delivery", "delivery", _limit_of(draft, view, event, "delivery", None))


def on_completed(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    if draft.accepted_at is None:
        draft.waiting.append(event)
        return
    if any(span.end is None for span in draft.spans):
        draft.irregular(
            event,
            "completed_while_suspended",
            "暂停期间办结，暂停至此结束",
            "completed while suspended; the suspension ends here",
        )
    apply_end(draft, event, "completed")


def on_ended(status: str) -> Handler:
    def handle(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
        apply_end(draft, event, status)

    return handle


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
    "case.merged": on_ended("merged"),
    "case.reopened": on_reopened,
    "case.delivered": on_delivered,
    "case.rejudged": on_rejudged,
}


def _open_stage(draft: CaseDraft, payload: Any) -> int | None:
    return draft.open_since.get(f"stage:{payload.stage}")


def _open_span(draft: CaseDraft, payload: Any) -> int | None:
    return min((span.start for span in _resumable(draft, payload)), default=None)


def _open_correction(draft: CaseDraft, payload: Any) -> int | None:
    return draft.correction_since.time if draft.correction_since is not None else None


def _open_branch(draft: CaseDraft, payload: Any) -> int | None:
    return draft.open_since.get(f"branch:{payload.branch}")


def _open_superior(draft: CaseDraft, payload: Any) -> int | None:
    return draft.other_pauses[draft.superior_pause].start if draft.superior_pause is not None else None


MATCHING: Final[dict[str, Callable[[CaseDraft, Any], int | None]]] = {
    "case.resumed": _open_span,
    "case.correction_submitted": _open_correction,
    "case.stage_completed": _open_stage,
    "case.branch_closed": _open_branch,
    "case.superior_replied": _open_superior,
}
"""For each event that ends something: since when is there something that it ends?"""
