"""What the events of a case amount to, before the arithmetic: drafts of clocks, spans, holders, decisions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from domain.clocks.timeline import Change, Pause, Stop
from domain.events import Event
from domain.events.payloads import CaseSuspended
from domain.history import Irregularity
from domain.limits import Limit
from domain.profiles import Profile

__all__ = ["CaseDraft", "ClockDraft", "Holder", "SpanDraft"]

PAUSABLE = frozenset(("promised", "statutory", "stage", "branch", "forward"))
"""Clocks that suspensions pause. An instant case, the acceptance decision, a delivery and the superior's own time
are not paused; a suspension is the pause itself."""


_TITLES: Final = {"item": "事项", "hall": "大厅", "calendar": "日历", "profile": "监察规则集"}


@dataclass(slots=True)
class ClockDraft:
    """One run of one clock. `limit` None: what it hangs on is not known yet, or it does not exist."""

    name: str
    key: str
    round: int
    start: int
    event: str
    limit: Limit | None
    profile: Profile | None
    begin: int
    changes: list[Change] = field(default_factory=list)
    stop: Stop | None = None
    previous: ClockDraft | None = None
    gaps: list[Pause] = field(default_factory=list)
    deemed: int | None = None
    started: bool = True
    """False: named already, to start with the acceptance"""
    pending: bool = False
    """True: cannot be counted until a missing reference arrives"""


@dataclass(slots=True)
class Holder:
    """From `begin` on a hall holds the matter; `calendar` overrides the hall's own."""

    begin: int
    hall: str
    event: str
    calendar: str | None = None


@dataclass(slots=True)
class SpanDraft:
    """A suspension, from `start` until `end` (None: still open)."""

    key: str
    kind: str | None
    start: int
    event: Event
    """the event that began it; of the same suspension told by two sources, the first"""
    round: int
    told: CaseSuspended
    """what all who told of it say together"""
    faults: list[tuple[str, str]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    """every id by which a resumption may name it"""
    end: int | None = None
    clock: ClockDraft | None = None


@dataclass(slots=True)
class CaseDraft:
    """The case as its events tell it, up to the instant judged."""

    subject: str
    round: int = 1
    item: str | None = None
    item_event: Event | None = None
    kind: str | None = None
    mode: str | None = None
    holders: list[Holder] = field(default_factory=list)
    """who holds the matter; the hall that is named first does so from the first event on"""
    receipt: Event | None = None
    accepted: Event | None = None
    accepted_at: int | None = None
    """start of the case's clocks: the acceptance, or the receipt of a case deemed accepted"""
    deemed_at: int | None = None
    formal: bool = False
    profile: Profile | None = None
    promised_limit: Limit | None = None
    statutory_limit: Limit | None = None
    item_version: str = ""
    stages_without_time: tuple[str, ...] = ()
    """stages to which the item gives a limit that is zero"""
    ended: Event | None = None
    ended_at: int | None = None
    status_at_end: str = ""
    closings: dict[int, Event] = field(default_factory=dict)
    """the event that closed each round"""
    clocks: list[ClockDraft] = field(default_factory=list)
    spans: list[SpanDraft] = field(default_factory=list)
    other_pauses: list[Pause] = field(default_factory=list)
    """corrections after acceptance, waits for a superior"""
    correction: ClockDraft | None = None
    correction_since: Event | None = None
    correction_pause: int | None = None
    superior_pause: int | None = None
    extensions: list[tuple[Event, int]] = field(default_factory=list)
    """extensions, each with its round"""
    revocations: list[Event] = field(default_factory=list)
    waiting: list[Event] = field(default_factory=list)
    """what came before any acceptance (decisions on the case or its limits, completions) and takes effect if the case
    is deemed accepted"""
    irregularities: list[Irregularity] = field(default_factory=list)
    closed_keys: set[str] = field(default_factory=set)
    open_since: dict[str, int] = field(default_factory=dict)
    """stages and branches that are open, by key, whether they have a limit or not"""
    decisions: list[Event] = field(default_factory=list)
    """every decision told of this round, also those that come too late to count"""
    unlisted_returns: list[tuple[Event, bool]] = field(default_factory=list)
    """returns to a stage that the item does not list, each with whether it lists any"""
    rejudged: Event | None = None

    def irregular(self, event: Event, kind: str, text_zh: str, text_en: str) -> None:
        self.irregularities.append(Irregularity(event.time, event.id, kind, text_zh, text_en))

    def missing(self, event: Event, kind: str, name: str) -> None:
        """Something that the event's clocks hang on is not known, or (`name` empty) not named."""
        title = _TITLES[kind]
        if name:
            self.irregular(
                event, "missing_reference", f"缺少参照数据：{title} {name}", f"{kind} {name} is not known"
            )
        else:
            self.irregular(event, "missing_reference", f"未写明{title}", f"no {kind} is named")

    def running(self, *names: str) -> list[ClockDraft]:
        """Runs that have not stopped, of these clocks (by name or key)."""
        return [
            clock
            for clock in self.clocks
            if clock.stop is None and (not names or clock.name in names or clock.key in names)
        ]

    def last(self, key: str) -> ClockDraft | None:
        """The latest run of a clock."""
        return next((clock for clock in reversed(self.clocks) if clock.key == key and clock.started), None)

    def stop(self, clocks: list[ClockDraft], event: Event, how: str = "ended") -> None:
        for clock in clocks:
            if clock.started:
                clock.stop = Stop(event.time, "ended" if how == "ended" else "stopped", event.id)
