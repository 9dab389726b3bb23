"""The rules about time limits (TL), and the bases of the clocks themselves."""

from __future__ import annotations

from typing import Final

from domain.registry.rule import Basis, Parameter, Rule
from domain.registry.sources import licensing

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
        "受理决定将到期", "Acceptance decision due soon", levels=(1, 2), covers=("TJ-37",),
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
        "TL-12", "上报逾期", "Forwarding late", (licensing(43),), "上报将到期", "Forwarding due soon",
        levels=(2,), covers=("TJ-36", "KF-27", "ZJ-T18"),
    ),
    Rule(
        "TL-13", "联办环节逾期", "Joint branch late", (("联办件时限", "limits of joint matters"),),
        "联办环节将到期", "Joint branch due soon", levels=(2,), covers=("TJ-35",),
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
