"""Which documents are in effect when: the versions of a calendar and of its ancestors, by date of effect."""

import datetime
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import msgspec

from domain.calendars.document import CalendarDocument, load_zone
from domain.calendars.errors import CalendarError
from domain.calendars.holidays import HolidaySet
from domain.calendars.layers import DayRules

ALWAYS = 1  # the first ordinal there is


class CalendarVersion(msgspec.Struct, frozen=True):
    """A known version: its document, and the instant (microseconds UTC) at which it was published."""

    document: CalendarDocument
    time: int


class Epoch(msgspec.Struct, frozen=True):
    """From this day (an ordinal) on, these rules."""

    first: int
    rules: DayRules
    label: str
    """the versions it is made of, nearest first, such as `town@2 < cn@2026`"""


class History(msgspec.Struct, frozen=True):
    """A calendar through time: its zone, its epochs in order (the first has no beginning), its labels."""

    zone: ZoneInfo
    epochs: tuple[Epoch, ...]
    labels: tuple[str, ...]


Known = Mapping[str, Sequence[CalendarVersion]]
"""Every known calendar: id -> its versions in the order in which they were recorded."""

_Dated = list[tuple[int, int, CalendarDocument]]


def resolve(calendar: str, known: Known, holidays: Mapping[str, HolidaySet]) -> History:
    """The epochs of a calendar; CalendarError for an unknown parent, a cycle, two zones, no open time.

    On each date the version in effect is the one with the latest `effective_from` not after it; of two with
    the same date the one recorded later. The first recorded version is in effect from always unless it says
    otherwise, a later one from the local date of its `time`. Before any version all days are closed.
    """
    members = _members(calendar, known)
    zone = _zone(calendar, members, known)
    dated = {name: _by_effect(known[name], zone) for name in members}
    firsts = sorted({ALWAYS} | {first for versions in dated.values() for first, _, _ in versions})
    named = {
        id(version.document): f"{name}@{version.document.version or place}"
        for name in members
        for place, version in enumerate(known[name], 1)
    }
    epochs: list[Epoch] = []
    for first in firsts:
        chain = _chain(calendar, dated, first)
        if epochs and _same(epochs[-1].rules.chain, chain):
            continue
        rules = DayRules(chain, holidays)
        rules.require_open_time(calendar)
        epochs.append(Epoch(first, rules, " < ".join(named[id(document)] for document in reversed(chain))))
    labels = tuple(named[id(version.document)] for name in members for version in known[name])
    return History(zone=zone, epochs=tuple(epochs), labels=labels)


def _members(calendar: str, known: Known) -> list[str]:
    """The calendar and all its possible ancestors, nearest first."""
    members = [calendar]
    if not known.get(calendar):
        raise CalendarError("calendar", f"the id of a known calendar, not {calendar!r}")
    for name in members:
        for version in known[name]:
            parent = version.document.extends
            if parent is not None and not known.get(parent):
                raise CalendarError("extends", f"the id of a known calendar, not {parent!r}", name)
            if parent is not None and parent not in members:
                members.append(parent)
    return members


def _zone(calendar: str, members: list[str], known: Known) -> ZoneInfo:
    stated: dict[str, str] = {}
    for name in members:
        for version in known[name]:
            if version.document.zone is not None:
                stated.setdefault(version.document.zone, name)
    if len(stated) > 1:
        (first, one), (second, other) = list(stated.items())[:2]
        raise CalendarError(
            "zone",
            f"one zone in all versions and parents, not {first} ({one}) and {second} ({other})",
            calendar,
        )
    if not stated:
        # Every root states a zone, so only a cycle can have none.
        raise CalendarError("extends", "parents that do not lead back to the calendar itself", calendar)
    return load_zone(next(iter(stated)))


def _by_effect(versions: Sequence[CalendarVersion], zone: ZoneInfo) -> _Dated:
    dated = [
        (_effective_from(version, place, zone), place, version.document)
        for place, version in enumerate(versions)
    ]
    return sorted(dated, key=lambda entry: entry[:2])


def _effective_from(version: CalendarVersion, place: int, zone: ZoneInfo) -> int:
    if version.document.effective_from is not None:
        return version.document.effective_from
    if place == 0:
        return ALWAYS
    moment = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(
        microseconds=version.time
    )
    return moment.astimezone(zone).toordinal()


def _chain(calendar: str, dated: Mapping[str, _Dated], day: int) -> list[CalendarDocument]:
    chain: list[CalendarDocument] = []
    name: str | None = calendar
    while name is not None:
        in_effect = [document for first, _, document in dated[name] if first <= day]
        if not in_effect:
            break
        if any(document.calendar == name for document in chain):
            raise CalendarError("extends", "parents that do not lead back to the calendar itself", calendar)
        chain.append(in_effect[-1])
        name = in_effect[-1].extends
    return chain[::-1]


def _same(one: Sequence[CalendarDocument], other: Sequence[CalendarDocument]) -> bool:
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))
