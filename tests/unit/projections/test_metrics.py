"""Metrics against a plain oracle, and by situation."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from projections.metrics import METRICS
from projections.queries.metrics import SCOPES, Scope, metrics_by
from projections.rows import Row
from tests.support.engines import ON_BOTH, AnyStore
from tests.unit.projections import oracle
from tests.unit.projections.making import MONDAY, NOON, case, completed, drawn, event_rows

TODAY = date(2026, 3, 6)


def fill(store: AnyStore, cases: list[Row], events: list[Row] | None = None) -> None:
    store.insert("cases", cases, "cases")
    store.insert("events", events or [], "events")


def county(store: AnyStore, **asked: Any) -> dict[str, Any]:
    rows = metrics_by(store, "county", now=NOON, today=TODAY, **asked)
    return rows[0] if rows else {}


def belongs(row: Row) -> str:
    """The day of a case or event: of its end, of today while open, unknown otherwise."""
    if row.get("is_open"):
        return TODAY.isoformat()
    return row["day"] or ""


KEYS = {
    "hall": lambda row: row["hall"],
    "item": lambda row: row["item"],
    "day": belongs,
    "county": lambda row: "county",
}


@ON_BOTH
@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("seed", range(3))
def test_every_metric_is_what_the_oracle_says(store: AnyStore, scope: Scope, seed: int) -> None:
    cases, events = drawn(seed, 300), event_rows(seed, 120)
    fill(store, cases, events)
    key = KEYS[scope]
    sent = [row for row in events if row["type"].startswith("case.")]
    rows = metrics_by(store, scope, now=NOON, today=TODAY)
    assert [row["key"] for row in rows] == sorted({key(row) for row in [*cases, *sent]})
    for row in rows:
        mine = [one for one in cases if key(one) == row["key"]]
        expected = oracle.figures(mine, [one for one in events if key(one) == row["key"]])
        assert row["counts"] == oracle.counts(mine)
        for metric in METRICS:
            for part, value in expected[metric.name].items():
                assert row[metric.name][part] == pytest.approx(value), (row["key"], metric.name, part)


@ON_BOTH
def test_nothing_decided_is_no_value_rather_than_nothing(store: AnyStore) -> None:
    fill(store, [case("c")])
    row = county(store)
    for name in (
        "on_time_by_promise",
        "early_rate",
        "mean_handling_time",
        "p90_handling_time",
        "speed_up_by_statute",
    ):
        assert row[name] == {"value": None, "numerator": 0, "denominator": 0}, name
    assert row["completion_rate"] == {"value": 0.0, "numerator": 0, "denominator": 1}


@ON_BOTH
def test_an_empty_store_has_no_rows(store: AnyStore) -> None:
    for scope in SCOPES:
        assert metrics_by(store, scope, now=NOON, today=TODAY) == []


@ON_BOTH
def test_voided_cases_stand_beside_every_rate(store: AnyStore) -> None:
    gone = [
        completed(f"{status}", MONDAY, status=status, is_voided=1, is_completed=0, is_overdue=1, is_warned=1)
        for status in ("voided", "withdrawn", "merged")
    ]
    fill(store, [completed("good", MONDAY), *gone])
    row = county(store)
    for name in ("completion_rate", "on_time_by_promise", "mean_handling_time"):
        assert row[name]["denominator"] == 1, name
    assert row["overdue_rate"] == {"value": 0.0, "numerator": 0, "denominator": 1}
    assert row["counts"] == {
        "accepted": 1, "completed": 1, "open": 0, "not_accepted": 0, "voided": 1, "withdrawn": 1, "merged": 1,
    }  # fmt: skip


@ON_BOTH
def test_a_correction_is_unlearned(store: AnyStore) -> None:
    fill(store, [completed("c", MONDAY)])
    assert county(store)["on_time_by_promise"]["value"] == 1.0
    store.insert("cases", [completed("c", MONDAY, promise_state="missed", revision=2)], "later")
    assert county(store)["on_time_by_promise"] == {"value": 0.0, "numerator": 0, "denominator": 1}


@pytest.mark.parametrize(("count", "rank"), [(1, 1), (2, 1), (3, 2), (10, 5), (11, 6)])
def test_the_median_is_the_nearest_rank(store: AnyStore, count: int, rank: int) -> None:
    fill(store, [completed(f"c{n}", MONDAY, handling_seconds=float(n)) for n in range(1, count + 1)])
    assert county(store)["p50_handling_time"] == {"value": rank, "numerator": rank, "denominator": count}


@pytest.mark.parametrize(("count", "rank"), [(1, 1), (9, 9), (10, 9), (11, 10), (30, 27), (70, 63)])
def test_the_ninetieth_percentile_is_the_nearest_rank(store: AnyStore, count: int, rank: int) -> None:
    fill(store, [completed(f"c{n}", MONDAY, handling_seconds=float(n)) for n in range(1, count + 1)])
    assert county(store)["p90_handling_time"] == {"value": rank, "numerator": rank, "denominator": count}


@ON_BOTH
def test_an_entry_within_a_quarter_of_an_hour_is_timely(store: AnyStore) -> None:
    rows = event_rows(1, 2)
    for row, minutes in zip(rows, (15, 16), strict=True):
        row |= {"type": "case.accepted", "recorded": row["time"] + minutes * 60_000_000}
    fill(store, [], rows)
    assert county(store)["entry_timeliness"] == {"value": 0.5, "numerator": 1, "denominator": 2}


@ON_BOTH
def test_a_period_has_the_cases_that_ended_in_it(store: AnyStore) -> None:
    fill(store, [completed("monday", MONDAY), completed("friday", TODAY), case("open")])
    assert county(store, until=MONDAY)["counts"]["completed"] == 1
    assert county(store, until=MONDAY)["counts"]["open"] == 0
    late = county(store, since=MONDAY + timedelta(days=1))
    assert (late["counts"]["completed"], late["counts"]["open"]) == (1, 1)


@ON_BOTH
def test_metrics_of_one_hall_by_item(store: AnyStore) -> None:
    fill(
        store,
        [completed("a", MONDAY), completed("b", MONDAY, item="card"), completed("c", MONDAY, hall="town")],
    )
    rows = metrics_by(store, "item", now=NOON, today=TODAY, hall="weixian")
    assert [(row["key"], row["counts"]["completed"]) for row in rows] == [("card", 1), ("permit", 1)]


@ON_BOTH
def test_rows_have_the_titles_in_effect(store: AnyStore) -> None:
    published = {"hall": "weixian", "level": "county", "region": "", "parent": "", "calendar": ""}
    rows = [published | {"position": 1, "effective": 0, "title": "威县"},
            published | {"position": 2, "effective": NOON + 1, "title": "later"}]  # fmt: skip
    store.insert("halls", rows, "halls")
    fill(store, [completed("c", MONDAY)])
    assert [row["title"] for row in metrics_by(store, "hall", now=NOON, today=TODAY)] == ["威县"]


def test_every_metric_stands_in_the_documentation() -> None:
    text = (Path(__file__).parents[3] / "docs" / "metrics.md").read_text(encoding="utf-8")
    for metric in METRICS:
        texts = (metric.title_zh, metric.definition_zh, metric.title_en, metric.definition_en)
        line = " | ".join(("", f"`{metric.name}`", str(metric.version), *texts, "")).strip()
        assert line in text, f"docs/metrics.md: expected the line\n{line}"
