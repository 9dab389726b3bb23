"""One clock through time: which level was reached when, under the decisions in force at each moment.

The life of a clock is cut at every decision that acts on it (extension, limit change, revocation, transfer, pause).
Within a piece everything is computed from what was decided up to its beginning; a level counts as reached in a piece
when its threshold lies before the piece's end, and never before the piece's beginning.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from domain.clocks.running import Span, Stretch, union
from domain.clocks.thresholds import Count, Terms, applies, count_of, terms_of, threshold
from domain.limits import Limit
from domain.profile_document import LevelEntry
from domain.profiles import Profile

_DEEMING = "TL-07"

__all__ = ["Change", "ClockCourse", "ClockReading", "Pause", "Reached", "Stop", "read_clock"]


class Change(NamedTuple):
    """A decision on the limit, acting from `time`."""

    time: int
    kind: Literal["extend", "revoke", "limit"]
    limit: Limit | None
    extension: str
    event: str


class Pause(NamedTuple):
    """A pause [start, end), open where end is None; `event` began it, `reason` names it."""

    start: int
    end: int | None
    event: str
    reason: str


class Stop(NamedTuple):
    """The end of a clock: `ended` as a completion does, or `stopped` (withdrawn, voided, merged)."""

    time: int
    how: Literal["ended", "stopped"]
    event: str


class Reached(NamedTuple):
    """A level reached at an instant (it holds for every later one)."""

    entry: LevelEntry
    at: int


@dataclass(slots=True)
class ClockCourse:
    """What the events say of one clock."""

    name: str
    key: str
    round: int
    start: int
    event: str
    """the event that started it"""
    limit: Limit
    profile: Profile
    stretches: list[Stretch]
    begin: int = 0
    """thresholds are reached from here on (a deeming, a reopening), else `start`"""
    changes: list[Change] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    stop: Stop | None = None
    pausable: bool = True
    previous: ClockReading | None = None
    """the earlier run whose time this one continues"""
    deemed: int | None = None
    """acceptance: the instant of deeming; TL-07 is reached then"""
    basis: str | None = None


@dataclass(slots=True)
class ClockReading:
    """A clock as at an instant."""

    course: ClockCourse
    state: Literal["running", "paused", "met", "missed", "stopped"]
    due: int | None
    count: Count
    level: int
    reached: list[Reached]
    """levels reached in this run of the clock"""
    carried: dict[str, int]
    """levels whose finding stands from the run that this one continues, by rule"""
    cured: dict[str, str]
    """rule codes whose finding a late extension cured, with its event"""
    thresholds: list[tuple[int, int | None]]
    breach: int | None
    """when the due instant was missed"""
    moments: list[int]
    """instants from now on at which the reading changes by itself, in order"""
    end: int
    """the instant up to which time is counted"""
    pauses: tuple[Span, ...]
    """pauses up to `end`, disjoint, in order"""
    dues: list[tuple[int, int]]
    """each instant at which another due instant came to be known, with it"""

    @property
    def terms(self) -> Terms:
        return self.count.terms


def read_clock(course: ClockCourse, at: int) -> ClockReading:
    """Read a clock as at an instant: every event up to it is in `course`."""
    mode = course.profile.settings["mode"]
    stop = course.stop
    end = max(course.start, min(stop.time, at) if stop is not None else at)
    spans, open_from = _pauses(course, end, stop is not None)
    entries = course.profile.levels_on.get(course.name, ())
    carried = _carried(course)
    reached: dict[tuple[str, int], Reached] = {}
    cured: dict[str, str] = {}
    breach = course.previous.breach if course.previous is not None else None
    count: Count | None = None
    due: int | None = None
    begin = max(course.begin, course.start)
    dues: list[tuple[int, int]] = []
    marks = _marks(course, begin, end, spans, open_from)
    for index, mark in enumerate(marks):
        upto = marks[index + 1] if index + 1 < len(marks) else end
        terms = _terms(course, mark, mode)
        fixed = _is_fixed(course, terms)
        held = None if fixed else _held_since(mark, spans, open_from)
        closed = () if fixed else tuple(span for span in spans if span.end <= mark)
        before = count.due if count is not None else None
        count = _count(course, mark, closed, terms)
        if held is not None:
            due = count.due if breach is not None or count.due <= held else None
            continue
        due = count.due
        if not dues or dues[-1][1] != due:
            dues.append((mark, due))
        if breach is not None and _is_cure(course, mark, before, due):
            _cure(course, mark, count, entries, reached, cured, breach)
            breach = None
        if breach is None and _is_over(due, mark, upto):
            breach = max(due, mark)
        for entry, moment in _levels(course, entries, count):
            if _is_over(moment, mark, upto) and (entry.rule, entry.level) not in reached:
                reached[(entry.rule, entry.level)] = Reached(entry, max(moment, mark))
    assert count is not None
    fixed = _is_fixed(course, count.terms)
    paused_now = stop is None and open_from is not None and not fixed
    live = stop is None and not paused_now
    fresh = [item for item in reached.values() if carried.get(item.entry.rule, -1) < item.entry.level]
    level = max([*(item.entry.level for item in reached.values()), *carried.values()], default=0)
    thresholds, moments = _outlook(course, entries, count, reached, max(at, marks[-1]), live, level)
    if live and breach is None and due is not None:
        moments.append(max(due, marks[-1]))
    return ClockReading(
        course, _state(stop, breach, paused_now), due, count, level, fresh, carried, cured, thresholds, breach,
        sorted(moments), end, () if fixed else _measured(spans, open_from, end), dues,
    )  # fmt: skip


def _is_fixed(course: ClockCourse, terms: Terms) -> bool:
    """Whether the limit is an instant that pauses do not move."""
    return terms.base.until is not None and not course.profile.settings["until_moves_with_pause"]


def _held_since(mark: int, spans: tuple[Span, ...], open_from: int | None) -> int | None:
    """The beginning of the pause that holds the clock at `mark`."""
    if open_from is not None and open_from <= mark:
        return open_from
    return next((span.start for span in spans if span.start <= mark < span.end), None)


def _is_over(moment: int, mark: int, upto: int) -> bool:
    """Whether a threshold is passed in the piece [mark, upto). (upto < mark: ended before the clock took effect.)"""
    return moment < upto if upto < mark else max(moment, mark) < upto


def _levels(
    course: ClockCourse, entries: tuple[LevelEntry, ...], count: Count
) -> list[tuple[LevelEntry, int]]:
    """The entries that apply, each with the instant after which it holds; a deeming has an instant of its own."""
    levels = count.levels(entries)
    if course.deemed is None:
        return levels
    return [(entry, course.deemed if entry.rule == _DEEMING else threshold) for entry, threshold in levels]


def _measured(spans: tuple[Span, ...], open_from: int | None, end: int) -> tuple[Span, ...]:
    """All pauses up to `end`, the one still open cut there."""
    return spans if open_from is None or open_from >= end else (*spans, Span(open_from, end))


def _state(
    stop: Stop | None, breach: int | None, paused: bool
) -> Literal["running", "paused", "met", "missed", "stopped"]:
    if breach is not None:
        return "missed"
    if stop is not None:
        return "met" if stop.how == "ended" else "stopped"
    return "paused" if paused else "running"


def _pauses(course: ClockCourse, end: int, stopped: bool) -> tuple[tuple[Span, ...], int | None]:
    """The pauses up to `end` as a union; and since when the clock is held, if it is held at `end`."""
    if not course.pausable or not course.pauses:
        return (), None
    clipped: list[Span] = []
    held: list[int] = []
    for pause in course.pauses:
        start = max(pause.start, course.start)
        if start > end or (start == end and stopped):
            continue
        if pause.end is not None and pause.end <= end:
            clipped.append(Span(start, pause.end))
        else:
            clipped.append(Span(start, end))
            if not stopped:
                held.append(start)
    spans = union(clipped)
    if not held:
        return spans, None
    since = min(held)
    if spans and spans[-1].end >= since:
        since = min(since, spans[-1].start)
        spans = spans[:-1]
    return spans, since


def _marks(
    course: ClockCourse, begin: int, end: int, spans: tuple[Span, ...], open_from: int | None
) -> list[int]:
    if not (course.changes or spans or open_from is not None or len(course.stretches) > 1):
        first = course.stretches[0].begin
        return [begin, first] if begin < first <= end else [begin]
    moments = [change.time for change in course.changes]
    moments += [stretch.begin for stretch in course.stretches]
    for span in spans:
        moments += [span.start, span.end]
    if open_from is not None:
        moments.append(open_from)
    return [begin, *sorted({moment for moment in moments if begin < moment <= end})]


def _count(course: ClockCourse, mark: int, pauses: tuple[Span, ...], terms: Terms) -> Count:
    """The limit as decided up to `mark`, over running time as known up to `mark`."""
    stretches = course.stretches
    if len(stretches) > 1:
        stretches = [stretch for stretch in stretches if stretch.is_decided(mark)] or stretches[:1]
    return count_of(course.start, stretches, pauses, terms, course.profile.settings)


def _terms(course: ClockCourse, mark: int, mode: str) -> Terms:
    base = course.limit
    if not course.changes:
        return Terms(base, ())
    extensions: list[tuple[str, Limit]] = []
    for change in course.changes:
        if change.time > mark:
            break
        if change.kind == "limit":
            assert change.limit is not None
            base, extensions = change.limit, []
        elif change.kind == "extend":
            assert change.limit is not None
            extensions.append((change.extension, change.limit))
        else:
            extensions = [item for item in extensions if item[0] != change.extension]
    return terms_of(base, [limit for _, limit in extensions], mode)


def _is_cure(course: ClockCourse, mark: int, before: int | None, due: int) -> bool:
    """Whether a lengthening granted after the breach cures it, where the profile says so."""
    if course.profile.settings["late_extension"] != "cures" or before is None:
        return False
    decided = any(change.time == mark and change.kind != "revoke" for change in course.changes)
    return decided and due > before and due > mark


def _cure(
    course: ClockCourse,
    mark: int,
    count: Count,
    entries: tuple[LevelEntry, ...],
    reached: dict[tuple[str, int], Reached],
    cured: dict[str, str],
    breach: int,
) -> None:
    """Take back what was reached with the breach or after it; a warning reached before stays."""
    event = next(change.event for change in course.changes if change.time == mark and change.kind != "revoke")
    for entry in entries:
        key = (entry.rule, entry.level)
        late = key in reached and reached[key].at >= breach
        if late and applies(entry, count) and threshold(entry, count) >= mark:
            del reached[key]
            cured[entry.rule] = event


def _carried(course: ClockCourse) -> dict[str, int]:
    """Levels whose finding is still in force from the run that this one continues: by rule."""
    if course.previous is None:
        return {}
    from domain.clocks.standing import in_force  # the life of findings builds on readings

    levels = dict(course.previous.carried)
    for item in in_force(course.previous):
        levels[item.entry.rule] = max(levels.get(item.entry.rule, -1), item.entry.level)
    return levels


def _outlook(
    course: ClockCourse,
    entries: tuple[LevelEntry, ...],
    count: Count,
    reached: dict[tuple[str, int], Reached],
    now: int,
    live: bool,
    level: int,
) -> tuple[list[tuple[int, int | None]], list[int]]:
    """Thresholds for show (reached ones when they were reached), and those that will still change something."""
    shown: list[tuple[int, int | None]] = [(done.entry.level, done.at) for done in reached.values()]
    moments: list[int] = []
    for entry, moment in _levels(course, entries, count):
        if (entry.rule, entry.level) in reached:
            continue
        if not live and course.stop is None:
            shown.append((entry.level, None))
            continue
        shown.append((entry.level, moment))
        if live and _matters(entry, reached, level):
            moments.append(max(moment, now))
    shown.sort(key=lambda item: (item[1] is None, item[1] or 0, item[0]))
    return shown, moments


def _matters(entry: LevelEntry, reached: dict[tuple[str, int], Reached], level: int) -> bool:
    """Whether reaching the entry would change the level or a finding."""
    if any(rule == entry.rule and other >= entry.level for rule, other in reached):
        return False
    return entry.level != 1 or level <= 1
