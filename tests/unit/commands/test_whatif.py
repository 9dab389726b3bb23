"""`sundial whatif`: a period judged under another profile or calendar, and what differs."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from sundial.cli import build_app
from tests.unit.commands.folders import make

STRICT = (
    "profile: strict\nclocks: {promised: {levels: [{rule: TL-02, level: 3, after_due: 0 working_day}]}}\n"
)
HALF_DAYS = """
calendar: cn
zone: Asia/Shanghai
week: {mon-fri: ["09:00-12:00"]}
"""
NO_MONDAYS = """
calendar: town
zone: Asia/Shanghai
week: {tue-sat: ["09:00-12:00", "13:00-17:00"]}
"""


def sundial(*arguments: str) -> Result:
    return CliRunner().invoke(build_app(list(arguments)), list(arguments))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path / "data")


def ask(folder: Path, *options: str) -> dict[str, Any]:
    done = sundial("whatif", "--data", str(folder), *options, "--json")
    assert done.exit_code == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def write(folder: Path, text: str, name: str = "other.yaml") -> str:
    (folder.parent / name).write_text(text, "utf-8")
    return str(folder.parent / name)


def counts(report: dict[str, Any]) -> dict[tuple[str, int], tuple[int, int]]:
    return {(one["code"], one["level"]): (one["before"], one["after"]) for one in report["findings"]}


def test_a_profile_file_judges_open_and_closed_cases_as_if_pinned_at_acceptance(folder: Path) -> None:
    """`late` closed a day late and `open` is overdue: both yellow today, both red under the other."""
    report = ask(folder, "--profile", write(folder, STRICT))
    assert (report["cases"], report["differ"]) == (3, 2)
    assert counts(report)["TL-02", 2] == (2, 0)
    assert counts(report)["TL-02", 3] == (0, 2)
    assert {one["case"] for one in report["cases_that_differ"]} == {"late", "open"}


def test_the_profile_in_force_makes_no_difference(folder: Path) -> None:
    report = ask(folder, "--profile", "statute")
    assert (report["cases"], report["differ"], report["cases_that_differ"]) == (3, 0, [])


def test_shares_have_numerator_and_denominator_of_the_completed_cases(folder: Path) -> None:
    [hall] = ask(folder, "--profile", "statute")["halls"]
    assert hall["promise"]["before"] == {"numerator": 1, "denominator": 2}
    assert hall["statute"]["after"] == {"numerator": 2, "denominator": 2}


def test_overrun_is_counted_by_classes_of_the_halls_own_days(folder: Path) -> None:
    """`late`: due Mon 9 March 17:00, completed Tue 10:00, one open hour over; `open` due on the 10th, 8 March days."""
    classes = ask(folder, "--profile", "statute")["overrun_days"]
    found = {(one["over"], one["up_to"]): one["promise"]["before"] for one in classes}
    assert found[0, 0.5] == 1
    assert sum(found.values()) == 2


def test_a_calendar_in_place_of_the_one_known_also_for_closed_cases(folder: Path) -> None:
    """Saturday is open and Monday closed: five working days of Mon 2 March end on Sat 7 March."""
    report = ask(folder, "--calendar", write(folder, NO_MONDAYS))
    moved = {one["case"]: one["moved"] for one in report["cases_that_differ"]}
    assert moved["quick"][0]["after"] == "2026-03-07T09:00:00Z"
    assert moved["late"][0]["after"] == "2026-03-07T09:00:00Z"


def test_a_parent_calendar_is_replaced_for_its_children_too(folder: Path) -> None:
    report = ask(folder, "--calendar", write(folder, HALF_DAYS))
    quick = next(one for one in report["cases_that_differ"] if one["case"] == "quick")
    assert quick["moved"][0]["after"] == "2026-03-09T04:00:00Z"


@pytest.mark.parametrize(
    ("since", "until", "cases"),
    [("2026-03-02", "2026-03-03", 3), ("2026-03-03", "2026-03-20", 0), ("2026-03-01", "2026-03-02", 0)],
)
def test_only_cases_accepted_in_the_period(folder: Path, since: str, until: str, cases: int) -> None:
    assert ask(folder, "--profile", "statute", "--from", since, "--to", until)["cases"] == cases


def test_nothing_is_done(folder: Path) -> None:
    before = (folder / "journal.db").read_bytes(), (folder / "state.db").read_bytes()
    ask(folder, "--profile", write(folder, STRICT))
    assert ((folder / "journal.db").read_bytes(), (folder / "state.db").read_bytes()) == before


@pytest.mark.parametrize(
    ("lang", "title"), [("zh", "换一种规则会怎样"), ("en", "What if the rules were different")]
)
def test_the_report_is_one_page_without_anything_from_elsewhere(folder: Path, lang: str, title: str) -> None:
    page = folder.parent / "report.html"
    done = sundial("whatif", "--data", str(folder), "--profile", write(folder, STRICT), "-o", str(page),
                   "--lang", lang)  # fmt: skip
    assert done.exit_code == 0, done.stderr
    text = page.read_text("utf-8")
    assert f"<h1>{title}</h1>" in text
    assert ">late<" in text
    assert "<svg" in text
    assert not re.search(r"(src|href)=|url\(|@import|https?://|<script", text)


def test_what_stands_in_the_data_cannot_become_markup(folder: Path) -> None:
    from sundial.whatif_report import html

    report = ask(folder, "--profile", write(folder, STRICT))
    report["halls"][0]["title"] = report["cases_that_differ"][0]["case"] = "<script>alert(1)</script>"
    assert "<script" not in html(report, "zh")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "expected --profile or --calendar"),
        (("--profile", "nowhere"), "--profile: expected a file, or one of"),
        (("--profile", "statute", "--from", "yesterday"), "--from: expected a date"),
        (
            ("--profile", "statute", "--from", "2026-03-02", "--to", "2026-03-02"),
            "--to: expected a day after",
        ),
        (("--profile", "statute", "--lang", "fr"), "--lang: expected zh or en"),
        (("--profile", "BAD"), "settings.day_end"),
        (("--calendar", "BAD"), "expected one calendar document"),
        (("--calendar", "UNUSED"), "expected one of the ids"),
    ],
)
def test_bad_questions_are_refused_with_what_was_expected(
    folder: Path, options: tuple[str, ...], said: str
) -> None:
    bad = "{profile: mine, settings: {day_end: noon}}" if "--profile" in options else "{profile: mine}"
    files = {"BAD": write(folder, bad), "UNUSED": write(folder, "{calendar: x, extends: cn}", "unused.yaml")}
    done = sundial("whatif", "--data", str(folder), *(files.get(one, one) for one in options))
    assert done.exit_code == 2
    assert said in done.stderr


def test_an_event_that_crashes_a_rule_is_left_out_as_it_was_live(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The completion of `late` cannot be judged by a broken rule: the case counts as open still, and is counted."""
    from domain.course.handlers import HANDLERS

    complete = HANDLERS["case.completed"]

    def crashing(draft: Any, view: Any, event: Any, payload: Any) -> None:
        if event.id == "c-late":
            raise ZeroDivisionError("a rule divides by nothing")
        complete(draft, view, event, payload)

    monkeypatch.setitem(HANDLERS, "case.completed", crashing)
    report = ask(folder, "--profile", "statute")
    assert (report["cases"], report["failed"]) == (3, [])
    assert report["on_time"]["promise"]["before"] == {"numerator": 1, "denominator": 1}
