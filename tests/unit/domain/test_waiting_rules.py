"""What a profile may set of the rules about waiting, and the clocks that a rule switches on by itself."""

from typing import Any

import pytest

from domain.limits import Limit
from domain.profile_document import ProfileError, check_profile
from domain.profiles import Profile, resolve_profile


def profile(rules: dict[str, Any], clocks: dict[str, Any] | None = None) -> Profile:
    return resolve_profile([{"profile": "local", "rules": rules, "clocks": clocks or {}}])


def test_forwarding_is_limited_to_three_days_where_its_rule_alone_is_on() -> None:
    own = profile({"TL-12": {"enabled": True}})
    assert own.limits["forward"] == Limit(3, "working_day")
    assert [(one.rule, one.level, one.kind) for one in own.levels["forward"]] == [("TL-12", 2, "after_due")]


def test_the_limit_and_levels_of_the_clock_go_before_those_of_the_rule() -> None:
    clocks = {"forward": {"limit": "9 working_day", "levels": [{"level": 1, "before_due": "1 working_day"}]}}
    own = profile({"TL-12": {"enabled": True}}, clocks)
    assert own.limits["forward"] == Limit(9, "working_day")
    assert [one.level for one in own.levels["forward"]] == [1]


def test_the_level_of_the_rule_is_that_of_its_clock() -> None:
    own = profile({"TL-13": {"enabled": True, "level": 3}})
    assert [(one.rule, one.level) for one in own.levels["branch"]] == [("TL-13", 3)]
    assert "branch" not in own.limits


def test_a_rule_that_is_not_enabled_switches_nothing_on() -> None:
    own = profile({"TL-12": {"enabled": False}, "TL-13": {"level": 3}})
    assert "forward" not in own.levels
    assert "branch" not in own.levels
    assert "forward" not in own.limits


@pytest.mark.parametrize(
    ("code", "parameters", "place"),
    [
        ("TL-12", {"limit": "soon"}, "limit"),
        ("TL-13", {"total": {"until": "2026-03-02T10:00:00Z"}}, "total"),
        ("TL-14", {"idle": 3}, "idle"),
        ("TL-15", {"share": 1.5}, "share"),
        ("TL-15", {"cases": -1}, "cases"),
        ("TL-16", {"grace": "15"}, "grace"),
        ("TL-17", {"every": "5 working_day"}, "every"),
        ("TL-18", {"hand_over": None}, "hand_over"),
        ("OW-01", {"windows": []}, "windows"),
    ],
)
def test_a_wrong_parameter_is_named(code: str, parameters: dict[str, Any], place: str) -> None:
    with pytest.raises(ProfileError) as refused:
        check_profile({"profile": "local", "rules": {code: {"enabled": True, "parameters": parameters}}})
    assert refused.value.path == f"rules.{code}.parameters.{place}"
