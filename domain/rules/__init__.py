"""The rules without a clock: small functions, by code. What each is called and rests on stands in the registry."""

from typing import Final

from domain.rules import (
    appointments,
    corrections,
    data_truth,
    fees,
    joint,
    notices,
    outside,
    place,
    process,
    refusals,
    signing,
    steps,
    time_limits,
    urgent,
    waiting,
)
from domain.rules.found import CaseFacts, CaseRule, Found

__all__ = ["CASE_RULES", "CaseFacts", "CaseRule", "Found"]

CASE_RULES: Final[dict[str, CaseRule]] = {
    **time_limits.RULES,
    **joint.RULES,
    **waiting.RULES,
    **urgent.RULES,
    **appointments.RULES,
    **corrections.RULES,
    **refusals.RULES,
    **notices.RULES,
    **process.RULES,
    **steps.RULES,
    **signing.RULES,
    **fees.RULES,
    **place.RULES,
    **data_truth.RULES,
    **outside.RULES,
}
