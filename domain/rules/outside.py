"""DQ-01 of a case: a matter that was handled outside of the platform, and found so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from domain.events import Event
from domain.rules.found import CaseFacts, CaseRule, Found
from domain.rules.telling import OF_SUPERVISION, said

__all__ = ["RULES"]


def found_outside(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """DQ-01: an inspection found a matter that the platform had nothing of (Tengzhou; Kaifeng, 41).

    What was entered by the instant of the find shows that it was in the platform; what is entered afterwards, with
    whatever time, does not. Several finds of one matter are one breach, of the one that was told first.
    """
    entries = [one.recorded for one in facts.events if _is_entry(one)]
    finds = [
        one
        for one in facts.of_type("case.found_outside")
        if not any(recorded <= one.time for recorded in entries)
    ]
    if not finds:
        return
    first = min(finds, key=lambda one: (one.recorded, one.source, one.id))
    number = said(first, "document_no") or said(first, "basis")
    zh, en = (f"（依据：{number}）", f" (on the ground of {number})") if number else ("", "")
    yield Found(
        first.id, first.time, f"办件在平台外办理，查实时平台内无任何记录{zh}",
        f"the matter was handled outside of the platform, which had nothing of it when it was found{en}",
        round=facts.round_at(first),
    )  # fmt: skip


def _is_entry(event: Event) -> bool:
    """Whether it tells of the handling of the matter."""
    return event.type.startswith(("case.", "agency.")) and event.type not in OF_SUPERVISION


RULES: Final[dict[str, CaseRule]] = {"DQ-01": found_outside}
