"""The rules about the catalogue of items (CA)."""

from __future__ import annotations

from typing import Final

from domain.registry.rule import Parameter, Rule
from domain.registry.sources import kaifeng, licensing, taojiang, tengzhou, weixian, zhejiang

__all__ = ["CATALOGUE"]

_BY_LAW = ("title", "legal_basis", "conditions", "procedure", "time_limit", "materials", "sample")

CATALOGUE: Final = (
    Rule(
        "CA-01", "应公开内容缺失", "Public field missing",
        (
            licensing(30), weixian("九"), taojiang("十"), taojiang("十一"), taojiang("十二"), tengzhou("正文七"),
            tengzhou("附件1第4条"), tengzhou("附件2第6条"), kaifeng("二十一"), zhejiang("附件1"),
        ),
        levels=(1,),
        parameters=(
            Parameter("fields", "texts", _BY_LAW, "必须公开的内容", "fields that must be public", (licensing(30),)),
            Parameter(
                "grace", "limit", "0 working_day date", "生效后多久内须公开齐全（0 个工作日即当日）",
                "time after the effect to make them public (0 working days: the same day)",
            ),
        ),
        covers=(
            "WX-14", "TJ-30", "TJ-43", "TJ-54", "TZ-M19", "TZ-A10", "TZ-B5", "KF-20", "ZJ-T24", "ZJ-T25",
        ),
        of="item",
    ),
    Rule(
        "CA-02", "办事指南未及时更新", "Guide stale",
        (taojiang("十"), tengzhou("正文三"), tengzhou("正文四"), kaifeng("十")), levels=(1,),
        parameters=(
            Parameter("within", "limit", "5 working_day", "版本生效后更新指南的期限", "time to renew the guide"),
            Parameter(
                "required", "flag", False, "无办事指南记录的事项是否也监察",
                "whether an item without any guide on record is judged",
            ),
        ),
        covers=("TJ-30", "TZ-M5", "TZ-M6", "KF-12"),
        of="item",
    ),
    Rule(
        "CA-03", "目录时限错误", "Catalogue limit wrong", (licensing(30),), levels=(1, 2),
        parameters=(
            Parameter(
                "texts", "flag", True, "是否将说明文字、常见问题与时限数值比对（不一致为预警，须经人工核实）",
                "whether explanations and frequent questions are compared with the limits (to be confirmed)",
            ),
        ),
        covers=("WX-14", "TZ-M10"),
    ),
    Rule(
        "CA-05", "未经批准加重负担", "Burden increased",
        (tengzhou("正文四"), tengzhou("附件1第7条"), kaifeng("八")), levels=(1,),
        covers=("TZ-M10", "TZ-A23", "KF-10"), of="item",
    ),
)  # fmt: skip
