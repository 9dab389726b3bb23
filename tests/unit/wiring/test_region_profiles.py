"""The profiles of the five regulations turn on what supervises their obligations, and say where numbers are from."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from domain.profiles import resolve_profile
from domain.registry import RULES
from domain.registry.sources import REGULATIONS
from sundial.obligations import obligations
from sundial.rulebook import LOCAL_DEFAULT
from sundial.shipped import profile_chain, profiles

REGIONS = ("weixian", "taojiang", "tengzhou", "kaifeng", "zhejiang")
ARTICLE = re.compile(r"第\d+条|附件\d|正文")


def supervised(region: str) -> dict[str, set[str]]:
    """The built rules that cover an obligation of the region, with the ids of these obligations."""
    ids = {one.id for one in obligations() if one.document == region}
    return {code: ids & set(rule.covers) for code, rule in RULES.items() if ids & set(rule.covers)}


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_turns_on_exactly_the_rules_that_cover_its_obligations(region: str) -> None:
    assert set(profiles()[region]["rules"]) == set(supervised(region))
    resolved = resolve_profile(profile_chain(region))
    assert all(resolved.enabled(code) for code in supervised(region))


@pytest.mark.parametrize("region", REGIONS)
def test_a_rule_of_a_region_cites_article_and_obligations(region: str) -> None:
    for code, ids in supervised(region).items():
        basis = profiles()[region]["rules"][code]["basis"]
        assert ARTICLE.search(basis)
        assert set(re.findall(r"[A-Z]{2}-[A-Z]?\d+", basis)) == ids, code


@pytest.mark.parametrize("region", REGIONS)
def test_every_number_of_a_region_has_a_source_or_is_called_local(region: str) -> None:
    for place, basis in stated(profiles()[region]):
        assert ARTICLE.search(basis) or LOCAL_DEFAULT["zh"] in basis, place


@pytest.mark.parametrize("region", REGIONS)
def test_what_no_clock_raises_is_not_called_enabled(region: str) -> None:
    """A rule about a clock works only where a level of a clock names it."""
    from domain.rules import CASE_RULES

    resolved = resolve_profile(profile_chain(region))
    listed = {entry.rule for entries in resolved.levels.values() for entry in entries}
    of_cases = {code for code in supervised(region) if RULES[code].of == "case"}
    assert of_cases <= listed | set(CASE_RULES)


def test_taojiang_counts_as_the_hunan_platform_does() -> None:
    taojiang = resolve_profile(profile_chain("taojiang"))
    hunan = resolve_profile(profile_chain("hunan-2018"))
    assert taojiang.settings == hunan.settings
    assert taojiang.levels["promised"] == hunan.levels["promised"]


def test_on_the_spot_is_shorter_in_kaifeng_than_in_taojiang() -> None:
    limits = {region: resolve_profile(profile_chain(region)).limits["instant"] for region in REGIONS}
    assert limits["kaifeng"].text() == "2 working_hour"
    assert limits["taojiang"].text() == "0 working_day date"
    assert limits["weixian"].text() == "0 working_day"


def stated(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each place of a profile with numbers or lists of its own, and the basis given there."""
    for clock, entry in document.get("clocks", {}).items():
        yield f"clocks.{clock}", entry.get("basis", "")
    for code, rule in document["rules"].items():
        yield f"rules.{code}", rule.get("basis", "")


@pytest.mark.parametrize("name", profiles())
def test_a_finding_rests_on_law_and_on_the_articles_of_its_own_region_alone(name: str) -> None:
    profile = resolve_profile(profile_chain(name))
    foreign = [zh for region, (zh, _) in REGULATIONS.items() if region != name]
    for code in profile.on:
        cited = profile.basis(code)
        assert cited, code
        assert not [zh for zh, _ in cited if zh.startswith(tuple(foreign))], code
        if name in REGIONS and code in profiles()[name]["rules"]:
            assert any(zh.startswith(REGULATIONS[name][0]) for zh, _ in cited), code
        assert not [en for _, en in cited if re.search("[\u4e00-\u9fff]", en)], code


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_names_the_regulation_that_the_registry_knows(region: str) -> None:
    document = profiles()[region]["document"]
    assert (document["zh"], document["en"]) == REGULATIONS[region]
