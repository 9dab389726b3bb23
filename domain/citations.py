"""What a finding may be rested on: national law, and the articles of the regulation behind its profile.

The registry knows of every rule in which of the five regulations it is found. A hall is bound by one of them at most:
the one that its profile names with `document` and `basis`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from domain.registry.rule import Basis
from domain.registry.sources import arabic, is_regional

__all__ = ["articles_and_remark", "cited", "is_local", "named_document", "national", "unstated"]

_IDS: Final = re.compile(r"（[A-Z]{2}-[A-Z]?\d+[^）]*）")
_LOCAL: Final = "本地默认"
_CHINESE: Final = re.compile("[\u3007\u4e00-\u9fff]")
_CIRCLED: Final = "①②③④⑤⑥⑦⑧⑨"


def national(basis: Iterable[Basis]) -> tuple[Basis, ...]:
    """Those that hold everywhere: law, the catalogue, the published promise; no region's regulation."""
    return tuple(one for one in basis if not is_regional(one))


def named_document(value: Any) -> Basis | None:
    """The regulation that a profile names, as text or as {zh, en}. Raises ValueError saying what was expected."""
    if value is None:
        return None
    if isinstance(value, str) and value:
        return value, value
    if (
        isinstance(value, dict)
        and set(value) == {"zh", "en"}
        and all(isinstance(v, str) for v in value.values())
    ):
        return value["zh"], value["en"]
    raise ValueError(f"expected the name of a document, or a mapping of zh and en, got {value!r}")


def articles_and_remark(basis: str) -> tuple[str, str]:
    """A profile's `basis` parted: the articles, without ids of obligations, and what is remarked after `；`.

    A text that says of itself that it is a local default holds no article.
    """
    articles, _, remark = basis.partition("；")
    articles = _IDS.sub("", articles).strip()
    return ("", basis) if _LOCAL in articles else (articles, remark.strip())


def is_local(basis: str) -> bool:
    """Whether a profile's `basis` names no article."""
    return not articles_and_remark(basis)[0]


def cited(document: Basis | None, basis: str) -> tuple[Basis, ...]:
    """The articles of a document; the document alone where none is named; nothing where neither is."""
    articles, _ = articles_and_remark(basis)
    if document is None:
        return ((articles, _english(articles)),) if articles else ()
    if not articles:
        return () if basis else (document,)
    return ((f"{document[0]}{articles}", f"{document[1]}, {_english(articles)}"),)


def unstated(profile: str) -> Basis:
    """Said of a rule that a profile turns on without naming any text, and no law names either."""
    return f"规则集 {profile}（未载明条文）", f"profile {profile} (names no article)"


def _english(articles: str) -> str:
    """Articles in English where they are plain numbers; otherwise as they are written."""
    text = re.sub(r"附件(\d+)\s*", r"annex \1, ", articles)
    text = re.sub(r"第(\d+)条", r"article \1", text)
    text = text.replace("正文", "main text ").replace("、", ", ").replace("，", ", ")
    text = re.sub(f"[{_CIRCLED}]", lambda found: f"({_CIRCLED.index(found[0]) + 1})", text)
    text = arabic(text)
    return articles if _CHINESE.search(text) else text
