"""A case as at an instant, as known at an instant: its clocks read, its findings in force."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from domain.clocks.running import Stretch
from domain.clocks.standing import ended_because, in_force
from domain.clocks.timeline import ClockCourse, ClockReading, Pause, Reached, read_clock
from domain.course.closings import replay_as_closed
from domain.course.draft import PAUSABLE, CaseDraft, ClockDraft
from domain.course.lookup import Holding, first_holder, holding, profile_at
from domain.course.unreadable import unreadable
from domain.evaluation import Evaluation, FindingKey, Standing, finding_id, stand
from domain.events import Event
from domain.history import Known, known_history
from domain.profiles import Profile
from domain.reference import Reference
from domain.reference_view import MissingReference, View
from domain.rules import CASE_RULES, CaseFacts
from domain.subjects.evaluating import evaluate_subject
from domain.subjects.kinds import kind_of

__all__ = ["Evaluation", "FindingKey", "Standing", "evaluate", "finding_id"]


def evaluate(
    subject: str, history: Sequence[Event], reference: Reference, at: int, known_at: int
) -> Evaluation:
    """The case as at `at`, as known at `known_at`."""
    known = known_history(history, known_at)
    return evaluate_known(subject, known, reference, at, known_at)


def evaluate_known(subject: str, known: Known, reference: Reference, at: int, known_at: int) -> Evaluation:
    """The same, from a history already settled."""
    kind = kind_of(subject)
    if kind != "case":
        return evaluate_subject(kind, subject, known, reference, at, known_at)
    draft, view_of = replay_as_closed(subject, known, reference, at, known_at)
    now = reference.at(known_at)
    profile = _judging_profile(draft, view_of(1))
    readings = list(_read(draft, at, view_of, now, lambda clock: _delivery_view(clock, known, reference)))
    clocks: dict[int, dict[str, ClockCourse]] = {}
    for clock, reading in reversed(readings):
        if reading is not None:
            clocks.setdefault(clock.round, {})[clock.key] = reading.course
    standing = _standing(readings)
    deadlines: set[int] = set()
    if profile is not None:
        told = [event for event in known.events if event.time <= at]
        facts = CaseFacts(draft, told, profile, view_of(draft.round), at, clocks)
        deadlines = _stand(standing, facts)
    irregular = [one for one in known.irregularities if one.time <= at] + draft.irregularities
    irregular += unreadable(
        draft, (event for event in known.events if event.time <= at), view_of(draft.round)
    )
    irregular.sort(key=lambda one: (one.time, one.event, one.kind))
    unique = list(dict.fromkeys(irregular))
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
    return Evaluation(
        at,
        known_at,
        draft,
        readings,
        standing,
        unique,
        profile,
        moments,
        is_told_ahead,
        events=known.events,
        view=now,
    )


def _stand(standing: dict[FindingKey, Standing], facts: CaseFacts) -> set[int]:
    """Add what rules without a clock find; the deadlines that lie ahead."""
    deadlines: set[int] = set()
    profile = facts.profile
    for code, rule in CASE_RULES.items():
        if code in profile.on:
            for found in rule(facts, profile.parameters.get(code, {})):
                stand(standing, deadlines, code, found, profile, facts.at)
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
                reading.course.profile,
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
