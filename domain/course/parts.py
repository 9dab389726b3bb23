"""Parts of a case that begin and end: stages, branches, the superior's reply, suspensions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from domain.clocks.timeline import Change, Pause
from domain.course.begin import continue_run
from domain.course.draft import CaseDraft, ClockDraft, SpanDraft
from domain.course.lawful import suspension_faults, together
from domain.course.lookup import item_at
from domain.course.starting import limit_of, profile_of, start_clock
from domain.events import Event
from domain.limits import Limit
from domain.reference_view import View

__all__ = [
    "MATCHING",
    "on_branch_closed",
    "on_branch_opened",
    "on_forwarded_up",
    "on_resumed",
    "on_returned",
    "on_stage_completed",
    "on_stage_started",
    "on_superior_replied",
    "on_suspended",
]


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
    if limit is None and earlier is not None:
        limit = earlier.limit
    clock = start_clock(draft, view, event, "stage", key, limit_of(draft, view, event, "stage", limit))
    draft.closed_keys.discard(key)
    if clock is None or earlier is None or clock.profile is None:
        return
    setting = "stage_on_return" if earlier.round == draft.round else "on_reopen"
    if (
        clock.profile.settings[setting] in ("accumulate", "resume")
        and clock.profile.settings["stage_on_return"] == "accumulate"
    ):
        continue_run(clock, earlier, event)
        if payload.limit is not None and payload.limit != _limit_of_run(clock):
            clock.changes.append(Change(event.time, "limit", payload.limit, "", event.id))


def _limit_of_run(clock: ClockDraft) -> Limit | None:
    changed = [change.limit for change in clock.changes if change.kind == "limit"]
    return changed[-1] if changed else clock.limit


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
    if not payload.to_stage:
        return
    items = [item_at(draft, view, at) for at in (draft.accepted_at, event.time) if at is not None]
    listed = {one.stage for item in items if item is not None for one in item.stages or ()}
    if None not in items and payload.to_stage not in listed:  # an item that is not known may list any stage
        draft.unlisted_returns.append((event, bool(listed)))


def on_branch_opened(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    key = f"branch:{payload.branch}"
    if key in draft.open_since:
        _begun_before(draft, event, draft.open_since[key])
        return
    draft.open_since[key] = event.time
    draft.closed_keys.discard(key)
    start_clock(draft, view, event, "branch", key, limit_of(draft, view, event, "branch", payload.limit))


def _begun_before(draft: CaseDraft, event: Event, since: int) -> None:
    """What runs already cannot begin again; told of the same instant by another source it is the same beginning."""
    if event.time != since:
        draft.irregular(
            event, "begun_twice", "重复开始，以时间在先者为准", "begun before; the first beginning counts"
        )


def on_branch_closed(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    key = f"branch:{payload.branch}"
    draft.open_since.pop(key, None)
    draft.closed_keys.add(key)
    draft.stop(draft.running(key), event)


def on_forwarded_up(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    """The local clocks wait while the superior organ decides; its own clock runs."""
    draft.stop(draft.running("forward"), event)
    if draft.superior_pause is not None:
        _begun_before(draft, event, draft.other_pauses[draft.superior_pause].start)
        return
    start_clock(
        draft, view, event, "superior", "superior", limit_of(draft, view, event, "superior", payload.limit)
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
    profile = profile_of(draft, view, event.time)
    corrections = bool(profile and profile.settings["correction_pauses"])
    key = payload.span if payload.span is not None else event.id
    same = next(
        (span for span in draft.spans if span.start == event.time and span.kind == payload.kind), None
    )
    if same is not None:
        same.keys |= {key, event.id}
        before, same.told = same.told, together(same.told, payload)
        same.faults = suspension_faults(same.told, item, corrections)
        if payload.span is not None and same.key == same.event.id:
            same.key = payload.span
            if same.clock is not None:
                same.clock.key = f"suspension:{payload.span}"
        if before.approved_limit is None and payload.approved_limit is not None:
            _limited(draft, view, same, payload.approved_limit)
        return
    open_ = next((span for span in draft.spans if span.end is None and key in span.keys), None)
    if open_ is not None:
        _begun_before(draft, event, open_.start)
        return
    limit = payload.approved_limit
    if limit is None and item is not None:
        limit = next((one.max for one in item.suspensions or () if one.kind == payload.kind), None)
    faults = suspension_faults(payload, item, corrections)
    span = SpanDraft(key, payload.kind, event.time, event, draft.round, payload, faults, {key})
    span.clock = start_clock(
        draft,
        view,
        event,
        "suspension",
        f"suspension:{key}",
        limit_of(draft, view, event, "suspension", limit),
    )
    draft.spans.append(span)


def _limited(draft: CaseDraft, view: View, span: SpanDraft, limit: Limit) -> None:
    """The approved limit comes with another source's telling: it goes before the item's."""
    if span.clock is None:
        span.clock = start_clock(draft, view, span.event, "suspension", f"suspension:{span.key}", limit)
    else:
        span.clock.limit = limit


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
