"""The words of the what-if report, in Chinese and English."""

from typing import Final

__all__ = ["WORDS"]

WORDS: Final[dict[str, dict[str, str]]] = {
    "zh": {
        "html": "zh-CN", "title": "换一种规则会怎样", "under": "假设",
        "profile": "监察规则集“{}”", "calendar": "日历“{}”", "and": "和",
        "scope": "{from} 至 {to}（不含）受理的 {cases} 件，截至 {now}，改按{what}重新判定。",
        "nothing": "仅为推演，未改动任何数据。", "before": "现行", "after": "假设",
        "cases": "判定案件", "differ": "结论不同",
        "in_findings": "{}，其中 {} 件预警发牌不同", "all_findings": "生效的预警与发牌",
        "promise": "承诺按时办结率", "statute": "法定按时办结率",
        "of": "{} / {}", "none": "无",
        "findings": "各规则、各等级", "rule": "规则", "level": "等级", "change": "增减",
        "halls": "各大厅按时办结率", "hall": "大厅",
        "halls_note": "分子为按时办结件数，分母为有该时限的已办结件数。空心点为现行，实心点为假设，相同时只画一点。",
        "overrun": "超期时长分布",
        "overrun_note": "已超期案件的超期时长：工作日时限按开放时间计，其他时限按自然时间计；"
        "一天为受理大厅的一个工作日，自然时间为 24 小时；各档含其上限。",
        "at_most": "{most} 天以内", "up_to": "{over}–{most} 天", "more": "{} 天以上",
        "promise_over": "超过承诺时限", "statute_over": "超过法定时限",
        "list": "结论不同的案件", "case": "案件", "gone": "解除", "new": "新增", "due": "到期日变动",
        "shown": "列出前 {} 件，共 {} 件；完整名单见 --json。", "no_difference": "没有一件案件的结论不同。",
        "levels": "提示|预警|黄牌|红牌", "no_due": "无", "unnamed": "未写明大厅",
        "failed": "{} 件无法判定，未计入。",
        "same": "不变",
    },
    "en": {
        "html": "en", "title": "What if the rules were different", "under": "supposed",
        "profile": "profile “{}”", "calendar": "calendar “{}”", "and": " and ",
        "scope": "{cases} cases accepted from {from} to before {to}, as of {now}, judged anew under {what}.",
        "nothing": "A supposition only: no data was changed.", "before": "Today", "after": "Supposed",
        "cases": "Cases judged", "differ": "Verdicts that differ",
        "in_findings": "{}; findings in {}", "all_findings": "Findings in force",
        "promise": "On time by promise", "statute": "On time by statute",
        "of": "{} of {}", "none": "none",
        "findings": "By rule and level", "rule": "Rule", "level": "Level", "change": "Change",
        "halls": "On time, by hall", "hall": "Hall",
        "halls_note": "Completed on time, of the completed cases with that limit. Hollow: today. "
        "Solid: supposed; one dot where equal.",
        "overrun": "By how much limits were overrun",
        "overrun_note": "Of overdue cases. Limits of working days count "
        "open time and their days are working days of the hall, others elapsed time in days of 24 hours; "
        "each class holds its upper end.",
        "at_most": "up to {most} days", "up_to": "{over} to {most} days", "more": "over {} days",
        "promise_over": "Past the promise", "statute_over": "Past the statutory limit",
        "list": "Cases whose verdict differs", "case": "Case", "gone": "Lifted", "new": "Raised", "due": "Due moves",
        "shown": "The first {} of {}; --json has them all.", "no_difference": "No case has another verdict.",
        "levels": "Note|Warning|Yellow|Red", "no_due": "none", "unnamed": "no hall named",
        "failed": "{} could not be judged and are left out.",
        "same": "unchanged",
    },
}  # fmt: skip
