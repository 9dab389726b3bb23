"""A case as one row: its current verdict flattened, and the facts that metrics are made of."""

from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from domain.calendars import CalendarError
from domain.clocks.running import Running
from domain.clocks.timeline import ClockReading
from domain.course.draft import CaseDraft
from domain.course.lookup import holder_at
from domain.evaluate import Evaluation
from domain.events.payloads import CaseAccepted, CaseApplied
from domain.instants import SECOND, parse_instant
from domain.reference_view import MissingReference, View
from projections.rows import Row, local_day

__all__ = ["about", "case_row"]

OPEN: Final = ("received", "accepted", "suspended")
VOIDED: Final = ("voided", "withdrawn", "merged")
ENDED: Final = ("completed", "not_accepted", *VOIDED)


def about(draft: CaseDraft) -> dict[str, str]:
    """What a case is about: the hall that accepted it (else received it), item, department, officer and so
    on.

    Empty where no event says so.
    """
    accepted = draft.accepted.payload if draft.accepted is not None else None
    formal = accepted if isinstance(accepted, CaseAccepted) else None
    receipt = draft.receipt.payload if draft.receipt is not None else None
    holder = (
        holder_at(draft, draft.accepted_at) if draft.accepted_at is not None else holder_at(draft, -(2**62))
    )
    return {
        "hall": holder.hall if holder is not None else "",
        "item": draft.item or "",
        "department": str(formal.department or "") if formal else "",
        "officer": str(formal.officer or "") if formal else "",
        "window": str(formal.window or "") if formal else "",
        "kind": draft.kind or "",
        "mode": draft.mode or "",
        "channel": (receipt.channel or "") if isinstance(receipt, CaseApplied) else "",
    }


def case_row(revision: int, verdict: Mapping[str, Any], evaluation: Evaluation, view: View) -> Row:
    """A row of `cases`.

    `verdict` is the verdict's JSON, `evaluation` the same case at the same instants, `view` the reference
    data of
    then. Durations are seconds of working time, less pauses, whatever the unit of the limit.
    """
    draft, status = evaluation.draft, str(verdict["status"])
    is_completed, is_voided = status == "completed", bool(verdict["voided"])
    promise = _latest(evaluation, "promised") or _latest(evaluation, "instant")
    statute = _latest(evaluation, "statutory")
    main = promise or statute
    ended = draft.ended_at if status in ENDED else None
    known = about(draft)
    zone = _zone(known["hall"], draft, view)
    levels = [clock["level"] for clock in verdict["clocks"].values()]
    row: Row = {
        "subject": verdict["subject"],
        "revision": revision,
        "at": parse_instant(verdict["at"]),
        "known_at": parse_instant(verdict["known_at"]),
        **known,
        "status": status,
        "round": verdict["round"],
        "level": max((one["level"] for one in verdict["findings"]), default=0),
        "is_open": int(status in OPEN),
        "is_accepted": int(draft.accepted_at is not None and status != "not_accepted"),
        "is_completed": int(is_completed),
        "is_voided": int(is_voided),
        "is_warned": int(max(levels, default=0) >= 1),
        "is_overdue": int(any(one is not None and one.state == "missed" for one in (promise, statute))),
        "is_early": _early(promise, zone) if is_completed and not is_voided else None,
        "is_same_day": None,
        "received": draft.receipt.time if draft.receipt is not None else None,
        "accepted": draft.accepted_at,
        "completed": ended,
        "zone": zone.key if zone is not None else "",
        "day": local_day(ended, zone),
        "promise_clock": promise.course.name if promise is not None else "",
        "promise_state": promise.state if promise is not None else "",
        "promise_due": promise.due if promise is not None else None,
        "promise_level": promise.level if promise is not None else 0,
        "promise_given": _given(promise),
        "promise_used": _used(promise) if is_completed else None,
        "statute_state": statute.state if statute is not None else "",
        "statute_due": statute.due if statute is not None else None,
        "statute_level": statute.level if statute is not None else 0,
        "statute_given": _given(statute),
        "statute_used": _used(statute) if is_completed else None,
        "next_due": min(
            (one.due for one in (promise, statute) if one is not None and one.due is not None), default=None
        ),
        "is_provisional": int(any(clock["provisional"] for clock in verdict["clocks"].values())),
        "handling_seconds": None,
        "paused_seconds": None,
        "span_seconds": None,
        "irregularities": len(verdict["irregularities"]),
        "next_change": parse_instant(verdict["next_change"]) if verdict["next_change"] else None,
        "digest": verdict["digest"],
        "engine": verdict["engine"],
        "clocks": _json({key: _short(clock) for key, clock in verdict["clocks"].items()}),
        "findings": _json(verdict["findings"]),
    }
    if is_completed and promise is not None and promise.course.name == "instant" and zone is not None:
        row["is_same_day"] = int(local_day(ended, zone) == local_day(draft.accepted_at, zone))
    if is_completed and main is not None:
        handling = _used(main) or 0.0
        paused = _run(main).paused_open_between(main.course.start, main.end) / SECOND
        row["handling_seconds"], row["paused_seconds"] = handling, paused
        row["span_seconds"] = handling + paused
    return row


def _latest(evaluation: Evaluation, name: str) -> ClockReading | None:
    """The latest run of a clock in the current round."""
    for clock, reading in reversed(evaluation.readings):
        if clock.name == name and clock.round == evaluation.draft.round and reading is not None:
            return reading
    return None


def _run(reading: ClockReading) -> Running:
    """The running time of a clock, all its pauses left out."""
    settings = reading.course.profile.settings
    return Running(
        reading.course.start,
        reading.count.run.stretches,
        reading.pauses,
        settings["day_end"],
        settings["closed_start"],
    )


def _used(reading: ClockReading | None) -> float | None:
    """Working time used, less pauses."""
    if reading is None:
        return None
    return _run(reading).open_between(reading.course.start, reading.end) / SECOND


def _given(reading: ClockReading | None) -> float | None:
    """The working time that a limit gave the case: from start to due, less pauses; None while there is no
    due.
    """
    if reading is None or reading.due is None:
        return None
    return _run(reading).open_between(reading.course.start, reading.due) / SECOND


def _early(promise: ClockReading | None, zone: ZoneInfo | None) -> int | None:
    """Whether a completed case ended before its promise fell due: on an earlier local day for limits of
    days (also
    those counted in open time), at an earlier instant for others. None without a promise."""
    if promise is None or promise.due is None or promise.course.stop is None:
        return None
    stopped = promise.course.stop.time
    if promise.terms.base.is_days:
        return (
            None
            if zone is None
            else int((local_day(stopped, zone) or "") < (local_day(promise.due, zone) or ""))
        )
    return int(stopped < promise.due)


def _zone(hall: str, draft: CaseDraft, view: View) -> ZoneInfo | None:
    """The zone of the calendar of the hall that accepted the case; None when it is not known."""
    at = draft.accepted_at
    if at is None:
        at = draft.holders[0].begin if draft.holders else 0
    holder = holder_at(draft, at)
    try:
        if holder is not None and holder.calendar is not None:
            return view.calendar(holder.calendar).zone
        return view.calendar(view.hall_calendar(view.hall(hall, at), at)).zone
    except (MissingReference, CalendarError):
        return None


def _short(clock: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in clock.items() if key not in ("ledger", "settings", "basis")}


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
