"""The rules about what a hall must have and show: windows (OW-05), badges, signs and boards (CA-04)."""

from __future__ import annotations

from typing import Final

from domain.registry.rule import Parameter, Rule
from domain.registry.sources import taojiang, tengzhou, zhejiang

__all__ = ["HALL"]

HALL: Final = (
    Rule(
        "OW-05", "应设窗口缺失", "Mandatory window missing", (taojiang("八"), zhejiang("附件1")), levels=(2,),
        parameters=(
            Parameter(
                "count", "count", 8, "应设窗口数（0 为不计数）", "least number of windows (0: not counted)",
                (taojiang("八"), zhejiang("附件1")),
            ),
            Parameter("named", "texts", (), "应设的各类窗口", "windows that must be there, by name"),
            Parameter("departments", "flag", False, "按设窗口的部门计数", "count departments with a window"),
            Parameter("levels", "texts", ("township",), "适用的大厅层级", "levels of the halls that it holds for"),
            Parameter("within", "limit", "1 working_day", "缺失多久即算", "missing for longer than"),
        ),
        covers=("TJ-14", "ZJ-T15"), of="hall",
    ),
    Rule(
        "CA-04", "公示身份信息缺项", "Identity field missing",
        (taojiang("七"), taojiang("十一"), taojiang("十三"), tengzhou("附件1第4条"), zhejiang("附件1")), levels=(0,),
        parameters=(
            Parameter(
                "badge", "texts", ("name", "post", "photo", "phone", "window"), "胸牌应载明", "fields of a badge",
                (taojiang("七"),),
            ),
            Parameter(
                "desk_plate", "texts", ("name", "post", "photo", "phone", "window"), "桌牌应载明",
                "fields of a desk plate", (taojiang("七"),),
            ),
            Parameter(
                "board", "texts", ("name", "post", "photo", "phone"), "领导公示栏每人应载明",
                "fields of each leader on the board", (taojiang("七"),),
            ),
            Parameter(
                "column", "texts", ("name", "post", "phone"), "村级公开栏的代办员信息",
                "fields of the agent on the column", (taojiang("十一"),),
            ),
            Parameter(
                "sign", "texts", ("name", "post", "scope", "service_phone", "supervision_phone"), "窗口标识牌应标明",
                "fields of a window sign", (tengzhou("附件1第4条"),),
            ),
            Parameter(
                "contacts", "texts", ("department", "person", "limit"), "不能直接办理事项的联系信息",
                "fields of the contact for what is not handled directly", (zhejiang("附件1"),),
            ),
        ),
        covers=("TJ-09", "TJ-11", "TJ-43", "TJ-61", "TZ-A9", "ZJ-T18"), of="hall",
    ),
)  # fmt: skip
