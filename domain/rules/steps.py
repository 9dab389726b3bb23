"""Rules about the stages of a case: PR-07, what is missing or out of order; PR-08, times that cannot be right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from domain.course.lookup import item_at
from domain.events import Event
from domain.events.payloads import ItemStage
from domain.rules.found import CaseFacts, CaseRule, Found, joined
from domain.rules.telling import rounds, said

__all__ = ["RULES"]

_STAGE: Final = ("case.stage_started", "case.stage_completed")
_Faults = dict[str, tuple[Event, list[tuple[str, str]], int]]


def step_missing(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """PR-07: a mandatory stage of the item that is absent at completion; a stage before acceptance, after completion,
    or begun after one that follows it (Kaifeng 19; Taojiang 9 and 10).

    The item's stages are those in effect at acceptance. What a return sends back may be done again in any order;
    stages of a joint case may run beside each other. Where the case names stages, but none of the item's, the names do
    not correspond, and none is said to be absent.
    """
    accepted_at = facts.draft.accepted_at
    if accepted_at is None:
        return
    item = item_at(facts.draft, facts.view, accepted_at)
    flow = (item.stages or []) if item is not None else []
    faults: _Faults = {}
    done: set[str] = set()
    for number, events in rounds(facts):
        ended = facts.draft.closings.get(number)
        completed = ended if ended is not None and ended.type == "case.completed" else None
        staged = [one for one in events if one.type in _STAGE]
        if number == 1:
            for event in staged:
                if event.time < accepted_at and said(event, "stage") not in given["preliminary"]:
                    _add(faults, event, number, *_before(event))
        for event in staged:
            if completed is not None and event.time > completed.time:
                _add(faults, event, number, *_beyond(event))
            else:
                done.add(said(event, "stage"))
        if facts.draft.mode != "joint":
            _order(faults, flow, events, number)
        if completed is not None and _corresponds(flow, done.difference(given["preliminary"])):
            missing = _missing(flow, done, events)
            if missing:
                _add(
                    faults, completed, number,
                    f"办结时缺少环节：{'、'.join(missing)}", f"completed without the stages {', '.join(missing)}",
                )  # fmt: skip
    for event, said_of_it, number in faults.values():
        yield Found(event.id, event.time, *joined(said_of_it), round=number)


def _add(faults: _Faults, event: Event, number: int, zh: str, en: str) -> None:
    _, told, _ = faults.setdefault(event.id, (event, [], number))
    if (zh, en) not in told:
        told.append((zh, en))


def _before(event: Event) -> tuple[str, str]:
    stage = said(event, "stage")
    return f"环节（{stage}）早于受理", f"the stage {stage} comes before the acceptance"


def _beyond(event: Event) -> tuple[str, str]:
    stage = said(event, "stage")
    return f"办结之后仍有环节（{stage}）", f"the stage {stage} comes after the completion"


def _order(faults: _Faults, flow: Sequence[ItemStage], events: list[Event], number: int) -> None:
    """Stages begun after one that follows them in the item. Of one instant no order is told."""
    places = {one.stage: place for place, one in enumerate(flow)}
    begun: dict[str, int] = {}
    for event in events:
        if event.type == "case.returned":
            begun = {}
        elif event.type in _STAGE:
            stage = said(event, "stage")
            if stage not in places or stage in begun:
                continue
            begun[stage] = event.time
            later = next(
                (s for s, time in begun.items() if places[s] > places[stage] and time < event.time), None
            )
            if later is not None:
                _add(
                    faults, event, number,
                    f"环节（{stage}）在后续环节（{later}）之后才开始",
                    f"the stage {stage} begins only after {later}, which follows it",
                )  # fmt: skip


def _corresponds(flow: Sequence[ItemStage], done: set[str]) -> bool:
    return not done or any(one.stage in done for one in flow)


def _missing(flow: Sequence[ItemStage], done: set[str], events: list[Event]) -> list[str]:
    """The mandatory stages that were not done; of a refused case only those before the last that was done."""
    refused = any(one.type == "case.decided" and said(one, "outcome") == "refuse" for one in events)
    last = max((place for place, one in enumerate(flow) if one.stage in done), default=-1)
    needed = flow[: last + 1] if refused else flow
    return [one.stage for one in needed if one.mandatory is not False and one.stage not in done]


def times_wrong(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """PR-08: a stage that ends before it starts, or so many stages completed at one instant (local setting)."""
    for number, events in rounds(facts):
        ended_first: dict[str, Event] = {}
        begun: set[str] = set()
        together: dict[int, dict[str, Event]] = {}
        for event in events:
            stage = said(event, "stage")
            if event.type == "case.returned":
                ended_first = {}
            elif event.type == "case.stage_started":
                ended = ended_first.pop(stage, None)
                if ended is not None and ended.time < event.time:
                    yield Found(
                        event.id, event.time,
                        f"环节（{stage}）的结束时间早于开始时间", f"the stage {stage} ends before it starts",
                        evidence=(ended.id,), round=number,
                    )  # fmt: skip
                begun.add(stage)
            elif event.type == "case.stage_completed":
                if stage not in begun:
                    ended_first[stage] = event
                same = together.setdefault(event.time, {})
                if stage in same:
                    continue
                same[stage] = event
                if len(same) == max(given["stages"], 2):
                    yield Found(
                        event.id, event.time,
                        f"{len(same)} 个环节在同一时刻办结：{'、'.join(same)}",
                        f"{len(same)} stages are completed at one instant: {', '.join(same)}",
                        evidence=tuple(one.id for one in same.values() if one is not event), round=number,
                    )  # fmt: skip


RULES: Final[dict[str, CaseRule]] = {"PR-07": step_missing, "PR-08": times_wrong}
