"""The rules about how a case is handled (PR): corrections, refusals, notices, stages, signers."""

from __future__ import annotations

from typing import Final

from domain.registry.rule import Parameter, Rule
from domain.registry.sources import kaifeng, licensing, taojiang, tengzhou, weixian, zhejiang

__all__ = ["PROCESS"]

_PRELIMINARY = (
    "申请",
    "申报",
    "收件",
    "接件",
    "预审",
    "受理",
    "application",
    "receipt",
    "pre_review",
    "acceptance",
)
_LOCAL = (("本地监察设置", "local setting"),)

PROCESS: Final = (
    Rule(
        "PR-01", "多次要求补正", "Corrections not asked for at once",
        (licensing(32), weixian("三"), taojiang("十"), tengzhou("附件2第7条"), kaifeng("二十五")), levels=(2,),
        parameters=(
            Parameter(
                "new_items", "count", 0, "首次告知之后可以新增的材料数",
                "materials that may be added after the first notice", (licensing(32),),
            ),
        ),
        covers=("WX-02", "TJ-25", "TJ-31", "TJ-57", "TZ-A8", "TZ-B6", "KF-30"),
    ),
    Rule(
        "PR-02", "受理后要求补正", "Correction after acceptance", (licensing(32),), levels=(1,),
        parameters=(
            Parameter("allowed", "texts", [], "受理后允许的补正种类", "kinds of correction allowed after acceptance"),
        ),
    ),
    Rule(
        "PR-03", "不予办理未说明理由、依据或救济途径", "Refusal without reason, basis or remedy",
        (licensing(38), taojiang("十")), levels=(2,),
        parameters=(
            Parameter("min_reason", "count", 10, "理由的最少字数", "least number of characters of a reason"),
        ),
        covers=("TJ-37",),
    ),
    Rule(
        "PR-04", "文书缺失或无编号", "Notice document missing",
        (licensing(32), taojiang("十"), taojiang("十一"), kaifeng("十一"), kaifeng("十二"), zhejiang("附件1")),
        "文书编号待补", "Number of the notice is missing", levels=(1, 2),
        parameters=(
            Parameter("grace", "limit", "1 working_day", "补录文书编号的期限", "time to enter the missing number"),
        ),
        covers=("TJ-31", "TJ-34", "TJ-35", "TJ-37", "TJ-44", "KF-13", "KF-15", "ZJ-T27"),
    ),
    Rule(
        "PR-05", "同一环节多次退回", "Returned repeatedly to one stage", _LOCAL, levels=(1,),
        parameters=(
            Parameter("returns", "count", 1, "同一环节允许退回的次数", "returns to one stage that are permitted"),
        ),
    ),
    Rule(
        "PR-06", "前后意见不一致", "A later opinion reverses an earlier one", _LOCAL, levels=(0,),
    ),
    Rule(
        "PR-07", "环节缺失或次序颠倒", "Step missing or out of order",
        (kaifeng("十九"), taojiang("九"), taojiang("十"), zhejiang("附件1")), levels=(2,),
        parameters=(
            Parameter(
                "preliminary", "texts", list(_PRELIMINARY), "可以在受理之前进行的环节",
                "stages that may come before acceptance",
            ),
        ),
        covers=("TJ-21", "TJ-32", "KF-19", "ZJ-T21", "ZJ-T22"),
    ),
    Rule(
        "PR-08", "办理时间异常", "Times that cannot be right", _LOCAL, levels=(1,),
        parameters=(
            Parameter(
                "stages", "count", 3, "同一时刻办结即属异常的环节数",
                "stages completed at one instant that are an anomaly",
            ),
        ),
    ),
    Rule(
        "PR-09", "由申请人自行流转", "Transfer carried by the applicant",
        (tengzhou("附件1第8条"), tengzhou("附件1第4条"), tengzhou("正文四")), levels=(2,),
        covers=("TZ-M9", "TZ-A4", "TZ-A21"),
    ),
    Rule(
        "PR-10", "首问负责未落实", "First contact left without outcome",
        (weixian("十"), weixian("二十"), taojiang("十二"), tengzhou("附件2第7条"), kaifeng("二十五")), levels=(1,),
        parameters=(
            Parameter(
                "within", "limit", "1 working_day", "首问办理期限",
                "time in which a first contact must lead to something",
            ),
        ),
        covers=("WX-15", "WX-42", "TJ-58", "TZ-A8", "TZ-B6", "KF-30"),
    ),
    Rule(
        "PR-11", "重复索要已有材料", "Material asked for that is already held", (kaifeng("二十二"),), levels=(2,),
        covers=("KF-23",),
    ),
    Rule(
        "PR-12", "涉嫌违法不予受理（待人工核实）", "Refusal that may be unlawful (to be confirmed by a person)",
        (licensing(72), taojiang("十二")), levels=(3,), covers=("TJ-53", "TJ-56"),
    ),
    Rule(
        "PR-13", "越权签批", "Signer outside authorisation",
        (weixian("十二"), tengzhou("正文四"), zhejiang("附件1")), levels=(2,),
        parameters=(
            Parameter(
                "required", "flag", False, "无授权记录的签批人是否也监察",
                "whether a signer without any authorisation on record is judged",
            ),
            Parameter(
                "seals", "count", 1, "非联办件可用印章数", "seals on a case that is not joint", (tengzhou("正文四"),),
            ),
        ),
        covers=("WX-22", "TZ-M9", "ZJ-T17"),
    ),
)  # fmt: skip
