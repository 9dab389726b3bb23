"""Items and the halls they belong in: OW-02 not stationed by the due date, OW-03 changed or taken out unapproved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from domain.events import Event
from domain.events.payloads import ItemPublished
from domain.limits import Limit
from domain.reference_effect import ALWAYS, date_or_instant, effect_of
from domain.rules.found import Found
from domain.rules.telling import is_among, materials_of, tellings
from domain.subjects.approvals import approval_of
from domain.subjects.burden import rose
from domain.subjects.catalogue import (
    EXEMPTED,
    PUBLISHED,
    WITHDRAWN,
    Entry,
    begin_of,
    course_of,
    in_effect,
    is_practised,
    is_stationed,
    records,
    versions,
)
from domain.subjects.facts import SubjectFacts
from domain.wording import moment_words

__all__ = ["change_unapproved", "not_stationed"]

_THAT_DAY: Final = Limit(0, "working_day", "date")
_SUBSTANCE: Final = {
    "kind": ("办件类型", "kind"),
    "mode": ("办理方式", "mode"),
    "conditions": ("办理条件", "conditions"),
    "promised_limit": ("承诺时限", "promised limit"),
    "stages": ("环节", "stages"),
    "suspensions": ("暂停情形", "suspensions"),
    "materials": ("申请材料", "materials"),
    "fees": ("收费", "fees"),
    "suspended": ("暂停实施", "suspension of the item"),
}


def not_stationed(facts: SubjectFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """OW-02: an item due in the hall by a date (`stationing_due`) is neither stationed nor exempted by then (威县 art.
    20(1); 滕州 main text 4; 开封 art. 24; 浙江 annex 1 III.1②).

    A date is over at the close of that day, or of the first working day after it; an instant when it comes. Another
    due date told by then takes the place of the first, and what is withdrawn or suspended by then is not due.
    """
    course = course_of(facts)
    entered = records(facts, "stationing", "item.stationed", EXEMPTED)
    dues = _dues(facts, course)
    for place, (told, stated, event) in enumerate(dues):
        later = dues[place + 1 :]
        due = max(stated, told)
        if event.recorded == ALWAYS or any(one[0] <= due for one in later):
            continue
        left = max(
            (since for since, one in course if one.type == WITHDRAWN and since <= stated), default=ALWAYS
        )
        if not is_practised(in_effect(course, due)) or any(left <= since <= due for since, _ in entered):
            continue
        zh, en = moment_words(stated, "zh", facts.zone), moment_words(stated, "en", facts.zone)
        yield Found(
            event.id, due,
            f"事项应于 {zh} 前进驻大厅，未进驻，也无经批准的例外",
            f"the item was due in the hall by {en}, is not stationed there and has no approved exception",
            after=True,
        )  # fmt: skip


def _dues(facts: SubjectFacts, course: Sequence[Entry]) -> list[tuple[int, int, Event]]:
    """When each due date was told, the instant at which it is over, and the first version that states it; in the
    order of telling."""
    out: list[tuple[int, int, Event]] = []
    for event in sorted((entry.event for entry in course), key=lambda one: one.time):
        stated = event.data.get("stationing_due")
        if event.type != PUBLISHED or stated in (None, ""):
            continue
        begin = date_or_instant(str(stated), facts.zone)
        due = begin if len(str(stated)) > len("2026-03-09") else facts.after(begin, _THAT_DAY)
        if due is not None and (not out or out[-1][1] != due):
            out.append((event.time, due, event))
    return out


def change_unapproved(facts: SubjectFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """OW-03: a change of substance of a stationed item, its exit, or an exception takes effect without as many
    references of approval as are needed, dated no later (威县 art. 8; 开封 art. 5(2)).

    A change that only eases what is asked (a shorter promise, fewer stages, materials or fees) needs no approval.
    """
    course = course_of(facts)
    for version in versions(facts, course):
        if version.before is None or not is_stationed(facts, course, effect_of(version.event, facts.zone)):
            continue
        changed = [
            _SUBSTANCE.get(name, (name, name))
            for name in given["substance"]
            if _is_changed(name, version.before, version.event)
        ]
        if changed:
            zh, en = "、".join(zh for zh, _ in changed), ", ".join(en for _, en in changed)
            yield from _unapproved(
                facts, version.event, given["for_change"], given, f"事项变更（{zh}）", f"the change ({en})"
            )
    exits = [
        event
        for since, event in course
        if event.type == WITHDRAWN and event.recorded != ALWAYS and is_stationed(facts, course, since)
    ]
    exceptions = [event for _, event in records(facts, "stationing", EXEMPTED)]
    for zh, en, events in (
        ("事项退出", "the exit of the item", exits),
        ("事项不进驻大厅", "the exception of the item from the hall", exceptions),
    ):
        for told in tellings(
            events, lambda one: (effect_of(one, facts.zone), str(one.data.get("hall") or ""))
        ):
            found = [list(_unapproved(facts, one, given["for_exit"], given, zh, en)) for one in told]
            if all(found):  # where one of them carries the references, it is approved
                yield found[0][0]


def _unapproved(
    facts: SubjectFacts, event: Event, needed: int, given: Mapping[str, Any], zh: str, en: str
) -> Iterator[Found]:
    approval = approval_of(facts, event, ordered=given["ordered"])
    count, begin = len(approval.references), begin_of(facts, event)
    if count < needed:
        since = effect_of(event, facts.zone)
        day_zh, day_en = moment_words(since, "zh", facts.zone), moment_words(since, "en", facts.zone)
        yield Found(
            event.id, begin,
            f"{zh}自 {day_zh} 生效，应有此前的批准文号 {needed} 件，仅见 {count} 件",
            f"{en} takes effect {day_en}; of {needed} references of approval dated by then {count} are on record",
            evidence=tuple(one for one in approval.events if one != event.id), after=begin > event.time,
        )  # fmt: skip


def _is_changed(field: str, before: Event, event: Event) -> bool:
    """Whether a field changed in substance: eased alone is no change."""
    old, new = before.data.get(field), event.data.get(field)
    if field == "suspended":
        return new is True and old is not True
    if new is None or old is None or old == new:
        return False
    if field == "promised_limit":
        return _is_longer(before, event)
    if field == "stages":
        named = {_name(one) for one in old}
        return any(_name(one) not in named for one in new)
    if field == "materials":
        known = materials_of(old)
        return any(not is_among(one, known) for one in materials_of(new) if one.is_mandatory)
    if isinstance(old, list) and isinstance(new, list):
        return any(one not in old for one in new)
    return True


def _is_longer(before: Event, event: Event) -> bool:
    old, new = before.payload, event.payload
    assert isinstance(old, ItemPublished)
    assert isinstance(new, ItemPublished)
    if old.promised_limit is None or new.promised_limit is None or old.promised_limit == new.promised_limit:
        return False
    return not rose(new.promised_limit, old.promised_limit)


def _name(stage: Any) -> str:
    return str(stage.get("stage")) if isinstance(stage, Mapping) else str(stage)
