"""The windows that a hall must have: so many, or those of certain names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from domain.events import Event
from domain.instants import parse_instant
from domain.reference_effect import effect_of
from domain.reference_view import MissingReference
from domain.rules.found import Found
from domain.subjects.facts import SubjectFacts

__all__ = ["window_missing"]

_Lack = tuple[str, str]


class _Change(NamedTuple):
    """An instant from which other windows are open, and the event that says so."""

    at: int
    event: Event


def window_missing(facts: SubjectFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """OW-05: windows that are named or counted are missing (Taojiang, article 8; Zhejiang, annex 1).

    From the day from which a hall is due to send events, and not before its first window is published: a hall that
    publishes none keeps no such register, and is not judged. Each time that windows begin to be missing is a finding
    of its own, unless they are there `within` a time.
    """
    changes = _changes(facts)
    begin = _begin(facts, changes)
    if begin is None:
        return
    since = [begin, *(one for one in changes if one.at > begin.at)]
    course = [(one, _lack(_open_at(changes, one.at), given)) for one in since]
    lacked = False
    for place, (change, lack) in enumerate(course):
        began, lacked = lack is not None and not lacked, lack is not None
        due = facts.after(change.at, given["within"]) if began else None
        if due is None or not _is_due(facts, change.at, given["levels"]):
            continue
        following = [later for one, later in course[place + 1 :] if one.at <= due]
        if all(one is not None for one in following):
            last = [lack, *following][-1]
            assert last is not None
            yield Found(change.event.id, due, *last, after=True)


def _changes(facts: SubjectFacts) -> list[_Change]:
    published = [
        one
        for one in facts.of_type("window.published")
        if str(one.data.get("hall")) == facts.key and one.data.get("window") is not None
    ]
    told = sorted(published, key=lambda one: (one.recorded, one.source, one.id))
    return sorted((_Change(effect_of(one, facts.zone), one) for one in told), key=lambda one: one.at)


def _begin(facts: SubjectFacts, changes: Sequence[_Change]) -> _Change | None:
    """From when the windows are due: when events are, but not before there is a register of windows."""
    if not changes:
        return None
    expected = [_Change(_from(one, facts), one) for one in facts.of_type("hall.expected")]
    earliest = min(expected, key=lambda one: (one.at, one.event.id), default=changes[0])
    return max(changes[0], earliest, key=lambda one: one.at)


def _from(event: Event, facts: SubjectFacts) -> int:
    stated = str(event.data.get("from") or "")
    try:
        return parse_instant(stated if "T" in stated else f"{stated}T00:00:00", facts.zone)
    except ValueError:
        return event.time


def _open_at(changes: Sequence[_Change], at: int) -> list[Event]:
    """The windows that are open, each as published last with effect by an instant."""
    latest = {str(one.event.data["window"]): one.event for one in changes if one.at <= at}
    return [one for one in latest.values() if not one.data.get("closed")]


def _lack(windows: Sequence[Event], given: Mapping[str, Any]) -> _Lack | None:
    """What is missing; None where nothing is, or where that cannot be told."""
    names = [_names(one) for one in windows]
    missing = [
        wanted for wanted in given["named"] if not any(wanted in name for known in names for name in known)
    ]
    if missing and all(names):
        return f"缺少应设窗口：{'、'.join(missing)}", f"windows are missing: {', '.join(missing)}"
    count, unit = len(windows), ("窗口", "windows")
    if given["departments"]:
        stated = {str(one.data["department"]) for one in windows if one.data.get("department")}
        count = len(stated) + sum(not one.data.get("department") for one in windows)
        unit = ("设窗口的部门", "departments with a window")
    if count < given["count"]:
        return (
            f"{unit[0]} {count} 个，应不少于 {given['count']} 个",
            f"{count} {unit[1]}, at least {given['count']} are due",
        )
    return None


def _names(window: Event) -> list[str]:
    """What a window is called and what it is for."""
    kinds = window.data.get("kinds")
    named = [window.data.get("title"), *(kinds if isinstance(kinds, list) else [])]
    return [str(one) for one in named if one]


def _is_due(facts: SubjectFacts, at: int, levels: Sequence[str]) -> bool:
    try:
        return facts.view.hall(facts.key, at).level in levels
    except MissingReference:
        return False
