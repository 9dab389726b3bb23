"""What is to be thought of a subject as at an instant, as known at an instant: clocks read, findings in force."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from domain.clocks.timeline import ClockReading
from domain.course.draft import CaseDraft, ClockDraft
from domain.events import Event
from domain.history import Irregularity
from domain.profiles import Profile
from domain.reference_view import View
from domain.rules.found import Found

__all__ = ["Evaluation", "FindingKey", "Standing", "finding_id", "stand"]


class FindingKey(NamedTuple):
    """A finding, whatever its level: rule, clock (or the event that broke the rule), round."""

    code: str
    clock: str
    round: int


class Standing(NamedTuple):
    """A finding in force. `clock` is None for a rule without a clock."""

    code: str
    level: int
    clock: str | None
    round: int
    occurred: int
    evidence: tuple[str, ...]
    reading: ClockReading | None
    found: Found | None
    profile: Profile
    """The profile that it was judged by."""

    @property
    def key(self) -> FindingKey:
        if self.clock is not None:
            return FindingKey(self.code, self.clock, self.round)
        part = self.found.part if self.found is not None else ""
        return FindingKey(self.code, f"{self.evidence[0]}#{part}" if part else self.evidence[0], self.round)


@dataclass(slots=True)
class Evaluation:
    """Everything the verdict says, but for what was issued."""

    at: int
    known_at: int
    draft: CaseDraft
    readings: list[tuple[ClockDraft, ClockReading | None]]
    standing: dict[FindingKey, Standing]
    irregularities: list[Irregularity]
    profile: Profile | None
    moments: list[int] = field(default_factory=list)
    """instants, from `at` on, at which this may change by itself, in order"""
    is_told_ahead: bool = False
    """whether events are known whose time lies after `at`"""
    kind: str = "case"
    events: list[Event] = field(default_factory=list)
    """the events known, corrected, in lawful order"""
    view: View | None = None
    """the reference data as known at `known_at`"""

    @property
    def status(self) -> str:
        draft = self.draft
        if self.kind != "case":
            return "open"
        if draft.status_at_end:
            return draft.status_at_end
        if draft.accepted_at is not None:
            return (
                "suspended"
                if any(span.end is None and not self.is_ignored(span.faults) for span in draft.spans)
                else "accepted"
            )
        return "received" if draft.receipt is not None else "not_started"

    def is_ignored(self, faults: list[tuple[str, str]]) -> bool:
        return (
            bool(faults)
            and self.profile is not None
            and self.profile.settings["unlawful_suspension"] == "ignored"
        )

    def reading_of(self, key: FindingKey) -> ClockReading | None:
        """The latest run of the clock that a finding speaks of."""
        return next(
            (
                r
                for d, r in reversed(self.readings)
                if d.key == key.clock and d.round == key.round and r is not None
            ),
            None,
        )

    def signature(self) -> tuple[object, ...]:
        """What `next_change` watches: status, findings, and state, level and due of every clock."""
        return (
            self.status,
            sorted((key, one.level, one.occurred) for key, one in self.standing.items()),
            [
                (d.key, d.round, d.pending, (r.state, r.level, r.due) if r is not None else None)
                for d, r in self.readings
            ],
        )

    def surely_changes(self, moment: int) -> bool:
        """Whether the signature differs just after `moment`, the first of `moments`, as far as can be told from here.

        Nothing but time passes until then; so a limit that runs out, or a level above the present one, is sure.
        """
        return not self.is_told_ahead and any(
            reading is not None
            and reading.state in ("running", "missed")
            and moment in reading.moments
            and (
                (reading.state == "running" and reading.due is not None and reading.due <= moment)
                or any(
                    after is not None and after <= moment and level > reading.level
                    for level, after in reading.thresholds
                )
            )
            for _, reading in self.readings
        )


def finding_id(subject: str, key: FindingKey, level: int) -> str:
    """The id of a finding: made of rule, subject, clock (or event), round and level, and nothing else."""
    text = "\x1f".join((key.code, subject, key.clock, str(key.round), str(level)))
    return f"{key.code}-{sha256(text.encode()).hexdigest()[:16]}"


def stand(
    standing: dict[FindingKey, Standing],
    deadlines: set[int],
    code: str,
    found: Found,
    profile: Profile,
    at: int,
) -> None:
    """Add what a rule without a clock found to what is in force at `at`, or to the deadlines that lie ahead."""
    if found.after and found.time >= at:
        deadlines.add(found.time)
        return
    level = profile.level(code) if found.level is None else found.level
    evidence = tuple(dict.fromkeys((found.event, *found.evidence)))
    one = Standing(code, level, None, found.round, found.time, evidence, None, found, profile)
    earlier = standing.get(one.key)
    if earlier is None or (one.level, -one.occurred) > (earlier.level, -earlier.occurred):
        standing[one.key] = one
