"""The rules about how a case is handled: their parameters, their texts, and what a case begins with."""

from pathlib import Path
from typing import Any

import pytest

from domain.judge import judge
from domain.profile_document import ProfileError, check_profile
from domain.registry import RULES
from domain.rules import CASE_RULES
from sundial.scenario import load_scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios" / "rules"


@pytest.mark.parametrize(
    ("code", "parameter", "value"),
    [
        ("PR-01", "new_items", -1),
        ("PR-02", "allowed", "tolerated_gap"),
        ("PR-03", "min_reason", "ten"),
        ("PR-04", "grace", "soon"),
        ("PR-04", "grace", {"until": "2026-03-02T10:00:00+08:00"}),
        ("PR-05", "returns", 1.5),
        ("PR-07", "preliminary", [""]),
        ("PR-08", "stages", True),
        ("PR-10", "within", 1),
        ("PR-13", "required", "yes"),
        ("PR-13", "seals", None),
    ],
)
def test_a_wrong_parameter_is_an_error_with_its_path(code: str, parameter: str, value: Any) -> None:
    with pytest.raises(ProfileError) as error:
        check_profile({"profile": "own", "rules": {code: {"parameters": {parameter: value}}}})
    assert error.value.path == f"rules.{code}.parameters.{parameter}"


def test_a_rule_without_parameters_takes_none() -> None:
    with pytest.raises(ProfileError, match="PR-09 has no parameters"):
        check_profile({"profile": "own", "rules": {"PR-09": {"parameters": {"carrier": "applicant"}}}})


def test_every_rule_of_the_family_has_its_function_and_its_scenarios() -> None:
    for code in (one for one in RULES if one.startswith("PR-")):
        assert code in CASE_RULES
        assert len(list((SCENARIOS / code.lower().replace("-", "_")).glob("*.yaml"))) >= 3


def _detail(path: str) -> dict[str, str]:
    scenario = load_scenario(SCENARIOS / path)
    question = scenario.questions[-1]
    history = scenario.events[question.subject]
    answer = judge(history, scenario.reference, question.at, question.known_at, question.subject)
    detail: dict[str, str] = answer["findings"][-1]["detail"]
    return detail


def test_a_refusal_that_may_be_unlawful_says_that_a_person_must_confirm() -> None:
    detail = _detail("pr_12/refused_with_everything_received.yaml")
    assert "须经人工核实" in detail["zh"]
    assert "a person must confirm" in detail["en"]


def test_a_refusal_that_says_nothing_names_all_that_is_missing() -> None:
    detail = _detail("pr_03/a_refusal_that_says_nothing.yaml")
    assert detail["zh"] == "未说明理由；未写明依据；未告知救济途径"


def test_new_material_is_named_and_only_the_new() -> None:
    detail = _detail("pr_01/a_later_notice_with_new_material.yaml")
    assert "房产证" in detail["zh"]
    assert "身份证" not in detail["zh"]


def test_the_missing_stages_are_named() -> None:
    detail = _detail("pr_07/completed_without_a_mandatory_stage.yaml")
    assert detail["zh"] == "办结时缺少环节：核准"
