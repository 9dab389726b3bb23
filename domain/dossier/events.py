"""The events of a dossier: what happened and when it was recorded, what of it is late, corrected or set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from domain.events import Event, canonical_content, event_document
from domain.history import known_history, orders_by_target
from domain.instants import MINUTE, format_instant, seconds
from domain.reference_view import View
from domain.telling import told
from domain.wording import moment_words
from domain.words import event_title, span_text

__all__ = ["annex_rows", "history_rows"]

_LATE: Final = 5 * MINUTE
"""Recorded so long after it happened an event is marked late."""
_PEOPLE: Final = ("officer", "to_officer", "approver", "by")


def history_rows(
    history: Sequence[Event], view: View, at: int, known_at: int, zone: ZoneInfo, lang: str
) -> list[dict[str, Any]]:
    """Every event known, in order of what happened; a correction stands as an event of its own, too."""
    known = [event for event in history if event.recorded <= known_at]
    counted = {event.identity: event for event in known_history(history, known_at).events}
    orders = orders_by_target(history, known_at)
    first: dict[tuple[str, str], Event] = {}
    for event in sorted(known, key=lambda one: (one.recorded, canonical_content(one))):
        first.setdefault(event.identity, event)
    titles = {kind: view.titles(kind) for kind in ("hall", "item")}
    rows = []
    for event in known:
        is_order = event.type.startswith("event.")
        stands = event if is_order else counted.get(event.identity)
        reused = canonical_content(first[event.identity]) != canonical_content(event)
        if reused:
            stands = None
        now = stands if stands is not None else event
        marks = _marks(event, stands, orders.get(event.identity, []), reused, at, zone, lang)
        rows.append(
            (now.time, event.recorded, _row(event, now, marks, stands is not None, titles, zone, lang))
        )
    return [row for _, _, row in sorted(rows, key=lambda one: (one[0], one[1], one[2]["id"]))]


def annex_rows(history: Sequence[Event], known_at: int) -> list[dict[str, str]]:
    """Every event known as it was sent: JSON, one field a line, in order of recording."""
    known = sorted((event for event in history if event.recorded <= known_at), key=lambda one: one.recorded)
    return [
        {
            "id": event.id,
            "text": msgspec.json.format(msgspec.json.encode(event_document(event)), indent=2).decode(),
        }
        for event in known
    ]


def _row(
    event: Event,
    now: Event,
    marks: list[str],
    stands: bool,
    titles: Mapping[str, Mapping[str, str]],
    zone: ZoneInfo,
    lang: str,
) -> dict[str, Any]:
    people = [str(now.data[name]) for name in _PEOPLE if isinstance(now.data.get(name), str | int)]
    return {
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "title": event_title(event.type, lang),
        "time": format_instant(now.time),
        "time_text": moment_words(now.time, lang, zone),
        "recorded": format_instant(event.recorded),
        "recorded_text": moment_words(event.recorded, lang, zone),
        "said": told(_titled(now.data, titles, lang), lang, zone),
        "by": ("、" if lang == "zh" else ", ").join(dict.fromkeys((event.source, *people))),
        "marks": marks,
        "stands": stands,
    }


def _titled(data: Mapping[str, Any], titles: Mapping[str, Mapping[str, str]], lang: str) -> dict[str, Any]:
    """The data with halls and items by title and id."""
    out = dict(data)
    for name, kind in (("hall", "hall"), ("from_hall", "hall"), ("to_hall", "hall"), ("item", "item")):
        value = data.get(name)
        title = titles[kind].get(value) if isinstance(value, str) else None
        if title is not None and title != value:
            out[name] = f"{title}（{value}）" if lang == "zh" else f"{title} ({value})"
    return out


def _marks(
    event: Event,
    stands: Event | None,
    orders: Sequence[Event],
    reused: bool,
    at: int,
    zone: ZoneInfo,
    lang: str,
) -> list[str]:
    """Late, corrected, retracted, set aside, still to come."""
    zh = lang == "zh"
    marks = []
    by = ("、" if zh else ", ").join(order.id for order in orders)
    if reused:
        marks.append(
            "编号重复而内容不同，未采用" if zh else "its id was used before with other content; not used"
        )
    elif stands is None and any(order.type == "event.retracted" for order in orders):
        marks.append(f"已撤回（{by}）" if zh else f"retracted ({by})")
    elif stands is None:
        marks.append(
            "暂不采用：发生时间晚于记录时间" if zh else "set aside: its time lies after its recording"
        )
    elif orders and canonical_content(stands) != canonical_content(event):
        marks.append(f"已更正（{by}）" if zh else f"corrected ({by})")
        if stands.time != event.time:
            was = moment_words(event.time, lang, zone)
            marks.append(f"原报时间 {was}" if zh else f"time as first sent {was}")
        was = told({k: v for k, v in event.data.items() if stands.data.get(k) != v}, lang, zone)
        if was:
            marks.append(f"原报 {was}" if zh else f"as first sent {was}")
    lag = event.recorded - event.time
    if lag >= _LATE:
        span = span_text(seconds(lag), lang)
        marks.append(f"迟录 {span}" if zh else f"recorded {span} late")
    if stands is not None and stands.time > at:
        marks.append("晚于截至时刻，尚不计" if zh else "after the instant asked about; not counted yet")
    return marks
