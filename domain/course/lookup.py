"""What a case hangs on: its holders' calendars, its item, its profile, as known in the round's view."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.calendars import Calendar, CalendarError
from domain.clocks.running import Stretch
from domain.course.draft import CaseDraft, Holder
from domain.events.payloads import ItemPublished
from domain.profiles import Profile
from domain.reference_effect import ALWAYS
from domain.reference_view import ItemVersion, MissingReference, View

__all__ = [
    "Holding",
    "Pinned",
    "first_holder",
    "holder_at",
    "holding",
    "item_at",
    "pin",
    "profile_at",
    "stretches",
    "zone_of",
]

_FALLBACK = ZoneInfo("Asia/Shanghai")


class Pinned(NamedTuple):
    """Item and profile in the version in effect at an instant; `missing` names what is not known."""

    item: ItemVersion | None
    profile: Profile | None
    missing: tuple[tuple[str, str], ...]


def holder_at(draft: CaseDraft, at: int) -> Holder | None:
    """Who holds the matter at an instant (before the first is named: the first)."""
    found = draft.holders[0] if draft.holders else None
    for holder in draft.holders[1:]:
        if holder.begin > at:
            break
        found = holder
    return found


def zone_of(draft: CaseDraft, view: View, at: int) -> ZoneInfo:
    """The zone of the holder's calendar, for dates of effect."""
    holder = holder_at(draft, at)
    try:
        if holder is not None:
            return _calendar_at(holder, at, view).zone
    except (MissingReference, CalendarError):
        pass
    return _FALLBACK


def profile_at(draft: CaseDraft, view: View, at: int, named: str | None = None) -> Profile:
    """The profile in force for the holder at an instant. Raises MissingReference."""
    holder = holder_at(draft, at)
    if named is None:
        if holder is None:
            raise MissingReference("hall", "")
        named = view.hall_profile(view.hall(holder.hall, at), at)
    return view.profile(named, at, zone_of(draft, view, at))


def item_at(draft: CaseDraft, view: View, at: int) -> ItemPublished | None:
    """The item in effect at an instant, or None."""
    if draft.item is None:
        return None
    try:
        return view.item(draft.item, at, zone_of(draft, view, at)).item
    except MissingReference:
        return None


def pin(draft: CaseDraft, view: View, at: int, profile: str | None) -> Pinned:
    """The item and the profile of a case accepted at `at`, and everything that is missing for its clocks."""
    missing: list[tuple[str, str]] = []
    item = found = None
    try:
        stretches(draft, view, at)
    except MissingReference as error:
        missing.append((error.kind, error.name))
    try:
        if draft.item is None:
            raise MissingReference("item", "")
        item = view.item(draft.item, at, zone_of(draft, view, at))
    except MissingReference as error:
        missing.append((error.kind, error.name))
    try:
        found = profile_at(draft, view, at, profile)
    except MissingReference as error:
        if (error.kind, error.name) not in missing:
            missing.append((error.kind, error.name))
    return Pinned(item, found, tuple(missing))


class Holding(NamedTuple):
    """Under which calendars the matter is held through time, as far as that is known."""

    stretches: list[Stretch]
    unknown_from: int | None
    """from then on it is not known; None: it is known throughout"""
    missing: MissingReference | None


def stretches(draft: CaseDraft, view: View, since: int) -> list[Stretch]:
    """The calendars of the holders from `since` on. Raises MissingReference."""
    held = holding(draft, view, first_holder(draft, since))
    if held.missing is not None:
        raise held.missing
    return held.stretches


def first_holder(draft: CaseDraft, since: int) -> int:
    """The place of the holder at an instant."""
    if len(draft.holders) < 2:
        return 0
    return max((place for place, one in enumerate(draft.holders) if one.begin <= since), default=0)


def holding(draft: CaseDraft, view: View, first: int = 0) -> Holding:
    """The calendars of the holders through time, from the holder at place `first` on.

    A hall that moves to another calendar by a later version, of its own or of the hall above it, does so on that
    version's date of effect.
    """
    out: list[Stretch] = []
    if not draft.holders:
        return Holding(out, ALWAYS, MissingReference("hall", ""))
    for index, holder in enumerate(draft.holders[first:], first):
        end = draft.holders[index + 1].begin if index + 1 < len(draft.holders) else None
        begin = holder.begin
        try:
            for begin in _instants(holder, end, view):
                calendar = _calendar_at(holder, begin, view)
                if begin == holder.begin or calendar is not out[-1].calendar:
                    out.append(Stretch(begin, calendar, holder.begin))
        except MissingReference as error:
            return Holding(out, begin, error)
    return Holding(out, None, None)


def _instants(holder: Holder, end: int | None, view: View) -> Iterator[int]:
    """The instants from which one calendar holds while a hall holds the matter."""
    yield holder.begin
    if holder.calendar is None:
        for since in view.hall_instants(holder.hall):
            if holder.begin < since and (end is None or since < end):
                yield since


def _calendar_at(holder: Holder, at: int, view: View) -> Calendar:
    return view.calendar(holder.calendar or view.hall_calendar(view.hall(holder.hall, at), at))
