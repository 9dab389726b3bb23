"""The lines of every ledger sum to the clock they explain: of every scenario, and of any history."""

import datetime
import re
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.judge import judge
from domain.ledger_words import amounts, used_words
from sundial.scenario import load_scenario
from tests.oracle.asking import Document, ask_at, examples, instant, micros, moment
from tests.oracle.lives import BEGIN, LENGTH, MINUTE, Life, lives

SCENARIOS = sorted((Path(__file__).parent.parent / "scenarios").rglob("*.yaml"))
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_ledgers_of_a_scenario_sum_to_its_verdicts(path: Path) -> None:
    scenario = load_scenario(path)
    for question in scenario.questions:
        history = scenario.events.get(question.subject, [])
        verdict = judge(history, scenario.reference, question.at, question.known_at, question.subject)
        for clock in verdict["clocks"].values():
            sums_up(clock)
            adds_up_as_shown(clock)
            if "clock_change" not in path.stem:
                names_its_hours(clock)


@examples(60)
@given(lives(), st.integers(0, LENGTH + 10 * 1440))
def test_the_ledgers_of_any_history_sum_to_its_verdict(life: Life, minutes: int) -> None:
    at = micros(BEGIN + minutes * MINUTE) + 17_000_000
    for clock in ask_at(life.events, life.known(), at, at)["clocks"].values():
        sums_up(clock)
        adds_up_as_shown(clock)
        names_its_hours(clock)
        counts_days(clock, at)


def sums_up(clock: Document) -> None:
    """Used, paused and overrun seconds are the sums of the lines; total, due and levels stand there."""
    lines = clock["ledger"]
    total = 0
    for line in lines:
        total += line["used_seconds"]
        assert line["total_seconds"] == total
    assert total == clock["used_seconds"]
    assert sum(line.get("paused_seconds", 0) for line in lines) == clock["paused_seconds"]
    assert sum(line.get("over_seconds", 0) for line in lines) == clock["over_seconds"]
    dates = [line["date"] for line in lines]
    assert dates == sorted(dates)
    if lines:
        due = [line["due"] for line in lines if "due" in line]
        is_on_a_line = clock["due"] is not None and instant(clock["due"]) >= instant(clock["start"])
        assert due == ([clock["due"]] if is_on_a_line else [])
        shown = [entry["after"] for line in lines for entry in line.get("thresholds", ())]
        known = [entry["after"] for entry in clock["thresholds"] if entry["after"] is not None]
        assert sorted(shown) == sorted(known)[: len(shown)]  # later ones lie beyond the last line


def adds_up_as_shown(clock: Document) -> None:
    """In the limit's own unit what the lines add, and what is shown of it, is what the clock says is used."""
    lines = clock["ledger"]
    if not lines:
        return
    if clock["used_days"] is None:
        assert not any("days" in line or "total_days" in line for line in lines)
    else:
        for index, line in enumerate(lines):
            assert line["total_days"] == pytest.approx(sum(one["days"] for one in lines[: index + 1]))
            assert (line["days"] == 0) == (line["used_seconds"] == 0) or isinstance(clock["used_days"], int)
        assert lines[-1]["total_days"] == clock["used_days"]
    for lang in ("zh", "en"):
        shown = list(amounts(lines, lang))
        total = Fraction(0)
        for adds, so_far in shown:
            total += _amount(adds)
            assert total == _amount(so_far)
        assert re.split("[（(]", used_words(clock, lang))[0].strip() == shown[-1].total


def _amount(text: str) -> Fraction:
    """What a person reads: days, or seconds of hours, minutes and seconds."""
    factors = {"天": 1, "day": 1, "days": 1, "小时": 3600, "h": 3600, "分": 60, "min": 60, "秒": 1, "s": 1}
    parts = re.findall(r"([0-9.]+) ?([^0-9. ]+)", text)
    assert "".join("".join(part) for part in parts) == text.replace(" ", "")
    return sum((Fraction(number) * factors[unit] for number, unit in parts), Fraction(0))


def names_its_hours(clock: Document) -> None:
    """Where time is counted, each day says from when to when, and that is what it adds."""
    dated = any(line["kind"] in ("counted", "uncounted") for line in clock["ledger"])
    for line in clock["ledger"]:
        if "counted_hours" in line:
            spans = [part.split("-") for part in line["counted_hours"].split()]
            assert sum(_seconds(end) - _seconds(begin) for begin, end in spans) == line["used_seconds"]
        elif line["kind"] == "open" and not dated:
            assert line["used_seconds"] == 0


def _seconds(clock: str) -> int:
    """`09:30`, `09:30:17`, `24:00`, `06:00+1`."""
    text, _, next_day = clock.partition("+")
    hours, minutes, seconds = (int(one) for one in [*text.split(":"), "0"][:3])
    return 86_400 * bool(next_day) + hours * 3600 + minutes * 60 + seconds


def counts_days(clock: Document, at: int) -> None:
    """Counted days are numbered one by one; those whose close has passed are the used days."""
    if clock["limit"] is None or not isinstance(clock["used_days"], int) or not clock["ledger"]:
        return
    numbers = [(line["number"], _date(line)) for line in clock["ledger"] if line["kind"] == "counted"]
    if not numbers:
        return
    assert [number for number, _ in numbers] == list(range(1, len(numbers) + 1))
    end = moment(at) if clock["stopped"] is None else instant(clock["stopped"])
    today = end.astimezone(ZONE).date()
    before = sum(date < today for _, date in numbers)
    assert before <= clock["used_days"] <= before + any(date == today for _, date in numbers)
    added = [line for line in clock["ledger"] if line["days"]]
    assert all(line["kind"] == "counted" and line["days"] == 1 and not line.get("ahead") for line in added)


def _date(line: dict[str, Any]) -> datetime.date:
    return datetime.date.fromisoformat(line["date"])
