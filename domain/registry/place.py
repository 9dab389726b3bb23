"""The rules about windows and stationed items (OW)."""

from __future__ import annotations

from typing import Final

from domain.registry.rule import Parameter, Rule
from domain.registry.sources import kaifeng, taojiang, tengzhou, weixian, zhejiang

__all__ = ["PLACE"]

_SUBSTANCE = (
    "kind", "mode", "conditions", "promised_limit", "stages", "suspensions", "materials", "fees", "suspended",
)  # fmt: skip

PLACE: Final = (
    Rule(
        "OW-01", "窗口外办理", "Handled off the window",
        (weixian("二"), weixian("七"), taojiang("十二"), tengzhou("附件1第8条"), kaifeng("三"), kaifeng("三十九")),
        levels=(3,),
        covers=("WX-01", "TJ-21", "TJ-55", "TZ-A3", "TZ-A20", "KF-01", "KF-44", "ZJ-T20"),
    ),
    Rule(
        "OW-02", "应进驻未进驻", "Item not stationed",
        (
            weixian("七"), weixian("二十"), taojiang("十六"), tengzhou("正文四"), tengzhou("附件2第3条"),
            kaifeng("二十四"), zhejiang("附件1"),
        ),
        levels=(2,),
        covers=("WX-01", "WX-38", "TJ-64", "TZ-M7", "TZ-B2", "KF-29", "ZJ-T16"),
        of="item",
    ),
    Rule(
        "OW-03", "事项变更或退出未经批准", "Item changed or taken out unapproved",
        (weixian("八"), kaifeng("五"), kaifeng("二十")), levels=(3,),
        parameters=(
            Parameter(
                "for_change", "count", 2, "变更所需的批准文号数", "references that a change needs", (kaifeng("五"),),
            ),
            Parameter(
                "for_exit", "count", 2, "退出或不进驻所需的批准文号数",
                "references that an exit or an exception needs", (weixian("八"), kaifeng("五")),
            ),
            Parameter(
                "ordered", "flag", False, "批准文号是否须依次在先", "whether the references must be dated in order",
            ),
            Parameter("substance", "texts", _SUBSTANCE, "属于变更的内容", "fields whose change is one of substance"),
        ),
        covers=("WX-12", "WX-13", "KF-04"),
        of="item",
    ),
    Rule(
        "OW-04", "办理已取消或暂停的事项", "Cancelled item practised",
        (("事项目录（取消、暂停）", "the catalogue of items (withdrawals, suspensions)"),), levels=(3,),
    ),
)  # fmt: skip
