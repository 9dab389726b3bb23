"""A past moment of the read store says what the judge says of that moment, whatever a subject was judged by."""

from typing import Any

from domain.instants import DAY, HOUR, MINUTE
from domain.judge import judge
from projections.past import Pasts
from projections.queries.findings import findings_page
from projections.sound import own_events
from tests.support.engines import ON_BOTH
from tests.unit.projections.world import World
from tests.unit.streams.busy_hall import watched
from tests.unit.streams.histories import BEGIN, base, event, hall


def in_force(world: World, subject: str, at: int, known_at: int) -> list[tuple[str, str, str]]:
    """(subject, code, occurred) of the findings on a subject at a past moment, as the list of findings shows them."""
    pasts = Pasts(world.store, world.journal, base(), world.state)
    with pasts.moment(at, known_at) as past:
        rows = findings_page(past, now=at, known_at=known_at, subject=subject, limit=50).rows
    return sorted((row["subject"], row["code"], row["occurred"]) for row in rows)


def by_the_judge(world: World, subject: str, at: int, known_at: int) -> list[tuple[str, str, str]]:
    """The same of one subject by the judge."""
    history = own_events(world.journal.history(subject), world.state.signals(subject))
    reference = world.sink._batches.materials.refresh()
    verdict = judge(history, reference, at, known_at, subject)
    return sorted((subject, one["code"], one["occurred"]) for one in verdict["findings"])


def shared_base(world: World) -> None:
    """A citizen is asked for a licence that the shared base has, and the rule about that is on."""
    rules: dict[str, Any] = {"PR-11": {"enabled": True}}
    world.open_hall()
    world.send(
        event("p", "profile.published", "mine", BEGIN, profile="mine", rules=rules),
        hall(1, BEGIN, profile="mine"),
        event("m", "material.held", "base", BEGIN, applicant_ref="anon:1", material="licence"),
    )
    world.send(
        event("a", "case.applied", "c", BEGIN, item="permit", hall="weixian", applicant_ref="anon:1"),
        at=BEGIN + HOUR,
    )
    asked = event("r", "case.correction_requested", "c", BEGIN + HOUR, materials=["licence"])
    world.send(asked, at=BEGIN + HOUR + MINUTE)


@ON_BOTH
def test_material_that_the_shared_base_held_is_seen_at_any_past_moment(world: World) -> None:
    shared_base(world)
    world.settle(until=BEGIN + DAY)
    assert [row.subject for row in world.state.issues(0, 10)] == ["c"]
    asked, entered = BEGIN + HOUR, BEGIN + HOUR + MINUTE
    for at, known_at in (
        (asked - 1, entered),
        (asked, entered - 1),
        (asked, entered),
        (BEGIN + DAY, BEGIN + DAY),
    ):
        assert in_force(world, "c", at, known_at) == by_the_judge(world, "c", at, known_at)
    assert [code for _, code, _ in in_force(world, "c", asked, entered)] == ["PR-11"]
    assert in_force(world, "c", asked, entered - 1) == []


@ON_BOTH
def test_a_silent_hall_is_silent_at_a_past_moment_too(world: World) -> None:
    watched(world.journal)
    world.settle(until=BEGIN + 9 * DAY)
    at = BEGIN + 8 * DAY
    assert in_force(world, "hall:weixian", at, at) == by_the_judge(world, "hall:weixian", at, at) != []
    assert (
        in_force(world, "hall:weixian", BEGIN + HOUR, at)
        == by_the_judge(world, "hall:weixian", BEGIN + HOUR, at)
        == []
    )


@ON_BOTH
def test_an_agency_task_has_its_row_and_a_correction_without_its_case_has_none(world: World) -> None:
    world.open_hall()
    world.send(
        event("t", "agency.opened", "task-1", BEGIN, agent="x", item="permit", point="weixian"),
        event("o", "event.retracted", "c", BEGIN, retracts={"id": "not-come-yet"}),
    )
    world.settle(until=BEGIN + DAY)
    with Pasts(world.store, world.journal, base(), world.state).moment(BEGIN + HOUR, BEGIN + DAY) as past:
        then = past.execute("SELECT subject, status FROM cases FINAL")
    assert then == [("task-1", "not_started")]
    assert [(row["subject"], row["status"]) for row in world.rows("cases", final=True)] == then


@ON_BOTH
def test_what_a_program_that_ended_left_behind_is_dropped(world: World) -> None:
    world.open_hall()
    world.settle()
    with Pasts(world.store, world.journal, base(), world.state).moment(BEGIN + HOUR, BEGIN + HOUR):
        pass
    left = (
        "SELECT count() FROM system.tables WHERE database = currentDatabase() AND startsWith(name, 'past_')"
    )
    assert world.store.execute(left) == [(2,)]
    Pasts(world.store, world.journal, base(), world.state)
    assert world.store.execute(left) == [(0,)]
