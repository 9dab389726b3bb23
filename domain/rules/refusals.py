"""Rules about refusals: PR-03, what a refusal must say; PR-12, one that may be unlawful; TL-06, one that comes late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from domain.clocks.timeline import read_clock
from domain.course.lookup import item_at
from domain.events import Event
from domain.rules.found import CaseFacts, CaseRule, Found, joined
from domain.rules.telling import Material, is_among, materials_of, rounds, said, with_others
from domain.rules.whereabouts import zone_at
from domain.wording import moment_words

__all__ = ["RULES"]

_OVERTURNED = "overturned"
_RECEIPTS: Final = ("case.applied", "case.materials_received", "case.correction_submitted")


def refused_without_reason(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """PR-03: a refusal without a reason of some length, a basis and the ways of redress (article 38).

    Of each round the first non-acceptance and the first decision count; blanks in a reason are not counted.
    """
    least = given["min_reason"]
    for number, events in rounds(facts):
        for event in _refusals(events):
            faults: list[tuple[str, str]] = []
            length = len("".join(said(event, "reason").split()))
            if length == 0:
                faults.append(("未说明理由", "no reason is given"))
            elif length < least:
                faults.append(
                    (
                        f"理由过于简单（{length} 字，少于 {least} 字）",
                        f"the reason has {length} characters, fewer than {least}",
                    )
                )
            if not said(event, "basis"):
                faults.append(("未写明依据", "no basis is given"))
            if not said(event, "remedy"):
                faults.append(("未告知救济途径", "the ways of redress are not told"))
            if faults:
                yield Found(event.id, event.time, *joined(faults), round=number)


def _refusals(events: list[Event]) -> Iterator[Event]:
    for kind in ("case.not_accepted", "case.decided"):
        first = next((one for one in events if one.type == kind), None)
        if first is not None and (kind == "case.not_accepted" or said(first, "outcome") == "refuse"):
            yield with_others(first, events)


def refused_late(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """TL-06: acceptance was refused later than `refusal` after the receipt (Taojiang, article 10: on the same day).

    Only where the profile sets that limit. The receipt is the first, after a correction the last submission. Where the
    acceptance clock of the round had found the decision late already, that is the card.
    """
    limit = given["refusal"]
    if limit is None:
        return
    for number, events in rounds(facts):
        receipt = _refused_of(events)
        if receipt is None:
            continue
        received, refused = receipt
        due = facts.after(received.time, limit)
        if due is None or refused.time <= due or _is_found_late(facts, number, refused.time):
            continue
        zone = zone_at(facts, received.time)
        zh, en = (moment_words(due, lang, zone) for lang in ("zh", "en"))
        yield Found(
            refused.id, refused.time, f"应于 {zh} 前作出不予受理的答复", f"the refusal was due by {en}",
            evidence=(received.id,), round=number,
        )  # fmt: skip


def _refused_of(events: list[Event]) -> tuple[Event, Event] | None:
    """The receipt and the refusal of a round; None where it was accepted, or not refused."""
    receipt: Event | None = None
    awaited = False
    for event in events:
        if event.type in _RECEIPTS and (receipt is None or awaited):
            receipt, awaited = event, False
        elif event.type == "case.correction_requested":
            awaited = True
        elif event.type == "case.accepted":
            return None
        elif event.type == "case.not_accepted":
            return None if receipt is None else (receipt, event)
    return None


def _is_found_late(facts: CaseFacts, number: int, at: int) -> bool:
    course = facts.clocks.get(number, {}).get("acceptance")
    return course is not None and any(
        one.entry.rule == "TL-06" and one.entry.level >= 2 and one.at < at
        for one in read_clock(course, at).reached
    )


def refused_unlawfully(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """PR-12: not accepted although everything that the item lists was received, or although the receipt says that the
    file is complete, or overturned later (article 72). Each ground is told as what it is, with the events it is from.

    A complete file may still be refused lawfully, for want of competence for one: a person must confirm it.
    """
    file = _File()
    parts = list(rounds(facts))
    for number, events in parts:
        refused = next((one for one in events if one.type == "case.not_accepted"), None)
        complete: _Complete | None = None
        for event in events:
            if event is refused:
                complete = file.completeness(facts, refused.time)
            else:
                file.take(event)
        if refused is None:
            continue
        faults: list[tuple[str, str]] = []
        evidence: tuple[str, ...] = ()
        if complete is not None:
            faults.append((complete.text_zh, complete.text_en))
            evidence = complete.events
        overturned = _overturning(parts, number)
        if overturned is not None:
            faults.append(("不予受理决定已被撤销", "the refusal was overturned"))
            evidence += (overturned.id,)
        if faults:
            zh, en = joined(faults)
            yield Found(
                refused.id, refused.time, f"{zh}（须经人工核实）", f"{en} (a person must confirm this)",
                evidence=evidence, round=number,
            )  # fmt: skip


def _overturning(parts: list[tuple[int, list[Event]]], number: int) -> Event | None:
    """What overturned the refusal of a round: the next round's reopening, or a decision in it, that says so."""
    following = next((events for other, events in parts if other == number + 1), [])
    return next(
        (
            one
            for one in following
            if one.type in ("case.reopened", "case.decided") and said(one, "reason") == _OVERTURNED
        ),
        None,
    )


class _Complete(NamedTuple):
    """Why a file counts as complete, and the events that show it."""

    text_zh: str
    text_en: str
    events: tuple[str, ...]


class _File:
    """The applicant's file: what was received, what is asked for still, and whether it was said to be complete."""

    def __init__(self) -> None:
        self.received: list[tuple[Material, str]] = []
        """each with the event that brought it"""
        self.is_awaited = False
        self.stated: bool | None = None
        self.stated_by = ""

    def take(self, event: Event) -> None:
        listed = materials_of(event.data.get("materials"))
        if event.type == "case.correction_requested":
            self.is_awaited, self.stated = True, None
            self.received = [one for one in self.received if not is_among(one[0], listed)]
        elif event.type in ("case.materials_received", "case.correction_submitted"):
            self.received += [(one, event.id) for one in listed if one.is_received]
            self.is_awaited = False  # materials received again are a submission too
            if isinstance(event.data.get("complete"), bool):
                self.stated, self.stated_by = event.data["complete"], event.id

    def completeness(self, facts: CaseFacts, at: int) -> _Complete | None:
        """None where the file is not known to be complete."""
        if self.is_awaited or self.stated is False:
            return None
        item = item_at(facts.draft, facts.view, at)
        listed = (item.materials or []) if item is not None else []
        known = materials_of(listed)
        needed = [one for one in known if one.is_mandatory]
        received = [one for one, _ in self.received]
        lacking = [one.name for one in needed if not is_among(one, received)]
        if needed and len(known) == len(listed) and not lacking:
            brought = [id for one, id in self.received if is_among(one, needed)]
            return _Complete(
                "事项所列材料已全部收到，仍不予受理",
                "everything that the item lists was received, and still it was not accepted",
                tuple(dict.fromkeys(brought)),
            )
        if not self.stated:
            return None
        zh, en = "收件时已载明材料齐全", "the receipt says that the file is complete"
        if received and lacking:
            zh += f"（收件清单中未见：{'、'.join(lacking)}）"
            en += f" (its list does not show: {', '.join(lacking)})"
        return _Complete(f"{zh}，仍不予受理", f"{en}, and still it was not accepted", (self.stated_by,))


RULES: Final[dict[str, CaseRule]] = {
    "TL-06": refused_late,
    "PR-03": refused_without_reason,
    "PR-12": refused_unlawfully,
}
