"""A county under live supervision with an accelerated clock, cut off again and again, and what must agree with it."""

import random
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from api.replay import ReferenceReader, history_of, replay
from domain.events import Event
from domain.instants import DAY, HOUR, MINUTE, parse_instant
from domain.judge import judge
from domain.reference import Reference
from streams.journal import Journal
from streams.ports import Changes
from streams.state import State
from streams.supervision import Supervision
from sundial.seeding import seed
from tests.oracle.counties import BEGIN, County
from tests.unit.streams.histories import HandClock, base, issued_live, told_events

STEPS = (0, 1, MINUTE, HOUR, 3 * HOUR, 9 * HOUR, DAY, DAY, 3 * DAY)
Document = dict[str, Any]


class Killed(Exception):
    """The process ends here."""


class MortalState(State):
    """A state store whose process may be killed just before or just after a run is saved."""

    def __init__(self, path: Path, draw: random.Random, chance: float) -> None:
        super().__init__(path)
        self._draw = draw
        self._chance = chance

    def save(self, changes: Changes) -> dict[str, int]:
        luck = self._draw.random()
        if luck < self._chance / 2:
            raise Killed
        keys = super().save(changes)
        if luck < self._chance:
            raise Killed
        return keys


class Moment(NamedTuple):
    """All was judged at this instant of the clock, and so much had been issued."""

    instant: int
    issued: int


class Supervised:
    """One folder, its clock, and the process that owns it until it is killed."""

    def __init__(self, folder: Path, number: int, ledgers: bool = False) -> None:
        self.folder = folder
        self.draw = random.Random(f"supervision {number}")
        self.county = County(number, ledgers=ledgers)
        self.clock = HandClock(BEGIN)
        self.rate = self.draw.choice((1.0, 600.0, 20_000.0))
        self.moments: list[Moment] = []
        self.kills = 0
        self.mortality = self.draw.choice((0.0, 0.05, 0.2))
        self.start()

    def start(self) -> None:
        """A process begins; whatever owned the folder before is gone, and closed nothing."""
        self.journal = Journal(self.folder / "journal.db", self.clock)
        self.state = MortalState(self.folder / "state.db", self.draw, self.mortality)
        self.supervision = Supervision(self.journal, self.state, self.clock, base(), rate=self.rate)

    def live(self, rounds: int) -> None:
        """Open the county, let it work for so many rounds, and then nothing happen for two months."""
        seed(self.journal)
        self.journal._import_ends = 0  # the seeding is over
        self.journal.append(self.county.opening())
        for _ in range(rounds):
            self.clock.instant += self.draw.choice(STEPS)
            self.journal.append(self.county.batch(self.clock.instant))
            self.turn(self.draw.choice((0, 1, 3, 1000)))
            if self.draw.random() < 0.1:
                self.start()
        self.clock.instant += 60 * DAY
        self.turn(100_000)

    def turn(self, most: int) -> None:
        """Supervise for at most so many turns, across kills."""
        for _ in range(most):
            try:
                if not self.supervision.turn():
                    self.moments.append(Moment(self.clock.instant, self.state.outbox_ends()[0]))
                    return
            except Killed:
                self.kills += 1
                self.start()

    def close(self) -> None:
        self.journal.close()
        self.state.close()


def contradictions(one: Supervised) -> list[str]:
    """Where the supervisor, the judge and the API do not agree on what was lived; none is expected."""
    found: list[str] = []
    reference, subjects = told_events(one.journal)
    reader = ReferenceReader(one.journal, base())
    live: dict[str, list[Document]] = {}
    before: dict[str, list[int]] = {}
    for number, (subject, document) in enumerate(issued_live(one.state), 1):
        live.setdefault(subject, []).append(document)
        before.setdefault(subject, []).append(number)
    if one.supervision.lag() or one.state.dead_letters():
        found.append(f"not all was judged: {one.state.dead_letters()}")
    end = one.clock.instant
    for subject in sorted(live.keys() | subjects.keys()):
        verdict = judge(subjects.get(subject, []), reference, end - 1, end - 1, subject, ledger=False)
        found += _differences(f"{subject} in the end", live.get(subject, []), verdict["issued"])
        standing = sorted(finding["id"] for finding in verdict["findings"])
        if standing != _left(verdict["issued"]):
            found.append(f"{subject} in the end: in force is {standing}, issued and not lifted is another")
    recorded = {record.recorded for record in one.journal.read(0, 10**9)}
    for moment in one.draw.sample(one.moments[:-1], min(2, len(one.moments) - 1)):
        if {moment.instant, moment.instant - 1} & recorded:
            continue  # more was recorded at that very instant
        subject = one.draw.choice(sorted(subjects))
        then = [
            d
            for d, seq in zip(live.get(subject, []), before.get(subject, []), strict=True)
            if seq <= moment.issued
        ]
        pure = _issued(subjects[subject], reference, moment.instant - 1, subject)
        found += _differences(f"{subject} as known at {moment.instant}", then, pure)
    subject = one.draw.choice(sorted(subjects))
    at, known_at = (_some_instant(one.draw, recorded, live.get(subject, []), end) for _ in range(2))
    found += _pair(one, subject, subjects[subject], reference, reader, at, known_at, live.get(subject, []))
    found += _verdicts(one, subjects, reference)
    return found


def _left(issued: list[Document]) -> list[str]:
    """The findings that were issued and neither lifted nor, on the same clock, raised to a higher level."""
    left: dict[str, Document] = {}
    for entry in issued:
        if entry["type"] == "finding.lifted":
            left.pop(entry["finding"], None)
            continue
        if entry["type"] == "finding.escalated":
            place = (entry["code"], entry["clock"], entry["round"])
            left = {
                name: one for name, one in left.items() if (one["code"], one["clock"], one["round"]) != place
            }
        left[entry["finding"]] = entry
    return sorted(left)


def _issued(history: list[Event], reference: Reference, known_at: int, subject: str) -> list[Document]:
    issued: list[Document] = judge(history, reference, known_at, known_at, subject, ledger=False)["issued"]
    return issued


def _pair(
    one: Supervised, subject: str, history: list[Event], reference: Reference, reader: ReferenceReader,
    at: int, known_at: int, live: list[Document],
) -> list[str]:  # fmt: skip
    """What the API, the judge and the live stream say of one subject at one pair of instants."""
    shuffled = one.draw.sample(history, len(history)) + one.draw.choices(history, k=2)
    pure = judge(shuffled, reference, at, known_at, subject)
    asked = replay(history_of(one.journal, one.state, subject), reader.current(), at, known_at, subject)
    past = [event for event in history if event.recorded <= known_at]
    then = Reference.of(
        [event for event in reference.events if event.recorded <= known_at], reference.holidays
    )
    found = []
    place = f"{subject} at {at} known at {known_at}"
    if asked != pure:
        names = [name for name in pure if asked[name] != pure[name]]
        found.append(f"{place}: API and judge differ in {names}")
    if asked != judge(past, then, at, known_at, subject):
        found.append(f"{place}: what was recorded later is not ignored")
    issued = asked["issued"]
    found += _differences(place, live[: len(issued)], issued)
    if any(parse_instant(entry["recorded"]) > known_at for entry in issued):
        found.append(f"{place}: issued before it was known")
    if any(parse_instant(entry["recorded"]) < known_at for entry in live[len(issued) :]):
        found.append(f"{place}: the supervisor had issued more by then")
    return found


def _some_instant(draw: random.Random, recorded: set[int], live: list[Document], end: int) -> int:
    """Any instant, or one at which something changes, or beside it."""
    edges = sorted(recorded) + [
        parse_instant(entry[name]) for entry in live for name in ("occurred", "recorded")
    ]
    if draw.random() < 0.5:
        return max(draw.choice(edges), BEGIN) + draw.choice((-1, 0, 0, 1))
    return draw.randint(BEGIN, end)


def _differences(place: str, live: list[Document], pure: list[Document]) -> list[str]:
    if live == pure:
        return []
    index = next(
        (n for n, (a, b) in enumerate(zip(live, pure, strict=False)) if a != b), min(len(live), len(pure))
    )
    said, expected = live[index : index + 1], pure[index : index + 1]
    return [
        f"{place}: entry {index} of {len(live)} issued is {said}, the judge says {expected} of {len(pure)}"
    ]


def _verdicts(one: Supervised, subjects: dict[str, list[Event]], reference: Reference) -> list[str]:
    """The verdicts kept, each as at its own instant."""
    found = []
    for row in one.state.verdicts(0, 10**6):
        document = msgspec.json.decode(row.document)
        at = parse_instant(document["at"])
        pure = judge(subjects[row.subject], reference, at, at, row.subject, ledger=False)
        del pure["issued"]
        if document != msgspec.to_builtins(pure):
            names = [name for name in pure if document[name] != msgspec.to_builtins(pure)[name]]
            found.append(f"{row.subject}: the verdict kept differs in {names}")
    return found
