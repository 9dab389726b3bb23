"""Articles are cited in each language as it writes numbers."""

import pytest

from domain.registry import Basis
from domain.registry.sources import kaifeng, licensing, taojiang, tengzhou, zhejiang


@pytest.mark.parametrize(
    ("basis", "zh", "en"),
    [
        (licensing(42), "第四十二条", "article 42"),
        (taojiang("十"), "第十条", "article 10"),
        (kaifeng("二十一"), "第二十一条", "article 21"),
        (kaifeng("五"), "第五条", "article 5"),
        (tengzhou("正文四"), "正文四", "main text 4"),
        (tengzhou("附件1第4条"), "附件1第4条", "annex 1, article 4"),
        (zhejiang("附件2"), "附件2", "annex 2"),
    ],
)
def test_an_article_is_cited_in_both_languages(basis: Basis, zh: str, en: str) -> None:
    assert basis[0].endswith(zh)
    assert basis[1].endswith(f" {en}") or basis[1].endswith(f", {en}")
