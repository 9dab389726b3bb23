"""What a line of the ledger says to a person with a wall calendar in hand."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.clocks import ledger
from domain.judge import judge
from domain.ledger_words import remarks, used_words
from domain.words import days_text
from sundial.scenario import load_scenario
from tests.property.test_judge_ledger import sums_up

RICH = Path(__file__).parents[2] / "data" / "dossier" / "rich_case.yaml"
ZONE = ZoneInfo("Asia/Shanghai")
SCENARIOS = Path(__file__).parents[2] / "scenarios"


def verdict_of(path: Path, question: int = -1) -> dict[str, Any]:
    scenario = load_scenario(path)
    asked = scenario.questions[question]
    history = scenario.events.get(asked.subject, [])
    return judge(history, scenario.reference, asked.at, asked.known_at, asked.subject)


@pytest.fixture(scope="module")
def promised() -> dict[str, dict[str, Any]]:
    """The lines of the promise of the first round, by date."""
    return {line["date"]: line for line in verdict_of(RICH)["clocks"]["promised@1"]["ledger"]}


def notes(line: dict[str, Any], lang: str = "zh") -> str:
    return "\n".join(note[lang] for note in line.get("notes", ()))


def test_the_day_of_the_start_is_day_zero_and_names_its_event(promised: dict[str, Any]) -> None:
    line = promised["2026-02-12"]
    assert line["why_zh"] == "起算当日，不计"
    assert "10:00 起算：受理（事件 e1）" in notes(line)
    assert "日历 cn@1" in notes(line)
    assert "到期 2026-03-02（周一） 17:00" in notes(line)


def test_a_make_up_day_counts_and_a_holiday_does_not_each_by_name(promised: dict[str, Any]) -> None:
    assert promised["2026-02-14"]["why_zh"] == "计入，第 2 日（春节调休上班）"
    assert promised["2026-02-16"]["why_zh"] == "不计：春节"
    assert promised["2026-02-16"]["why_en"] == "not counted: Spring Festival"
    assert promised["2026-03-08"]["why_zh"] == "不计：周末"


def test_a_pause_names_its_basis_notice_and_approver_on_its_first_day(promised: dict[str, Any]) -> None:
    said = notes(promised["2026-02-25"])
    for part in (
        "15:00 起暂停",
        "听证",
        "事件 e3",
        "行政许可法第四十五条",
        "中止告知〔2026〕7号",
        "李局长",
        "10 个工作日",
    ):
        assert part in said
    assert "basis: 行政许可法第四十五条" in notes(promised["2026-02-25"], "en")


def test_every_day_of_a_pause_says_so_and_the_last_says_what_ended_it(promised: dict[str, Any]) -> None:
    assert "暂停中（听证，事件 e3）" in notes(promised["2026-02-27"])
    assert promised["2026-02-27"]["why_zh"] == "不计：当日开始时已暂停"
    assert "10:00 恢复计时" in notes(promised["2026-03-03"])  # as corrected, not as first sent
    assert "事件 e4" in notes(promised["2026-03-03"])


def test_due_is_shown_wherever_it_moved(promised: dict[str, Any]) -> None:
    assert "到期由 2026-03-02（周一） 17:00 改为 2026-03-09（周一） 17:00" in notes(promised["2026-03-03"])


def test_a_transfer_names_the_hall_and_its_calendar(promised: dict[str, Any]) -> None:
    assert "移交至河西镇便民服务中心，此后按日历 town-cal 计（事件 e5）" in notes(promised["2026-03-04"])
    assert "日历 town-cal@2026.1 < cn@1" in notes(promised["2026-03-05"])
    assert promised["2026-03-07"]["why_zh"] == "计入，第 8 日"  # the township works on Saturdays
    assert promised["2026-03-07"]["hours"] == "09:00-12:00"


def test_an_extension_names_who_approved_it_and_why(promised: dict[str, Any]) -> None:
    said = notes(promised["2026-03-05"])
    for part in (
        "延长 3 个工作日",
        "x1",
        "张局长",
        "行政机关负责人",
        "案情复杂",
        "延期告知〔2026〕9号",
        "事件 e6",
    ):
        assert part in said


def test_a_change_of_the_limit_says_from_what_to_what_and_that_it_absorbs_extensions(
    promised: dict[str, Any],
) -> None:
    said = notes(promised["2026-03-06"])
    assert "时限由 8 个工作日 改为 9 个工作日，此前的延长不再另计" in said
    assert "目录更正" in said
    assert "赵主任" in said


def test_what_ended_the_clock_stands_on_its_last_day(promised: dict[str, Any]) -> None:
    assert "16:00 停止计时：办结（事件 e9）" in notes(promised["2026-03-20"])


def test_a_level_that_was_not_reached_says_so() -> None:
    lines = verdict_of(RICH)["clocks"]["statutory@1"]["ledger"]
    (red,) = [one for line in lines for one in line.get("thresholds", ())]
    assert red["reached"] is False
    assert lines[-1]["ahead"]
    assert lines[-1]["why_zh"] == "停止后，本为第 20 日"


def test_the_time_between_two_rounds_is_no_pause_by_a_decision() -> None:
    lines = {line["date"]: line for line in verdict_of(RICH)["clocks"]["statutory"]["ledger"]}
    assert "16:00 停止，至接续前不计时" in notes(lines["2026-03-20"])
    assert "停止期间，不计时" in notes(lines["2026-03-23"])
    assert "09:00 接续计时：重新办理（事件 e10）" in notes(lines["2026-03-25"])


def test_a_suspension_that_is_not_recognised_is_named_and_the_day_counts() -> None:
    path = SCENARIOS / "pauses" / "an_unlawful_suspension_pauses_unless_ignored.yaml"
    scenario = load_scenario(path)
    said = ""
    for question in range(len(scenario.questions)):
        for clock in verdict_of(path, question)["clocks"].values():
            said += "\n".join(notes(line) for line in clock["ledger"])
    assert "不予承认，照常计时" in said
    assert "依规则集仍停计" in said


def test_a_late_extension_says_whether_it_cures() -> None:
    said = ""
    for name in (
        "a_late_extension_does_not_cure_the_breach",
        "a_late_extension_cures_where_the_profile_says_so",
    ):
        for clock in verdict_of(SCENARIOS / "extensions" / f"{name}.yaml")["clocks"].values():
            said += "\n".join(notes(line) for line in clock["ledger"])
    assert "此前已超期，不消除超期" in said
    assert "此前已超期，依规则集予以补正" in said


def test_what_is_too_long_to_tell_by_day_is_told_in_one_line_and_sums_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ledger, "_LONGEST", 10)
    for clock in verdict_of(RICH)["clocks"].values():
        sums_up(clock)
        if len(clock["ledger"]) == 11:
            assert clock["ledger"][-1]["kind"] == "rest"
    lines = verdict_of(RICH)["clocks"]["promised@1"]["ledger"]
    assert (lines[-1]["date"], lines[-1]["until"]) == ("2026-02-22", "2026-03-20")


def test_a_clock_that_counts_hours_says_which_hours_of_the_day_counted() -> None:
    lines = verdict_of(SCENARIOS / "hours" / "working_hours_run_only_while_open.yaml")["clocks"]
    first, second, _ = lines["promised"]["ledger"]
    assert (first["hours"], first["counted_hours"]) == ("09:00-12:00 13:00-17:00", "15:00-17:00")
    assert second["counted_hours"] == "09:00-12:00 13:00-17:00"
    assert "15:00-17:00 计入" in [one.text for one in remarks(first, "zh", ZONE)]
    assert "15:00-17:00 counted" in [one.text for one in remarks(first, "en", ZONE)]
    # all open hours counted: the hours say it already
    assert not any("计入" in one.text for one in remarks(second, "zh", ZONE))
    # days are counted whole, whatever of their hours was used
    assert "counted_hours" not in lines["statutory"]["ledger"][0]


def test_the_hours_that_a_pause_or_the_lunch_break_holds_do_not_count() -> None:
    def counted(name: str, question: int = -1) -> list[str]:
        verdict = verdict_of(SCENARIOS / "hours" / f"{name}.yaml", question)
        return [line.get("counted_hours", "") for line in verdict["clocks"]["promised"]["ledger"]]

    assert counted("a_working_hour_limit_stops_for_a_pause", 1) == [
        "15:00-17:00",
        "09:00-10:00 14:00-15:00",
        "",
    ]
    # elapsed time counts round the clock
    assert counted("a_late_hour_limit_does_not_count_pauses_as_overrun") == [
        "10:00-24:00",
        "00:00-12:00 18:00-19:00",
    ]


def test_a_day_cut_short_by_the_end_and_the_day_of_the_start_add_nothing() -> None:
    clock = verdict_of(RICH)["clocks"]["promised@1"]
    by_date = {line["date"]: line for line in clock["ledger"]}
    assert (by_date["2026-02-12"]["days"], by_date["2026-02-13"]["days"]) == (0, 1)
    last = by_date["2026-03-20"]  # completed at 16:00
    assert last["days"] == 0
    assert last["why_zh"] == f"不计：第 {last['number']} 日未满即停止"
    assert last["total_days"] == clock["used_days"] == last["number"] - 1
    assert used_words(clock, "zh") == f"{clock['used_days']} 天"  # no hours beside whole days


def test_one_day_is_no_days() -> None:
    assert [days_text(one, "en") for one in (0, 1, 2, 0.857)] == ["0 days", "1 day", "2 days", "0.86 days"]
