"""Random lives of cases for property tests: plausible, impossible, late, corrected, repeated, in any order.

A life is a list of events of case-1 with recorded times, and the reference events it is judged under.
"""

import dataclasses
import datetime
from typing import Any

from hypothesis import strategies as st

from domain.events import Event
from tests.oracle.asking import ALWAYS, Document, event, moment, published, reference

BEGIN = datetime.datetime(
    2026, 2, 10, 1, tzinfo=datetime.UTC
)  # Tuesday 09:00 in Shanghai, before Spring Festival
MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)
LENGTH = 40 * 1440
ITEM = {
    "item": "permit", "version": "1", "title": "许可", "kind": "promise", "mode": "promise",
    "promised_limit": "5 working_day", "statutory_limit": "10 working_day",
    "stages": [{"stage": "intake", "limit": "4 working_hour"}, {"stage": "review", "limit": "3 working_day"}],
    "suspensions": [{"kind": "other", "max": "3 working_day", "basis": "条例"}],
}  # fmt: skip
TOWN = {
    "calendar": "town",
    "extends": "cn",
    "week": {"fri": "closed", "mon-thu": ["08:30-12:00", "13:30-16:30"]},
}
HALL = {
    "hall": "hall",
    "title": "县中心",
    "level": "county",
    "region": "130533",
    "calendar": "cn",
    "profile": "local",
}
VILLAGE = HALL | {"hall": "village", "title": "村", "level": "township", "calendar": "town"}


@dataclasses.dataclass(frozen=True)
class Life:
    events: list[Event]
    references: list[Event]

    def __repr__(self) -> str:
        lines = sorted((one.recorded, f"{_clock(one.recorded)} {one.type} of {_clock(one.time)} {one.id} {one.data}")
                       for one in [*self.events, *self.references] if one.recorded > 10**15)  # fmt: skip
        return "\n".join(["", *(line for _, line in lines)])

    def known(self) -> Any:
        return reference(self.references)

    def recorded(self) -> list[int]:
        """The instants of knowledge, in order, each once."""
        return sorted({one.recorded for one in [*self.events, *self.references] if one.recorded > 10**15})


_LIMITS = ["1 working_day", "3 working_day", "6 working_day", "8 working_day"]
CHOICES: dict[str, dict[str, list[Any]]] = {
    "case.applied": {"item": ["permit"], "hall": ["hall"]},
    "case.materials_received": {"item": ["permit"], "hall": ["hall"], "complete": [False, True]},
    "case.accepted": {"item": ["permit"], "hall": ["hall"], "mode": ["promise", "promise", "forward_up", "joint"]},
    "case.not_accepted": {"reason": ["非本机关"]},
    "case.correction_requested": {"within": [None, "3 working_day"]},
    "case.stage_started": {"stage": ["intake", "review"], "limit": [None, None, "2 working_day"]},
    "case.stage_completed": {"stage": ["intake", "review"]},
    "case.returned": {"to_stage": ["intake", "review"]},
    "case.transferred": {"to_hall": ["hall", "village", "nowhere"]},
    "case.branch_opened": {"branch": ["fire", "land"], "limit": _LIMITS},
    "case.branch_closed": {"branch": ["fire", "land"]},
    "case.forwarded_up": {"organ": ["市局"], "limit": _LIMITS},
    "case.suspended": {
        "kind": ["hearing", "hearing", "other", "testing"], "span": ["s1", "s2", None],
        "approver": ["李", None], "notice_no": ["n", None], "approved_limit": [None, *_LIMITS],
    },
    "case.resumed": {"kind": ["hearing", "other", "testing", None], "span": ["s1", "s2", None]},
    "case.extended": {
        "extension": ["x1", "x2"], "limit": _LIMITS, "clock": [None, "promised", "statutory"],
        "approver_rank": ["organ_head", "department_head", "government_head"], "notice_no": ["y"],
    },
    "case.extension_revoked": {"extension": ["x1", "x2"]},
    "case.limit_changed": {"clock": ["promised", "statutory"], "limit": _LIMITS},
    "case.decided": {"outcome": ["approve", "refuse"]},
}  # fmt: skip
"""What the decisive fields of an event may say, some of it missing or wrong."""


def _data(draw: st.DrawFn, name: str) -> Document:
    values = {key: draw(st.sampled_from(choices)) for key, choices in CHOICES.get(name, {}).items()}
    return {key: value for key, value in values.items() if value is not None}


USUAL = ["case.applied", "case.accepted", "case.accepted", "case.completed"]
OTHERS = [
    "case.materials_received", "case.not_accepted", "case.correction_requested", "case.correction_submitted",
    "case.stage_started", "case.stage_started", "case.stage_completed", "case.returned", "case.transferred",
    "case.branch_opened", "case.branch_closed", "case.forwarded_up", "case.superior_replied",
    "case.suspended", "case.suspended", "case.resumed", "case.resumed", "case.extended",
    "case.extension_revoked", "case.limit_changed", "case.decided", "case.completed", "case.withdrawn",
    "case.voided", "case.merged", "case.reopened", "case.delivered", "case.rejudged",
]  # fmt: skip


WORK = ["suspended", "resumed", "stage_started", "stage_completed", "returned", "extended", "extension_revoked",
        "limit_changed", "transferred", "branch_opened", "branch_closed", "forwarded_up", "superior_replied",
        "correction_requested", "correction_submitted", "decided"]  # fmt: skip
END = ["completed", "completed", "completed", "withdrawn", "voided", "merged"]
FOLLOWS = {
    "": ["applied", "applied", "materials_received", "accepted"],
    "applied": [
        "accepted",
        "accepted",
        "correction_requested",
        "not_accepted",
        "suspended",
        "withdrawn",
        "completed",
    ],
    "materials_received": ["applied", "accepted", "accepted", "correction_requested"],
    "correction_requested": ["correction_submitted", "correction_submitted", "accepted", "completed"],
    "correction_submitted": ["accepted", "correction_requested", "stage_started", "completed"],
    "suspended": ["resumed", "resumed", "resumed", "suspended", "transferred", "extended", *END],
    "stage_started": ["stage_completed", "returned", "stage_started", *WORK, *END],
    "returned": ["stage_started"],
    "extended": ["extension_revoked", *WORK, *END],
    "forwarded_up": ["superior_replied", *WORK, *END],
    "completed": ["reopened", "reopened", "delivered", "voided", "rejudged"],
    "voided": ["reopened", "rejudged"],
    "reopened": [*WORK, *END],
}
"""What mostly follows what in an orderly life; after the rest comes work or an end."""


def _names(draw: st.DrawFn, count: int) -> list[str]:
    """An orderly course of events, or any."""
    if draw(st.integers(0, 2)) == 0:
        return [draw(st.sampled_from(USUAL + OTHERS * 2)) for _ in range(count)]
    names = [""]
    for _ in range(count):
        names.append(draw(st.sampled_from(FOLLOWS.get(names[-1], WORK + END))))
    return [f"case.{name}" for name in names[1:]]


@st.composite
def lives(draw: st.DrawFn, plain: bool = False) -> Life:
    """A life of up to a dozen events, some out of order, some corrected, retracted or repeated.

    A plain one may be late, but nothing is amended, repeated or from the future, no two
    events share an instant, and all reference data is old.
    """
    minutes = st.integers(0, LENGTH)
    times = sorted(draw(st.lists(minutes, min_size=2, max_size=12, unique=plain)))
    delays = st.sampled_from([0, 0, 0, 0, 1, 30, 1440, 5 * 1440, *([] if plain else [-4, -3 * 1440])])
    events: list[Document] = []
    for number, (minute, name) in enumerate(zip(times, _names(draw, len(times)), strict=True)):
        time = BEGIN + minute * MINUTE
        recorded = max(time + draw(delays) * MINUTE, BEGIN - DAY)
        stamps = {"time": time, "recordedtime": recorded}
        events.append({"type": name, "id": f"e{number}"} | stamps | {"data": _data(draw, name)})
    if plain:
        return Life([event(one) for one in draw(st.permutations(events))], draw(_references(False)))
    for number in range(draw(st.integers(0, 2))):
        events.append(_amendment(draw, draw(st.sampled_from(events)), f"m{number}", draw(minutes)))
    for number in draw(st.lists(st.integers(0, len(events) - 1), max_size=2, unique=True)):
        later = events[number]["recordedtime"] + draw(st.integers(0, 2000)) * MINUTE
        changed = {"data": events[number]["data"] | {"note": "2"}} if draw(st.integers(0, 3)) == 0 else {}
        events.append(events[number] | {"recordedtime": later} | changed)
    return Life([event(one) for one in draw(st.permutations(events))], draw(_references(True)))


def _amendment(draw: st.DrawFn, target: Document, name: str, minute: int) -> Document:
    recorded = BEGIN + minute * MINUTE
    whom = {"source": "hall", "id": target["id"]}
    shell = {"id": name, "time": recorded, "recordedtime": recorded}
    if draw(st.booleans()):
        return shell | {"type": "event.retracted", "data": {"retracts": whom, "reason": "误录"}}
    time = target["time"] + draw(st.integers(-3000, 3000)) * MINUTE
    return shell | {"type": "event.corrected", "data": {"corrects": whom, "time": time.isoformat()}}


@st.composite
def _references(draw: st.DrawFn, with_late: bool) -> list[Event]:
    """What is known since always, and now and then a version that comes, or comes late."""
    settings = {
        "mode": draw(st.sampled_from(["date", "date", "instant"])),
        "day_end": draw(st.sampled_from(["close", "close", "midnight"])),
        "late_extension": draw(st.sampled_from(["does_not_cure", "cures"])),
        "stage_on_return": draw(st.sampled_from(["accumulate", "fresh"])),
        "on_reopen": draw(st.sampled_from(["resume", "fresh"])),
        "correction_pauses": draw(st.booleans()),
        "unlawful_suspension": draw(st.sampled_from(["pauses", "ignored"])),
    }
    forward = {"limit": "2 working_day", "levels": [{"level": 2, "after_due": "0 working_day"}]}
    branch = {"levels": [{"level": 1, "used_share": "0.5"}, {"level": 2, "after_due": "0 working_day"}]}
    profile = {"profile": "local", "settings": settings, "clocks": {"forward": forward, "branch": branch}}
    cn = {"calendar": "cn", "zone": "Asia/Shanghai", "week": {"mon-fri": ["09:00-12:00", "13:00-17:00"]},
          "holidays": "cn-state-council"}  # fmt: skip
    late = BEGIN + draw(st.integers(0, LENGTH)) * MINUTE
    events = [published("calendar", cn), published("calendar", TOWN), published("profile", profile)]
    events += [published("hall", HALL), published("hall", VILLAGE)]
    if not with_late:
        return [*events, published("item", ITEM)]
    events.append(published("item", ITEM, late if draw(st.integers(0, 7)) == 0 else ALWAYS))
    since = {"effective_from": "2026-01-01"}
    if draw(st.integers(0, 3)) == 0:
        events.append(published("calendar", cn | since | {"days": {"2026-03-03": "closed"}}, late, 2))
    if draw(st.integers(0, 3)) == 0:
        events.append(
            published("item", ITEM | since | {"version": "2", "promised_limit": "3 working_day"}, late, 2)
        )
    if draw(st.integers(0, 5)) == 0:
        rules = {"rules": {"TL-02": {"enabled": False}}}
        events.append(published("profile", profile | since | rules, late, 2))
    return events


def _clock(instant: int) -> str:
    return f"{moment(instant) + 8 * 60 * MINUTE:%m-%d %H:%M:%S}"
