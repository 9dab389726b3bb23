"""What a rule without a clock finds, and what it is given to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from domain.clocks.thresholds import Terms, count_of
from domain.clocks.timeline import ClockCourse
from domain.course.draft import CaseDraft
from domain.course.lookup import first_holder, holding
from domain.events import Event
from domain.limits import Limit
from domain.profiles import Profile
from domain.reference_view import View

__all__ = ["CaseFacts", "CaseRule", "Found", "joined"]


_MOST_COUNTED: Final = 100_000


class Found(NamedTuple):
    """A rule broken. `event` is the id of the event that broke it, and names the finding."""

    event: str
    time: int
    """The instant at which it was broken."""
    text_zh: str
    text_en: str
    level: int | None = None
    """None: the level that profile or registry give to a breach of the rule."""
    evidence: tuple[str, ...] = ()
    """Ids of the other events that it rests on."""
    after: bool = False
    """A deadline passed: it holds strictly after `time`, and may be told before."""
    round: int = 1
    part: str = ""
    """Tells two breaches of one rule by one event apart; each is a finding of its own."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case as at an instant, for rules without a clock."""

    draft: CaseDraft
    events: Sequence[Event]
    """Those that are known and have happened by `at`, corrected, in the order of application."""
    profile: Profile
    view: View
    """The reference data that the current round is judged with."""
    at: int
    clocks: Mapping[int, Mapping[str, ClockCourse]]
    """The clocks of each round, by key."""

    @property
    def starts(self) -> Mapping[str, ClockCourse]:
        """The clocks of the first round, by key."""
        return self.clocks.get(1, {})

    def of_type(self, *types: str) -> Iterator[Event]:
        """The events of these types, in order."""
        return (event for event in self.events if event.type in types)

    def round_at(self, event: Event) -> int:
        """The round that an event falls into, also where other sources' words were added to it."""
        number = 1
        for one in self.events:
            if one.identity == event.identity:
                break
            number += self.is_reopening(one)
        return number

    def is_reopening(self, event: Event) -> bool:
        """Whether an event begins a new round: a reopening of a case that had ended."""
        return event.type == "case.reopened" and not any(
            one.event == event.id and one.kind == "impossible_order" for one in self.draft.irregularities
        )

    def after(self, start: int, limit: Limit) -> int | None:
        """The instant at which `limit` from `start` is used up by the holder's calendar, no pause counted.

        None while the holder's calendar is not known. A case is judged anew with each event, and its rules ask the
        same of all that came before: what was counted is kept with the view, by all that it hangs on.
        """
        settings = self.profile.settings
        how = (settings["day_end"], settings["closed_start"], settings["mode"])
        holders = tuple([(one.begin, one.hall, one.calendar) for one in self.draft.holders])
        key = (start, limit, isinstance(limit.amount, int), how, holders)
        counted = self.view.counted
        if key not in counted:
            if len(counted) > _MOST_COUNTED:
                counted.clear()
            counted[key] = self._counted(start, limit)
        return counted[key]

    def _counted(self, start: int, limit: Limit) -> int | None:
        held = holding(self.draft, self.view, first_holder(self.draft, start))
        if not held.stretches or (held.unknown_from is not None and held.unknown_from <= start):
            return None
        return count_of(start, held.stretches, (), Terms(limit, ()), self.profile.settings).due


CaseRule = Callable[[CaseFacts, Mapping[str, Any]], Iterable[Found]]
"""A rule without a clock: from the facts and the rule's parameters (of the profile, typed) to what is broken.

Only facts and corrections take a breach away: what happens later must leave it standing. What will be broken unless
something happens is told beforehand, with `after`.
"""


def joined(faults: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Several faults as one text, in Chinese and English."""
    return "；".join(zh for zh, _ in faults), "; ".join(en for _, en in faults)
