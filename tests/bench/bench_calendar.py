"""Due-date look-ups per second: the compiled calendar, numpy's busday_offset, and a walk over the days.

    python -m tests.bench.bench_calendar [--json]

One question is "the close of the n-th working day after this day", n from 1 to 30, days of 2022 to 2026, under
the calendar `cn`. All answer the same questions and must agree before anything is measured. numpy knows no
make-up days, so it gets a week of seven working days and every closed day as a holiday; it answers with the date
only.
"""

import argparse
import datetime
import json
import random
import statistics
import time
from collections.abc import Callable

import numpy as np

from domain.calendars import Calendar, CalendarVersion
from sundial import shipped
from tests.unit.calendars.oracle import Oracle

QUESTIONS = 20_000
WALKS = 300
ROUNDS = 5
DOCUMENT = {
    "calendar": "cn",
    "zone": "Asia/Shanghai",
    "week": {"mon-fri": ["09:00-12:00", "13:00-17:00"]},
    "holidays": "cn-state-council",
}


def compile_cn() -> Calendar:
    known = {name: [CalendarVersion(document, 0)] for name, document in shipped.calendars().items()}
    return Calendar("cn", known, shipped.holiday_sets())


def rate(ask: Callable[[], object], answers: int) -> float:
    """Answers per second: the median of some rounds."""
    rounds = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        ask()
        rounds.append(time.perf_counter() - begin)
    return answers / statistics.median(rounds)


def measure() -> dict[str, float]:
    """Answers per second of each way, ratios, and milliseconds to build ten years of days."""
    draw = random.Random(7)
    first, last = datetime.date(2022, 1, 1).toordinal(), datetime.date(2026, 10, 31).toordinal()
    questions = [(draw.randint(first, last), draw.randint(1, 30)) for _ in range(QUESTIONS)]
    calendar = compile_cn()

    closed = [day for day in range(first - 400, last + 400) if not calendar.is_working(day)]
    busdays = np.busdaycalendar("1111111", [datetime.date.fromordinal(day) for day in closed])
    days = np.array([datetime.date.fromordinal(day) for day, _ in questions], dtype="datetime64[D]")
    amounts = np.array([n for _, n in questions])
    singles = [(np.datetime64(datetime.date.fromordinal(day)), n) for day, n in questions]

    holidays = {
        datetime.date.fromordinal(day): (holiday.name, holiday.off)
        for year in shipped.holiday_sets()["cn-state-council"].years.values()
        for day, holiday in year.items()
    }
    oracle = Oracle([DOCUMENT], holidays)
    walks = [(datetime.date.fromordinal(day), n) for day, n in questions[:WALKS]]

    ours = [calendar.nth_working_day(day, n) for day, n in questions]
    theirs = np.busday_offset(days, amounts, roll="backward", busdaycal=busdays)
    if [day.toordinal() for day in theirs.astype(object)] != ours:
        raise SystemExit("numpy and the calendar disagree")
    if [oracle.nth_working_day(day, n).toordinal() for day, n in walks] != ours[:WALKS]:
        raise SystemExit("the walk and the calendar disagree")

    def look_up() -> None:
        for day, n in questions:
            calendar.close(calendar.nth_working_day(day, n))

    def numpy_single() -> None:
        for day, n in singles:
            np.busday_offset(day, n, roll="backward", busdaycal=busdays)

    def numpy_vector() -> None:
        np.busday_offset(days, amounts, roll="backward", busdaycal=busdays)

    def walk() -> None:
        for day, n in walks:
            oracle.nth_working_day(day, n)

    def build() -> None:
        compile_cn().working_days(first, first + 3652)

    result = {
        "calendar_per_second": rate(look_up, QUESTIONS),
        "numpy_single_per_second": rate(numpy_single, QUESTIONS),
        "numpy_vector_per_second": rate(numpy_vector, QUESTIONS),
        "walk_per_second": rate(walk, WALKS),
        "build_ten_years_ms": 1000 / rate(build, 1),
    }
    for other in ("numpy_single", "numpy_vector", "walk"):
        result[f"ratio_to_{other}"] = result["calendar_per_second"] / result[f"{other}_per_second"]
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description="Due-date look-ups per second.")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    as_json = parser.parse_args().json
    result = measure()
    if as_json:
        print(json.dumps({"benchmark": "calendar", **result}))
        return
    print("due dates per second, one at a time")
    print(f"  calendar (date and close)  {result['calendar_per_second']:>12,.0f}")
    others = {"numpy, one at a time": "numpy_single", "numpy, one array": "numpy_vector", "walk": "walk"}
    for title, key in others.items():
        per_second, ratio = result[f"{key}_per_second"], result[f"ratio_to_{key}"]
        print(f"  {title:<25}  {per_second:>12,.0f}   calendar is {ratio:.3g} times")
    print(f"  building ten years of days  {result['build_ten_years_ms']:.1f} ms")


if __name__ == "__main__":
    main()
