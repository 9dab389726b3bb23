"""Limits of time as the texts of a catalogue name them: explanations and frequent questions, in Chinese and English.

Read carefully rather than fully: what may speak of something else, or of a part of the time, is passed over.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final, NamedTuple

from domain.limits import Limit

__all__ = ["TextLimit", "could_be", "limits_in", "passages_of"]


class TextLimit(NamedTuple):
    """A limit that a text names. `unit` is working_day, calendar_day, day (either of these) or hour."""

    amount: int
    unit: str
    words: str
    """as the text has it"""


_DIGITS: Final = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_NUMERAL: Final = "一二两三四五六七八九十"
_ZH: Final = re.compile(
    rf"(?<![\d{_NUMERAL}百千万零〇第月每周同.,、/×x*~至到或或-])"
    rf"(\d{{1,4}}|[{_NUMERAL}]{{1,3}})\s*个?\s*"
    r"(工作日|自然日|日历日|天|日|小时|工作小时|工作时)(?![常期间历程志本然起\d])"
)
_EN: Final = re.compile(
    r"(?<![\w.,/~×-])(\d{1,4})[ -]?(?:(working|business|calendar|natural)[ -])?(days?|hours?)\b",
    re.IGNORECASE,
)
_RANGE_BEFORE: Final = re.compile(
    rf"(?:[\d{_NUMERAL}](?:\s*个?\s*(?:工作日|天|日|小时))?\s*(?:-|—|–|~|至|到|或|、)|\b(?:to|and|or|between)|-)\s*$",
    re.IGNORECASE,
)
_RANGE_AFTER: Final = re.compile(
    r"\s*(?:-|—|–|~|至|到|或|to\b|or\b)\s*(?:[\d一二两三四五六七八九十])", re.IGNORECASE
)
_BEFORE: Final = re.compile(
    r"\s*(?:以?内)?(?:工作制|以?前|之前|以上|左右|\s*(?:before|prior|or more|ago|a|per|each|every)\b)",
    re.IGNORECASE,
)
_VAGUE: Final = re.compile(
    r"(?:提前|近|至少|不少于|超过|约|大约|满|at least|more than|about|over)\s*$", re.IGNORECASE
)
_CAPPED: Final = re.compile(r"(?:不超过|不得超过|不多于|no more than|not more than)\s*$", re.IGNORECASE)
_CUE: Final = re.compile(
    r"办结|办理|时限|期限|承诺|法定|审批|决定|多久|多长|几天|几日|几个工作日|多少天|多少个?工作日"
    r"|process|handl|complet|decision|decid|time limit|how long|how many|promise|statut",
    re.IGNORECASE,
)
"""What a sentence of the frequent questions must say for its numbers to be those of the item."""
_START: Final = re.compile(
    r"(?:自|从|在)?(?:正式)?(?:决定)?受理(?:申请|材料|通知书)?(?:之日|之时|当日)?(?:起|后)"
    r"|(?:from|after|of|upon)\s+(?:the\s+|its\s+)?acceptance",
    re.IGNORECASE,
)
"""The begin of the time, which is no acceptance within a time."""
_OTHER: Final = re.compile(
    r"受理|补正|补齐|补充|公示|公告|延长|延期|有效|听证|鉴定|检测|检验|检疫|评审|评估|勘验|勘查|踏勘|现场|专家|送达|颁发|发证"
    r"|领取|领证|取件|寄|缴|交费|退款|告知|通知|申请人(?:应|须|需|可|要)|复议|诉讼|起诉|保存|公布|预约|咨询|投诉|举报|逾期|届满"
    r"|期满|服务时间|开放|热线|自助|不计|环节|阶段|步骤|初审|复审|整改|备案后|年检|试用|试营业|营业|公休|节假日|工作制|照片|出具之日"
    r"|accept|supplement|correct|public|notice|notif|valid|exten|hearing|apprais|inspect|expert"
    r"|deliver|collect|pick|issu|pay|refund|appeal|appoint|complain|open|hotline|stage|step|review"
    r"|applicant (?:must|may|should|shall)|renew|expir|office hours",
    re.IGNORECASE,
)
"""What has a time of its own: numbers with it, or after it in the sentence, are passed over."""
_APART: Final = re.compile(r"(?<=[年月第每同])\s+")
_SENTENCES: Final = re.compile(r"[^。!?;\n]+?(?:[。!?;\n]|\.(?=\s|$)|$)")
_CLAUSES: Final = re.compile(r"[,:()]")


def passages_of(value: Any) -> Iterator[str]:
    """The texts of frequent questions: a text, or a list of texts or of mappings with `question` and `answer`."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from passages_of(one)
    elif isinstance(value, Mapping):
        question, answer = value.get("question"), value.get("answer")
        if isinstance(answer, str):
            yield f"{question.rstrip('?？。')}?{answer}" if isinstance(question, str) else answer


def limits_in(text: str, about_limits: bool) -> list[TextLimit]:
    """The limits that a text names for the whole of an item's handling, each once, in order.

    With `about_limits` all of the text speaks of these; otherwise a sentence, or the question before it, must say so.
    """
    found: dict[tuple[int, str], TextLimit] = {}
    asked = ""
    plain = _APART.sub("", unicodedata.normalize("NFKC", text))
    for sentence in _SENTENCES.findall(plain):
        if sentence.rstrip().endswith("?"):
            asked = sentence
        clean = _START.sub("", sentence)
        if _OTHER.search(_START.sub("", asked)) or not (about_limits or _CUE.search(asked + sentence)):
            continue
        named = _in_sentence(clean)
        if len({one[:2] for one in named}) < 3:  # more are the parts of a whole, or cases to be told apart
            found |= {one[:2]: one for one in named if one[:2] not in found}
    return list(found.values())


def _in_sentence(sentence: str) -> list[TextLimit]:
    named = []
    for clause in _CLAUSES.split(sentence):
        if _OTHER.search(clause):
            break
        for match in (*_ZH.finditer(clause), *_EN.finditer(clause)):
            before, after = clause[: match.start()], clause[match.end() :]
            vague = _VAGUE.search(before) and not _CAPPED.search(before)
            if vague or _RANGE_BEFORE.search(before) or _RANGE_AFTER.match(after) or _BEFORE.match(after):
                continue
            amount = _number(match[1])
            if amount is not None:
                named.append(TextLimit(amount, _unit(match), match[0].strip()))
    return named


def _unit(match: re.Match[str]) -> str:
    if match.re is _EN:
        if match[3].lower().startswith("hour"):
            return "hour"
        kind = (match[2] or "").lower()
        return "day" if not kind else "working_day" if kind in ("working", "business") else "calendar_day"
    if match[2] in ("天", "日"):
        return "day"
    if match[2] == "工作日":
        return "working_day"
    return "calendar_day" if match[2] in ("自然日", "日历日") else "hour"


def _number(digits: str) -> int | None:
    """The value of Arabic digits, or of a Chinese numeral from 一 to 九十九; None where it is none."""
    if digits.isdecimal():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return None
    if not ten:
        return _DIGITS[ones]
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


_DAY_OF_HOURS: Final = (4, 24)
_DAYS_OF_MONTH: Final = {"calendar_day": (28, 31), "day": (18, 31), "working_day": (0, 31)}


def could_be(told: TextLimit, limit: Limit) -> bool:
    """Whether a limit that a text names may be this one of the catalogue; True where that cannot be told for certain.

    A plain 日 or day is either kind of day. Working days are not compared with calendar days.
    """
    if limit.until is not None:
        return True
    amount, unit = Fraction(limit.amount), limit.unit
    if unit in ("minute", "working_minute"):
        amount, unit = amount / 60, "hour"
    if unit == "month":
        least, most = _DAYS_OF_MONTH.get(told.unit, (0, 31 * 24))
        return least * amount <= told.amount <= most * amount
    hours = told.unit == "hour", unit in ("hour", "working_hour")
    if hours[0] != hours[1]:
        days, other = (amount, Fraction(told.amount)) if hours[0] else (Fraction(told.amount), amount)
        return _DAY_OF_HOURS[0] * days <= other <= _DAY_OF_HOURS[1] * days
    if hours[0] or told.unit in (unit, "day"):
        return told.amount == amount
    return True
