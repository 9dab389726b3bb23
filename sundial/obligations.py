"""What the five regulations oblige, and which built rules supervise it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple

import yaml

from domain.registry import RULES

__all__ = ["Obligation", "missing_rules", "obligations", "supervisors"]


class Obligation(NamedTuple):
    """One duty of a regulation; `codes` are the rules that answer for it, built or not."""

    id: str
    document: str
    """weixian, taojiang, tengzhou, kaifeng or zhejiang, as in `domain.registry.sources`"""
    article: str
    codes: tuple[str, ...]
    zh: str
    en: str


@cache
def obligations() -> tuple[Obligation, ...]:
    """Every obligation of the file, in its order: by document, as the document has them."""
    text = (files("sundial") / "data" / "obligations.yaml").read_text("utf-8")
    return tuple(Obligation(**{**row, "codes": tuple(row["codes"])}) for row in yaml.safe_load(text))


def supervisors(obligation: Obligation) -> list[str]:
    """The built rules that name an obligation among what they cover."""
    return [code for code, rule in RULES.items() if obligation.id in rule.covers]


def missing_rules(obligation: Obligation) -> list[str]:
    """The rules that should answer for an obligation and do not: not built yet, or not in that respect."""
    return [code for code in obligation.codes if code not in RULES or obligation.id not in RULES[code].covers]
