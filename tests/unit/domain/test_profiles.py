"""Profiles: the default is exactly the table of the law; what is not in the contract is an error."""

from typing import Any

import pytest

from domain.events import Event, InvalidEvent, event_from_mapping
from domain.profile_document import ProfileError, check_profile
from domain.profiles import resolve_profile
from domain.reference import check_reference_event
from sundial.reference import shipped_documents

PROFILES = {
    document["profile"]: document for kind, document in shipped_documents() if kind == "profile.published"
}


def test_the_default_enables_exactly_the_table() -> None:
    profile = resolve_profile([PROFILES["statute"]])
    assert {
        clock: [(entry.rule, entry.level, entry.kind) for entry in entries]
        for clock, entries in profile.levels.items()
    } == {
        "acceptance": [("TL-06", 1, "before_due"), ("TL-06", 2, "after_due"), ("TL-07", 0, "after_due")],
        "promised": [("TL-01", 1, "before_due"), ("TL-01", 1, "used_share"), ("TL-02", 2, "after_due")],
        "statutory": [("TL-03", 3, "after_due")],
        "instant": [("TL-05", 2, "after_due")],
        "stage": [("TL-04", 1, "used_share"), ("TL-04", 2, "after_due")],
        "suspension": [("TL-08", 1, "before_due"), ("TL-08", 2, "after_due"), ("TL-08", 3, "after_due")],
        "delivery": [("TL-11", 2, "after_due")],
    }
    assert {code for code in profile.rules if profile.enabled(code)} == {"TL-09", "TL-10", "CA-03"}
    assert not profile.enabled("TL-12")


@pytest.mark.parametrize("name", ["hunan-2018", "jiangsu-2013", "augurit", "two-colour"])
def test_a_shipped_profile_names_its_document(name: str) -> None:
    assert PROFILES[name]["source"]
    resolve_profile([PROFILES["statute"], PROFILES[name]])


def test_mappings_merge_and_a_levels_list_replaces() -> None:
    own = {
        "profile": "own",
        "settings": {"day_end": "midnight"},
        "clocks": {"promised": {"levels": [{"level": 2, "after_due": 0}]}},
        "rules": {"TL-09": {"enabled": False}},
    }
    profile = resolve_profile([PROFILES["statute"], own])
    assert profile.settings["day_end"] == "midnight"
    assert profile.settings["closed_start"] == "day_zero"
    assert [entry.rule for entry in profile.levels["promised"]] == ["TL-02"]
    assert len(profile.levels["stage"]) == 2
    assert not profile.enabled("TL-09")
    assert profile.enabled("TL-10")


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"settings": {"day_start": "close"}}, "settings.day_start"),
        ({"settings": {"day_end": "noon"}}, "settings.day_end"),
        ({"settings": {"correction_pauses": "yes"}}, "settings.correction_pauses"),
        ({"clocks": {"promise": {}}}, "clocks.promise"),
        (
            {"clocks": {"promised": {"levels": [{"level": 4, "after_due": 0}]}}},
            "clocks.promised.levels[0].level",
        ),
        ({"clocks": {"promised": {"levels": [{"level": 1}]}}}, "clocks.promised.levels[0]"),
        (
            {"clocks": {"promised": {"levels": [{"level": 1, "used_share": "most"}]}}},
            "clocks.promised.levels[0].used_share",
        ),
        (
            {"clocks": {"superior": {"levels": [{"level": 1, "after_due": 0}]}}},
            "clocks.superior.levels[0].rule",
        ),
        ({"rules": {"XX-01": {}}}, "rules.XX-01"),
        ({"rules": {"TL-09": {"on": True}}}, "rules.TL-09.on"),
        ({"colours": 2}, "colours"),
    ],
)
def test_what_the_contract_does_not_know_is_an_error_with_its_path(
    document: dict[str, Any], path: str
) -> None:
    with pytest.raises(ProfileError) as error:
        check_profile({"profile": "own", **document})
    assert error.value.path == path


def published(rules: dict[str, Any]) -> Event:
    told = {
        "id": "p",
        "source": "t",
        "type": "profile.published",
        "subject": "own",
        "time": "2026-03-02T00:00:00Z",
    }
    return event_from_mapping({**told, "data": {"profile": "own", "rules": rules}}, recorded=0)


def test_enabling_a_rule_that_is_not_built_is_refused_by_name_when_it_is_published() -> None:
    """Who switches it on would otherwise believe that it watches."""
    with pytest.raises(InvalidEvent) as error:
        check_reference_event(published({"DQ-06": {"enabled": True}}), new=True)
    assert error.value.path == "data.rules.DQ-06.enabled"
    assert error.value.expected.startswith("the rule DQ-06 is not built, nothing would be found by it")


@pytest.mark.parametrize("rule", [{"enabled": False}, {"level": 2}], ids=["switched off", "only prepared"])
def test_a_rule_that_is_not_built_may_be_named_without_enabling_it(rule: dict[str, Any]) -> None:
    check_reference_event(published({"DQ-06": rule, "TL-14": {"enabled": True}}), new=True)


def test_a_log_that_holds_such_a_profile_already_is_read_on() -> None:
    check_reference_event(published({"DQ-06": {"enabled": True}}))
