"""The documents that rules rest on: the Licensing Law and the five regulations, each cited by its article."""

from __future__ import annotations

import re
from typing import Final

from domain.registry.rule import Basis

__all__ = [
    "REGULATIONS", "arabic", "is_regional", "kaifeng", "licensing", "taojiang", "tengzhou", "weixian", "zhejiang",
]  # fmt: skip

_DIGITS: Final = "〇一二三四五六七八九"
REGULATIONS: Final[dict[str, Basis]] = {
    "weixian": (
        "威县市民服务中心管理办法（试行）（威政发〔2016〕34号）",
        "Weixian hall regulation (2016, no. 34)",
    ),
    "taojiang": (
        "桃江县乡镇便民服务中心、县政务服务中心分中心规范化建设管理办法（桃政办发〔2014〕16号）",
        "Taojiang center regulation (2014, no. 16)",
    ),
    "tengzhou": (
        "滕州市人民政府关于进一步加强政务服务工作的意见（滕政发〔2018〕23号）",
        "Tengzhou opinion on government services (2018, no. 23)",
    ),
    "kaifeng": (
        "开封市民之家管理办法（试行）（汴政办〔2014〕42号）",
        "Kaifeng citizens' home regulation (2014, no. 42)",
    ),
    "zhejiang": (
        "浙江省关于在全省开展“百乡千村”示范服务中心创建活动的通知（浙纪发〔2012〕16号）",
        "Zhejiang demonstration-center notice (2012, no. 16)",
    ),
}
"""The five regulations by the region's profile, in Chinese and English."""


def licensing(article: int) -> Basis:
    """Administrative Licensing Law."""
    return (f"行政许可法第{_chinese(article)}条", f"Administrative Licensing Law, article {article}")


def weixian(article: str) -> Basis:
    """威县市民服务中心管理办法（试行）, 威政发〔2016〕34号."""
    return _of("weixian", f"第{article}条", f"article {arabic(article)}")


def taojiang(article: str) -> Basis:
    """桃江县乡镇便民服务中心、县政务服务中心分中心规范化建设管理办法, 桃政办发〔2014〕16号."""
    return _of("taojiang", f"第{article}条", f"article {arabic(article)}")


def tengzhou(part: str) -> Basis:
    """滕州市人民政府关于进一步加强政务服务工作的意见, 滕政发〔2018〕23号; `part`: 正文一, 附件1第4条 and so on."""
    return _of("tengzhou", part, _part(part))


def kaifeng(article: str) -> Basis:
    """开封市民之家管理办法（试行）, 汴政办〔2014〕42号."""
    return _of("kaifeng", f"第{article}条", f"article {arabic(article)}")


def zhejiang(part: str) -> Basis:
    """浙江省关于在全省开展“百乡千村”示范服务中心创建活动的通知, 浙纪发〔2012〕16号; `part`: 附件1 and so on."""
    return _of("zhejiang", part, _part(part))


def is_regional(basis: Basis) -> bool:
    """Whether it is an article of one of the five regulations, which bind no other region."""
    return any(basis[0].startswith(zh) for zh, _ in REGULATIONS.values())


def arabic(text: str) -> str:
    """A text with its Chinese numbers below a hundred in digits: 二十一 as 21."""
    return re.sub(f"[{_DIGITS}十]+", lambda found: str(_number(found[0])), text)


def _of(region: str, zh: str, en: str) -> Basis:
    document = REGULATIONS[region]
    return f"{document[0]}{zh}", f"{document[1]}, {en}"


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    text = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return text + (_DIGITS[ones] if ones or not text else "")


def _part(part: str) -> str:
    for zh, en in (
        ("正文", "main text "),
        ("附件", "annex "),
        ("第", ", article "),
        ("条", ""),
        ("部分", ""),
    ):
        part = part.replace(zh, en)
    return arabic(part.replace(" , ", ", "))


def _number(chinese: str) -> int:
    tens, ten, ones = chinese.rpartition("十")
    return (_DIGITS.index(tens) if tens else 1) * 10 * bool(ten) + (_DIGITS.index(ones) if ones else 0)
