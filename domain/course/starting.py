"""Starting a clock from an event: its limit, its profile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain.course.begin import has_time, new_clock
from domain.course.draft import CaseDraft, ClockDraft
from domain.course.lookup import profile_at
from domain.events import Event
from domain.limits import Limit
from domain.profiles import Profile
from domain.reference_view import MissingReference, View

__all__ = ["Handler", "limit_of", "profile_of", "start_clock"]

Handler = Callable[[CaseDraft, View, Event, Any], None]


def profile_of(draft: CaseDraft, view: View, at: int) -> Profile | None:
    if draft.profile is not None:
        return draft.profile
    try:
        return profile_at(draft, view, at)
    except MissingReference:
        return None


def limit_of(draft: CaseDraft, view: View, event: Event, name: str, stated: Limit | None) -> Limit | None:
    """A limit the event gives, else the profile's."""
    if stated is not None:
        return stated
    profile = profile_of(draft, view, event.time)
    return profile.limits.get(name) if profile is not None else None


def start_clock(
    draft: CaseDraft, view: View, event: Event, name: str, key: str, limit: Limit | None
) -> ClockDraft | None:
    """Start a clock that has a limit; a clock without one does not exist."""
    if limit is None or not has_time(limit):
        return None
    clock = new_clock(draft, name, key, event, limit)
    try:
        clock.profile = draft.profile if draft.profile is not None else profile_at(draft, view, event.time)
    except MissingReference as error:
        clock.pending = True
        if draft.accepted is None:  # else the acceptance says what is missing
            draft.missing(event, error.kind, error.name)
    draft.clocks.append(clock)
    return clock
