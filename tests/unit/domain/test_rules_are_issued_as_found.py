"""Scenarios of rules: what live supervision issued and did not lift is what is in force, at every instant of change."""

from pathlib import Path

import pytest

from domain.instants import parse_instant
from domain.judge import judge
from sundial.scenario import load_scenario

FOLDER = Path(__file__).parents[2] / "scenarios" / "rules"
FILES = sorted(FOLDER.rglob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(FOLDER).with_suffix("")) for path in FILES])
def test_what_was_issued_and_not_lifted_is_in_force(path: Path) -> None:
    scenario = load_scenario(path)
    for question in scenario.questions:
        history = scenario.events.get(question.subject, [])
        moments = {question.at, *(one.recorded for one in history if one.recorded < question.at)}
        answer = judge(history, scenario.reference, question.at, question.at, question.subject, False)
        moments |= {parse_instant(one["recorded"]) for one in answer["issued"]}
        for moment in sorted(moments):
            now = judge(history, scenario.reference, moment, moment, question.subject, False)
            issued: set[str] = set()
            for issue in now["issued"]:
                if issue["type"] == "finding.lifted":
                    issued.discard(issue["finding"])
                else:
                    issued.add(issue["finding"])
            in_force = {one["id"] for one in now["findings"]}
            replaced = issued - in_force  # by an escalation, which carries the id of the higher finding
            codes = {one["code"] for one in now["issued"] if one["type"] == "finding.escalated"}
            assert in_force <= issued
            assert {one.rpartition("-")[0] for one in replaced} <= codes
