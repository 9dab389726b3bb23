"""What a rule about a subject that is no case is given to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from domain.calendars import Calendar
from domain.clocks.running import Running, Stretch
from domain.clocks.thresholds import Count, Terms
from domain.events import Event
from domain.limits import Limit
from domain.profiles import Profile
from domain.reference_view import View
from domain.rules.found import Found

__all__ = ["SubjectFacts", "SubjectRule"]


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """A hall, window, item, receipt or ledger sheet as at an instant."""

    key: str
    """Its id without the prefix."""
    hall: str
    """The hall it belongs to; empty where none is named."""
    events: Sequence[Event]
    """What concerns it, known and happened by `at`, corrected, in order."""
    profile: Profile
    calendar: Calendar | None
    """The hall's calendar; None while it is not known."""
    view: View
    at: int

    def of_type(self, *types: str) -> Iterator[Event]:
        """The events of these types, in order."""
        return (event for event in self.events if event.type in types)

    @property
    def zone(self) -> ZoneInfo:
        return self.calendar.zone if self.calendar is not None else ZoneInfo("Asia/Shanghai")

    def after(self, start: int, limit: Limit) -> int | None:
        """The instant at which `limit` from `start` is used up by the hall's calendar; None while it is not known."""
        if self.calendar is None:
            return None
        settings = self.profile.settings
        run = Running(
            start, [Stretch(start, self.calendar)], (), settings["day_end"], settings["closed_start"]
        )
        return Count(run, Terms(limit, ()), settings["mode"]).due


SubjectRule = Callable[[SubjectFacts, Mapping[str, Any]], Iterable[Found]]
"""As `CaseRule`, for a subject that is no case."""
