"""`sundial rules`: what supervises whom, and by which text."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from domain.registry import RULES
from domain.registry.sources import REGULATIONS
from sundial.cli import build_app
from sundial.rulebook import LOCAL_DEFAULT, scenarios_of


def rules(*arguments: str) -> Result:
    return CliRunner().invoke(build_app(["rules"]), ["rules", *arguments])


def documents(*arguments: str) -> Any:
    return json.loads(rules(*arguments, "--json").stdout)


def test_every_built_rule_is_listed_with_its_sources() -> None:
    listed = documents()
    assert [one["code"] for one in listed] == list(RULES)
    assert all(one["title"]["zh"] and one["title"]["en"] for one in listed)
    assert all(one["sources"] or one["also_in"] for one in listed)


def test_other_counties_articles_are_listed_apart_as_where_else_a_rule_is_found() -> None:
    text = rules("FE-04", "--lang", "en").stdout
    assert "sources: no law; the profile names its article" in text
    assert "also in: Kaifeng citizens' home regulation" in text


@pytest.mark.parametrize("region", REGULATIONS)
def test_a_region_shows_only_what_holds_there(region: str) -> None:
    foreign = [zh for name, (zh, _) in REGULATIONS.items() if name != region]
    text = rules("--profile", region).stdout
    assert REGULATIONS[region][0] in text
    for zh in foreign:
        assert zh not in text
        assert zh not in rules("--profile", region, "--json").stdout


def test_a_number_without_published_text_has_no_article_in_a_region_either() -> None:
    by_name = {one["name"]: one for one in documents("DQ-02", "--profile", "kaifeng")["parameters"]}
    assert by_name["within"]["local_default"]
    assert by_name["within"]["sources"] == []
    text = rules("DQ-02", "--profile", "kaifeng").stdout
    assert "开封市民之家管理办法（试行）（汴政办〔2014〕42号）第21条" in text
    assert "within = 15 minute - 发生后多久内录入 (默认 15 minute: 本地默认，无公布依据)" in text


def test_a_list_that_a_region_sets_has_its_article() -> None:
    [fields, grace] = documents("CA-01", "--profile", "kaifeng")["parameters"]
    assert [one["en"] for one in fields["sources"]] == [
        "Kaifeng citizens' home regulation (2014, no. 42), article 21"
    ]
    assert grace["local_default"]


def test_a_rule_shows_its_parameters_with_meaning_default_and_basis() -> None:
    text = rules("TL-10", "--lang", "en").stdout
    assert "Invalid extension" in text
    assert "cap = 10 working_day - longest extension" in text
    assert "Administrative Licensing Law, article 42" in text


def test_a_parameter_that_no_published_text_gives_is_called_a_local_default() -> None:
    for one in documents():
        for parameter in one["parameters"]:
            assert parameter["local_default"] == (parameter["sources"] == [])
            if parameter["local_default"]:
                assert f"{parameter['name']} = " in rules(one["code"]).stdout
                assert LOCAL_DEFAULT["zh"] in rules(one["code"]).stdout


def test_chinese_is_the_language_where_none_is_asked_for() -> None:
    assert "超过法定时限" in rules("TL-03").stdout
    assert "依据: 行政许可法第四十二条" in rules("TL-03").stdout


def test_a_profile_says_what_is_on_and_from_when_a_level_holds() -> None:
    by_code = {one["code"]: one for one in documents("--profile", "hunan-2018")}
    assert by_code["TL-11"]["enabled"]
    assert {
        "clock": "delivery",
        "limit": "3 working_day",
        "level": 2,
        "after_due": "0 working_day",
    } in by_code["TL-11"]["thresholds"]
    assert not by_code["TL-12"]["enabled"]
    assert "[未启用]" in rules("TL-12", "--profile", "hunan-2018").stdout


def test_one_rule_names_the_scenarios_that_show_it() -> None:
    paths = documents("TL-10")["scenarios"]
    assert "tests/scenarios/extensions/a_second_extension.yaml" in paths


def test_a_folder_of_its_own_shows_a_rule_even_where_nothing_is_found(tmp_path: Path) -> None:
    own = tmp_path / "rules" / "tl_02"
    own.mkdir(parents=True)
    (own / "completed_in_time.yaml").write_text("ask: []\n", "utf-8")
    (tmp_path / "another.yaml").write_text("ask: []\n", "utf-8")
    assert scenarios_of("TL-02", tmp_path) == [own / "completed_in_time.yaml"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["TL-99"], "expected the code of a rule that is built"),
        (["--profile", "nowhere"], "--profile: expected one of the shipped profiles"),
        (["--lang", "fr"], "--lang: expected zh or en"),
    ],
)
def test_what_is_not_known_is_refused_by_name(arguments: list[str], said: str) -> None:
    result = rules(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
