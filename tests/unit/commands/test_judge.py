"""`sundial judge` as a stranger uses it: answers, checks, exit codes, errors with their place."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = """
halls: [{hall: h, calendar: cn}]
items: [{item: permit, promised_limit: 5 working_day, statutory_limit: 20 working_day}]
events:
  - {type: case.accepted, time: 2026-03-02T10:00:00, data: {item: permit, hall: h}}
ask:
  - at: 2026-03-10T10:00:00
    expect: {status: accepted, clocks: {promised: {state: missed, due: 2026-03-09T17:00:00}}}
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sundial", "judge", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "a.yaml"
    path.write_text(GOOD, "utf-8")
    return path


def test_a_scenario_as_expected_exits_0(scenario: Path) -> None:
    done = run("--check", str(scenario))
    assert (done.returncode, done.stderr) == (0, "")


def test_a_difference_exits_1_and_says_where(scenario: Path) -> None:
    scenario.write_text(GOOD.replace("missed", "running"), "utf-8")
    done = run("--check", str(scenario))
    assert done.returncode == 1
    assert f"{scenario}:8" in done.stdout
    assert "clocks.promised.state: expected running, got missed" in done.stdout


def test_json_stands_alone_on_stdout(scenario: Path) -> None:
    scenario.write_text(GOOD.replace("missed", "running"), "utf-8")
    done = run("--json", "--check", str(scenario))
    document = json.loads(done.stdout)
    assert document["file"] == str(scenario)
    assert document["answers"][0]["clocks"]["promised"]["due"] == "2026-03-09T09:00:00Z"
    assert "clocks.promised.state: expected running, got missed" in done.stderr
    assert done.returncode == 1


def test_people_read_chinese_and_english(scenario: Path) -> None:
    assert "承诺时限" in run(str(scenario)).stdout
    assert "promised" in run("--lang", "en", "--ledger", str(scenario)).stdout


def test_the_ledger_shows_the_opening_hours_of_each_day(scenario: Path) -> None:
    done = run("--lang", "en", "--ledger", str(scenario))
    assert done.stdout.count("09:00-12:00 13:00-17:00") >= 6


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("case.accepted", "case.acepted", ":5: events[0].type", "case.accepted"),
        ("status: accepted", "state: accepted", ":8: ask[0].expect.state", "unknown key"),
        ("5 working_day", "5 workday", ":3: items[0].promised_limit", "working_day"),
        ("time: 2026-03-02T10:00:00", "time: monday", ":5: events[0].time", "2026-02-12T10:00:00"),
        ("ask:", "asks:", ":6: asks", "unknown key"),
        ("calendar: cn}]", "calendar: cn}", ":", "YAML"),
    ],
)
def test_a_wrong_scenario_exits_2_and_names_the_place(
    scenario: Path, old: str, new: str, place: str, said: str
) -> None:
    scenario.write_text(GOOD.replace(old, new), "utf-8")
    done = run("--check", str(scenario))
    assert done.returncode == 2
    assert place in done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("calendar", "said"),
    [
        ("{calendar: x, zone: Asia/Shanghai, week: {sun: closed}}", "open time"),
        ("{calendar: x, extends: nowhere, week: {mon: ['09:00-12:00']}}", "nowhere"),
        ("{calendar: x, zone: Moon/Sea, week: {mon: ['09:00-12:00']}}", "zone"),
        ("{calendar: x, zone: Asia/Shanghai, week: {mon: ['09:00-12:00', '11:00-13:00']}}", "week.mon"),
    ],
)
def test_a_calendar_that_cannot_be_is_a_configuration_error(scenario: Path, calendar: str, said: str) -> None:
    scenario.write_text(f"calendars: [{calendar}]" + GOOD.replace("calendar: cn", "calendar: x"), "utf-8")
    done = run(str(scenario))
    assert done.returncode == 2
    assert said in done.stderr


def test_a_missing_file_exits_2(tmp_path: Path) -> None:
    done = run(str(tmp_path / "none.yaml"))
    assert done.returncode == 2
    assert "none.yaml" in done.stderr


@pytest.mark.parametrize("ask", ["", "ask: []\n"], ids=["left out", "empty"])
def test_a_scenario_that_asks_nothing_is_no_good_answer(scenario: Path, ask: str) -> None:
    scenario.write_text(GOOD[: GOOD.index("ask:")] + ask, "utf-8")
    for arguments in ((), ("--check",), ("--json",)):
        done = run(*arguments, str(scenario))
        assert (done.returncode, done.stdout) == (2, "")
        assert "ask: nothing is asked; expected a list of questions" in done.stderr
        assert "events speak of case-1" in done.stderr


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("subject: case-11", "ask[0].subject: no event speaks of 'case-11'; expected one of case-1"),
        ("subject: hall:hh", "no event speaks of 'hall:hh'; expected one of hall:h"),
    ],
)
def test_a_subject_that_no_event_speaks_of_is_an_error_with_those_that_are_near(
    scenario: Path, subject: str, said: str
) -> None:
    scenario.write_text(GOOD.replace("- at:", f"- {subject}\n    at:"), "utf-8")
    done = run(str(scenario))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{scenario}:7: " in done.stderr
    assert said in done.stderr


def test_where_no_subject_is_stated_the_events_must_have_none_either(scenario: Path) -> None:
    scenario.write_text(GOOD.replace("case.accepted, time", "case.accepted, subject: c9, time"), "utf-8")
    done = run(str(scenario))
    assert done.returncode == 2
    assert (
        "ask[0]: no event speaks of 'case-1' (where no subject is stated); expected one of c9" in done.stderr
    )


def test_a_published_hall_may_be_asked_of_before_anything_happened_there(scenario: Path) -> None:
    scenario.write_text(GOOD.replace("- at:", "- subject: ledger:h/2026-03-01\n    at:"), "utf-8")
    assert run(str(scenario)).returncode == 0


def test_a_profile_that_enables_a_rule_that_is_not_built_is_told(scenario: Path) -> None:
    scenario.write_text("profiles: [{profile: own, rules: {DQ-06: {enabled: true}}}]\n" + GOOD, "utf-8")
    done = run(str(scenario))
    assert done.returncode == 2
    assert "profiles[0].rules.DQ-06.enabled: the rule DQ-06 is not built" in done.stderr
