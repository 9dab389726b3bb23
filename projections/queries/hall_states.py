"""Whether a hall is at work, closed, silent though it should send, or was never heard of."""

from typing import Literal, NamedTuple

from domain.calendars import Calendar, CalendarError
from domain.reference_view import MissingReference, View

__all__ = ["HallState", "HallWatch", "hall_calendar", "hall_level", "hall_state"]

HallState = Literal["reporting", "silent", "closed", "never"]


class HallWatch(NamedTuple):
    """A hall, when it was last heard of, and since when events are due from it (instants)."""

    hall: str
    heard: int | None
    expected: int | None


def hall_state(watch: HallWatch, view: View, now: int) -> HallState:
    """The state of a hall at `now`.

    `silent`: events are due from it, and none came for a whole working day of its calendar (DQ-01). It
    stays so
    through the night, for silence is not health. `never`: no event yet. `closed`: outside its open hours.
    """
    if watch.heard is None:
        return "never"
    calendar = hall_calendar(watch.hall, view, now)
    if calendar is None:
        return "reporting"
    try:
        if watch.expected is not None and watch.expected <= now:
            since = max(watch.heard, watch.expected)
            if calendar.open_between(since, now) >= calendar.nominal_day(calendar.day_of(now)):
                return "silent"
        today = calendar.day_of(now)
        around = [*calendar.segments(today - 1), *calendar.segments(today)]
    except CalendarError:
        return "reporting"
    return "reporting" if any(begin <= now < end for begin, end in around) else "closed"


def hall_calendar(hall: str, view: View, at: int) -> Calendar | None:
    """The calendar of a hall at an instant; None when hall or calendar are not known."""
    try:
        return view.calendar(view.hall_calendar(view.hall(hall, at), at))
    except (MissingReference, CalendarError):
        return None


def hall_level(hall: str, view: View, at: int) -> str | None:
    """The level of a hall at an instant, from province to village; None when not stated."""
    try:
        return view.hall(hall, at).level
    except MissingReference:
        return None
