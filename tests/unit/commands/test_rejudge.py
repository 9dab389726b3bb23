"""`sundial rejudge` on a data folder that nobody serves."""

import getpass
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from domain.events import Event
from domain.instants import parse_instant
from domain.judge import judge
from domain.rejudging import Order, orders_of, rejudgement
from domain.telling import told
from streams.clock import ClockSetting, SettingClock, machine_time
from streams.journal import Journal
from sundial.cli import build_app
from sundial.walking import folder_cases
from tests.unit.commands.folders import make

CLOSED_ON_THE_10TH = ("--from", "2026-03-10", "--to", "2026-03-11")
WHY = ("--reason", "停电闭厅", "--by", "督查室")


def sundial(*arguments: str) -> Result:
    return CliRunner().invoke(build_app(list(arguments)), list(arguments))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path)


def rejudge(folder: Path, *options: str) -> dict[str, Any]:
    done = sundial("rejudge", "--data", str(folder), *options, "--json")
    assert done.exit_code == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def history(folder: Path, subject: str) -> list[Event]:
    with folder_cases(folder) as cases:
        return next(list(events) for one, events in cases.histories if one == subject)


def findings(folder: Path, subject: str, known_at: str) -> list[str]:
    with folder_cases(folder) as cases:
        known = parse_instant(known_at)
        verdict = judge(history(folder, subject), cases.reference, known, known, subject)
        return [one["code"] for one in verdict["findings"]]


def test_the_order_reaches_the_case_closed_in_its_days_and_says_who_and_why(folder: Path) -> None:
    report = rejudge(folder, *CLOSED_ON_THE_10TH, *WHY)
    assert (report["cases"], report["refused"]) == (1, [])
    [one] = report["differ"]
    assert (one["case"], [x["code"] for x in one["lifted"]], one["raised"]) == ("late", ["TL-02"], [])
    given = history(folder, "late")[-1]
    assert (given.type, given.data["by"], given.data["reason"]) == ("case.rejudged", "督查室", "停电闭厅")
    assert given.data["order"] == report["order"]


def test_both_verdicts_stay_readable(folder: Path) -> None:
    rejudge(folder, *CLOSED_ON_THE_10TH, *WHY)
    assert findings(folder, "late", "2026-03-19T10:00:00+08:00") == ["TL-02"]
    assert findings(folder, "late", "2026-03-21T10:00:00+08:00") == []


def test_the_same_order_twice_does_nothing_twice(folder: Path) -> None:
    first = rejudge(folder, *CLOSED_ON_THE_10TH, *WHY)
    once = history(folder, "late")
    second = rejudge(folder, *CLOSED_ON_THE_10TH, *WHY)
    assert (second["order"], second["cases"]) == (first["order"], 0)
    assert history(folder, "late") == once


def test_an_order_of_another_number_is_another_order(folder: Path) -> None:
    rejudge(folder, *CLOSED_ON_THE_10TH, *WHY)
    assert rejudge(folder, *CLOSED_ON_THE_10TH, *WHY, "--order", "督〔2026〕2号")["cases"] == 1


def test_the_number_of_an_order_is_said_and_kept(folder: Path) -> None:
    numbered = (*CLOSED_ON_THE_10TH, *WHY, "--order", "督〔2026〕2号")
    said = sundial("rejudge", "--data", str(folder), *numbered, "--dry-run").stdout
    assert "Order 督〔2026〕2号 (order-" in said
    assert rejudge(folder, *numbered)["number"] == "督〔2026〕2号"
    [order] = orders_of(history(folder, "late"), 2**62)
    assert order["number"] == "督〔2026〕2号"


@pytest.mark.parametrize(
    "other",
    [
        (*CLOSED_ON_THE_10TH, "--reason", "停水", "--by", "督查室"),
        (*CLOSED_ON_THE_10TH, "--reason", "停电闭厅", "--by", "root"),
        ("--from", "2026-03-09", "--to", "2026-03-11", *WHY),
        (*CLOSED_ON_THE_10TH, *WHY, "--hall", "weixian"),
    ],
    ids=["another reason", "another orderer", "other days", "another scope"],
)
def test_a_number_used_again_with_other_words_is_refused(folder: Path, other: tuple[str, ...]) -> None:
    """Two orders of one number would be one in the records; the first one stands."""
    number = ("--order", "督〔2026〕2号")
    rejudge(folder, *CLOSED_ON_THE_10TH, *WHY, *number)
    before = history(folder, "late")
    done = sundial("rejudge", "--data", str(folder), *other, *number)
    assert done.exit_code == 2
    assert "--order: 督〔2026〕2号 was given on 2026-03-" in done.stderr
    assert (
        "in other words, which stand: by 督查室, 停电闭厅, closed from 2026-03-10 and before 2026-03-11"
        in done.stderr
    )
    assert history(folder, "late") == before


def test_the_same_words_under_the_same_number_are_the_same_order(folder: Path) -> None:
    narrow = (*CLOSED_ON_THE_10TH, *WHY, "--hall", "weixian", "--order", "督〔2026〕2号")
    rejudge(folder, *narrow)
    assert rejudge(folder, *narrow)["cases"] == 0


def test_the_dossier_says_in_chinese_what_an_order_says(folder: Path) -> None:
    rejudge(folder, *CLOSED_ON_THE_10TH, *WHY, "--order", "督〔2026〕2号")
    line = told(history(folder, "late")[-1].data, "zh", ZoneInfo("Asia/Shanghai"))
    assert line.startswith("理由：停电闭厅，下令人：督查室，编号：督〔2026〕2号，命令编号：order-")
    assert line.endswith("，自：2026-03-10，至（不含当日）：2026-03-11")


def test_a_dry_run_says_what_would_differ_and_does_nothing(folder: Path) -> None:
    before = history(folder, "late")
    report = rejudge(folder, *CLOSED_ON_THE_10TH, *WHY, "--dry-run")
    assert (report["cases"], len(report["differ"]), report["dry_run"]) == (1, 1, True)
    assert history(folder, "late") == before


@pytest.mark.parametrize(
    ("since", "until", "cases"),
    [
        ("2026-03-09", "2026-03-10", 0),  # `to` is not included
        ("2026-03-10", "2026-03-11", 1),  # `from` is
        ("2026-03-02", "2026-03-11", 2),
        ("2026-03-11", "2026-04-01", 0),
    ],
)
def test_from_is_included_and_to_is_not(folder: Path, since: str, until: str, cases: int) -> None:
    assert rejudge(folder, "--from", since, "--to", until, *WHY, "--dry-run")["cases"] == cases


def test_only_cases_of_the_hall_and_item_named(folder: Path) -> None:
    both = ("--hall", "weixian", "--item", "permit")
    assert rejudge(folder, *CLOSED_ON_THE_10TH, *WHY, *both, "--dry-run")["cases"] == 1


def test_who_ordered_it_is_the_user_unless_said(folder: Path) -> None:
    report = rejudge(folder, *CLOSED_ON_THE_10TH, "--reason", "停电", "--dry-run")
    assert report["by"] == getpass.getuser()


def test_for_people_it_says_what_changes(folder: Path) -> None:
    said = sundial("rejudge", "--data", str(folder), *CLOSED_ON_THE_10TH, *WHY, "--dry-run").stdout
    assert "1 closed cases would be judged anew; the verdict of 1 differs." in said
    assert "late: - TL-02 yellow (2026-03-09 Mon 17:00)" in said
    chinese = sundial(
        "rejudge", "--data", str(folder), *CLOSED_ON_THE_10TH, *WHY, "--dry-run", "--lang", "zh"
    ).stdout
    assert "late: - TL-02 黄牌（2026-03-09（周一） 17:00）" in chinese


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--from", "10.3.2026", "--to", "2026-03-11", *WHY), "--from: expected a date such as 2026-03-01"),
        (("--from", "2026-03-11", "--to", "2026-03-11", *WHY), "--to: expected a day after --from"),
        ((*CLOSED_ON_THE_10TH, "--reason", " "), "--reason: expected a text"),
        ((*CLOSED_ON_THE_10TH, *WHY, "--hall", "nowhere"), "--hall: 'nowhere' is not known here"),
        ((*CLOSED_ON_THE_10TH, *WHY, "--item", "nothing"), "--item: 'nothing' is not known here"),
    ],
)
def test_bad_orders_are_refused_with_what_was_expected(
    folder: Path, options: tuple[str, ...], said: str
) -> None:
    done = sundial("rejudge", "--data", str(folder), *options)
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_folder_without_a_journal_is_named(tmp_path: Path) -> None:
    done = sundial("rejudge", "--data", str(tmp_path / "none"), *CLOSED_ON_THE_10TH, *WHY)
    assert done.exit_code == 2
    assert "no journal" in done.stderr
    assert not (tmp_path / "none").exists()


def test_the_same_order_given_twice_at_once_reaches_the_case_once(folder: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "sundial",
        "rejudge",
        "--data",
        str(folder),
        *CLOSED_ON_THE_10TH,
        *WHY,
        "--json",
    ]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    answers = [(one.communicate(), one.returncode) for one in both]
    reached = 0
    for (out, error), code in answers:
        if code == 0:
            reached += json.loads(out)["cases"]
        else:  # the other had the folder at that moment
            assert (code, "in use" in error) == (2, True)
    assert reached == 1
    assert [one.type for one in history(folder, "late")].count("case.rejudged") == 1


def test_orders_that_arrive_together_leave_no_id_used_for_two_contents(folder: Path) -> None:
    with folder_cases(folder) as cases:
        reference, now = cases.reference, cases.now
    order = Order("2026-03-10", "2026-03-11", "停电闭厅", "督查室", number="督〔2026〕2号")
    again = Order("2026-03-10", "2026-03-11", "停电", "督查室", number="督〔2026〕2号")
    given = [rejudgement("late", one, now + number) for number, one in enumerate((order, again) * 4)]
    journal = Journal(folder / "journal.db", SettingClock(ClockSetting("simulated", now + 9, machine_time())))
    try:
        with ThreadPoolExecutor(len(given)) as pool:
            statuses = [result.status for [result] in pool.map(lambda one: journal.append([one]), given)]
    finally:
        journal.close()
    assert sorted(statuses) == ["accepted", *["duplicate"] * 7]
    then = history(folder, "late")[-1].recorded
    assert judge(history(folder, "late"), reference, then, then, "late")["irregularities"] == []
