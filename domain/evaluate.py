"""A case as at an instant, as known at an instant: its clocks read, its findings in force."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from domain.clocks.running import Stretch
from domain.clocks.standing import ended_because, in_force
from domain.clocks.timeline import ClockCourse, ClockReading, Pause, Reached, read_clock
from domain.course.closings import replay_as_closed
from domain.course.draft import PAUSABLE, CaseDraft, ClockDraft
from domain.course.lookup import Holding, first_holder, holding, profile_at
from domain.events import Event
from domain.history import Irregularity, Known, known_history
from domain.profiles import Profile
from domain.reference import MissingReference, Reference, View
from domain.rules import CASE_RULES, CaseFacts, Found

__all__ = ["Evaluation", "FindingKey", "Standing", "evaluate", "finding_id"]


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

    @property
    def key(self) -> FindingKey:
        return FindingKey(self.code, self.clock if self.clock is not None else self.evidence[0], self.round)


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

    @property
    def status(self) -> str:
        draft = self.draft
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


def evaluate(
    subject: str, history: Sequence[Event], reference: Reference, at: int, known_at: int
) -> Evaluation:
    """The case as at `at`, as known at `known_at`."""
    known = known_history(history, known_at)
    return evaluate_known(subject, known, reference, at, known_at)


def evaluate_known(subject: str, known: Known, reference: Reference, at: int, known_at: int) -> Evaluation:
    """The same, from a history already settled."""
    draft, view_of = replay_as_closed(subject, known, reference, at, known_at)
    now = reference.at(known_at)
    profile = _judging_profile(draft, view_of(1))
    readings = list(_read(draft, at, view_of, now, lambda clock: _delivery_view(clock, known, reference)))
    starts = {d.key: r.course for d, r in reversed(readings) if r is not None and d.round == 1}
    standing = _standing(readings)
    deadlines: set[int] = set()
    if profile is not None:
        told = [event for event in known.events if event.time <= at]
        facts = CaseFacts(draft, told, profile, view_of(draft.round), at, starts)
        deadlines = _stand(standing, facts)
    irregular = [one for one in known.irregularities if one.time <= at] + draft.irregularities
    irregular.sort(key=lambda one: (one.time, one.event, one.kind))
    unique = [one for index, one in enumerate(irregular) if one not in irregular[:index]]
    moments = sorted(
        {moment for _, reading in readings if reading is not None for moment in reading.moments}
        | {one.time for one in known.events if one.time > at}
        | {
            d.deemed
            for d in draft.running("acceptance")
            if d.deemed is not None and d.deemed >= at and draft.accepted_at is None
        }
        | deadlines
    )
    is_told_ahead = any(one.time > at for one in known.events)
    return Evaluation(at, known_at, draft, readings, standing, unique, profile, moments, is_told_ahead)


def _stand(standing: dict[FindingKey, Standing], facts: CaseFacts) -> set[int]:
    """Add what rules without a clock find; the deadlines that lie ahead."""
    deadlines: set[int] = set()
    profile = facts.profile
    for code, rule in CASE_RULES.items():
        if code not in profile.on:
            continue
        for found in rule(facts, profile.parameters.get(code, {})):
            if found.after and found.time >= facts.at:
                deadlines.add(found.time)
                continue
            level = profile.level(code) if found.level is None else found.level
            evidence = tuple(dict.fromkeys((found.event, *found.evidence)))
            one = Standing(code, level, None, found.round, found.time, evidence, None, found)
            earlier = standing.get(one.key)
            if earlier is None or (one.level, -one.occurred) > (earlier.level, -earlier.occurred):
                standing[one.key] = one
    return deadlines


def _judging_profile(draft: CaseDraft, view: View) -> Profile | None:
    if draft.profile is not None or not draft.holders:
        return draft.profile
    try:
        return profile_at(draft, view, draft.holders[0].begin)
    except MissingReference:
        return None


def _delivery_view(clock: ClockDraft, known: Known, reference: Reference) -> View | None:
    """What was known when a delivery was: from then on it no longer follows knowledge. None while it runs."""
    stop = clock.stop
    if stop is None:
        return None
    return next(
        (
            reference.at(known.firm.get(event.identity, event.recorded))
            for event in known.events
            if event.id == stop.event and event.time == stop.time
        ),
        None,
    )


def _read(
    draft: CaseDraft,
    at: int,
    view_of: Callable[[int], View],
    now: View,
    delivered: Callable[[ClockDraft], View | None],
) -> Iterator[tuple[ClockDraft, ClockReading | None]]:
    done: dict[int, ClockReading | None] = {}
    held: dict[tuple[int, int], Holding] = {}
    for clock in draft.clocks:
        view = view_of(clock.round)
        if clock.name == "delivery" and view is not now:
            view = max(view, delivered(clock) or now, key=lambda one: one.epoch)
        place = (view.epoch, first_holder(draft, clock.start))
        if place not in held:
            held[place] = holding(draft, view, place[1])
        previous = done.get(id(clock.previous)) if clock.previous is not None else None
        reading = None
        under = held[place]
        known = bool(under.stretches) and (under.unknown_from is None or clock.start < under.unknown_from)
        if not clock.pending and known and clock.limit is not None and clock.profile is not None:
            reading = _reading(
                _course(draft, clock, under.stretches, previous), clock, under.unknown_from, at
            )
        done[id(clock)] = reading
        yield clock, reading


def _reading(course: ClockCourse, clock: ClockDraft, unknown_from: int | None, at: int) -> ClockReading:
    """A clock read as far as it is known who holds the matter: what it has reached by then stands."""
    if unknown_from is None or (clock.stop is not None and clock.stop.time <= unknown_from):
        return read_clock(course, at)
    reading = read_clock(course, min(at, unknown_from))
    if at >= unknown_from or (reading.due is not None and reading.due > unknown_from):
        clock.pending = True
    reading.moments = [moment for moment in reading.moments if moment < unknown_from]
    return reading


def _course(
    draft: CaseDraft, clock: ClockDraft, under: list[Stretch], previous: ClockReading | None
) -> ClockCourse:
    assert clock.limit is not None
    assert clock.profile is not None
    pauses: list[Pause] = list(clock.gaps)
    if clock.name in PAUSABLE:
        ignored = clock.profile.settings["unlawful_suspension"] == "ignored"
        pauses += [
            Pause(span.start, span.end, span.event.id, span.kind or "other")
            for span in draft.spans
            if not (ignored and span.faults)
        ]
        pauses += draft.other_pauses
    return ClockCourse(
        clock.name, clock.key, clock.round, clock.start, clock.event, clock.limit, clock.profile, under,
        clock.begin, clock.changes, pauses, clock.stop, bool(pauses), previous, clock.deemed,
    )  # fmt: skip


def _standing(readings: list[tuple[ClockDraft, ClockReading | None]]) -> dict[FindingKey, Standing]:
    out: dict[FindingKey, Standing] = {}
    for clock, reading in readings:
        if reading is None:
            continue
        for item in in_force(reading):
            one = Standing(
                item.entry.rule,
                item.entry.level,
                clock.key,
                clock.round,
                item.at,
                _evidence(clock, item),
                reading,
                None,
            )
            earlier = out.get(one.key)
            if earlier is None or one.level > earlier.level:
                out[one.key] = one
    return out


def _evidence(clock: ClockDraft, item: Reached) -> tuple[str, ...]:
    """The events the finding rests on: what started the clock, and every decision on it up to then."""
    decided = [change.event for change in clock.changes if change.time <= item.at]
    return tuple(dict.fromkeys((clock.event, *decided)))


def why_gone(old: FindingKey, level: int, new: Evaluation) -> tuple[str, str | None]:
    """The reason for which a finding that was in force is no longer, and the event that is its cause, if known."""
    reading = new.reading_of(old)
    if reading is not None:
        if level == 1:
            if any(
                one.clock == old.clock and one.round == old.round and one.level > 1
                for one in new.standing.values()
            ):
                return "superseded", None
            ended = ended_because(reading)
            if ended is not None:
                assert reading.course.stop is not None
                return ended, reading.course.stop.event
        if old.code in reading.cured:
            return "late_extension", reading.cured[old.code]
        profile = reading.course.profile
    else:
        profile_known = new.profile
        if profile_known is None:
            return "corrected", None
        profile = profile_known
    if not profile.enabled(old.code):
        return "rule_disabled", None
    return "corrected", None
