"""`sundial calendar`: due, elapsed and show, for people and as JSON; configuration errors are exit 2."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from domain.instants import parse_instant
from sundial.cli import build_app

OFFICE = 'calendar: office\nzone: Asia/Shanghai\nweek: {mon-fri: ["09:00-12:00", "13:00-17:00"]}\n'
Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    app = build_app(["calendar"])

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["calendar", *arguments])

    return call


@pytest.fixture
def ask(run: Run) -> Callable[..., dict[str, Any]]:
    def call(*arguments: str) -> dict[str, Any]:
        result = run(*arguments, "--json")
        assert result.exit_code == 0, result.output
        answer: dict[str, Any] = json.loads(result.stdout)
        return answer

    return call


def _refused(result: Result, *words: str) -> None:
    assert result.exit_code == 2
    assert result.stdout == ""
    for word in words:
        assert word in result.stderr


Ask = Callable[..., dict[str, Any]]


class TestDue:
    def _due(self, ask: Ask, start: str, limit: str, *more: str) -> dict[str, Any]:
        return ask("due", "--calendar", "cn", "--from", start, "--limit", limit, *more)

    def test_five_working_days_over_spring_festival(self, ask: Ask) -> None:
        answer = self._due(ask, "2026-02-12T10:00", "5 working_day")
        assert set(answer) == {"due", "provisional", "counted_days"}
        assert parse_instant(answer["due"]) == parse_instant("2026-02-26T17:00:00+08:00")
        assert answer["provisional"] is False
        assert answer["counted_days"] == [
            "2026-02-13",
            "2026-02-14",
            "2026-02-24",
            "2026-02-25",
            "2026-02-26",
        ]

    def test_an_offset_is_that_instant(self, ask: Ask) -> None:
        assert self._due(ask, "2026-02-11T17:00:00Z", "1 working_day")["counted_days"] == ["2026-02-13"]

    def test_instant_mode_counts_open_time(self, ask: Ask) -> None:
        for limit, more in (("1 working_day instant", ()), ("1 working_day", ("--mode", "instant"))):
            answer = self._due(ask, "2026-02-12T10:00", limit, *more)
            assert parse_instant(answer["due"]) == parse_instant("2026-02-13T10:00:00+08:00")
            assert answer["counted_days"] == ["2026-02-12", "2026-02-13"]

    def test_working_hours_are_used_up_at_closing(self, ask: Ask) -> None:
        answer = self._due(ask, "2026-02-12T10:00", "6 working_hour")
        assert parse_instant(answer["due"]) == parse_instant("2026-02-12T17:00:00+08:00")

    def test_a_calendar_day_limit_moves_to_the_next_working_day(self, ask: Ask) -> None:
        answer = self._due(ask, "2026-02-12T10:00", "10 calendar_day")
        assert parse_instant(answer["due"]) == parse_instant("2026-02-24T17:00:00+08:00")
        assert answer["counted_days"][-1] == "2026-02-22"
        assert len(answer["counted_days"]) == 10

    def test_a_month_is_clamped(self, ask: Ask) -> None:
        answer = self._due(ask, "2026-03-31T10:00", "1 month")
        assert parse_instant(answer["due"]) == parse_instant("2026-04-30T17:00:00+08:00")

    def test_hours_are_elapsed_time_and_never_provisional(self, ask: Ask) -> None:
        answer = self._due(ask, "2026-12-31T20:00", "24 hour")
        assert parse_instant(answer["due"]) == parse_instant("2027-01-01T20:00:00+08:00")
        assert answer["counted_days"] == []
        assert answer["provisional"] is False

    @pytest.mark.parametrize("limit", ["0 working_day", "0 month", "0 hour", "0 working_hour"])
    def test_a_zero_amount_is_the_start_itself(self, ask: Ask, limit: str) -> None:
        answer = self._due(ask, "2026-02-12T10:00", limit)
        assert parse_instant(answer["due"]) == parse_instant("2026-02-12T10:00:00+08:00")
        assert answer["counted_days"] == []

    def test_past_the_published_years_it_is_provisional(self, ask: Ask) -> None:
        assert self._due(ask, "2026-12-30T10:00", "1 working_day")["provisional"] is False
        assert self._due(ask, "2026-12-30T10:00", "2 working_day")["provisional"] is True

    def test_people_see_what_is_counted_and_what_is_not(self, run: Run) -> None:
        start = ("due", "--calendar", "cn", "--from", "2026-02-12T10:00", "--limit", "5 working_day")
        chinese = run(*start).stdout
        assert "到期  2026-02-26 周四 17:00" in chinese
        assert "调休上班 春节" in chinese
        assert "2026-02-15 周日 至 02-23 周一" in chinese
        english = run(*start, "--lang", "en").stdout
        assert "due  2026-02-26 Thu 17:00" in english
        assert "public holiday Spring" in english

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("--from", "yesterday", "--limit", "5 working_day"), ("from", "2026-02-12T10:00", "yesterday")),
            (("--from", "2026-02-12T10:00", "--limit", "5 days"), ("limit", "days")),
            (("--from", "2026-02-12T10:00", "--limit", "5 month", "--mode", "instant"), ("mode", "date")),
            (("--from", "2026-02-12T10:00", "--limit", "5 working_day date", "--mode", "instant"), ("mode",)),
            (
                ("--from", "2026-02-12T10:00", "--limit", "5 working_day", "--profile", "x"),
                ("profile", "statute"),
            ),
            (("--from", "1600-02-12T10:00", "--limit", "5 working_day"), ("1900",)),
        ],
    )
    def test_a_wrong_question_is_refused(
        self, run: Run, arguments: tuple[str, ...], words: tuple[str, ...]
    ) -> None:
        _refused(run("due", "--calendar", "cn", *arguments), *words)


class TestElapsed:
    def test_open_elapsed_and_working_days(self, ask: Ask) -> None:
        answer = ask("elapsed", "--calendar", "cn", "2026-02-12T10:00", "2026-02-26T17:00")
        assert answer == {"open_seconds": 41 * 3600, "elapsed_seconds": 343 * 3600, "working_days": 5}

    def test_working_days_are_those_whose_midnight_lies_between(self, ask: Ask) -> None:
        for begin, end, days in (
            ("2026-03-05T00:00", "2026-03-06T00:00", 1),
            ("2026-03-05T00:00:01", "2026-03-06T00:00", 0),
            ("2026-03-05T00:00:01", "2026-03-06T00:00:01", 1),
            ("2026-03-05T10:00", "2026-03-05T10:00", 0),
        ):
            assert ask("elapsed", "--calendar", "cn", begin, end)["working_days"] == days

    def test_people_see_hours(self, run: Run) -> None:
        result = run("elapsed", "--calendar", "cn", "2026-02-12T10:00", "2026-02-26T17:00")
        assert "41:00:00" in result.stdout
        assert "工作日" in result.stdout

    def test_the_end_is_not_before_the_start(self, run: Run) -> None:
        _refused(run("elapsed", "--calendar", "cn", "2026-02-12T10:00", "2026-02-12T09:00"), "TO")


class TestShow:
    def test_the_month_is_drawn_with_its_marks(self, run: Run) -> None:
        chinese = run("show", "--calendar", "cn", "--month", "2026-02").stdout
        for word in ("2026年2月", "14 班", "17 休", "春节", "09:00-12:00", "工作日 16 天", "Asia/Shanghai"):
            assert word in chinese
        english = run("show", "--calendar", "cn", "--month", "2026-02", "--lang", "en").stdout
        for word in ("February 2026", "14 work", "17 off", "Spring", "16 working days"):
            assert word in english

    def test_it_fits_eighty_columns(self, run: Run) -> None:
        drawn = run("show", "--calendar", "cn", "--month", "2026-10").stdout
        from rich.cells import cell_len

        assert max(cell_len(line) for line in drawn.splitlines()) <= 80

    def test_a_year_that_is_not_published_says_so(self, run: Run) -> None:
        assert "尚未公布" in run("show", "--calendar", "cn", "--month", "2027-02").stdout
        assert "尚未公布" not in run("show", "--calendar", "cn", "--month", "2026-02").stdout

    def test_as_data(self, ask: Ask) -> None:
        answer = ask("show", "--calendar", "cn", "--month", "2026-02")
        assert (answer["month"], answer["working_days"], len(answer["days"])) == ("2026-02", 16, 28)
        assert answer["days"][13]["kind"] == "make_up"
        assert answer["days"][13]["segments"][0]["start"] == "2026-02-14T09:00:00+08:00"

    @pytest.mark.parametrize("month", ["2026", "2026-13", "26-02", "february"])
    def test_a_month_that_is_none(self, run: Run, month: str) -> None:
        _refused(run("show", "--calendar", "cn", "--month", month), "month", "2026-02")


class TestFiles:
    def _show(self, run: Run, path: object) -> Result:
        return run("show", "--calendar", str(path), "--month", "2026-03", "--json")

    def test_one_document(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "office.yaml"
        file.write_text(OFFICE + "days: {2026-03-03: closed}\n")
        assert json.loads(self._show(run, file).stdout)["working_days"] == 21

    def test_json(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "office.json"
        file.write_text('{"calendar": "office", "zone": "Asia/Shanghai", "week": {"mon": ["09:00-10:00"]}}')
        assert json.loads(self._show(run, file).stdout)["working_days"] == 5

    def test_a_child_of_a_shipped_calendar(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "child.yaml"
        file.write_text("calendar: child\nextends: cn\nweek: {fri: closed}\n")
        assert json.loads(self._show(run, file).stdout)["calendar"] == "child"

    def test_the_files_own_calendar_takes_the_place_of_the_shipped_one(
        self, run: Run, tmp_path: Path
    ) -> None:
        file = tmp_path / "cn.yaml"
        file.write_text(OFFICE.replace("office", "cn").replace("mon-fri", "mon"))
        assert json.loads(self._show(run, file).stdout)["working_days"] == 5

    def test_of_several_the_one_that_no_other_extends(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "scenario.yaml"
        file.write_text(
            "calendars:\n- {calendar: child, extends: root}\n"
            '- {calendar: root, zone: UTC, week: {mon: ["09:00-10:00"]}}\nevents: []\n'
        )
        assert json.loads(self._show(run, file).stdout)["calendar"] == "child"
        assert json.loads(self._show(run, f"{file}#root").stdout)["calendar"] == "root"

    def test_of_several_with_no_last_child_the_question_must_say_which(
        self, run: Run, tmp_path: Path
    ) -> None:
        file = tmp_path / "two.yaml"
        file.write_text(
            '- {calendar: a, zone: UTC, week: {mon: ["09:00-10:00"]}}\n'
            '- {calendar: b, zone: UTC, week: {tue: ["09:00-10:00"]}}\n'
        )
        _refused(self._show(run, file), "two.yaml#a", "two.yaml#b")
        _refused(self._show(run, f"{file}#c"), "'c'")

    def test_two_documents_of_one_id_are_versions(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "versions.yaml"
        file.write_text(
            '- {calendar: a, zone: UTC, week: {mon: ["09:00-10:00"]}}\n'
            '- {calendar: a, zone: UTC, week: {tue: ["09:00-10:00"]}, effective_from: 2026-03-16}\n'
        )
        assert json.loads(self._show(run, file).stdout)["working_days"] == 2 + 3
        file.write_text(file.read_text().replace(", effective_from: 2026-03-16", ""))
        _refused(self._show(run, file), "effective_from")

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("calendar: x\nzone: UTC\nweek:\n  mon: [", ("line",)),
            ("calendar: x\nzone: UTC\nzone: UTC\n", ("line 3", "zone")),
            ("calendar: x\nzone: UTC\nweek: {mon-fri: [09:00]}\n", ("week.mon-fri[0]",)),
            ("calendar: x\nzone: UTC\ndays: {2026-02-30: closed}\n", ("day",)),
            ("calendar: x\nextends: y\n", ("extends", "'y'")),
            ("[]", ("at least one calendar",)),
            ("", ("a mapping",)),
        ],
    )
    def test_a_wrong_document_is_refused_with_its_place(
        self, run: Run, tmp_path: Path, text: str, words: tuple[str, ...]
    ) -> None:
        file = tmp_path / "wrong.yaml"
        file.write_text(text)
        _refused(self._show(run, file), *words)

    def test_a_file_or_id_that_is_not_there(self, run: Run, tmp_path: Path) -> None:
        _refused(self._show(run, tmp_path / "none.yaml"), "none.yaml")
        _refused(self._show(run, "nowhere"), "'nowhere'", "cn")
        _refused(self._show(run, tmp_path), "file")


@pytest.mark.parametrize("command", ["due", "elapsed", "show"])
def test_help_has_an_example(run: Run, command: str) -> None:
    assert f"sundial calendar {command} --calendar cn" in " ".join(run(command, "--help").stdout.split())
