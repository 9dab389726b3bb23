"""Beginnings: the acceptance clock at receipt, the case's own clocks at acceptance or deeming, reopening."""

from __future__ import annotations

from domain.clocks.running import Stretch
from domain.clocks.thresholds import Terms, count_of
from domain.clocks.timeline import Pause
from domain.course.draft import CaseDraft, ClockDraft
from domain.course.lookup import pin, profile_at, stretches
from domain.events import Event
from domain.events.payloads import CaseAccepted, ItemPublished
from domain.limits import Limit
from domain.profiles import Profile
from domain.reference_view import MissingReference, View

__all__ = [
    "begin_acceptance",
    "begin_case",
    "count_deeming",
    "has_time",
    "name_pending",
    "new_clock",
    "reopen",
]


def new_clock(
    draft: CaseDraft, name: str, key: str, event: Event, limit: Limit | None, at: int | None = None
) -> ClockDraft:
    """A run of a clock that starts at the event, under the case's pinned profile."""
    start = event.time if at is None else at
    return ClockDraft(name, key, draft.round, start, event.id, limit, draft.profile, start)


def name_pending(draft: CaseDraft, view: View, event: Event) -> None:
    """From the first event that names an item, the clocks that will start with acceptance are shown pending."""
    if draft.item_event is None and draft.item is not None and draft.accepted_at is None:
        draft.item_event = event


def pending_clocks(draft: CaseDraft, view: View) -> list[ClockDraft]:
    """The pending clocks of a case that is not accepted yet."""
    event = draft.item_event
    if event is None or draft.item is None or draft.accepted_at is not None:
        return []
    pinned = pin(draft, view, event.time, None)
    for kind, name in pinned.missing:
        draft.missing(event, kind, name)
    item = pinned.item.item if pinned.item is not None else None
    first = "instant" if _kind(draft, item, None) == "instant" else "promised"
    out: list[ClockDraft] = []
    limits = {
        first: item.promised_limit if item else None,
        "statutory": item.statutory_limit if item else None,
    }
    for name, limit in limits.items():
        if item is None or limit is not None or name == "instant":
            clock = ClockDraft(
                name, name, draft.round, event.time, event.id, limit, pinned.profile, event.time
            )
            clock.started = False
            clock.pending = True
            out.append(clock)
    return out


def begin_acceptance(draft: CaseDraft, view: View, event: Event) -> None:
    """Receipt: the time for the acceptance decision runs (Administrative Licensing Law, article 32)."""
    try:
        profile = profile_at(draft, view, event.time)
        held = stretches(draft, view, event.time)
    except MissingReference as error:
        clock = new_clock(draft, "acceptance", "acceptance", event, None)
        clock.pending = True
        draft.clocks.append(clock)
        if draft.item_event is None:
            draft.missing(event, error.kind, error.name)
        return
    limit = profile.limits.get("acceptance")
    clock = new_clock(draft, "acceptance", "acceptance", event, limit or profile.settings["deemed_after"])
    clock.profile = profile
    clock.deemed = _deeming(clock, profile, held)
    draft.clocks.append(clock)


def count_deeming(draft: CaseDraft, view: View) -> None:
    """Count the instant of deeming anew for an undecided case that another hall takes over."""
    for clock in draft.running("acceptance"):
        if draft.accepted_at is None and clock.profile is not None and not clock.pending:
            clock.deemed = _deeming(clock, clock.profile, stretches(draft, view, clock.start))


def _deeming(clock: ClockDraft, profile: Profile, held: list[Stretch]) -> int:
    settings = profile.settings
    return count_of(clock.start, held, (), Terms(settings["deemed_after"], ()), settings).due


def _kind(draft: CaseDraft, item: ItemPublished | None, stated: str | None) -> str:
    if stated is not None:
        return stated
    if draft.kind is not None:
        return draft.kind
    if item is None:
        return "promise"
    if item.kind is not None:
        return item.kind
    limit = item.promised_limit
    return "instant" if limit is not None and limit.is_zero and limit.unit == "working_day" else "promise"


def begin_case(draft: CaseDraft, view: View, event: Event, start: int, begin: int) -> None:
    """Acceptance: the item's limits and the profile are pinned, and the case's clocks start at `start`.

    `begin` is the instant from which levels are reached: later than `start` for a case deemed accepted.
    """
    accepted = event.payload if isinstance(event.payload, CaseAccepted) else CaseAccepted()
    draft.accepted, draft.accepted_at = event, start
    pinned = pin(draft, view, start, accepted.profile)
    item = pinned.item.item if pinned.item is not None else None
    draft.profile = pinned.profile
    draft.item_version = pinned.item.version if pinned.item is not None else ""
    draft.stages_without_time = tuple(
        stage.stage
        for stage in (item.stages if item is not None else None) or ()
        if stage.limit is not None and not has_time(stage.limit)
    )
    draft.kind = _kind(draft, item, accepted.kind)
    draft.mode = accepted.mode or draft.mode or (item.mode if item is not None else None)
    promised = accepted.promised_limit or (item.promised_limit if item is not None else None)
    statutory = accepted.statutory_limit or (item.statutory_limit if item is not None else None)
    draft.promised_limit, draft.statutory_limit = promised, statutory
    blocked = [name for name in pinned.missing if name[0] != "item"]
    no_item = [name for name in pinned.missing if name[0] == "item"]
    first = "instant" if draft.kind == "instant" else "promised"
    if first == "instant" and promised is None and draft.profile is not None:
        promised = draft.promised_limit = draft.profile.limits.get("instant", Limit(0, "working_day"))
    needed = blocked or (no_item and (promised is None or statutory is None))
    if needed:
        for kind, name in pinned.missing:
            draft.missing(event, kind, name)
    for name, limit in ((first, promised), ("statutory", statutory)):
        if limit is None and not no_item and draft.profile is not None:
            limit = draft.profile.limits.get(name)
        unknown = limit is None and bool(no_item)
        if not unknown and not is_countable(limit, draft.kind):
            continue
        clock = new_clock(draft, name, name, event, limit, start)
        clock.begin = begin
        clock.pending = bool(blocked) or unknown
        draft.clocks.append(clock)
    if draft.mode == "forward_up" and draft.profile is not None:
        limit = draft.profile.limits.get("forward")
        if limit is not None:
            clock = new_clock(draft, "forward", "forward", event, limit, start)
            clock.begin = begin
            draft.clocks.append(clock)


def has_time(limit: Limit) -> bool:
    """Whether a limit makes a clock at all: of those that are zero only working days, which end with their day."""
    return not limit.is_zero or limit.unit == "working_day"


def is_countable(limit: Limit | None, kind: str | None) -> bool:
    """Whether a limit of an item makes a clock: zero working days only for instant cases."""
    if limit is None:
        return False
    return not limit.is_zero or (limit.unit == "working_day" and kind == "instant")


def reopen(draft: CaseDraft, view: View, event: Event) -> None:
    """A new round: time goes on from where it stopped, or starts afresh, as the profile says."""
    before = draft.round
    draft.round += 1
    draft.ended = draft.ended_at = None
    draft.status_at_end = ""
    if draft.accepted_at is None:
        begin_acceptance(draft, view, event)
        return
    fresh = draft.profile is not None and draft.profile.settings["on_reopen"] == "fresh"
    for clock in [
        one
        for one in draft.clocks
        if one.round == before and one.name in ("promised", "statutory", "instant")
    ]:
        again = ClockDraft(
            clock.name,
            clock.key,
            draft.round,
            clock.start,
            clock.event,
            clock.limit,
            clock.profile,
            event.time,
        )
        again.pending = clock.pending
        if fresh:
            again.start, again.event = event.time, event.id
        else:
            continue_run(again, clock, event)
        draft.clocks.append(again)


def continue_run(again: ClockDraft, clock: ClockDraft, event: Event) -> None:
    """Make a run the continuation of an earlier one: the gap between them is a pause."""
    again.previous = clock
    again.start, again.limit, again.profile = clock.start, clock.limit, clock.profile
    again.changes = list(clock.changes)
    again.gaps = list(clock.gaps)
    again.begin = event.time
    if clock.stop is not None:
        again.gaps.append(Pause(clock.stop.time, event.time, event.id, "closed"))
