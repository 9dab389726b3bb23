"""The synthetic county: repeatable, in order, lawful for the most part, and broken where it says so."""

from collections import Counter, defaultdict
from itertools import islice, pairwise

import pytest

from domain.events import Event, decode_event, encode_event
from domain.identity import identity_field
from domain.instants import DAY, HOUR, parse_instant
from domain.judge import judge
from producers.county import load_county, reference_events
from producers.simulator import Silence, pick_silence, traffic
from sundial.reference import shipped_reference
from sundial.shipped import holiday_sets

START = parse_instant("2026-06-01T00:00:00+08:00")
UNTIL = START + 5 * DAY
COUNTY = load_county()


def played(
    seed: int = 7, start: int = START, until: int = UNTIL, silence: Silence | None = None
) -> list[Event]:
    return list(traffic(COUNTY, holiday_sets(), seed, start, until, 100, silence))


@pytest.fixture(scope="module")
def week() -> list[Event]:
    return played()


def test_the_county_has_the_halls_it_should_have() -> None:
    assert Counter(hall.level for hall in COUNTY.halls) == {
        "county": 1, "sub_center": 3, "township": 12, "village": 20,
    }  # fmt: skip
    halls = {hall.hall for hall in COUNTY.halls}
    assert all(hall.parent in halls for hall in COUNTY.halls if hall.level != "county")
    assert len({item.item for item in COUNTY.items}) == len(COUNTY.items) >= 40


def test_every_group_of_items_is_accepted_somewhere() -> None:
    assert {item.group for item in COUNTY.items} == {group for hall in COUNTY.halls for group in hall.items}


def test_reference_data_is_taken_by_the_judge() -> None:
    view = shipped_reference().with_events(reference_events(COUNTY, START)).at(START)
    assert len(view.titles("hall")) == 36
    assert view.calendar("rigui-village").is_working(view.calendar("rigui").day_of(START))


def test_the_same_seed_plays_the_same_county(week: list[Event]) -> None:
    assert played() == week
    assert played(seed=8) != week


def test_a_day_does_not_depend_on_where_one_begins(week: list[Event]) -> None:
    day = START + 2 * DAY
    later = {event.id for event in played(start=day)}
    assert later == {event.id for event in week if event.subject.split("-")[1] >= "20260603"}


def test_events_come_in_order_of_recorded_time_and_never_before_they_happen(week: list[Event]) -> None:
    recorded = [event.recorded for event in week]
    assert recorded == sorted(recorded)
    assert recorded[0] >= START
    assert recorded[-1] < UNTIL
    assert all(event.time <= event.recorded for event in week)


def test_some_are_late_some_out_of_order_and_some_twice(week: list[Event]) -> None:
    assert any(event.recorded - event.time > HOUR for event in week)
    assert any(b.time < a.time for a, b in pairwise(week) if a.subject == b.subject)
    assert len({event.identity for event in week}) < len(week)


def test_windows_are_busy_at_opening_and_shut_at_night(week: list[Event]) -> None:
    at_windows = [event for event in week if event.type == "case.materials_received"]
    hours = Counter((event.time + 8 * HOUR) % DAY // HOUR for event in at_windows)
    assert max(hours, key=lambda hour: hours[hour]) in (9, 10)
    assert set(hours) <= set(range(8, 18))


def test_every_event_survives_the_log_and_names_no_citizen(week: list[Event]) -> None:
    for event in islice(week, 0, None, 17):
        assert decode_event(encode_event(event)) == event
        assert identity_field(event.type, event.data) is None


def test_a_silent_hall_says_nothing_any_more(week: list[Event]) -> None:
    since = START + 2 * DAY
    silent = played(silence=Silence("zx-01", since))
    assert any(event.source == "hall:zx-01" and event.recorded >= since for event in week)
    assert not any(event.source == "hall:zx-01" and event.recorded >= since for event in silent)
    assert pick_silence(COUNTY, 7, START, UNTIL) == pick_silence(COUNTY, 7, START, UNTIL)


def test_most_matters_end_in_time() -> None:
    until = START + 18 * DAY
    cases: dict[str, list[Event]] = defaultdict(list)
    for event in traffic(COUNTY, holiday_sets(), 11, START, until, 40):
        cases[event.subject].append(event)
    reference = shipped_reference().with_events(reference_events(COUNTY, START - 1))
    verdicts = [judge(history, reference, until, until, case, False) for case, history in cases.items()]
    clocks = [
        clock
        for verdict in verdicts
        if verdict["status"] == "completed"
        for name, clock in verdict["clocks"].items()
        if name in ("promised", "instant")
    ]
    in_time = sum(clock["state"] == "met" for clock in clocks) / len(clocks)
    assert 0.92 < in_time < 0.995
    codes = {finding["code"] for verdict in verdicts for finding in verdict["findings"]}
    assert {"TL-02", "TL-05"} <= codes
    kinds = Counter(one["kind"] for verdict in verdicts for one in verdict["irregularities"])
    assert "missing_reference" not in kinds
    assert sum(kinds.values()) < len(verdicts) * 0.02
