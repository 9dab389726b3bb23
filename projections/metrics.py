"""Every metric: a named formula with a version, over the current verdicts (`cases`) or the events (`events`).

A value is numerator over denominator; where the denominator is 0 there is no value. A quantile is the k-th
smallest of n (nearest rank): its value stands for itself, its numerator is k, its denominator n. A change of a
formula is a new version. docs/metrics.md is made from this list.
"""

from typing import Final, Literal, NamedTuple

__all__ = ["METRICS", "SMALL_SAMPLE", "TIMELY_MICROSECONDS", "Metric"]

SMALL_SAMPLE: Final = 30
"""A hall with fewer completed cases that had a promise is not ranked."""
TIMELY_MICROSECONDS: Final = 15 * 60 * 1_000_000
"""An entry is timely when it was recorded within so much of what it tells (DQ-02)."""


class Metric(NamedTuple):
    """A formula: SQL aggregates over `table`. Of a quantile `numerator` is the sorted array of values, `share`
    says which of them, as a fraction."""

    name: str
    version: int
    unit: Literal["share", "seconds"]
    table: Literal["cases", "events"]
    title_zh: str
    title_en: str
    definition_zh: str
    definition_en: str
    numerator: str
    denominator: str
    share: tuple[int, int] | None = None


_ACCEPTED = "is_accepted AND NOT is_voided"
_DONE = "is_completed AND NOT is_voided"
_TIMED = f"{_DONE} AND handling_seconds IS NOT NULL"


def _share(
    name: str, title: tuple[str, str], definition: tuple[str, str], numerator: str, denominator: str
) -> Metric:
    return Metric(
        name, 1, "share", "cases", *title, *definition, f"countIf({numerator})", f"countIf({denominator})"
    )


def _sums(
    name: str, unit: Literal["share", "seconds"], title: tuple[str, str], definition: tuple[str, str],
    numerator: str, denominator: str,
) -> Metric:  # fmt: skip
    return Metric(name, 1, unit, "cases", *title, *definition, numerator, denominator)


def _quantile(
    name: str, title: tuple[str, str], definition: tuple[str, str], share: tuple[int, int]
) -> Metric:
    values = f"arraySort(groupArrayIf(assumeNotNull(handling_seconds), {_TIMED}))"
    return Metric(name, 1, "seconds", "cases", *title, *definition, values, f"countIf({_TIMED})", share)


_PROMISED = f"{_DONE} AND promise_given > 0"
_LAWFUL = f"{_DONE} AND statute_given > 0"

METRICS: Final[tuple[Metric, ...]] = (
    _share(
        "completion_rate", ("办结率", "Completion rate"),
        ("已办结 ÷ 已受理", "completed ÷ accepted"),
        _DONE, _ACCEPTED,
    ),
    _share(
        "on_time_by_promise", ("按时办结率（承诺）", "On time by promise"),
        ("在承诺时限内办结 ÷ 有承诺时限的已办结", "completed within the promise ÷ completed with a promise"),
        f"{_DONE} AND promise_state = 'met'", f"{_DONE} AND promise_state IN ('met', 'missed')",
    ),
    _share(
        "on_time_by_statute", ("按时办结率（法定）", "On time by statute"),
        ("在法定时限内办结 ÷ 有法定时限的已办结", "completed within the statutory limit ÷ completed with one"),
        f"{_DONE} AND statute_state = 'met'", f"{_DONE} AND statute_state IN ('met', 'missed')",
    ),
    _share(
        "overdue_rate", ("超期率", "Overdue rate"),
        (
            "超过承诺或法定时限（无论是否办结）÷ 已受理",
            "past the promise or the statutory limit, open or completed ÷ accepted",
        ),
        f"{_ACCEPTED} AND is_overdue", _ACCEPTED,
    ),
    _share(
        "warning_rate", ("预警率", "Warning rate"),
        ("任一时钟达到预警或以上 ÷ 已受理", "a clock reached a warning or more ÷ accepted"),
        f"{_ACCEPTED} AND is_warned", _ACCEPTED,
    ),
    _share(
        "early_rate", ("提前办结率", "Early rate"),
        (
            "早于承诺到期日（按小时或时刻计者早于到期时刻）办结 ÷ 有承诺时限的已办结",
            "completed on an earlier day than the promise fell due (for limits not counted in days: at an "
            "earlier instant) ÷ completed with a promise",
        ),
        f"{_DONE} AND is_early = 1", f"{_DONE} AND is_early IS NOT NULL",
    ),
    _share(
        "instant_same_day", ("即办件当日办结率", "Instant matters done the same day"),
        (
            "受理当日（当地日期）办结的即办件 ÷ 已办结的即办件",
            "instant cases completed on the local day of acceptance ÷ completed instant cases",
        ),
        f"{_DONE} AND is_same_day = 1", f"{_DONE} AND is_same_day IS NOT NULL",
    ),
    _sums(
        "mean_handling_time", "seconds", ("平均办理时长", "Mean handling time"),
        (
            "已办结件的工作时间（扣除暂停）之和 ÷ 件数",
            "working time of completed cases, less pauses ÷ their number",
        ),
        f"sumIf(handling_seconds, {_TIMED})", f"countIf({_TIMED})",
    ),
    _quantile(
        "p50_handling_time", ("办理时长中位数", "Median handling time"),
        ("已办结件工作时间由短到长第 ⌈n/2⌉ 个", "of n working times of completed cases the ⌈n/2⌉-th smallest"),
        (1, 2),
    ),
    _quantile(
        "p90_handling_time", ("办理时长九成位数", "90th percentile of handling time"),
        ("已办结件工作时间由短到长第 ⌈0.9n⌉ 个", "of n working times of completed cases the ⌈0.9n⌉-th smallest"),
        (9, 10),
    ),
    _sums(
        "speed_up_by_promise", "share", ("承诺提速率", "Speed-up against the promise"),
        (
            "（承诺时限的工作时间 − 实际用时）÷ 承诺时限的工作时间，各自求和后相除",
            "(Σ working time from start to the promise's due − Σ used) ÷ Σ working time to due, completed cases",
        ),
        f"sumIf(promise_given - promise_used, {_PROMISED})", f"sumIf(promise_given, {_PROMISED})",
    ),
    _sums(
        "speed_up_by_statute", "share", ("法定提速率", "Speed-up against the law"),
        (
            "（法定时限的工作时间 − 实际用时）÷ 法定时限的工作时间，各自求和后相除",
            "(Σ working time from start to the statutory due − Σ used) ÷ Σ working time to due, completed cases",
        ),
        f"sumIf(statute_given - statute_used, {_LAWFUL})", f"sumIf(statute_given, {_LAWFUL})",
    ),
    _sums(
        "suspension_share", "share", ("暂停时间占比", "Suspension share"),
        (
            "已办结件的暂停工作时间 ÷ 受理至办结的工作时间",
            "working time held by pauses ÷ working time from acceptance to completion, completed cases",
        ),
        f"sumIf(paused_seconds, {_TIMED})", f"sumIf(span_seconds, {_TIMED})",
    ),
    Metric(
        "entry_timeliness", 1, "share", "events", "数据及时率", "Timeliness of entry",
        "事发后 15 分钟内记录的办件事件 ÷ 办件事件",
        "case events recorded within 15 minutes of their time ÷ case events",
        "countIf(recorded - time <= {timely:Int64})", "count()",
    ),
)  # fmt: skip
