"""Display words of the command line, in Chinese and English."""

from __future__ import annotations

from typing import Final

__all__ = [
    "LEVELS",
    "LIFTED",
    "STATES",
    "STATUS",
    "WORDS",
    "clock_name",
    "day_kind",
    "span_text",
]

WORDS: Final[dict[str, dict[str, str]]] = {
    "zh": {
        "at": "截至", "known_at": "所知截至", "round": "第 {} 轮", "next_change": "下次变化：", "clock": "时限",
        "state": "状态", "limit": "期限", "start": "起算", "due": "到期", "used": "已用", "level": "等级",
        "provisional": "（暂定）", "days": "{} 天", "paused": "暂停", "over": "超期", "no_findings": "无预警、无发牌",
        "since": "自", "evidence": "依据事件", "lifted": "已解除", "ledger": "台账", "day": "日期", "kind": "计算",
        "total": "累计", "note": "说明",
    },
    "en": {
        "at": "as at", "known_at": "as known at", "round": "round {}", "next_change": "next change:", "clock": "clock",
        "state": "state", "limit": "limit", "start": "start", "due": "due", "used": "used", "level": "level",
        "provisional": "(provisional)", "days": "{} days", "paused": "paused", "over": "over",
        "no_findings": "no finding", "since": "since", "evidence": "evidence", "lifted": "lifted", "ledger": "ledger",
        "day": "day", "kind": "counts", "total": "total", "note": "note",
    },
}  # fmt: skip

STATUS: Final = {
    "zh": {
        "not_started": "未开始", "open": "监察中", "received": "已收件", "accepted": "已受理", "suspended": "暂停中", "completed": "已办结",
        "not_accepted": "不予受理", "withdrawn": "已撤回", "voided": "已作废", "merged": "已并案",
    },
    "en": {
        "not_started": "not started", "open": "under supervision", "received": "received", "accepted": "accepted", "suspended": "suspended",
        "completed": "completed", "not_accepted": "not accepted", "withdrawn": "withdrawn", "voided": "voided",
        "merged": "merged",
    },
}  # fmt: skip

STATES: Final = {
    "zh": {"pending": "待定", "running": "计时", "paused": "暂停", "met": "按时", "missed": "超期", "stopped": "终止"},
    "en": {
        "pending": "pending", "running": "running", "paused": "paused", "met": "met", "missed": "missed",
        "stopped": "stopped",
    },
}  # fmt: skip

LEVELS: Final = {"zh": ("正常", "预警", "黄牌", "红牌"), "en": ("none", "warning", "yellow", "red")}

LIFTED: Final = {
    "zh": {
        "ended_in_time": "按时结束", "superseded": "被更高等级取代", "corrected": "依据已更正", "clock_stopped": "时限终止",
        "late_extension": "延长补正", "rule_disabled": "规则停用", "appeal": "申诉成立", "order": "依令撤销",
    },
    "en": {
        "ended_in_time": "ended in time", "superseded": "a higher finding took its place", "corrected": "corrected",
        "clock_stopped": "the clock stopped", "late_extension": "cured by a late extension",
        "rule_disabled": "the rule is disabled", "appeal": "lifted on appeal", "order": "lifted by order",
    },
}  # fmt: skip

_CLOCKS: Final = {
    "zh": {
        "acceptance": "受理决定", "promised": "承诺时限", "statutory": "法定时限", "instant": "即办", "stage": "环节",
        "suspension": "暂停", "correction": "补正", "delivery": "送达", "forward": "上报", "superior": "上级审批",
        "branch": "联办",
    },
    "en": {
        "acceptance": "acceptance", "promised": "promised", "statutory": "statutory", "instant": "instant",
        "stage": "stage", "suspension": "suspension", "correction": "correction", "delivery": "delivery",
        "forward": "forward", "superior": "superior", "branch": "branch",
    },
}  # fmt: skip

_KINDS: Final = {
    "zh": {
        "start": "起算日",
        "counted": "计入",
        "uncounted": "不计",
        "open": "开放",
        "weekend": "休息",
        "holiday": "节假日",
        "closed": "休息",
        "working": "开放",
        "not_in_effect": "—",
    },
    "en": {"start": "start day", "not_in_effect": "-"},
}


def clock_name(key: str, lang: str) -> str:
    """A clock's key for people: `stage:审核@1` is `环节 审核（第 1 轮）`."""
    plain, _, number = key.partition("@")
    name, _, detail = plain.partition(":")
    text = _CLOCKS[lang].get(name, name) + (f" {detail}" if detail else "")
    if number:
        text += f"（第 {number} 轮）" if lang == "zh" else f" (round {number})"
    return text


def day_kind(kind: str, lang: str) -> str:
    """Why a day counts or not."""
    return _KINDS[lang].get(kind, kind.replace("_", " "))


def span_text(seconds: float, lang: str) -> str:
    """A duration for people, in hours and minutes; seconds below a minute."""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    units = ("小时", "分", "秒") if lang == "zh" else (" h", " min", " s")
    parts = [f"{value}{unit}" for value, unit in ((hours, units[0]), (minutes, units[1])) if value]
    if left or not parts:
        parts.append(f"{left}{units[2]}")
    return " ".join(parts[:2])
