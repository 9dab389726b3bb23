"""TL-13: faults of a joint case. That a branch is over its own limit is a clock; the rest is judged here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from domain.clocks.timeline import ClockCourse, Stop
from domain.course.lawful import extension_faults
from domain.events import Event
from domain.instants import to_datetime
from domain.limits import Limit
from domain.rules.found import CaseFacts, CaseRule, Found
from domain.rules.measuring import limit_used_up
from domain.rules.telling import extension_told
from domain.rules.whereabouts import zone_at
from domain.wording import limit_words

__all__ = ["RULES"]

_SAME_DAY: Final = Limit(0, "working_day")


def joint_branch_fault(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """TL-13: no lead, branches one after another, or the whole over 45 working days (Licensing Law, article 42)."""
    if facts.draft.mode != "joint" or facts.draft.accepted is None:
        return
    for number in range(1, facts.draft.round + 1):
        events = [one for one in facts.events if facts.round_at(one) == number]
        openings = _openings(events)
        if len(openings) > 1:
            yield from _without_lead(facts, events, openings, number)
            yield from _one_after_another(facts, events, openings, number)
    yield from _over_the_total(facts, given)


def _openings(events: Sequence[Event]) -> list[Event]:
    """The first opening of each branch."""
    first: dict[str, Event] = {}
    for event in events:
        if event.type == "case.branch_opened":
            first.setdefault(str(event.data.get("branch")), event)
    return list(first.values())


def _level(facts: CaseFacts) -> int:
    """Yellow, or what the profile says."""
    return int(facts.profile.rules.get("TL-13", {}).get("level", 2))


def _without_lead(
    facts: CaseFacts, events: Sequence[Event], openings: Sequence[Event], number: int
) -> Iterator[Found]:
    """Two departments are at work and none leads by the close of the day on which the second began."""
    deadline = facts.after(openings[1].time, _SAME_DAY)
    if deadline is None:
        return
    telling = ("case.accepted", "case.branch_opened")
    if not any(one.type in telling and one.time <= deadline and one.data.get("lead") for one in events):
        yield Found(
            openings[0].id, deadline, "联办件未确定牵头窗口", "a joint case without a lead", _level(facts),
            (openings[1].id,), after=True, round=number,
        )  # fmt: skip


def _one_after_another(
    facts: CaseFacts, events: Sequence[Event], openings: Sequence[Event], number: int
) -> Iterator[Found]:
    """The second branch opens only on a day after the first was closed."""
    first, second = openings[:2]
    closed = next(
        (
            one
            for one in events
            if one.type == "case.branch_closed" and one.data.get("branch") == first.data.get("branch")
        ),
        None,
    )
    if closed is None or closed.time > second.time:
        return
    zone = zone_at(facts, second.time)
    if to_datetime(closed.time, zone).date() < to_datetime(second.time, zone).date():
        one, other = first.data.get("branch"), second.data.get("branch")
        yield Found(
            second.id, second.time, f"联办环节先后办理（{one}办结后才启动{other}），未并联审批",
            f"{other} was opened only after {one} had been closed", _level(facts), (first.id, closed.id), round=number,
        )  # fmt: skip


def _over_the_total(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """From acceptance to decision, pauses left out, with the extensions that were lawfully granted: red."""
    accepted = facts.draft.accepted
    course = facts.starts.get("statutory") or _until_decided(facts)
    if course is None or accepted is None:
        return
    lawful = _lawful_extensions(facts, given["extension"])
    changes = [one for one in course.changes if one.kind == "revoke" or one.event in lawful]
    moment = limit_used_up(course, given["total"], changes, facts.at)
    if moment is not None:
        zone, total = zone_at(facts, accepted.time), given["total"].document()
        yield Found(
            accepted.id, moment, f"联办件办理总时长超过 {limit_words(total, 'zh', zone)}（依法延长另计）",
            f"the joint case took more than {limit_words(total, 'en', zone)}, with lawful extensions on top", 3,
            after=True,
        )  # fmt: skip


def _until_decided(facts: CaseFacts) -> ClockCourse | None:
    """The promise of an item without a statutory limit: it runs to the completion, the whole to the decision."""
    course = facts.starts.get("promised")
    if course is None:
        return None
    decided = next((one for one in facts.of_type("case.decided") if one.time >= course.start), None)
    if decided is None or (course.stop is not None and course.stop.time <= decided.time):
        return course
    return replace(course, stop=Stop(decided.time, "ended", decided.id))


def _lawful_extensions(facts: CaseFacts, cap: Limit) -> set[str]:
    """The events of the first valid extension: nothing else lengthens the total."""
    for event, _ in facts.draft.extensions:
        if not extension_faults(extension_told(facts, event), True, False, cap):
            return {event.id}
    return set()


RULES: Final[dict[str, CaseRule]] = {"TL-13": joint_branch_fault}
