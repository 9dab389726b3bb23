"""The rules without a clock: small functions, by code. What each is called and rests on stands in the registry."""

from typing import Final

from domain.rules import (
    corrections,
    data_truth,
    fees,
    notices,
    process,
    refusals,
    signing,
    steps,
    time_limits,
)
from domain.rules.found import CaseFacts, CaseRule, Found

__all__ = ["CASE_RULES", "CaseFacts", "CaseRule", "Found"]

CASE_RULES: Final[dict[str, CaseRule]] = {
    **time_limits.RULES,
    **corrections.RULES,
    **refusals.RULES,
    **notices.RULES,
    **process.RULES,
    **steps.RULES,
    **signing.RULES,
    **fees.RULES,
    **data_truth.RULES,
}
