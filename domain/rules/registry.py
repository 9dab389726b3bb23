"""The registry of rules: code, titles, legal basis, default level."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["RULES", "Breach", "Rule", "rule_of"]

_LICENSING = "行政许可法"


class Rule(NamedTuple):
    """A rule as data. `basis` lists document and article."""

    code: str
    title_zh: str
    title_en: str
    basis: tuple[str, ...]
    version: str = "1"


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


_ALL = (
    Rule("TL-01", "承诺时限将至", "Promise due soon", ("本地政策：承诺时限预警",)),
    Rule("TL-02", "超过承诺时限", "Promise overdue", ("公开承诺时限",)),
    Rule("TL-03", "超过法定时限", "Statutory limit overdue", (f"{_LICENSING}第四十二条",)),
    Rule("TL-04", "环节超时", "Stage overdue", ("环节时限（事项目录）",)),
    Rule(
        "TL-05",
        "即办件未即时办结",
        "Instant matter not completed on time",
        (f"{_LICENSING}第三十四条", "即办件当日办结"),
    ),
    Rule("TL-06", "受理决定逾期", "Acceptance decision late", (f"{_LICENSING}第三十二条",)),
    Rule("TL-07", "视为受理", "Deemed accepted", (f"{_LICENSING}第三十二条",)),
    Rule("TL-08", "暂停超期", "Suspension overrun", (f"{_LICENSING}第四十五条",)),
    Rule("TL-09", "无依据暂停", "Suspension without basis", (f"{_LICENSING}第四十五条",)),
    Rule("TL-10", "违规延长", "Invalid extension", (f"{_LICENSING}第四十二条",)),
    Rule("TL-11", "送达逾期", "Delivery late", (f"{_LICENSING}第四十四条",)),
    Rule("TL-12", "上报逾期", "Forwarding late", (f"{_LICENSING}第四十三条",)),
    Rule("TL-13", "联办环节逾期", "Joint branch late", ("联办件时限",)),
    Rule("CA-03", "目录时限错误", "Catalogue limit wrong", (f"{_LICENSING}第三十条",)),
)

RULES: Final[dict[str, Rule]] = {rule.code: rule for rule in _ALL}


def rule_of(code: str) -> Rule:
    """The rule of a code; one that is not built here has its code for a title."""
    return RULES.get(code) or Rule(code, code, code, ())
