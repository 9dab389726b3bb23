"""Corrections of reference data apply by knowledge alone, in whatever order and from whatever source they come."""

import random
from pathlib import Path
from typing import Any

import pytest

from domain.events import Event
from domain.instants import DAY, HOUR, MINUTE, format_instant
from tests.unit.streams.desk import Desk, short_runs
from tests.unit.streams.histories import (
    BEGIN,
    Hall,
    event,
    issued_live,
    issued_purely,
    item,
    open_hall,
)


class County(Desk):
    """A journal under supervision, cut off at will."""

    def send(self, *events: Event, after: int = HOUR) -> None:
        self.clock.instant += after
        super().send(*events)

    def caused(self, subject: str) -> list[tuple[str, str, str | None]]:
        """(type, rule, cause) of what was issued, once it is what the judge says."""
        self.run(until=self.clock.instant + MINUTE)
        live = [one for name, one in issued_live(self.state) if name == subject]
        assert live == issued_purely(self.journal, self.clock.instant - 1).get(subject, [])
        assert self.state.dead_letters() == []
        return [(one["type"].partition(".")[2], one["code"], one["cause"]) for one in live]


@pytest.fixture
def county(tmp_path: Path) -> County:
    made = County(tmp_path)
    open_hall(made.journal)
    made.send(event("a", "case.accepted", "c", BEGIN, item="card", hall="weixian"))
    return made


def longer(id: str, source: str = "hall/weixian", **of: str) -> Event:
    """The promise of the item `card` is not two working days but nine."""
    data: dict[str, Any] = {"promised_limit": "9 working_day", "statutory_limit": "20 working_day"}
    return event(
        id, "event.corrected", "card", BEGIN, source=source, corrects={"id": "item-7", **of}, data=data
    )


CARD = item(7, BEGIN, name="card", effective_from="2026-01-01")


def test_a_correction_that_came_before_its_item_applies_from_the_items_arrival(county: County) -> None:
    county.send(longer("k"))
    county.restart()
    county.run(until=BEGIN + 4 * DAY)
    county.send(CARD)
    assert county.caused("c") == []
    county.restart()
    county.run(until=BEGIN + 30 * DAY)
    assert next(one[:2] for one in county.caused("c")) == ("raised", "TL-01")


def test_without_that_correction_the_item_would_have_been_late_at_its_arrival(county: County) -> None:
    county.run(until=BEGIN + 4 * DAY)
    county.send(CARD)
    assert county.caused("c") == [("raised", "TL-02", "item-7")]
    county.send(longer("k"))
    assert county.caused("c") == [("raised", "TL-02", "item-7"), ("lifted", "TL-02", "k")]


def test_a_correction_by_another_source_that_names_none_applies(county: County) -> None:
    county.run(until=BEGIN + 4 * DAY)
    county.send(CARD)
    county.send(longer("k", source="county"))
    assert county.caused("c")[-1] == ("lifted", "TL-02", "k")


def test_a_correction_by_another_source_that_came_before_its_item_applies(county: County) -> None:
    county.send(longer("k", source="county"))
    county.run(until=BEGIN + 4 * DAY)
    county.send(CARD)
    assert county.caused("c") == []


def test_a_retraction_that_came_before_a_version_takes_it_away(county: County) -> None:
    county.send(CARD)
    shorter = item(8, BEGIN, name="card", promised_limit="1 working_day", effective_from="2026-01-02")
    county.send(event("u", "event.retracted", "card", BEGIN, source="county", retracts={"id": "item-8"}))
    county.send(shorter, after=DAY)
    county.run(until=BEGIN + 2 * DAY)  # a day after the shorter promise would have been due
    assert county.caused("c") == []


class Correcting(Hall):
    """A hall whose reference data is corrected and retracted, often before it comes."""

    def _reference(self, now: int) -> Event:
        if self.draw.random() < 0.3:
            return super()._reference(now)
        days = {"promised_limit": f"{self.draw.randint(1, 4)} working_day"}
        return item(self.number, now - self.draw.randint(0, 90) * HOUR, version=str(self.number), **days)

    def _event(self, now: int) -> Event:
        draw = self.draw
        if draw.random() < 0.75:
            return super()._event(now)
        self.number += 1
        number = self.number
        source = draw.choice(("hall/weixian", "hall/weixian", "county"))
        of: dict[str, str] = {"id": f"item-{draw.randint(max(1, number - 10), number + 15)}"}
        if draw.random() < 0.4:
            of["source"] = "hall/weixian"
        subject = draw.choice(("permit", "permit", "elsewhere"))
        orders = [one for one in self.sent if one.type.startswith("event.") and one.id.startswith("o")]
        if orders and draw.random() < 0.2:
            of = {"id": draw.choice(orders).id}
        if draw.random() < 0.5:
            made = event(f"o{number}", "event.retracted", subject, now, source=source, retracts=of)
        else:
            changed: dict[str, Any] = {"data": {"promised_limit": f"{draw.randint(1, 5)} working_day"}}
            if draw.random() < 0.3:
                changed = {"time": format_instant(now - draw.randint(0, 90) * HOUR)}
            made = event(f"o{number}", "event.corrected", subject, now, source=source, corrects=of, **changed)
        self.sent.append(made)
        return made


@pytest.mark.parametrize("seed", range(15))
def test_whatever_order_they_come_in_live_is_the_judge(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(seed)
    short_runs(draw, monkeypatch)
    county, sender = County(tmp_path), Correcting(seed, cases=3, references=0.3)
    open_hall(county.journal)
    county.live(draw, sender.batch, 50, (0, 1, MINUTE, HOUR, 5 * HOUR, DAY))
    county.run(until=county.clock.instant + 30 * DAY)
    for subject in ("case-0", "case-1", "case-2"):
        county.caused(subject)
