"""Rules about corrections asked of the applicant: PR-01, PR-02, PR-11."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.course.lookup import zone_of
from domain.events import Event
from domain.rules.found import CaseFacts, CaseRule, Found
from domain.rules.telling import (
    Material,
    end_of,
    is_among,
    materials_of,
    names_of,
    rounds,
    said,
    told_once,
    with_others,
)

__all__ = ["RULES"]


def asked_twice(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """PR-01: a later correction asks for material that no earlier notice of the round named (article 32: everything
    is told at once). Requests of one instant are one notice; a first notice without a list is not judged.
    """
    for number, events in rounds(facts):
        first: Event | None = None
        asked: list[Material] = []
        added = 0
        for event in events:
            if event.type != "case.correction_requested":
                continue
            listed = materials_of(event.data.get("materials"))
            if first is None or event.time == first.time:
                first = first or event
                asked += listed
                continue
            if not asked:
                break
            fresh = [one for one in listed if not is_among(one, asked)]
            asked += fresh
            added += len(fresh)
            if fresh and added > given["new_items"]:
                zh, en = names_of(fresh)
                yield Found(
                    event.id, event.time,
                    f"再次要求补正时新增首次告知以外的材料：{zh}",
                    f"a later correction asks for material that the first notice did not name: {en}",
                    evidence=(first.id,), round=number,
                )  # fmt: skip


def asked_after_acceptance(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """PR-02: a correction asked for after the formal acceptance, of a kind not allowed then (article 32)."""
    accepted: Event | None = None
    for event in told_once(facts.of_type("case.accepted", "case.correction_requested")):
        if event.type == "case.accepted":
            accepted = accepted or event
        elif (
            accepted is not None
            and event.time > accepted.time
            and said(with_others(event, facts.of_type(event.type)), "kind") not in given["allowed"]
        ):
            yield Found(
                event.id, event.time, "受理之后又要求补正材料", "a correction is asked for after the acceptance",
                evidence=(accepted.id,), round=facts.round_at(event),
            )  # fmt: skip


def asked_though_held(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """PR-11: material is asked for that the shared base already held, valid, of the same applicant (Kaifeng, 22).

    Only what was recorded there by the time of the request counts; without a date of expiry it stays valid.
    """
    applicants = {said(event, "applicant_ref") for event in facts.events if event.type.startswith("case.")}
    applicants.discard("")
    held = [one for one in facts.of_type("material.held") if said(one, "applicant_ref") in applicants]
    told: dict[int, list[Material]] = {}
    for event in facts.of_type("case.correction_requested"):
        zone = zone_of(facts.draft, facts.view, event.time)
        known = [one for one in held if _holds_at(one, event.time, zone)]
        asked = [
            (one, [by for by in known if is_among(one, materials_of([by.data.get("material")]))])
            for one in materials_of(event.data.get("materials"))
        ]
        before = told.setdefault(event.time, [])
        found = [one for one, by in asked if by and not is_among(one, before)]
        before += found
        if found:
            zh, en = names_of(found)
            yield Found(
                event.id, event.time,
                f"要求提供共享库中已有且有效的材料：{zh}",
                f"material is asked for that the shared base holds and that is valid: {en}",
                evidence=tuple(one.id for _, by in asked for one in by), round=facts.round_at(event),
            )  # fmt: skip


def _holds_at(held: Event, at: int, zone: ZoneInfo) -> bool:
    if held.time > at or held.recorded > at:
        return False
    until = said(held, "valid_until")
    if not until:
        return True
    end = end_of(until, zone)
    return end is not None and at <= end


RULES: Final[dict[str, CaseRule]] = {
    "PR-01": asked_twice,
    "PR-02": asked_after_acceptance,
    "PR-11": asked_though_held,
}
