"""A rebuild judges halls, windows and receipts anew, as it does cases, and tells what was not issued so."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.fold import CaseFold
from domain.instants import DAY, HOUR, MINUTE
from tests.integration.test_rebuild_equals_live import everything, lived, remade
from tests.oracle.shared_base import SharedBase
from tests.unit.projections.world import World
from tests.unit.streams.busy_hall import BusyHall, watched
from tests.unit.streams.histories import BEGIN, event


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def silent(world: World) -> World:
    """A hall that sends nothing for days; it was told so twice."""
    watched(world.journal)
    world.settle(until=BEGIN + 9 * DAY)
    assert len(world.state.issues_of("hall:weixian")) >= 1
    return world


def spoil(world: World, sql: str, *values: object) -> None:
    with sqlite3.connect(world.folder / "state.db") as spoiled:
        assert spoiled.execute(sql, values).rowcount == 1


def rewrite(world: World, subject: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Change the first entry that was issued on a subject, behind the supervisor's back."""
    row = world.state.issues_of(subject)[0]
    document = json.dumps(change(json.loads(row.document))).encode()
    spoil(world, "UPDATE issues SET document = ? WHERE seq = ?", document, row.seq)


def lent(world: World) -> None:
    """A case is asked for a document that the shared base holds."""
    world.open_hall()
    world.send(event("m", "material.held", "base", BEGIN, applicant_ref="anon:1", material="营业执照"))
    world.send(
        event("a", "case.accepted", "c", BEGIN, item="permit", hall="weixian", applicant_ref="anon:1"),
        event("r", "case.correction_requested", "c", BEGIN + MINUTE, materials=["营业执照"]),
    )


def told(world: World) -> list[tuple[str, str]]:
    """What differs; nothing is exchanged then, and nothing changed."""
    live = everything(world)
    report = remade(world)
    assert (report.exchanged, report.different) == (False, len(report.differences))
    assert everything(world) == live
    return [(one.subject, one.what) for one in report.differences]


@pytest.mark.parametrize("seed", range(2))
def test_a_busy_hall_with_its_windows_and_receipts_is_the_same_again(world: World, seed: int) -> None:
    watched(world.journal)
    county = BusyHall(seed)
    for _ in range(25):
        world.clock.instant += county.draw.choice((MINUTE, HOUR, DAY))
        world.journal.append(county.batch(world.clock.now()))
        if county.draw.random() < 0.5:
            world.supervise()
    world.settle(until=world.clock.now() + 9 * DAY)
    live = everything(world)
    report = remade(world)
    assert (report.different, report.differences, report.exchanged) == (0, [], True)
    assert report.others >= 4
    assert everything(world) == live


def test_an_entry_that_says_another_instant_is_told(silent: World) -> None:
    rewrite(silent, "hall:weixian", lambda one: one | {"occurred": "2026-03-02T09:00:00Z"})
    [(subject, what)] = told(silent)
    assert subject == "hall:weixian"
    assert "entry 1 of what was issued is raised DQ-01 2 (occurred 2026-03-02T09:00:00Z" in what


def test_an_entry_of_another_level_is_told(silent: World) -> None:
    rewrite(silent, "hall:weixian", lambda one: one | {"level": 3})
    [(subject, what)] = told(silent)
    assert (subject, "raised DQ-01 3" in what) == ("hall:weixian", True)


def test_an_entry_that_was_taken_away_is_told(silent: World) -> None:
    row = silent.state.issues_of("hall:weixian")[0]
    spoil(silent, "DELETE FROM issues WHERE seq = ?", row.seq)
    [(subject, what)] = told(silent)
    assert (subject, what.startswith("entry 1 of what was issued is")) == ("hall:weixian", True)


def test_an_entry_that_nothing_in_the_journal_speaks_of_is_told(silent: World) -> None:
    row = silent.state.issues_of("hall:weixian")[0]
    for subject in ("window:weixian/9", "case-9"):
        spoil(silent, "INSERT INTO issues (subject, document) VALUES (?, ?)", subject, row.document)
    assert [subject for subject, _ in told(silent)] == ["window:weixian/9", "case-9"]


def test_a_fold_that_holds_another_history_is_told(silent: World) -> None:
    fold = CaseFold.from_bytes(silent.state.load(["hall:weixian"])["hall:weixian"].fold)
    fold.events = [one for one in fold.events if one.type != "hall.expected"]
    key = silent.state.load(["hall:weixian"])["hall:weixian"].key
    spoil(silent, "UPDATE folds SET fold = ? WHERE key = ?", fold.to_bytes(), key)
    [(subject, what)] = told(silent)
    assert (subject, what.startswith("its state has the digest")) == ("hall:weixian", True)


def test_a_sign_of_life_that_the_journal_does_not_hold_is_told(world: World) -> None:
    watched(world.journal)
    world.send(event("a", "case.accepted", "c", BEGIN, item="permit", hall="weixian"))
    world.settle(until=BEGIN + 2 * DAY)
    for signal in world.state.signals("hall:weixian"):
        if b"signal.activity" in signal.raw:
            forged = signal.raw.replace(b'"id":"a"', b'"id":"forged"')
            spoil(world, "INSERT INTO signals (subject, recorded, raw) VALUES ('hall:weixian', ?, ?)",
                  signal.recorded, forged)  # fmt: skip
    assert ("hall:weixian", "what was forwarded to it is not what the journal forwards") in told(world)


def test_one_that_an_earlier_engine_judged_is_counted_and_not_compared(silent: World) -> None:
    rewrite(silent, "hall:weixian", lambda one: one | {"level": 3, "engine": "0"})
    spoil(silent, "UPDATE subjects SET engine = '0' WHERE subject = 'hall:weixian'")
    report = remade(silent)
    assert (report.different, report.older, report.exchanged) == (0, 1, True)


def test_an_entry_on_a_case_that_says_another_instant_is_told(world: World) -> None:
    lived(world, 4)
    subject = next(
        row.subject
        for row in world.state.issues(0, 1000)
        if world.state.load([row.subject])[row.subject].revision == 0
    )
    rewrite(world, subject, lambda one: one | {"occurred": "2026-03-02T01:00:00Z"})
    [(named, what)] = told(world)
    assert (named, "occurred 2026-03-02T01:00:00Z" in what) == (subject, True)


def test_what_a_case_is_judged_by_from_the_shared_base_is_compared_too(world: World) -> None:
    lent(world)
    world.settle(until=BEGIN + HOUR)
    assert remade(world).exchanged
    spoil(world, "DELETE FROM signals WHERE subject = 'c'")
    assert ("c", "what was forwarded to it is not what the journal forwards") in told(world)


@pytest.mark.parametrize("seed", range(3))
def test_orders_about_the_shared_base_are_compared_with_what_was_kept_of_them(
    world: World, seed: int
) -> None:
    shared = SharedBase(seed, is_terse=True)
    world.open_hall()
    world.journal.append(shared.opening(BEGIN))
    for _ in range(25):
        world.clock.instant += shared.draw.choice((MINUTE, HOUR, DAY))
        world.journal.append(shared.batch(world.clock.now()))
        if shared.draw.random() < 0.5:
            world.supervise()
    world.settle(until=world.clock.now() + DAY)
    live = everything(world)
    report = remade(world)
    assert (report.different, report.differences, report.exchanged) == (0, [], True)
    assert everything(world) == live


def test_a_retraction_that_did_not_reach_the_borrower_is_told(world: World) -> None:
    lent(world)
    world.send(event("k", "event.retracted", "base", BEGIN + HOUR, retracts={"id": "m"}), at=BEGIN + HOUR)
    world.settle(until=BEGIN + 2 * HOUR)
    assert remade(world).exchanged
    spoil(world, "DELETE FROM signals WHERE subject = 'c' AND instr(raw, CAST('event.retracted' AS BLOB))")
    assert ("c", "what was forwarded to it is not what the journal forwards") in told(world)
