"""What the public is told of an item: CA-01 a required field is empty, CA-02 the guide is not renewed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from domain.events import Event
from domain.rules.found import Found
from domain.subjects.catalogue import (
    Entry,
    begin_of,
    course_of,
    in_effect,
    is_practised,
    label_of,
    records,
    versions,
)
from domain.subjects.facts import SubjectFacts
from domain.wording import limit_words

__all__ = ["field_missing", "guide_stale"]

_FIELDS: Final = {
    "title": ("事项名称", "name"),
    "legal_basis": ("设定依据", "legal basis"),
    "conditions": ("办理条件", "conditions"),
    "procedure": ("办理程序", "procedure"),
    "materials": ("申请材料", "materials"),
    "approval_elements": ("审批要素", "elements of approval"),
    "time_limit": ("办理时限", "time limit"),
    "statutory_limit": ("法定时限", "statutory limit"),
    "promised_limit": ("承诺时限", "promised limit"),
    "fee_basis": ("收费依据", "basis of fees"),
    "fee_standard": ("收费标准", "standard of fees"),
    "inquiry_phone": ("咨询电话", "inquiry phone"),
    "supervision_phone": ("监督投诉电话", "complaint phone"),
    "faq": ("常见问题", "frequent questions"),
    "application_form": ("申请书文本", "application form"),
    "sample": ("示范文本", "sample text"),
}
"""The fields that may have to be public, as they are called in events, in Chinese and in English."""

_ALSO: Final = {
    "procedure": ("procedure", "flow", "stages"),
    "time_limit": ("time_limit", "promised_limit", "statutory_limit"),
}
"""Where a field may stand, if not only under its own name."""

_OF_FEES: Final = {"fee_basis": "basis", "fee_standard": "standard"}
_UNCHANGED: Final = ("version", "effective_from", "stationing_due", "references", "hall")
"""Fields of a version that say nothing to the public."""


def field_missing(facts: SubjectFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """CA-01: a field that must be public is empty, in the item and in its guide (Licensing Law, article 30).

    A version is judged `grace` after it could be acted upon, with the guide that holds then; a guide, where it takes
    away what was there before it.
    """
    course, guides = course_of(facts), records(facts, "guide", "guide.published")
    for version in versions(facts, course):
        due = facts.after(version.begin, given["grace"])
        if due is not None and in_effect(course, due) is version.event and is_practised(version.event):
            missing = _missing(given["fields"], course, guides, due)
            yield from _found(version.event, due, missing, in_effect(guides, due))
    for _, guide in guides:
        due = facts.after(begin_of(facts, guide), given["grace"])
        if due is None or in_effect(guides, due) is not guide or not is_practised(in_effect(course, due)):
            continue
        others = [entry for entry in guides if entry.event is not guide]
        without = _missing(given["fields"], course, others, due)
        missing = [one for one in _missing(given["fields"], course, guides, due) if one not in without]
        yield from _found(guide, due, missing, in_effect(course, due))


def _found(event: Event, due: int, missing: Sequence[str], other: Event | None) -> Iterator[Found]:
    if missing:
        words = [_FIELDS.get(one, (one, one)) for one in missing]
        zh, en = "、".join(zh for zh, _ in words), ", ".join(en for _, en in words)
        yield Found(
            event.id, due, f"应公开而未公开：{zh}", f"not made public as required: {en}", after=True,
            evidence=(other.id,) if other is not None else (),
        )  # fmt: skip


def _missing(fields: Iterable[str], course: Sequence[Entry], guides: Sequence[Entry], at: int) -> list[str]:
    """The fields that neither the item nor its guide fills at an instant."""
    item, guide = in_effect(course, at), in_effect(guides, at)
    told: list[Mapping[str, Any]] = [item.data] if item is not None else []
    if guide is not None:
        listed = guide.data.get("fields")
        if isinstance(listed, list | tuple):
            listed = {str(one): True for one in listed}
        told += [guide.data, listed if isinstance(listed, Mapping) else {}]
    return [one for one in fields if not any(_is_filled(one, data) for data in told)]


def _is_filled(field: str, data: Mapping[str, Any]) -> bool:
    if any(_says(data.get(name)) for name in _ALSO.get(field, (field,))):
        return True
    if field in ("promised_limit", "time_limit") and data.get("kind") == "instant":
        return True  # done on the spot: that is the promise
    if field == "materials" and data.get(field) in ([], ()):
        return True  # an empty list says that nothing need be brought
    fees = data.get("fees")
    if field in _OF_FEES and isinstance(fees, list):  # an empty list says that nothing is charged
        return all(isinstance(fee, Mapping) and _says(fee.get(_OF_FEES[field])) for fee in fees)
    return False


def _says(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and value is not False and value not in ([], {}, ())


def guide_stale(facts: SubjectFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """CA-02: `within` after a version took effect its guide is not renewed, or is not online (滕州 main text 3 and 4;
    开封 art. 10).

    An item of which no guide was ever told by then is judged only with `required`: the absence is the breach then. A
    guide that names a version is of that one, else of what was in the catalogue when it was published. A version
    that tells the public nothing new needs no new guide.
    """
    course, guides = course_of(facts), records(facts, "guide", "guide.published")
    for version in versions(facts, course):
        due = facts.after(version.begin, given["within"])
        if due is None or not is_practised(version.event) or not is_practised(in_effect(course, due)):
            continue
        if version.before is not None and _content(version.before) == _content(version.event):
            continue
        told = [event for since, event in guides if since <= due]
        fresh = [event for event in told if _is_of(event, version.event, course, due)]
        if (not told and not given["required"]) or any(one.data.get("online") is not False for one in fresh):
            continue
        words = {lang: limit_words(given["within"].document(), lang, facts.zone) for lang in ("zh", "en")}
        zh, en = ("办事指南未上网", "its guide is not online") if fresh else (
            ("办事指南未更新", "its guide was not renewed") if told else ("无办事指南", "it has no guide")
        )  # fmt: skip
        yield Found(
            version.event.id, due,
            f"事项版本生效 {words['zh']}后{zh}", f"{words['en']} after the version took effect {en}",
            evidence=tuple(one.id for one in (fresh or told)[-1:]), after=True,
        )  # fmt: skip


def _content(event: Event) -> dict[str, Any]:
    return {name: value for name, value in event.data.items() if name not in _UNCHANGED}


def _is_of(guide: Event, version: Event, course: Sequence[Entry], at: int) -> bool:
    """Whether a guide is of a version, or of one told by an instant that takes effect after it."""
    if label_of(guide) and label_of(version):
        events = [entry.event for entry in course]
        later = events[events.index(version) :]
        return label_of(guide) in {label_of(one) for one in later if one.time <= at}
    return guide.time >= version.time
