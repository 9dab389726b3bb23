"""The rules about fees (FE)."""

from __future__ import annotations

from typing import Final

from domain.registry.rule import Parameter, Rule
from domain.registry.sources import kaifeng, licensing, tengzhou, weixian

__all__ = ["FEES"]

FEES: Final = (
    Rule(
        "FE-01", "收取目录外费用", "Unlisted fee", (licensing(59), weixian("二十"), kaifeng("十三")),
        levels=(3,), covers=("WX-40", "KF-16"),
    ),
    Rule(
        "FE-02", "超标准收费", "Overcharge", (licensing(59), weixian("二十"), kaifeng("十三")),
        levels=(3,), covers=("WX-40", "KF-16"),
        parameters=(Parameter("tolerance", "amount", 0, "允许的差额（元）", "difference allowed, yuan"),),
    ),
    Rule(
        "FE-03", "收费票据缺失或重复使用", "Receipt missing or used twice", (kaifeng("十三"),), levels=(2,),
        covers=("KF-16",),
    ),
    Rule(
        "FE-04", "未经指定渠道收费", "Not through the designated outlet",
        (kaifeng("十三"), tengzhou("附件1第4条"), weixian("三")),
        levels=(2,), covers=("WX-03", "TZ-A5", "KF-16"),
        parameters=(
            Parameter("channels", "texts", (), "指定收费渠道（空为不限）", "designated channels (none: any)"),
            Parameter(
                "names", "names", {"bank": ("银行", "银行代收")}, "渠道的其他名称",
                "other names by which a channel is told",
            ),
            Parameter("outlets", "texts", (), "指定收费网点（空为不限）", "designated outlets (none: any)"),
        ),
    ),
    Rule(
        "FE-05", "场外收费", "Fee collected off site",
        (kaifeng("三"), kaifeng("十八"), tengzhou("附件1第4条"), weixian("三")),
        levels=(3,), covers=("WX-03", "TZ-A5", "KF-01"),
        parameters=(
            Parameter("sites", "texts", (), "窗口以外登记的收费场所", "registered sites other than windows"),
        ),
    ),
    Rule(
        "FE-06", "免费代办收费", "Fee on a free agency task", (tengzhou("附件2第7条"),), levels=(3,), covers=("TZ-B6",),
    ),
)  # fmt: skip
