"""The wall, by situation."""

from typing import Any
from zoneinfo import ZoneInfo

from domain.instants import DAY, HOUR, MINUTE, SECOND, format_instant
from projections.queries.wall import WallFrame, wall_document
from sundial.reference import shipped_reference
from tests.support.engines import ON_BOTH, AnyStore
from tests.unit.projections.making import MONDAY, NOON, case, completed
from tests.unit.projections.world import World
from tests.unit.streams.histories import BEGIN, event

FRAME = WallFrame(
    ZoneInfo("Asia/Shanghai"), {"zh": "日晷县", "en": "Sundial County"}, {"mode": "live", "rate": 1}
)


def bare(store: AnyStore, now: int = NOON) -> dict[str, Any]:
    return wall_document(store, shipped_reference().at(now), now, FRAME)


def of(world: World, now: int) -> dict[str, Any]:
    world.settle(until=now)
    return wall_document(world.store, world.view(), now, FRAME)


def accepted(case: str, at: int, **data: Any) -> Any:
    return event(f"a-{case}", "case.accepted", case, at, **{"item": "permit", "hall": "weixian"} | data)


@ON_BOTH
def test_an_empty_store_has_a_wall(store: AnyStore) -> None:
    document = bare(store)
    nothing = {"value": None, "numerator": 0, "denominator": 0}
    assert document["figures"] == {"open": 0, "due_soon": 0, "yellow": 0, "red": 0, "on_time": nothing}
    assert (document["findings"], document["halls"], document["last_event"], document["position"]) == (
        [],
        [],
        None,
        0,
    )
    assert len(document["trend"]) == 24


@ON_BOTH
def test_figures_count_open_matters_by_their_highest_finding(store: AnyStore) -> None:
    rows = [case("calm"), case("w", level=1), case("y", level=2), case("r", level=3), case("r2", level=3)]
    rows += [completed("done", MONDAY), completed("late", MONDAY, promise_state="missed", level=2)]
    rows += [case("gone", status="withdrawn", is_open=0, is_voided=1, level=3, promise_state="stopped")]
    store.insert("cases", rows, "t")
    figures = bare(store)["figures"]
    on_time = {"value": 0.5, "numerator": 1, "denominator": 2}
    assert figures == {"open": 5, "due_soon": 1, "yellow": 1, "red": 2, "on_time": on_time}


@ON_BOTH
def test_halls_are_ranked_fairly(store: AnyStore) -> None:
    rows = []
    for hall, late, count in (("best", 0, 30), ("same", 0, 40), ("worse", 10, 40), ("small", 0, 29)):
        for number in range(count):
            state = "missed" if number < late else "met"
            rows.append(completed(f"{hall}-{number}", MONDAY, hall=hall, promise_state=state))
    store.insert("cases", rows, "t")
    halls = [(row["hall"], row["rank"], row["sample_too_small"]) for row in bare(store)["halls"]]
    assert halls == [("best", 1, False), ("same", 1, False), ("worse", 3, False), ("small", None, True)]


def test_a_hall_is_closed_reporting_or_was_never_heard_of(world: World) -> None:
    world.open_hall()
    world.send(
        event("h2", "hall.published", "town", BEGIN, hall="town", title="镇", level="township", calendar="cn")
    )
    world.send(accepted("c", BEGIN), at=BEGIN + HOUR)
    states = {row["hall"]: row["state"] for row in of(world, BEGIN + HOUR)["halls"]}
    assert states == {"weixian": "reporting", "town": "never"}
    night = {row["hall"]: row["state"] for row in of(world, BEGIN + 12 * HOUR)["halls"]}
    assert night == {"weixian": "closed", "town": "never"}


def test_a_hall_that_should_send_and_does_not_is_silent_day_and_night(world: World) -> None:
    world.open_hall()
    world.send(event("x", "hall.expected", "weixian", BEGIN, hall="weixian", hours="cn"))
    world.send(accepted("c", BEGIN), at=BEGIN + HOUR)
    states = [of(world, now)["halls"][0]["state"] for now in (
        BEGIN + 8 * HOUR - 1, BEGIN + DAY + HOUR - SECOND, BEGIN + DAY + HOUR, BEGIN + DAY + 12 * HOUR)]  # fmt: skip
    assert states == ["reporting", "reporting", "silent", "silent"]
    world.send(event("z", "case.completed", "c", world.clock.now()))
    assert of(world, BEGIN + 2 * DAY)["halls"][0]["state"] == "reporting"


def test_a_hall_from_which_nothing_is_due_is_not_silent(world: World) -> None:
    world.open_hall()
    world.send(accepted("c", BEGIN), at=BEGIN + HOUR)
    assert of(world, BEGIN + 3 * DAY)["halls"][0]["state"] == "reporting"


@ON_BOTH
def test_the_newest_finding_tells_what_is_left(world: World) -> None:
    world.open_hall()
    world.send(accepted("c", BEGIN, promised_limit="5 working_day", statutory_limit="20 working_day"))
    due = BEGIN + 7 * DAY + 8 * HOUR  # 17:00 of the Monday after
    now = BEGIN + 4 * DAY + HOUR  # Friday, 10:00
    (finding,) = of(world, now)["findings"]
    assert (finding["code"], finding["level"], finding["subject"]) == ("TL-01", 1, "c")
    assert finding["due"] == format_instant(due)
    assert (finding["remaining_seconds"], finding["over_seconds"]) == ((6 + 7) * 3600, None)
    assert finding["open_day_seconds"] == 7 * 3600
    assert (finding["hall_title"], finding["item_title"], finding["title"]["zh"]) == (
        "威县",
        "许可",
        "承诺时限将至",
    )


@ON_BOTH
def test_the_newest_finding_tells_what_is_over(world: World) -> None:
    world.open_hall()
    world.send(accepted("c", BEGIN))
    (finding,) = of(world, BEGIN + 3 * DAY + HOUR)["findings"]
    assert (finding["code"], finding["over_seconds"], finding["remaining_seconds"]) == ("TL-02", 3600, None)


def test_over_time_stands_still_once_the_case_is_completed(world: World) -> None:
    world.open_hall()
    world.send(accepted("c", BEGIN))
    world.send(event("z", "case.completed", "c", BEGIN + 3 * DAY + HOUR), at=BEGIN + 3 * DAY + HOUR)
    (finding,) = of(world, BEGIN + 9 * DAY)["findings"]
    assert (finding["code"], finding["over_seconds"]) == ("TL-02", 3600)


def test_a_lifted_finding_leaves_the_wall(world: World) -> None:
    world.open_hall()
    world.send(accepted("c", BEGIN, promised_limit="5 working_day", statutory_limit="20 working_day"))
    now = BEGIN + 4 * DAY + HOUR
    assert len(of(world, now)["findings"]) == 1
    world.send(event("z", "case.completed", "c", now))
    assert of(world, now + MINUTE)["findings"] == []


@ON_BOTH
def test_the_trend_counts_the_last_day_by_hour(world: World) -> None:
    world.open_hall()
    world.send(accepted("c", BEGIN + MINUTE), at=BEGIN + 30 * MINUTE)
    world.send(accepted("d", BEGIN + 2 * MINUTE), at=BEGIN + 30 * MINUTE)
    world.send(event("z", "case.completed", "d", BEGIN + HOUR), at=BEGIN + HOUR)
    trend = of(world, BEGIN + HOUR + MINUTE)["trend"]
    assert [hour["hour"] for hour in trend][-2:] == [format_instant(BEGIN), format_instant(BEGIN + HOUR)]
    assert [(hour["accepted"], hour["completed"]) for hour in trend][-2:] == [(2, 0), (0, 1)]
    late = of(world, BEGIN + 2 * DAY + 8 * HOUR + MINUTE)["trend"]
    assert late[-1]["yellow"] == 1
    assert sum(hour["accepted"] for hour in late) == 0
    assert len(late) == 24


def test_the_wall_tells_the_age_of_its_data(world: World) -> None:
    world.open_hall()
    world.send(accepted("c", BEGIN), at=BEGIN + HOUR)
    document = of(world, BEGIN + 2 * HOUR)
    assert document["as_of"] == format_instant(BEGIN + 2 * HOUR)
    assert document["last_event"] == format_instant(world.journal.last_recorded() or 0)
    assert document["position"] == world.journal.end()
    assert (document["zone"], document["title"], document["clock"]) == (
        "Asia/Shanghai", {"zh": "日晷县", "en": "Sundial County"}, {"mode": "live", "rate": 1})  # fmt: skip
