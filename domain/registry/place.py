"""The rules about windows and stationed items (OW)."""

from __future__ import annotations

from typing import Final

from domain.registry.rule import Rule
from domain.registry.sources import kaifeng, taojiang, tengzhou, weixian

__all__ = ["PLACE"]

PLACE: Final = (
    Rule(
        "OW-01", "窗口外办理", "Handled off the window",
        (weixian("二"), weixian("七"), taojiang("十二"), tengzhou("附件1第8条"), kaifeng("三"), kaifeng("三十九")),
        levels=(3,),
        covers=("WX-01", "TJ-21", "TJ-55", "TZ-A3", "TZ-A20", "KF-01", "KF-44", "ZJ-T20"),
    ),
    Rule(
        "OW-04", "办理已取消或暂停的事项", "Cancelled item practised",
        (("事项目录（取消、暂停）", "the catalogue of items (withdrawals, suspensions)"),), levels=(3,),
    ),
)  # fmt: skip
