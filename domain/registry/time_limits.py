"""The rules about time limits (TL), and the bases of the clocks themselves."""

from __future__ import annotations

from typing import Final

from domain.registry.rule import Basis, Parameter, Rule
from domain.registry.sources import kaifeng, licensing, taojiang, tengzhou, weixian

__all__ = ["CLOCK_BASIS", "TIME_LIMITS"]

_PROMISE = ("公开承诺时限", "the published promise")
_STAGES = ("环节时限（事项目录）", "stage limits of the item's catalogue entry")
TIME_LIMITS: Final = (
    Rule(
        "TL-01", "承诺时限将至", "Promise due soon", (("本地预警设置", "local warning setting"),),
        levels=(1,), covers=("WX-04", "WX-16", "TJ-34", "TZ-A6", "KF-25"),
    ),
    Rule(
        "TL-02", "超过承诺时限", "Promise overdue", (_PROMISE,), "承诺时限将至", "Promise due soon",
        levels=(2,), covers=("WX-04", "WX-16", "TJ-34", "TJ-35", "TJ-59", "TZ-M11", "TZ-A6", "TZ-A21", "KF-25"),
    ),
    Rule(
        "TL-03", "超过法定时限", "Statutory limit overdue", (licensing(42), licensing(82)),
        "法定时限将至", "Statutory limit due soon",
        levels=(3,), covers=("WX-04", "WX-16", "WX-41", "TZ-M11", "TZ-A6", "KF-25"),
    ),
    Rule(
        "TL-04", "环节超时", "Stage overdue", (_STAGES,), "环节时限将至", "Stage due soon", levels=(1, 2),
    ),
    Rule(
        "TL-05", "即办件未即时办结", "Instant matter not completed on time", (licensing(34),),
        "即办件时限将至", "Instant matter due soon", levels=(2,), covers=("WX-41", "TJ-33", "KF-24"),
    ),
    Rule(
        "TL-06", "受理决定逾期", "Acceptance decision late", (licensing(32),),
        "受理决定时限预警", "Acceptance decision near or past its limit", levels=(1, 2), covers=("TJ-37",),
        parameters=(
            Parameter(
                "refusal", "limit_or_none", None, "不予受理的答复时限（不设即同受理决定）",
                "time to refuse acceptance (none: that of the decision)",
            ),
        ),
    ),
    Rule("TL-07", "视为受理", "Deemed accepted", (licensing(32),), levels=(0,)),
    Rule(
        "TL-08", "暂停超期", "Suspension overrun", (licensing(45),),
        "暂停将到期", "Suspension ends soon", levels=(1, 2, 3),
    ),
    Rule("TL-09", "无依据暂停", "Suspension without basis", (licensing(45),), levels=(2,)),
    Rule(
        "TL-10", "违规延长", "Invalid extension", (licensing(42),), levels=(3,),
        parameters=(
            Parameter("cap", "limit", "10 working_day", "一般事项最长延长", "longest extension", (licensing(42),)),
            Parameter(
                "cap_joint", "limit", "15 working_day", "联合办理最长延长", "longest extension of joint matters",
                (licensing(42),),
            ),
        ),
    ),
    Rule(
        "TL-11", "送达逾期", "Delivery late", (licensing(44),), "送达将到期", "Delivery due soon", levels=(2,),
    ),
    Rule(
        "TL-12", "上报逾期", "Forwarding late", (licensing(43), taojiang("十"), kaifeng("二十三")),
        "上报将到期", "Forwarding due soon", levels=(2,), covers=("TJ-36", "KF-27", "ZJ-T18"),
        parameters=(
            Parameter("limit", "limit", "3 working_day", "上报时限", "time to forward, if its clock has no limit"),
            Parameter(
                "first_review", "limit", "20 working_day", "初审最长时限", "longest time of the first review",
                (licensing(43),),
            ),
        ),
    ),
    Rule(
        "TL-13", "联办违规", "Joint branch fault", (licensing(42), taojiang("十"), kaifeng("十二"), kaifeng("二十三")),
        "联办环节将到期", "Joint branch due soon", levels=(2, 3),
        covers=("TJ-35", "TZ-A4", "KF-15", "KF-26", "ZJ-T26"),
        parameters=(
            Parameter("total", "limit", "45 working_day", "联办总时限", "whole time of a joint case", (licensing(42),)),
            Parameter(
                "extension", "limit", "15 working_day", "联办最长延长", "longest extension of it", (licensing(42),),
            ),
        ),
    ),
    Rule(
        "TL-14", "长时间无动态", "No activity", (taojiang("九"), weixian("二十")), levels=(1,),
        covers=("WX-41", "TJ-15", "TJ-25"),
        parameters=(
            Parameter("idle", "limit", "3 working_day", "无办理记录的最长时间", "longest time without an event"),
            Parameter(
                "window", "limit", "5 working_day date", "窗口无办件活动的最长时间",
                "longest time of a window without an event",
            ),
        ),
    ),
    Rule(
        "TL-15", "急办件未走绿色通道", "Urgent matter not faster", (kaifeng("十一"), kaifeng("二十三")), levels=(1,),
        covers=("KF-14", "KF-28"),
        parameters=(
            Parameter("share", "share", 0.5, "可用承诺时限的份额", "share of the promise that may be used"),
            Parameter("cases", "count", 30, "中位数所需的最少件数", "fewest cases behind a median"),
        ),
    ),
    Rule(
        "TL-16", "预约未兑现", "Appointment not kept",
        (weixian("十"), tengzhou("附件1第4条"), tengzhou("附件2第7条")), levels=(1,),
        covers=("WX-18", "TZ-A8", "TZ-B7"),
        parameters=(Parameter("grace", "limit", "15 minute", "预约时段后的宽限", "grace after the slot"),),
    ),
    Rule(
        "TL-17", "上报后未跟踪", "Forwarded matter not followed", (taojiang("十"), kaifeng("二十三")), levels=(1,),
        covers=("TJ-36", "KF-27"),
        parameters=(Parameter("contact", "limit", "5 working_day", "跟踪间隔", "time between follow-ups"),),
    ),
    Rule(
        "TL-18", "代办逾期", "Agency task overdue", (taojiang("十二"), tengzhou("附件2第13条")), levels=(2,),
        covers=("TJ-50", "TZ-B17"),
        parameters=(
            Parameter("hand_over", "limit", "2 working_day", "移交时限", "time to hand over"),
            Parameter("promise", "limit", "10 working_day", "未约定时的代办时限", "time to finish if none is promised"),
        ),
    ),
)  # fmt: skip

CLOCK_BASIS: Final[dict[str, tuple[Basis, ...]]] = {
    "acceptance": (licensing(32),),
    "promised": (_PROMISE,),
    "statutory": (licensing(42), licensing(82)),
    "instant": (licensing(34),),
    "stage": (_STAGES,),
    "suspension": (licensing(45),),
    "delivery": (licensing(44),),
    "forward": (licensing(43),),
    "superior": (licensing(43),),
    "branch": (("联办件时限", "limits of joint matters"),),
    "correction": (licensing(32),),
}
