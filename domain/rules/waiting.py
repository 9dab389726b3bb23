"""Rules about matters that lie still: TL-14 no activity, TL-17 no follow-up with the superior, TL-18 agency tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.events import Event
from domain.limits import Limit
from domain.rules.found import CaseFacts, CaseRule, Found
from domain.rules.telling import OF_SUPERVISION
from domain.wording import limit_words

__all__ = ["RULES"]

_WAITS: Final[dict[str, tuple[str, bool]]] = {
    "case.correction_requested": ("correction", True),
    "case.correction_submitted": ("correction", False),
    "case.forwarded_up": ("superior", True),
    "case.superior_replied": ("superior", False),
    "case.accepted": ("correction", False),
    "case.reopened": ("end", False),
}
"""What begins or ends a time in which nobody at the desk has to act; suspensions are looked up as spans."""
_NO_ZONE: Final = ZoneInfo("UTC")
"""Amounts are said alike in every zone."""


def _words(limit: Limit) -> tuple[str, str]:
    document = limit.document()
    return limit_words(document, "zh", _NO_ZONE), limit_words(document, "en", _NO_ZONE)


def no_activity(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """TL-14: an accepted case on which nothing happens for so long (Taojiang, article 9).

    No activity is due while it is suspended, ended, with the superior organ, or with the applicant for correction, nor
    before the acceptance; of a case that is deemed accepted, before the deeming.
    """
    draft = facts.draft
    if draft.accepted_at is None:
        return
    since = draft.accepted_at if draft.deemed_at is None else draft.deemed_at
    waits: set[str] = set()
    ends = {id(event) for event in draft.closings.values()}
    acts = [event for event in facts.events if event.type not in OF_SUPERVISION]
    for place, event in enumerate(acts):
        wait, begins = _WAITS.get(event.type, ("", False))
        (waits.add if begins else waits.discard)(wait)
        if id(event) in ends:
            waits.add("end")
        if waits or _is_suspended(facts, event.time):
            continue
        deadline = facts.after(event.time, given["idle"])
        following = acts[place + 1].time if place + 1 < len(acts) else None
        if deadline is None:
            continue
        deadline = max(deadline, since)  # a matter at rest when it is deemed accepted lies idle from then on
        if following is None or following > deadline:
            zh, en = _words(given["idle"])
            yield Found(
                event.id, deadline, f"案件超过 {zh}无任何办理记录", f"nothing happened on the case for {en}",
                after=True, round=facts.round_at(event),
            )  # fmt: skip


def _is_suspended(facts: CaseFacts, at: int) -> bool:
    return any(span.start <= at and (span.end is None or at < span.end) for span in facts.draft.spans)


_WITH_SUPERIOR: Final = ("case.forwarded_up", "case.follow_up_recorded", "case.superior_replied")


def forward_not_followed(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """TL-17: after forwarding, and after each follow-up, no next one in time (Taojiang, article 10; Kaifeng, 23).

    It is over with the superior's reply or the end of the case.
    """
    last: Event | None = None
    ends = facts.draft.closings.values()
    for event in facts.events:
        if event.type not in _WITH_SUPERIOR and not any(event is one for one in ends):
            continue
        goes_on = event.type in ("case.forwarded_up", "case.follow_up_recorded")
        if last is not None:
            yield from _not_followed(facts, last, event.time, given)
        if event.type == "case.forwarded_up" or last is not None:
            last = event if goes_on else None
    if last is not None:
        yield from _not_followed(facts, last, None, given)


def _not_followed(
    facts: CaseFacts, since: Event, until: int | None, given: Mapping[str, Any]
) -> Iterator[Found]:
    deadline = facts.after(since.time, given["contact"])
    if deadline is not None and (until is None or until > deadline):
        zh, en = _words(given["contact"])
        yield Found(
            since.id, deadline, f"上报后 {zh}内未跟踪上级办理情况", f"no follow-up with the superior within {en}",
            after=True, round=facts.round_at(since),
        )  # fmt: skip


def agency_overdue(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """TL-18: an agency task not handed over, or not finished, in time (Taojiang, article 12; Tengzhou, annex 2, 13).

    Each is a breach of its own: a task that is neither handed over nor finished breaks both limits. The promise is the
    `limit` with which the task was opened, else the profile's.
    """
    opened = next(facts.of_type("agency.opened"), None)
    if opened is None:
        return
    done = next((one for one in facts.of_type("agency.completed") if one.time >= opened.time), None)
    handed = next((one for one in facts.of_type("agency.handed_over") if one.time >= opened.time), None)
    passed_on = min((one.time for one in (handed, done) if one is not None), default=None)
    deadline = facts.after(opened.time, given["hand_over"])
    if deadline is not None and (passed_on is None or passed_on > deadline):
        zh, en = _words(given["hand_over"])
        yield Found(
            opened.id, deadline, f"代办事项 {zh}内未移交办理", f"the agency task was not handed over within {en}",
            after=True,
        )  # fmt: skip
    limit = getattr(opened.payload, "limit", None) or given["promise"]
    promised = facts.after(opened.time, limit)
    if promised is not None and (done is None or done.time > promised):
        # named by the hand-over that was not followed by a finish, else by the task, apart from its hand-over
        is_handed = handed is not None and handed.time <= promised
        ground = handed if handed is not None and is_handed else opened
        yield Found(
            ground.id, promised, "代办事项未在承诺时限内办结", "the agency task was not finished within its promise",
            evidence=(opened.id,), after=True, part="" if is_handed else "finish",
        )  # fmt: skip


RULES: Final[dict[str, CaseRule]] = {
    "TL-14": no_activity,
    "TL-17": forward_not_followed,
    "TL-18": agency_overdue,
}
