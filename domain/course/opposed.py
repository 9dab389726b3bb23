"""A completion that says the contrary of the decision before it: refused, and yet completed as approved."""

from __future__ import annotations

from domain.course.draft import CaseDraft
from domain.events import Event
from domain.events.payloads import CaseCompleted
from domain.sides import side_of

__all__ = ["name_contradiction"]


def name_contradiction(draft: CaseDraft, event: Event, payload: CaseCompleted) -> None:
    """Show a completion as approved, or with a certificate, of a case that the round's decision refused.

    Which of the two is wrong is not known: the clocks end as with any completion. Where any decision of the round
    approved, it is the decisions that contradict one another, and that is shown already.
    """
    refusals = [one for one in draft.decisions if one.data.get("outcome") == "refuse"]
    if not refusals or any(one.data.get("outcome") == "approve" for one in draft.decisions):
        return
    zh, en = [], []
    if side_of((payload.result or "").strip()):
        zh.append(f"结果为“{payload.result}”")
        en.append(f"its result is {payload.result}")
    number = str(payload.certificate_no or "")
    written = [str(one.data.get("decision_no") or "") for one in refusals]
    if number and number not in written:  # the number of the written refusal is no certificate
        zh.append(f"证照编号为 {number}")
        en.append(f"it has the certificate {number}")
    if zh:
        draft.irregular(
            event,
            "completed_against_decision",
            f"此前决定为不予（事件 {refusals[0].id}），办结却载明{'、'.join(zh)}，两者矛盾",
            f"refused by the decision before it (event {refusals[0].id}), yet {' and '.join(en)}",
        )
