"""Reference data as it would be had another profile, or another calendar, held from the beginning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.events import Event, read_payload
from domain.profiles import Profile
from domain.reference import Reference
from domain.reference_effect import ALWAYS
from domain.reference_view import View

__all__ = ["AlternativeReference", "profile_named"]

_ANY_ZONE: Final = ZoneInfo("UTC")


class _AlternativeView(View):
    """A view in which one profile is in force for every hall at every time."""

    alternative: Profile | None = None

    def profile(self, name: str, at: int, zone: ZoneInfo) -> Profile:
        if self.alternative is not None:
            return self.alternative
        return super().profile(name, at, zone)


class AlternativeReference(Reference):
    """What was known at each instant, save that `profile` was in force for all, or `calendar` known, since always.

    `profile` replaces what was pinned at acceptance. A calendar document replaces every version of the calendar of
    its id, also where a child extends it. Everything else stays as it was known then, so that a closed case is
    judged with the knowledge of its day and the one thing that is put in question.
    """

    def __init__(
        self, reference: Reference, profile: Profile | None = None, calendar: Mapping[str, Any] | None = None
    ) -> None:
        events = reference.events
        if calendar is not None:
            events = [*_without(events, "calendar", str(calendar["calendar"])), _always("calendar", calendar)]
        super().__init__(reference.holidays, events, reference._shared)
        self._alternative = profile

    def at(self, known_at: int) -> View:
        view = super().at(known_at)
        if self._alternative is not None and not isinstance(view, _AlternativeView):
            other = _AlternativeView(self.events, known_at, self.holidays, view.epoch, self._shared)
            other.alternative = self._alternative
            self._views[view.epoch] = view = other
        return view


def profile_named(
    reference: Reference, named: str, at: int, document: Mapping[str, Any] | None = None
) -> Profile:
    """The profile of that id in effect at an instant, ancestors merged in; of `document`, where one is given.

    Raises MissingReference and ProfileError.
    """
    if document is not None:
        events = [*_without(reference.events, "profile", named), _always("profile", document)]
        reference = Reference(reference.holidays, events)
    return reference.at(at).profile(named, at, _ANY_ZONE)


def _without(events: list[Event], kind: str, name: str) -> list[Event]:
    return [one for one in events if one.type != f"{kind}.published" or one.data.get(kind) != name]


def _always(kind: str, document: Mapping[str, Any]) -> Event:
    """The document as an event known, and in effect, since always."""
    data = {key: value for key, value in document.items() if key != "effective_from"}
    name, type_name = str(data[kind]), f"{kind}.published"
    return Event(
        f"alternative-{kind}", "sundial:alternative", type_name, name, ALWAYS, ALWAYS, None, data,
        read_payload(type_name, data), "1", {},
    )  # fmt: skip
