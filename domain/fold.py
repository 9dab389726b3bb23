"""The live path: one subject's history, folded by order of knowledge, and what was issued on the way.

Judging a whole history is this same fold over it, so that live supervision and replay cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import msgspec

from domain.concern import concerning_events
from domain.evaluate import Evaluation, FindingKey, Standing, evaluate_known, finding_id, why_gone
from domain.events import Event, canonical_content, decode_event, encode_event
from domain.history import Known, known_history
from domain.orders import spoken_of
from domain.reference import Reference
from domain.reference_effect import ALWAYS

__all__ = ["CaseFold", "Issue"]

_TICK: Final = 1
"""A level holds strictly after its threshold: timers judge one microsecond later."""
_FEW: Final = 12
"""In a history of so many events an event is found by looking at each."""


class Issue(msgspec.Struct, frozen=True):
    """One thing live supervision said. Instants are microseconds UTC."""

    id: str
    type: str
    finding: str
    code: str
    level: int
    clock: str | None
    round: int
    occurred: int
    recorded: int
    reason: str | None
    cause: str | None


class _Held(NamedTuple):
    level: int
    occurred: int
    clock: str | None


class _State(msgspec.Struct):
    subject: str
    events: list[bytes]
    issued: list[Issue]
    held: list[tuple[str, str, int, int, int, str | None]]
    position: int
    next_change: int | None


class CaseFold:
    """The state of one subject: its history, what was issued, what is in force, and when to wake."""

    __slots__ = (
        "_held",
        "_identities",
        "_known",
        "_latest",
        "events",
        "issued",
        "next_change",
        "position",
        "subject",
    )

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.events: list[Event] = []
        self.issued: list[Issue] = []
        self.position = ALWAYS
        """the latest instant of knowledge that has been folded"""
        self.next_change: int | None = None
        self._held: dict[FindingKey, _Held] = {}
        self._identities: dict[tuple[str, str], list[Event]] | None = None
        self._known: Known | None = None
        self._latest: tuple[Reference, Evaluation] | None = None
        """what was judged last, and with which reference data"""

    # -- folding ---------------------------------------------------------------------------------------------

    def step(self, events: Sequence[Event], reference: Reference, recorded: int) -> None:
        """Take the events of one recorded instant. What comes out of order folds the history anew."""
        late = recorded <= self.position
        if not late:
            self.advance(reference, recorded)
        fresh, displaced = self.take(events)
        if late or displaced:
            if fresh:
                self._refold(reference, max(recorded, self.position))
        elif fresh:
            self._reconsider(reference, recorded, recorded, _cause(self._effective(fresh)))

    def _effective(self, events: Sequence[Event]) -> Sequence[Event]:
        """Without corrections and retractions of what is not known: they change nothing."""
        if not any(event.type.startswith("event.") for event in events):
            return events
        known = {event.id for event in self.events}
        return [event for event in events if spoken_of(event) is None or spoken_of(event) in known]

    def advance(self, reference: Reference, until: int) -> None:
        """Everything that happens by itself before `until`: thresholds, and changes of reference data."""
        if self.position == ALWAYS:
            return
        for change in reference.changes(self.position, until - 1):
            concerning = concerning_events(self.events, reference, change)
            if concerning:
                self._run_timers(reference, change)
                self._reconsider(reference, change, change, _cause(concerning))
        self._run_timers(reference, until)

    def _run_timers(self, reference: Reference, until: int) -> None:
        while self.next_change is not None and self.next_change < until:
            moment = self.next_change
            at = moment + _TICK
            # reference data recorded in the very microsecond after is not known yet when the timer comes
            known_at = at if reference.at(at) is reference.at(moment) else moment
            self._reconsider(reference, at, moment, None, known_at)

    def _reconsider(
        self, reference: Reference, at: int, recorded: int, cause: str | None, known_at: int | None = None
    ) -> None:
        evaluation = self._evaluate(reference, at, at if known_at is None else known_at)
        self._latest = (reference, evaluation)
        self._issue(evaluation, recorded, cause)
        self.position = max(self.position, recorded)
        self.next_change = self._next_moment(evaluation, at)

    def _next_moment(self, evaluation: Evaluation, at: int) -> int | None:
        return next((moment for moment in evaluation.moments if moment >= at), None)

    def _evaluate(self, reference: Reference, at: int, known_at: int) -> Evaluation:
        known = self._known
        if known is None:
            known = known_history(self.events, known_at)
            self._known = known
        return evaluate_known(self.subject, known, reference, at, known_at)

    def _issue(self, evaluation: Evaluation, recorded: int, cause: str | None) -> None:
        """The difference to what is in force: lifts first, then by `occurred`, then by code."""
        new = evaluation.standing
        lifts: list[Issue] = []
        raises: list[Issue] = []
        for key, held in self._held.items():
            now = new.get(key)
            if now is None:
                reason, by = why_gone(key, held.level, evaluation)
                lifts.append(self._entry("finding.lifted", key, held, recorded, reason, by or cause))
            elif now.level < held.level or (now.level == held.level and now.occurred != held.occurred):
                lifts.append(self._entry("finding.lifted", key, held, recorded, "corrected", cause))
                raises.append(self._entry("finding.raised", key, _hold(now), recorded, None, cause))
            elif now.level > held.level:
                raises.append(self._entry("finding.escalated", key, _hold(now), recorded, None, cause))
        for key, now in new.items():
            if key not in self._held:
                raises.append(self._entry("finding.raised", key, _hold(now), recorded, None, cause))
        for entry in sorted(lifts, key=_by_occurrence) + sorted(raises, key=_by_occurrence):
            ordinal = len(self.issued) + 1
            self.issued.append(
                msgspec.structs.replace(entry, id=f"{entry.finding}/{entry.type.partition('.')[2]}/{ordinal}")
            )
        self._held = {key: _hold(now) for key, now in new.items()}

    def _entry(
        self, kind: str, key: FindingKey, held: _Held, recorded: int, reason: str | None, cause: str | None
    ) -> Issue:
        finding = finding_id(self.subject, key, held.level)
        return Issue(
            "", kind, finding, key.code, held.level, held.clock, key.round, held.occurred, max(recorded, held.occurred),
            reason, cause,
        )  # fmt: skip

    # -- history ---------------------------------------------------------------------------------------------

    def take(self, events: Sequence[Event]) -> tuple[list[Event], bool]:
        """Keep what is new, without judging it: the new events, and whether an earlier recording displaced one.

        An exact copy of a known event is dropped, unless it was recorded earlier.
        """
        kept = self.events
        many = self._identities is not None or len(kept) + len(events) > _FEW
        known = self._index() if many else None
        fresh: list[Event] = []
        displaced = False
        for event in events:
            if known is None:
                same = [one for one in kept if one.id == event.id and one.source == event.source]
            else:
                same = known.setdefault((event.source, event.id), [])
            if same:
                content = canonical_content(event)
                copy = next((one for one in same if canonical_content(one) == content), None)
                if copy is not None:
                    if copy.recorded <= event.recorded:
                        continue
                    kept.remove(copy)
                    same.remove(copy)
                    displaced = True
            same.append(event)
            kept.append(event)
            fresh.append(event)
        if fresh:
            self._known = self._latest = None
        return fresh, displaced

    def _index(self) -> dict[tuple[str, str], list[Event]]:
        """The events by source and id, kept up to date from the first time it is asked for."""
        if self._identities is None:
            self._identities = {}
            for event in self.events:
                self._identities.setdefault(event.identity, []).append(event)
        return self._identities

    def _refold(self, reference: Reference, until: int) -> None:
        again = fold_history(self.subject, self.events, reference, until)
        self.issued, self._held, self._known, self._latest = (
            again.issued,
            again._held,
            again._known,
            again._latest,
        )
        self.position, self.next_change = again.position, again.next_change
        self.advance(reference, until)

    # -- verdicts --------------------------------------------------------------------------------------------

    def issued_by(self, reference: Reference, known_at: int) -> list[Issue]:
        """What was issued up to an instant of knowledge."""
        if known_at < self.position:
            return fold_history(self.subject, self.events, reference, known_at).issued
        again = self._copy()
        again.complete(reference, known_at)
        return again.issued

    def complete(self, reference: Reference, known_at: int) -> None:
        """Advance to `known_at` itself: reference changes and known events of that very instant included."""
        self.advance(reference, known_at)
        if self.position == ALWAYS:
            return
        changed = concerning_events(self.events, reference, known_at) if self.position < known_at else []
        if changed:
            self._reconsider(reference, known_at, known_at, _cause(changed))
        elif self.next_change == known_at:
            self._reconsider(reference, known_at, known_at, None)

    def evaluation(self, reference: Reference, at: int, known_at: int) -> Evaluation:
        """The case as at `at`, as known at `known_at`."""
        if known_at < self.position:
            return evaluate_known(self.subject, known_history(self.events, known_at), reference, at, known_at)
        if self._latest is not None:
            judged_with, latest = self._latest
            if judged_with is reference and (latest.at, latest.known_at) == (at, known_at):
                return latest
        return self._evaluate(reference, at, known_at)

    def _copy(self) -> CaseFold:
        again = CaseFold(self.subject)
        again.events, again.issued = self.events, list(self.issued)
        again.position, again.next_change = self.position, self.next_change
        again._held, again._known = dict(self._held), self._known
        return again

    # -- keeping ---------------------------------------------------------------------------------------------

    def to_bytes(self) -> bytes:
        """The state, whole."""
        held = [(*key, one.level, one.occurred, one.clock) for key, one in self._held.items()]
        return msgspec.msgpack.encode(
            _State(
                self.subject,
                [encode_event(event) for event in self.events],
                self.issued,
                held,
                self.position,
                self.next_change,
            )
        )

    @staticmethod
    def from_bytes(raw: bytes) -> CaseFold:
        """The fold of a kept state."""
        state = _state_decoder.decode(raw)
        fold = CaseFold(state.subject)
        fold.events = [decode_event(event) for event in state.events]
        fold.issued, fold.position, fold.next_change = state.issued, state.position, state.next_change
        fold._held = {
            FindingKey(code, name, number): _Held(level, occurred, clock)
            for code, name, number, level, occurred, clock in state.held
        }
        return fold


_state_decoder = msgspec.msgpack.Decoder(_State)


def fold_history(subject: str, events: Iterable[Event], reference: Reference, known_at: int) -> CaseFold:
    """Fold a whole history up to an instant of knowledge, in order of knowledge."""
    fold = CaseFold(subject)
    known = sorted(
        (event for event in events if event.recorded <= known_at), key=lambda event: event.recorded
    )
    start = 0
    for index, event in enumerate(known):
        if index + 1 == len(known) or known[index + 1].recorded != event.recorded:
            fold.step(known[start : index + 1], reference, event.recorded)
            start = index + 1
    fold.complete(reference, known_at)
    return fold


def _hold(standing: Standing) -> _Held:
    return _Held(standing.level, standing.occurred, standing.clock)


def _by_occurrence(issue: Issue) -> tuple[int, str, str, int]:
    return (issue.occurred, issue.code, issue.clock or "", issue.round)


def _cause(events: Sequence[Event]) -> str | None:
    """The event that made it known: of those recorded last a correction or retraction, else the last."""
    newest = max((event.recorded for event in events), default=0)  # what the base held before is lent later
    events = [event for event in events if event.recorded == newest]
    orders = [event for event in events if event.type.startswith("event.")]
    chosen = max(
        orders or events, key=lambda event: (event.recorded, event.time, event.source, event.id), default=None
    )
    return chosen.id if chosen is not None else None
