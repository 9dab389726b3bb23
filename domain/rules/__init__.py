"""The rules without a clock: small functions, by code. What each is called and rests on stands in the registry."""

from typing import Final

from domain.rules import data_truth, fees, time_limits
from domain.rules.found import CaseFacts, CaseRule, Found

__all__ = ["CASE_RULES", "CaseFacts", "CaseRule", "Found"]

CASE_RULES: Final[dict[str, CaseRule]] = {**time_limits.RULES, **fees.RULES, **data_truth.RULES}
