"""What happened to a clock on which day, as a hearing asks it: which event, notice, basis, approver, reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from domain.clocks.ledger import Note, running_of
from domain.clocks.running import Running
from domain.clocks.timeline import Change, ClockReading, Pause
from domain.course.draft import CaseDraft
from domain.events import Event
from domain.telling import told
from domain.wording import limit_words, moment_words
from domain.words import event_title, kind_name

__all__ = ["Facts", "facts_of", "notes_of"]

_PAUSE_FIELDS: Final = ("basis", "notice_no", "document_no", "organ", "approver", "approved_limit", "reason")
_DECISION_FIELDS: Final = ("extension", "approver", "approver_rank", "reason", "notice_no", "basis")
_ENDS: Final = ("case.resumed", "case.correction_submitted", "case.superior_replied")


class Facts(NamedTuple):
    """What the notes of all clocks of a case are taken from."""

    events: Mapping[str, list[Event]]
    """by id; of several sources there may be more than one"""
    draft: CaseDraft
    halls: Mapping[str, str]
    """titles by id"""

    def event(self, name: str, time: int | None = None) -> Event | None:
        """The event of an id: the one of that time, else the first."""
        found = self.events.get(name, [])
        return next((one for one in found if one.time == time), found[0] if found else None)


def facts_of(draft: CaseDraft, events: Sequence[Event], halls: Mapping[str, str]) -> Facts:
    """The facts of a case as known."""
    by_id: dict[str, list[Event]] = {}
    for event in events:
        by_id.setdefault(event.id, []).append(event)
    return Facts(by_id, draft, halls)


def notes_of(reading: ClockReading, facts: Facts) -> dict[int, list[Note]]:
    """The notes of each day (an ordinal) of a clock, in order of what happened."""
    run = running_of(reading)
    last = run.day_of(max(reading.end, reading.due or reading.end))
    timed = [
        *_start(reading, facts, run),
        *_moves(reading, facts, run),
        *_changes(reading, facts, run),
        *_refused(reading, facts, run),
    ]
    after = [*_dues(reading, run), *_stop(reading, facts, run)]
    placed = [(run.day_of(time), time, note) for time, note in timed]
    placed += _pauses(reading, facts, run, last)
    placed += [(run.day_of(time), time, note) for time, note in after]
    notes: dict[int, list[Note]] = {}
    for day, _, note in sorted(placed, key=lambda one: one[:2]):
        if run.origin <= day <= last:
            notes.setdefault(day, []).append(note)
    return notes


def _clock(instant: int, zone: ZoneInfo) -> str:
    return moment_words(instant, "en", zone).rpartition(" ")[2]


def _by(event: Event | None, name: str, lang: str) -> str:
    """`受理（e1）`: which event, by title and id."""
    title = event_title(event.type, lang) if event is not None else ""
    if lang == "zh":
        return f"{title}（事件 {name}）"
    return f"{title} (event {name})".strip()


def _zone(run: Running, instant: int) -> ZoneInfo:
    return run.calendar_at(instant).zone


def _start(reading: ClockReading, facts: Facts, run: Running) -> Iterator[tuple[int, Note]]:
    course = reading.course
    at = _clock(course.start, _zone(run, course.start))
    event = facts.event(course.event, course.start)
    yield (
        course.start,
        Note(
            f"{at} 起算：{_by(event, course.event, 'zh')}",
            f"{at} starts: {_by(event, course.event, 'en')}",
            course.event,
        ),
    )


def _moves(reading: ClockReading, facts: Facts, run: Running) -> Iterator[tuple[int, Note]]:
    """Transfers to other halls, and halls that change their calendar, after the start."""
    known = run.start_calendar
    for stretch in reading.course.stretches:
        if not reading.course.start < stretch.begin <= max(reading.end, reading.due or reading.end):
            continue
        holder = next((one for one in reversed(facts.draft.holders) if one.begin == stretch.begin), None)
        new = stretch.calendar
        same = new is known
        known = new
        at = _clock(stretch.begin, new.zone)
        if holder is None:
            yield (
                stretch.begin,
                Note(f"{at} 大厅自此改用日历 {new.id}", f"{at} the hall changes to calendar {new.id}"),
            )
            continue
        hall = facts.halls.get(holder.hall, holder.hall)
        counted = (
            ("日历不变", "the calendar stays")
            if same
            else (f"此后按日历 {new.id} 计", f"from here on by calendar {new.id}")
        )
        yield (
            stretch.begin,
            Note(
                f"{at} 移交至{hall}，{counted[0]}（事件 {holder.event}）",
                f"{at} moved to {hall}, {counted[1]} (event {holder.event})",
                holder.event,
            ),
        )


def _changes(reading: ClockReading, facts: Facts, run: Running) -> Iterator[tuple[int, Note]]:
    base = reading.course.limit
    extended = False
    for change in reading.course.changes:
        zone = _zone(run, change.time)
        texts = []
        for lang in ("zh", "en"):
            limit = limit_words(change.limit.document(), lang, zone) if change.limit is not None else ""
            if change.kind == "limit":
                before = limit_words(base.document(), lang, zone)
                said = (
                    f"时限由 {before} 改为 {limit}"
                    if lang == "zh"
                    else f"limit changed from {before} to {limit}"
                )
                if extended:
                    said += (
                        "，此前的延长不再另计" if lang == "zh" else ", earlier extensions no longer add to it"
                    )
            elif change.kind == "extend":
                said = f"延长 {limit}" if lang == "zh" else f"extended by {limit}"
            else:
                said = (
                    f"撤销延长 {change.extension}"
                    if lang == "zh"
                    else f"extension {change.extension} revoked"
                )
            texts.append(f"{_clock(change.time, zone)} {said}{_why(change, facts, lang, zone)}")
        if change.kind == "limit" and change.limit is not None:
            base = change.limit
        extended = change.kind == "extend" or (extended and change.kind == "revoke")
        late = _late(reading, change)
        yield change.time, Note(texts[0] + late[0], texts[1] + late[1], change.event)


def _why(change: Change, facts: Facts, lang: str, zone: ZoneInfo) -> str:
    """`（批准人：…，理由：…，事件 e4）`"""
    event = facts.event(change.event, change.time)
    said = told(event.data, lang, zone, _DECISION_FIELDS) if event is not None else ""
    if lang == "zh":
        return f"（{said}{'，' if said else ''}事件 {change.event}）"
    return f" ({said}{', ' if said else ''}event {change.event})"


def _late(reading: ClockReading, change: Change) -> tuple[str, str]:
    """Whether a longer limit came after the old one had been missed, and what follows."""
    if change.kind == "revoke":
        return "", ""
    if change.event in reading.cured.values():
        return "，此前已超期，依规则集予以补正", ", after it was overdue; it cures, as the profile says"
    if reading.breach is not None and change.time >= reading.breach:
        return "，此前已超期，不消除超期", ", after it was overdue; it does not cure"
    return "", ""


def _refused(reading: ClockReading, facts: Facts, run: Running) -> Iterator[tuple[int, Note]]:
    """Suspensions that the profile does not let pause this clock, for want of what the law asks."""
    course = reading.course
    if not course.pausable and course.name not in ("promised", "statutory", "stage", "branch", "forward"):
        return
    pausing = {pause.event for pause in course.pauses}
    for span in facts.draft.spans:
        if not span.faults or span.event.id in pausing or not course.start <= span.start < reading.end:
            continue
        zone = _zone(run, span.start)
        yield (
            span.start,
            Note(
                f"{_clock(span.start, zone)} 暂停（{kind_name(span.kind, 'zh')}）不予承认，照常计时："
                f"{'；'.join(zh for zh, _ in span.faults)}（事件 {span.event.id}）",
                f"{_clock(span.start, zone)} suspension ({kind_name(span.kind, 'en')}) does not pause the clock: "
                f"{'; '.join(en for _, en in span.faults)} (event {span.event.id})",
                span.event.id,
            ),
        )


def _dues(reading: ClockReading, run: Running) -> Iterator[tuple[int, Note]]:
    """The due instant as first known, and each time it moved."""
    before: int | None = None
    for time, due in reading.dues:
        zone = _zone(run, due)
        if before is None:
            yield (
                time,
                Note(f"到期 {moment_words(due, 'zh', zone)}", f"due {moment_words(due, 'en', zone)}"),
            )
        else:
            yield (
                time,
                Note(
                    f"到期由 {moment_words(before, 'zh', zone)} 改为 {moment_words(due, 'zh', zone)}",
                    f"due moves from {moment_words(before, 'en', zone)} to {moment_words(due, 'en', zone)}",
                ),
            )
        before = due


def _stop(reading: ClockReading, facts: Facts, run: Running) -> Iterator[tuple[int, Note]]:
    stop = reading.course.stop
    if stop is None:
        return
    at = _clock(stop.time, _zone(run, stop.time))
    event = facts.event(stop.event, stop.time)
    yield (
        max(stop.time, reading.course.start),
        Note(
            f"{at} 停止计时：{_by(event, stop.event, 'zh')}",
            f"{at} stops: {_by(event, stop.event, 'en')}",
            stop.event,
        ),
    )


def _pauses(reading: ClockReading, facts: Facts, run: Running, last: int) -> Iterator[tuple[int, int, Note]]:
    """Each day of each pause: whole on its first day, by its event on the others, its end on the last."""
    course = reading.course
    if not reading.pauses:
        return
    for pause in course.pauses:
        start = max(pause.start, course.start)
        if (pause.end is not None and pause.end <= course.start) or start >= reading.end:
            continue
        end = reading.end if pause.end is None else min(pause.end, reading.end)
        is_over = pause.end is not None and pause.end <= reading.end
        begins, ends = run.day_of(start), run.day_of(end)
        for day in range(max(begins, run.origin), min(ends, last) + 1):
            texts = [
                "，".join(
                    part for part in _of_day(pause, facts, run, day, start, end, is_over, "zh") if part
                ),
                ", ".join(
                    part for part in _of_day(pause, facts, run, day, start, end, is_over, "en") if part
                ),
            ]
            moment = (
                start if day == begins else end if day == ends else run.calendar_of_day(day).day_start(day)
            )
            yield day, moment, Note(texts[0], texts[1], pause.event)


def _of_day(
    pause: Pause, facts: Facts, run: Running, day: int, start: int, end: int, is_over: bool, lang: str
) -> Iterator[str]:
    zh = lang == "zh"
    zone = _zone(run, start)
    if pause.reason == "closed":
        yield from _between_runs(pause, facts, run, day, start, end, is_over, lang)
        return
    name = kind_name(pause.reason, lang)
    called = f"（{name}，事件 {pause.event}）" if zh else f" ({name}, event {pause.event})"
    if day == run.day_of(start):
        at = _clock(start, zone)
        yield f"{at} 起暂停{called}" if zh else f"paused from {at}{called}"
        event = facts.event(pause.event, pause.start)
        if event is not None:
            yield told(event.data, lang, zone, _PAUSE_FIELDS)
        span = next((one for one in facts.draft.spans if one.event.id == pause.event), None)
        if span is not None and span.faults:
            lacks = ("；" if zh else "; ").join(pair[0 if zh else 1] for pair in span.faults)
            yield f"缺陷：{lacks}（依规则集仍停计）" if zh else f"lacking: {lacks} (pauses all the same)"
    elif not (is_over and day == run.day_of(end)):
        yield f"暂停中{called}" if zh else f"paused{called}"
    if is_over and day == run.day_of(end):
        at = _clock(end, zone)
        by = _resumed_by(pause, facts)
        whose = "" if day == run.day_of(start) else called
        how = (f"：{_by(by, by.id, lang)}" if zh else f": {_by(by, by.id, lang)}") if by is not None else ""
        yield f"{at} 恢复计时{whose}{how}" if zh else f"runs again from {at}{whose}{how}"


def _between_runs(
    pause: Pause, facts: Facts, run: Running, day: int, start: int, end: int, is_over: bool, lang: str
) -> Iterator[str]:
    """A clock that had stopped and goes on with a later event: the time between does not count."""
    zh = lang == "zh"
    zone = _zone(run, start)
    if day == run.day_of(start):
        at = _clock(start, zone)
        yield f"{at} 停止，至接续前不计时" if zh else f"stopped at {at}; nothing counts until it goes on"
    elif not (is_over and day == run.day_of(end)):
        yield "停止期间，不计时" if zh else "stopped, nothing counts"
    if is_over and day == run.day_of(end):
        by = _by(facts.event(pause.event), pause.event, lang)
        yield f"{_clock(end, zone)} 接续计时：{by}" if zh else f"goes on from {_clock(end, zone)}: {by}"


def _resumed_by(pause: Pause, facts: Facts) -> Event | None:
    """The event that ended a pause."""
    at_its_end = (event for events in facts.events.values() for event in events if event.time == pause.end)
    return next((event for event in at_its_end if event.type in _ENDS), None)
