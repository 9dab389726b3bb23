"""What an event says, in words: the fields that a hearing asks for first, then whatever else it carries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from domain.instants import parse_instant
from domain.limits import parse_limit
from domain.wording import limit_words, moment_words
from domain.words import clock_name, kind_name

__all__ = ["field_name", "told", "value_words"]

_FIELDS: Final = {
    "corrects": ("更正事件", "corrects"), "retracts": ("撤回事件", "retracts"),
    "time": ("改为时间", "time becomes"), "data": ("改为内容", "content becomes"),
    "item": ("事项", "item"), "hall": ("大厅", "hall"), "from_hall": ("转出大厅", "from hall"),
    "to_hall": ("转入大厅", "to hall"), "department": ("部门", "department"),
    "from_department": ("转出部门", "from department"), "to_department": ("转入部门", "to department"),
    "officer": ("经办人", "officer"), "to_officer": ("转入经办人", "to officer"), "window": ("窗口", "window"),
    "kind": ("类型", "kind"), "mode": ("方式", "mode"), "channel": ("渠道", "channel"), "stage": ("环节", "stage"),
    "to_stage": ("退回至环节", "back to stage"), "branch": ("联办部门", "branch"), "organ": ("机关", "organ"),
    "span": ("暂停编号", "suspension"), "extension": ("延长编号", "extension"), "clock": ("时限", "clock"),
    "limit": ("期限", "limit"), "within": ("补正期限", "within"), "approved_limit": ("批准期限", "approved limit"),
    "promised_limit": ("承诺时限", "promised limit"), "statutory_limit": ("法定时限", "statutory limit"),
    "promised_text": ("承诺时限说明", "explanation of the promise"),
    "statutory_text": ("法定时限说明", "explanation of the statutory limit"),
    "faq": ("常见问题", "frequent questions"),
    "basis": ("依据", "basis"), "reason": ("理由", "reason"), "approver": ("批准人", "approver"),
    "approver_rank": ("批准人职级", "approver's rank"), "notice_no": ("告知书", "notice"),
    "document_no": ("文书号", "document"), "receipt_no": ("收件凭证", "receipt"), "decision_no": ("决定书", "decision"),
    "certificate_no": ("证照号", "certificate"), "outcome": ("决定", "outcome"), "result": ("结果", "result"),
    "opinion": ("意见", "opinion"), "remedy": ("救济途径", "remedy"), "materials": ("材料", "materials"),
    "calendar": ("日历", "calendar"), "profile": ("规则集", "profile"), "applicant_ref": ("申请人代号", "applicant"),
    "by": ("下令人", "ordered by"), "into": ("并入", "into"),
    "waybill": ("运单号", "waybill"), "receiver": ("签收人", "receiver"), "amount": ("金额", "amount"),
    "number": ("编号", "number"), "order": ("命令编号", "order"), "from": ("自", "from"), "to": ("至", "to"),
    "carrier": ("转交方式", "carried by"), "complete": ("材料齐全", "complete"),
}  # fmt: skip
_LIMITS: Final = ("limit", "within", "approved_limit", "promised_limit", "statutory_limit")
_RANKS: Final = {
    "officer": ("经办人员", "officer"), "department_head": ("部门负责人", "department head"),
    "organ_head": ("行政机关负责人", "organ head"), "government_head": ("本级政府负责人", "government head"),
}  # fmt: skip
_VALUES: Final = {
    "approver_rank": _RANKS,
    "outcome": {"approve": ("准予", "approved"), "refuse": ("不予", "refused")},
    "mode": {
        "direct": ("直接办理", "direct"), "promise": ("承诺办理", "promise"), "joint": ("联合办理", "joint"),
        "forward_up": ("上报办理", "forwarded up"), "urgent": ("紧急办理", "urgent"),
        "clear_reply": ("明确答复", "clear reply"),
    },
}  # fmt: skip
_MATTERS: Final = {"instant": ("即办件", "instant matter"), "promise": ("承诺件", "promise matter")}


def field_name(name: str, lang: str) -> str:
    """What a field of an event is called; one without a title keeps its own name."""
    found = _FIELDS.get(name)
    return name if found is None else found[lang == "en"]


def value_words(name: str, value: Any, lang: str, zone: ZoneInfo) -> str:
    """The value of a field in words, whole: nothing is left out."""
    if name in _LIMITS:
        try:
            return limit_words(parse_limit(value).document(), lang, zone)
        except ValueError:
            pass
    if name == "kind" and isinstance(value, str):
        found = _MATTERS.get(value)
        return kind_name(value, lang) if found is None else found[lang == "en"]
    if name == "clock" and isinstance(value, str | list):
        keys = [value] if isinstance(value, str) else value
        return ("、" if lang == "zh" else ", ").join(clock_name(str(one), lang) for one in keys)
    if name in ("corrects", "retracts") and isinstance(value, Mapping):
        return " · ".join(str(value[one]) for one in ("id", "source") if value.get(one) is not None)
    if name == "time" and isinstance(value, str):
        try:
            return moment_words(parse_instant(value), lang, zone)
        except ValueError:
            return value
    if name == "data" and isinstance(value, Mapping):
        return told(value, lang, zone)
    if isinstance(value, bool):
        return ("是" if value else "否") if lang == "zh" else ("yes" if value else "no")
    if isinstance(value, str):
        named = _VALUES.get(name, {}).get(value)
        return value if named is None else named[lang == "en"]
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        return ("、" if lang == "zh" else ", ").join(str(one) for one in value)
    if isinstance(value, int | float):
        return str(value)
    return msgspec.json.encode(value).decode()


def told(data: Mapping[str, Any], lang: str, zone: ZoneInfo, names: Iterable[str] | None = None) -> str:
    """The fields of an event that are given, in the order of `names` (None: all), as one line."""
    wanted = (
        sorted(data, key=lambda name: (list(_FIELDS).index(name) if name in _FIELDS else len(_FIELDS), name))
        if names is None
        else names
    )
    # two days, as an order states them: the second is the day after the last
    days = "" if data.get("from") is None else "（不含当日）" if lang == "zh" else " (not included)"
    colon = "：" if lang == "zh" else ": "
    parts = [
        f"{field_name(name, lang)}{days if name == 'to' else ''}{colon}{value_words(name, data[name], lang, zone)}"
        for name in wanted
        if data.get(name) not in (None, "", [], {})
    ]
    return ("，" if lang == "zh" else ", ").join(parts)
