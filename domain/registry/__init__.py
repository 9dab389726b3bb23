"""The registry of rules: what each is called, rests on, may be set to, and supervises. Data, no code."""

from __future__ import annotations

from typing import Final

from domain.registry.catalogue import CATALOGUE
from domain.registry.data_truth import DATA_TRUTH
from domain.registry.fees import FEES
from domain.registry.hall import HALL
from domain.registry.place import PLACE
from domain.registry.process import PROCESS
from domain.registry.rule import Basis, Parameter, Rule, read_parameter
from domain.registry.silence import SILENCE
from domain.registry.time_limits import CLOCK_BASIS, TIME_LIMITS

__all__ = ["CLOCK_BASIS", "RULES", "Basis", "Parameter", "Rule", "read_parameter", "rule_of"]

RULES: Final[dict[str, Rule]] = {
    rule.code: rule
    for rule in (*TIME_LIMITS, *PROCESS, *FEES, *PLACE, *DATA_TRUTH, *SILENCE, *CATALOGUE, *HALL)
}
"""By code, in the order of the registry."""


def rule_of(code: str) -> Rule:
    """The rule of a code; one that is not built here has its code for a title."""
    return RULES.get(code) or Rule(code, code, code, ())
