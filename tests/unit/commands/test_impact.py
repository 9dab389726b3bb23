"""`sundial impact`: what a proposal would do, before it is published and without doing it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from sundial.cli import build_app
from tests.unit.commands.folders import make

CLOSING = """
calendar: town
extends: cn
zone: Asia/Shanghai
effective_from: 2026-01-01
days: {2026-03-06: closed, 2026-03-24: closed}
"""
SCENARIO = """
halls: [{hall: weixian, title: 威县, level: county, region: "130533", calendar: cn, profile: statute}]
items: [{item: permit, title: 许可, kind: promise, mode: promise, promised_limit: 5 working_day}]
events:
  - {type: case.accepted, time: 2026-03-02T10:00:00+08:00, data: {item: permit, hall: weixian}}
ask: [{at: 2026-03-09T18:00:00+08:00}]
"""


def sundial(*arguments: str) -> Result:
    return CliRunner().invoke(build_app(list(arguments)), list(arguments))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path / "data")


def ask(tmp_path: Path, text: str, *options: str, name: str = "proposal.yaml") -> dict[str, Any]:
    (tmp_path / name).write_text(text, "utf-8")
    done = sundial("impact", str(tmp_path / name), *options, "--json")
    assert done.exit_code == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_a_closed_day_moves_the_open_case_and_no_closed_one(tmp_path: Path, folder: Path) -> None:
    """The 20 working days of 2 March end on Mon 30 March; with Fri 6 March closed already, on the 31st."""
    report = ask(tmp_path, CLOSING, "--data", str(folder))
    [one] = report["cases"]
    assert (one["case"], one["hall"]) == ("open", "weixian")
    assert one["moved"] == [{"clock": "statutory", "round": 1, "before": "2026-03-31T09:00:00Z",
                             "after": "2026-04-01T09:00:00Z"}]  # fmt: skip
    assert report["halls"] == [{"hall": "weixian", "title": "威县", **report["totals"]}]
    assert report["totals"] == {"cases": 1, "moved": 1, "raised": 0, "lifted": 0}


def test_nothing_is_done(tmp_path: Path, folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix == ".db"}
    names = {path.name for path in folder.iterdir()}
    ask(tmp_path, CLOSING, "--data", str(folder))
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix == ".db"} == before
    beside = {path.name for path in folder.iterdir()} - names  # SQLite's own, empty, of a reader
    assert {name.partition(".")[2] for name in beside} <= {"db-wal", "db-shm"}


def test_a_profile_that_switches_a_rule_off_from_the_beginning_lifts_its_findings(
    tmp_path: Path, folder: Path
) -> None:
    profile = {"profile": "statute", "effective_from": "2020-01-01", "rules": {"TL-02": {"enabled": False}}}
    report = ask(tmp_path, json.dumps(profile), "--data", str(folder), name="profile.json")
    assert [(x["case"], [y["code"] for y in x["lifted"]]) for x in report["cases"]] == [("open", ["TL-02"])]


def test_an_item_of_later_effect_changes_nothing(tmp_path: Path, folder: Path) -> None:
    item = "{item: permit, title: 许可, kind: promise, promised_limit: 9 working_day, effective_from: 2026-03-03}"
    assert ask(tmp_path, item, "--data", str(folder))["cases"] == []


def test_a_correction_of_the_item_in_effect_moves_the_promise(tmp_path: Path, folder: Path) -> None:
    mend = (
        "- {type: event.corrected, source: hall/weixian, data: {corrects: {id: i}, "
        "data: {promised_limit: 15 working_day}}}"
    )
    [one] = ask(tmp_path, mend, "--data", str(folder))["cases"]
    assert [x["clock"] for x in one["moved"]] == ["promised"]
    assert [x["code"] for x in one["lifted"]] == ["TL-02"]


def test_scenario_files_answer_as_of_their_latest_question(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(SCENARIO, "utf-8")
    closing = "calendars: [{calendar: cn, zone: Asia/Shanghai, week: {mon-fri: ['09:00-17:00']}, " \
        "effective_from: 2026-01-01, days: {2026-03-06: closed}}]"  # fmt: skip
    report = ask(tmp_path, closing, "--scenario", str(tmp_path / "one.yaml"))
    [one] = report["cases"]
    assert one["moved"][0]["after"] == "2026-03-10T09:00:00Z"
    assert [x["code"] for x in one["lifted"]] == ["TL-02"]
    assert [x["code"] for x in one["raised"]] == ["TL-01"]


def test_for_people_a_finding_that_moves_is_one_line_with_both_instants(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(SCENARIO.replace("09T18", "20T18"), "utf-8")
    (tmp_path / "closing.yaml").write_text(
        "calendars: [{calendar: cn, zone: Asia/Shanghai, week: {mon-fri: ['09:00-17:00']}, "
        "effective_from: 2026-01-01, days: {2026-03-06: closed}}]",
        "utf-8",
    )
    command = ("impact", str(tmp_path / "closing.yaml"), "--scenario", str(tmp_path / "one.yaml"))
    said = sundial(*command).stdout
    assert "promised due 2026-03-09 Mon 17:00 -> 2026-03-10 Tue 17:00" in said
    assert "~ TL-02 yellow: 2026-03-09 Mon 17:00 -> 2026-03-10 Tue 17:00" in said
    assert "- TL-02" not in said
    chinese = sundial(*command, "--lang", "zh").stdout
    assert "~ TL-02 黄牌：2026-03-09（周一） 17:00 → 2026-03-10（周二） 17:00" in chinese


def test_of_a_correction_it_is_said_what_it_corrects(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "mend.yaml").write_text(
        "- {type: event.corrected, source: hall/weixian, data: {corrects: {id: i}, "
        "data: {promised_limit: 15 working_day}}}",
        "utf-8",
    )
    said = sundial("impact", str(tmp_path / "mend.yaml"), "--data", str(folder)).stdout
    assert "Proposed: event.corrected of i (item.published permit): promised limit: 15 working days" in said


def test_for_people_it_is_a_table_by_hall(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "closing.yaml").write_text(CLOSING, "utf-8")
    said = sundial("impact", str(tmp_path / "closing.yaml"), "--data", str(folder)).stdout
    assert "1 cases would fall due at another instant" in said.replace("\n", " ")
    assert "威县" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "expected a calendar, profile, item or hall document"),
        ("{calendar: town, extends: cn, days: {2026-03-06: shut}}", "days.2026-03-06"),
        ("{calendar: town, extends: nowhere}", "names calendar 'nowhere', not known here"),
        ("{profile: mine, settings: {day_end: noon}}", "settings.day_end"),
        ("[{type: case.accepted, subject: x, data: {item: permit}}]", "[0].type: expected a reference event"),
        ("{calenders: [], reference: []}", "calenders: unknown key"),
        ("{type: event.corrected, data: {corrects: {id: none}}}", "no reference event 'none' is known here"),
        ("{calendar: [", "not valid YAML"),
    ],
)
def test_a_bad_proposal_is_refused_with_its_place(tmp_path: Path, folder: Path, text: str, said: str) -> None:
    (tmp_path / "bad.yaml").write_text(text, "utf-8")
    done = sundial("impact", str(tmp_path / "bad.yaml"), "--data", str(folder))
    assert done.exit_code == 2
    assert said in done.stderr
    assert "bad.yaml" in done.stderr
