"""What one run of the supervisor found out, until it is saved."""

from typing import Any, NamedTuple

import msgspec

from domain.fold import Issue
from domain.orders import spoken_of
from domain.reference import Reference
from domain.subjects.kinds import kind_of
from domain.verdict import ENGINE_VERSION, issue_document
from streams.judging import letter
from streams.ports import Changes, DeadLetter, SubjectState
from streams.subject import LiveSubject


class Outcome(NamedTuple):
    """What is to be saved of one subject."""

    state: SubjectState
    issues: list[tuple[str, bytes]]
    verdict: bytes | None
    """None when it could not be made."""


def _document(issue: Issue) -> dict[str, Any]:
    """An issue as it is kept: with the version of the code that issued it, which its content knows nothing of."""
    return issue_document(issue) | {"engine": ENGINE_VERSION}


class Run:
    """Subjects that were moved on together, and what failed."""

    def __init__(self) -> None:
        self.lives: dict[str, LiveSubject] = {}
        self.outcomes: list[Outcome] = []
        """Of subjects that were judged ahead."""
        self.silent: set[str] = set()
        """Subjects whose timer crashed a rule: they wake only for an event."""
        self.dead: list[DeadLetter] = []
        self.replayed: list[int] = []
        self.reconsider = False
        self.signals: list[tuple[str, int, bytes]] = []
        self.forwarded: list[tuple[str, int, bytes]] = []
        self.records = 0
        """Records of the log that the run took."""

    def __len__(self) -> int:
        return len(self.lives) + len(self.outcomes)

    def outcome(self, live: LiveSubject, reference: Reference) -> Outcome:
        """What is to be saved of a subject; a failure becomes a dead letter."""
        verdict = encoded = None
        if live.subject not in self.silent:
            try:
                verdict = live.verdict(reference)
            except Exception as error:
                self.dead.append(letter(error, "verdict", live.subject, live.fold.position))
            else:
                del verdict["issued"]
                # a correction alone is no case: it speaks of a line of a ledger, say, or of what has not come yet
                if any(spoken_of(event) is None for event in live.fold.events):
                    encoded = msgspec.json.encode(verdict)
        issues = [(live.subject, msgspec.json.encode(_document(issue))) for issue in live.issues]
        return Outcome(live.kept(verdict, wakes=live.subject not in self.silent), issues, encoded)

    def changes(self, reference: Reference, position: int, judged_until: int) -> Changes:
        """All of it, to be saved together."""
        changes = Changes(position, judged_until, replayed=self.replayed, reconsider=self.reconsider)
        outcomes = self.outcomes + [
            self.outcome(live, reference)
            for live in self.lives.values()
            if live.fold.events  # else each of its events is a dead letter
        ]
        for state, issues, verdict in outcomes:
            changes.subjects.append(state)
            changes.issues += issues
            if verdict is not None and kind_of(state.subject) == "case":
                changes.verdicts.append((state.subject, verdict))
        changes.signals = self.signals
        changes.forwarded = self.forwarded
        changes.dead_letters = self.dead
        return changes
