"""Rules about what is entered late, left out, or entered as if it had been done before: DQ-02, DQ-03, DQ-05."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from domain.clocks.timeline import ClockCourse, read_clock
from domain.course.lookup import holder_at, zone_of
from domain.events import Event
from domain.events.values import is_blank
from domain.reference_view import MissingReference
from domain.rules.found import CaseFacts, CaseRule, Found
from domain.rules.telling import OF_SUPERVISION, told_once
from domain.telling import field_name
from domain.wording import limit_words, moment_words

__all__ = ["RULES"]

_KEPT_FROM_BEFORE: Final = frozenset(("item", "hall"))
"""Facts of the case: once told, an acceptance need not tell them again."""
_WITHOUT_WINDOW: Final = frozenset(("online", "mobile", "mail"))
_BACKDATING: Final = ("case.completed", "case.suspended", "case.extended")
_DEADLINES: Final = ("promised", "statutory", "instant")


def late_entry(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """DQ-02: an event was recorded later than allowed after it had happened (Taojiang, article 10; Kaifeng, 21).

    Each is a warning. The first with which more than a share of the case's events so far are late is the breach.
    """
    entered = late = 0
    breached = False
    for event in told_once(facts.events):
        if not event.type.startswith(("case.", "agency.")) or event.type in OF_SUPERVISION:
            continue
        limit = _allowed(facts, event, given)
        due = None if limit is None else facts.after(event.time, limit)
        if due is None:
            continue
        entered += 1
        if event.recorded <= due:
            continue
        late += 1
        zone = zone_of(facts.draft, facts.view, event.time)
        document = limit.document()
        happened, recorded = (
            [moment_words(instant, lang, zone) for lang in ("zh", "en")]
            for instant in (event.time, event.recorded)
        )
        allowed_zh, allowed_en = (
            ("当个工作日内", "the same working day")
            if limit.is_zero
            else (f" {limit_words(document, 'zh', zone)}内", f"within {limit_words(document, 'en', zone)}")
        )
        zh = f"{happened[0]} 发生，{recorded[0]} 录入，应在{allowed_zh}录入"
        en = f"happened {happened[1]}, recorded {recorded[1]}, due {allowed_en}"
        number = facts.round_at(event)
        yield Found(event.id, due, zh, en, 1, after=True, round=number)
        if not breached and entered >= given["least"] and late > given["share"] * entered:
            breached = True
            zh += f"；至此 {entered} 条中 {late} 条迟录"
            en += f"; of {entered} entries up to here {late} are late"
            yield Found(event.id, due, zh, en, after=True, round=number)


def _allowed(facts: CaseFacts, event: Event, given: Mapping[str, Any]) -> Any:
    """How long after it an event may be entered; None while it is not known what kind of place holds the matter."""
    holder = holder_at(facts.draft, event.time)
    if holder is None:
        return None
    try:
        hall = facts.view.hall(holder.hall, event.time)
    except MissingReference:
        return None
    return given["within_village" if hall.level == "village" else "within"]


def incomplete_record(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """DQ-03: when the case was completed, too many mandatory fields were empty (Taojiang, articles 11 and 12).

    No window is asked of a case applied for online, by mobile or by mail. An event that did not happen lacks nothing
    here.
    """
    for number, completion in facts.draft.closings.items():
        if completion.type != "case.completed":
            continue
        asked = 0
        missing: list[tuple[str, str]] = []
        for event, told in _told_before(facts, completion, number):
            for name in given.get(event.type.removeprefix("case."), ()):
                if name == "window" and told.get("channel") in _WITHOUT_WINDOW:
                    continue
                asked += 1
                if not _is_told(facts, event, name) and not (name in _KEPT_FROM_BEFORE and name in told):
                    missing.append((event.id, name))
        if asked and asked - len(missing) < given["completeness"] * asked:
            names = [name for _, name in missing]
            zh, en = (
                "、".join(field_name(name, "zh") for name in names),
                ", ".join(field_name(name, "en") for name in names),
            )
            filled = asked - len(missing)
            yield Found(
                completion.id, completion.time,
                f"必填信息缺少：{zh}（{asked} 项中已填 {filled} 项）",
                f"mandatory fields missing: {en} ({filled} of {asked} are filled)",
                evidence=tuple(event for event, _ in missing), round=number,
            )  # fmt: skip


def _told_before(
    facts: CaseFacts, completion: Event, number: int
) -> Iterator[tuple[Event, Mapping[str, Any]]]:
    """The events of a round up to its completion, each with what the case had been told of itself by then."""
    told: dict[str, Any] = {}
    for event in told_once(facts.events):
        told |= {name: event.data[name] for name in ("item", "hall", "channel") if event.data.get(name)}
        if facts.round_at(event) == number:
            yield event, told
        if (event.type, event.time) == (completion.type, completion.time):
            return


def _is_told(facts: CaseFacts, event: Event, name: str) -> bool:
    """Whether the event, or another source's telling of it, has the field."""
    return any(
        not _is_empty(one.data.get(name)) for one in facts.of_type(event.type) if one.time == event.time
    )


def _is_empty(value: Any) -> bool:
    return is_blank(value) or value in ([], {})


def backdated(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """DQ-05: a completion, suspension or extension entered after a deadline as if made before it, and more than a
    working day late. It may be true: a person must confirm. Clocks of the first round are looked at.
    """
    for event in told_once(facts.of_type(*_BACKDATING)):
        allowed = facts.after(event.time, given["within"])
        if allowed is None or event.recorded <= allowed or facts.round_at(event) != 1:
            continue
        dues = {
            name: due
            for name in _DEADLINES
            if name in facts.starts and (due := _due_without(facts.starts[name], event)) is not None
        }
        passed = {name: due for name, due in dues.items() if event.time <= due < event.recorded}
        if passed:
            due = min(passed.values())
            zone = zone_of(facts.draft, facts.view, event.time)
            happened, expired, recorded = (
                [moment_words(instant, lang, zone) for lang in ("zh", "en")]
                for instant in (event.time, due, event.recorded)
            )
            yield Found(
                event.id, max(due, allowed),
                f"称 {happened[0]} 作出，{expired[0]} 到期后于 {recorded[0]} 才录入，须经人工核实",
                f"said to be of {happened[1]}, entered {recorded[1]} after the deadline {expired[1]}; "
                "a person must confirm it",
                after=True,
            )  # fmt: skip


def _due_without(course: ClockCourse, event: Event) -> int | None:
    """When a clock was due as the case stood at an event, had the event not been; None while a pause holds it."""
    if event.time < course.start or (course.stop is not None and course.stop.time < event.time):
        return None
    as_it_stood = replace(
        course,
        stop=None,
        changes=[
            change for change in course.changes if change.event != event.id and change.time <= event.time
        ],
        pauses=[pause for pause in course.pauses if pause.event != event.id],
    )
    return read_clock(as_it_stood, event.time).due


RULES: Final[dict[str, CaseRule]] = {
    "DQ-02": late_entry,
    "DQ-03": incomplete_record,
    "DQ-05": backdated,
}
