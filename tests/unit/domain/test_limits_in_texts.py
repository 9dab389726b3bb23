"""What the texts of a catalogue say of time: read where it is plain, passed over where it may be something else."""

import pytest

from domain.limits import parse_limit
from domain.subjects.limit_texts import TextLimit, could_be, limits_in, passages_of


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("自受理之日起20个工作日内作出决定。", [(20, "working_day")]),
        ("自受理申请之日起二十日内作出行政许可决定", [(20, "day")]),
        ("承诺时限：１０ 个工作日", [(10, "working_day")]),
        ("九十九天内办结", [(99, "day")]),
        ("十一个工作日", [(11, "working_day")]),
        ("两个工作日内办结", [(2, "working_day")]),
        ("15个自然日", [(15, "calendar_day")]),
        ("2小时内办结", [(2, "hour")]),
        ("不超过5个工作日", [(5, "working_day")]),
        ("办结时限20个工作日，经批准可延长10个工作日", [(20, "working_day")]),
        ("20个工作日；急件1个工作日", [(20, "working_day"), (1, "working_day")]),
        ("20个工作日（不含公示7日）", [(20, "working_day")]),
        ("Within 20 working days of acceptance.", [(20, "working_day")]),
        ("Decided in 10 days, or 10 business days.", [(10, "day")]),
        ("No more than 4 hours", [(4, "hour")]),
        ("30 calendar days", [(30, "calendar_day")]),
    ],
)
def test_a_limit_that_is_plainly_named(text: str, named: list[tuple[int, str]]) -> None:
    assert [one[:2] for one in limits_in(text, about_limits=True)] == named


@pytest.mark.parametrize(
    "text",
    [
        "",
        "当场办结",
        "within 3 copies",
        "一式3份，材料3项",
        "3至5个工作日", "3-5天", "3~5个工作日", "3个工作日到5个工作日", "三、五日", "三五天",
        "3 to 5 working days", "3-5 days", "between 3 and 5 days",
        "一百二十日", "1.5个工作日", "第3个工作日", "5月10日", "5 月 10 日", "每月10日",
        "2026年3月2日起施行", "同一天办理",
        "5个工作日内决定是否受理",
        "公示7日",
        "需补正的，在5日内一次告知",
        "提前3天提交", "会议5日前提交", "30日以上",
        "申请人应在10个工作日内领取",
        "24小时自助服务", "周一至周五，5天工作制", "近30日内照片",
        "材料自出具之日起30日内", "Open 8 hours a day, 5 days a week",
        "一窗1天、二窗2天、三窗3天",
        "apply at least 3 days before",
        "Corrections are due within 5 working days.",
    ],
)  # fmt: skip
def test_a_text_that_names_no_limit_for_certain_says_nothing(text: str) -> None:
    assert limits_in(text, about_limits=True) == []


@pytest.mark.parametrize(
    ("faq", "named"),
    [
        ("办理需要多久？10天。", [(10, "day")]),
        ([{"question": "多久能办好？", "answer": "10天"}], [(10, "day")]),
        (
            [{"question": "How long does it take", "answer": "Ten is too many; 5 working days."}],
            [(5, "working_day")],
        ),
        (["材料要放几份？3份。", "办结时限是多少？二十个工作日。"], [(20, "working_day")]),
        ([{"question": "补正要多久？", "answer": "5天"}], []),
        ([{"question": "照片有何要求？", "answer": "10天内的照片"}], []),
        ("有人在家3天", []),
        (True, []),
        ([{"question": "多久？"}, 7, None], []),
    ],
)
def test_frequent_questions_count_where_they_speak_of_the_handling(
    faq: object, named: list[tuple[int, str]]
) -> None:
    told = [one[:2] for text in passages_of(faq) for one in limits_in(text, about_limits=False)]
    assert told == named


@pytest.mark.parametrize(
    ("told", "limit", "possible"),
    [
        ((20, "working_day"), "20 working_day", True),
        ((20, "working_day"), "21 working_day", False),
        ((20, "day"), "20 working_day", True),
        ((20, "day"), "20 calendar_day", True),
        ((20, "day"), "21 calendar_day", False),
        ((20, "working_day"), "28 calendar_day", True),
        ((28, "calendar_day"), "20 working_day", True),
        ((30, "day"), "1 month", True),
        ((32, "day"), "1 month", False),
        ((2, "hour"), "120 working_minute", True),
        ((2, "hour"), "3 hour", False),
        ((8, "hour"), "1 working_day", True),
        ((2, "hour"), "5 working_day", False),
        ((1, "working_day"), "8 working_hour", True),
        ((5, "working_day"), "8 working_hour", False),
    ],
)
def test_a_limit_of_a_text_and_one_of_the_catalogue(
    told: tuple[int, str], limit: str, possible: bool
) -> None:
    assert could_be(TextLimit(*told, ""), parse_limit(limit)) is possible


def test_an_instant_is_not_compared() -> None:
    assert could_be(TextLimit(5, "day", ""), parse_limit({"until": "2026-03-09T17:00:00+08:00"}))
