"""A subject that is no case, as at an instant, as known at an instant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from domain.calendars import Calendar, CalendarError
from domain.course.draft import CaseDraft, Holder
from domain.evaluation import Evaluation, FindingKey, Standing, stand
from domain.events import Event
from domain.events.values import unreadable_values
from domain.history import Irregularity, Known
from domain.profiles import Profile
from domain.reference import Reference
from domain.reference_effect import ALWAYS
from domain.reference_view import MissingReference, View
from domain.subjects.facts import SubjectFacts
from domain.subjects.kinds import key_of
from domain.subjects.rules import SUBJECT_RULES

__all__ = ["HALL_EXTENSION", "evaluate_subject"]

HALL_EXTENSION = "hallref"
"""The extension attribute by which an event that is forwarded says at which hall its case was."""
_FALLBACK = ZoneInfo("Asia/Shanghai")


def evaluate_subject(
    kind: str, subject: str, known: Known, reference: Reference, at: int, known_at: int
) -> Evaluation:
    """Every rule of its kind that the profile in effect at the breach enables."""
    view = reference.at(known_at)
    key = key_of(subject)
    told = [event for event in known.events if event.time <= at]
    hall = _hall(kind, key, told, view)
    standing: dict[FindingKey, Standing] = {}
    deadlines: set[int] = set()
    latest: Profile | None = None
    changes = _changes(hall, view)
    for begin, end, profile, calendar in _reigns(hall, view, changes):
        latest = profile if latest is None or begin <= at else latest
        facts = SubjectFacts(key, hall, told, profile, calendar, view, at)
        for code, rule in SUBJECT_RULES[kind].items():
            if code not in profile.on:
                continue
            for found in rule(facts, profile.parameters.get(code, {})):
                if begin <= found.time and (end is None or found.time < end):
                    stand(standing, deadlines, code, found, profile, at)
    draft = CaseDraft(subject)
    if hall:
        draft.holders.append(Holder(ALWAYS, hall, ""))
    if kind == "item":
        draft.item = key
    unread = [
        Irregularity(event.time, event.id, "unreadable_value", one.text_zh, one.text_en)
        for event in told
        if not event.type.startswith("case.")
        for one in unreadable_values(event)
    ]
    irregular = sorted(
        [*(one for one in known.irregularities if one.time <= at), *unread],
        key=lambda one: (one.time, one.event, one.kind),
    )
    ahead = {event.time for event in known.events if event.time > at}
    moments = sorted(deadlines | ahead | {since for since in changes if since >= at})
    return Evaluation(
        at, known_at, draft, [], standing, irregular, latest, moments, is_told_ahead=bool(ahead), kind=kind
    )


def _hall(kind: str, key: str, events: Sequence[Event], view: View) -> str:
    """The hall whose profile and calendar it is judged by: the one it is of, or that its events name, or else the
    only hall that has none above it. An item, which may be handled at many, is judged by the hall at their top."""
    if kind == "hall":
        return key
    if kind in ("window", "ledger"):
        return key.partition("/")[0]
    named = [event.extra.get(HALL_EXTENSION) or event.data.get("hall") for event in events]
    if kind == "item":
        first = next((one for one in named if isinstance(one, str) and view.knows("hall", one)), None)
        if first is not None:
            return _top(first, view)
    else:
        for one in reversed(named):
            if isinstance(one, str):
                return one
    roots = view.root_halls()
    return roots[0] if len(roots) == 1 else ""


def _top(hall: str, view: View) -> str:
    """The hall above all others of a hall, as known last: a catalogue is kept for all of them alike."""
    seen = {hall}
    while True:
        parent = view.hall_versions(hall)[-1].hall.parent
        if parent is None or parent in seen or not view.knows("hall", parent):
            return hall
        seen.add(parent)
        hall = parent


def _changes(hall: str, view: View) -> list[int]:
    """The instants from which another version of the hall, or of its profile, holds."""
    if not hall or not view.knows("hall", hall):
        return []
    begins = set(view.hall_instants(hall))
    for since in list(begins):
        try:
            place = view.hall(hall, since)
            calendar = _calendar(view, view.hall_calendar(place, since))
            zone = calendar.zone if calendar is not None else _FALLBACK
            begins |= set(view.profile_instants(view.hall_profile(place, since), zone))
        except MissingReference:
            continue
    return sorted(begins)


def _reigns(
    hall: str, view: View, begins: Sequence[int]
) -> Iterator[tuple[int, int | None, Profile, Calendar | None]]:
    """The stretches of time in which one version of hall and profile holds: (begin, end, profile, calendar)."""
    for index, begin in enumerate(begins):
        end = begins[index + 1] if index + 1 < len(begins) else None
        try:
            place = view.hall(hall, begin)
            calendar = _calendar(view, view.hall_calendar(place, begin))
            zone = calendar.zone if calendar is not None else _FALLBACK
            yield begin, end, view.profile(view.hall_profile(place, begin), begin, zone), calendar
        except MissingReference:
            continue


def _calendar(view: View, name: str) -> Calendar | None:
    try:
        return view.calendar(name)
    except (MissingReference, CalendarError):
        return None
