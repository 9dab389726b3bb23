"""The rules about the truth of what is entered (DQ)."""

from __future__ import annotations

from typing import Final

from domain.registry.rule import Parameter, Rule
from domain.registry.sources import kaifeng, taojiang, zhejiang

__all__ = ["DATA_TRUTH"]

DATA_TRUTH: Final = (
    Rule(
        "DQ-02", "录入不及时", "Late entry", (taojiang("十"), taojiang("十二"), taojiang("十九"), kaifeng("二十一")),
        levels=(1, 2),
        parameters=(
            Parameter("within", "limit", "15 minute", "发生后多久内录入", "time for an entry"),
            Parameter(
                "within_village", "limit", "0 working_day date", "村级便民服务点多久内录入（0 个工作日即当日）",
                "time for an entry at a village point (0 working days: the same day)",
            ),
            Parameter("share", "share", "0.2", "迟录比例超过该值即黄牌", "yellow above this share of late entries"),
            Parameter("least", "count", 5, "计算比例的最少事件数", "least number of events for a share"),
        ),
        covers=("TJ-38", "TJ-39", "TJ-51", "TJ-70", "KF-21"),
    ),
    Rule(
        "DQ-03", "办件信息不完整", "Incomplete record",
        (taojiang("十"), taojiang("十一"), taojiang("十二"), kaifeng("十九"), kaifeng("二十二"), zhejiang("附件1")),
        levels=(1,),
        parameters=(
            Parameter(
                "accepted", "texts", ("item", "hall", "window", "officer", "document_no"),
                "受理信息必填项", "fields of an acceptance",
            ),
            Parameter("decided", "texts", ("outcome", "decision_no"), "决定信息必填项", "fields of a decision"),
            Parameter("completed", "texts", ("result",), "办结信息必填项", "fields of a completion"),
            Parameter("completeness", "share", "0.95", "完整率下限", "least completeness"),
        ),
        covers=("TJ-32", "TJ-44", "TJ-45", "TJ-51", "KF-19", "KF-22", "ZJ-T21"),
    ),
    Rule(
        "DQ-04", "台账与平台不一致", "Ledger mismatch",
        (taojiang("十"), taojiang("十一"), taojiang("十九"), zhejiang("附件1")), levels=(2,),
        parameters=(
            Parameter(
                "within", "limit", "0 working_day date", "多久内登记并封页（0 个工作日即当日）",
                "time for a line, and for the close of a sheet (0 working days: the same day)",
            ),
        ),
        covers=("TJ-39", "TJ-45", "TJ-70", "ZJ-T29"), of="ledger",
    ),
    Rule(
        "DQ-05", "疑似倒签补录", "Possibly backdated",
        (("本地监察设置", "local supervision setting"), taojiang("十")), levels=(2,),
        parameters=(
            Parameter(
                "within", "limit", "1 working_day", "到期后录入且晚于发生多久即须核实",
                "an entry after the deadline is to be confirmed when later than this",
            ),
        ),
    ),
)  # fmt: skip
