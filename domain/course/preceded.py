"""What is told of something that is not there: a refund of no fee, a delivery of no result, a stage nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from domain.course.draft import CaseDraft
from domain.events import Event

__all__ = ["name_unknown_stages", "name_unpreceded"]

_RESULTS: Final = (
    "case.decided", "case.completed", "case.not_accepted", "case.withdrawn", "case.voided", "case.merged",
    "case.forwarded_up",
)  # fmt: skip
"""What may leave something to hand out: a decision or an end; the superior organ may have decided."""

_STAGE: Final = ("case.stage_started", "case.stage_completed")

_PRECEDED: Final = {
    "case.follow_up_recorded": (("case.forwarded_up",), "此前没有上报", "nothing was forwarded before it"),
    "case.fee_refunded": (("case.fee_collected",), "此前没有收费", "no fee was collected before it"),
    "case.appointment_served": (("case.appointment_booked",), "此前没有预约", "no appointment was made before it"),
    "agency.completed": (("agency.opened",), "此前没有受托代办", "no agency task was opened before it"),
    "case.delivered": (
        _RESULTS, "此前没有决定、办结或不予受理", "there was no decision, completion or refusal before it",
    ),
}  # fmt: skip


def name_unpreceded(draft: CaseDraft, events: Sequence[Event], at: int) -> None:
    """Show each event up to `at` before which what it speaks of had not happened. No clock hangs on them."""
    first: dict[str, int] = {}
    for event in events:
        if event.time > at:
            break
        first.setdefault(event.type, event.time)
    for event in events:
        if event.time > at:
            break
        needs = _PRECEDED.get(event.type)
        if needs is not None and all(first.get(one, at + 1) > event.time for one in needs[0]):
            draft.irregular(event, "nothing_before", *needs[1:])


def name_unknown_stages(draft: CaseDraft, events: Sequence[Event], at: int) -> None:
    """Show each return to a stage that neither the item lists nor the case has had up to `at`.

    Where the item lists no stages and none was told of the case, nobody knows which there are.
    """
    if not draft.unlisted_returns:
        return
    had = {one.data.get("stage") for one in events if one.time <= at and one.type in _STAGE}
    for event, is_listed in draft.unlisted_returns:
        stage = event.data.get("to_stage")
        if (is_listed or had) and stage not in had:
            draft.irregular(
                event,
                "unknown_stage",
                f"退回至环节 {stage}，事项目录未列此环节，案件也未经过此环节",
                f"returned to the stage {stage}, which the item does not list and the case has not had",
            )
