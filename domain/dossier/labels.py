"""Headings and fixed words of the dossier, in Chinese and English."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from domain.limits import parse_limit
from domain.wording import limit_words

__all__ = ["LABELS", "SETTINGS", "setting_words"]

LABELS: Final[dict[str, dict[str, str]]] = {
    "zh": {
        "title": "监察卷宗", "office": "日晷电子监察", "case": "办件", "page": "第 {} 页，共 {} 页", "digest_short": "摘要",
        "history": "事件记录", "clocks": "时限", "findings": "监察结果", "issued": "预警与发牌记录",
        "irregularities": "异常记录", "ledger": "逐日台账", "versions": "版本与核验", "annex": "附录：事件原文",
        "time": "发生时间", "recorded": "记录时间", "what": "事项经过", "by": "报送与经办", "event": "事件",
        "state": "状态", "level": "等级", "limit": "期限", "start": "起算", "due": "到期", "stopped": "停止", "used": "已用",
        "paused": "暂停", "over": "超期", "basis": "依据", "thresholds": "等级时点", "settings": "计算规则",
        "version": "版本", "evidence": "依据事件", "detail": "情况", "since": "成立时间", "rule": "规则", "clock": "时限",
        "action": "动作", "reason": "原因", "cause": "起因事件", "day": "日期", "counts": "是否计入", "hours": "开放时间",
        "adds": "当日", "total": "累计", "note": "说明", "none_findings": "截至此时，没有预警，没有发牌。",
        "none_issued": "至今没有发出任何预警或发牌。", "none_irregularities": "没有异常记录。",
        "none_history": "此时尚不知任何事件。", "none_clocks": "没有起算任何时限。", "none_ledger": "该时限没有台账。",
        "kind": "类别", "number": "编号", "published": "发布与生效", "what_version": "所用版本", "zone": "时区",
        "read_ledger": (
            "台账每日一行，不合并，可持历书逐日核对。“当日”为该日计入之数，“累计”为至该日止之和，均以期限自身的单位计，"
            "末行累计即上文所载“已用”。按日期计的期限只计满日：起算当日、未满之日不计。"
        ),
        "reading": "截至时刻为所问的时刻；所知截至为当时已入库的事实。同一办件、同一问法，任何时候复算摘要相同。",
        "not_in_font": "本卷宗所附字体不含下列字符；如显示为方框，其编码为：", "round": "第 {} 轮",
        "sums": "合计", "ahead": "灰字为尚未到或停止计时之后的日子。",
    },
    "en": {
        "title": "Supervision dossier", "office": "Sundial electronic supervision", "case": "Case",
        "page": "page {} of {}", "digest_short": "digest", "history": "Events", "clocks": "Clocks",
        "findings": "Findings", "issued": "What was issued, and when", "irregularities": "Irregularities",
        "ledger": "Ledger, day by day", "versions": "Versions and verification", "annex": "Annex: events as sent",
        "time": "Happened", "recorded": "Recorded", "what": "What", "by": "By", "event": "Event", "state": "State",
        "level": "Level", "limit": "Limit", "start": "Start", "due": "Due", "stopped": "Stopped", "used": "Used",
        "paused": "Paused", "over": "Overrun", "basis": "Basis", "thresholds": "Thresholds",
        "settings": "How it is counted", "version": "Versions", "evidence": "Evidence", "detail": "Detail",
        "since": "Holds since", "rule": "Rule", "clock": "Clock", "action": "Action", "reason": "Reason",
        "cause": "Cause", "day": "Day", "counts": "Does it count", "hours": "Open", "adds": "Adds", "total": "Total", "note": "Notes",
        "none_findings": "As at this instant there is no warning and no card.",
        "none_issued": "No warning and no card has been issued so far.", "none_irregularities": "No irregularity.",
        "none_history": "No event is known at this instant.", "none_clocks": "No clock has started.",
        "none_ledger": "This clock has no ledger.", "kind": "Kind", "number": "Number",
        "published": "Published and in effect", "what_version": "Version used", "zone": "Time zone",
        "read_ledger": (
            "One line a day, never merged, to be checked with a calendar in hand. Adds is what the day adds, Total the "
            "sum up to then, both in the limit's own unit; the last total is the clock's Used above. A limit counted "
            "by dates counts days that are over: day 0, and a day cut short, add nothing."
        ),
        "reading": (
            "“As at” is the instant asked about; “as known at” is what had been recorded by then. "
            "The same case asked the same way has the same digest at any later time."
        ),
        "not_in_font": "The font of this dossier lacks these characters; where a box is shown, its code is: ",
        "round": "round {}", "sums": "Sum", "ahead": "Days in grey have not come, or come after the clock stopped.",
    },
}  # fmt: skip

SETTINGS: Final[dict[str, tuple[str, str]]] = {
    "day_end": ("一日之终", "a day ends"), "closed_start": ("休息日起算", "a start on a closed day"),
    "mode": ("工作日计法", "working days are counted"),
    "until_moves_with_pause": ("约定时刻随暂停顺延", "a promised instant moves with pauses"),
    "correction_pauses": ("受理后补正停计", "a correction after acceptance pauses"),
    "unlawful_suspension": ("无依据的暂停", "a suspension without basis"),
    "late_extension": ("超期后的延长", "an extension after the due instant"),
    "stage_on_return": ("退回后的环节", "a stage returned to"), "on_reopen": ("重新办理", "a reopened case"),
    "deemed_after": ("视为受理", "deemed accepted after"),
}  # fmt: skip

_CHOICES: Final[dict[tuple[str, str], tuple[str, str]]] = {
    ("day_end", "close"): ("以当日闭厅为终", "at its close"), ("day_end", "midnight"): ("以 24:00 为终", "at 24:00"),
    ("closed_start", "day_zero"): ("当日即第 0 日", "is day 0 itself"),
    ("closed_start", "roll_forward"): ("顺延至下一工作日为第 0 日", "makes the next working day day 0"),
    ("mode", "date"): ("按日期计，起算当日不计", "by dates, the day of the start left out"),
    ("mode", "instant"): ("按开放时间计，自起算时刻起", "in open time, from the instant of the start"),
    ("unlawful_suspension", "pauses"): ("仍停计，另行发牌", "pauses all the same, and is a finding"),
    ("unlawful_suspension", "ignored"): ("不停计", "does not pause"),
    ("late_extension", "does_not_cure"): ("不消除超期", "does not cure"), ("late_extension", "cures"): ("补正超期", "cures"),
    ("stage_on_return", "accumulate"): ("用时累计", "accumulates"), ("stage_on_return", "fresh"): ("重新起算", "starts afresh"),
    ("on_reopen", "resume"): ("接续计时", "goes on"), ("on_reopen", "fresh"): ("重新起算", "starts afresh"),
}  # fmt: skip


def setting_words(name: str, value: object, lang: str) -> tuple[str, str]:
    """A setting of a profile in words: its name, and what was chosen."""
    place = 1 if lang == "en" else 0
    title = SETTINGS[name][place] if name in SETTINGS else name
    if isinstance(value, bool):
        return title, ("是", "yes")[place] if value else ("否", "no")[place]
    if name == "deemed_after":
        return title, limit_words(parse_limit(value).document(), lang, ZoneInfo("UTC"))
    chosen = _CHOICES.get((name, str(value)))
    return title, str(value) if chosen is None else chosen[place]
