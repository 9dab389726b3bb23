"""TL-16: appointments that are not kept, and service after hours that is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.events import Event
from domain.events.values import read_slot
from domain.instants import parse_instant
from domain.rules.found import CaseFacts, CaseRule, Found
from domain.rules.whereabouts import zone_at
from domain.wording import moment_words

__all__ = ["RULES"]


def appointment_not_kept(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """TL-16: served later than the slot and the grace, or not at all, or refused after hours (Weixian, article 10).

    A slot is an instant, or a mapping with `start` and `end`, of which the end counts. Of several bookings one made
    before the deadline of the other replaces it. That the applicant did not come is told by `absent: true`.
    """
    bookings = list(facts.of_type("case.appointment_booked"))
    for place, booked in enumerate(bookings):
        if _is_refused(booked, booked):
            yield _refusal(facts, booked)
            continue
        slot = _slot(booked.data.get("slot"), zone_at(facts, booked.time))
        deadline = facts.after(slot, given["grace"]) if slot is not None else None
        later = bookings[place + 1].time if place + 1 < len(bookings) else None
        replaced = later is not None and deadline is not None and later <= deadline
        served = _served(facts, booked, later if replaced else None)
        if served is not None and _is_refused(served, booked):
            yield _refusal(facts, served)
        elif deadline is not None and not replaced and not _is_over(facts, booked, served, deadline):
            zh, en = (_shown(booked, zone_at(facts, booked.time), lang) for lang in ("zh", "en"))
            yield Found(
                booked.id, deadline, f"预约时段（{zh}）未按时提供服务", f"not served in the booked slot ({en})",
                evidence=() if served is None else (served.id,),
                after=True, round=facts.round_at(booked),
            )  # fmt: skip


def _slot(value: Any, zone: ZoneInfo) -> int | None:
    """When the slot is over; None where it cannot be read, which the case shows as an irregularity."""
    try:
        return read_slot(value, zone)
    except ValueError:
        return None


def _shown(booked: Event, zone: ZoneInfo, lang: str) -> str:
    """The slot in the zone of the hall, as people write it."""
    slot = booked.data.get("slot")
    ends = [slot[one] for one in ("start", "end") if slot.get(one)] if isinstance(slot, dict) else [slot]
    return " – ".join(moment_words(parse_instant(str(one), zone), lang, zone) for one in ends)


def _served(facts: CaseFacts, booked: Event, until: int | None) -> Event | None:
    """The event that tells how the booking went: the next one, or the one that names its slot."""
    for event in facts.of_type("case.appointment_served"):
        named = event.data.get("slot")
        if event.time < booked.time or (until is not None and event.time >= until):
            continue
        if named is None or named == booked.data.get("slot"):
            return event
    return None


def _is_over(facts: CaseFacts, booked: Event, served: Event | None, deadline: int) -> bool:
    """Whether by the deadline there was nobody left to serve."""
    if served is not None and (served.time <= deadline or served.data.get("absent") is True):
        return True
    return any(booked.time <= event.time <= deadline for event in facts.draft.closings.values())


def _is_refused(event: Event, booked: Event) -> bool:
    after_hours = True in (event.data.get("after_hours"), booked.data.get("after_hours"))
    return event.data.get("refused") is True and after_hours


def _refusal(facts: CaseFacts, event: Event) -> Found:
    return Found(
        event.id,
        event.time,
        "拒绝提供延时服务",
        "service after hours was refused",
        round=facts.round_at(event),
    )


RULES: Final[dict[str, CaseRule]] = {"TL-16": appointment_not_kept}
