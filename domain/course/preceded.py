"""What is told of something that was never begun: a refund of no fee, a follow-up of nothing that was forwarded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from domain.course.draft import CaseDraft
from domain.events import Event

__all__ = ["name_unpreceded"]

_PRECEDED: Final = {
    "case.follow_up_recorded": ("case.forwarded_up", "此前没有上报", "nothing was forwarded before it"),
    "case.fee_refunded": ("case.fee_collected", "此前没有收费", "no fee was collected before it"),
    "case.appointment_served": ("case.appointment_booked", "此前没有预约", "no appointment was made before it"),
    "agency.completed": ("agency.opened", "此前没有受托代办", "no agency task was opened before it"),
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
        if needs is not None and first.get(needs[0], at + 1) > event.time:
            draft.irregular(event, "nothing_before", *needs[1:])
