"""What an item asks of people, from one version to the next: CA-05."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.events import Event
from domain.events.payloads import ItemPublished
from domain.limits import Limit
from domain.rules.found import Found, joined
from domain.rules.telling import materials_of
from domain.subjects.approvals import approval_of
from domain.subjects.catalogue import course_of, versions
from domain.subjects.facts import SubjectFacts
from domain.wording import limit_words

__all__ = ["burden_increased", "rose"]

_SIXTIETHS: Final = {"hour": "minute", "working_hour": "working_minute"}
_LONGER_OVER: Final = {("calendar_day", "working_day"): 1, ("minute", "working_minute"): 0}
"""Of an old and a new unit: by more than how many the new limit must be over the old one to be surely longer."""


def burden_increased(facts: SubjectFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """CA-05: promised limit, number of stages or number of materials rose from one version to the next, and nothing
    approved it by then (滕州 main text 4, annex 1 art. 7; 开封 art. 8).

    Only what both versions state is compared, limits only where it is certain. What is not mandatory is no burden.
    """
    for event, begin, before in versions(facts, course_of(facts)):
        if before is None:
            continue
        risen = list(_risen(before, event, facts.zone))
        if risen and not approval_of(facts, event).events:
            zh, en = joined(risen)
            yield Found(
                event.id, begin, f"未经批准，{zh}", f"without approval {en}",
                evidence=(before.id,), after=begin > event.time,
            )  # fmt: skip


def _risen(before: Event, event: Event, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    old, new = before.payload, event.payload
    assert isinstance(old, ItemPublished)
    assert isinstance(new, ItemPublished)
    if old.promised_limit is not None and new.promised_limit is not None:
        limits = old.promised_limit, new.promised_limit
        if rose(*limits):
            zh = [limit_words(one.document(), "zh", zone) for one in limits]
            en = [limit_words(one.document(), "en", zone) for one in limits]
            yield f"承诺时限由 {zh[0]}增至 {zh[1]}", f"the promised limit rose from {en[0]} to {en[1]}"
    for one, other, zh_name, en_name in (
        (_stages(old), _stages(new), "环节", "stages"),
        (_materials(old), _materials(new), "申请材料", "materials"),
    ):
        if one is not None and other is not None and other > one:
            yield f"{zh_name}由 {one} 项增至 {other} 项", f"the {en_name} rose from {one} to {other}"


def rose(old: Limit, new: Limit) -> bool:
    """Whether a limit is longer than another; False where that is not certain.

    Of different units only this is certain: so many working days, or hours, never end before as many calendar ones.
    One day more may still be how days are counted (by date or by instant), two are not.
    """
    if old.until is not None or new.until is not None:
        return False
    (old_amount, old_unit), (new_amount, new_unit) = _smallest(old), _smallest(new)
    least = 0 if old_unit == new_unit else _LONGER_OVER.get((old_unit, new_unit))
    return least is not None and new_amount > old_amount + least


def _smallest(limit: Limit) -> tuple[Any, str]:
    unit = _SIXTIETHS.get(limit.unit)
    return (limit.amount, limit.unit) if unit is None else (limit.amount * 60, unit)


def _stages(item: ItemPublished) -> int | None:
    return None if item.stages is None else sum(one.mandatory is not False for one in item.stages)


def _materials(item: ItemPublished) -> int | None:
    return None if item.materials is None else sum(one.is_mandatory for one in materials_of(item.materials))
