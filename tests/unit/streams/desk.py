"""A data folder under supervision, by a clock that is moved by hand."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

import streams.supervision
from domain.events import Event
from domain.fold import CaseFold
from domain.instants import DAY, HOUR, MINUTE
from domain.reference import Reference
from streams.journal import Journal
from streams.ports import EventLog
from streams.state import State
from streams.supervision import Supervision
from tests.unit.streams.histories import (
    BEGIN,
    HandClock,
    base,
    event,
    issued_by_subject,
    issued_live,
    issued_purely,
    open_hall,
)

DUE = BEGIN + 2 * DAY + 8 * HOUR
"""Wednesday 17:00: two working days after the first morning."""


class Desk:
    """One folder, its clock, and the supervision of it."""

    def __init__(
        self, folder: Path, opening: Callable[[EventLog], None] | None = None, rate: float = 1.0
    ) -> None:
        """`opening` fills the journal before it is supervised for the first time."""
        self.clock = HandClock()
        self.journal = Journal(folder / "journal.db", self.clock)
        self.state = State(folder / "state.db")
        if opening is not None:
            opening(self.journal)
        self.restart(rate)

    def restart(self, rate: float = 1.0) -> None:
        """Another process takes over; `rate` is how fast it takes its clock to run."""
        self.supervision = Supervision(self.journal, self.state, self.clock, base(), rate=rate)

    def run(self, until: int | None = None) -> None:
        """Supervise until nothing is left to do, at the present or at another instant."""
        self.clock.instant = until or self.clock.instant
        while self.supervision.turn():
            pass

    def send(self, *events: Event) -> None:
        self.journal.append(events)
        self.run()

    def live(
        self,
        draw: random.Random,
        batch: Callable[[int], list[Event]],
        steps: int,
        pauses: Sequence[int],
        rate: float = 1.0,
    ) -> None:
        """Take so many batches, each after one of `pauses`; supervise between them a little, wholly or not at all."""
        for _ in range(steps):
            self.clock.instant += draw.choice(pauses)
            self.journal.append(batch(self.clock.instant))
            for _ in range(draw.choice((0, 1, 2, 50))):
                if not self.supervision.turn():
                    break
            if draw.random() < 0.2:
                self.restart(rate)

    def issued(self, subject: str = "case-1") -> list[str]:
        return [
            f"{one['type'].partition('.')[2]} {one['code']}"
            for name, one in issued_live(self.state)
            if name == subject
        ]

    def verdict(self, subject: str = "case-1") -> dict[str, Any]:
        [document] = [row.document for row in self.state.verdicts(0, 1000) if row.subject == subject]
        return msgspec.json.decode(document, type=dict[str, Any])

    def pure(self, subject: str = "case-1") -> list[dict[str, Any]]:
        return issued_purely(self.journal, self.clock.instant - 1)[subject]

    def agreed(self) -> dict[str, list[dict[str, Any]]]:
        """What was issued, by subject, once it is what the judge says; nothing was set aside."""
        assert self.state.dead_letters() == []
        live = issued_by_subject(self.state)
        pure = issued_purely(self.journal, self.clock.instant - 1)
        pure = {subject: issued for subject, issued in pure.items() if issued}
        for subject in live.keys() | pure.keys():
            assert live.get(subject, []) == pure.get(subject, []), subject
        return pure


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """One hall, one item, the shipped documents; noon of the first day."""
    desk = Desk(tmp_path)
    open_hall(desk.journal)
    desk.clock.instant += 3 * HOUR
    desk.run()
    return desk


def short_runs(draw: random.Random, monkeypatch: pytest.MonkeyPatch) -> None:
    """Supervision saves after a few records, subjects and steps of a sweep, so that much is cut in two."""
    for name, most in (("_RECORDS", 7), ("_SUBJECTS", 3), ("_SWEEP", 2)):
        monkeypatch.setattr(streams.supervision, name, draw.randint(1, most))


def accepted(id: str = "e1", subject: str = "case-1", at: int = BEGIN + MINUTE, **data: Any) -> Event:
    return event(id, "case.accepted", subject, at, item="permit", hall="weixian", **data)


def completed(id: str = "e2", subject: str = "case-1", at: int = BEGIN + HOUR, **data: Any) -> Event:
    return event(id, "case.completed", subject, at, **data)


def poison(monkeypatch: pytest.MonkeyPatch, note: str = "poison") -> None:
    """Make a rule crash on events that carry `note`."""
    step = CaseFold.step

    def crashing(self: CaseFold, events: Sequence[Event], reference: Reference, recorded: int) -> None:
        if any(one.data.get("note") == note for one in events):
            raise ZeroDivisionError("a rule divides by nothing")
        step(self, events, reference, recorded)

    monkeypatch.setattr(CaseFold, "step", crashing)
