"""Whether the words of an opinion, a decision or a result are for the applicant or against; only plain words count."""

from __future__ import annotations

from typing import Final

__all__ = ["side_of"]

_FOR: Final = frozenset(
    ("approve", "approved", "agree", "agreed", "pass", "passed", "同意", "通过", "批准", "准予", "准予许可")
)
_AGAINST: Final = frozenset(
    (
        "refuse", "refused", "reject", "rejected", "disagree", "fail", "failed",
        "不同意", "不通过", "不予通过", "不批准", "不予批准", "不予许可", "驳回",
    )
)  # fmt: skip


def side_of(*words: str) -> bool | None:
    """For (True) or against (False), by the first word that says so plainly; None where none does."""
    for word in words:
        if word.casefold() in _FOR:
            return True
        if word.casefold() in _AGAINST:
            return False
    return None
