"""Values that no rule can read are shown as irregularities of the case, and are not silently passed over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.course.draft import CaseDraft
from domain.course.lookup import item_at
from domain.events import Event
from domain.events.values import AMOUNTS, FIELDS_ZH, HOLDING, read_amount, unreadable_values
from domain.history import Irregularity
from domain.reference_view import View

__all__ = ["unreadable"]

_KIND = "unreadable_value"


def unreadable(draft: CaseDraft, events: Iterable[Event], view: View) -> Iterator[Irregularity]:
    """Of each event what cannot be read, a negative amount, and a fee whose standard is nowhere a number."""
    for event in events:
        if event.type not in HOLDING:
            continue
        broken = list(unreadable_values(event))
        for one in broken:
            yield Irregularity(event.time, event.id, _KIND, one.text_zh, one.text_en)
        fields = {one.field for one in broken}
        for field in AMOUNTS.get(event.type, ()):
            value = event.data.get(field)
            if field not in fields and value not in (None, "") and read_amount(value) < 0:
                zh, en = (
                    f"{FIELDS_ZH[field]}为负数（{value}），未据以监察",
                    f"{field} is negative ({value}): not judged",
                )
                yield Irregularity(event.time, event.id, _KIND, zh, en)
        if event.type == "case.fee_collected" and not _has_number(event.data.get("standard")):
            stated = _catalogue_standard(draft, view, event)
            if stated not in (None, "") and not _has_number(stated):
                yield Irregularity(
                    event.time, event.id, _KIND,
                    f"目录中的收费标准不是可以读取的金额（{stated}），未核对是否超标准",
                    f"the catalogue's standard cannot be read as an amount ({stated}): the fee is not compared",
                )  # fmt: skip


def _has_number(value: object) -> bool:
    try:
        read_amount(value)
    except ValueError:
        return False
    return True


def _catalogue_standard(draft: CaseDraft, view: View, event: Event) -> object:
    item = item_at(draft, view, event.time)
    for fee in (item.fees if item is not None else None) or ():
        if isinstance(fee, dict) and str(fee.get("fee_item", "")) == str(event.data.get("fee_item")):
            return fee.get("standard")
    return None
