"""The registry of rules: code, titles, legal basis, default level."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["CLOCK_BASIS", "RULES", "Breach", "Rule", "rule_of"]

Basis = tuple[str, str]
"""A document and its article, in Chinese and English."""


def _licensing(article_zh: str, article: int) -> Basis:
    return (f"行政许可法第{article_zh}条", f"Administrative Licensing Law, article {article}")


class Rule(NamedTuple):
    """A rule as data. As a warning it may have a title of its own: nothing is overdue yet."""

    code: str
    title_zh: str
    title_en: str
    basis: tuple[Basis, ...]
    warning_zh: str = ""
    warning_en: str = ""
    version: str = "1"

    def titles(self, level: int) -> dict[str, str]:
        """The title of a finding of that level, by language."""
        if level == 1 and self.warning_zh:
            return {"zh": self.warning_zh, "en": self.warning_en}
        return {"zh": self.title_zh, "en": self.title_en}


class Breach(NamedTuple):
    """A rule broken by an event, outside any clock."""

    code: str
    event: str
    time: int
    round: int
    level: int
    evidence: tuple[str, ...]
    text_zh: str
    text_en: str


_PROMISE = ("公开承诺时限", "the published promise")
_STAGES = ("环节时限（事项目录）", "stage limits of the item's catalogue entry")
_ALL = (
    Rule("TL-01", "承诺时限将至", "Promise due soon", (("本地预警设置", "local warning setting"),)),
    Rule("TL-02", "超过承诺时限", "Promise overdue", (_PROMISE,), "承诺时限将至", "Promise due soon"),
    Rule(
        "TL-03", "超过法定时限", "Statutory limit overdue", (_licensing("四十二", 42), _licensing("八十二", 82)),
        "法定时限将至", "Statutory limit due soon",
    ),
    Rule("TL-04", "环节超时", "Stage overdue", (_STAGES,), "环节时限将至", "Stage due soon"),
    Rule(
        "TL-05", "即办件未即时办结", "Instant matter not completed on time", (_licensing("三十四", 34),),
        "即办件时限将至", "Instant matter due soon",
    ),
    Rule(
        "TL-06", "受理决定逾期", "Acceptance decision late", (_licensing("三十二", 32),),
        "受理决定将到期", "Acceptance decision due soon",
    ),
    Rule("TL-07", "视为受理", "Deemed accepted", (_licensing("三十二", 32),)),
    Rule(
        "TL-08", "暂停超期", "Suspension overrun", (_licensing("四十五", 45),),
        "暂停将到期", "Suspension ends soon",
    ),
    Rule("TL-09", "无依据暂停", "Suspension without basis", (_licensing("四十五", 45),)),
    Rule("TL-10", "违规延长", "Invalid extension", (_licensing("四十二", 42),)),
    Rule("TL-11", "送达逾期", "Delivery late", (_licensing("四十四", 44),), "送达将到期", "Delivery due soon"),
    Rule("TL-12", "上报逾期", "Forwarding late", (_licensing("四十三", 43),), "上报将到期", "Forwarding due soon"),
    Rule(
        "TL-13", "联办环节逾期", "Joint branch late", (("联办件时限", "limits of joint matters"),),
        "联办环节将到期", "Joint branch due soon",
    ),
    Rule("CA-03", "目录时限错误", "Catalogue limit wrong", (_licensing("三十", 30),)),
)  # fmt: skip

CLOCK_BASIS: Final[dict[str, tuple[Basis, ...]]] = {
    "acceptance": (_licensing("三十二", 32),),
    "promised": (_PROMISE,),
    "statutory": (_licensing("四十二", 42), _licensing("八十二", 82)),
    "instant": (_licensing("三十四", 34),),
    "stage": (_STAGES,),
    "suspension": (_licensing("四十五", 45),),
    "delivery": (_licensing("四十四", 44),),
    "forward": (_licensing("四十三", 43),),
    "superior": (_licensing("四十三", 43),),
    "branch": (("联办件时限", "limits of joint matters"),),
    "correction": (_licensing("三十二", 32),),
}

RULES: Final[dict[str, Rule]] = {rule.code: rule for rule in _ALL}


def rule_of(code: str) -> Rule:
    """The rule of a code; one that is not built here has its code for a title."""
    return RULES.get(code) or Rule(code, code, code, ())
