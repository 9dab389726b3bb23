"""The rules: small functions, each with its code, titles and legal basis."""

from domain.rules.registry import CLOCK_BASIS, RULES, Breach, Rule, rule_of
from domain.rules.time_limits import event_breaches

__all__ = ["CLOCK_BASIS", "RULES", "Breach", "Rule", "event_breaches", "rule_of"]
