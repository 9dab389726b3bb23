"""Rows of the read store, drawn or written by hand."""

import random
from datetime import date, timedelta
from typing import Any

from domain.instants import DAY, HOUR, parse_instant
from projections.rows import Row

MONDAY = date(2026, 3, 2)
NOON = parse_instant("2026-03-06T12:00:00+08:00")


def case(subject: str, **changed: Any) -> Row:
    """A row of `cases`: an open case without a finding."""
    row: Row = {
        "subject": subject, "revision": 1, "at": NOON, "known_at": NOON, "hall": "weixian", "item": "permit",
        "department": "", "officer": "", "window": "", "kind": "promise", "mode": "", "channel": "",
        "status": "accepted", "round": 1, "level": 0, "is_open": 1, "is_accepted": 1, "is_completed": 0,
        "is_voided": 0, "is_warned": 0, "is_overdue": 0, "is_early": None, "is_same_day": None, "received": None,
        "accepted": NOON - DAY, "completed": None, "zone": "Asia/Shanghai", "day": None,
        "promise_clock": "promised", "promise_state": "running", "promise_due": NOON + DAY, "promise_level": 0,
        "promise_given": None, "promise_used": None, "statute_state": "running", "statute_due": NOON + 9 * DAY,
        "statute_level": 0, "statute_given": None, "statute_used": None, "next_due": NOON + DAY,
        "is_provisional": 0, "handling_seconds": None, "paused_seconds": None, "span_seconds": None,
        "irregularities": 0, "next_change": None, "digest": "0" * 64, "engine": "1", "clocks": "{}",
        "findings": "[]",
    }  # fmt: skip
    assert changed.keys() <= row.keys(), changed.keys() - row.keys()
    return row | changed


def completed(subject: str, day: date, **changed: Any) -> Row:
    """A row of a case that was completed on a day."""
    row = case(
        subject, status="completed", is_open=0, is_completed=1, completed=NOON, day=day.isoformat(),
        promise_state="met", statute_state="met", is_early=0, promise_given=50_400.0, promise_used=25_200.0,
        statute_given=504_000.0, statute_used=25_200.0, handling_seconds=25_200.0, paused_seconds=0.0,
        span_seconds=25_200.0,
    )  # fmt: skip
    return row | changed


def drawn(seed: int, count: int) -> list[Row]:
    """Cases of every kind, in any combination that a verdict may have."""
    draw = random.Random(seed)
    return [_drawn(draw, f"c{number}") for number in range(count)]


def _drawn(draw: random.Random, subject: str) -> Row:
    where = {"hall": draw.choice(("weixian", "town", "")), "item": draw.choice(("permit", "card"))}
    day = MONDAY + timedelta(days=draw.randrange(6))
    ending = draw.choices(
        ("open", "completed", "received", "voided", "withdrawn", "merged", "not_accepted"),
        (4, 9, 1, 1, 1, 1, 1),
    )[0]
    flags = {"is_warned": draw.randrange(2), "is_overdue": draw.randrange(2)}
    if ending == "open":
        return case(subject, **where, **flags)
    if ending == "received":
        return case(
            subject, **where, status="received", is_accepted=0, promise_clock="", promise_state="pending"
        )
    if ending != "completed":
        voided = ending != "not_accepted"
        return case(
            subject, **where, **flags, status=ending, is_open=0, is_voided=int(voided), is_accepted=int(voided),
            completed=NOON, day=draw.choice((day.isoformat(), None)), promise_state="stopped",
        )  # fmt: skip
    used, paused = float(draw.randrange(1, 200_000)), float(draw.choice((0, 0, 3600)))
    row = completed(
        subject, day, **where, **flags, promise_state=draw.choice(("met", "missed", "")),
        statute_state=draw.choice(("met", "missed", "")), is_early=draw.choice((None, 0, 1)),
        is_same_day=draw.choice((None, None, 0, 1)), promise_used=used, statute_used=used, handling_seconds=used,
        paused_seconds=paused, span_seconds=used + paused, promise_given=draw.choice((None, 0.0, 50_400.0)),
        statute_given=draw.choice((None, 0.0, 504_000.0)),
    )  # fmt: skip
    if draw.random() < 0.1:
        row |= {"handling_seconds": None, "paused_seconds": None, "span_seconds": None}
    return row


def event_rows(seed: int, count: int) -> list[Row]:
    """Events, some of them late, some of other families."""
    draw = random.Random(seed)
    rows = []
    for position in range(1, count + 1):
        time = NOON - draw.randrange(5) * DAY
        delay = draw.choice((0, HOUR // 4, HOUR // 4 + 1, HOUR))
        kind = draw.choice(("case.accepted", "case.completed", "hall.published"))
        rows.append({
            "position": position, "recorded": time + delay, "time": time, "received": None,
            "day": draw.choice(((MONDAY + timedelta(days=draw.randrange(6))).isoformat(), None)),
            "id": f"e{position}", "source": "s", "type": kind,
            "subject": "c", "hall": draw.choice(("weixian", "town", "")), "item": draw.choice(("permit", "card")),
            "data": "{}",
        })  # fmt: skip
    return rows
