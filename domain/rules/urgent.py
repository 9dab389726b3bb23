"""TL-15: an urgent case that does not go faster than the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, NamedTuple

from domain.events import Event
from domain.limits import Limit
from domain.reference_effect import effect_of
from domain.rules.found import CaseFacts, CaseRule, Found
from domain.rules.measuring import limit_used_up, share_used
from domain.rules.whereabouts import zone_at

__all__ = ["RULES", "is_urgent"]


class _Median(NamedTuple):
    """The working time of half of the normal cases, in seconds, and how many cases it is taken from."""

    seconds: Fraction
    cases: int


def urgent_not_green(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """TL-15: more than a share of the promise is used, or more working time than the median of normal cases.

    The median is the one in effect at acceptance, from enough cases (Kaifeng, articles 11 and 23).
    """
    accepted, course = facts.draft.accepted, facts.starts.get("promised")
    if accepted is None or course is None or not is_urgent(facts.draft.mode, facts.events, accepted.time):
        return
    share: Fraction = given["share"]
    moment = share_used(course, share, facts.at)
    if moment is not None:
        percent = f"{float(share * 100):g}%"
        yield Found(
            accepted.id, moment, f"急办件已用时间超过承诺时限的 {percent}",
            f"an urgent case has used more than {percent} of its promise", after=True,
        )  # fmt: skip
    median = _median(facts, accepted.time)
    if median is None or median.cases < given["cases"]:
        return
    moment = limit_used_up(course, Limit(median.seconds / 60, "working_minute"), (), facts.at)
    if moment is not None:
        hours = f"{float(median.seconds / 3600):.4g}"
        yield Found(
            accepted.id, moment, f"急办件已用工作时间超过普通件的中位数（{hours} 小时）",
            f"an urgent case has taken longer than the median of normal ones ({hours} working hours)", after=True,
        )  # fmt: skip


def is_urgent(mode: str | None, events: Sequence[Event], accepted: int) -> bool:
    """Whether a case was taken as urgent: by its mode, or by a word at application or acceptance."""
    return mode == "urgent" or any(
        event.data.get("urgent") is True
        for event in events
        if event.type in ("case.applied", "case.materials_received", "case.accepted")
        and event.time <= accepted
    )


def _median(facts: CaseFacts, at: int) -> _Median | None:
    item, zone = facts.draft.item, zone_at(facts, at)
    best: tuple[int, _Median] | None = None
    for event in facts.view.records("median", item or ""):
        seconds, cases, since = (
            event.data.get("used_seconds"),
            event.data.get("cases"),
            effect_of(event, zone),
        )
        if not isinstance(seconds, int | float) or not isinstance(cases, int) or seconds <= 0:
            continue
        if since <= at and (best is None or since >= best[0]):
            best = (since, _Median(Fraction(str(seconds)), cases))
    return best[1] if best is not None else None


RULES: Final[dict[str, CaseRule]] = {"TL-15": urgent_not_green}
