"""PR-13: who may sign, where, and with how many seals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.course.lookup import item_at, zone_of
from domain.events import Event
from domain.reference_effect import effect_of
from domain.rules.found import CaseFacts, CaseRule, Found, joined
from domain.rules.telling import end_of, rounds, said, told_once

__all__ = ["RULES"]

_SIGNED: Final = ("case.accepted", "case.decided")
_SEALED: Final = ("case.stage_completed", "case.decided")
"""The seal on an acceptance notice is the hall's own and finishes nothing."""
_APART: Final = ("officer", "stage", "seal", "signed_at")
"""What tells two acts of one kind and instant apart."""
_BACK_OFFICE: Final = "back_office"


def signer_unauthorised(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """PR-13: an acceptance or decision signed outside the signer's authorisation; a general item signed in the back
    office (Weixian 12); more seals than one on a case that is not joint (Tengzhou, main text 4).

    Judged by the authorisations of that signer that had effect by then, whether or not they still had. A signer who
    had none is judged only where `required` is set: then absence itself is the breach.
    """
    for number, events in rounds(facts):
        seals: list[str] = []
        signed = (one for one in events if one.type in (*_SIGNED, *_SEALED))
        for event in told_once(signed, _APART):
            faults: list[tuple[str, str]] = []
            if event.type in _SIGNED:
                faults += _authority(facts, event, given["required"])
            faults += _place(facts, event)
            if event.type in _SEALED:
                seal = said(event, "seal")
                if seal and seal not in seals:
                    seals.append(seal)
                    if len(seals) > given["seals"] and _is_single(facts):
                        faults.append(
                            (
                                f"非联办件使用第 {len(seals)} 枚印章",
                                f"a case that is not joint bears seal number {len(seals)}",
                            )
                        )
            if faults:
                yield Found(event.id, event.time, *joined(faults), round=number)


def _authority(facts: CaseFacts, event: Event, required: bool) -> Iterator[tuple[str, str]]:
    officer, item = said(event, "officer"), facts.draft.item
    if not officer or item is None:
        return
    at = event.time
    zone = zone_of(facts.draft, facts.view, at)
    records = [one for one in facts.view.records("authorisation", officer) if effect_of(one, zone) <= at]
    granted = [one for one in records if one.type == "authorisation.granted"]
    if not granted:
        if required:
            yield "签批人当时没有授权", "the signer had no authorisation then"
        return
    covering = [one for one in granted if _covers(one, item)]
    in_term = [one for one in covering if _in_term(one, at, zone)]
    if not covering:
        yield "签批事项不在授权范围内", "the item lies outside the signer's authorisation"
    elif not in_term:
        yield "签批时授权已过期", "the signer's authorisation had run out"
    elif all(_is_revoked(one, covering, records, item, zone) for one in in_term):
        yield "签批时授权已被撤销", "the signer's authorisation had been revoked"


def _covers(record: Event, item: str) -> bool:
    """Whether an authorisation, or a revocation, speaks of an item; without a list it speaks of all."""
    items = record.data.get("items")
    if isinstance(items, str):
        return items == item
    return not isinstance(items, list) or not items or item in (str(one) for one in items)


def _in_term(grant: Event, at: int, zone: ZoneInfo) -> bool:
    until = said(grant, "until")
    end = end_of(until, zone) if until else None
    return end is None or at <= end


def _is_revoked(grant: Event, covering: list[Event], records: list[Event], item: str, zone: ZoneInfo) -> bool:
    """Whether an authorisation was taken back. A revocation of the instant at which it takes effect ends the one
    before it, which it replaces; only where there is none before does it end this one."""
    since = effect_of(grant, zone)
    ends = [
        effect_of(one, zone) for one in records if one.type == "authorisation.revoked" and _covers(one, item)
    ]
    replaces = any(effect_of(one, zone) < since for one in covering)
    return any(end > since or (end == since and not replaces) for end in ends)


def _place(facts: CaseFacts, event: Event) -> Iterator[tuple[str, str]]:
    if said(event, "signed_at") != _BACK_OFFICE:
        return
    accepted_at = facts.draft.accepted_at
    item = item_at(facts.draft, facts.view, event.time if accepted_at is None else accepted_at)
    if item is not None and item.general:
        yield (
            "一般事项由后台科室签批，未在窗口直接签批",
            "a general item is signed in the back office, not at the window",
        )


def _is_single(facts: CaseFacts) -> bool:
    """Whether the case is known not to be joint."""
    draft = facts.draft
    if draft.mode is None and not draft.item_version:
        return False
    return draft.mode != "joint" and next(facts.of_type("case.branch_opened"), None) is None


RULES: Final[dict[str, CaseRule]] = {"PR-13": signer_unauthorised}
