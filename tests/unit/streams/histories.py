"""Random histories of a small hall: late entries, pauses, corrections, reused ids, reference data that changes."""

import random
import threading
from collections.abc import Iterator
from typing import Any

import msgspec

from domain.events import Event, decode_event, event_from_mapping
from domain.fold import fold_history
from domain.instants import DAY, HOUR, MINUTE, format_instant, parse_instant
from domain.reference import Reference
from domain.subjects.routing import derived
from domain.verdict import issue_document
from streams.ports import EventLog, StateStore
from sundial.seeding import seed
from sundial.shipped import holiday_sets

BEGIN = parse_instant("2026-03-02T01:00:00Z")
"""A Monday, 09:00 in the hall."""


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self, instant: int = BEGIN) -> None:
        self.instant = instant

    def now(self) -> int:
        return self.instant

    def sleep_until(self, instant: int | None, interrupted: threading.Event) -> None:
        raise AssertionError("nothing sleeps under this clock")


def base() -> Reference:
    """What is known without a log."""
    return Reference(holiday_sets())


def event(
    id: str, type: str, subject: str, happened: int, source: str = "hall/weixian", **data: Any
) -> Event:
    """An event that has not been recorded yet."""
    mapping = {"id": id, "source": source, "type": type, "subject": subject, "time": format_instant(happened)}
    mapping["data"] = data
    return event_from_mapping(mapping, recorded=0)


def hall(number: int = 0, time: int = BEGIN, **data: Any) -> Event:
    return event(f"hall-{number}", "hall.published", "weixian", time, hall="weixian", title="威县",
                 region="130533", **{"calendar": "cn", "level": "county", **data})  # fmt: skip


def item(number: int = 0, time: int = BEGIN, name: str = "permit", **data: Any) -> Event:
    limits = {"promised_limit": "2 working_day", "statutory_limit": "4 working_day", **data}
    return event(f"item-{number}", "item.published", name, time, item=name, title="许可", kind="promise",
                 mode="promise", **limits)  # fmt: skip


def open_hall(log: EventLog) -> None:
    """One hall, one item, the shipped documents; without stated instants, so that no import is under way."""
    log.append([hall(), item()])
    seed(log)


class Hall:
    """Draws what a hall would send next, from a seed."""

    def __init__(self, seed: int, cases: int = 6, references: float = 0.04) -> None:
        """`references` is the share of reference events."""
        self.draw = random.Random(seed)
        self.cases = [f"case-{number}" for number in range(cases)]
        self.sent: list[Event] = []
        self.references = references
        self.number = 0

    def batch(self, now: int) -> list[Event]:
        """One to five events, none of them recorded yet."""
        return [self._event(now) for _ in range(self.draw.choice((1, 1, 1, 2, 5)))]

    def _event(self, now: int) -> Event:
        draw = self.draw
        if self.sent and draw.random() < 0.05:
            return draw.choice(self.sent)
        self.number += 1
        made = self._reference(now) if draw.random() < self.references else self._case(now)
        self.sent.append(made)
        return made

    def _reference(self, now: int) -> Event:
        draw, number = self.draw, self.number
        kind = draw.randrange(4)
        if kind == 0:
            return item(number, now, promised_limit=f"{draw.randint(1, 4)} working_day", version=str(number))
        if kind == 1:
            days = {format_instant(now + draw.randint(0, 9) * DAY)[:10]: "closed" for _ in range(3)}
            return event(f"r{number}", "calendar.published", "cn-weixian", now, calendar="cn-weixian", extends="cn",
                         zone="Asia/Shanghai", days=days)  # fmt: skip
        if kind == 2:
            return hall(
                number,
                now,
                calendar=draw.choice(("cn", "cn-weixian")),
                profile=draw.choice(("statute", "mine")),
            )
        rules = {"TL-09": {"enabled": draw.random() < 0.5}}
        return event(f"r{number}", "profile.published", "mine", now, profile="mine", rules=rules)

    def _case(self, now: int) -> Event:
        draw, number = self.draw, self.number
        subject = draw.choice(self.cases)
        time = now - draw.choice((0, 0, MINUTE, HOUR, 30 * HOUR)) + draw.choice((0, 0, 0, 0, 2 * MINUTE, DAY))
        known = [one for one in self.sent if one.subject == subject]
        kind = draw.choice(
            ("case.accepted",) * 5 + ("case.completed",) * 2 + ("case.suspended", "case.resumed") * 2
            + ("case.applied", "case.stage_started", "case.stage_completed", "case.extended", "case.decided",
               "case.withdrawn", "case.reopened", "case.delivered", "event.corrected", "event.retracted", "reused")
        )  # fmt: skip
        data: dict[str, Any] = {}
        if kind in ("case.accepted", "case.applied"):
            data = {"item": "permit", "hall": "weixian"}
        elif kind in ("case.stage_started", "case.stage_completed"):
            data = {"stage": draw.choice("ab"), "limit": "1 working_day"}
        elif kind in ("case.suspended", "case.resumed"):
            data = {"kind": "hearing", "span": draw.choice("xy"), "approved_limit": "2 working_day"}
        elif kind == "case.extended":
            data = {"limit": "1 working_day", "approver_rank": "organ_head", "extension": f"x{number}"}
        elif kind in ("event.corrected", "event.retracted", "reused"):
            if not known:
                return event(f"e{number}", "case.accepted", subject, time, item="permit", hall="weixian")
            target = draw.choice(known)
            if kind == "reused":
                return event(target.id, "case.completed", subject, time, note=f"other content {number}")
            data = {"retracts": {"id": target.id}}
            if kind == "event.corrected":
                data = {
                    "corrects": {"id": target.id},
                    "time": format_instant(target.time - draw.randint(-9, 9) * HOUR),
                }
        return event(f"e{number}", kind, subject, time, **data)


def recorded_events(log: EventLog) -> tuple[Reference, dict[str, list[Event]]]:
    """All that the log holds: reference data, and the other events by subject."""
    reference = [decode_event(record.raw) for record in log.reference()]
    subjects: dict[str, list[Event]] = {}
    for record in log.read(0, 10**9):
        if not record.is_reference:
            one = decode_event(record.raw)
            subjects.setdefault(one.subject, []).append(one)
    return Reference.of(reference, holiday_sets()), subjects


def told_events(log: EventLog) -> tuple[Reference, dict[str, list[Event]]]:
    """The same, and with each subject what is forwarded to it."""
    reference, subjects = recorded_events(log)
    everything = [decode_event(record.raw) for record in log.read(0, 10**9)]
    for subject, more in derived(everything, reference).items():
        subjects[subject] = [*subjects.get(subject, []), *more]
    return reference, subjects


def issued_purely(log: EventLog, known_at: int) -> dict[str, list[dict[str, Any]]]:
    """What the judge says that should have been issued up to `known_at`, by subject."""
    reference, subjects = told_events(log)
    return {
        subject: [issue_document(one) for one in fold_history(subject, events, reference, known_at).issued]
        for subject, events in subjects.items()
    }


def issued_live(store: StateStore) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the supervisor did issue, in order."""
    for row in store.issues(0, 10**9):
        document = msgspec.json.decode(row.document)
        document.pop("engine", None)  # of which its content knows nothing
        yield row.subject, document


def issued_by_subject(store: StateStore) -> dict[str, list[dict[str, Any]]]:
    """The same by subject."""
    out: dict[str, list[dict[str, Any]]] = {}
    for subject, document in issued_live(store):
        out.setdefault(subject, []).append(document)
    return out
