"""The metrics once more, in plain Python over lists: slow, and written from docs/metrics.md."""

from collections.abc import Callable, Iterable
from math import ceil
from typing import Any

from projections.rows import Row

Figures = dict[str, dict[str, Any]]


def figures(cases: list[Row], events: list[Row]) -> Figures:
    """Every metric over these cases and these events."""
    accepted = [case for case in cases if case["is_accepted"] and not case["is_voided"]]
    done = [case for case in cases if case["is_completed"] and not case["is_voided"]]
    timed = [case for case in done if case["handling_seconds"] is not None]
    times = sorted(case["handling_seconds"] for case in timed)
    sent = [event for event in events if event["type"].startswith("case.")]
    out: Figures = {
        "completion_rate": share(accepted, lambda case: case["is_completed"]),
        "on_time_by_promise": share(with_state(done, "promise"), lambda case: case["promise_state"] == "met"),
        "on_time_by_statute": share(with_state(done, "statute"), lambda case: case["statute_state"] == "met"),
        "overdue_rate": share(accepted, lambda case: case["is_overdue"]),
        "warning_rate": share(accepted, lambda case: case["is_warned"]),
        "early_rate": share([c for c in done if c["is_early"] is not None], lambda case: case["is_early"]),
        "instant_same_day": share(
            [c for c in done if c["is_same_day"] is not None], lambda case: case["is_same_day"]
        ),
        "mean_handling_time": divided(sum(times), len(times)),
        "p50_handling_time": quantile(times, 1, 2),
        "p90_handling_time": quantile(times, 9, 10),
        "speed_up_by_promise": speed_up(done, "promise"),
        "speed_up_by_statute": speed_up(done, "statute"),
        "suspension_share": divided(
            sum(case["paused_seconds"] for case in timed), sum(case["span_seconds"] for case in timed)
        ),
        "entry_timeliness": share(
            sent, lambda event: event["recorded"] - event["time"] <= 15 * 60 * 1_000_000
        ),
    }
    return out


def counts(cases: list[Row]) -> dict[str, int]:
    """Numbers of cases."""
    ended = {
        name: sum(case["status"] == name for case in cases)
        for name in ("not_accepted", "voided", "withdrawn", "merged")
    }
    return {
        "accepted": sum(case["is_accepted"] and not case["is_voided"] for case in cases),
        "completed": sum(case["is_completed"] and not case["is_voided"] for case in cases),
        "open": sum(case["is_open"] for case in cases),
    } | ended


def share(rows: Iterable[Row], holds: Callable[[Row], Any]) -> dict[str, Any]:
    answers = [bool(holds(row)) for row in rows]
    return divided(sum(answers), len(answers))


def divided(numerator: float, denominator: float) -> dict[str, Any]:
    value = numerator / denominator if denominator else None
    return {"value": value, "numerator": numerator, "denominator": denominator}


def with_state(done: list[Row], clock: str) -> list[Row]:
    return [case for case in done if case[f"{clock}_state"] in ("met", "missed")]


def quantile(times: list[float], above: int, below: int) -> dict[str, Any]:
    rank = ceil(len(times) * above / below)
    return {"value": times[rank - 1] if times else None, "numerator": rank, "denominator": len(times)}


def speed_up(done: list[Row], clock: str) -> dict[str, Any]:
    some = [case for case in done if case[f"{clock}_given"]]
    given = sum(case[f"{clock}_given"] for case in some)
    return divided(sum(case[f"{clock}_given"] - case[f"{clock}_used"] for case in some), given)
