"""Display words in Chinese and English: of verdicts, clocks, events; for the command line and on paper."""

from __future__ import annotations

from typing import Final

__all__ = [
    "LEVELS",
    "LIFTED",
    "STATES",
    "STATUS",
    "WORDS",
    "clock_name",
    "days_text",
    "event_title",
    "kind_name",
    "level_name",
    "span_text",
    "weekday_name",
    "whole_span_text",
]

WORDS: Final[dict[str, dict[str, str]]] = {
    "zh": {
        "at": "截至", "known_at": "所知截至", "round": "第 {} 轮", "next_change": "下次变化：", "clock": "时限",
        "state": "状态", "limit": "期限", "start": "起算", "due": "到期", "used": "已用", "level": "等级",
        "provisional": "（暂定）", "paused": "暂停", "over": "超期", "no_findings": "无预警、无发牌",
        "since": "自", "evidence": "依据事件", "lifted": "已解除", "ledger": "台账", "day": "日期", "kind": "计算",
        "adds": "当日", "total": "累计", "note": "说明", "hours": "开放时间",
    },
    "en": {
        "at": "as at", "known_at": "as known at", "round": "round {}", "next_change": "next change:", "clock": "clock",
        "state": "state", "limit": "limit", "start": "start", "due": "due", "used": "used", "level": "level",
        "provisional": "(provisional)", "paused": "paused", "over": "over",
        "no_findings": "no finding", "since": "since", "evidence": "evidence", "lifted": "lifted", "ledger": "ledger",
        "day": "day", "kind": "counts", "adds": "adds", "total": "total", "note": "note", "hours": "open",
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

_SUSPENSIONS: Final = {
    "hearing": ("听证", "hearing"), "tender": ("招标", "tender"), "auction": ("拍卖", "auction"),
    "inspection": ("检验", "inspection"), "testing": ("检测", "testing"), "quarantine": ("检疫", "quarantine"),
    "appraisal": ("鉴定", "appraisal"), "expert_review": ("专家评审", "expert review"),
    "public_notice": ("公示", "public notice"), "correction": ("补正", "correction"),
    "superior": ("上级审批", "the superior organ"), "other": ("其他", "other"),
}  # fmt: skip

_EVENTS: Final = {
    "case.applied": ("申请", "applied"), "case.materials_received": ("收取材料", "materials received"),
    "case.correction_requested": ("要求补正", "correction requested"),
    "case.correction_submitted": ("提交补正", "correction submitted"), "case.accepted": ("受理", "accepted"),
    "case.not_accepted": ("不予受理", "not accepted"), "case.stage_started": ("环节开始", "stage started"),
    "case.stage_completed": ("环节完成", "stage completed"), "case.transferred": ("移交", "transferred"),
    "case.returned": ("退回", "returned"), "case.branch_opened": ("联办开始", "branch opened"),
    "case.branch_closed": ("联办结束", "branch closed"), "case.forwarded_up": ("上报", "forwarded up"),
    "case.superior_replied": ("上级批复", "superior replied"), "case.suspended": ("暂停计时", "suspended"),
    "case.resumed": ("恢复计时", "resumed"), "case.extended": ("延长时限", "extended"),
    "case.extension_revoked": ("撤销延长", "extension revoked"), "case.limit_changed": ("变更时限", "limit changed"),
    "case.decided": ("作出决定", "decided"), "case.completed": ("办结", "completed"),
    "case.withdrawn": ("撤回", "withdrawn"), "case.voided": ("作废", "voided"), "case.merged": ("并案", "merged"),
    "case.reopened": ("重新办理", "reopened"), "case.delivered": ("送达", "delivered"),
    "case.fee_assessed": ("核定收费", "fee assessed"), "case.fee_collected": ("收费", "fee collected"),
    "case.fee_refunded": ("退费", "fee refunded"), "case.rejudged": ("重新判定", "judged anew"),
    "case.first_contact": ("首问", "first contact"), "case.appointment_booked": ("预约", "appointment booked"),
    "case.appointment_served": ("预约服务", "appointment served"),
    "event.corrected": ("事件更正", "event corrected"), "event.retracted": ("事件撤回", "event retracted"),
    "calendar.published": ("日历发布", "calendar published"), "item.published": ("事项发布", "item published"),
    "item.withdrawn": ("事项取消", "item withdrawn"), "hall.published": ("大厅发布", "hall published"),
    "profile.published": ("规则集发布", "profile published"),
    "case.follow_up_recorded": ("回访记录", "follow-up recorded"), "agency.opened": ("代办开始", "agency task opened"),
    "agency.handed_over": ("代办移交", "agency task handed over"), "agency.completed": ("代办完成", "agency task completed"),
    "ledger.entry_recorded": ("登记台账", "entry in the register"), "ledger.sheet_closed": ("台账封页", "register sheet closed"),
    "material.held": ("留存材料", "material held"), "window.published": ("窗口发布", "window published"),
    "staff.assigned": ("人员上岗", "staff assigned"), "staff.removed": ("人员离岗", "staff removed"),
    "authorisation.granted": ("授权", "authorisation granted"), "authorisation.revoked": ("撤销授权", "authorisation revoked"),
    "item.stationed": ("事项进驻", "item stationed"), "item.exempted": ("事项免予进驻", "item exempted"),
    "item.change_approved": ("事项变更批准", "change of the item approved"),
    "item.median_published": ("事项用时中位数发布", "median of the item published"),
    "signal.activity": ("当日首个办件活动", "first activity of the day"),
    "case.found_outside": ("查实平台外办理", "found handled outside the platform"),
    "case.notice_issued": ("发出通知", "notice issued"), "guide.published": ("办事指南发布", "guide published"), "hall.expected": ("大厅应报时段", "hours in which a hall reports"),
}  # fmt: skip

_WEEKDAYS: Final = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}


def level_name(level: int, lang: str) -> str:
    """The level of a finding or a threshold: one of level 0 is a notice, no card."""
    return LEVELS[lang][level] if level else ("提示" if lang == "zh" else "notice")


def event_title(event_type: str, lang: str) -> str:
    """What an event of that type is called; of a type without a title its own name."""
    found = _EVENTS.get(event_type)
    return event_type if found is None else found[lang == "en"]


def kind_name(kind: str | None, lang: str) -> str:
    """What a kind of suspension is called."""
    found = _SUSPENSIONS.get(kind or "other")
    return str(kind) if found is None else found[lang == "en"]


def weekday_name(day: int, lang: str) -> str:
    """`周一`, `Mon` of a day (an ordinal)."""
    name = _WEEKDAYS[lang][(day - 1) % 7]
    return f"周{name}" if lang == "zh" else name


def clock_name(key: str, lang: str) -> str:
    """A clock's key for people: `stage:审核@1` is `环节 审核（第 1 轮）`."""
    plain, _, number = key.partition("@")
    name, _, detail = plain.partition(":")
    text = _CLOCKS[lang].get(name, name) + (f" {detail}" if detail else "")
    if number:
        text += f"（第 {number} 轮）" if lang == "zh" else f" (round {number})"
    return text


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


def whole_span_text(seconds: float, lang: str) -> str:
    """A duration to the second: what people are to add up keeps its seconds beside the hours."""
    whole = int(seconds)
    if not whole % 60 or whole < 3600:
        return span_text(whole, lang)
    return span_text(whole - whole % 60, lang) + " " + span_text(whole % 60, lang)


def days_text(days: float, lang: str) -> str:
    """`4 天`, `1 day`, `2.57 days`: to the hundredth, half up."""
    text = f"{int(days * 100 + 0.5) / 100:.2f}".rstrip("0").rstrip(".")
    if lang == "zh":
        return f"{text} 天"
    return f"{text} day" if text == "1" else f"{text} days"
