"""A receipt number: used once, or again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from domain.rules.found import Found
from domain.rules.telling import said
from domain.subjects.facts import SubjectFacts

__all__ = ["receipt_reused"]


def receipt_reused(facts: SubjectFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """FE-03: a receipt number that stands for a fee of another case already (开封 art. 13).

    Several fees of one case may stand on one receipt.
    """
    first = None
    for event in facts.of_type("case.fee_collected"):
        if said(event, "receipt_no") != facts.key:
            continue
        if first is None:
            first = event
        elif event.subject != first.subject:
            yield Found(
                event.id,
                event.time,
                f"票据号 {facts.key} 已用于办件 {first.subject}，又用于办件 {event.subject}",
                f"receipt {facts.key} stands for case {first.subject} and again for case {event.subject}",
                evidence=(first.id,),
            )
