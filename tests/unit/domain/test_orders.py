"""Corrections and retractions of one another: what is in effect does not depend on the order in which it is told."""

import random

import pytest

from domain.events import Event, event_from_mapping
from domain.history import known_history
from domain.instants import parse_instant
from domain.orders import Orders, resolve

HOUR = parse_instant("2026-03-02T02:00:00Z")
NAMES = ("acc", "done", "k1", "k2", "k3", "k4")


def order(id: str, recorded: int, draw: random.Random) -> Event:
    """A correction or retraction of anything, itself and what is not known yet among it."""
    target = {"id": draw.choice((*NAMES, "nothing"))}
    if draw.random() < 0.4:
        return made(id, "event.retracted", recorded, {"retracts": target})
    content = draw.choice(
        (
            {"promised_limit": f"{draw.randint(1, 9)} working_day"},
            {"corrects": {"id": draw.choice(NAMES)}},
            {"retracts": {"id": draw.choice(NAMES)}},
            {"data": {"promised_limit": "3 working_day"}},
        )
    )
    return made(id, "event.corrected", recorded, {"corrects": target, "data": content})


def made(id: str, type: str, recorded: int, data: dict[str, object]) -> Event:
    mapping = {
        "id": id,
        "source": "s",
        "type": type,
        "subject": "c",
        "time": "2026-03-02T01:00:00Z",
        "data": data,
    }
    return event_from_mapping(mapping, recorded=recorded)


@pytest.mark.parametrize("seed", range(400))
def test_orders_of_all_kinds_are_resolved_alike_however_they_are_told(seed: int) -> None:
    draw = random.Random(seed)
    orders = [order(name, number // 2, draw) for number, name in enumerate(NAMES[2:])]
    known = [("s", name) for name in NAMES]
    found = resolve(orders, known)
    again = resolve(draw.sample(orders, len(orders)), known)
    assert again.of == found.of
    assert circles(again) == circles(found)


@pytest.mark.parametrize("seed", range(400))
def test_an_order_in_a_circle_has_no_effect_at_all(seed: int) -> None:
    draw = random.Random(seed)
    orders = [order(name, number, draw) for number, name in enumerate(NAMES[2:])]
    known = [("s", name) for name in NAMES]
    found = resolve(orders, known)
    circling = {one.id for circle in found.circles for one in circle}
    assert not circling & {one.event.id for some in found.of.values() for one in some}
    assert len(circling) == sum(len(circle) for circle in found.circles)


def test_a_chain_of_corrections_takes_effect_from_its_end() -> None:
    acc = made("acc", "case.accepted", HOUR, {"item": "p", "hall": "h"})
    day = "working_day"
    content: dict[str, object] = {"promised_limit": f"1 {day}"}
    orders = [made("k0", "event.corrected", HOUR, {"corrects": {"id": "acc"}, "data": content})]
    for number in range(1, 200):
        content = {"data": {"promised_limit": f"{number + 1} {day}"}}
        for _ in range(number - 1):
            content = {"data": content}
        target = {"id": f"k{number - 1}"}
        orders.append(
            made(f"k{number}", "event.corrected", number + HOUR, {"corrects": target, "data": content})
        )
    known = known_history([acc, *orders], HOUR + 1000)
    assert known.irregularities == []
    assert known.events[0].data["promised_limit"] == "200 working_day"


def circles(orders: Orders) -> set[frozenset[str]]:
    return {frozenset(one.id for one in circle) for circle in orders.circles}
