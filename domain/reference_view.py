"""Answers from the reference data as known at one moment: which version of what is in effect, and what it hangs on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from domain.calendars import Calendar, CalendarError, CalendarVersion, HolidaySet, parse_calendar
from domain.events import Event, canonical_content
from domain.events.payloads import HallPublished, ItemPublished
from domain.history import known_history
from domain.profile_document import ProfileError
from domain.profiles import Profile, resolve_profile
from domain.reference_effect import Version, effect_of, effect_of_version, index_in_effect
from domain.reference_kinds import RECORDED, VERSIONED, reference_name

__all__ = ["HallVersion", "ItemVersion", "MissingReference", "View"]

_DEFAULT_PROFILE = "statute"


class MissingReference(LookupError):
    """Something named is not known: `kind` (item, hall, calendar, profile) and `id`."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"{kind} {name!r} is not known")
        self.kind = kind
        self.name = name


class ItemVersion(NamedTuple):
    """An item as published, and the label of that version."""

    item: ItemPublished
    version: str


class HallVersion(NamedTuple):
    """A hall as published, in effect from an instant."""

    hall: HallPublished
    since: int


class View:
    """The reference data as known at one moment. Look-ups raise MissingReference for what is not known."""

    def __init__(
        self,
        events: Sequence[Event],
        known_at: int,
        holidays: Mapping[str, HolidaySet],
        epoch: int,
        shared: dict[tuple[Any, ...], Calendar],
    ) -> None:
        self.epoch = epoch
        self._shared = shared
        self.known_at = known_at
        self._holidays = holidays
        self._versions: dict[tuple[str, str], list[Version]] = {}
        self._records: dict[tuple[str, str], list[Event]] = {}
        self._windows: dict[str, list[Event]] | None = None
        self._calendars: dict[str, Calendar] = {}
        self._halls: dict[str, list[HallVersion]] = {}
        self._hall_instants: dict[str, list[int]] = {}
        self._profiles: dict[tuple[Any, ...], Profile] = {}
        self._known_calendars: dict[str, list[CalendarVersion]] | None = None
        self.counted: dict[Any, int | None] = {}
        """what was counted with this view already, by all that it hangs on; for whoever counts the same again"""
        ordered = sorted(
            known_history(events, known_at).events, key=lambda one: (one.recorded, one.source, one.id)
        )
        for event in ordered:
            if event.type in RECORDED:
                self._records.setdefault(reference_name(event), []).append(event)
                continue
            if event.type not in VERSIONED:
                continue
            kind = event.type.partition(".")[0]
            name = getattr(event.payload, kind)
            document: Any = event.payload
            if kind == "calendar":
                document = parse_calendar(event.data)
            elif kind == "profile":
                document = event.data
            self._versions.setdefault((kind, name), []).append(Version(event, document))

    def knows(self, kind: str, name: str) -> bool:
        return (kind, name) in self._versions

    def records(self, kind: str, name: str) -> list[Event]:
        """What is told of a window (`HALL/WINDOW`), staff, authorisation (by officer), stationing, median or guide (by
        item), or expected hall: its events in the order in which they were recorded."""
        return self._records.get((kind, name), [])

    def windows(self, hall: str, at: int, zone: ZoneInfo) -> dict[str, Event]:
        """The registered windows of a hall by name, each as last published with effect by an instant."""
        if self._windows is None:
            self._windows = {}
            for (kind, _), events in self._records.items():
                if kind == "window":
                    self._windows.setdefault(str(events[0].data.get("hall")), []).extend(events)
        found: dict[str, tuple[int, Event]] = {}
        for event in self._windows.get(hall, ()):
            name, since = str(event.data.get("window")), effect_of(event, zone)
            if since <= at and (name not in found or since >= found[name][0]):
                found[name] = (since, event)
        return {name: event for name, (_, event) in found.items()}

    def root_halls(self) -> list[str]:
        """The halls that have none above them, in the version known last."""
        return sorted(
            name
            for (kind, name), versions in self._versions.items()
            if kind == "hall" and versions[-1].document.parent is None
        )

    def item_course(self, name: str, zone: ZoneInfo) -> list[tuple[int, Event]]:
        """Every version and withdrawal of an item with the instant from which it is in effect, in that order; of two
        of one instant the one recorded later governs and stands later."""
        versions = self._versions.get(("item", name), ())
        dated = sorted(
            (effect_of_version(version, index, zone), index) for index, version in enumerate(versions)
        )
        return [(since, versions[index].event) for since, index in dated]

    def calendar(self, name: str) -> Calendar:
        """The compiled calendar, every version known."""
        found = self._calendars.get(name)
        if found is None:
            if self._known_calendars is None:
                self._known_calendars = {
                    known: [CalendarVersion(version.document, _published(version)) for version in versions]
                    for (kind, known), versions in self._versions.items()
                    if kind == "calendar"
                }
            missing = self._missing_calendar(name)
            if missing is not None:
                raise MissingReference("calendar", missing)
            found = self._compiled(name, self._known_calendars)
            self._calendars[name] = found
        return found

    def _compiled(self, name: str, known: dict[str, list[CalendarVersion]]) -> Calendar:
        """The calendar, compiled once for all views that know the same versions of it."""
        chain = sorted(one for kind, one in self.closure([("calendar", name)]) if kind == "calendar")
        events = [version.event for one in chain for version in self._versions[("calendar", one)]]
        key = (name, *((event.identity, event.recorded, canonical_content(event)) for event in events))
        found = self._shared.get(key)
        if found is None:
            found = self._shared[key] = Calendar(name, known, self._holidays)
        return found

    def _missing_calendar(self, name: str) -> str | None:
        assert self._known_calendars is not None
        wanted, seen = [name], set()
        for one in wanted:
            versions = self._known_calendars.get(one)
            if versions is None:
                return one
            if one not in seen:
                seen.add(one)
                wanted += [v.document.extends for v in versions if v.document.extends is not None]
        return None

    def item(self, name: str, at: int, zone: ZoneInfo) -> ItemVersion:
        """The item in the version in effect at an instant."""
        versions = [v for v in self._all("item", name) if isinstance(v.document, ItemPublished)]
        if not versions:
            raise MissingReference("item", name)
        index = index_in_effect(versions, at, zone)
        if index is None:
            raise MissingReference("item", name)
        document = versions[index].document
        return ItemVersion(document, str(document.version or f"#{index + 1}"))

    def hall_versions(self, name: str) -> list[HallVersion]:
        """Every version of a hall with the instant from which it is in effect, in that order."""
        found = self._halls.get(name)
        if found is None:
            dated = sorted(
                (effect_of_version(version, index, self._zone_of(version.document)), index, version.document)
                for index, version in enumerate(self._all("hall", name))
            )
            found = self._halls[name] = [HallVersion(document, since) for since, _, document in dated]
        return found

    def hall_instants(self, name: str) -> list[int]:
        """The instants at which a version of the hall, or of one above it, comes into effect, in order."""
        found = self._hall_instants.get(name)
        if found is None:
            found = self._hall_instants[name] = self._instants_of_hall(name)
        return found

    def _instants_of_hall(self, name: str) -> list[int]:
        versions = self.hall_versions(name)
        if len(versions) == 1 and versions[0].hall.parent is None:
            return [versions[0].since]
        names, instants = [name], set()
        for one in names:
            if one != name and not self.knows("hall", one):
                continue
            for version in self.hall_versions(one):
                instants.add(version.since)
                parent = version.hall.parent
                if parent is not None and parent not in names:
                    names.append(parent)
        return sorted(instants)

    def _zone_of(self, hall: HallPublished) -> ZoneInfo | None:
        """The zone of a hall's own calendar, where its date of effect begins."""
        if hall.calendar is None or hall.effective_from is None:
            return None
        try:
            return self.calendar(hall.calendar).zone
        except (MissingReference, CalendarError):
            return None

    def hall(self, name: str, at: int) -> HallPublished:
        """The hall in the version in effect at an instant."""
        versions = self.hall_versions(name)
        found = None
        for version in versions:
            if version.since <= at:
                found = version.hall
        if found is None:
            raise MissingReference("hall", name)
        return found

    def hall_calendar(self, hall: HallPublished, at: int) -> str:
        """The id of a hall's calendar: its own, else the nearest ancestor's."""
        return self._inherited(hall, "calendar", at) or self._no_calendar(hall)

    def hall_profile(self, hall: HallPublished, at: int) -> str:
        """The id of a hall's profile: its own, else the nearest ancestor's, else `statute`."""
        return self._inherited(hall, "profile", at) or _DEFAULT_PROFILE

    def _no_calendar(self, hall: HallPublished) -> str:
        raise MissingReference("calendar", f"({hall.hall})")

    def _inherited(self, hall: HallPublished, field: str, at: int) -> str | None:
        value: str | None = getattr(hall, field)
        if value is not None:
            return value
        seen = {hall.hall}
        while True:
            value = getattr(hall, field)
            if value is not None or hall.parent is None or hall.parent in seen:
                return value
            seen.add(hall.parent)
            hall = self.hall(hall.parent, at)

    def profile(self, name: str, at: int, zone: ZoneInfo) -> Profile:
        """The profile in the version in effect at an instant, ancestors merged in."""
        chain: list[tuple[int, Version]] = []
        wanted: str | None = name
        while wanted is not None:
            if any(version.document["profile"] == wanted for _, version in chain):
                raise ProfileError("extends", f"the profile {wanted} extends itself")
            versions = self._all("profile", wanted)
            index = index_in_effect(versions, at, zone)
            if index is None:
                raise MissingReference("profile", wanted)
            chain.append((index, versions[index]))
            document = versions[index].document
            wanted = document.get("extends", None if wanted == _DEFAULT_PROFILE else _DEFAULT_PROFILE)
        key = (name, *(index for index, _ in chain))
        found = self._profiles.get(key)
        if found is None:
            found = resolve_profile([version.document for _, version in reversed(chain)])
            if not found.version:
                found = msgspec.structs.replace(found, version=f"#{chain[0][0] + 1}")
            self._profiles[key] = found
        return found

    def profile_instants(self, name: str, zone: ZoneInfo) -> list[int]:
        """The instants at which a version of the profile, or of one it extends, comes into effect."""
        return sorted(
            effect_of_version(version, index, zone)
            for kind, one in self.closure([("profile", name)])
            if kind == "profile"
            for index, version in enumerate(self._versions.get((kind, one), ()))
        )

    def closure(self, names: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Everything (kind, id) that these hang on: halls' ancestors, calendars and profiles, and their parents."""
        found = set(names)
        wanted = list(found)
        for kind, name in wanted:
            for version in self._versions.get((kind, name), ()):
                for more in _named_by(kind, version.document):
                    if more not in found:
                        found.add(more)
                        wanted.append(more)
        return found

    def published(self, kind: str, name: str) -> list[tuple[str, Event]]:
        """Every version known of a calendar, item, hall or profile: its label, and the event that published it."""
        return [
            (str(version.event.data.get("version") or place), version.event)
            for place, version in enumerate(self._versions.get((kind, name), ()), 1)
        ]

    def titles(self, kind: str) -> dict[str, str]:
        """Display titles by id, of items or halls: the latest known."""
        return {
            name: versions[-1].event.data.get("title") or name
            for (one, name), versions in self._versions.items()
            if one == kind
        }

    def _all(self, kind: str, name: str) -> list[Version]:
        versions = self._versions.get((kind, name))
        if not versions:
            raise MissingReference(kind, name)
        return versions


def _named_by(kind: str, document: Any) -> list[tuple[str, str]]:
    """What a version names: (kind, id)."""
    names: tuple[tuple[str, str | None], ...] = ()
    if kind == "hall":
        names = (("hall", document.parent), ("calendar", document.calendar), ("profile", document.profile))
    elif kind == "calendar":
        names = (("calendar", document.extends),)
    elif kind == "profile":
        names = (("profile", document.get("extends", _DEFAULT_PROFILE)),)
    return [(one, name) for one, name in names if name is not None]


def _published(version: Version) -> int:
    return max(version.event.time, -(2**50))
