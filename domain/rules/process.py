"""Rules about the way a case takes: PR-05, PR-06, PR-09, PR-10."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from domain.events import Event
from domain.rules.found import CaseFacts, CaseRule, Found
from domain.rules.telling import rounds, said, told_once, with_others
from domain.sides import side_of

__all__ = ["RULES"]

_LEADS_ON: Final = (
    "case.applied", "case.materials_received", "case.accepted", "case.not_accepted", "case.correction_requested",
    "case.transferred", "case.decided", "case.completed",
)  # fmt: skip
_NO_OUTCOME: Final = ("", "none")


def returned_repeatedly(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """PR-05: returned to one stage more often than permitted, in one round. Returns of one instant are one."""
    for number, events in rounds(facts):
        returned: dict[str, list[Event]] = {}
        for event in events:
            stage = said(event, "to_stage")
            if event.type != "case.returned" or not stage:
                continue
            earlier = returned.setdefault(stage, [])
            if any(one.time == event.time for one in earlier):
                continue
            earlier.append(event)
            if len(earlier) > given["returns"]:
                yield Found(
                    event.id, event.time,
                    f"第 {len(earlier)} 次退回同一环节（{stage}）",
                    f"returned to the stage {stage} {len(earlier)} times",
                    evidence=tuple(one.id for one in earlier[:-1]), round=number,
                )  # fmt: skip


class _Stance(NamedTuple):
    post: str
    is_for: bool
    event: Event


def opinion_reversed(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """PR-06: a later stage, or the decision, says the contrary of the stage before it.

    Only plain words count. A stage done again replaces its own opinion; what a return sends back to be done again
    counts no longer.
    """
    for number, events in rounds(facts):
        stances: list[_Stance] = []
        is_decided = False
        for event in events:
            if event.type == "case.returned":
                stage = said(event, "to_stage")
                place = next((i for i, one in enumerate(stances) if one.post == stage), None)
                stances = stances[:place] if place is not None else [] if not stage else stances
                continue
            if event.type == "case.stage_completed":
                post = said(event, "stage")
                is_for = side_of(said(event, "result"), said(event, "opinion"))
            elif event.type == "case.decided" and not is_decided:
                is_decided = True
                post, is_for = "", side_of(said(event, "outcome"))
            else:
                continue
            stances = [one for one in stances if one.post != post]
            if is_for is None:
                continue
            if stances and stances[-1].is_for != is_for and stances[-1].event.time < event.time:
                yield _reversal(stances[-1], post, is_for, event, number)
            stances.append(_Stance(post, is_for, event))


def _reversal(earlier: _Stance, post: str, is_for: bool, event: Event, number: int) -> Found:
    zh = f"环节（{post}）" if post else "决定"
    en = f"the stage {post}" if post else "the decision"
    zh_sides, en_sides = ("不同意", "同意"), ("against", "for")
    return Found(
        event.id, event.time,
        f"{zh}的意见为{zh_sides[is_for]}，与前一环节（{earlier.post}）的{zh_sides[not is_for]}相反",
        f"{en} is {en_sides[is_for]} it, the stage {earlier.post} before was {en_sides[not is_for]} it",
        evidence=(earlier.event.id,), round=number,
    )  # fmt: skip


def carried_by_applicant(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """PR-09: a transfer that the applicant had to carry (Tengzhou, annex 1, article 8: internal routing only)."""
    for event in told_once(facts.of_type("case.transferred")):
        if said(with_others(event, facts.of_type("case.transferred")), "carrier") == "applicant":
            yield Found(
                event.id, event.time,
                "由申请人自行携件流转，未在内部流转",
                "the applicant had to carry the case on; it was not routed internally",
                round=facts.round_at(event),
            )  # fmt: skip


def first_contact_failed(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """PR-10: a first contact that says no outcome, or refers to nobody, and nothing followed within the limit.

    What follows: an application, receipt, acceptance, refusal, notice, hand-over, or a contact with an outcome.
    """
    for event in told_once(facts.of_type("case.first_contact")):
        if not _is_open(event):
            continue
        deadline = facts.after(event.time, given["within"])
        if deadline is None or any(_leads_on(one, event, deadline) for one in facts.events):
            continue
        referred = said(event, "outcome") == "referred"
        yield Found(
            event.id, deadline,
            "首问转办未写明接办单位，期限内亦无后续办理" if referred else "首问无办理结果，期限内亦无后续办理",
            "the first contact was referred to nobody, and nothing followed in time"
            if referred
            else "the first contact had no outcome, and nothing followed in time",
            after=True, round=facts.round_at(event),
        )  # fmt: skip


def _is_open(contact: Event) -> bool:
    outcome = said(contact, "outcome")
    return outcome in _NO_OUTCOME or (outcome == "referred" and not said(contact, "to"))


def _leads_on(event: Event, contact: Event, deadline: int) -> bool:
    return contact.time <= event.time <= deadline and (
        event.type in _LEADS_ON or (event.type == "case.first_contact" and not _is_open(event))
    )


RULES: Final[dict[str, CaseRule]] = {
    "PR-05": returned_repeatedly,
    "PR-06": opinion_reversed,
    "PR-09": carried_by_applicant,
    "PR-10": first_contact_failed,
}
