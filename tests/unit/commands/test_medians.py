"""`sundial medians`: a month's medians, published once, and read by TL-15 like any other event."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from domain.events import Event
from domain.instants import DAY, HOUR, MINUTE, parse_instant
from streams.embedded import Embedded
from sundial.cli import build_app
from sundial.seeding import seed
from sundial.walking import folder_cases
from tests.unit.streams.histories import base, event, issued_live, issued_purely

MONDAY = parse_instant("2026-03-02T10:00:00+08:00")
APRIL = parse_instant("2026-04-01T00:00:00+08:00")
NOW = parse_instant("2026-04-01T08:00:00+08:00")
HALL = {"hall": "weixian", "title": "威县", "level": "county", "region": "130533", "calendar": "cn",
        "profile": "green"}  # fmt: skip
ITEM = {"item": "permit", "title": "许可", "kind": "promise", "mode": "promise",
        "promised_limit": "10 working_day", "statutory_limit": "20 working_day"}  # fmt: skip


def handled(name: str, begin: int, hours: int, **accepted: Any) -> list[Event]:
    """A case accepted at `begin` and completed so much later."""
    taken = {"item": "permit", "hall": "weixian", **accepted}
    return [
        event(f"a-{name}", "case.accepted", name, begin, **taken),
        event(f"c-{name}", "case.completed", name, begin + hours * HOUR),
    ]


def story(normal: int) -> list[Event]:
    """So many normal cases of March, of one working hour or two by turns, and some that are not counted."""
    events = [
        event(
            "p",
            "profile.published",
            "green",
            MONDAY - DAY,
            profile="green",
            rules={"TL-15": {"enabled": True}},
        ),
        event("h", "hall.published", "weixian", MONDAY - DAY, **HALL),
        event("i", "item.published", "permit", MONDAY - DAY, **ITEM),
    ]
    for number in range(normal):
        events += handled(f"n{number}", MONDAY + number % 5 * DAY, 1 + number % 2)
    for number in range(20):
        events += handled(f"urgent{number}", MONDAY, 6, mode="urgent")
    events += [*handled("voided", MONDAY, 6), event("v", "case.voided", "voided", MONDAY + DAY)]
    events += [*handled("again", MONDAY, 6), event("r", "case.reopened", "again", MONDAY + DAY)]
    return [*events, event("a-open", "case.accepted", "open", MONDAY, item="permit", hall="weixian")]


def make(path: Path, normal: int) -> Path:
    """A folder recorded as it happened, its clock standing in the morning of 1 April."""
    embedded = Embedded(path, base(), start=NOW)
    seed(embedded.journal)
    events = sorted(story(normal), key=lambda one: one.time)
    embedded.journal.append(events, [one.time + MINUTE for one in events])
    supervise(embedded)
    embedded.close()
    return path


def supervise(embedded: Embedded) -> None:
    embedded.journal.importing = lambda: 0.0  # type: ignore[method-assign]
    while embedded.supervision.turn():
        pass


def sundial(folder: Path, *options: str) -> Result:
    arguments = ["medians", "--data", str(folder), *options, "--json"]
    return CliRunner().invoke(build_app(arguments), arguments)


def published(folder: Path, *options: str) -> list[dict[str, Any]]:
    done = sundial(folder, *options)
    assert done.exit_code == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    assert report["refused"] == []
    medians: list[dict[str, Any]] = report["published"]
    return medians


def in_the_log(folder: Path) -> list[Event]:
    with folder_cases(folder) as cases:
        return [one for one in cases.reference.events if one.type == "item.median_published"]


def test_of_thirty_cases_of_one_and_two_hours_the_median_is_one_and_a_half(tmp_path: Path) -> None:
    folder = make(tmp_path, 30)
    assert published(folder) == [{"item": "permit", "used_seconds": 5400, "cases": 30}]
    [one] = in_the_log(folder)
    assert (one.id, one.source, one.subject) == ("median/permit/2026-03", "sundial:medians", "permit")
    assert (one.time, one.data["month"]) == (APRIL, "2026-03")


def test_twenty_nine_cases_are_too_few_unless_less_is_asked_for(tmp_path: Path) -> None:
    folder = make(tmp_path, 29)
    assert published(folder) == []
    assert published(folder, "--least", "29", "--dry-run") == [
        {"item": "permit", "used_seconds": 3600, "cases": 29}
    ]
    assert in_the_log(folder) == []


def test_a_month_is_published_once_also_across_a_restart_and_what_comes_late(tmp_path: Path) -> None:
    folder = make(tmp_path, 30)
    assert published(folder, "--dry-run") == published(folder)
    assert published(folder) == []
    embedded = Embedded(folder, base())
    late = [one for number in range(9) for one in handled(f"late{number}", MONDAY, 7)]
    embedded.journal.append(late)
    supervise(embedded)
    embedded.close()
    assert published(folder) == []
    assert len(in_the_log(folder)) == 1


def test_it_does_not_matter_that_it_runs_late(tmp_path: Path) -> None:
    """Completions of March that are told in April are in no median."""
    folder = make(tmp_path, 30)
    embedded = Embedded(folder, base())
    embedded.journal.append([one for number in range(9) for one in handled(f"late{number}", MONDAY, 7)])
    embedded.close()
    assert published(folder) == [{"item": "permit", "used_seconds": 5400, "cases": 30}]


def test_an_urgent_case_of_april_is_judged_with_it_live_as_by_the_judge(tmp_path: Path) -> None:
    folder = make(tmp_path, 30)
    published(folder)
    embedded = Embedded(folder, base())
    embedded.clock.not_before(parse_instant("2026-04-01T09:00:00+08:00"))
    begin = embedded.clock.now()
    embedded.journal.append(
        [event("a-green", "case.accepted", "green", begin, item="permit", hall="weixian", mode="urgent")]
    )
    supervise(embedded)
    embedded.close()
    embedded = Embedded(folder, base())  # a restart before it is over
    embedded.clock.not_before(begin + 3 * HOUR)
    supervise(embedded)
    live = [document for subject, document in issued_live(embedded.state) if subject == "green"]
    pure = issued_purely(embedded.journal, embedded.clock.now())["green"]
    embedded.close()
    assert [(one["code"], parse_instant(one["occurred"]) - begin) for one in live] == [("TL-15", 90 * MINUTE)]
    assert live == pure


@pytest.mark.parametrize(
    ("month", "said"),
    [("2026-04", "2026-04 has not ended"), ("2026-13", "expected a month"), ("March", "expected a month")],
)
def test_a_month_that_is_not_over_or_none_is_refused(tmp_path: Path, month: str, said: str) -> None:
    done = sundial(make(tmp_path, 1), "--month", month)
    assert done.exit_code == 2
    assert said in done.stderr


def test_two_runs_at_once_count_once(tmp_path: Path) -> None:
    folder = make(tmp_path, 30)
    published(folder)
    [one] = in_the_log(folder)
    embedded = Embedded(folder, base())
    embedded.journal.append([one])
    embedded.close()
    with folder_cases(folder) as cases:
        [record] = cases.reference.at(NOW + DAY).records("median", "permit")
    assert record.data["cases"] == 30
