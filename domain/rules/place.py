"""Rules about where and on what a hall works: OW-01 off the registered window, OW-04 an item that is withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from domain.events import Event
from domain.rules.found import CaseFacts, CaseRule, Found, joined
from domain.rules.telling import told_once
from domain.rules.whereabouts import is_exempted, window_of, windows_at, zone_at

__all__ = ["RULES"]

_DONE: Final = {
    "case.accepted": ("受理", "accepted"),
    "case.stage_started": ("办理", "handled"),
    "case.stage_completed": ("办理", "handled"),
    "case.decided": ("办理", "handled"),
    "case.fee_collected": ("收费", "charged"),
    "case.completed": ("办结", "completed"),
    "case.delivered": ("出件", "handed out"),
}
_APART: Final = ("hall", "window", "item", "stage", "fee_item", "certificate_no")
"""What tells two acts of one kind and instant apart."""
_TAKING: Final = ("case.accepted", "case.fee_collected")
"""What a closed window cannot do; of a matter that it had before, it may still be named."""
_OUTPUT: Final = ("case.completed", "case.delivered")


def handled_off_window(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """OW-01: done at a window that the hall has not registered for the item, or a certificate without acceptance.

    A hall that registers no window is not judged by the place, nor is an event that names none (Weixian, article 2;
    Kaifeng, articles 3, 18 and 39). A fee taken at no registered window is FE-05's where that is on.
    """
    for event in told_once(facts.of_type(*_DONE), _APART):
        faults = [*_wrong_window(facts, event), *_no_case(facts, event)]
        if faults:
            yield Found(event.id, event.time, *joined(faults), round=facts.round_at(event))


def _wrong_window(facts: CaseFacts, event: Event) -> Iterator[tuple[str, str]]:
    window, item = window_of(event), event.data.get("item") or facts.draft.item
    windows = windows_at(facts, event)
    if window is None or not windows or is_exempted(facts, event, item):
        return
    zh, en = _DONE[event.type]
    registered = windows.get(window)
    is_closed = registered is not None and registered.data.get("closed")
    if (
        (registered is None or is_closed)
        and event.type == "case.fee_collected"
        and "FE-05" in facts.profile.on
    ):
        return  # where a fee may be taken is FE-05's: one fee is one card
    if registered is None:
        yield f"在未登记的窗口（{window}）{zh}", f"{en} at {window}, which is no registered window"
        return
    if is_closed and event.type in _TAKING:
        yield f"在已关闭的窗口（{window}）{zh}", f"{en} at {window}, which is closed"
        return
    items = registered.data.get("items")
    if item is not None and isinstance(items, list) and item not in items:
        yield (
            f"窗口（{window}）未登记办理该事项，却在此{zh}",
            f"{en} at {window}, which is not registered for the item",
        )


def _no_case(facts: CaseFacts, event: Event) -> Iterator[tuple[str, str]]:
    number = event.data.get("certificate_no")
    if event.type not in _OUTPUT or number in (None, ""):
        return
    accepted = facts.draft.accepted_at is not None and facts.draft.accepted_at <= event.time
    if not accepted and not any(one.time <= event.time for one in facts.of_type("case.accepted")):
        yield f"证照编号 {number} 没有对应的受理记录", f"certificate {number} has no acceptance on record"


def cancelled_item_practised(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """OW-04: accepted on an item that was withdrawn or suspended by then. A deemed acceptance is nobody's act."""
    accepted = next(facts.of_type("case.accepted"), None)
    if accepted is None:
        return
    name = accepted.data.get("item") or facts.draft.item
    state = _state(facts, str(name), accepted.time) if name is not None else None
    if state is None:
        return
    if state.type == "item.withdrawn":
        yield Found(accepted.id, accepted.time, "受理已取消的事项", "accepted on an item that is withdrawn")
    elif state.data.get("suspended") is True:
        yield Found(
            accepted.id, accepted.time, "受理已暂停实施的事项", "accepted on an item that is suspended"
        )


def _state(facts: CaseFacts, name: str, at: int) -> Event | None:
    """The version or withdrawal of an item in effect at an instant: of two of one instant the later recorded."""
    course = facts.view.item_course(name, zone_at(facts, at))
    return next((event for since, event in reversed(course) if since <= at), None)


RULES: Final[dict[str, CaseRule]] = {
    "OW-01": handled_off_window,
    "OW-04": cancelled_item_practised,
}
