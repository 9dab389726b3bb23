"""Every scenario file, judged and compared with what it expects."""

from pathlib import Path

import pytest

from domain.judge import judge
from sundial.expectation import differences
from sundial.scenario import load_scenario

FOLDER = Path(__file__).parents[2] / "scenarios"
FILES = sorted(FOLDER.rglob("*.yaml"))


def test_there_are_enough_situations() -> None:
    assert len(FILES) >= 80


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(FOLDER).with_suffix("")) for path in FILES])
def test_scenario(path: Path) -> None:
    scenario = load_scenario(path)
    assert any(question.expect for question in scenario.questions)
    for question in scenario.questions:
        history = scenario.events.get(question.subject, [])
        answer = judge(history, scenario.reference, question.at, question.known_at, question.subject)
        found = (
            list(differences(question.expect, answer, question.path, scenario.zone))
            if question.expect
            else []
        )
        assert found == []
        for clock in answer["clocks"].values():
            lines = clock["ledger"]
            if clock["state"] != "pending":
                assert sum(line["used_seconds"] for line in lines) == pytest.approx(clock["used_seconds"])
                paused = sum(line.get("paused_seconds", 0) for line in lines)
                assert paused == pytest.approx(clock["paused_seconds"])
                assert sum(line.get("over_seconds", 0) for line in lines) == pytest.approx(
                    clock["over_seconds"]
                )
