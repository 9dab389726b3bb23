"""Silence: a hall or a window from which events are due, and none comes.

What counts is when the platform was told (the recorded instants), since a hall that tells everything a week later was
silent for a week. Of each local day the first event is enough: silence is counted in working days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from domain.events import Event
from domain.events.values import read_day
from domain.limits import Limit
from domain.rules.found import Found
from domain.subjects.facts import SubjectFacts
from domain.wording import limit_words

__all__ = ["ACTIVITY", "hall_silent", "named_windows", "window_idle", "window_silent"]

ACTIVITY = "signal.activity"


def hall_silent(facts: SubjectFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """DQ-01: a hall that should send events (`hall.expected`) is silent (TJ-38, TZ-A11, KF-47).

    A window that closes, of which the hall is told too, ends nothing: the hall owes events all the same.
    """
    begins = [
        (_since(event.data.get("from"), event, facts.zone), event) for event in facts.of_type("hall.expected")
    ]
    yield from _silences(
        facts,
        begins,
        given["after"],
        "大厅应报送数据而未报送",
        "the hall is due to send events and sent none",
    )


def window_silent(facts: SubjectFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """DQ-01: a window that `hall.expected` names is silent on working days of its hall (TJ-38, TZ-A11).

    What was said last of the windows holds: one that is not named any more owes nothing.
    """
    window = facts.key.partition("/")[2]
    said = [
        (_since(event.data.get("from"), event, facts.zone), event, window in names)
        for event in facts.of_type("hall.expected")
        if str(event.data.get("hall")) == facts.hall and (names := named_windows(event)) is not None
    ]

    def is_due(at: int) -> bool:
        held = [one for one in said if one[0] <= at]
        last = max(held, key=lambda one: (one[0], one[1].recorded, one[1].time, one[1].id))
        return last[2] and not _is_closed(facts, at)

    yield from _silences(
        facts,
        [(since, event) for since, event, is_named in said if is_named],
        given["after"],
        "窗口应报送数据而未报送",
        "the window is due to send events and sent none",
        [*_closings(facts), *(since for since, _, is_named in said if not is_named)],
        is_due,
    )


def named_windows(expected: Event) -> frozenset[str] | None:
    """The windows that a `hall.expected` names as due to send events; None where it says nothing of windows."""
    names = expected.data.get("windows")
    return frozenset(str(one) for one in names) if isinstance(names, list | tuple) else None


def window_idle(facts: SubjectFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """TL-14: a window without any event (TJ-25, WX-41)."""
    begins = [one for one in _published(facts) if not one[1].data.get("closed")]
    yield from _silences(
        facts,
        begins,
        given["window"],
        "窗口无任何办件活动",
        "the window has no event",
        _closings(facts),
        lambda at: not _is_closed(facts, at),
    )


def _silences(
    facts: SubjectFacts,
    begins: Sequence[tuple[int, Event]],
    limit: Limit,
    zh: str,
    en: str,
    ends: Sequence[int] = (),
    is_due: Callable[[int], bool] = lambda at: True,
) -> Iterator[Found]:
    """A silence after each sign of life, from the first instant at which events are due to one at which none is.

    Working days are counted by date, whichever mode the clocks of the profile count in: only the first sign of a day
    is told here, so no hours can be counted from it.
    """
    if not begins:
        return
    if limit.unit == "working_day" and limit.mode is None:
        limit = Limit(limit.amount, limit.unit, "date")
    first = min(begin for begin, _ in begins)
    signs = [(event.time, event) for event in facts.of_type(ACTIVITY)]
    starts = sorted(
        [one for one in (*signs, *begins) if one[0] >= first], key=lambda one: (one[0], one[1].id)
    )
    for index, (start, event) in enumerate(starts):
        deadline = facts.after(start, limit)
        if deadline is None:
            continue
        following = starts[index + 1][0] if index + 1 < len(starts) else None
        if following is not None and following <= deadline:
            continue
        if any(start < end <= deadline for end in ends) or not is_due(deadline):
            continue
        words = {lang: limit_words(limit.document(), lang, facts.zone) for lang in ("zh", "en")}
        text_zh, text_en = f"{zh}（超过 {words['zh']}）", f"{en} for more than {words['en']}"
        yield Found(event.id, deadline, text_zh, text_en, after=True)


def _is_closed(facts: SubjectFacts, at: int) -> bool:
    """Whether the window, by what was published of it last with effect by then, is closed: nothing is due there,
    whatever is still told of the matters it had."""
    held = [one for one in _published(facts) if one[0] <= at]
    return bool(held) and bool(max(held, key=lambda one: (one[0], one[1].time))[1].data.get("closed"))


def _closings(facts: SubjectFacts) -> list[int]:
    """The instants at which the window was closed for good."""
    return [since for since, event in _published(facts) if event.data.get("closed")]


def _published(facts: SubjectFacts) -> list[tuple[int, Event]]:
    """What was published of the window, each with the instant from which it holds."""
    return [
        (_since(event.data.get("effective_from"), event, facts.zone), event)
        for event in facts.of_type("window.published")
    ]


def _since(stated: object, event: Event, zone: ZoneInfo) -> int:
    """From when events are due: a date (its local 00:00) or an instant; else the event's own time."""
    if stated is None:
        return event.time
    try:
        return read_day(stated, zone)
    except ValueError:
        return event.time
