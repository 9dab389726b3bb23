"""PR-04: the notices that must be written, and their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from domain.course.lookup import holder_at, item_at
from domain.events import Event
from domain.limits import Limit
from domain.reference_view import MissingReference
from domain.rules.found import CaseFacts, CaseRule, Found
from domain.rules.telling import rounds, said, with_others

__all__ = ["RULES"]

_ONE_LIST = "one_list"


class _Notice(NamedTuple):
    """A document that an event must name by a number: where the number stands, and what it is called."""

    fields: tuple[str, ...]
    zh: str
    en: str


_ACCEPTANCE = _Notice(("document_no",), "承诺件受理通知单", "acceptance notice of a promise case")
_REFUSAL = _Notice(("document_no",), "不予受理通知书", "notice of non-acceptance")
_CORRECTION = _Notice(("document_no",), "一次性告知书", "notice of the materials to be corrected")
_BRANCH = _Notice(("notice_no",), "联办件通知单", "joint-case notice")
_VILLAGE = _Notice(("receipt_no", "document_no"), "受理告知书", "village acceptance notice")
_ADVANCE = _Notice(("document_no",), "一单式告知书", "one-list advance notice")


def notice_missing(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """PR-04: an event without the number of the document that goes with it: a warning at once, a breach once the
    grace has passed (article 32; Taojiang 10 and 11; Kaifeng 11 and 12). A correction of the event brings the number.
    """
    for number, events in rounds(facts):
        for event, notice in _due(facts, events):
            told = with_others(event, (one for one in events if said(one, "branch") == said(event, "branch")))
            if not any(said(told, field) for field in notice.fields):
                yield from _missing(facts, event, notice, given["grace"], number)
    yield from _without_one_list(facts, given["grace"])


def _due(facts: CaseFacts, events: list[Event]) -> Iterator[tuple[Event, _Notice]]:
    """The events of a round that a document goes with; of what can happen once, the first."""
    once: set[str] = set()
    opened: set[str] = set()
    asked: set[int] = set()
    for event in events:
        branch = said(event, "branch")
        if event.type == "case.branch_closed":
            opened.discard(branch)
        elif event.type == "case.branch_opened":
            if branch not in opened:
                yield event, _BRANCH
            opened.add(branch)
        elif event.type == "case.correction_requested":
            if event.time not in asked:
                yield event, _CORRECTION
            asked.add(event.time)
        elif event.type not in once:
            once.add(event.type)
            if event.type == "case.accepted" and _is_promise(facts, event):
                yield event, _ACCEPTANCE
            elif event.type == "case.not_accepted":
                yield event, _REFUSAL
            elif event.type == "case.materials_received" and _is_village(facts, event):
                yield event, _VILLAGE


def _is_promise(facts: CaseFacts, event: Event) -> bool:
    item = item_at(facts.draft, facts.view, event.time)
    mode = said(event, "mode") or facts.draft.mode or (item.mode if item is not None else None)
    kind = said(event, "kind") or facts.draft.kind or (item.kind if item is not None else None)
    return mode == "promise" or (not mode and kind == "promise")


def _is_village(facts: CaseFacts, event: Event) -> bool:
    holder = holder_at(facts.draft, event.time)
    hall = said(event, "hall") or (holder.hall if holder is not None else "")
    try:
        return facts.view.hall(hall, event.time).level == "village"
    except MissingReference:
        return False


def _without_one_list(facts: CaseFacts, grace: Limit) -> Iterator[Found]:
    """The first application for an item of one-list service, whose list of all permits was not told in advance."""
    event = next(facts.of_type("case.applied", "case.materials_received"), None)
    if event is None:
        return
    item = item_at(facts.draft, facts.view, event.time)
    if item is None or not item.one_list:
        return
    deadline = facts.after(event.time, grace)
    told = any(
        said(one, "kind") == _ONE_LIST
        and said(one, "document_no")
        and (deadline is None or one.time <= deadline)
        for one in facts.of_type("case.notice_issued")
    )
    if not told:
        yield from _missing(facts, event, _ADVANCE, grace, 1)


def _missing(facts: CaseFacts, event: Event, notice: _Notice, grace: Limit, number: int) -> Iterator[Found]:
    yield Found(
        event.id, event.time,
        f"{notice.zh}没有编号，请在期限内补录", f"the {notice.en} has no number yet",
        level=1, round=number,
    )  # fmt: skip
    deadline = facts.after(event.time, grace)
    if deadline is not None:
        yield Found(
            event.id, deadline,
            f"{notice.zh}缺失或没有编号，逾期未补", f"the {notice.en} is missing or has no number",
            after=True, round=number,
        )  # fmt: skip


RULES: Final[dict[str, CaseRule]] = {"PR-04": notice_missing}
