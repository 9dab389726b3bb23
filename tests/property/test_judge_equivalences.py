"""Different tellings of the same facts get the same judgement."""

import datetime
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from domain.events import Event
from tests.oracle.asking import Document, ask, ask_at, event, examples, micros, moment, published, reference
from tests.oracle.lives import BEGIN, HALL, ITEM, LENGTH, MINUTE, TOWN, VILLAGE, Life, lives

SETTINGS = {
    "mode": ["date", "instant"],
    "day_end": ["close", "midnight"],
    "closed_start": ["day_zero", "roll_forward"],
}
CN = {"calendar": "cn", "zone": "Asia/Shanghai", "week": {"mon-fri": ["09:00-12:00", "13:00-17:00"]}}
END = micros(BEGIN) + (LENGTH + 60 * 1440) * 60_000_000
moments = st.integers(1, 20 * 1440).map(lambda minutes: BEGIN + minutes * MINUTE)
limits = st.sampled_from(["2 working_day", "5 working_day", "9 calendar_day", "30 working_hour", "100 hour"])
profiles = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in SETTINGS.items()})


def happened(name: str, time: datetime.datetime, number: int = 1, **data: Any) -> Event:
    return event({"type": f"case.{name}", "id": f"{name}-{number}", "time": time, "data": data})


def accepted(time: datetime.datetime = BEGIN) -> Event:
    return happened("accepted", time, item="permit", hall="hall")


def suspended(time: datetime.datetime, number: int = 1) -> Event:
    return happened(
        "suspended", time, number, kind="hearing", span=f"s{number}", approver="李", notice_no="n"
    )


def resumed(time: datetime.datetime, number: int = 1) -> Event:
    return happened("resumed", time, number, kind="hearing", span=f"s{number}")


def known(settings: Document, limit: str, **item: Any) -> Any:
    calendars = [published("calendar", CN | {"holidays": "cn-state-council"}), published("calendar", TOWN)]
    off = {code: {"enabled": False} for code in ("CA-03", "TL-08", "TL-09", "TL-10")}
    profile = published("profile", {"profile": "local", "settings": settings, "rules": off})
    halls = [published("hall", HALL), published("hall", VILLAGE)]
    service = published("item", ITEM | {"promised_limit": limit, "statutory_limit": "60 calendar_day"} | item)
    return reference([*calendars, *halls, profile, service])


def promised(history: list[Event], references: Any, at: datetime.datetime, key: str = "promised") -> Document:
    """What counts of the clock, without its explanation."""
    clock = ask(history, references, at)["clocks"][key]
    shown = (
        "state",
        "due",
        "level",
        "thresholds",
        "used_seconds",
        "used_days",
        "paused_seconds",
        "over_seconds",
    )
    return {name: clock[name] for name in shown}


@examples(40)
@given(profiles, limits, st.lists(moments, min_size=2, max_size=2, unique=True).map(sorted), moments)
def test_a_closed_span_is_counted_like_a_pause(
    settings: Document, limit: str, ends: list[datetime.datetime], at: datetime.datetime
) -> None:
    references = known(settings | {"on_reopen": "resume"}, limit)
    assume(at > ends[1])
    closed = [accepted(), happened("completed", ends[0]), happened("reopened", ends[1])]
    paused = [accepted(), suspended(ends[0]), resumed(ends[1])]
    one, other = promised(closed, references, at), promised(paused, references, at)
    # levels passed before the closing are reached anew at the restart, and a card in force is not raised twice
    for name in ("due", "used_seconds", "used_days", "paused_seconds", "over_seconds", "state"):
        assert one[name] == other[name], name


@examples(40)
@given(profiles, limits, st.lists(moments, min_size=2, max_size=2, unique=True).map(sorted), moments)
def test_the_gap_of_a_stage_is_counted_like_a_pause(
    settings: Document, limit: str, ends: list[datetime.datetime], at: datetime.datetime
) -> None:
    references = known(settings, "30 calendar_day", stages=[{"stage": "review", "limit": limit}])
    assume(at > ends[1])
    begun = [accepted(), happened("stage_started", BEGIN, stage="review")]
    gap = [happened("returned", ends[0], to_stage="x"), happened("stage_started", ends[1], 2, stage="review")]
    pause = [suspended(ends[0]), resumed(ends[1])]
    one = promised([*begun, *gap], references, at, "stage:review")
    other = promised([*begun, *pause], references, at, "stage:review")
    for name in ("due", "used_seconds", "used_days", "paused_seconds", "over_seconds", "state"):
        assert one[name] == other[name], name


@examples(40)
@given(profiles, limits, moments, moments, moments)
def test_a_deemed_acceptance_counts_from_the_receipt(
    settings: Document, limit: str, start: datetime.datetime, end: datetime.datetime, at: datetime.datetime
) -> None:
    references = known(settings | {"deemed_after": "1 minute"}, limit)
    assume(at > start + MINUTE and end > start)
    pause = [suspended(start + 2 * MINUTE), resumed(end + 2 * MINUTE)]
    deemed = [happened("applied", start, item="permit", hall="hall"), *pause]
    one, other = promised(deemed, references, at), promised([accepted(start), *pause], references, at)
    del one["thresholds"], other["thresholds"]  # one before the deeming is reached at the deeming
    assert one == other


@examples(40)
@given(profiles, limits, st.lists(moments, min_size=3, max_size=3, unique=True).map(sorted), moments)
def test_two_pauses_that_touch_are_one(
    settings: Document, limit: str, ends: list[datetime.datetime], at: datetime.datetime
) -> None:
    references = known(settings, limit)
    two = [suspended(ends[0], 1), resumed(ends[1], 1), suspended(ends[1], 2), resumed(ends[2], 2)]
    nested = [suspended(ends[0], 1), suspended(ends[1], 2), resumed(ends[1], 2), resumed(ends[2], 1)]
    overlapping = [
        suspended(ends[0], 1),
        suspended(ends[1] - MINUTE, 2),
        resumed(ends[1], 1),
        resumed(ends[2], 2),
    ]
    assume(ends[1] - MINUTE > ends[0])
    one = promised([accepted(), suspended(ends[0]), resumed(ends[2])], references, at)
    assert promised([accepted(), *nested], references, at) == one
    if at >= ends[1]:
        assert promised([accepted(), *overlapping], references, at) == one
    assert promised([accepted(), *two], references, at) == one


@examples(40)
@given(profiles, limits, moments, moments)
def test_a_transfer_between_halls_of_one_calendar_changes_nothing(
    settings: Document, limit: str, moved: datetime.datetime, at: datetime.datetime
) -> None:
    references = known(settings, limit)
    village = published("hall", VILLAGE | {"calendar": "cn"}, number=2)
    same = reference([one for one in references.events if one.subject != "village"] + [village])
    transfer = happened("transferred", moved, from_hall="hall", to_hall="village")
    assert promised([accepted(), transfer], same, at) == promised([accepted()], same, at)


@examples(40)
@given(profiles, limits, limits, moments)
def test_a_limit_changed_at_once_is_the_limit(
    settings: Document, limit: str, other: str, at: datetime.datetime
) -> None:
    change = happened("limit_changed", BEGIN, clock="promised", limit=other)
    changed = promised([accepted(), change], known(settings, limit), at)
    assert changed == promised([accepted()], known(settings, other), at)


@examples(40)
@given(profiles, st.integers(1, 4), st.integers(1, 4), st.lists(moments, min_size=2, max_size=2), moments)
def test_two_extensions_are_their_sum(
    settings: Document, one: int, other: int, granted: list[datetime.datetime], at: datetime.datetime
) -> None:
    def extended(number: int, days: int, time: datetime.datetime) -> Event:
        return happened(
            "extended", time, number, extension=f"x{number}", clock="promised", limit=f"{days} working_day"
        )

    references = known(settings, "9 working_day")
    early = BEGIN + MINUTE
    both = promised([accepted(), extended(1, one, early), extended(2, other, early)], references, at)
    assert both == promised([accepted(), extended(1, one + other, early)], references, at)
    apart = [extended(1, one, granted[0]), extended(2, other, granted[1])]
    assume(max(granted) < at)
    assert promised([accepted(), *apart], references, at)["due"] == both["due"]


@examples(60)
@given(lives(plain=True), st.integers(0, LENGTH + 20 * 1440))
def test_a_verdict_knows_no_order_of_arrival(life: Life, minutes: int) -> None:
    """All learnt in one instant at the end: the same clocks, findings and status as learnt bit by bit."""
    at = micros(BEGIN + minutes * MINUTE)
    late = [event(_mapping(one) | {"recordedtime": BEGIN + LENGTH * 2 * MINUTE}) for one in life.events]
    first, again = ask_at(life.events, life.known(), at, END), ask_at(late, life.known(), at, END)
    for name in ("clocks", "findings", "status", "round", "voided"):
        assert first[name] == again[name]


@examples(60)
@given(lives(plain=True), st.integers(0, LENGTH + 20 * 1440), st.integers(0, 11))
def test_a_retracted_event_is_as_if_it_had_never_been(life: Life, minutes: int, number: int) -> None:
    target = life.events[number % len(life.events)]
    retraction = event(
        {"type": "event.retracted", "id": "away", "time": BEGIN + LENGTH * 2 * MINUTE,
         "data": {"retracts": {"source": target.source, "id": target.id}, "reason": "误录"}}
    )  # fmt: skip
    at = micros(BEGIN + minutes * MINUTE)
    without = ask_at([one for one in life.events if one is not target], life.known(), at, END)
    retracted = ask_at([*life.events, retraction], life.known(), at, END)
    for name in ("clocks", "findings", "status", "round", "voided", "irregularities"):
        assert retracted[name] == without[name]


@examples(40)
@given(lives(), st.integers(0, LENGTH + 20 * 1440), st.integers(-12, 12), moments)
def test_the_digest_knows_nothing_of_spelling(
    life: Life, minutes: int, hours: int, received: datetime.datetime
) -> None:
    """Another offset, a time of receipt, a field nobody knows: the same digest."""
    zone = datetime.timezone(datetime.timedelta(hours=hours))
    until = [{**one.data, "promised_limit": {"until": "2026-02-20T09:00:00Z"}} for one in life.events]
    spelled = moment(micros(datetime.datetime(2026, 2, 20, 9, tzinfo=datetime.UTC))).astimezone(zone)
    said = [{**one, "promised_limit": {"until": spelled.isoformat()}, "remark": "x"} for one in until]
    kinds = ("case.accepted",)
    first, second = [], []
    for one, plain, other in zip(life.events, until, said, strict=True):
        stamps = {"time": moment(one.time).astimezone(zone), "recordedtime": moment(one.recorded)}
        more = {"receivedtime": received, "source": one.source}
        first.append(event(_mapping(one) | {"recordedtime": moment(one.recorded)} | _when(one, kinds, plain)))
        second.append(event(_mapping(one) | stamps | more | _when(one, kinds, other)))
    at = micros(BEGIN + minutes * MINUTE)
    assert ask_at(first, life.known(), at, END)["digest"] == ask_at(second, life.known(), at, END)["digest"]


def _when(one: Event, kinds: tuple[str, ...], data: Document) -> Document:
    return {"data": data} if one.type in kinds else {}


def _mapping(one: Event) -> Document:
    return {"type": one.type, "id": one.id, "source": one.source, "time": moment(one.time), "data": one.data}
