"""Every reference event there is: which can be used, which was known when, and the view of them at each moment."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from typing import Any, Final

from domain.calendars import Calendar, CalendarError, HolidaySet, parse_calendar
from domain.events import Event, InvalidEvent
from domain.orders import spoken_of
from domain.profile_document import ProfileError, check_profile, check_rules_built
from domain.reference_effect import date_or_instant
from domain.reference_kinds import is_reference
from domain.reference_view import View

__all__ = ["Reference", "check_reference_event"]

_DATES: Final = ("effective_from", "stationing_due")
"""Fields of reference events that hold a date or an instant."""


def check_reference_event(event: Event, *, new: bool = False) -> None:
    """Raise InvalidEvent where the document of a calendar or profile event, or a date of effect, is not valid.

    With `new` a profile that enables a rule that is not built is refused too.
    """
    try:
        if event.type == "calendar.published":
            parse_calendar(event.data)
        elif event.type == "profile.published":
            check_profile(event.data)
            if new:
                check_rules_built(event.data)
    except CalendarError as error:
        raise InvalidEvent(
            f"data.{error.path}" if error.path else "data", f"expected {error.expected}"
        ) from None
    except ProfileError as error:
        raise InvalidEvent(f"data.{error.path}" if error.path else "data", error.expected) from None
    for field in _DATES:
        stated = event.data.get(field) if is_reference(event) else None
        if stated is not None:
            try:
                date_or_instant(str(stated), None)
            except ValueError:
                raise InvalidEvent(
                    f"data.{field}", f"expected a date such as 2026-03-09, got {stated!r}"
                ) from None


class Reference:
    """Every reference event there is. Views of it are as known at a moment, and kept."""

    def __init__(
        self,
        holidays: Mapping[str, HolidaySet],
        events: Iterable[Event] = (),
        shared: dict[tuple[Any, ...], Calendar] | None = None,
    ) -> None:
        self.holidays = holidays
        self._shared = {} if shared is None else shared
        self.events: list[Event] = sorted(events, key=lambda one: one.recorded)
        self._instants = sorted({event.recorded for event in self.events})
        self._views: dict[int, View] = {}
        self._orders = [event for event in self.events if event.type.startswith("event.")]

    @staticmethod
    def of(events: Iterable[Event], holidays: Mapping[str, HolidaySet]) -> Reference:
        """The reference data of these events (corrections and retractions of them among them)."""
        return Reference(holidays, events)

    def with_event(self, event: Event) -> Reference:
        """The reference data with one event more."""
        return Reference(self.holidays, [*self.events, event], self._shared)

    def with_events(self, events: Iterable[Event]) -> Reference:
        """The reference data with these events more."""
        return Reference(self.holidays, [*self.events, *events], self._shared)

    def at(self, known_at: int) -> View:
        """The view as known at an instant (events recorded up to it)."""
        epoch = bisect_right(self._instants, known_at)
        view = self._views.get(epoch)
        if view is None:
            view = View(self.events, known_at, self.holidays, epoch, self._shared)
            self._views[epoch] = view
        return view

    def changes(self, after: int, until: int) -> list[int]:
        """The instants after `after`, up to `until`, at which reference events were recorded."""
        return self._instants[bisect_right(self._instants, after) : bisect_right(self._instants, until)]

    def is_amended(self, event: Event) -> bool:
        """Whether it is a correction or retraction of what was known when it was recorded, or is itself the subject of
        one that was recorded before it: whom it concerns then does not show in its name."""
        target = spoken_of(event)
        if target is None:
            return any(spoken_of(one) == event.id and one.recorded < event.recorded for one in self._orders)
        return any(one.id == target and one.recorded <= event.recorded for one in self.events)

    def events_at(self, recorded: int) -> list[Event]:
        """The reference events recorded at an instant."""
        first = bisect_left(self.events, recorded, key=_recorded)
        return self.events[first : bisect_right(self.events, recorded, key=_recorded)]


def _recorded(event: Event) -> int:
    return event.recorded
