"""`sundial judge`: what is to be thought of the cases of a scenario, with no server, store or network."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TextIO

import typer

if TYPE_CHECKING:
    from sundial.scenario import Scenario

_NAMED = 10
_ENDINGS = (".yaml", ".yml", ".json")
_HELP = """Judge scenario files: status, clocks, findings of each question asked.

A file must ask something (`ask`), of subjects that its events speak of.

Example: sundial judge tests/scenarios/working_days --check

Exit 0: judged (and as expected); 1: with --check, something differs; 2: a scenario is wrong, with its place.
"""


def register(app: typer.Typer) -> None:
    app.command("judge", help=_HELP)(run)


def run(
    files: Annotated[
        list[Path], typer.Argument(help="Scenario files, or folders of them.", metavar="FILE...")
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Compare with `expect`; print each difference.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document per file.")] = False,
    ledger: Annotated[
        bool, typer.Option("--ledger", help="Show the ledger of each clock, day by day.")
    ] = False,
    lang: Annotated[str, typer.Option("--lang", help="zh or en.")] = "zh",
) -> None:
    if lang not in ("zh", "en"):
        _fail(f"--lang: expected zh or en, got {lang!r}")
    import msgspec  # here, and below, so that --help answers at once

    failed = checked = 0
    paths = _expand(files)
    out = sys.stderr if as_json else sys.stdout
    for path in paths:
        scenario, answers = _answers(path)
        if as_json:
            sys.stdout.write(msgspec.json.encode({"file": str(path), "answers": answers}).decode() + "\n")
        elif not check or (len(paths) == 1 and not any(question.expect for question in scenario.questions)):
            from sundial.people import print_answer

            for question, answer in zip(scenario.questions, answers, strict=True):
                print_answer(scenario, question, answer, lang, ledger)
        if check:
            checked += 1
            failed += _check(scenario, answers, out)
    if check:
        print(_summary(checked, failed, lang), file=out)
    if failed:
        raise typer.Exit(1)


def _expand(files: list[Path]) -> list[Path]:
    out: list[Path] = []
    for path in files:
        if path.is_dir():
            found = sorted(one for one in path.rglob("*") if one.suffix in _ENDINGS and one.is_file())
            if not found:
                _fail(f"{path}: expected a folder with scenario files (.yaml, .yml, .json)")
            out += found
        else:
            out.append(path)
    return out


def _answers(path: Path) -> tuple[Scenario, list[dict[str, Any]]]:
    from domain.calendars import CalendarError
    from domain.judge import judge
    from domain.profile_document import ProfileError
    from sundial.commands._progress import at_work
    from sundial.scenario import ScenarioError, load_scenario

    answers: list[dict[str, Any]] = []
    try:
        with at_work() as doing:
            doing(f"reading {path}")
            scenario = load_scenario(path)
            _check_asked(scenario)
            count = len(scenario.questions)
            for number, one in enumerate(scenario.questions, 1):
                history = scenario.events.get(one.subject, [])
                doing(f"question {number:,} of {count:,}: {one.subject}, {len(history):,} events")
                answers.append(judge(history, scenario.reference, one.at, one.known_at, one.subject))
    except ScenarioError as error:
        _fail(str(error))
    except (CalendarError, ProfileError) as error:
        _fail(f"{path}: {error}")
    return scenario, answers


def _check_asked(scenario: Scenario) -> None:
    """Raise ScenarioError where nothing is asked: silence would look like a good answer."""
    from sundial.scenario import ScenarioError

    if not scenario.questions:
        subjects = ", ".join(list(scenario.events)[:_NAMED]) or "none"
        raise ScenarioError(
            scenario.file,
            "ask",
            "nothing is asked; expected a list of questions, such as [{at: 2026-03-10T10:00:00, subject: case-1}]; "
            f"events speak of {subjects}",
            scenario.lines.get("ask"),
        )


def _check(scenario: Scenario, answers: list[dict[str, Any]], out: TextIO) -> int:
    """Print what differs; 1 if anything does."""
    from sundial.expectation import differences

    found = 0
    for question, answer in zip(scenario.questions, answers, strict=True):
        if question.expect is None:
            continue
        line = scenario.lines.get(f"{question.path}.expect", scenario.lines.get(question.path, 0))
        for difference in differences(question.expect, answer, "", question.zone):
            found = 1
            print(f"{scenario.file}:{line}: {question.path}: {difference}", file=out)
    return found


def _summary(checked: int, failed: int, lang: str) -> str:
    if lang == "zh":
        return f"共 {checked} 个场景，{checked - failed} 个相符，{failed} 个不符"
    return f"{checked} scenarios, {checked - failed} as expected, {failed} not"


def _fail(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    raise SystemExit(2)
