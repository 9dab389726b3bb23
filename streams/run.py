"""What one run of the supervisor found out, until it is saved."""

import msgspec

from domain.reference import Reference
from domain.verdict import issue_document
from streams.judging import letter
from streams.ports import Changes, DeadLetter
from streams.subject import LiveSubject


class Run:
    """Subjects that were moved on together, and what failed."""

    def __init__(self) -> None:
        self.lives: dict[str, LiveSubject] = {}
        self.silent: set[str] = set()
        """Subjects whose timer crashed a rule: they wake only for an event."""
        self.dead: list[DeadLetter] = []
        self.replayed: list[int] = []
        self.reconsider = False
        self.records = 0
        """Records of the log that the run took."""

    def __len__(self) -> int:
        return len(self.lives)

    def changes(self, reference: Reference, position: int, judged_until: int) -> Changes:
        """All of it, to be saved together."""
        changes = Changes(position, judged_until, replayed=self.replayed, reconsider=self.reconsider)
        for subject, live in self.lives.items():
            if not live.fold.events:  # each of its events is a dead letter
                continue
            verdict = None
            if subject not in self.silent:
                try:
                    verdict = live.verdict(reference)
                except Exception as error:
                    self.dead.append(letter(error, "verdict", subject, judged_until))
                else:
                    del verdict["issued"]
                    changes.verdicts.append((subject, msgspec.json.encode(verdict)))
            changes.subjects.append(live.kept(verdict, wakes=subject not in self.silent))
            changes.issues += [(subject, msgspec.json.encode(issue_document(issue))) for issue in live.issues]
        changes.dead_letters = self.dead
        return changes
