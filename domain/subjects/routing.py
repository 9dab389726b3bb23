"""Which events concern subjects other than their own: the small derived stream that feeds halls, windows, items,
receipts and ledger sheets.

An event that another subject is judged by is forwarded to it whole, with its corrections. Of the activity of a hall or
a window only the first event of each local day is told, since silence is counted in days: the history of a hall then
grows by a line a day, however busy it is. Everything follows from the log alone, in its order.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from domain.calendars import CalendarError
from domain.events import Event, read_payload
from domain.events.payloads import EventCorrected, EventRetracted
from domain.instants import to_datetime
from domain.orders import related, versions
from domain.reference import Reference
from domain.reference_effect import ALWAYS
from domain.reference_kinds import is_reference, reference_name
from domain.reference_view import MissingReference, View
from domain.rules.telling import OF_SUPERVISION
from domain.subjects.evaluating import HALL_EXTENSION
from domain.subjects.kinds import subject_of
from domain.subjects.ledgers import LEDGER_LEVELS, MATTERS, days_of
from domain.subjects.plates import places_of
from domain.subjects.shelves import Shelves
from domain.subjects.silence import ACTIVITY, named_windows

__all__ = ["Route", "Router", "derived", "local_day"]

_FALLBACK: Final = ZoneInfo("Asia/Shanghai")
_REMEMBERED: Final = 50_000


class Route(NamedTuple):
    """An event on its way to a subject that is not its own."""

    subject: str
    event: Event


class _Place(NamedTuple):
    hall: str = ""
    window: str = ""
    applicant: str = ""


class Router:
    """Tells what concerns whom, all events of one recorded instant at a time, in order. For one thread.

    `history` gives the events of a subject up to and including a position of the log; `last_active` the sign of life
    that a subject was told last, None where it never was; `shelves` keep what the shared base holds of applicants.
    """

    def __init__(
        self,
        history: Callable[[str, int], Sequence[Event]],
        last_active: Callable[[str], Event | None],
        shelves: Shelves,
    ) -> None:
        self._history = history
        self._last_active = last_active
        self._shelves = shelves
        self._places: OrderedDict[str, _Place] = OrderedDict()
        self._days: dict[str, int] = {}

    def routes(self, events: Sequence[Event], first: int, last: int, view: View) -> list[Route]:
        """What to forward of the events of one recorded instant, at the positions `first` to `last`.

        `view` is the reference data known then. Within the instant the order is that of happening, so that it does
        not matter how the log lined them up.
        """
        out: list[Route] = []
        for event in events:
            self._shelves.enter(event)
        for event in sorted(events, key=_order):
            place = self._place(first - 1, event)
            if isinstance(event.payload, EventCorrected | EventRetracted):
                out += self._of_order(last, event, view)
                continue
            if event.type.startswith("case.") and event.type not in OF_SUPERVISION:
                out += self._activity(event, place, view)
                if event.type in _REQUESTS and place.applicant:
                    lent = self._shelves.lend(event.subject, place.applicant)
                    out += [Route(event.subject, one) for one in lent]
            out += _forwarded(event, place.hall, view)
        return out

    def _of_order(self, until: int, order: Event, view: View) -> list[Route]:
        """A correction goes wherever its target went, and with its target wherever that would go now."""
        earlier = self._history(order.subject, until)
        self._shelves.amend(order, earlier)
        lent = [Route(case, one) for case, one in self._shelves.follow(order, earlier)]
        roots, orders = related(order, earlier)
        orders = [*(one for one in orders if one.id != order.id or one.source != order.source), order]
        known = {one.identity for one in earlier}
        subjects: dict[str, None] = {}
        told: list[Event] = []
        for root in roots:
            hall = _hall_of(root, earlier)
            for version in versions(root, orders, known):
                subjects.update(dict.fromkeys(route.subject for route in _forwarded(version, hall, view)))
            # to those who did not have it, it comes with the correction, not before
            told.append(msgspec.structs.replace(_at(root, hall), recorded=max(root.recorded, order.recorded)))
        return lent + [Route(subject, one) for subject in subjects for one in (*told, *orders)]

    def _place(self, until: int, event: Event) -> _Place:
        """Where the case was when the event came, its own words included."""
        before = self._places.pop(event.subject, None)
        if before is None:
            before = _Place()
            for one in sorted(self._history(event.subject, until), key=_order):
                before = _placed(before, one)[1]
        place, after = _placed(before, event)
        self._places[event.subject] = after
        if len(self._places) > _REMEMBERED:
            self._places.popitem(last=False)
        return place

    def _activity(self, event: Event, place: _Place, view: View) -> Iterator[Route]:
        """The first sign of life of a hall or window on a local day."""
        if not place.hall:
            return
        day = local_day(place.hall, view, event.recorded, event.recorded)
        told = [subject_of("hall", place.hall)]
        if place.window:
            told.append(subject_of("window", place.hall, place.window))
        for subject in told:
            if subject not in self._days:
                last = self._last_active(subject)
                self._days[subject] = (
                    0 if last is None else local_day(place.hall, view, event.recorded, last.recorded)
                )
            if self._days[subject] < day:
                self._days[subject] = day
                yield Route(subject, _sign_of_life(event, place))


_REQUESTS: Final = frozenset(("case.correction_requested", "case.materials_received"))
"""Requests for materials, to be held against what the shared base has already."""


def _order(event: Event) -> tuple[int, int, str, str, str]:
    """By knowledge; within one recorded instant by happening."""
    return (event.recorded, event.time, event.source, event.id, event.type)


def _placed(before: _Place, event: Event) -> tuple[_Place, _Place]:
    """The place of an event, and of the case after it: a transfer is the act of the hall that gives the case away."""
    payload = event.payload
    hall = getattr(payload, "hall", None) or before.hall
    window = getattr(payload, "window", None)
    applicant = getattr(payload, "applicant_ref", None) or event.data.get("applicant_ref") or before.applicant
    window_now = str(window) if window is not None else (before.window if hall == before.hall else "")
    place = _Place(hall, window_now, applicant if isinstance(applicant, str) else before.applicant)
    to_hall = getattr(payload, "to_hall", None)
    return place, place._replace(hall=to_hall, window="") if to_hall else place


def _forwarded(event: Event, hall: str, view: View) -> Iterator[Route]:
    """Whom an event concerns by what it says itself."""
    data = event.data
    if event.type == "case.fee_collected" and (number := str(data.get("receipt_no") or "").strip()):
        yield Route(subject_of("receipt", number), _at(event, hall))
    elif event.type in MATTERS:
        point = str(data.get("point") or "") if event.type.startswith("agency.") else hall
        if point and _level(point, view, event.time) in LEDGER_LEVELS:
            yield Route(_sheet(point, event.time, view), _at(event, point))
    elif event.type in ("ledger.entry_recorded", "ledger.sheet_closed") and data.get("point"):
        point = str(data["point"])
        for day in days_of(event, _zone(point, view, event.time)):
            yield Route(subject_of("ledger", point, day), event)
    elif is_reference(event) and event.recorded != ALWAYS:
        yield from _of_reference(event, view)


def _of_reference(event: Event, view: View) -> Iterator[Route]:
    data = event.data
    if event.type.startswith(("item.", "guide.")) and data.get("item"):
        yield Route(subject_of("item", str(data["item"])), event)
    elif event.type.startswith(("hall.", "window.")) and data.get("hall"):
        yield Route(subject_of("hall", str(data["hall"])), event)
        if event.type == "hall.expected" and named_windows(event) is not None:
            # the windows that it names, and those that were named before and may be no longer
            told = [event, *view.records("expected", str(data["hall"]))]
            for window in sorted({name for one in told for name in named_windows(one) or ()}):
                yield Route(subject_of("window", str(data["hall"]), window), event)
        if event.type.startswith("window.") and data.get("window") is not None:
            yield Route(subject_of("window", str(data["hall"]), str(data["window"])), event)
    elif event.type.startswith("staff."):
        # where the person goes, and where it was
        told = [event, *view.records("staff", reference_name(event)[1])]
        for hall, window in dict.fromkeys(place for one in told if (place := places_of(one))):
            yield Route(subject_of("window", hall, window) if window else subject_of("hall", hall), event)


def _sheet(point: str, at: int, view: View) -> str:
    return subject_of("ledger", point, to_datetime(at, _zone(point, view, at)).date().isoformat())


def local_day(hall: str, view: View, at: int, instant: int) -> int:
    """The day of `instant`, as an ordinal, in the zone that the hall has at `at`."""
    return to_datetime(instant, _zone(hall, view, at)).date().toordinal()


def _at(event: Event, hall: str) -> Event:
    return msgspec.structs.replace(event, extra={**event.extra, HALL_EXTENSION: hall}) if hall else event


def _sign_of_life(event: Event, place: _Place) -> Event:
    data = {"hall": place.hall, "window": place.window, "case": event.subject}
    return Event(
        event.id, event.source, ACTIVITY, event.subject, event.recorded, event.recorded, None, data,
        read_payload(ACTIVITY, data), "1", {},
    )  # fmt: skip


def _hall_of(event: Event, history: Sequence[Event]) -> str:
    """The hall at which a case was when an event of it came."""
    place = before = _Place()
    for one in sorted((one for one in history if _order(one) <= _order(event)), key=_order):
        place, before = _placed(before, one)
    return place.hall


def _zone(hall: str, view: View, at: int) -> ZoneInfo:
    try:
        return view.calendar(view.hall_calendar(view.hall(hall, at), at)).zone
    except (MissingReference, CalendarError):
        return _FALLBACK


def _level(hall: str, view: View, at: int) -> str | None:
    try:
        return view.hall(hall, at).level
    except MissingReference:
        return None


def derived(log: Iterable[Event], reference: Reference) -> dict[str, list[Event]]:
    """What is forwarded of a whole log, by subject; its events in any order, those of reference data among them."""
    ordered = sorted(log, key=lambda event: event.recorded)
    before: dict[str, list[Event]] = {}
    whole: dict[str, list[Event]] = {}
    out: dict[str, list[Event]] = {}
    shelves: dict[str, list[Event]] = {}

    def last_active(subject: str) -> Event | None:
        return next((one for one in reversed(out.get(subject, ())) if one.type == ACTIVITY), None)

    router = Router(
        lambda subject, until: (whole if until else before).get(subject, ()),
        last_active,
        Shelves(
            lambda subject: shelves.get(subject, ()),
            lambda subject, event: shelves.setdefault(subject, []).append(event),
        ),
    )
    for recorded, group in groupby(ordered, key=lambda event: event.recorded):
        events = list(group)
        for event in events:
            whole.setdefault(event.subject, []).append(event)
        for route in router.routes(events, 1, 1, reference.at(recorded)):
            out.setdefault(route.subject, []).append(route.event)
        for event in events:
            before.setdefault(event.subject, []).append(event)
    return out
