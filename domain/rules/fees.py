"""Rules about fees that are collected: FE-01 to FE-06.

An assessment alone breaks none: nobody has paid yet. A collection of nothing (amount 0) is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, NamedTuple
from unicodedata import normalize

from domain.course.lookup import item_at
from domain.events import Event
from domain.events.values import read_amount
from domain.limits import Limit
from domain.rules.found import CaseFacts, CaseRule, Found, joined
from domain.rules.telling import said, tellings, with_others
from domain.rules.whereabouts import is_exempted, window_of, windows_at

__all__ = ["RULES"]

_SAME_DAY: Final = Limit(0, "working_day")
_BEGINNINGS: Final = ("case.applied", "case.materials_received", "case.accepted")
_AGENCY: Final = ("agency.opened", "agency.handed_over", "agency.completed")


def _exact(value: Any) -> Fraction | None:
    """An amount, or None for what is none; the case shows it then as an irregularity."""
    try:
        return read_amount(value)
    except ValueError:
        return None


def _words(number: Fraction) -> str:
    """A number as people write it."""
    if number.denominator == 1:
        return str(number.numerator)
    return f"{float(number):.10f}".rstrip("0")


def _collections(facts: CaseFacts) -> list[Event]:
    """The events by which money was taken, each taking once.

    What two sources tell of one instant, fee and amount is one taking, unless both name a receipt and not the same; it
    is known by its first telling, with what the others add. What one source tells twice is two.
    """
    taken = (event for event in facts.of_type("case.fee_collected") if not _is_nothing(event))
    return [with_others(told[0], told) for told in tellings(taken, _taking_of, _share_a_receipt)]


def _is_nothing(event: Event) -> bool:
    amount = _exact(event.data.get("amount"))
    return amount is not None and amount <= 0


def _taking_of(event: Event) -> tuple[int, Any, Fraction | None]:
    return event.time, event.data.get("fee_item"), _exact(event.data.get("amount"))


def _share_a_receipt(event: Event, told: Sequence[Event]) -> bool:
    """Whether no two of them name different receipts."""
    return len({said(one, "receipt_no") for one in (event, *told)} - {""}) < 2


def _catalogue(facts: CaseFacts, event: Event) -> list[Any] | None:
    """The fees of the item in the version in effect when the event happened; None where they are not known."""
    item = item_at(facts.draft, facts.view, event.time)
    return item.fees if item is not None else None


def _entry(fees: list[Any], name: str) -> Mapping[str, Any] | None:
    """The catalogue's entry of a fee item; an entry that is only a name has no standard."""
    for fee in fees:
        entry = fee if isinstance(fee, dict) else {"fee_item": fee}
        if str(entry.get("fee_item", "")) == name:
            return entry
    return None


def _found(facts: CaseFacts, event: Event, texts: tuple[str, str]) -> Found:
    """The finding of a collection. A refund is told with it and does not undo it."""
    fee, given_back = event.data.get("fee_item"), []
    for other in facts.of_type("case.fee_refunded"):
        if other.time >= event.time and other.data.get("fee_item") in (None, fee):
            given_back.append(other.id)
    zh, en = texts
    if given_back:
        zh, en = f"{zh}（此后有退费记录）", f"{en} (a refund was recorded afterwards)"
    return Found(event.id, event.time, zh, en, None, tuple(given_back), round=facts.round_at(event))


def unlisted_fee(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """FE-01: the fee item is not among the item's fees in the version valid that day (Licensing Law, article 59).

    A catalogue entry that says nothing about fees is no ground; one that lists none forbids all.
    """
    for event in _collections(facts):
        fees = _catalogue(facts, event)
        name = event.data.get("fee_item")
        if fees is None or (name is None and fees):
            continue
        if name is None or _entry(fees, str(name)) is None:
            zh, en = ("未写明项目", "not named") if name is None else (f"“{name}”", f"“{name}”")
            yield _found(
                facts,
                event,
                (
                    f"收费项目（{zh}）不在该事项当日有效的收费目录内",
                    f"the fee ({en}) is not among the item's fees of that day",
                ),
            )


def overcharge(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """FE-02: more was taken than standard times quantity (Licensing Law, article 59), counted exactly.

    The catalogue's standard of that day governs, the event's own only where the catalogue gives none. A quantity
    that is not stated is that of the last assessment of the fee, else one. Where assessments state how many are due,
    all that one source took of the fee so far, each on a receipt of its own, less what was given back, is held
    against them too.
    """
    takings: dict[tuple[str, str], dict[str, _Taking]] = {}
    for event in _collections(facts):
        fees = _catalogue(facts, event) or []
        name = event.data.get("fee_item")
        entry = _entry(fees, str(name)) if name is not None else None
        standard = _exact((entry or {}).get("standard"))
        if standard is None:
            standard = _exact(event.data.get("standard"))
        amount, quantity = _exact(event.data.get("amount")), _quantity(facts, event)
        if standard is None or amount is None or quantity is None:
            continue
        most = standard * quantity
        if amount > most + given["tolerance"]:
            zh = f"实收 {_words(amount)}，标准 {_words(standard)} × 数量 {_words(quantity)} = {_words(most)}"
            en = f"{_words(amount)} was taken; standard {_words(standard)} × {_words(quantity)} = {_words(most)}"
            yield _found(facts, event, (f"超标准收费：{zh}", en))
        receipt = said(event, "receipt_no")
        by_receipt = takings.setdefault((str(name), event.source), {})
        if not receipt or receipt in by_receipt:
            continue  # it may be another telling of the same money: only receipts of one source tell two takings apart
        by_receipt[receipt] = _Taking(amount, min(amount, most), standard)
        due = _assessed(facts, event)
        if amount > most + given["tolerance"] or due is None:
            continue
        so_far = by_receipt.values()
        whole, back = max(one.standard for one in so_far) * due, _given_back(facts, event)
        excess = sum(one.amount - one.lawful for one in so_far)  # has its card: given back first
        kept = None if back is None else sum(one.lawful for one in so_far) - max(Fraction(0), back - excess)
        if kept is not None and kept > whole + given["tolerance"]:
            zh = f"同一项目累计实收 {_words(kept)}，核定应收 {_words(whole)}（数量 {_words(due)}）"
            en = f"{_words(kept)} was taken in all; {_words(whole)} was assessed ({_words(due)} in number)"
            yield _found(facts, event, (f"超标准收费：{zh}", en))


class _Taking(NamedTuple):
    """A collection: what was taken, the part of it that its own quantity allows, and the standard of its day."""

    amount: Fraction
    lawful: Fraction
    standard: Fraction


def _assessed(facts: CaseFacts, event: Event) -> Fraction | None:
    """How many of a fee were assessed by the time of a collection, all assessments together; None where that is not
    stated. What two sources tell of one assessment would count twice, in favour of who collects."""
    stated = [
        _exact(one.data.get("quantity"))
        for one in facts.of_type("case.fee_assessed")
        if one.data.get("fee_item") == event.data.get("fee_item") and one.time <= event.time
    ]
    return _total(stated) if stated else None


def _given_back(facts: CaseFacts, event: Event) -> Fraction | None:
    """What was given back of a fee before a collection; None where an amount cannot be told."""
    return _total(
        _exact(one.data.get("amount"))
        for one in facts.of_type("case.fee_refunded")
        if one.time <= event.time and one.data.get("fee_item") in (None, event.data.get("fee_item"))
    )


def _total(amounts: Iterable[Fraction | None]) -> Fraction | None:
    """All of them together; None where one cannot be told."""
    total = Fraction(0)
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def _quantity(facts: CaseFacts, event: Event) -> Fraction | None:
    """How many were charged for; None where what is stated is no number."""
    if event.data.get("quantity") is not None:
        return _exact(event.data["quantity"])
    stated = None
    for other in facts.of_type("case.fee_assessed"):
        same = other.data.get("fee_item") == event.data.get("fee_item")
        if same and other.time <= event.time and other.data.get("quantity") is not None:
            stated = other.data["quantity"]
    return Fraction(1) if stated is None else _exact(stated)


def no_receipt(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """FE-03: no receipt number by the close of the day of collection (Kaifeng, article 13)."""
    for event in _collections(facts):
        if said(event, "receipt_no"):
            continue
        deadline = facts.after(event.time, _SAME_DAY)
        if deadline is not None:
            yield Found(
                event.id, deadline, "收费当日未登记票据号码", "no receipt number by the close of the day of the fee",
                after=True, round=facts.round_at(event),
            )  # fmt: skip


def not_designated_outlet(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """FE-04: paid through another channel or outlet than the designated ones (Kaifeng, article 13: the bank).

    Channels and outlets are told apart by code or by a name that the profile gives to the code, whatever the case and
    width of letters. Where none is designated, and where none is stated, nothing is judged.
    """
    names: Mapping[str, tuple[str, ...]] = given["names"]
    channels = {_folded(name) for code in given["channels"] for name in (code, *names.get(code, ()))}
    outlets = {_folded(name) for code in given["outlets"] for name in (code, *names.get(code, ()))}
    for event in _collections(facts):
        channel, outlet = event.data.get("channel"), event.data.get("outlet")
        faults: list[tuple[str, str]] = []
        if channel not in (None, "") and channels and _folded(channel) not in channels:
            faults.append(
                (f"收费渠道（{channel}）不是指定渠道", f"the channel {channel} is not a designated one")
            )
        if outlet not in (None, "") and outlets and _folded(outlet) not in outlets:
            faults.append(
                (f"收费网点（{outlet}）不是指定网点", f"the outlet {outlet} is not a designated one")
            )
        if faults:
            yield _found(facts, event, joined(faults))


def _folded(name: Any) -> str:
    """A name without what only writing tells apart: case, width of letters, blanks around it."""
    return normalize("NFKC", str(name)).strip().casefold()


def fee_off_site(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """FE-05: collected at no registered site of the hall, or before any application, receipt or acceptance.

    The window that the event names is looked for among the hall's windows, else its outlet. A hall that registers no
    window is not judged by the place, nor is an item that may be handled elsewhere. A fee of an agency task is FE-06's.
    """
    for event in _collections(facts):
        faults: list[tuple[str, str]] = []
        windows = windows_at(facts, event)
        place = window_of(event) or event.data.get("outlet")
        open_ = [name for name, window in windows.items() if not window.data.get("closed")]
        is_off = windows and place is not None and str(place) not in (*open_, *given["sites"])
        if is_off and not is_exempted(facts, event, event.data.get("item") or facts.draft.item):
            faults.append(
                (
                    f"收费地点（{place}）不是大厅登记的窗口或场所",
                    f"{place} is not a registered window or site of the hall",
                )
            )
        if event.data.get("agency") is not True and not _has_matter(facts, event):
            faults.append(
                ("收费时没有申请、收件或受理记录", "no application, receipt or acceptance before the fee")
            )
        if faults:
            yield _found(facts, event, joined(faults))


def _has_matter(facts: CaseFacts, event: Event) -> bool:
    """Whether a case or an agency task stood when the fee was taken."""
    return any(other.time <= event.time for other in facts.of_type(*_BEGINNINGS, *_AGENCY))


def fee_on_free_agency(facts: CaseFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """FE-06: a fee for acting on someone's behalf, which is free (Tengzhou, annex 2, article 7).

    A task that tells its fee again and again is one breach, of the first event that tells it.
    """
    told = False
    for event in (*facts.of_type(*_AGENCY), *_collections(facts)):
        collected = event.type == "case.fee_collected"
        if collected and event.data.get("agency") is not True:
            continue
        amount = _exact(event.data.get("amount" if collected else "fee"))
        if (amount is None and not collected) or (amount is not None and amount <= 0):
            continue
        if not collected:
            if told:
                continue
            told = True
        said = "" if amount is None else f" {_words(amount)}"
        yield _found(
            facts,
            event,
            (f"免费代办收取费用{said}", f"a fee of{said or ' some amount'} on a free agency task"),
        )


RULES: Final[dict[str, CaseRule]] = {
    "FE-01": unlisted_fee,
    "FE-02": overcharge,
    "FE-03": no_receipt,
    "FE-04": not_designated_outlet,
    "FE-05": fee_off_site,
    "FE-06": fee_on_free_agency,
}
