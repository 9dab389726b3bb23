"""The rules about subjects that are no cases, by kind and code."""

from __future__ import annotations

from typing import Final

from domain.subjects import (
    burden,
    contradictions,
    disclosure,
    ledgers,
    plates,
    receipts,
    silence,
    stationing,
    windows,
)
from domain.subjects.facts import SubjectRule

__all__ = ["SUBJECT_RULES"]

SUBJECT_RULES: Final[dict[str, dict[str, SubjectRule]]] = {
    "hall": {"DQ-01": silence.hall_silent, "OW-05": windows.window_missing, "CA-04": plates.missing_at_hall},
    "window": {
        "DQ-01": silence.window_silent,
        "TL-14": silence.window_idle,
        "CA-04": plates.missing_at_window,
    },
    "item": {
        "CA-01": disclosure.field_missing,
        "CA-02": disclosure.guide_stale,
        "CA-03": contradictions.limit_contradicted,
        "CA-05": burden.burden_increased,
        "OW-02": stationing.not_stationed,
        "OW-03": stationing.change_unapproved,
    },
    "receipt": {"FE-03": receipts.receipt_reused},
    "ledger": {"DQ-04": ledgers.ledger_mismatch},
}
