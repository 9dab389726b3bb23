"""Every obligation that rules of time, process, fees, place, data and catalogue answer for has its rule."""

from collections import Counter

import pytest

from domain.registry import RULES, sources
from sundial.obligations import Obligation, missing_rules, obligations, supervisors

NOT_BUILT = {
    "DQ-06",
}  # fmt: skip
"""Rules that obligations wait for. A rule that is built must leave this list."""

BUILT_IN_PART: set[str] = set()
"""Rules that do not yet answer for all that they should."""

FAMILIES = ("TL", "PR", "FE", "OW", "DQ", "CA")


def test_the_list_of_rules_not_built_is_exact() -> None:
    assert {code for one in obligations() for code in one.codes if code not in RULES} == NOT_BUILT


def test_the_list_of_rules_built_in_part_is_exact() -> None:
    missing = {code for one in obligations() for code in missing_rules(one)}
    assert missing - NOT_BUILT == BUILT_IN_PART


@pytest.mark.parametrize("one", obligations(), ids=lambda one: one.id)
def test_an_obligation_is_supervised_by_every_built_rule_that_answers_for_it(one: Obligation) -> None:
    built = {code for code in one.codes if code in RULES}
    assert set(supervisors(one)) <= built
    assert built - set(supervisors(one)) <= BUILT_IN_PART
    assert supervisors(one) or set(one.codes) <= NOT_BUILT | BUILT_IN_PART


def test_no_rule_covers_an_obligation_that_the_regulations_do_not_have() -> None:
    known = {one.id for one in obligations()}
    named = {(code, one) for code, rule in RULES.items() if code.startswith(FAMILIES) for one in rule.covers}
    assert {(code, one) for code, one in named if one not in known} == set()


def test_each_obligation_stands_once_with_its_document_and_article() -> None:
    assert max(Counter(one.id for one in obligations()).values()) == 1
    for one in obligations():
        assert one.document in sources.__all__
        assert one.article
        assert one.zh
        assert one.en


def test_the_five_regulations_are_all_there() -> None:
    count = Counter(one.document for one in obligations())
    assert count == {"weixian": 15, "taojiang": 32, "tengzhou": 27, "kaifeng": 25, "zhejiang": 15}
