"""The documents that rules rest on: the Licensing Law and the five regulations, each cited by its article."""

from __future__ import annotations

import re

from domain.registry.rule import Basis

__all__ = ["kaifeng", "licensing", "taojiang", "tengzhou", "weixian", "zhejiang"]

_DIGITS = "〇一二三四五六七八九"


def licensing(article: int) -> Basis:
    """Administrative Licensing Law."""
    return (f"行政许可法第{_chinese(article)}条", f"Administrative Licensing Law, article {article}")


def weixian(article: str) -> Basis:
    """威县市民服务中心管理办法（试行）, 威政发〔2016〕34号."""
    return (
        f"威县市民服务中心管理办法（试行）（威政发〔2016〕34号）第{article}条",
        f"Weixian hall regulation (2016, no. 34), article {_arabic(article)}",
    )


def taojiang(article: str) -> Basis:
    """桃江县乡镇便民服务中心、县政务服务中心分中心规范化建设管理办法, 桃政办发〔2014〕16号."""
    return (
        f"桃江县乡镇便民服务中心、县政务服务中心分中心规范化建设管理办法（桃政办发〔2014〕16号）第{article}条",
        f"Taojiang center regulation (2014, no. 16), article {_arabic(article)}",
    )


def tengzhou(part: str) -> Basis:
    """滕州市人民政府关于进一步加强政务服务工作的意见, 滕政发〔2018〕23号; `part`: 正文一, 附件1第4条 and so on."""
    return (
        f"滕州市人民政府关于进一步加强政务服务工作的意见（滕政发〔2018〕23号）{part}",
        f"Tengzhou opinion on government services (2018, no. 23), {_part(part)}",
    )


def kaifeng(article: str) -> Basis:
    """开封市民之家管理办法（试行）, 汴政办〔2014〕42号."""
    return (
        f"开封市民之家管理办法（试行）（汴政办〔2014〕42号）第{article}条",
        f"Kaifeng citizens' home regulation (2014, no. 42), article {_arabic(article)}",
    )


def zhejiang(part: str) -> Basis:
    """浙江省关于在全省开展“百乡千村”示范服务中心创建活动的通知, 浙纪发〔2012〕16号; `part`: 附件1 and so on."""
    return (
        f"浙江省关于在全省开展“百乡千村”示范服务中心创建活动的通知（浙纪发〔2012〕16号）{part}",
        f"Zhejiang demonstration-center notice (2012, no. 16), {_part(part)}",
    )


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
    return _arabic(part.replace(" , ", ", "))


def _arabic(text: str) -> str:
    """A text with its Chinese numbers below a hundred in digits: 二十一 as 21."""
    return re.sub(f"[{_DIGITS}十]+", lambda found: str(_number(found[0])), text)


def _number(chinese: str) -> int:
    tens, ten, ones = chinese.rpartition("十")
    return (_DIGITS.index(tens) if tens else 1) * 10 * bool(ten) + (_DIGITS.index(ones) if ones else 0)
