"""Decisions on a limit: extensions, their revocation, limit changes."""

from __future__ import annotations

from typing import Any

from domain.clocks.timeline import Change
from domain.course.draft import CaseDraft, ClockDraft
from domain.course.lawful import is_same_extension
from domain.events import Event
from domain.events.values import is_blank
from domain.reference_view import View

__all__ = ["on_extended", "on_extension_revoked", "on_limit_changed"]

_EXTENDED_BY_DEFAULT = ("promised", "instant", "statutory")


def _clocks_named(draft: CaseDraft, named: str | list[str] | None) -> list[ClockDraft]:
    names = _EXTENDED_BY_DEFAULT if named is None else (named,) if isinstance(named, str) else tuple(named)
    latest: dict[str, ClockDraft] = {}
    for clock in draft.clocks:
        if clock.started and (clock.name in names or clock.key in names) and clock.round == draft.round:
            latest[clock.key] = clock
    return [clock for clock in latest.values() if clock.stop is None]


def _waits(draft: CaseDraft, event: Event) -> bool:
    """Between receipt and acceptance a decision waits: it acts from its own time if the case is deemed accepted."""
    if draft.accepted_at is not None or draft.receipt is None:
        return False
    draft.waiting.append(event)
    return True


def on_extended(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    clocks = _clocks_named(draft, payload.clock)
    if payload.extension is not None and clocks and all(_has(clock, payload.extension) for clock in clocks):
        return  # the same extension, told again
    if payload.extension is None and any(is_same_extension(event, other) for other, _ in draft.extensions):
        return
    if all(known is not event for known, _ in draft.extensions):
        draft.extensions.append((event, draft.round))
    for clock in clocks:
        clock.changes.append(
            Change(event.time, "extend", payload.limit, payload.extension or event.id, event.id)
        )
    if not clocks and not _waits(draft, event):
        draft.irregular(
            event, "impossible_order", "没有可延长的时限", "there is no running clock that it extends"
        )


def _has(clock: ClockDraft, extension: str) -> bool:
    """Whether an extension is in force on a clock."""
    said = [change.kind for change in clock.changes if change.extension == extension]
    return bool(said) and said[-1] == "extend"


def on_extension_revoked(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    revoked = False
    for clock in draft.clocks:
        gone = {one.extension for one in clock.changes if one.kind == "revoke"}
        mine = [
            one.extension
            for one in clock.changes
            if one.kind == "extend"
            and one.extension not in gone
            and payload.extension in (None, one.extension)
        ]
        if mine and clock.stop is None:
            clock.changes.append(Change(event.time, "revoke", None, mine[-1], event.id))
            revoked = True
    if all(known is not event for known in draft.revocations):
        draft.revocations.append(event)
    if not revoked and not _waits(draft, event):
        draft.irregular(
            event, "impossible_order", "没有可撤销的延长", "there is no extension that it revokes"
        )


def on_limit_changed(draft: CaseDraft, view: View, event: Event, payload: Any) -> None:
    clocks = _clocks_named(draft, payload.clock if payload.clock is not None else ["promised", "instant"])
    for clock in clocks:
        clock.changes.append(Change(event.time, "limit", payload.limit, "", event.id))
    if not clocks and not _waits(draft, event):
        draft.irregular(
            event, "impossible_order", "没有可变更的时限", "there is no running clock that it changes"
        )
    elif is_blank(payload.reason):
        draft.irregular(
            event, "without_reason", "变更时限未说明理由", "a limit is changed, and no reason is given"
        )
