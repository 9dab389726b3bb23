"""The rules about silence: halls and windows from which events are due, and matters kept out (DQ-01)."""

from __future__ import annotations

from typing import Final

from domain.registry.rule import Parameter, Rule
from domain.registry.sources import kaifeng, taojiang, tengzhou

__all__ = ["SILENCE"]

SILENCE: Final = (
    Rule(
        "DQ-01", "应接入未接入或未报送", "Not in the platform",
        (taojiang("十"), tengzhou("附件1第4条"), kaifeng("四十一")), levels=(2,),
        parameters=(
            Parameter("after", "limit", "1 working_day date", "无任何报送多久即算", "silent for longer than"),
        ),
        covers=(
            "TJ-03", "TJ-38", "TJ-51", "TJ-70", "TZ-M4", "TZ-M8", "TZ-A11", "TZ-B4",
            "KF-05", "KF-47", "KF-52", "ZJ-T02", "ZJ-T37",
        ),
        of="hall",
    ),
)  # fmt: skip
